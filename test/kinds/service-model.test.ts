import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { KindName, Observed, Outputs, ResourceId } from '../../controller/core/resource.ts';
import { serviceModel } from '../../controller/kinds/service/model.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import { NO_HISTORY, fromService } from '../../controller/kinds/service/observed.ts';
import type { RolloutHistory } from '../../controller/kinds/service/observed.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredService } from '../support/kinds/services.ts';
import { findingsByKind, needsByKind, nothingNeeded } from '../support/kinds/known.ts';

const REVISION = 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:7';
const REGISTRY = 'arn:aws:servicediscovery:us-east-1:385605022855:service/srv-1';

const REGISTERED = [{ registryArn: REGISTRY }];

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

/** What git wants of where its tasks run, instead of a launch type. */
function byStrategy(...items: NonNullable<ServiceSpec['capacityProviderStrategy']>) {
  return { launchType: undefined, capacityProviderStrategy: items } as unknown as Partial<ServiceSpec>;
}

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

function observedService(service: Partial<Service>, history: Partial<RolloutHistory> = {}) {
  const state = deepFreeze(fromService({ ...SERVICE, ...service }, { ...NO_HISTORY, ...history }));
  const { id } = desiredService();
  return { id, owner: 'us', tags: {}, state, outputs: {}, health: HEALTHY } as const;
}

describe('no difference', () => {
  test('is what ECS fills in and reorders', () => {
    expect(diff({})).toEqual([]);
  });

  test('is how many hosts ECS counts for a service with a task on each', () => {
    const spec = { schedulingStrategy: 'DAEMON', desiredCount: undefined as never } as const;
    expect(diff({ schedulingStrategy: 'DAEMON', desiredCount: 50 }, spec)).toEqual([]);
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

describe('the network of its tasks', () => {
  const { networkConfiguration: _own, ...onHosts } = { ...SERVICE, launchType: 'EC2' as const };

  test('is its hosts, where neither git nor ECS has another', () => {
    const spec = { launchType: 'EC2', securityGroups: null } as const;
    expect(diff({ ...onHosts, networkConfiguration: undefined }, spec)).toEqual([]);
  });

  test('cannot be given to a service that has none, nor taken from one', () => {
    const gained = diff({ ...onHosts, networkConfiguration: undefined }, { launchType: 'EC2' });
    expect(gained).toEqual([{ path: 'hasOwnNetwork', from: false, to: true, by: 'replace' }]);
    const lost = diff({ launchType: 'EC2' }, { launchType: 'EC2', securityGroups: null });
    expect(lost).toEqual([{ path: 'hasOwnNetwork', from: true, to: false, by: 'replace' }]);
  });

  test('is not compared where an answer about Fargate leaves it out', () => {
    expect(diff({ networkConfiguration: undefined }, {})).toEqual([]);
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
      { path: 'capacityProviderStrategy[FARGATE_SPOT]', to: null, by: 'update' },
    ],
    [
      {},
      byStrategy({ capacityProvider: 'FARGATE_SPOT', weight: 1 }),
      { path: 'capacityProviderStrategy[FARGATE_SPOT]', from: null, by: 'update' },
    ],
    [{}, byStrategy(), { path: 'launchType', from: 'FARGATE', to: null, by: 'replace' }],
    [
      {},
      { schedulingStrategy: 'DAEMON' },
      { path: 'schedulingStrategy', from: 'REPLICA', to: 'DAEMON', by: 'replace' },
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
      [
        'taskDefinition',
        expect.stringMatching(
          /^the deployment of xray:7, which git wants, failed, and ECS runs xray:6 again; ECS does not retry that revision: /,
        ),
      ],
      ['desiredCount', undefined],
    ]);
  });

  test('does not hold another revision', () => {
    const changes = diff({ taskDefinition: 'xray:5' }, {}, { failed: 'xray:6' });
    expect(changes.map(({ path, held }) => [path, held])).toEqual([['taskDefinition', undefined]]);
  });
});

describe('upkeep', () => {
  const spec = { registry: { discoveryService: DISCOVERY } };
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }));

  function upkeep(
    history: Partial<RolloutHistory>,
    seen: Partial<Pick<Observed, 'tasks' | 'health'>> = {},
    service: Partial<Service> = {},
    {
      registry = spec.registry,
      found = { 'discovery-service': { unregistered: ['b', 'gone'] } },
    }: {
      readonly registry?: ServiceSpec['registry'];
      readonly found?: Parameters<typeof findingsByKind>[1];
    } = {},
  ) {
    const observed = { ...observedService(service, history), ...seen };
    const findings = findingsByKind(serviceModel.facts, found);
    return serviceModel.upkeep!(desiredService({ registry }), observed, findings);
  }

  test('is there none of a service that is as it shall be', () => {
    expect(upkeep({})).toEqual([]);
  });

  test('is a rollout that ECS has given up, once it is to be tried again', () => {
    expect(upkeep({ retry: { attempt: 3, at: 0, isDue: true } })).toEqual([
      { what: 'rollout', from: 'FAILED', to: 'attempt 3', isTidying: false },
    ]);
  });

  test('is new tasks in place of running ones that are not registered', () => {
    expect(upkeep({}, { tasks })).toEqual([{ what: 'registrations', from: 2, to: 3, isTidying: false }]);
  });

  test('is only of tasks that run: others register when they do', () => {
    const starting = tasks.map((task) => ({ ...task, lastStatus: task.id === 'b' ? 'PENDING' : 'RUNNING' }));
    expect(upkeep({}, { tasks: starting })).toEqual([]);
  });

  test('is none where all are registered, and where nothing is known of that', () => {
    expect(upkeep({}, { tasks }, {}, { found: { 'discovery-service': { unregistered: [] } } })).toEqual([]);
    expect(upkeep({}, { tasks }, {}, { found: {} })).toEqual([]);
  });

  test('is no registration of a service that git wants in no service discovery', () => {
    expect(upkeep({ retry: { attempt: 3, at: 0, isDue: true } }, { tasks }, {}, { registry: null })).toEqual([
      expect.objectContaining({ what: 'rollout' }),
    ]);
  });

  test('waits until the service is well, and while it drains', () => {
    expect(upkeep({}, { tasks, health: { status: 'Progressing', message: '' } })).toEqual([]);
    expect(upkeep({ retry: { attempt: 3, at: 0, isDue: true } }, { tasks }, { status: 'DRAINING' })).toEqual(
      [],
    );
  });
});

