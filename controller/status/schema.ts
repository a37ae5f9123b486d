import { Type } from 'typebox';
import type { Static } from 'typebox';
import { MANIFEST_KINDS } from '../core/resource.ts';
import { oneOf } from '../core/schema.ts';
import { IgnoredJson } from '../plan/json.ts';
import { ConsumersSchema } from './consumers.ts';
import { CoverageSchema } from './coverage.ts';
import { DiscoverySchema } from './discovery-schema.ts';

/**
 * The status document: what the report builder returns, what HTTP answers and what the API description says, from one source. Times are ISO
 * 8601 in UTC. What is not known is left out.
 */
const closed = { additionalProperties: false } as const;

/** What is reported as an object: the kinds that stand in an Environment, and a Rollout, which stands in none. */
export const REPORTED_KINDS = [...MANIFEST_KINDS, 'Rollout'] as const;
const Time = Type.String({ description: 'ISO 8601, UTC' });

const SourceErrorSchema = Type.Object(
  {
    file: Type.String({ description: 'Relative to the source path; empty for the source as a whole' }),
    line: Type.Integer({ minimum: 0 }),
    column: Type.Integer({ minimum: 0 }),
    path: Type.String({ description: 'Path of the field, `spec.cpu`' }),
    message: Type.String(),
  },
  closed,
);

/** In the order in which they are told; an object without consumers has no ConsumersReachable. */
export const CONDITIONS = ['Ready', 'Reconciling', 'Stalled', 'ConsumersReachable'] as const;

const ConditionSchema = Type.Object(
  {
    type: oneOf(CONDITIONS),
    status: oneOf(['True', 'False', 'Unknown']),
    reason: Type.String({ description: 'CamelCase' }),
    message: Type.String(),
    lastTransitionTime: Type.String({ description: 'ISO 8601, UTC; moves only when the status changes' }),
  },
  closed,
);
export type Condition = Static<typeof ConditionSchema>;

const DriftSchema = Type.Object(
  {
    path: Type.String(),
    desired: Type.Unknown({ description: 'What git wants; null where it wants nothing' }),
    actual: Type.Unknown({ description: 'What AWS has; null where it has nothing' }),
    since: Time,
    healedAt: Type.Optional(
      Type.String({
        description: 'ISO 8601, UTC: a pass put it right then; listed for a short while after',
      }),
    ),
  },
  closed,
);
export type Drift = Static<typeof DriftSchema>;

const ResourceSchema = Type.Object(
  {
    id: Type.String({ description: '`kind/name`' }),
    arn: Type.Optional(Type.String()),
    owner: oneOf(['us', 'another', 'nobody']),
    state: oneOf(['InSync', 'Changed', 'Drifted', 'Missing', 'Held', 'Unknown']),
    step: oneOf(['keep', 'create', 'update', 'replace', 'delete', 'hold'], 'What the plan has for it'),
    reason: Type.String(),
    drift: Type.Array(DriftSchema),
  },
  closed,
);
export type ResourceStatus = Static<typeof ResourceSchema>;

const InstanceSchema = Type.Object(
  {
    id: Type.String({
      description: 'ECS task id, which is the Cloud Map instance id of what ECS registers',
    }),
    host: Type.Optional(
      Type.String({
        description:
          'Id of the container instance that the controller registered in Cloud Map; as fresh as the last pass',
      }),
    ),
    ipv4: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    health: Type.String({
      description: 'HEALTHY, UNHEALTHY or UNKNOWN; UNREGISTERED for a task that service discovery lacks',
    }),
    records: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Route 53's records of it, `A 172.31.5.7`; left out where there are no records, or Route 53 was not read",
      }),
    ),
    task: Type.String({
      description: 'Last status of the ECS task; UNKNOWN for a registration without one',
    }),
  },
  closed,
);
export type Instance = Static<typeof InstanceSchema>;

const TransitionSchema = Type.Object(
  {
    at: Time,
    revision: Type.Optional(Type.String({ description: 'Revision of the source that was in force' })),
    resource: Type.Optional(Type.String({ description: '`kind/name`; absent for the object as a whole' })),
    why: oneOf(
      [
        'Created',
        'Changed',
        'Drifted',
        'Missing',
        'Replaced',
        'Deleted',
        'Released',
        'Held',
        'Ended',
        'Health',
      ],
      'Changed: git made it differ. Drifted: somebody in AWS did. Ended: a difference went without our doing',
    ),
    changes: Type.Array(
      Type.Object({ path: Type.String(), from: Type.Unknown(), to: Type.Unknown() }, closed),
    ),
    result: oneOf(
      ['done', 'started', 'failed', 'held', 'ignored', 'seen'],
      'started: AWS works on it. held: something could be done and is not. seen: nothing was to be done',
    ),
    message: Type.String(),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
    finishedAt: Type.Optional(
      Type.String({ description: 'ISO 8601, UTC: when what AWS worked on came to its end' }),
    ),
  },
  closed,
);
export type Transition = Static<typeof TransitionSchema>;

