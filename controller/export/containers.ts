import type { ContainerDefinition, LogConfiguration, TaskDefinition } from '@aws-sdk/client-ecs';
import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { canonicalJson } from '../core/ownership.ts';
import { fromTaskDefinition } from '../kinds/task-definition/observed.ts';
import { HEALTH_CHECK_DEFAULTS } from '../kinds/task-definition/wanted.ts';
import type { ContainerState } from '../kinds/task-definition/model.ts';
import { readsLikeSecret } from '../plan/compare.ts';
import type { ContainerManifest } from '../manifest/schema/container.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

type Logging = Pick<DaemonServiceManifestSpec, 'logs' | 'containers'>;

interface Around {
  readonly manifest: string;
  readonly region: string;
  readonly logGroups: readonly LogGroup[];
  readonly uses: Uses;
}

/** The containers of a task definition, and where they log. */
export function exportContainers(definition: TaskDefinition, around: Around): Part<Logging> {
  const definitions = definition.containerDefinitions ?? [];
  const states = fromTaskDefinition(definition).containers;
  const bundled = bundledLogs(definitions, around);
  const parts = definitions.map((container) => {
    const state = states[container.name ?? '']!;
    const { logConfiguration } = container;
    const isBundled = bundled !== undefined && isLike(logConfiguration, bundled.logConfiguration);
    const isNone = logConfiguration === undefined && bundled === undefined;
    return {
      spec: {
        ...containerSpec(container, state),
        ...(isBundled || isNone ? {} : { logConfiguration: ownLogs(logConfiguration) }),
      },
      obstacles: Object.keys(state.other).map((field) => `container ${container.name} has ${field}`),
      notes: secretNotes(container),
      isUnmanaged: !isBundled && logConfiguration !== undefined,
    };
  });
  const unmanaged = parts.filter(({ isUnmanaged }) => isUnmanaged).map(({ spec }) => spec.name);
  return {
    spec: {
      logs: bundled === undefined ? { logDriver: 'none' } : bundled.logs,
      containers: parts.map(({ spec }) => spec),
    },
    obstacles: parts.flatMap(({ obstacles }) => obstacles),
    notes: [
      ...parts.flatMap(({ notes }) => notes),
      ...(unmanaged.length === 0
        ? []
        : [
            `where ${unmanaged.join(', ')} ${unmanaged.length === 1 ? 'logs' : 'log'} is written out and not managed: it is no log group of this service alone`,
          ]),
    ],
  };
}

/** The log group that is this service's own: the first that a container logs into as `spec.logs` has it. */
function bundledLogs(
  definitions: readonly ContainerDefinition[],
  { manifest, region, logGroups, uses }: Around,
) {
  for (const { logConfiguration } of definitions) {
    const { 'awslogs-group': group, 'awslogs-stream-prefix': streamPrefix } = logConfiguration?.options ?? {};
    const found = logGroups.find(({ logGroupName }) => logGroupName === group);
    if (logConfiguration === undefined || group === undefined || streamPrefix === undefined) continue;
    const options = {
      'awslogs-group': group,
      'awslogs-region': region,
      'awslogs-stream-prefix': streamPrefix,
    };
    if (found === undefined || isShared(uses.logGroups, group)) continue;
    if (!isLike(logConfiguration, { logDriver: 'awslogs', options })) continue;
    return {
      logConfiguration,
      logs: present({
        group: group === `/stationkeeper/${manifest}` ? undefined : group,
        retentionInDays: found.retentionInDays,
        streamPrefix: streamPrefix === manifest ? undefined : streamPrefix,
      }),
    };
  }
  return undefined;
}

function isLike(actual: LogConfiguration | undefined, wanted: LogConfiguration): boolean {
  if (actual === undefined || (actual.secretOptions ?? []).length > 0) return false;
  const { logDriver, options = {} } = actual;
  return canonicalJson([logDriver, options]) === canonicalJson([wanted.logDriver, wanted.options ?? {}]);
}