test('a draining service differs in that alone, for nothing of it can be changed', () => {
  expect(diff({ status: 'DRAINING', desiredCount: 0 })).toEqual([
    { path: 'status', from: 'DRAINING', to: 'ACTIVE', by: 'update' },
  ]);
});

describe('what a service uses', () => {
  const registry = { discoveryService: DISCOVERY };
  const group = { environment: 'default', kind: 'security-group', name: 'xray' } as const;
  const revision = { environment: 'default', kind: 'task-definition', name: 'xray' } as const;

  test.each<[string, Partial<ServiceSpec>, readonly string[]]>([
    [
      'all that the manifest brings',
      { registry },
      ['environment', 'security-group', 'discovery-service', 'cluster', 'task-definition'],
    ],
    ['no service discovery', {}, ['environment', 'security-group', 'cluster', 'task-definition']],
    [
      'groups of others',
      { securityGroups: { ids: ['sg-9'] } },
      ['environment', 'cluster', 'task-definition'],
    ],
  ])('comes before it: %s', (_case, spec, kinds) => {
    expect(serviceModel.needs(desiredService(spec)).map(({ kind }) => kind)).toEqual(kinds);
  });

  test.each<[Partial<ServiceSpec>, ResourceId, string | undefined]>([
    [{ registry }, revision, 'taskDefinition'],
    [{ registry }, DISCOVERY, 'registry'],
    [{ registry }, group, 'securityGroups'],
    [{ registry: null }, group, 'securityGroups'],
    [{ registry: null }, DISCOVERY, undefined],
    [{ registry, securityGroups: { ids: ['sg-9'] } }, group, undefined],
    [{ registry }, environmentId('default'), undefined],
  ])('shows where it is taken up: of %j %j', (spec, need, path) => {
    expect(serviceModel.takesUp!(desiredService(spec), need)).toBe(path);
  });

  test('is what it is made of, but for its revision', () => {
    expect(serviceModel.parts!(desiredService({ registry }), needs)).toEqual({
      subnets: ['subnet-a', 'subnet-b'],
      securityGroups: ['sg-1'],
      registry: REGISTRY,
    });
    const apart = desiredService({ securityGroups: { ids: ['sg-9'] } });
    expect(serviceModel.parts!(apart, needs)).toEqual({
      subnets: ['subnet-a', 'subnet-b'],
      securityGroups: ['sg-9'],
    });
    expect(serviceModel.parts!(desiredService({ registry }), nothingNeeded)).toEqual({});
  });

  test.each<[string, Partial<Service>, readonly string[]]>([
    ['its registry, groups and revision', { serviceRegistries: REGISTERED }, [REGISTRY, 'sg-1', REVISION]],
    ['its groups and revision', {}, ['sg-1', REVISION]],
    [
      'nothing that the endpoint does not return',
      { serviceRegistries: undefined, networkConfiguration: undefined, taskDefinition: undefined },
      [],
    ],
    ['its groups alone, where the endpoint shows an empty revision', { taskDefinition: '' }, ['sg-1']],
  ])('is referred to in AWS: %s', (_case, service, used) => {
    expect(serviceModel.uses!(observedService(service))).toEqual(used);
  });
});

