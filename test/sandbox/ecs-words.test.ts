import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const CLUSTER = 'daemons';
const [container] = taskDefinitionInput().containerDefinitions ?? [];

function registering(changes: object): object {
  return taskDefinitionInput({ containerDefinitions: [{ ...container, ...changes }] });
}

/** Members that take one of a few words (API reference), with another one. */
test.each<[string, Parameters<EcsSandbox['ecs']>[0], object, string]>([
  [
    'logging of a new cluster',
    'CreateCluster',
    { configuration: { executeCommandConfiguration: { logging: 'ALL' } } },
    'InvalidParameterException',
  ],
  [
    'logging of a cluster, OVERRIDE without saying where to',
    'UpdateCluster',
    { cluster: CLUSTER, configuration: { executeCommandConfiguration: { logging: 'OVERRIDE' } } },
    'InvalidParameterException',
  ],
  [
    'what to include of capacity providers',
    'DescribeCapacityProviders',
    { include: ['EVENTS'] },
    'InvalidParameterException',
  ],
  [
    'what to include of a task definition',
    'DescribeTaskDefinition',
    { taskDefinition: 'xray', include: ['EVENTS'] },
    'InvalidParameterException',
  ],
  [
    'the resource management of services',
    'ListServices',
    { cluster: CLUSTER, resourceManagementType: 'NOBODY' },
    'InvalidParameterException',
  ],
  [
    'version consistency',
    'RegisterTaskDefinition',
    registering({ versionConsistency: 'on' }),
    'ClientException',
  ],
  [
    'the type of a required resource',
    'RegisterTaskDefinition',
    registering({ resourceRequirements: [{ type: 'TPU', value: '1' }] }),
    'ClientException',
  ],
  [
    'the log router',
    'RegisterTaskDefinition',
    registering({ firelensConfiguration: { type: 'logstash' } }),
    'ClientException',
  ],
])('a word that the API does not know is refused: %s', async (_, operation, input, code) => {
  const aws = await ecsSandbox();
  expect((await aws.refusal(operation, input)).split(':')[0]).toBe(code);
});

test('a service deployment status that the API does not know is refused', async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  const input = { cluster: CLUSTER, service: 'xray', status: ['DONE' as 'STOPPED'] };
  expect(await aws.refusal('ListServiceDeployments', input)).toContain('InvalidParameterException: ');
});

test("services that ECS manages itself, Express Mode's, are listed apart: there are none", async () => {
  const aws = await ecsSandbox();
  await aws.ecs('CreateService', aws.serviceInput());
  const listed = async (resourceManagementType: 'ECS' | 'CUSTOMER') =>
    (await aws.ecs('ListServices', { cluster: CLUSTER, resourceManagementType })).serviceArns?.length;
  expect([await listed('ECS'), await listed('CUSTOMER')]).toEqual([0, 1]);
});
