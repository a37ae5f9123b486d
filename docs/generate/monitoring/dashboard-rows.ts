export interface Panel {
  readonly type: 'stat' | 'table' | 'timeseries';
  readonly title: string;
  readonly description: string;
  /** Grafana's name: `s`, `reqps`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly stacked?: boolean;
  /** From this value on it is red. */
  readonly warnAbove?: number;
}

interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const JOB = 'job=~"$job"';
const HERE = `${JOB}, environment=~"$environment"`;
const RATE = '[$__rate_interval]';

function query(expr: string, legend = ''): Query {
  return { expr, legend };
}

/** A number that is red where it is not 0. */
function trouble(title: string, expr: string, description: string): Panel {
  return {
    type: 'stat',
    title,
    description,
    unit: 'short',
    queries: [query(`${expr} or vector(0)`)],
    width: 4,
    height: 4,
    warnAbove: 1,
  };
}

function graph(
  title: string,
  description: string,
  queries: readonly Query[],
  more: Partial<Pick<Panel, 'unit' | 'width' | 'stacked'>> = {},
): Panel {
  return { type: 'timeseries', title, description, unit: 'short', width: 12, height: 8, queries, ...more };
}

/**
 * Of a metric with the label service, which names what is called: a ServiceMonitor gives that label to the Service of Kubernetes, and
 * Prometheus calls ours exported_service.
 */
function byService(expr: string, others: readonly string[] = []): string {
  const labels = ['service', ...others].join(', ');
  return `sum by (${labels}) (label_replace(${expr}, "service", "$1", "exported_service", "(.+)"))`;
}