describe('a service lets go', () => {
  const groups = (...securityGroups: string[]): Partial<Service> => ({
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups } },
  });
  const used = (kind: KindName, outputs: Outputs = {}): Observed =>
    deepFreeze({
      id: { environment: 'default', kind, name: 'xray' },
      owner: 'us',
      tags: {},
      state: {},
      outputs,
      health: HEALTHY,
    });
  const letsGo = (service: Partial<Service>, ofWhat: Observed) =>
    serviceModel.letGo!(observedService(service), ofWhat);

  test('of its discovery service by leaving service discovery', () => {
    const registry = { arn: REGISTRY, port: null, containerName: null, containerPort: null };
    expect(letsGo({ serviceRegistries: REGISTERED }, used('discovery-service'))).toEqual([
      { path: 'registry', from: registry, to: null, by: 'update' },
    ]);
    expect(letsGo({ serviceRegistries: undefined }, used('discovery-service'))).toEqual([
      { path: 'registry', from: null, to: null, by: 'update' },
    ]);
  });

  test.each<[string, Partial<Service>, readonly string[], readonly string[]]>([
    ['and keeps others', groups('sg-1', 'sg-2'), ['sg-1', 'sg-2'], ['sg-2']],
    ['its only one too', groups('sg-1'), ['sg-1'], []],
    ['whose id is not returned', { networkConfiguration: undefined }, [], []],
  ])('of a security group, %s', (_case, service, from, to) => {
    expect(letsGo(service, used('security-group', { id: 'sg-1' }))).toEqual([
      { path: 'securityGroups', from, to, by: 'update' },
    ]);
  });

  test('of nothing else, and of nothing while it drains', () => {
    expect(letsGo({}, used('task-definition'))).toEqual([]);
    for (const kind of ['discovery-service', 'security-group']) {
      expect(letsGo({ status: 'DRAINING', serviceRegistries: REGISTERED }, used(kind))).toEqual([]);
    }
  });
});

test('git says of a revision what it decides of it, and of all else what the manifest has', () => {
  const desired = { ...desiredService(), basis: 'digest' };
  expect(serviceModel.says!(desired)).toEqual({ ...desired.spec, taskDefinition: 'digest' });
});
