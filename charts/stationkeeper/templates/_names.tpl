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
app.kubernetes.io/name: {{ include "stationkeeper.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{- /* Labels of an object. Takes { root, component, extra }. */ -}}
{{- define "stationkeeper.labels" -}}
{{- $own := include "stationkeeper.selectorLabels" .root | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/component" (.component | default "controller") -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "stationkeeper" -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- merge $own (.extra | default dict) .root.Values.commonLabels | toYaml -}}
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
