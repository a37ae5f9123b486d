import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { EndpointUse } from '../../core/resource.ts';

/** Where a container of a task definition names a host. */
export type Mention = Pick<EndpointUse, 'container' | 'at'>;

/** What reads like the name of a host: labels with dots between them. */
const HOST = /[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+/g;

/** The hosts that containers name, and where; of what a variable says nothing else is kept. Pure. */
export function hostsNamed(
  containers: readonly ContainerDefinition[],
): ReadonlyMap<string, readonly Mention[]> {
  const named = new Map<string, Mention[]>();
  for (const container of containers) {
    for (const [at, text] of textsOf(container)) {
      for (const host of new Set(text.toLowerCase().match(HOST) ?? [])) {
        named.set(host, [...(named.get(host) ?? []), { container: container.name ?? '', at }]);
      }
    }
  }
  return named;
}

function textsOf({
  environment = [],
  command = [],
  entryPoint = [],
  healthCheck,
  logConfiguration,
  firelensConfiguration,
  dockerLabels = {},
}: ContainerDefinition): readonly (readonly [at: string, text: string])[] {
  const options = (of: string, all: Readonly<Record<string, string>> = {}) =>
    Object.entries(all).map(([key, value]) => [`${of}[${key}]`, value] as const);
  return [
    ...environment.map(({ name = '', value = '' }) => [`environment[${name}]`, value] as const),
    ['command', command.join(' ')],
    ['entryPoint', entryPoint.join(' ')],
    ['healthCheck', (healthCheck?.command ?? []).join(' ')],
    ...options('logConfiguration.options', logConfiguration?.options),
    ...options('firelensConfiguration.options', firelensConfiguration?.options),
    ...options('dockerLabels', dockerLabels),
  ];
}
