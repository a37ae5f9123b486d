{{- /* Made of docs/generate/monitoring/alerts.ts by `npm run docs`: do not change it here. */ -}}
{{- /* docs/operations.md has a runbook for each alert. */ -}}
{{- /* What people add to every alert; what the rules say themselves stays. */ -}}
{{- define "stationkeeper.alertLabels" -}}
{{- with omit .Values.metrics.prometheusRule.alertLabels "severity" "environment" "kind" "name" "reason" }}
{{- toYaml . }}
{{- end }}
{{- end -}}

{{- define "stationkeeper.alerts" -}}
{{- $ours := printf "namespace=%q, service=%q" .Release.Namespace (include "stationkeeper.fullname" .) -}}
{{- $runbooks := .Values.metrics.prometheusRule.runbookUrl -}}
- alert: StationkeeperAbsent
  expr: absent(stationkeeper_build_info{ {{- $ours -}} })
  for: 5m
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
    environment: all
    reason: Absent
  annotations:
    summary: No Stationkeeper is running.
    description: Prometheus has scraped no controller for 5 minutes. AWS keeps what it has running, but nobody heals drift or applies a commit.
    runbook_url: {{ $runbooks }}#stationkeeperabsent
- alert: StationkeeperLoopStopped
  expr: |-
    time() - (max by (namespace, job) (stationkeeper_last_pass_end_timestamp_seconds{ {{- $ours -}} }) or max by (namespace, job) (stationkeeper_start_time_seconds{ {{- $ours -}} }))
      > clamp_min(3 * max by (namespace, job) (stationkeeper_interval_seconds{ {{- $ours -}} }), 300)
  for: 1m
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
    environment: all
    reason: LoopStopped
  annotations:
    summary: Stationkeeper has ended no pass for {{ "{{" }} $value | humanizeDuration {{ "}}" }}.
    description: The process answers, but its loop hangs. Nobody heals drift or applies a commit. `GET /healthz` answers 503.
    runbook_url: {{ $runbooks }}#stationkeeperloopstopped
- alert: StationkeeperSourceStale
  expr: |-
    (time() - (max by (namespace, job) (stationkeeper_source_last_success_timestamp_seconds{ {{- $ours -}} }) or max by (namespace, job) (stationkeeper_start_time_seconds{ {{- $ours -}} })))
      * on (namespace, job) group_left (reason)
        (topk by (namespace, job) (1, sum by (namespace, job, reason) (count_over_time(stationkeeper_source_up{ {{- $ours -}} }[10m]))) > bool 0)
      > on (namespace, job) group_left ()
        clamp_min(5 * max by (namespace, job) (stationkeeper_interval_seconds{ {{- $ours -}} }), 600)
      unless on (namespace, job)
        (time() - (max by (namespace, job) (stationkeeper_last_pass_end_timestamp_seconds{ {{- $ours -}} }) or max by (namespace, job) (stationkeeper_start_time_seconds{ {{- $ours -}} }))
          > clamp_min(3 * max by (namespace, job) (stationkeeper_interval_seconds{ {{- $ours -}} }), 300))
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
    environment: all
  annotations:
    summary: Stationkeeper has not read its manifests for {{ "{{" }} $value | humanizeDuration {{ "}}" }} ({{ "{{" }} $labels.reason {{ "}}" }}).
    description: Stationkeeper keeps the last commit that it read in force, and deletes nothing. A controller that has never read its source does nothing at all. The first of `source.errors` in `GET /status` is what git said.
    runbook_url: {{ $runbooks }}#stationkeepersourcestale
