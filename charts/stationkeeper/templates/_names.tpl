{{- define "stationkeeper.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* At most 46 characters, so that the longest suffix still makes a DNS label; what is cut off stays in a digest. */ -}}
{{- define "stationkeeper.fullname" -}}
{{- $whole := .Values.fullnameOverride -}}
{{- if not $whole -}}
  {{- $name := include "stationkeeper.name" . -}}
  {{- $whole = contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- if gt (len $whole) 46 -}}
  {{- printf "%s-%s" ($whole | trunc 37 | trimSuffix "-") ($whole | sha256sum | trunc 8) -}}
{{- else -}}
  {{- $whole -}}
{{- end -}}
{{- end -}}

{{- /* What selects the controller's pod. Never changes: a Deployment's selector cannot. */ -}}
{{- define "stationkeeper.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stationkeeper.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: controller
{{- end -}}

{{- /* The labels that are the chart's to set. Takes { root, component }. */ -}}
{{- define "stationkeeper.ownLabels" -}}
app.kubernetes.io/name: {{ include "stationkeeper.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | default "controller" }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: stationkeeper
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- /* All labels of an object. Takes { root, component, extra }. */ -}}
{{- define "stationkeeper.labels" -}}
{{- merge (include "stationkeeper.ownLabels" . | fromYaml) (.extra | default dict) .root.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "stationkeeper.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "stationkeeper.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "stationkeeper.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
