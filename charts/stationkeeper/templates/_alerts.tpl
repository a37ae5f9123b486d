{{- /* Seconds in which something must have come of it: 15 minutes, or five intervals where those are longer. */ -}}
{{- define "stationkeeper.patienceSeconds" -}}
{{- $interval := .Values.controller.interval -}}
{{- $unit := regexFind "[a-z]+$" $interval -}}
{{- $seconds := mul (trimSuffix $unit $interval | int64) (get (dict "s" 1 "m" 60 "h" 3600) $unit) -}}
{{- max 900 (mul 5 $seconds) -}}
{{- end -}}

{{- define "stationkeeper.alertLabels" -}}
{{- merge (dict "severity" .severity) .root.Values.metrics.prometheusRule.alertLabels | toJson -}}
{{- end -}}

{{- /* The labels namespace and service are the ServiceMonitor's. */ -}}
{{- define "stationkeeper.alerts" -}}
{{- $ours := printf "namespace=%q,service=%q" .Release.Namespace (include "stationkeeper.fullname" .) -}}
{{- $patience := include "stationkeeper.patienceSeconds" . -}}
- alert: StationkeeperAbsent
  expr: absent(stationkeeper_pass_number{ {{- $ours -}} })
  for: 10m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "critical") }}
  annotations:
    summary: >-
      No Stationkeeper is running.
    description: >-
      Nothing has been scraped for 10 minutes. Nobody corrects drift, and nothing in git is applied. AWS keeps running what it has.
- alert: StationkeeperSourceStale
  expr: time() - stationkeeper_source_last_success_timestamp_seconds{ {{- $ours -}} } > {{ $patience }}
  for: 5m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      Manifests have not been read for {{ "{{ $value | humanizeDuration }}" }}.
    description: >-
      The controller goes on with the last revision that it read. `stationkeeper status` and the log say why; source.errors of GET /status too.
- alert: StationkeeperPassesFailing
  expr: |-
    increase(stationkeeper_reconcile_total{ {{- $ours -}} ,result="failure"}[{{ $patience }}s]) > 0
      unless ignoring(result) increase(stationkeeper_reconcile_total{ {{- $ours -}} ,result="success"}[{{ $patience }}s]) > 0
  for: 5m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      Every pass fails.
    description: >-
      Something failed in each pass of the last {{ $patience }} s. GET /status names the resource and AWS's error.
- alert: StationkeeperObjectStalled
  expr: max by (namespace, service, kind, name, environment) (stationkeeper_object_condition{ {{- $ours -}} ,type="Stalled",status="True"}) == 1
  for: 5m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      {{ "{{ $labels.kind }}/{{ $labels.name }}" }} is stalled.
    description: >-
      It needs somebody's help. GET /status/{{ "{{ $labels.kind }}/{{ $labels.name }}" }} says what for.
- alert: StationkeeperObjectNotReady
  expr: max by (namespace, service, kind, name, environment) (stationkeeper_object_condition{ {{- $ours -}} ,type="Ready",status="False"}) == 1
  for: 30m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      {{ "{{ $labels.kind }}/{{ $labels.name }}" }} has not been ready for 30 minutes.
    description: >-
      It is not as git wants it, or its tasks are not healthy. GET /status/{{ "{{ $labels.kind }}/{{ $labels.name }}" }} says which.
- alert: StationkeeperHostsWithoutDaemon
  expr: max by (namespace, service, name, environment) (stationkeeper_daemon_coverage{ {{- $ours -}} ,state="missing"}) > 0
  for: 15m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      {{ "{{ $value }} hosts have lacked {{ $labels.name }}" }} for 15 minutes.
    description: >-
      A host of the cluster that the daemon belongs on is without it. `stationkeeper status {{ "{{ $labels.name }}" }}` says which, and why.
- alert: StationkeeperDriftStays
  expr: max by (namespace, service, kind, name, environment, resource) (stationkeeper_resource_drift{ {{- $ours -}} }) > 0
  for: 30m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "info") }}
  annotations:
    summary: >-
      {{ "{{ $labels.resource }} of {{ $labels.kind }}/{{ $labels.name }}" }} differs from git.
    description: >-
      Somebody changed it in AWS, and it is not corrected (observed only, contested, or held).
- alert: StationkeeperAccessDenied
  expr: sum by (namespace, service, exported_service, operation) (increase(stationkeeper_aws_requests_total{ {{- $ours -}} ,code=~"AccessDenied.*|UnauthorizedOperation|UnrecognizedClientException|ExpiredToken.*"}[15m])) > 0
  for: 15m
  labels: {{ include "stationkeeper.alertLabels" (dict "root" . "severity" "warning") }}
  annotations:
    summary: >-
      AWS refuses {{ "{{ $labels.exported_service }}:{{ $labels.operation }}" }}.
    description: >-
      The role lacks a permission, or its credentials are not valid. `stationkeeper policy` prints the policy that the manifests need.
{{- end -}}