- alert: StationkeeperPassesFailing
  expr: |-
    time() - (max by (namespace, job) (stationkeeper_last_pass_end_timestamp_seconds{ {{- $ours -}} , result="success"}) or max by (namespace, job) (stationkeeper_start_time_seconds{ {{- $ours -}} }))
      > clamp_min(5 * max by (namespace, job) (stationkeeper_interval_seconds{ {{- $ours -}} }), 900)
      unless on (namespace, job)
        (time() - (max by (namespace, job) (stationkeeper_last_pass_end_timestamp_seconds{ {{- $ours -}} }) or max by (namespace, job) (stationkeeper_start_time_seconds{ {{- $ours -}} }))
          > clamp_min(3 * max by (namespace, job) (stationkeeper_interval_seconds{ {{- $ours -}} }), 300))
      unless on (namespace, job) max by (namespace, job) (stationkeeper_source_up{ {{- $ours -}} }) == 0
      unless on (namespace, job)
        max by (namespace, job) (stationkeeper_object_state{ {{- $ours -}} , reason=~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"})
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    environment: all
    reason: PassesFail
  annotations:
    summary: Something has failed in every pass for {{ "{{" }} $value | humanizeDuration {{ "}}" }}.
    description: One object that fails again and again is enough. `GET /status` names it, with the error of AWS; the log has a warning for each attempt.
    runbook_url: {{ $runbooks }}#stationkeeperpassesfailing
- alert: StationkeeperThrottled
  expr: |-
    sum by (namespace, job) (increase(stationkeeper_aws_throttled_requests_total{ {{- $ours -}} }[5m]))
      / sum by (namespace, job) (increase(stationkeeper_aws_requests_total{ {{- $ours -}} }[5m]))
      > 0.1
  for: 10m
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    environment: all
    reason: Throttled
  annotations:
    summary: AWS throttles {{ "{{" }} $value | humanizePercentage {{ "}}" }} of the requests of Stationkeeper.
    description: Passes take longer, so that commits are applied and drift is healed later. Somebody else may use up the quota of the account and Region, which all share.
    runbook_url: {{ $runbooks }}#stationkeeperthrottled
- alert: StationkeeperManifestsInvalid
  expr: |-
    max_over_time((sum by (namespace, job) (stationkeeper_source_errors{ {{- $ours -}} } > 0))[10m:30s])
      and on (namespace, job)
        count_over_time((sum by (namespace, job) (stationkeeper_source_errors{ {{- $ours -}} } > 0))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    environment: all
    reason: SourceInvalid
  annotations:
    summary: The manifests have {{ "{{" }} $value {{ "}}" }} error{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}.
    description: Stationkeeper leaves the objects of invalid documents as they are, keeps all others, and deletes nothing until the errors are gone. `GET /status` has file, line and message of each.
    runbook_url: {{ $runbooks }}#stationkeepermanifestsinvalid
- alert: StationkeeperCredentialsRefused
  expr: |-
    max_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException"}))[5m:30s])
      * on (namespace, job, environment) group_left (reason)
        (topk by (namespace, job, environment) (1, sum by (namespace, job, environment, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException"}[5m]))) > bool 0)
      and on (namespace, job, environment)
        count_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException"}))[5m:30s]) >= 9
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
  annotations:
    summary: AWS refuses the credentials for {{ "{{" }} $labels.environment {{ "}}" }} ({{ "{{" }} $labels.reason {{ "}}" }}).
    description: Stationkeeper cannot look at {{ "{{" }} $value {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}. Daemons keep running; nobody heals drift or applies a commit there until somebody renews the credentials.
    runbook_url: {{ $runbooks }}#stationkeepercredentialsrefused
- alert: StationkeeperAccessDenied
  expr: |-
    max_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}))[10m:30s])
      * on (namespace, job, environment) group_left (reason)
        (topk by (namespace, job, environment) (1, sum by (namespace, job, environment, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}[10m]))) > bool 0)
      and on (namespace, job, environment)
        count_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", reason=~"ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
  annotations:
    summary: AWS denies Stationkeeper a permission in {{ "{{" }} $labels.environment {{ "}}" }} ({{ "{{" }} $labels.reason {{ "}}" }}).
    description: Stationkeeper cannot keep {{ "{{" }} $value {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }} as git says. The message of each has the action that is denied, and the statement to add to the policy.
    runbook_url: {{ $runbooks }}#stationkeeperaccessdenied
- alert: StationkeeperObjectsUnknown
  expr: |-
    max_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state="unknown", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}))[10m:30s])
      * on (namespace, job, environment) group_left (reason)
        (topk by (namespace, job, environment) (1, sum by (namespace, job, environment, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state="unknown", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}[10m]))) > bool 0)
      and on (namespace, job, environment)
        count_over_time((sum by (namespace, job, environment) (stationkeeper_object_state{ {{- $ours -}} , state="unknown", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure"}))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
  annotations:
    summary: Stationkeeper cannot look at {{ "{{" }} $value {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} ({{ "{{" }} $labels.reason {{ "}}" }}).
    description: Whether they run as git says is not known, and nobody corrects them. `stationkeeper status` has the cause that they share.
    runbook_url: {{ $runbooks }}#stationkeeperobjectsunknown
- alert: StationkeeperDaemonStalled
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}))[2m:30s])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}[2m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}))[2m:30s]) >= 4
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
  annotations:
    summary: "{{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} {{ "{{" }} if or $labels.name (eq $value 1.0) {{ "}}" }}needs{{ "{{" }} else {{ "}}" }}need{{ "{{" }} end {{ "}}" }} you: {{ "{{" }} $labels.reason {{ "}}" }}."
    description: Neither ECS nor Stationkeeper can fix this. `stationkeeper status {{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}--environment {{ "{{" }} $labels.environment {{ "}}" }}{{ "{{" }} end {{ "}}" }}` has the message of AWS and what to do.
    runbook_url: {{ $runbooks }}#stationkeeperdaemonstalled
