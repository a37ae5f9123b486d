import { environmentId } from '../../../controller/core/reference.ts';
import type { Desired } from '../../../controller/core/resource.ts';
import type { ContainerSpec, TaskDefinitionSpec } from '../../../controller/kinds/task-definition/spec.ts';
import { desiredOf } from './desired.ts';

export const ROLE_ARN = 'arn:aws:iam::385605022855:role/daemon';

export function containerSpec(overrides: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'xray',
    image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
    essential: true,
    command: ['-o'],
    portMappings: [
      { containerPort: 2000, protocol: 'udp' },
      { containerPort: 2000, protocol: 'tcp' },
    ],
    environment: { AWS_REGION: 'us-east-1' },
    secrets: {},
    logs: { group: '/stationkeeper/xray', streamPrefix: 'docker' },
    ...overrides,
  };
}

/** The X-Ray daemon's task definition, with roles that the manifest brings. */
export function desiredTaskDefinition(
  overrides: Partial<TaskDefinitionSpec> = {},
): Desired<TaskDefinitionSpec> {
  const family = overrides.family ?? 'xray';
  return desiredOf<TaskDefinitionSpec>(
    { kind: 'task-definition', name: family },
    {
      family,
      environment: environmentId('default'),
      cpu: 256,
      memory: 512,
      executionRole: { arn: ROLE_ARN },
      taskRole: { arn: ROLE_ARN },
      logGroups: [],
      containers: [containerSpec()],
      ...overrides,
    },
  );
}
