import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { serviceModel } from '../../controller/kinds/service/model.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import { NO_HISTORY, fromService } from '../../controller/kinds/service/observed.ts';
import type { RolloutHistory } from '../../controller/kinds/service/observed.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredService } from '../support/kinds/services.ts';
import { findingsByKind, needsByKind } from '../support/kinds/known.ts';

const REVISION = 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:7';
const REGISTRY = 'arn:aws:servicediscovery:us-east-1:385605022855:service/srv-1';

const SERVICE: Service = {
  serviceName: 'xray',
  status: 'ACTIVE',
  taskDefinition: REVISION,
  desiredCount: 2,
  launchType: 'FARGATE',
  schedulingStrategy: 'REPLICA',
  platformVersion: '',
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: ['subnet-b', 'subnet-a'],
      securityGroups: ['sg-1'],
      assignPublicIp: 'ENABLED',
    },
  },
  serviceRegistries: [],
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    strategy: 'ROLLING',
  },
  enableExecuteCommand: false,
  availabilityZoneRebalancing: 'ENABLED',
};

const needs = needsByKind({
  environment: { subnetIds: ['subnet-a', 'subnet-b'] },
  'task-definition': { arn: REVISION },
  'security-group': { id: 'sg-1' },
  'discovery-service': { arn: REGISTRY },
});

const DISCOVERY = {
  environment: 'default',
  kind: 'discovery-service',
  name: 'xray',
  scope: 'local',
} as const;

function diff(
  service: Partial<Service>,
  spec: Partial<ServiceSpec> = {},
  { with: known = needs, ...history }: Partial<RolloutHistory> & { readonly with?: Needs } = {},
) {
  return serviceModel.diff(deepFreeze(desiredService(spec)), observedService(service, history), known);
}

function observedService(service: Partial<Service>, history: Partial<RolloutHistory>) {
  const state = deepFreeze(fromService({ ...SERVICE, ...service }, { ...NO_HISTORY, ...history }));
  const { id } = desiredService();
  return { id, owner: 'us', tags: {}, state, outputs: {}, health: HEALTHY } as const;
}

describe('no difference', () => {
  test('is what ECS fills in and reorders', () => {
    expect(diff({})).toEqual([]);
  });

  test('is what the endpoint does not return', () => {
    expect(
      diff({
        platformVersion: undefined,
        networkConfiguration: undefined,
        serviceRegistries: undefined,
        deploymentConfiguration: undefined,
        enableExecuteCommand: undefined,
        availabilityZoneRebalancing: undefined,
        schedulingStrategy: undefined,
      }),
    ).toEqual([]);
  });

  test('is what needs something that is not known yet', () => {
    expect(
      diff(
        { taskDefinition: 'other' },
        { registry: { discoveryService: DISCOVERY } },
        { with: () => undefined },
      ),
    ).toEqual([]);
  });
});

