import { CONTROLLER, anyOf, by, counted, lastingAboveZero, series } from './alert.ts';
import type { Alert } from './alert.ts';
import { CREDENTIALS, DENIALS } from './reasons.ts';

const INTERVAL = `max ${by(CONTROLLER)} (${series('interval_seconds')})`;

/** Seconds since the latest of a time; since the start where it never was. */
function secondsSince(time: string): string {
  const start = `max ${by(CONTROLLER)} (${series('start_time_seconds')})`;
  return `time() - (max ${by(CONTROLLER)} (${time}) or ${start})`;
}

const NO_PASS_ENDS = [
  secondsSince(series('last_pass_end_timestamp_seconds')),
  `  > clamp_min(3 * ${INTERVAL}, 300)`,
].join('\n');

const ON_CONTROLLER = `on (${CONTROLLER.join(', ')})`;
/** A loop that hangs has an alert of its own, and lets everything grow old. */
const UNLESS_IT_HANGS = `  unless ${ON_CONTROLLER}\n    (${NO_PASS_ENDS.replaceAll('\n', '\n    ')})`;

const SOURCE_STALE = [
  `(${secondsSince(series('source_last_success_timestamp_seconds'))})`,
  `  * ${ON_CONTROLLER} group_left (reason)`,
  `    (topk ${by(CONTROLLER)} (1, sum ${by([...CONTROLLER, 'reason'])} (count_over_time(${series('source_up')}[10m]))) > bool 0)`,
  `  > ${ON_CONTROLLER} group_left ()`,
  `    clamp_min(5 * ${INTERVAL}, 600)`,
  UNLESS_IT_HANGS,
].join('\n');

