import type { Account } from '../aws/account.ts';

/** How many services of the account use something, by its ARN, id or name. */
export interface Uses {
  readonly families: ReadonlyMap<string, number>;
  readonly logGroups: ReadonlyMap<string, number>;
  readonly registries: ReadonlyMap<string, number>;
  /** A role that is both a service's task role and its execution role counts twice. */
  readonly roles: ReadonlyMap<string, number>;
  readonly securityGroups: ReadonlyMap<string, number>;
}

/** Counts what services share, since one AWS resource has one manifest. */
export function usesIn({ services, taskDefinitions }: Account): Uses {
  const made = services.map((service) => ({
    service,
    definition: taskDefinitions.get(service.taskDefinition ?? ''),
  }));
  return {
    families: count(made.map(({ definition }) => [definition?.family])),
    logGroups: count(
      made.map(({ definition }) => [
        ...new Set(
          (definition?.containerDefinitions ?? []).map(
            ({ logConfiguration }) => logConfiguration?.options?.['awslogs-group'],
          ),
        ),
      ]),
    ),
    registries: count(
      made.map(({ service }) => (service.serviceRegistries ?? []).map(({ registryArn }) => registryArn)),
    ),
    roles: count(made.map(({ definition }) => [definition?.taskRoleArn, definition?.executionRoleArn])),
    securityGroups: count(
      made.map(({ service }) => service.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? []),
    ),
  };
}

function count(lists: readonly (readonly (string | undefined)[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of lists.flat()) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export function isShared(uses: ReadonlyMap<string, number>, name: string): boolean {
  return (uses.get(name) ?? 0) > 1;
}