describe('a difference is named by its field', () => {
  const network = SERVICE.networkConfiguration!.awsvpcConfiguration!;
  test.each<[Partial<Service>, Partial<ServiceSpec>, object]>([
    [{ desiredCount: 1 }, {}, { path: 'desiredCount', from: 1, to: 2, by: 'update' }],
    [
      { taskDefinition: 'xray:6' },
      {},
      { path: 'taskDefinition', from: 'xray:6', to: REVISION, by: 'update' },
    ],
    [
      { enableECSManagedTags: false },
      { enableECSManagedTags: true },
      { path: 'enableECSManagedTags', from: false, to: true, by: 'update' },
    ],
    [
      { platformVersion: '1.4.0' },
      {},
      { path: 'platformVersion', from: '1.4.0', to: 'LATEST', by: 'update' },
    ],
    [
      { networkConfiguration: { awsvpcConfiguration: { ...network, assignPublicIp: undefined } } },
      {},
      { path: 'assignPublicIp', from: false, to: true, by: 'update' },
    ],
    [
      {},
      { securityGroups: { ids: ['sg-2'] } },
      { path: 'securityGroups', from: ['sg-1'], to: ['sg-2'], by: 'update' },
    ],
    [
      {
        deploymentConfiguration: { ...SERVICE.deploymentConfiguration, deploymentCircuitBreaker: undefined },
      },
      { circuitBreaker: { enable: true, rollback: false } },
      { path: 'circuitBreaker.enable', from: false, to: true, by: 'update' },
    ],
    [{ serviceRegistries: [{ registryArn: REGISTRY }] }, {}, { path: 'registry', to: null, by: 'update' }],
    [
      { serviceRegistries: [{ registryArn: 'srv-old' }] },
      { registry: { discoveryService: DISCOVERY } },
      { path: 'registry.arn', from: 'srv-old', to: REGISTRY, by: 'update' },
    ],
    [
      {},
      { registry: { discoveryService: DISCOVERY, port: 2000 } },
      { path: 'registry', from: null, by: 'update' },
    ],
    [
      { schedulingStrategy: 'DAEMON' },
      {},
      { path: 'schedulingStrategy', from: 'DAEMON', to: 'REPLICA', by: 'replace' },
    ],
    [{ launchType: 'EC2' }, {}, { path: 'launchType', from: 'EC2', to: 'FARGATE', by: 'replace' }],
    [
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      {},
      { path: 'launchType', from: 'a capacity provider strategy', by: 'replace' },
    ],
    [
      { schedulingStrategy: 'DAEMON' },
      {},
      { path: 'schedulingStrategy', from: 'DAEMON', to: 'REPLICA', by: 'replace' },
    ],
  ])('%j', (service, spec, change) => {
    expect(diff(service, spec)).toEqual([expect.objectContaining(change)]);
  });

  test('found on the primary deployment where the service does not show it', () => {
    const deployments = [
      {
        status: 'PRIMARY',
        networkConfiguration: { awsvpcConfiguration: { ...network, subnets: ['subnet-c'] } },
      },
    ];
    expect(diff({ networkConfiguration: undefined, deployments }).map(({ path }) => path)).toEqual([
      'subnets',
    ]);
  });
});

describe('a revision whose deployment failed and was rolled back', () => {
  test('differs, is not rolled out again, and what else differs is changed', () => {
    const changes = diff({ taskDefinition: 'xray:6', desiredCount: 1 }, {}, { failed: REVISION });
    expect(changes.map(({ path, held }) => [path, held])).toEqual([
      ['taskDefinition', expect.stringContaining('it is not tried again')],
      ['desiredCount', undefined],
    ]);
  });

  test('does not hold another revision', () => {
    const changes = diff({ taskDefinition: 'xray:5' }, {}, { failed: 'xray:6' });
    expect(changes.map(({ path }) => path)).toEqual(['taskDefinition']);
  });
});

describe('upkeep', () => {
  const spec = { registry: { discoveryService: DISCOVERY } };
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }));

  function upkeep(
    history: Partial<RolloutHistory>,
    seen: Partial<Pick<Observed, 'tasks' | 'health'>> = {},
    service: Partial<Service> = {},
  ) {
    const observed = { ...observedService(service, history), ...seen };
    const findings = findingsByKind(serviceModel.facts, {
      'discovery-service': { unregistered: ['b', 'gone'] },
    });
    return serviceModel.upkeep?.(desiredService(spec), observed, findings);
  }

  test('is there none of a service that is as it shall be', () => {
    expect(upkeep({})).toEqual([]);
  });

  test('is a rollout that ECS has given up, once it is to be tried again', () => {
    expect(upkeep({ retry: 3 })).toEqual([
      { what: 'rollout', from: 'FAILED', to: 'attempt 3', isTidying: false },
    ]);
  });

  test('is new tasks in place of running ones that are not registered', () => {
    expect(upkeep({}, { tasks })).toEqual([{ what: 'registrations', from: 2, to: 3, isTidying: false }]);
  });

  test('waits until the service is well, and while it drains', () => {
    expect(upkeep({}, { tasks, health: { status: 'Progressing', message: '' } })).toEqual([]);
    expect(upkeep({ retry: 3 }, { tasks }, { status: 'DRAINING' })).toEqual([]);
  });
});

test('a draining service differs in that alone, for nothing of it can be changed', () => {
  expect(diff({ status: 'DRAINING', desiredCount: 0 })).toEqual([
    { path: 'status', from: 'DRAINING', to: 'ACTIVE', by: 'update' },
  ]);
});

test('a service comes after all that it uses', () => {
  const desired = desiredService({ registry: { discoveryService: DISCOVERY } });
  expect(serviceModel.needs(desired).map(({ kind }) => kind)).toEqual([
    'environment',
    'security-group',
    'discovery-service',
    'cluster',
    'task-definition',
  ]);
});
