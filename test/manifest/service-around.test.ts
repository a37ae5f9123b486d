import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { daemonText, errorsOf } from '../support/manifests/errors.ts';

const MAPPED = '[{ name: main, image: "a:1", portMappings: [{ containerPort: 80 }] }]';
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:385605022855:targetgroup/web/0123456789abcdef';

/** What no service can have, by its fields: where that is told, and how. */
const ROWS: readonly (readonly [
  rule: string,
  fields: Readonly<Record<string, string>>,
  path: string,
  says: RegExp,
])[] = [
  [
    'a launch type beside a strategy',
    { launchType: 'FARGATE', capacityProviderStrategy: '[{ capacityProvider: FARGATE_SPOT }]' },
    'spec.launchType',
    /launchType FARGATE with a capacityProviderStrategy.*remove one/,
  ],
  [
    'providers of Fargate beside hosts',
    { capacityProviderStrategy: '[{ capacityProvider: FARGATE, weight: 1 }, { capacityProvider: mine }]' },
    'spec.capacityProviderStrategy[1].capacityProvider',
    /refuses mine beside FARGATE/,
  ],
  [
    'two bases',
    {
      capacityProviderStrategy:
        '[{ capacityProvider: FARGATE, weight: 1, base: 1 }, { capacityProvider: FARGATE_SPOT, base: 2 }]',
    },
    'spec.capacityProviderStrategy[1].base',
    /one capacity provider of a strategy has a base, and FARGATE has one/,
  ],
  [
    'several providers without a weight',
    { capacityProviderStrategy: '[{ capacityProvider: FARGATE }, { capacityProvider: FARGATE_SPOT }]' },
    'spec.capacityProviderStrategy[0]',
    /write weight: 1/,
  ],
  [
    'a platform version on hosts',
    { capacityProviderStrategy: '[{ capacityProvider: mine }]', platformVersion: '1.4.0' },
    'spec.platformVersion',
    /platformVersion 1\.4\.0 with capacityProviderStrategy mine; remove it, or name FARGATE/,
  ],
  [
    'a placement strategy on Fargate',
    { placementStrategy: '[{ type: random }]' },
    'spec.placementStrategy',
    /placementStrategy with launchType FARGATE; remove it, or write launchType: EC2/,
  ],
  [
    'a field that random does not use',
    { launchType: 'EC2', placementStrategy: '[{ type: random, field: memory }]' },
    'spec.placementStrategy[0].field',
    /random uses no field; remove it/,
  ],
  [
    'a spread that says no field',
    { launchType: 'EC2', placementStrategy: '[{ type: spread }]' },
    'spec.placementStrategy[0]',
    /spread needs a field, such as instanceId/,
  ],
  [
    'binpack without cpu or memory',
    { launchType: 'EC2', placementStrategy: '[{ type: binpack, field: disk }]' },
    'spec.placementStrategy[0].field',
    /cpu or memory/,
  ],
  [
    'memberOf without an expression',
    { launchType: 'EC2', servicePlacementConstraints: '[{ type: memberOf }]' },
    'spec.servicePlacementConstraints[0]',
    /needs an expression/,
  ],
  [
    'an expression of a service that is none, with its column',
    {
      launchType: 'EC2',
      servicePlacementConstraints: '[{ type: memberOf, expression: "not(os-type == linux)" }]',
    },
    'spec.servicePlacementConstraints[0].expression',
    /at column 5 of the expression: "os-type" is no subject; did you mean "attribute:ecs\.os-type"\?/,
  ],
  [
    'an expression of a task definition that is none',
    { launchType: 'EC2', placementConstraints: '[{ type: memberOf, expression: "attribute:x =" }]' },
    'spec.placementConstraints[0].expression',
    /at column 13 of the expression: "=" is no operator; write ==/,
  ],
  [
    'a metric of two resolutions',
    {
      monitoring:
        '{ metricConfigurations: [{ metricNames: [CPUUtilization], resolutionSeconds: 20 }, { metricNames: [CPUUtilization], resolutionSeconds: 60 }] }',
    },
    'spec.monitoring.metricConfigurations[1].metricNames',
    /CPUUtilization is named before, and has one resolution/,
  ],
  [
    'a resolution of no metric',
    { monitoring: '{ metricConfigurations: [{ metricNames: [], resolutionSeconds: 20 }] }' },
    'spec.monitoring.metricConfigurations[0].metricNames',
    /names no metric; name one, or remove the entry/,
  ],
  [
    'a load balancer of neither kind',
    { containers: MAPPED, loadBalancers: '[{ containerName: main, containerPort: 80 }]' },
    'spec.loadBalancers[0]',
    /needs targetGroupArn, or loadBalancerName/,
  ],
  [
    'a load balancer of a container that there is not',
    {
      containers: MAPPED,
      loadBalancers: `[{ targetGroupArn: "${GROUP}", containerName: mian, containerPort: 80 }]`,
    },
    'spec.loadBalancers[0].containerName',
    /no container is called "mian"; did you mean/,
  ],
  [
    'a Classic Load Balancer with awsvpc',
    {
      containers: MAPPED,
      loadBalancers: '[{ loadBalancerName: lb, containerName: main, containerPort: 80 }]',
    },
    'spec.loadBalancers[0].loadBalancerName',
    /loadBalancerName lb with networkMode awsvpc; write targetGroupArn/,
  ],
  [
    'a port of a load balancer that no container maps',
    {
      containers: MAPPED,
      loadBalancers: `[{ targetGroupArn: "${GROUP}", containerName: main, containerPort: 81 }]`,
    },
    'spec.loadBalancers[0].containerPort',
    /81 is no containerPort of main's portMappings; it maps 80/,
  ],
  [
    'a volume that nothing configures',
    { volumes: '[{ name: disk, configuredAtLaunch: true }]' },
    'spec.volumes[0].configuredAtLaunch',
    /nothing configures volume disk at launch; add it to volumeConfigurations/,
  ],
  [
    'a configured volume that there is not',
    {
      volumeConfigurations:
        '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5 } }]',
    },
    'spec.volumeConfigurations[0].name',
    /no volume with configuredAtLaunch is called "disk"; the task has none/,
  ],
  [
    'throughput of another type than gp3',
    {
      volumes: '[{ name: disk, configuredAtLaunch: true }]',
      volumeConfigurations:
        '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5, volumeType: gp2, throughput: 125 } }]',
    },
    'spec.volumeConfigurations[0].managedEBSVolume.throughput',
    /throughput 125 with volumeType gp2; remove it, or write gp3/,
  ],
  [
    'a port of Service Connect that has no name',
    { serviceConnectConfiguration: '{ enabled: true, services: [{ portName: otlp }] }' },
    'spec.serviceConnectConfiguration.services[0].portName',
    /no port mapping is called "otlp"; no port mapping has a name/,
  ],
  [
    'a port of Service Connect that is udp',
    {
      containers:
        '[{ name: main, image: "a:1", portMappings: [{ name: xray, containerPort: 2000, protocol: udp }] }]',
      serviceConnectConfiguration: '{ enabled: true, services: [{ portName: xray }] }',
    },
    'spec.serviceConnectConfiguration.services[0].portName',
    /carries tcp, and xray is udp/,
  ],
  [
    'alarms without names',
    { deployment: '{ alarms: { alarmNames: [] } }' },
    'spec.deployment.alarms.alarmNames',
    /have names/,
  ],
  [
    'more than all that may fail',
    { deployment: '{ circuitBreaker: { thresholdConfiguration: { type: BOUNDED_PERCENT, value: 101 } } }' },
    'spec.deployment.circuitBreaker.thresholdConfiguration.value',
    /at most 100, or type: COUNT/,
  ],
  [
    'success before enough tasks are healthy',
    {
      deployment:
        '{ minimumHealthyPercent: 50, earlySuccessCriteria: { enable: true, healthyPercent: 40, sourceServiceRevisionCleanup: BLOCKING } }',
    },
    'spec.deployment.earlySuccessCriteria.healthyPercent',
    /less than minimumHealthyPercent, which is 50/,
  ],
];