- alert: StationkeeperCrashLooping
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state=~"degraded|stalled", reason="CrashLooping"}))[5m:30s])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state=~"degraded|stalled", reason="CrashLooping"}[5m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state=~"degraded|stalled", reason="CrashLooping"}))[5m:30s]) >= 9
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: critical
  annotations:
    summary: "{{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} {{ "{{" }} if or $labels.name (eq $value 1.0) {{ "}}" }}crashes{{ "{{" }} else {{ "}}" }}crash{{ "{{" }} end {{ "}}" }} again and again."
    description: At least three of its tasks, or a tenth of them, ended by themselves within the hour, the last one within 20 minutes. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` has the exit code, and the log group has why.
    runbook_url: {{ $runbooks }}#stationkeepercrashlooping
- alert: StationkeeperTasksStopping
  expr: |-
    sum by (namespace, job, environment, name) (increase(stationkeeper_task_stops_total{ {{- $ours -}} , reason=~"ContainerExited|ContainerKilled|HealthCheckFailing|OutOfMemory"}[3h]))
      * on (namespace, job, environment, name) group_left (reason)
        (topk by (namespace, job, environment, name) (1, sum by (namespace, job, environment, name, reason) (increase(stationkeeper_task_stops_total{ {{- $ours -}} , reason=~"ContainerExited|ContainerKilled|HealthCheckFailing|OutOfMemory"}[3h]))) > bool 0)
      >= on (namespace, job, environment, name) group_left () clamp_min(0.1 * sum by (namespace, job, environment, name) (stationkeeper_daemon_tasks{ {{- $ours -}} , state="desired"}), 2.5)
      unless on (namespace, job, environment, name)
        sum by (namespace, job, environment, name) (count_over_time(stationkeeper_object_state{ {{- $ours -}} , reason="CrashLooping"}[3h]))
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    kind: DaemonService
  annotations:
    summary: 'Tasks of {{ "{{" }} with $labels.name {{ "}}" }}DaemonService/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}daemons{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} keep ending: {{ "{{" }} $value | printf "%.0f" {{ "}}" }} within three hours ({{ "{{" }} $labels.reason {{ "}}" }}).'
    description: They end too rarely for a crash loop, and all of them run most of the time. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` has the last exit code.
    runbook_url: {{ $runbooks }}#stationkeepertasksstopping