/** Transitions of an object, newest first. */
export const Transitions = Type.Array(TransitionSchema, {
  description: 'What happened to it since the controller started, newest first; at most 20',
});

const StopsSchema = Type.Object(
  {
    count: Type.Integer({ minimum: 0 }),
    reason: Type.String({ description: 'Why the last one stopped, with container reasons and exit codes' }),
    lastAt: Type.Optional(Time),
  },
  {
    ...closed,
    description: 'Tasks that stopped without being asked to, as far as ECS still shows them: about an hour',
  },
);

const DeploymentSchema = Type.Object(
  {
    id: Type.String(),
    state: Type.Optional(Type.String({ description: 'COMPLETED, IN_PROGRESS or FAILED, as ECS has it' })),
    startedAt: Type.Optional(Time),
  },
  { ...closed, description: 'The deployment that is in force' },
);

const Count = Type.Integer({ minimum: 0 });

export const ObjectStatus = Type.Object(
  {
    kind: oneOf(REPORTED_KINDS),
    name: Type.String(),
    environment: Type.String({ description: 'Empty for a Rollout, which is of none' }),
    endpoint: Type.Optional(
      Type.String({
        description:
          '`host:port` for applications; `DiscoverInstances NAMESPACE/SERVICE` where there is no name in DNS',
      }),
    ),
    sync: oneOf(['Synced', 'OutOfSync', 'Unknown']),
    health: oneOf(['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown']),
    conditions: Type.Array(ConditionSchema),
    since: Type.String({ description: 'ISO 8601, UTC: since when it is Ready, or is not' }),
    cause: Type.Optional(
      Type.String({ description: 'In a few words, why it is not Ready; the condition tells all' }),
    ),
    tasks: Type.Optional(Type.Object({ desired: Count, running: Count, pending: Count }, closed)),
    deployment: Type.Optional(DeploymentSchema),
    stops: Type.Optional(StopsSchema),
    coverage: Type.Optional(CoverageSchema),
    discovery: Type.Optional(DiscoverySchema),
    consumers: Type.Optional(ConsumersSchema),
    nameServers: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Name servers of a public Namespace, to which the zone above it or the registrar delegates its domain',
      }),
    ),
    usedBy: Type.Optional(
      Type.Array(
        Type.Object(
          {
            service: Type.String({ description: 'The ECS service, as cluster/service' }),
            container: Type.String(),
            at: Type.String({
              description:
                'Where its task definition names the endpoint: environment[AWS_XRAY_DAEMON_ADDRESS]',
            }),
          },
          closed,
        ),
        {
          description:
            'Who names the endpoint in what the services of the account run, declared a consumer or not; absent where that was not looked for',
        },
      ),
    ),
    nextRetryAt: Type.Optional(
      Type.String({ description: 'ISO 8601, UTC: when what failed is tried again at the earliest' }),
    ),
    links: Type.Optional(
      Type.Object(
        {
          console: Type.Optional(Type.String({ description: 'The service in the ECS console' })),
          logs: Type.Optional(Type.String({ description: 'Its log group in the CloudWatch console' })),
        },
        closed,
      ),
    ),
    observedRevision: Type.Optional(Type.String({ description: 'Revision that the last pass read' })),
    lastAppliedRevision: Type.Optional(
      Type.String({ description: 'Last revision at which everything of the object was in sync' }),
    ),
    resources: Type.Array(ResourceSchema),
    instances: Type.Array(InstanceSchema),
  },
  closed,
);
export type ObjectStatus = Static<typeof ObjectStatus>;

/** An object with what happened to it, which the report of all of them leaves out. */
export const ObjectDetail = Type.Object({ ...ObjectStatus.properties, history: Transitions }, closed);

const SelfSchema = Type.Object(
  {
    cluster: Type.Optional(Type.String()),
    service: Type.Optional(Type.String({ description: 'Absent where ECS does not tell it' })),
    family: Type.Optional(Type.String({ description: 'Family of its task definition' })),
    unknown: Type.Optional(
      Type.String({ description: 'Why it is not known as what it runs; nothing is removed meanwhile' }),
    ),
  },
  { ...closed, description: 'What it runs as on ECS, and never removes; absent elsewhere' },
);

