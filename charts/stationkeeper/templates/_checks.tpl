{{- /*
What values.schema.json cannot say, or not in words that help. Every mistake at once; none shows a value that may be secret.
*/ -}}
{{- define "stationkeeper.checks" -}}
{{- $wrong := list -}}
{{- $source := .Values.source -}}
{{- $git := $source.git -}}
{{- $sources := list -}}
{{- if $git.url -}}{{- $sources = append $sources "source.git.url" -}}{{- end -}}
{{- if $source.manifests -}}{{- $sources = append $sources "source.manifests" -}}{{- end -}}
{{- if $source.existingConfigMap -}}{{- $sources = append $sources "source.existingConfigMap" -}}{{- end -}}
{{- if eq (len $sources) 0 -}}
  {{- $wrong = append $wrong "there are no manifests: set one of source.git.url, source.manifests and source.existingConfigMap" -}}
{{- else if gt (len $sources) 1 -}}
  {{- $wrong = append $wrong (printf "%s exclude each other: the controller has one source" (join " and " $sources)) -}}
{{- end -}}

{{- $protocol := include "stationkeeper.gitProtocol" . -}}
{{- if $git.url -}}
  {{- if not $protocol -}}
    {{- $wrong = append $wrong "source.git.url is no git URL: https://host/path, ssh://user@host/path or user@host:path" -}}
  {{- else if and (eq $protocol "https") (regexMatch "^https://[^/]*@" $git.url) -}}
    {{- $wrong = append $wrong "source.git.url holds a user name, password or token: put it into source.git.username and source.git.token" -}}
  {{- end -}}
{{- end -}}
{{- range list (list "token" "https") (list "sshKey" "ssh") (list "knownHosts" "ssh") -}}
  {{- $name := index . 0 -}}
  {{- $needs := index . 1 -}}
  {{- $given := get $git $name -}}
  {{- if and (or $given.value $given.existingSecret) (ne $protocol $needs) -}}
    {{- $wrong = append $wrong (printf "source.git.%s goes with a git URL of %s only" $name $needs) -}}
  {{- else if and (eq $needs "ssh") (eq $protocol "ssh") (not (or $given.value $given.existingSecret)) -}}
    {{- $wrong = append $wrong (printf "source.git.%s is missing: git over ssh needs source.git.sshKey and source.git.knownHosts" $name) -}}
  {{- end -}}
{{- end -}}
{{- if and $git.username (not (or $git.token.value $git.token.existingSecret)) -}}
  {{- $wrong = append $wrong "source.git.username goes with source.git.token" -}}
{{- end -}}
{{- if and (not $git.url) (or $git.path (ne $git.branch "main") (include "stationkeeper.allowedSignersConfigMap" .)) -}}
  {{- $wrong = append $wrong "source.git.branch, path and allowedSigners go with source.git.url" -}}
{{- end -}}

{{- range list
  (list "source.git.token" $git.token "existingSecret")
  (list "source.git.sshKey" $git.sshKey "existingSecret")
  (list "source.git.knownHosts" $git.knownHosts "existingSecret")
  (list "source.git.allowedSigners" $git.allowedSigners "existingConfigMap")
  (list "api.token" .Values.api.token "existingSecret")
  (list "webhook.secret" .Values.webhook.secret "existingSecret")
-}}
  {{- $existing := index . 2 -}}
  {{- if and (index . 1).value (get (index . 1) $existing) -}}
    {{- $wrong = append $wrong (printf "%s.value and %s.%s exclude each other" (index . 0) (index . 0) $existing) -}}
  {{- end -}}
{{- end -}}

{{- if .Values.webhook.ingress.enabled -}}
  {{- if not (or .Values.webhook.secret.value .Values.webhook.secret.existingSecret) -}}
    {{- $wrong = append $wrong "webhook.ingress needs webhook.secret: without one POST /webhook is refused" -}}
  {{- end -}}
  {{- if not .Values.webhook.ingress.host -}}
    {{- $wrong = append $wrong "webhook.ingress needs webhook.ingress.host" -}}
  {{- end -}}
{{- end -}}
{{- if and .Values.notifications.existingSecret (not .Values.notifications.config) -}}
  {{- $wrong = append $wrong "notifications.existingSecret goes with notifications.config, which names its keys" -}}
{{- end -}}
{{- if and .Values.serviceAccount.roleArn (not .Values.serviceAccount.create) -}}
  {{- $wrong = append $wrong "serviceAccount.roleArn is written to a ServiceAccount that the chart creates; annotate your own yourself" -}}
{{- end -}}
{{- $ours := include "stationkeeper.ownLabels" (dict "root" .) | fromYaml -}}
{{- range list
  (list "commonLabels" .Values.commonLabels)
  (list "podLabels" .Values.podLabels)
  (list "metrics.serviceMonitor.labels" .Values.metrics.serviceMonitor.labels)
  (list "metrics.prometheusRule.labels" .Values.metrics.prometheusRule.labels)
-}}
  {{- $where := index . 0 -}}
  {{- range $label, $value := index . 1 -}}
    {{- if hasKey $ours $label -}}
      {{- $wrong = append $wrong (printf "%s must not hold %s, which the chart sets" $where $label) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- range .Values.extraEnv -}}
  {{- if and (has .name (list "STATIONKEEPER_TOKEN" "STATIONKEEPER_WEBHOOK_SECRET" "STATIONKEEPER_GIT_TOKEN")) (hasKey . "value") -}}
    {{- $wrong = append $wrong (printf "extraEnv %s would show a secret to everybody who may read Deployments; use api.token, webhook.secret or source.git.token" .name) -}}
  {{- end -}}
{{- end -}}

{{- if $wrong -}}
  {{- fail (printf "\n\nwrong values:\n- %s\n" (join "\n- " $wrong)) -}}
{{- end -}}
{{- end -}}