function ownLogs(logs: LogConfiguration | undefined): NonNullable<ContainerManifest['logConfiguration']> {
  if (logs === undefined) return { logDriver: 'none' };
  // A driver that Fargate does not have is refused when the manifest is checked.
  const logDriver = (logs.logDriver ?? 'none') as 'awslogs';
  return { logDriver, ...present({ options: nonEmpty(logs.options) }) };
}

function containerSpec(container: ContainerDefinition, state: ContainerState): ContainerManifest {
  const { portMappings = [], linuxParameters, ulimits = [], dependsOn = [] } = container;
  return present({
    name: container.name ?? '',
    image: state.image,
    essential: state.essential ? undefined : false,
    entryPoint: copy(state.entryPoint),
    command: copy(state.command),
    portMappings: nonEmptyList(
      portMappings.map(({ containerPort, protocol = 'tcp', name }) =>
        // A range has no containerPort, which is refused when the manifest is checked.
        present({ containerPort: containerPort ?? 0, protocol, name }),
      ),
    ),
    environment: nonEmpty(state.environment),
    secrets: nonEmpty(state.secrets),
    healthCheck: state.healthCheck === null ? undefined : healthCheck(state.healthCheck),
    cpu: state.cpu === 0 ? undefined : state.cpu,
    memory: state.memory,
    memoryReservation: state.memoryReservation,
    user: state.user,
    readonlyRootFilesystem: state.readonlyRootFilesystem ? true : undefined,
    linuxParameters: linuxParameters === undefined ? undefined : linux(state.linuxParameters),
    ulimits: nonEmptyList(
      ulimits.map(({ name, softLimit = 0, hardLimit = 0 }) => ({ name: name ?? '', softLimit, hardLimit })),
    ),
    dependsOn: nonEmptyList(
      dependsOn.map(({ containerName = '', condition = 'START' }) => ({ containerName, condition })),
    ),
    stopTimeout: state.stopTimeout,
    dockerLabels: nonEmpty(state.dockerLabels),
    workingDirectory: state.workingDirectory,
  }) as ContainerManifest;
}

function healthCheck(check: NonNullable<ContainerState['healthCheck']>) {
  const { command, startPeriod, ...times } = check;
  const said = Object.entries(times).filter(
    ([name, value]) => value !== HEALTH_CHECK_DEFAULTS[name as keyof typeof times],
  );
  return {
    command: [...command],
    ...Object.fromEntries(said),
    ...(startPeriod === 0 ? {} : { startPeriod }),
  };
}

function linux({ initProcessEnabled, capabilities: { add, drop } }: ContainerState['linuxParameters']) {
  return nonEmpty(
    present({
      initProcessEnabled: initProcessEnabled ? true : undefined,
      capabilities: nonEmpty(present({ add: nonEmptyList([...add]), drop: nonEmptyList([...drop]) })),
    }),
  );
}

function secretNotes({ name, environment = [] }: ContainerDefinition): readonly string[] {
  const hidden = environment.flatMap((entry) =>
    readsLikeSecret(entry.name ?? '') ? [entry.name ?? ''] : [],
  );
  if (hidden.length === 0) return [];
  return [
    `SECRETS? ${hidden.join(', ')} of container ${name} read${hidden.length === 1 ? 's' : ''} like a secret, and stands here in clear text as in ECS; move it to Secrets Manager or SSM and to secrets before this is committed`,
  ];
}

function copy(list: readonly string[] | null): string[] | undefined {
  return list === null ? undefined : [...list];
}

function nonEmptyList<Item>(list: Item[]): Item[] | undefined {
  return list.length === 0 ? undefined : list;
}

function nonEmpty<Fields extends object>(fields: Fields | undefined): Fields | undefined {
  return fields === undefined || Object.keys(fields).length === 0 ? undefined : fields;
}
