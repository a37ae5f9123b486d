{{- define "stationkeeper.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
# Lets the program read mounted credentials and the web identity token.
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "stationkeeper.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- /* Where the API does not answer to any name: the Service's and the Ingress's. Probes and scrapes come by address, which it always takes. */ -}}
{{- define "stationkeeper.allowedHosts" -}}
{{- if .Values.api.allowedHosts -}}
{{- $service := include "stationkeeper.fullname" . -}}
{{- $names := list $service (printf "%s.%s" $service .Release.Namespace) (printf "%s.%s.svc" $service .Release.Namespace) -}}
{{- if .Values.webhook.ingress.enabled -}}{{- $names = append $names .Values.webhook.ingress.host -}}{{- end -}}
{{- concat $names .Values.api.allowedHosts | uniq | join "," -}}
{{- end -}}
{{- end -}}

{{- /* Variables and not arguments, so that a command that somebody runs in the pod acts as the same owner in the same region. */ -}}
{{- define "stationkeeper.env" -}}
- { name: STATIONKEEPER_LISTEN, value: {{ printf "%s:8080" .Values.controller.listenHost | quote }} }
- { name: STATIONKEEPER_OWNER, value: {{ .Values.controller.owner | quote }} }
- { name: STATIONKEEPER_MODE, value: {{ .Values.controller.mode | quote }} }
- { name: STATIONKEEPER_INTERVAL, value: {{ .Values.controller.interval | quote }} }
- { name: STATIONKEEPER_LOG_LEVEL, value: {{ .Values.controller.logLevel | quote }} }
- { name: STATIONKEEPER_LOG_FORMAT, value: json }
- { name: STATIONKEEPER_METRICS_DETAIL, value: {{ .Values.metrics.detail }} }
{{- with .Values.controller.region }}
- { name: STATIONKEEPER_REGION, value: {{ . | quote }} }
{{- end }}
{{- if ne (toString .Values.controller.pruneBudget) "" }}
- { name: STATIONKEEPER_PRUNE_BUDGET, value: {{ .Values.controller.pruneBudget | toString | quote }} }
{{- end }}
{{- with .Values.controller.secretPatterns }}
- { name: STATIONKEEPER_SECRET_PATTERNS, value: {{ join " " . | quote }} }
{{- end }}
{{- with .Values.source.git }}
{{- if .url }}
- { name: STATIONKEEPER_GIT_URL, value: {{ .url | quote }} }
- { name: STATIONKEEPER_BRANCH, value: {{ .branch | quote }} }
- { name: STATIONKEEPER_GIT_TIMEOUT, value: {{ .timeout | quote }} }
{{- with .path }}
- { name: STATIONKEEPER_PATH, value: {{ . | quote }} }
{{- end }}
{{- with .username }}
- { name: STATIONKEEPER_GIT_USERNAME, value: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- if include "stationkeeper.allowedSignersConfigMap" . }}
- { name: STATIONKEEPER_VERIFY_SIGNATURES, value: /etc/stationkeeper/allowed-signers/allowed-signers }
{{- end }}
{{- if .Values.notifications.config }}
- { name: STATIONKEEPER_NOTIFY_CONFIG, value: /etc/stationkeeper/notifications/notify.yaml }
{{- end }}
{{- range (include "stationkeeper.credentials" . | fromYaml).credentials }}
- { name: {{ .variable }}, value: /etc/stationkeeper/credentials/{{ .file }} }
{{- end }}
{{- with include "stationkeeper.allowedHosts" . }}
- { name: STATIONKEEPER_ALLOWED_HOSTS, value: {{ . | quote }} }
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
