import type { ContainerDefinition, LogConfiguration, TaskDefinition } from '@aws-sdk/client-ecs';
import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { canonicalJson } from '../core/ownership.ts';
import { unsaidIn, writtenOf } from '../core/fields/table.ts';
import { readsLikeSecret, saysSecret } from '../core/secrets.ts';
import { withoutImpliedPorts } from '../kinds/task-definition/definition.ts';
import { CONTAINER } from '../kinds/task-definition/container-fields.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { present } from './exported.ts';
import type { Part } from './exported.ts';
import { isShared } from './uses.ts';
import type { Uses } from './uses.ts';

type Logging = Pick<DaemonServiceManifestSpec, 'logs' | 'containers'>;

interface Surroundings {
  readonly manifest: string;
  readonly region: string;
  readonly logGroups: readonly LogGroup[];
  /** Names of those that were made for it. */
  readonly made: readonly string[];
  readonly uses: Uses;
}

/** The containers of a task definition, and where they log. */
export function exportContainers(definition: TaskDefinition, around: Surroundings): Part<Logging> {
  const definitions = definition.containerDefinitions ?? [];
  const bundled = bundledLogs(definitions, around);
  const parts = definitions.map((container) => {
    const { logConfiguration, portMappings } = container;
    const isBundled = bundled !== undefined && isLike(logConfiguration, bundled.logConfiguration);
    const isNone = logConfiguration === undefined && bundled === undefined;
    return {
      spec: containerSpec(
        {
          ...container,
          portMappings: portMappings && withoutImpliedPorts(portMappings, definition.networkMode),
        },
        isBundled || isNone,
      ),
      obstacles: unsaidIn(CONTAINER, container).map((member) => `container ${container.name} has ${member}`),
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
            `the log groups of ${unmanaged.join(', ')} are written out: this daemon changes a log group that it names only where it created it`,
          ]),
    ],
  };
}

/**
 * The log group that is this service's own: the first that a container logs into as `spec.logs` has it. One that was made for it and that
 * no container names can be nothing else.
 */
function bundledLogs(
  definitions: readonly ContainerDefinition[],
  { manifest, region, logGroups, made, uses }: Surroundings,
): { readonly logConfiguration?: LogConfiguration; readonly logs: NonNullable<Logging['logs']> } | undefined {
  const named = new Set(
    definitions.map(({ logConfiguration }) => logConfiguration?.options?.['awslogs-group']),
  );
  const idle = logGroups.find(
    ({ logGroupName = '' }) => made.includes(logGroupName) && !named.has(logGroupName),
  );
  if (idle !== undefined) return { logs: logsInto(idle, manifest) };
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
      logs: logsInto(found, manifest, streamPrefix),
    };
  }
  return undefined;
}

function logsInto(
  { logGroupName, retentionInDays }: LogGroup,
  manifest: string,
  streamPrefix = manifest,
): NonNullable<Logging['logs']> {
  return present({
    group: logGroupName === `/stationkeeper/${manifest}` ? undefined : logGroupName,
    retentionInDays,
    streamPrefix: streamPrefix === manifest ? undefined : streamPrefix,
  });
}

function isLike(actual: LogConfiguration | undefined, wanted: LogConfiguration | undefined): boolean {
  if (actual === undefined || wanted === undefined || (actual.secretOptions ?? []).length > 0) return false;
  const { logDriver, options = {} } = actual;
  return canonicalJson([logDriver, options]) === canonicalJson([wanted.logDriver, wanted.options ?? {}]);
}

/** `asUsual`: it logs as `spec.logs` says. A driver that its launch type does not have is refused when the manifest is checked. */
function containerSpec(container: ContainerDefinition, asUsual: boolean): ContainerManifest {
  const { logConfiguration = { logDriver: 'none' }, ...spec } = writtenOf(CONTAINER.fields, container);
  return asUsual ? spec : { ...spec, logConfiguration };
}

function secretNotes({ name, environment = [] }: ContainerDefinition): readonly string[] {
  const hidden = environment.flatMap(({ name: variable = '', value = '' }) =>
    readsLikeSecret(variable) || saysSecret(value) ? [variable] : [],
  );
  if (hidden.length === 0) return [];
  return [
    `SECRETS? ${hidden.join(', ')} of container ${name} look${hidden.length === 1 ? 's' : ''} like a secret, and stands here in clear text as in ECS; move it to Secrets Manager or SSM and to secrets before you commit this`,
  ];
}