/** What is wrong with the controller as a whole. */
export const CONTROLLER_ALERTS: readonly Alert[] = [
  {
    name: 'StationkeeperAbsent',
    severity: 'critical',
    when: 'Prometheus has scraped no Stationkeeper for 5 minutes',
    expr: `absent(${series('build_info')})`,
    for: '5m',
    labels: { environment: 'all', reason: 'Absent' },
    summary: 'No Stationkeeper is running.',
    description:
      'Prometheus has scraped no controller for 5 minutes. AWS keeps what it has running, but nobody heals drift or applies a commit.',
    runbook: {
      means:
        'The process does not run, or Prometheus cannot reach it. Daemons keep running. Nobody corrects drift, and nothing that git changes is applied.',
      look: [
        'On Kubernetes: `kubectl -n NAMESPACE get pods,events` and `kubectl -n NAMESPACE logs deploy/stationkeeper --previous`.',
        'On ECS: `aws ecs describe-services --cluster CLUSTER --services stationkeeper --query "services[0].events[:5]"`.',
        'If it runs: `curl -s http://HOST:8080/healthz` from where Prometheus is. The page "Targets" of Prometheus shows the error of the scrape.',
      ],
      do: [
        'Start it again. It keeps no state: the next pass finds all that it needs.',
        'If it ran out of memory, raise the limit: docs/measured.md has a table of its needs.',
        'If it runs and cannot be scraped, correct the NetworkPolicy, the security group or the ServiceMonitor.',
      ],
    },
  },
  {
    name: 'StationkeeperLoopStopped',
    severity: 'critical',
    when: 'no pass has ended for 5 minutes, or 3 intervals where those are longer',
    expr: NO_PASS_ENDS,
    for: '1m',
    labels: { environment: 'all', reason: 'LoopStopped' },
    summary: 'Stationkeeper has ended no pass for {{ $value | humanizeDuration }}.',
    description:
      'The process answers, but its loop hangs. Nobody heals drift or applies a commit. `GET /healthz` answers 503.',
    runbook: {
      means:
        'The process is alive and its loop hangs. A slow AWS does not do that: the controller waits 25 s for an Environment at most. A full disk, a hanging file system or a defect does.',
      look: [
        '`curl -s http://HOST:8080/healthz` says how long ago the last pass ended.',
        'The last lines of its log, and `nodejs_eventloop_lag_seconds`: a lag of seconds means that the process gets no CPU.',
      ],
      do: [
        'Restart the process. Nothing is lost.',
        'If it happens again, raise its CPU, and report it with the log of the 10 minutes before.',
      ],
    },
  },
  {
    name: 'StationkeeperSourceStale',
    severity: 'critical',
    when: 'the manifests have not been read for 10 minutes, or 5 intervals where those are longer; also where they never were',
    expr: SOURCE_STALE,
    labels: { environment: 'all' },
    summary:
      'Stationkeeper has not read its manifests for {{ $value | humanizeDuration }} ({{ $labels.reason }}).',
    description:
      'Stationkeeper keeps the last commit that it read in force, and deletes nothing. A controller that has never read its source does nothing at all. The first of `source.errors` in `GET /status` is what git said.',
    runbook: {
      means:
        'Stationkeeper cannot read git or the folder. It holds on to the last commit that it read and heals drift from it, deletes nothing, and does not see new commits.',
      look: [
        "`curl -s http://HOST:8080/status | jq '.source.errors[0]'` has git's own message.",
        '`git ls-remote URL BRANCH` from the same network and with the same token.',
      ],
      do: [
        'Renew an expired token or key: the files of `--git-token-file` and `--git-ssh-key-file` are read again in each pass, so no restart is needed.',
        'Undo what moved or deleted the branch, or the path in it.',
        'Wait, if the git host is down: nothing breaks meanwhile.',
      ],
    },
  },
  {
    name: 'StationkeeperPassesFailing',
    severity: 'warning',
    when: 'no pass has been without a failure for 15 minutes, or 5 intervals where those are longer',
    expr: [
      secondsSince(series('last_pass_end_timestamp_seconds', 'result="success"')),
      `  > clamp_min(5 * ${INTERVAL}, 900)`,
      UNLESS_IT_HANGS,
      `  unless ${ON_CONTROLLER} max ${by(CONTROLLER)} (${series('source_up')}) == 0`,
      `  unless ${ON_CONTROLLER}`,
      `    max ${by(CONTROLLER)} (${series('object_state', anyOf('reason', [...CREDENTIALS, ...DENIALS]))})`,
    ].join('\n'),
    labels: { environment: 'all', reason: 'PassesFail' },
    summary: 'Something has failed in every pass for {{ $value | humanizeDuration }}.',
    description:
      'One object that fails again and again is enough. `GET /status` names it, with the error of AWS; the log has a warning for each attempt.',
    runbook: {
      means:
        'In each pass at least one change was refused or went wrong. The other objects are kept as they should be.',
      look: [
        '`stationkeeper status` lists what is not Ready, and on top what several objects share.',
        'The log: lines with `"msg":"failed"` have the code, operation and resource; one of level `error` with `pass` is a defect.',
      ],
      do: [
        'Look the reason up in [Reasons and what to do](#reasons-and-what-to-do), and do what the message says.',
        'If the log has such a line of level `error`, report it.',
      ],
    },
  },
  {
    name: 'StationkeeperThrottled',
    severity: 'warning',
    when: 'AWS has refused more than a tenth of the requests for 10 minutes, since there were too many',
    expr: [
      `sum ${by(CONTROLLER)} (increase(${series('aws_throttled_requests_total')}[5m]))`,
      `  / sum ${by(CONTROLLER)} (increase(${series('aws_requests_total')}[5m]))`,
      '  > 0.1',
    ].join('\n'),
    for: '10m',
    labels: { environment: 'all', reason: 'Throttled' },
    summary: 'AWS throttles {{ $value | humanizePercentage }} of the requests of Stationkeeper.',
    description:
      'Passes take longer, so that commits are applied and drift is healed later. Somebody else may use up the quota of the account and Region, which all share.',
    runbook: {
      means:
        'AWS answers that there are too many requests. Stationkeeper slows down and tries again, so that all is done, later. Quotas are of an account and Region: another tool may use them up.',
      look: [
        '`sum by (service) (rate(stationkeeper_aws_throttled_requests_total[5m]))` in Prometheus says which service.',
        '`sum by (service, operation) (rate(stationkeeper_aws_requests_total[5m]))` says what Stationkeeper asks for.',
        "CloudTrail's Event history, by event source, says who else calls.",
      ],
      do: [
        'Raise `--interval`, for a fleet to 5 minutes: drift is then found later, commits are not if a webhook asks for a pass.',
        'Stop or slow the other caller, or ask AWS for a higher request rate.',
      ],
    },
  },
  {
    name: 'StationkeeperManifestsInvalid',
    severity: 'warning',
    when: 'a manifest has been invalid for 10 minutes',
    expr: lastingAboveZero(series('source_errors'), CONTROLLER, '10m'),
    labels: { environment: 'all', reason: 'SourceInvalid' },
    summary: `The manifests have ${counted('error')}.`,
    description:
      'Stationkeeper leaves the objects of invalid documents as they are, keeps all others, and deletes nothing until the errors are gone. `GET /status` has file, line and message of each.',
    runbook: {
      means:
        'A commit holds a manifest that is invalid. Its object stays as it is, other objects are kept as git says, and nothing at all is deleted.',
      look: [
        '`curl -s http://HOST:8080/status | jq -r \'.source.errors[] | "\\(.file):\\(.line): \\(.message)"\'` lists the errors.',
        '`stationkeeper validate PATH` on a checkout of the branch says the same, with a fix for each.',
      ],
      do: [
        'Correct the files in git, or revert the commit.',
        'Run `stationkeeper validate` in the pipeline of the repository, so that it does not happen again.',
      ],
    },
  },
];
