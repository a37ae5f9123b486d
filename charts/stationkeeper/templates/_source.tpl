{{- /* How the URL of the repository is reached: https, ssh, file, or nothing where there is none. */ -}}
{{- define "stationkeeper.gitProtocol" -}}
{{- $url := .Values.source.git.url -}}
{{- if hasPrefix "https://" $url -}}https
{{- else if hasPrefix "file://" $url -}}file
{{- else if or (hasPrefix "ssh://" $url) (regexMatch "^[^/]+:[^/]" $url) -}}ssh
{{- end -}}
{{- end -}}

{{- /* The port that the NetworkPolicy must let git through to. */ -}}
{{- define "stationkeeper.gitPort" -}}
{{- $url := .Values.source.git.url -}}
{{- $protocol := include "stationkeeper.gitProtocol" . -}}
{{- $port := "" -}}
{{- if contains "://" $url -}}
  {{- $port = regexReplaceAll "^[a-z]+://([^/]*).*$" $url "${1}" | regexFind ":[0-9]+$" | trimPrefix ":" -}}
{{- end -}}
{{- $port | default (get (dict "https" "443" "ssh" "22") $protocol) -}}
{{- end -}}

{{- /* The credentials that are given, as { credentials: [{ file, variable, value, secret, key }] }. */ -}}
{{- define "stationkeeper.credentials" -}}
{{- $own := printf "%s-credentials" (include "stationkeeper.fullname" .) -}}
{{- $git := .Values.source.git -}}
{{- $given := list -}}
{{- range list
  (dict "file" "token" "variable" "STATIONKEEPER_TOKEN_FILE" "from" .Values.api.token)
  (dict "file" "webhook-secret" "variable" "STATIONKEEPER_WEBHOOK_SECRET_FILE" "from" .Values.webhook.secret)
  (dict "file" "git-token" "variable" "STATIONKEEPER_GIT_TOKEN_FILE" "from" $git.token)
  (dict "file" "git-ssh-key" "variable" "STATIONKEEPER_GIT_SSH_KEY_FILE" "from" $git.sshKey)
  (dict "file" "git-known-hosts" "variable" "STATIONKEEPER_GIT_KNOWN_HOSTS_FILE" "from" $git.knownHosts)
-}}
  {{- if .from.existingSecret -}}
    {{- $given = append $given (dict "file" .file "variable" .variable "secret" .from.existingSecret "key" .from.key) -}}
  {{- else if .from.value -}}
    {{- $given = append $given (dict "file" .file "variable" .variable "secret" $own "key" .file "value" .from.value) -}}
  {{- end -}}
{{- end -}}
{{- dict "credentials" $given | toYaml -}}
{{- end -}}

{{- /* The ConfigMap with the manifests; nothing where they come from git. */ -}}
{{- define "stationkeeper.manifestsConfigMap" -}}
{{- if .Values.source.existingConfigMap -}}
{{ .Values.source.existingConfigMap }}
{{- else if .Values.source.manifests -}}
{{ include "stationkeeper.fullname" . }}-manifests
{{- end -}}
{{- end -}}

{{- /* The ConfigMap with the file of notifications; nothing where nobody is told. */ -}}
{{- define "stationkeeper.notificationsConfigMap" -}}
{{- if .Values.notifications.config -}}
{{ include "stationkeeper.fullname" . }}-notifications
{{- end -}}
{{- end -}}

{{- define "stationkeeper.allowedSignersConfigMap" -}}
{{- if .Values.source.git.allowedSigners.existingConfigMap -}}
{{ .Values.source.git.allowedSigners.existingConfigMap }}
{{- else if .Values.source.git.allowedSigners.value -}}
{{ include "stationkeeper.fullname" . }}-allowed-signers
{{- end -}}
{{- end -}}