describe('what ECS refuses of a service', () => {
  it.each(ROWS)('is told: %s', (_rule, fields, path, says) => {
    const found = errorsOf(daemonText(fields));
    expect(found.map((error) => error.path)).toEqual([path]);
    expect(found[0]!.message).toMatch(says);
  });
});

describe('what ECS takes of a service', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['Fargate Spot', { capacityProviderStrategy: '[{ capacityProvider: FARGATE_SPOT, weight: 1 }]' }],
    ["the cluster's default strategy", { capacityProviderStrategy: '[]' }],
    [
      'a target group, with time before its health checks count',
      {
        containers: MAPPED,
        loadBalancers: `[{ targetGroupArn: "${GROUP}", containerName: main, containerPort: 80 }]`,
        healthCheckGracePeriodSeconds: '30',
      },
    ],
    [
      'hosts of a capacity provider',
      {
        capacityProviderStrategy: '[{ capacityProvider: mine, weight: 1 }]',
        placementStrategy: '[{ type: spread, field: "attribute:ecs.availability-zone" }]',
        servicePlacementConstraints: '[{ type: distinctInstance }]',
      },
    ],
    [
      'a volume of EBS',
      {
        volumes: '[{ name: disk, configuredAtLaunch: true }]',
        volumeConfigurations:
          '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5 } }]',
      },
    ],
  ])('is not refused: %s', (_what, fields) => {
    expect(errorsOf(daemonText(fields))).toEqual([]);
  });
});

