import { environmentId } from '../../../controller/core/reference.ts';
import type { Desired } from '../../../controller/core/resource.ts';
import type { ServiceSpec } from '../../../controller/kinds/service/spec.ts';
import { desiredOf } from './desired.ts';

/** The X-Ray daemon's service in the cluster `daemons`, without service discovery. */
export function desiredService(overrides: Partial<ServiceSpec> = {}): Desired<ServiceSpec> {
  const name = overrides.name ?? 'xray';
  const cluster = overrides.cluster ?? { environment: 'default', kind: 'cluster', name: 'daemons' };
  return desiredOf<ServiceSpec>(
    { kind: 'service', name, scope: cluster.name },
    {
      name,
      cluster,
      taskDefinition: { environment: 'default', kind: 'task-definition', name: 'xray' },
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      desiredCount: 2,
      environment: environmentId('default'),
      assignPublicIp: true,
      securityGroups: { managed: { environment: 'default', kind: 'security-group', name: 'xray' } },
      registry: null,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
      ...overrides,
    },
  );
}
