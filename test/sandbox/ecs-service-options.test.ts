import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  ServiceConnectService,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsSandbox } from '../support/sandbox/ecs.ts';
import type { EcsSandbox } from '../support/sandbox/ecs.ts';
import { container } from '../support/sandbox/task-definition-refusals.ts';

const INVALID = 'InvalidParameterException: ';
const XRAY = { cluster: 'daemons', service: 'xray' };
/** The longest that Cloud Map takes for a namespace (sandbox/timing.ts). */
const LONGEST_NAMESPACE_MS = 90_000;
const LAMBDA = 'arn:aws:lambda:us-east-1:385605022855:function:check';
const ROLE = 'arn:aws:iam::385605022855:role/hooks';

/** A cluster `daemons` with a family whose TCP port has a name, and the namespace `svc.local`. */
async function withNamespace(): Promise<{ aws: EcsSandbox; namespaceArn: string }> {
  const aws = await ecsSandbox();
  const { Vpcs = [] } = await aws.call('ec2', 'DescribeVpcs', {});
  await aws.call('servicediscovery', 'CreatePrivateDnsNamespace', { Name: 'svc.local', Vpc: Vpcs[0]?.VpcId });
  aws.advance(LONGEST_NAMESPACE_MS);
  const { Namespaces = [] } = await aws.call('servicediscovery', 'ListNamespaces', {});
  await aws.register(
    container({
      portMappings: [
        { containerPort: 4317, protocol: 'tcp', name: 'otlp' },
        { containerPort: 2000, protocol: 'udp', name: 'xray' },
      ],
    }),
  );
  return { aws, namespaceArn: Namespaces[0]!.Arn! };
}

const connect = (service: Partial<ServiceConnectService>) => ({
  serviceConnectConfiguration: {
    enabled: true,
    namespace: 'svc.local',
    services: [{ portName: 'otlp', ...service }],
  },
});
const deployment = (deploymentConfiguration: DeploymentConfiguration) => ({ deploymentConfiguration });

describe('Service Connect', () => {
  test('shows on the deployment and its revision, not on the service, and can be turned off', async () => {
    const { aws } = await withNamespace();
    await aws.ecs('CreateService', aws.serviceInput(connect({ discoveryName: 'gateway' })));
    await aws.steady();
    const { deployments = [], currentServiceRevisions = [], ...service } = await aws.service();
    expect(service).not.toHaveProperty('serviceConnectConfiguration');
    const expected = { namespace: 'svc.local', services: [{ portName: 'otlp', discoveryName: 'gateway' }] };
    expect(deployments[0]?.serviceConnectConfiguration).toMatchObject(expected);
    const { serviceRevisions } = await aws.ecs('DescribeServiceRevisions', {
      serviceRevisionArns: [currentServiceRevisions[0]!.arn!],
    });
    expect(serviceRevisions?.[0]?.serviceConnectConfiguration).toMatchObject(expected);
    await aws.ecs('UpdateService', { ...XRAY, serviceConnectConfiguration: { enabled: false } });
    const [primary] = (await aws.service()).deployments ?? [];
    expect(primary).not.toHaveProperty('serviceConnectConfiguration');
    expect(primary?.id).not.toBe(deployments[0]?.id);
  });

  test('takes the namespace of the cluster, which names it by its ARN, and lists the service by it', async () => {
    const { aws, namespaceArn } = await withNamespace();
    const { cluster } = await aws.ecs('UpdateCluster', {
      cluster: 'daemons',
      serviceConnectDefaults: { namespace: 'svc.local' },
    });
    expect(cluster?.serviceConnectDefaults).toEqual({ namespace: namespaceArn });
    await aws.ecs('CreateService', aws.serviceInput({ serviceConnectConfiguration: { enabled: true } }));
    const service = await aws.service();
    expect(service.deployments?.[0]?.serviceConnectConfiguration?.namespace).toBe(namespaceArn);
    expect((await aws.ecs('ListServicesByNamespace', { namespace: 'svc.local' })).serviceArns).toEqual([
      service.serviceArn,
    ]);
    const emptied = await aws.ecs('UpdateCluster', {
      cluster: 'daemons',
      serviceConnectDefaults: { namespace: '' },
    });
    expect(emptied.cluster).not.toHaveProperty('serviceConnectDefaults');
  });

  test.each<[string, Partial<CreateServiceCommandInput>, string]>([
    [
      'no namespace',
      { serviceConnectConfiguration: { enabled: true } },
      `${INVALID}A Service Connect namespace must be specified when the cluster has no default namespace.`,
    ],
    [
      'an unknown namespace',
      { serviceConnectConfiguration: { enabled: true, namespace: 'other.local' } },
      'NamespaceNotFoundException: The specified namespace was not found.',
    ],
    [
      'an unknown port',
      connect({ portName: 'http' }),
      `${INVALID}The portName 'http' does not match the name of any port mapping in the task definition.`,
    ],
    [
      'a port of UDP',
      connect({ portName: 'xray' }),
      `${INVALID}The port mapping 'xray' has protocol udp. Service Connect supports tcp only.`,
    ],
    [
      'two aliases',
      connect({ clientAliases: [{ port: 1 }, { port: 2 }] }),
      `${INVALID}clientAliases can have at most 1 items.`,
    ],
    [
      'a low port of its own',
      connect({ ingressPortOverride: 80 }),
      `${INVALID}IngressPortOverride cannot use ports <= 1024`,
    ],
  ])('with %s is refused', async (_, changes, refusal) => {
    const { aws } = await withNamespace();
    expect(await aws.refusal('CreateService', aws.serviceInput(changes))).toBe(refusal);
  });
});