- alert: StationkeeperDegraded
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state="degraded", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}))[10m:30s])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state="degraded", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}[10m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state="degraded", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
  annotations:
    summary: "{{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} {{ "{{" }} if or $labels.name (eq $value 1.0) {{ "}}" }}is{{ "{{" }} else {{ "}}" }}are{{ "{{" }} end {{ "}}" }} degraded: {{ "{{" }} $labels.reason {{ "}}" }}."
    description: "It is as git says, and ill: tasks do not start or do not stay up, for a reason that may end by itself. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` has the message."
    runbook_url: {{ $runbooks }}#stationkeeperdegraded
- alert: StationkeeperObjectStalled
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind!~"DaemonService|Rollout", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}))[5m:30s])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , kind!~"DaemonService|Rollout", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}[5m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind!~"DaemonService|Rollout", state="stalled", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid"}))[5m:30s]) >= 9
    or
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason=~"AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}))[5m:30s])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason=~"AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}[5m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="DaemonService", state="stalled", reason=~"AnotherSource|Contested|DependencyMissing|NotOurs|ReplaceNotAllowed|RolloutCannotProceed"}))[5m:30s]) >= 9
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
  annotations:
    summary: "{{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} {{ "{{" }} if or $labels.name (eq $value 1.0) {{ "}}" }}waits{{ "{{" }} else {{ "}}" }}wait{{ "{{" }} end {{ "}}" }} for somebody: {{ "{{" }} $labels.reason {{ "}}" }}."
    description: Stationkeeper may not or cannot go on by itself. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` says what would let it.
    runbook_url: {{ $runbooks }}#stationkeeperobjectstalled
- alert: StationkeeperNotReady
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|RolloutWaiting"}))[30m:1m])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|RolloutWaiting"}[30m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|RolloutWaiting"}))[30m:1m]) >= 27
      and on (namespace, job, environment, kind, name)
        sum_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , state!~"ready|suspended", kind!="Rollout", reason!~"CredentialsProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|RequestExpired|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClientException|ACCESSDENIED|AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|AuthFailure|CoverageGap|CrashLooping|DriftDetected|PruneBudgetExceeded|SourceInvalid|RolloutWaiting"}))[30m:1m]) >= 0.1 * sum_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} }))[30m:1m])
      unless on (namespace, job, environment, kind, name)
        max by (namespace, job, environment, kind, name) (count_over_time((sum by (namespace, job, environment, kind, name, state) (stationkeeper_object_state{ {{- $ours -}} , state=~"stalled|degraded|unknown"}))[30m:1m])) >= 9
      unless on (namespace, job)
        stationkeeper_build_info{ {{- $ours -}} , mode="observe"}
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
  annotations:
    summary: "{{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} {{ "{{" }} if or $labels.name (eq $value 1.0) {{ "}}" }}has{{ "{{" }} else {{ "}}" }}have{{ "{{" }} end {{ "}}" }} not been Ready for 30 minutes, most of the time for {{ "{{" }} $labels.reason {{ "}}" }}."
    description: It changes, waits, or goes from one trouble to the next. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` has what it waits for, and what happened to it.
    runbook_url: {{ $runbooks }}#stationkeepernotready
