import { ENDS_OF_PROGRAM } from '../../../controller/core/stop-reasons.ts';
import {
  CONTROLLER,
  DAEMON,
  OBJECT,
  anyOf,
  by,
  counted,
  lastingAboveZero,
  lastingWithReason,
  noneOf,
  series,
  verb,
} from './alert.ts';
import type { Alert } from './alert.ts';
import { TOLD_ELSEWHERE, WAITING_FOR_PEOPLE } from './reasons.ts';

/** `DaemonService/xray in prod`; `3 DaemonService objects in prod` where objects are counted. */
const SUBJECT = `{{ with $labels.name }}{{ $labels.kind }}/{{ . }}{{ else }}${counted('{{ $labels.kind }} object')}{{ end }} in {{ $labels.environment }}`;
const DAEMON_SUBJECT =
  '{{ with $labels.name }}DaemonService/{{ . }}{{ else }}daemons{{ end }} in {{ $labels.environment }}';

const NO_ROLLOUT = 'kind!="Rollout"';
const STALLED = 'state="stalled"';
const STOPS = series('task_stops_total', anyOf('reason', ENDS_OF_PROGRAM));

/** Three within three hours, or a tenth of the tasks where that is more; increases are estimates, and 2.5 is three. */
const ENOUGH_STOPS = `clamp_min(0.1 * sum ${by(DAEMON)} (${series('daemon_tasks', 'state="desired"')}), 2.5)`;

/** Objects that were ill in one way for so long within the half hour that its own alert has told of them. */
const TOLD_AS_ILL = `max ${by(OBJECT)} (count_over_time((sum ${by([...OBJECT, 'state'])} (${series('object_state', 'state=~"stalled|degraded|unknown"')}))[30m:1m])) >= 9`;

const NOT_READY = series(
  'object_state',
  noneOf('state', ['ready', 'suspended']),
  NO_ROLLOUT,
  noneOf('reason', [...TOLD_ELSEWHERE, 'RolloutWaiting']),
);

/** An object is all of itself. Where objects are counted, one or the other of a fleet is always being deployed. */
const A_TENTH_IS_NOT_READY = `sum_over_time((sum ${by(OBJECT)} (${NOT_READY}))[30m:1m]) >= 0.1 * sum_over_time((sum ${by(OBJECT)} (${series('object_state')}))[30m:1m])`;