const NotificationSchema = Type.Object(
  {
    receiver: Type.String({ description: 'Its name in the file of --notify-config' }),
    type: oneOf(['slack', 'webhook', 'sns']),
    queued: Type.Integer({ minimum: 0, description: 'Messages that wait to be delivered' }),
    undelivered: Type.Integer({ minimum: 0, description: 'Messages given up since the start' }),
    lastError: Type.Optional(
      Type.String({ description: 'Why the last attempt failed; absent where it did not' }),
    ),
    lastDeliveredAt: Type.Optional(Time),
  },
  closed,
);

const ControllerSchema = Type.Object(
  {
    version: Type.String(),
    owner: Type.String(),
    startedAt: Time,
    mode: Type.Optional(oneOf(['enforce', 'observe'])),
    intervalMs: Type.Optional(Type.Integer({ minimum: 0 })),
    self: Type.Optional(SelfSchema),
    notifications: Type.Optional(
      Type.Array(NotificationSchema, {
        description:
          'Delivery of notifications to each receiver at the end of the last pass; absent without receivers',
      }),
    ),
  },
  closed,
);

const SourceSchema = Type.Object(
  {
    type: oneOf(['git', 'directory']),
    url: Type.String(),
    branch: Type.Optional(Type.String()),
    revision: Type.Optional(Type.String({ description: 'A commit, or `sha256:…` of a folder' })),
    committedAt: Type.Optional(Time),
    subject: Type.Optional(Type.String({ description: "The first line of the commit's message" })),
    author: Type.Optional(Type.String({ description: 'Who made the commit, without the address' })),
    link: Type.Optional(Type.String({ description: 'The page of the commit at its host' })),
    lastFetchedAt: Type.Optional(Time),
    others: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Resources of this owner that belong to other sources, and are left alone',
      }),
    ),
    errors: Type.Array(SourceErrorSchema),
    warnings: Type.Optional(
      Type.Array(SourceErrorSchema, {
        description:
          'Fields that are valid, and that AWS accepts, and that will not work; left out where there are none',
      }),
    ),
    ignored: IgnoredJson,
  },
  closed,
);

const PassSchema = Type.Object(
  {
    number: Type.Integer({ minimum: 0, description: '0 before the first pass has ended' }),
    startedAt: Type.Optional(Time),
    finishedAt: Type.Optional(Time),
    durationMs: Type.Number({ minimum: 0 }),
    awsRequests: Type.Integer({ minimum: 0 }),
    changes: Type.Integer({ minimum: 0, description: 'Resources that the pass changed' }),
    nextAt: Type.Optional(
      Type.String({
        description: 'ISO 8601, UTC: when the next one begins, unless something asks for it earlier',
      }),
    ),
  },
  closed,
);

const CauseSchema = Type.Object(
  {
    reason: Type.String({ description: 'CamelCase' }),
    message: Type.String(),
    environment: Type.String(),
    objects: Type.Integer({ minimum: 1, description: 'How many it concerns' }),
  },
  { ...closed, description: 'What is wrong with several objects of an environment in the same way' },
);

const ConfirmationSchema = Type.Object(
  {
    hash: Type.String({
      description: 'Names these deletions and nothing else: another one more, another hash',
    }),
    request: Type.String({ description: 'What lets exactly these go, with the token' }),
    why: Type.Array(Type.String(), {
      description: 'Why they are held; one text for each Environment that differs',
    }),
    objects: Type.Array(Type.String(), {
      description: 'What would go, object by object: `DaemonService/xray: service/xray, role/xray-task`',
    }),
    folded: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The same, where several Environments have some alike, with that once: `DaemonService/xray (2 Environments: eu, us): service/xray`',
      }),
    ),
  },
  { ...closed, description: 'Deletions that wait for somebody to confirm them; left out where none does' },
);

const EnvironmentSchema = Type.Object(
  {
    name: Type.String(),
    account: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
  },
  { ...closed, description: 'Without account and Region as long as it could not be looked up' },
);

export const StatusReport = Type.Object(
  {
    controller: ControllerSchema,
    source: SourceSchema,
    pass: PassSchema,
    causes: Type.Optional(Type.Array(CauseSchema)),
    confirmation: Type.Optional(ConfirmationSchema),
    environments: Type.Array(EnvironmentSchema),
    summary: Type.Object(
      {
        total: Count,
        ready: Count,
        suspended: Count,
        stalled: Count,
        degraded: Count,
        unknown: Count,
        waiting: Count,
        progressing: Count,
        outOfSync: Count,
      },
      {
        ...closed,
        description:
          'Each object counts once, in the first that fits: suspended, stalled, degraded, unknown, waiting, progressing, outOfSync, ready',
      },
    ),
    objects: Type.Array(ObjectStatus),
  },
  closed,
);
export type StatusReport = Static<typeof StatusReport>;
