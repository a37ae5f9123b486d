import { compareText } from '../core/order.ts';
import { whyNotNamed } from '../core/name-rules.ts';
import { LOG_GROUP_NAMING } from '../kinds/log-group/facts.ts';
import type { LogGroupResource } from '../kinds/role/spec.ts';
import type { ContainerManifest } from './schema/daemon-service.ts';

type Options = Readonly<Record<string, string>>;

/**
 * The log groups that containers name beside their daemon's own, each once, by name. What the driver makes by itself is left to it; what
 * has no name that CloudWatch Logs takes is nothing to make.
 */
export function groupsNamed(
  containers: readonly ContainerManifest[],
  own: string | undefined,
): readonly LogGroupResource[] {
  const named = containers.flatMap(({ logConfiguration }): readonly Options[] =>
    logConfiguration?.logDriver === 'awslogs' ? [logConfiguration.options ?? {}] : [],
  );
  const left = new Set([
    own,
    ...named
      .filter((options) => options['awslogs-create-group'] !== undefined)
      .map((options) => options['awslogs-group']),
  ]);
  const groups = named.flatMap((options): LogGroupResource | readonly [] => {
    const { 'awslogs-group': logGroup = '', 'awslogs-region': where = '' } = options;
    if (left.has(logGroup) || logGroup === '' || whyNotNamed(LOG_GROUP_NAMING, logGroup) !== undefined)
      return [];
    return { logGroup, ...(where !== '' && { region: where }) };
  });
  const byKey = new Map(groups.map((group) => [`${group.logGroup}|${group.region ?? ''}`, group]));
  return [...byKey].toSorted(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}