/** What is wrong with single objects, or with those of a kind in an Environment where objects are counted. */
export const OBJECT_ALERTS: readonly Alert[] = [
  {
    name: 'StationkeeperDaemonStalled',
    severity: 'critical',
    when: 'a daemon has needed somebody for 2 minutes: its image is missing, its tasks cannot start, its deployment failed',
    expr: lastingWithReason(
      series(
        'object_state',
        'kind="DaemonService"',
        STALLED,
        noneOf('reason', [...TOLD_ELSEWHERE, ...WAITING_FOR_PEOPLE]),
      ),
      OBJECT,
      '2m',
    ),
    labels: {},
    summary: `${SUBJECT} ${verb('needs', 'need')} you: {{ $labels.reason }}.`,
    description:
      'Neither ECS nor Stationkeeper can fix this. `stationkeeper status {{ with $labels.name }}{{ . }}{{ else }}--environment {{ $labels.environment }}{{ end }}` has the message of AWS and what to do.',
    runbook: {
      means:
        'Tasks of the daemon cannot start, or a deployment was given up or rolled back, for a reason that only a change in git or in AWS ends. Where it was rolled back, the former version runs.',
      look: [
        '`stationkeeper status NAME` has the reason, the message of AWS, how many tasks run, and what happened to it last, with the commits.',
        '`aws ecs describe-services --cluster CLUSTER --services NAME --query "services[0].events[:5]"` has the words of ECS.',
      ],
      do: [
        '`ImageNotFound`, `InvalidImageName`, `RolledBack`: push the image or correct its tag in git, or revert the commit.',
        '`ImagePullDenied`, `SecretsUnreadable`, `LogsDenied`: give the execution role what the message names.',
        '`SubnetFull`, `QuotaReached`: make room as the message says.',
        'Every other reason: [Reasons and what to do](#reasons-and-what-to-do).',
      ],
    },
  },
  {
    name: 'StationkeeperCrashLooping',
    severity: 'critical',
    when: 'tasks of a daemon have started and ended again and again for 5 minutes',
    expr: lastingWithReason(
      series('object_state', 'state=~"degraded|stalled"', 'reason="CrashLooping"'),
      OBJECT,
      '5m',
    ),
    labels: {},
    summary: `${SUBJECT} ${verb('crashes', 'crash')} again and again.`,
    description:
      'At least three of its tasks, or a tenth of them, ended by themselves within the hour, the last one within 20 minutes. `stationkeeper status {{ $labels.name }}` has the exit code, and the log group has why.',
    runbook: {
      means:
        'The program of the daemon starts and ends. ECS restarts it each time, so most of the time all tasks run, and clients lose data in between.',
      look: [
        '`stationkeeper status NAME` has how many tasks stopped, when, and the last exit code or `OutOfMemory`.',
        '`stationkeeper logs NAME --since 15m` has the last lines of the program.',
        '`sum by (reason) (increase(stationkeeper_task_stops_total{name="NAME"}[1h]))` in Prometheus says of what they die.',
      ],
      do: [
        '`OutOfMemory`, `ContainerKilled`: raise `spec.memory`.',
        '`HealthCheckFailing`: correct the health check, or give it a longer `startPeriod`.',
        '`ContainerExited`: fix the error in the log, or revert the last commit that `stationkeeper status NAME` has in its history.',
      ],
    },
  },
  {
    name: 'StationkeeperTasksStopping',
    severity: 'warning',
    when: 'three tasks of a daemon, or a tenth of them, ended by themselves within three hours',
    expr: [
      `sum ${by(DAEMON)} (increase(${STOPS}[3h]))`,
      `  * on (${DAEMON.join(', ')}) group_left (reason)`,
      `    (topk ${by(DAEMON)} (1, sum ${by([...DAEMON, 'reason'])} (increase(${STOPS}[3h]))) > bool 0)`,
      `  >= on (${DAEMON.join(', ')}) group_left () ${ENOUGH_STOPS}`,
      // A crash loop has an alert of its own, also for what it leaves behind.
      `  unless on (${DAEMON.join(', ')})`,
      `    sum ${by(DAEMON)} (count_over_time(${series('object_state', 'reason="CrashLooping"')}[3h]))`,
    ].join('\n'),
    labels: { kind: 'DaemonService' },
    summary: `Tasks of ${DAEMON_SUBJECT} keep ending: {{ $value | printf "%.0f" }} within three hours ({{ $labels.reason }}).`,
    description:
      'They end too rarely for a crash loop, and all of them run most of the time. `stationkeeper status {{ $labels.name }}` has the last exit code.',
    runbook: {
      means:
        'A slow crash loop: the program runs for many minutes and ends. `/status` says Healthy in between. Most often it is a memory leak, or one request that kills it.',
      look: [
        '`sum by (reason) (increase(stationkeeper_task_stops_total{name="NAME"}[3h]))` in Prometheus says of what they die.',
        '`stationkeeper logs NAME --since 3h` has the last lines before each end.',
        'The graph "Tasks that stopped" of the dashboard: regular intervals are a leak.',
      ],
      do: [
        '`OutOfMemory`, `ContainerKilled`: raise `spec.memory`, and fix the leak.',
        'Otherwise fix the program, or go back to the version before in git.',
      ],
    },
  },
  {
    name: 'StationkeeperDegraded',
    severity: 'warning',
    when: 'an object has run badly for 10 minutes',
    expr: lastingWithReason(
      series('object_state', 'state="degraded"', NO_ROLLOUT, noneOf('reason', TOLD_ELSEWHERE)),
      OBJECT,
      '10m',
    ),
    labels: {},
    summary: `${SUBJECT} ${verb('is', 'are')} degraded: {{ $labels.reason }}.`,
    description:
      'It is as git says, and ill: tasks do not start or do not stay up, for a reason that may end by itself. `stationkeeper status {{ $labels.name }}` has the message.',
    runbook: {
      means:
        'Tasks do not start or are not healthy, for a reason that may end by itself, such as a registry that limits pulls. ECS keeps trying, and Stationkeeper repeats a rollout that ECS gave up.',
      look: [
        '`stationkeeper status NAME` has the reason, the message of AWS, and when it is tried again.',
        '`stationkeeper logs NAME --since 30m`.',
      ],
      do: [
        'Look the reason up in [Reasons and what to do](#reasons-and-what-to-do).',
        'After you fix the cause, `POST /reconcile` tries at once instead of at `nextRetryAt`.',
      ],
    },
  },
  {
    name: 'StationkeeperObjectStalled',
    severity: 'warning',
    when: 'an object has waited for a decision of people for 5 minutes, while its tasks keep running',
    expr: [
      lastingWithReason(
        series('object_state', 'kind!~"DaemonService|Rollout"', STALLED, noneOf('reason', TOLD_ELSEWHERE)),
        OBJECT,
        '5m',
      ),
      'or',
      lastingWithReason(
        series('object_state', 'kind="DaemonService"', STALLED, anyOf('reason', WAITING_FOR_PEOPLE)),
        OBJECT,
        '5m',
      ),
    ].join('\n'),
    labels: {},
    summary: `${SUBJECT} ${verb('waits', 'wait')} for somebody: {{ $labels.reason }}.`,
    description:
      'Stationkeeper may not or cannot go on by itself. `stationkeeper status {{ $labels.name }}` says what would let it.',
    runbook: {
      means:
        'Stationkeeper cannot make the object as git says before somebody decides or corrects something: a name is taken, a replacement is not allowed, something that it uses does not exist.',
      look: [
        '`stationkeeper status NAME` has the reason, and the resource that it is about.',
        '`stationkeeper plan PATH` shows what is held.',
      ],
      do: [
        '`NotOurs`, `AnotherSource`: rename it in git, or adopt it.',
        '`ReplaceNotAllowed`: allow the replacement for one commit, or undo the change.',
        '`Contested`: find the other writer in CloudTrail, or leave the field to it.',
        'Every other reason: [Reasons and what to do](#reasons-and-what-to-do).',
      ],
    },
  },
  {
    name: 'StationkeeperNotReady',
    severity: 'warning',
    when: 'an object has not been Ready for 30 minutes, in one way or another; where objects are counted, a tenth of a kind',
    expr: [
      lastingWithReason(NOT_READY, OBJECT, '30m'),
      `  and on (${OBJECT.join(', ')})`,
      `    ${A_TENTH_IS_NOT_READY}`,
      `  unless on (${OBJECT.join(', ')})`,
      `    ${TOLD_AS_ILL}`,
      `  unless on (${CONTROLLER.join(', ')})`,
      `    ${series('build_info', 'mode="observe"')}`,
    ].join('\n'),
    labels: {},
    summary: `${SUBJECT} ${verb('has', 'have')} not been Ready for 30 minutes, most of the time for {{ $labels.reason }}.`,
    description:
      'It changes, waits, or goes from one trouble to the next. `stationkeeper status {{ $labels.name }}` has what it waits for, and what happened to it.',
    runbook: {
      means:
        'The object has been progressing, waiting or ill by turns for half an hour. A deployment that takes long, or something that it waits for, is the usual cause.',
      look: ['`stationkeeper status NAME` has what it waits for now, and its last 20 changes.'],
      do: [
        'If it waits for another object (`DependencyNotReady`), look at that one.',
        'If a deployment takes long, look at `tasks.pending` and at the events of ECS.',
      ],
    },
  },
  {
    name: 'StationkeeperHostsWithoutDaemon',
    severity: 'warning',
    when: 'a host has lacked a daemon that belongs on every host for 10 minutes',
    expr: lastingAboveZero(series('daemon_coverage', 'state="missing"'), DAEMON, '10m'),
    labels: { kind: 'DaemonService', reason: 'CoverageGap' },
    summary: `Hosts without ${DAEMON_SUBJECT}: {{ $value }}.`,
    description:
      'Programs on these hosts have no daemon. `stationkeeper status {{ $labels.name }}` lists the hosts, since when and why.',
    runbook: {
      means:
        'The daemon belongs on every host of its cluster, and is not on some. Applications there send to nobody.',
      look: [
        '`stationkeeper status NAME` lists each host with the cause: `PortTaken`, `MemoryShort`, `AgentDisconnected` and so on.',
        '`stationkeeper_daemon_coverage` in Prometheus says how many hosts are eligible, running, placing and missing.',
      ],
      do: [
        'Do what [the table of causes](#on-which-hosts-a-daemon-is-missing) says for the cause.',
        'If the host is broken, terminate it: its group starts another.',
      ],
    },
  },
];