/** From what needs somebody down to what only explains it. */
export const ROWS: readonly Row[] = [
  {
    title: 'What needs somebody',
    panels: [
      trouble(
        'Stalled',
        `sum(stationkeeper_object_state{${HERE}, state="stalled"})`,
        'Objects that nothing but a person can help.',
      ),
      trouble(
        'Degraded',
        `sum(stationkeeper_object_state{${HERE}, state="degraded"})`,
        'Objects that are as git says, and run badly.',
      ),
      trouble(
        'Unknown',
        `sum(stationkeeper_object_state{${HERE}, state="unknown"})`,
        'Objects that Stationkeeper cannot look at.',
      ),
      trouble(
        'Waiting for a confirmation',
        `sum(stationkeeper_deletions_held{${HERE}, reason="PruneBudgetExceeded"})`,
        'Resources that stay until somebody confirms their deletion.',
      ),
      trouble(
        'Errors in manifests',
        `sum(stationkeeper_source_errors{${JOB}})`,
        'Nothing is deleted while there is one.',
      ),
      trouble(
        'Notifications undelivered',
        `sum(stationkeeper_notifications_undelivered{${JOB}})`,
        'Notifications that a receiver has not taken yet.',
      ),
      {
        type: 'table',
        title: 'Objects in trouble',
        description: '`stationkeeper status NAME` says more of each. Without a name: how many of the kind.',
        unit: 'short',
        queries: [
          query(
            `sum by (environment, kind, name, state, reason) (stationkeeper_object_state{${HERE}, state=~"stalled|degraded|unknown"})`,
          ),
        ],
        width: 24,
        height: 8,
      },
    ],
  },
  {
    title: 'Objects by health',
    panels: [
      graph(
        'Objects by state',
        'Each object counts once, as in the summary of `GET /status`.',
        [query(`sum by (state) (stationkeeper_object_state{${HERE}})`, '{{state}}')],
        { stacked: true },
      ),
      graph(
        'Objects that are not ready, by Environment',
        'Suspended ones are left out.',
        [
          query(
            `sum by (environment) (stationkeeper_object_state{${HERE}, state!~"ready|suspended"})`,
            '{{environment}}',
          ),
        ],
        { stacked: true },
      ),
      graph('Conditions that are not met, by reason', 'Ready is False or Unknown.', [
        query(
          `sum by (reason) (stationkeeper_object_condition{${HERE}, type="Ready", status=~"False|Unknown"}) > 0`,
          '{{reason}}',
        ),
      ]),
      graph('Objects by kind', '', [
        query(`sum by (kind) (stationkeeper_object_state{${HERE}})`, '{{kind}}'),
      ]),
    ],
  },
  {
    title: 'Tasks and stops',
    panels: [
      graph('Tasks', 'All daemons together.', [
        query(`sum by (state) (stationkeeper_daemon_tasks{${HERE}})`, '{{state}}'),
      ]),
      graph('Daemons that lack tasks', 'Desired tasks that do not run.', [
        query(
          `sum by (environment, name) (stationkeeper_daemon_tasks{${HERE}, state="desired"}) - sum by (environment, name) (stationkeeper_daemon_tasks{${HERE}, state="running"}) > 0`,
          '{{environment}} {{name}}',
        ),
      ]),
      graph('Tasks that stopped, by reason', 'Without being asked to, within an hour.', [
        query(`sum by (reason) (increase(stationkeeper_task_stops_total{${HERE}}[1h])) > 0`, '{{reason}}'),
      ]),
      graph('Tasks that stopped, by daemon', 'The ten that lost the most within an hour.', [
        query(
          `topk(10, sum by (environment, name) (increase(stationkeeper_task_stops_total{${HERE}}[1h])) > 0)`,
          '{{environment}} {{name}}',
        ),
      ]),
    ],
  },
  {
    title: 'Drift and mutations',
    panels: [
      graph('Fields that differ from git', 'A healed field disappears with the next pass.', [
        query(`sum by (environment) (stationkeeper_resource_drift{${HERE}})`, '{{environment}}'),
      ]),
      graph(
        'Drift that was healed',
        'Changes that somebody made in AWS and Stationkeeper took back, in an hour.',
        [
          query(
            `sum by (kind) (increase(stationkeeper_mutations_total{${JOB}, changed_by="aws", result=~"done|started"}[1h])) > 0`,
            '{{kind}}',
          ),
        ],
      ),
      graph('Changes of AWS', 'Number in an hour, by action and result.', [
        query(
          `sum by (action, result) (increase(stationkeeper_mutations_total{${JOB}}[1h])) > 0`,
          '{{action}} {{result}}',
        ),
      ]),
      graph('Deletions that are held', 'By why.', [
        query(
          `sum by (environment, reason) (stationkeeper_deletions_held{${HERE}})`,
          '{{environment}} {{reason}}',
        ),
        query(`max(stationkeeper_confirmation_waiting{${JOB}})`, 'a confirmation is waited for'),
      ]),
    ],
  },
  {
    title: 'Rollouts',
    panels: [
      graph(
        'Environments by progress',
        'Every definition that goes through a Rollout.',
        [query(`sum by (name, state) (stationkeeper_rollout_environments{${JOB}})`, '{{name}} {{state}}')],
        { stacked: true },
      ),
      {
        type: 'table',
        title: 'Rollouts',
        description: '`GET /fleet` says what each waits for.',
        unit: 'short',
        queries: [query(`sum by (name, state, reason) (stationkeeper_object_state{${JOB}, kind="Rollout"})`)],
        width: 12,
        height: 8,
      },
    ],
  },
  {
    title: 'Coverage and consumers',
    panels: [
      graph('Hosts by state', 'Daemons that belong on every host.', [
        query(`sum by (state) (stationkeeper_daemon_coverage{${HERE}})`, '{{state}}'),
      ]),
      graph('Hosts that lack a daemon', '`stationkeeper status NAME` lists them.', [
        query(
          `sum by (environment, name) (stationkeeper_daemon_coverage{${HERE}, state="missing"}) > 0`,
          '{{environment}} {{name}}',
        ),
      ]),
      graph(
        'Consumers that are cut off',
        '`stationkeeper path NAME` says where.',
        [
          query(
            `sum by (environment, name, verdict) (stationkeeper_consumer_reachable{${HERE}, verdict!="Reachable"}) > 0`,
            '{{environment}} {{name}} {{verdict}}',
          ),
        ],
        { width: 24 },
      ),
    ],
  },
  {
    title: 'Source and passes',
    panels: [
      graph(
        'Since the manifests were read, and since a pass ended',
        'Seconds. Both stay near the interval.',
        [
          query(
            `time() - max by (job) (stationkeeper_source_last_success_timestamp_seconds{${JOB}})`,
            '{{job}} read',
          ),
          query(
            `time() - max by (job) (stationkeeper_last_pass_end_timestamp_seconds{${JOB}})`,
            '{{job}} pass ended',
          ),
          query(`max by (job) (stationkeeper_interval_seconds{${JOB}})`, '{{job}} interval'),
        ],
        { unit: 's' },
      ),
      graph(
        'How long passes take',
        'The median and the slowest of twenty.',
        [
          query(
            `histogram_quantile(0.5, sum by (le) (rate(stationkeeper_reconcile_duration_seconds_bucket{${JOB}}${RATE})))`,
            'median',
          ),
          query(
            `histogram_quantile(0.95, sum by (le) (rate(stationkeeper_reconcile_duration_seconds_bucket{${JOB}}${RATE})))`,
            '95 %',
          ),
        ],
        { unit: 's' },
      ),
      graph('Passes', 'Within an hour, by how they ended.', [
        query(`sum by (result) (increase(stationkeeper_reconcile_total{${JOB}}[1h]))`, '{{result}}'),
      ]),
      {
        type: 'table',
        title: 'What is in force',
        description: 'The version of the controller, and the commit that it read last.',
        unit: 'short',
        queries: [
          query(
            `sum by (job, version, owner, mode) (stationkeeper_build_info{${JOB}}) * on (job) group_left (revision) stationkeeper_source_revision_info{${JOB}}`,
          ),
        ],
        width: 8,
        height: 8,
      },
      {
        type: 'table',
        title: 'Source',
        description: '0: the last look failed, for this reason.',
        unit: 'short',
        queries: [query(`min by (job, reason) (stationkeeper_source_up{${JOB}})`)],
        width: 4,
        height: 8,
      },
    ],
  },
  {
    title: 'AWS',
    panels: [
      graph(
        'Requests',
        'By service.',
        [query(byService(`rate(stationkeeper_aws_requests_total{${JOB}}${RATE})`), '{{service}}')],
        { unit: 'reqps', stacked: true },
      ),
      graph(
        'Requests that failed',
        'By service and code.',
        [
          query(
            byService(`rate(stationkeeper_aws_requests_total{${JOB}, code!="OK"}${RATE})`, ['code']),
            '{{service}} {{code}}',
          ),
        ],
        { unit: 'reqps' },
      ),
      graph(
        'Latency',
        'Nineteen of twenty requests take less.',
        [
          query(
            `histogram_quantile(0.95, ${byService(`rate(stationkeeper_aws_request_duration_seconds_bucket{${JOB}}${RATE})`, ['le'])})`,
            '{{service}}',
          ),
        ],
        { unit: 's' },
      ),
      graph(
        'Throttled, and sent again',
        'Other callers of the account use up the same quota.',
        [
          query(
            byService(`rate(stationkeeper_aws_throttled_requests_total{${JOB}}${RATE})`),
            '{{service}} throttled',
          ),
          query(byService(`rate(stationkeeper_aws_retries_total{${JOB}}${RATE})`), '{{service}} sent again'),
        ],
        { unit: 'reqps' },
      ),
    ],
  },
  {
    title: 'Process',
    panels: [
      graph(
        'Memory',
        '',
        [
          query(`process_resident_memory_bytes{${JOB}}`, '{{job}} resident'),
          query(`nodejs_heap_size_used_bytes{${JOB}}`, '{{job}} heap'),
        ],
        { unit: 'bytes', width: 6 },
      ),
      graph(
        'CPU',
        'Share of one core.',
        [query(`rate(process_cpu_seconds_total{${JOB}}${RATE})`, '{{job}}')],
        {
          unit: 'percentunit',
          width: 6,
        },
      ),
      graph(
        'Lag of the event loop',
        'Seconds mean that the process gets no CPU.',
        [query(`nodejs_eventloop_lag_p99_seconds{${JOB}}`, '{{job}}')],
        { unit: 's', width: 6 },
      ),
      graph(
        'Notifications',
        'Attempts within an hour, and what waits.',
        [
          query(
            `sum by (receiver, result) (increase(stationkeeper_notifications_total{${JOB}}[1h]))`,
            '{{receiver}} {{result}}',
          ),
          query(`sum by (receiver) (stationkeeper_notifications_undelivered{${JOB}})`, '{{receiver}} waits'),
        ],
        { width: 6 },
      ),
    ],
  },
];