describe('the deployment configuration of a service', () => {
  test('keeps alarms, thresholds, hooks, bake time and early success, and gives them back', async () => {
    const aws = await ecsSandbox();
    const deploymentConfiguration: DeploymentConfiguration = {
      minimumHealthyPercent: 50,
      maximumPercent: 200,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 5,
      alarms: { alarmNames: ['errors'], enable: true, rollback: true },
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        resetOnHealthyTask: false,
        thresholdConfiguration: { type: 'COUNT', value: 2 },
      },
      lifecycleHooks: [{ hookTargetArn: LAMBDA, roleArn: ROLE, lifecycleStages: ['POST_SCALE_UP'] }],
      earlySuccessCriteria: { enable: true, healthyPercent: 80, sourceServiceRevisionCleanup: 'DEFERRED' },
    };
    await aws.ecs('CreateService', aws.serviceInput({ deploymentConfiguration }));
    expect((await aws.service()).deploymentConfiguration).toEqual(deploymentConfiguration);
    await aws.ecs('UpdateService', { ...XRAY, deploymentConfiguration: { bakeTimeInMinutes: 6 } });
    const { deployments, ...service } = await aws.service();
    expect(service.deploymentConfiguration).toEqual({ ...deploymentConfiguration, bakeTimeInMinutes: 6 });
    expect(deployments).toHaveLength(1);
  });

  test.each<[string, DeploymentConfiguration, string]>([
    [
      'watched alarms without a name',
      { alarms: { alarmNames: [], enable: true, rollback: false } },
      'alarmNames can not be empty when deployment alarms are enabled.',
    ],
    [
      'eleven alarms',
      {
        alarms: { alarmNames: Array.from({ length: 11 }, (_, i) => `a${i}`), enable: true, rollback: false },
      },
      'alarmNames can have at most 10 items.',
    ],
    [
      'a hook without stages',
      { lifecycleHooks: [{ hookTargetArn: LAMBDA, roleArn: ROLE, lifecycleStages: [] }] },
      'lifecycleStages can not be empty.',
    ],
    [
      'a hook of a function without a role',
      { lifecycleHooks: [{ hookTargetArn: LAMBDA, lifecycleStages: ['POST_SCALE_UP'] }] },
      'roleArn should not be null or empty.',
    ],
    [
      'a pause while traffic shifts',
      { lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }] },
      'A PAUSE hook is not supported at the stage PRODUCTION_TRAFFIC_SHIFT.',
    ],
    [
      'early success below the minimum',
      {
        earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'BLOCKING' },
      },
      'earlySuccessCriteria.healthyPercent must be greater than or equal to minimumHealthyPercent.',
    ],
    [
      'early success without a percentage',
      { earlySuccessCriteria: { enable: true } },
      'healthyPercent and sourceServiceRevisionCleanup must be specified when earlySuccessCriteria is enabled.',
    ],
    [
      'canaries in a rolling deployment',
      { canaryConfiguration: { canaryPercent: 5 } },
      'canaryConfiguration is only valid when the deployment strategy is CANARY.',
    ],
  ])('with %s is refused', async (_, configuration, refusal) => {
    const aws = await ecsSandbox();
    const input = aws.serviceInput(deployment(configuration));
    expect(await aws.refusal('CreateService', input)).toBe(INVALID + refusal);
  });
});

describe('monitoring', () => {
  const monitoring = (resolutionSeconds: number, metricNames = ['CPUUtilization']) => ({
    monitoring: { metricConfigurations: [{ metricNames, resolutionSeconds }] },
  });

  test('is part of the revision, so that a change of it is deployed', async () => {
    const aws = await ecsSandbox();
    await aws.ecs('CreateService', aws.serviceInput());
    await aws.steady();
    await aws.ecs('UpdateService', { ...XRAY, ...monitoring(20) });
    const { deployments = [], currentServiceRevisions = [] } = await aws.service();
    expect(deployments).toHaveLength(2);
    const { serviceRevisions } = await aws.ecs('DescribeServiceRevisions', {
      serviceRevisionArns: currentServiceRevisions.map(({ arn }) => arn!),
    });
    expect(serviceRevisions?.map((revision) => revision.monitoring)).toEqual([
      monitoring(20).monitoring,
      undefined,
    ]);
  });

  test.each([
    ['another resolution', monitoring(30), 'resolutionSeconds should be one of [20,60]'],
    [
      'another metric',
      monitoring(20, ['Errors']),
      'metricNames should be one of [CPUUtilization,MemoryUtilization]',
    ],
    [
      'a metric twice',
      monitoring(20, ['CPUUtilization', 'CPUUtilization']),
      'A metric can be configured once only in metricConfigurations.',
    ],
  ])('with %s is refused', async (_, changes, refusal) => {
    const aws = await ecsSandbox();
    expect(await aws.refusal('CreateService', aws.serviceInput(changes))).toBe(INVALID + refusal);
  });
});