- alert: StationkeeperHostsWithoutDaemon
  expr: |-
    max_over_time((sum by (namespace, job, environment, name) (stationkeeper_daemon_coverage{ {{- $ours -}} , state="missing"} > 0))[10m:30s])
      and on (namespace, job, environment, name)
        count_over_time((sum by (namespace, job, environment, name) (stationkeeper_daemon_coverage{ {{- $ours -}} , state="missing"} > 0))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    kind: DaemonService
    reason: CoverageGap
  annotations:
    summary: "Hosts without {{ "{{" }} with $labels.name {{ "}}" }}DaemonService/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}daemons{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }}: {{ "{{" }} $value {{ "}}" }}."
    description: Programs on these hosts have no daemon. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` lists the hosts, since when and why.
    runbook_url: {{ $runbooks }}#stationkeeperhostswithoutdaemon
- alert: StationkeeperRolloutFailed
  expr: |-
    max_over_time((sum by (namespace, job, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", state="stalled"}))[2m:30s])
      * on (namespace, job, kind, name) group_left (reason)
        (topk by (namespace, job, kind, name) (1, sum by (namespace, job, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", state="stalled"}[2m]))) > bool 0)
      and on (namespace, job, kind, name)
        count_over_time((sum by (namespace, job, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", state="stalled"}))[2m:30s]) >= 4
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    environment: all
  annotations:
    summary: "Rollout {{ "{{" }} $labels.name {{ "}}" }} has stopped: more Environments failed than it allows."
    description: Environments that have not begun keep the former version. `GET /fleet` has the stage and the first cause.
    runbook_url: {{ $runbooks }}#stationkeeperrolloutfailed
- alert: StationkeeperApprovalWaiting
  expr: |-
    max_over_time((sum by (namespace, job, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", reason="ApprovalNeeded"}))[1h:1m])
      * on (namespace, job, kind, name) group_left (reason)
        (topk by (namespace, job, kind, name) (1, sum by (namespace, job, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", reason="ApprovalNeeded"}[1h]))) > bool 0)
      and on (namespace, job, kind, name)
        count_over_time((sum by (namespace, job, kind, name) (stationkeeper_object_state{ {{- $ours -}} , kind="Rollout", reason="ApprovalNeeded"}))[1h:1m]) >= 54
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: info
    environment: all
  annotations:
    summary: Rollout {{ "{{" }} $labels.name {{ "}}" }} has waited for an approval for an hour.
    description: "`GET /fleet` has the stage, the digest, and the command that approves it."
    runbook_url: {{ $runbooks }}#stationkeeperapprovalwaiting
- alert: StationkeeperDeletionsHeld
  expr: |-
    max_over_time((sum by (namespace, job, environment) (stationkeeper_deletions_held{ {{- $ours -}} , reason="PruneBudgetExceeded"}))[10m:30s])
      * on (namespace, job, environment) group_left (reason)
        (topk by (namespace, job, environment) (1, sum by (namespace, job, environment, reason) (sum_over_time(stationkeeper_deletions_held{ {{- $ours -}} , reason="PruneBudgetExceeded"}[10m]))) > bool 0)
      and on (namespace, job, environment)
        count_over_time((sum by (namespace, job, environment) (stationkeeper_deletions_held{ {{- $ours -}} , reason="PruneBudgetExceeded"}))[10m:30s]) >= 18
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
  annotations:
    summary: Stationkeeper holds {{ "{{" }} $value {{ "}}" }} deletion{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }} until somebody confirms.
    description: Git has lost more objects than the prune budget lets go unasked. `confirmation` in `GET /status` has what would go, and the request that lets exactly that go.
    runbook_url: {{ $runbooks }}#stationkeeperdeletionsheld
- alert: StationkeeperConsumersBlocked
  expr: |-
    max_over_time((sum by (namespace, job, environment, name, consumer) (stationkeeper_consumer_reachable{ {{- $ours -}} , verdict="Blocked"} > 0))[15m:30s])
      and on (namespace, job, environment, name, consumer)
        count_over_time((sum by (namespace, job, environment, name, consumer) (stationkeeper_consumer_reachable{ {{- $ours -}} , verdict="Blocked"} > 0))[15m:30s]) >= 27
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    kind: DaemonService
    reason: Blocked
  annotations:
    summary: "{{ "{{" }} with $labels.consumer {{ "}}" }}{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} consumer{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} cannot reach {{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}their daemons{{ "{{" }} end {{ "}}" }} in {{ "{{" }} $labels.environment {{ "}}" }}."
    description: Something on the way lets its traffic not through. `stationkeeper path {{ "{{" }} $labels.name {{ "}}" }}` names the hop, with the evidence and what to do.
    runbook_url: {{ $runbooks }}#stationkeeperconsumersblocked
- alert: StationkeeperDriftStays
  expr: |-
    max_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , reason="DriftDetected"}))[30m:1m])
      * on (namespace, job, environment, kind, name) group_left (reason)
        (topk by (namespace, job, environment, kind, name) (1, sum by (namespace, job, environment, kind, name, reason) (sum_over_time(stationkeeper_object_state{ {{- $ours -}} , reason="DriftDetected"}[30m]))) > bool 0)
      and on (namespace, job, environment, kind, name)
        count_over_time((sum by (namespace, job, environment, kind, name) (stationkeeper_object_state{ {{- $ours -}} , reason="DriftDetected"}))[30m:1m]) >= 27
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: info
  annotations:
    summary: Somebody changed {{ "{{" }} with $labels.name {{ "}}" }}{{ "{{" }} $labels.kind {{ "}}" }}/{{ "{{" }} . {{ "}}" }}{{ "{{" }} else {{ "}}" }}{{ "{{" }} $value {{ "}}" }} {{ "{{" }} $labels.kind {{ "}}" }} object{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }}{{ "{{" }} end {{ "}}" }} in AWS, in {{ "{{" }} $labels.environment {{ "}}" }}, and nobody corrects it.
    description: Stationkeeper only observes it, or may not correct it. `stationkeeper status {{ "{{" }} $labels.name {{ "}}" }}` has the fields.
    runbook_url: {{ $runbooks }}#stationkeeperdriftstays
- alert: StationkeeperNotificationsUndelivered
  expr: |-
    max_over_time((sum by (namespace, job, receiver) (stationkeeper_notifications_undelivered{ {{- $ours -}} } > 0))[15m:30s])
      and on (namespace, job, receiver)
        count_over_time((sum by (namespace, job, receiver) (stationkeeper_notifications_undelivered{ {{- $ours -}} } > 0))[15m:30s]) >= 27
  labels:
    {{- include "stationkeeper.alertLabels" . | nindent 4 }}
    severity: warning
    environment: all
    reason: Undelivered
  annotations:
    summary: Stationkeeper cannot deliver {{ "{{" }} $value {{ "}}" }} notification{{ "{{" }} if ne $value 1.0 {{ "}}" }}s{{ "{{" }} end {{ "}}" }} to {{ "{{" }} $labels.receiver {{ "}}" }}.
    description: The receiver refuses them or does not answer. Stationkeeper keeps trying. The log has its answer.
    runbook_url: {{ $runbooks }}#stationkeepernotificationsundelivered
{{- end -}}
