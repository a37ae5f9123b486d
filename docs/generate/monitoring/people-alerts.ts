import {
  CONTROLLER,
  DAEMON,
  ENVIRONMENT,
  OBJECT,
  counted,
  lastingAboveZero,
  lastingWithReason,
  series,
} from './alert.ts';
import type { Alert } from './alert.ts';

/** What waits for people, or what they should know of. */
export const PEOPLE_ALERTS: readonly Alert[] = [
  {
    name: 'StationkeeperRolloutFailed',
    severity: 'warning',
    when: 'a Rollout has been stopped by failures for 2 minutes',
    expr: lastingWithReason(
      series('object_state', 'kind="Rollout"', 'state="stalled"'),
      [...CONTROLLER, 'kind', 'name'],
      '2m',
    ),
    labels: { environment: 'all' },
    summary: 'Rollout {{ $labels.name }} has stopped: more Environments failed than it allows.',
    description:
      'Environments that have not begun keep the former version. `GET /fleet` has the stage and the first cause.',
    runbook: {
      means:
        'In a stage of the Rollout more Environments failed than `maxFailures` allows. No other Environment starts. Started ones stay as they are; all others keep the former version.',
      look: [
        '`stationkeeper status` has the Rollout with the first cause.',
        '`curl -s http://HOST:8080/fleet/DaemonService/NAME | jq \'.environments[] | select(.state == "failed")\'` lists the Environments that failed.',
      ],
      do: [
        'Fix the manifest in git, or revert the commit: both start again with the first stage ([a failed stage](fleets.md#a-stage-that-fails)).',
      ],
    },
  },
  {
    name: 'StationkeeperApprovalWaiting',
    severity: 'info',
    when: 'a stage of a Rollout has waited for an approval for an hour',
    expr: lastingWithReason(
      series('object_state', 'kind="Rollout"', 'reason="ApprovalNeeded"'),
      [...CONTROLLER, 'kind', 'name'],
      '1h',
    ),
    labels: { environment: 'all' },
    summary: 'Rollout {{ $labels.name }} has waited for an approval for an hour.',
    description: '`GET /fleet` has the stage, the digest, and the command that approves it.',
    runbook: {
      means: 'All stages before have succeeded, and the next one begins when somebody approves it.',
      look: [
        '`stationkeeper status` has the stage and the digest, and the whole command.',
        '`GET /fleet/DaemonService/NAME` has the state of the Environments of the earlier stages.',
      ],
      do: ['`stationkeeper approve ROLLOUT STAGE DIGEST --token-file FILE`, or revert the commit.'],
    },
  },
  {
    name: 'StationkeeperDeletionsHeld',
    severity: 'warning',
    when: 'deletions beyond the prune budget have waited for a confirmation for 10 minutes',
    expr: lastingWithReason(series('deletions_held', 'reason="PruneBudgetExceeded"'), ENVIRONMENT, '10m'),
    labels: {},
    summary: `Stationkeeper holds ${counted('deletion')} in {{ $labels.environment }} until somebody confirms.`,
    description:
      'Git has lost more objects than the prune budget lets go unasked. `confirmation` in `GET /status` has what would go, and the request that lets exactly that go.',
    runbook: {
      means:
        'Manifests of more objects than the [prune budget](#the-prune-budget) allows are gone from git: on purpose, or since somebody moved a folder or emptied a branch. Until somebody confirms, all of them stay and run.',
      look: [
        '`curl -s http://HOST:8080/status | jq .confirmation` lists what would go and why it is held.',
        '`git log --stat -3` on the branch says who removed the manifests.',
      ],
      do: [
        'If it was a mistake, restore the manifests: nothing has happened.',
        'If it was meant, confirm with the printed request: `curl -X POST -H "Authorization: Bearer $TOKEN" http://HOST:8080/plan/HASH/confirm`.',
      ],
    },
  },
  {
    name: 'StationkeeperConsumersBlocked',
    severity: 'warning',
    when: 'a declared consumer has not reached its daemon for 15 minutes',
    expr: lastingAboveZero(series('consumer_reachable', 'verdict="Blocked"'), [...DAEMON, 'consumer'], '15m'),
    labels: { kind: 'DaemonService', reason: 'Blocked' },
    summary: `{{ with $labels.consumer }}{{ . }}{{ else }}${counted('consumer')}{{ end }} cannot reach {{ with $labels.name }}{{ . }}{{ else }}their daemons{{ end }} in {{ $labels.environment }}.`,
    description:
      'Something on the way lets its traffic not through. `stationkeeper path {{ $labels.name }}` names the hop, with the evidence and what to do.',
    runbook: {
      means:
        'Stationkeeper has followed the path from the consumer to the daemon, hop by hop, and found one that is closed: a security group, a network ACL, a route, or a name that does not resolve.',
      look: [
        '`stationkeeper path NAME` has every hop and the first that is closed.',
        '`stationkeeper status NAME` has the advice for it.',
      ],
      do: [
        'Do what the advice says. A rule that the manifest itself can add is [`spec.consumers`](manifests.md#daemonservice).',
      ],
    },
  },
  {
    name: 'StationkeeperDriftStays',
    severity: 'info',
    when: 'somebody changed an object in AWS 30 minutes ago, and nobody corrects it',
    expr: lastingWithReason(series('object_state', 'reason="DriftDetected"'), OBJECT, '30m'),
    labels: {},
    summary: `Somebody changed {{ with $labels.name }}{{ $labels.kind }}/{{ . }}{{ else }}${counted('{{ $labels.kind }} object')}{{ end }} in AWS, in {{ $labels.environment }}, and nobody corrects it.`,
    description:
      'Stationkeeper only observes it, or may not correct it. `stationkeeper status {{ $labels.name }}` has the fields.',
    runbook: {
      means:
        'Somebody changed a resource in AWS, and it stays so: Stationkeeper observes only (`--mode observe`, or the annotation `stationkeeper.dev/reconcile: observe`), or may not correct it.',
      look: [
        '`stationkeeper status NAME` has each field with both values and since when; `stationkeeper_resource_drift` counts them.',
        'CloudTrail, by the name of the resource, says who changed it.',
      ],
      do: [
        'Put the change into git if it is right; otherwise let Stationkeeper correct it (`--mode enforce`).',
        "If the field is somebody else's, say so: [`stationkeeper.dev/ignore-drift`](manifests.md#fields-that-others-keep).",
      ],
    },
  },
  {
    name: 'StationkeeperNotificationsUndelivered',
    severity: 'warning',
    when: 'notifications have waited to be delivered for 15 minutes',
    expr: lastingAboveZero(series('notifications_undelivered'), [...CONTROLLER, 'receiver'], '15m'),
    labels: { environment: 'all', reason: 'Undelivered' },
    summary: `Stationkeeper cannot deliver ${counted('notification')} to {{ $labels.receiver }}.`,
    description:
      'The receiver refuses them or does not answer. Stationkeeper keeps trying. The log has its answer.',
    runbook: {
      means:
        'The receiver of notifications refuses them, or cannot be reached. People who rely on it get no message.',
      look: [
        '`controller.notifications` of `GET /status` has the last error of each receiver.',
        '`sum by (receiver, result) (increase(stationkeeper_notifications_total[1h]))` in Prometheus.',
        'The log of the controller has the answer of the receiver for each failed attempt.',
      ],
      do: [
        'Renew the secret or correct the URL of the receiver, then run `stationkeeper notify test --notify-config FILE`. Stationkeeper gives up a notification after an hour.',
      ],
    },
  },
];