describe('what is not known to be refused of a service', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'a key for a volume that the Region may encrypt without being told',
      {
        volumes: '[{ name: disk, configuredAtLaunch: true }]',
        volumeConfigurations:
          '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5, kmsKeyId: key } }]',
      },
      'spec.volumeConfigurations[0].managedEBSVolume.kmsKeyId',
    ],
    [
      'a circuit breaker with a Classic Load Balancer',
      {
        launchType: 'EC2',
        networkMode: 'bridge',
        containers: MAPPED,
        loadBalancers: '[{ loadBalancerName: lb, containerName: main, containerPort: 80 }]',
        deployment: '{ circuitBreaker: { enable: true } }',
      },
      'spec.deployment.circuitBreaker',
    ],
  ])('is a warning: %s', (_what, fields, path) => {
    const { errors, warnings } = parseManifests([{ file: '0.yaml', text: daemonText(fields) }]);
    expect({ errors, warned: warnings.map((one) => one.path) }).toEqual({ errors: [], warned: [path] });
  });

  it('is taken: a volume of EBS on any platform version', () => {
    const fields = {
      platformVersion: '1.3.0',
      volumes: '[{ name: disk, configuredAtLaunch: true }]',
      volumeConfigurations:
        '[{ name: disk, managedEBSVolume: { roleArn: "arn:aws:iam::385605022855:role/ebs", sizeInGiB: 5 } }]',
    };
    expect(errorsOf(daemonText(fields))).toEqual([]);
  });
});

describe('what ECS refuses of a cluster', () => {
  const clusterText = (spec: string) =>
    `apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: main }\nspec: ${spec}\n`;

  it.each([
    [
      'a default strategy of providers that it does not have',
      '{ capacityProviders: [mine], defaultCapacityProviderStrategy: [{ capacityProvider: mien }] }',
      'spec.defaultCapacityProviderStrategy[0].capacityProvider',
      /capacityProviders do not name mien; did you mean "mine"/,
    ],
    [
      'sessions that are logged nowhere',
      '{ configuration: { executeCommandConfiguration: { logging: OVERRIDE } } }',
      'spec.configuration.executeCommandConfiguration',
      /OVERRIDE needs a place to log/,
    ],
  ])('is told: %s', (_rule, spec, path, says) => {
    const found = errorsOf(clusterText(spec));
    expect(found.map((error) => error.path)).toEqual([expect.stringContaining(path) as unknown as string]);
    expect(found[0]!.message).toMatch(says);
  });
});
