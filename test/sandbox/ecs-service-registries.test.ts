import { describe, expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';

const INVALID = 'InvalidParameterException: ';
const XRAY = { cluster: 'daemons', service: 'xray' };

/** ARN of a new Cloud Map service with records of these types. */
async function registry(aws: EcsSandbox, ...types: ('A' | 'AAAA' | 'SRV' | 'CNAME')[]): Promise<string> {
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', {
    Name: 'xray.local',
    Vpc: Vpcs[0]?.VpcId,
  });
  aws.advance(2 * 60_000);
  const { Namespaces = [] } = await aws.call('servicediscovery', 'ListNamespaces', {});
  const { Service } = await aws.call('servicediscovery', 'CreateService', {
    Name: 'xray',
    NamespaceId: Namespaces[0]?.Id,
    DnsConfig: {
      ...(types.includes('CNAME') ? { RoutingPolicy: 'WEIGHTED' as const } : {}),
      DnsRecords: types.map((Type) => ({ Type, TTL: 60 })),
    },
    HealthCheckCustomConfig: {},
  });
  return Service!.Arn!;
}

describe('a service registry', () => {
  const which = (arn: string) => `Registry: ${arn}`;
  test.each<[string, ('A' | 'AAAA' | 'SRV' | 'CNAME')[], object, (arn: string) => string]>([
    ['of A records', ['A'], {}, () => 'accepted'],
    ['of A and AAAA records', ['A', 'AAAA'], {}, () => 'accepted'],
    ['of SRV records with a port', ['SRV'], { port: 2000 }, () => 'accepted'],
    [
      'of SRV records with a container',
      ['SRV'],
      { containerName: 'xray', containerPort: 2000 },
      () => 'accepted',
    ],
    ['of A and SRV records with a port', ['A', 'SRV'], { port: 2000 }, () => 'accepted'],
    [
      'of A and SRV records with a container',
      ['A', 'SRV'],
      { containerName: 'xray', containerPort: 2000 },
      () => 'accepted',
    ],
    [
      'of A and SRV records with neither',
      ['A', 'SRV'],
      {},
      (arn) =>
        `${INVALID}When specifying a service registry with SRV records, a value for 'port' or for 'containerName' and 'containerPort' is needed. ${which(arn)}`,
    ],
    [
      'of SRV records with neither',
      ['SRV'],
      {},
      (arn) =>
        `${INVALID}When specifying a service registry with SRV records, a value for 'port' or for 'containerName' and 'containerPort' is needed. ${which(arn)}`,
    ],
    [
      'with both',
      ['SRV'],
      { port: 1, containerName: 'xray', containerPort: 2000 },
      (arn) =>
        `${INVALID}Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. Remove one and retry. ${which(arn)}`,
    ],
    [
      'of A records with a container',
      ['A'],
      { containerName: 'xray', containerPort: 2000 },
      (arn) =>
        `${INVALID}The values specified for serviceRegistries do not require a value for 'containerPort'. Remove the value and retry. ${which(arn)}`,
    ],
    [
      'with half a container',
      ['SRV'],
      { containerName: 'xray' },
      (arn) => `${INVALID}'containerName' and 'containerPort' must be specified together. ${which(arn)}`,
    ],
    [
      'with an unknown container',
      ['SRV'],
      { containerName: 'other', containerPort: 2000 },
      () => `${INVALID}The container other does not exist in the task definition.`,
    ],
    [
      'with a port that is not mapped',
      ['SRV'],
      { containerName: 'xray', containerPort: 80 },
      () => `${INVALID}The container xray did not have a container port 80 defined.`,
    ],
    [
      'of CNAME records',
      ['CNAME'],
      {},
      (arn) => `${INVALID}Service registries with records of type CNAME are not supported. ${which(arn)}`,
    ],
  ])('%s', async (_, types, changes, answer) => {
    const aws = await ecsSandbox();
    const registryArn = await registry(aws, ...types);
    const input = aws.serviceInput({ serviceRegistries: [{ registryArn, ...changes }] });
    expect(await aws.refusal('CreateService', input)).toBe(answer(registryArn));
  });

  test('is the only one of its service, and can be added and removed', async () => {
    const aws = await ecsSandbox();
    const registryArn = await registry(aws, 'A');
    const two = aws.serviceInput({ serviceRegistries: [{ registryArn }, { registryArn }] });
    expect(await aws.refusal('CreateService', two)).toBe(
      `${INVALID}service registries can have at most 1 items.`,
    );
    await aws.ecs('CreateService', aws.serviceInput({ desiredCount: 0 }));
    const added = await aws.ecs('UpdateService', { ...XRAY, serviceRegistries: [{ registryArn }] });
    expect(added.service?.serviceRegistries).toEqual([{ registryArn }]);
    const removed = await aws.ecs('UpdateService', { ...XRAY, serviceRegistries: [] });
    expect(removed.service?.serviceRegistries).toEqual([]);
  });

  test('must also fit a new task definition', async () => {
    const aws = await ecsSandbox();
    const registryArn = await registry(aws, 'SRV');
    const serviceRegistries = [{ registryArn, containerName: 'xray', containerPort: 2000 }];
    await aws.ecs('CreateService', aws.serviceInput({ serviceRegistries }));
    const [container] = taskDefinitionInput().containerDefinitions!;
    await aws.register({ containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80 }] }] });
    expect(await aws.refusal('UpdateService', { ...XRAY, taskDefinition: 'xray' })).toBe(
      `${INVALID}The container xray did not have a container port 2000 defined.`,
    );
  });
});
