import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import { taskDefinitionModel } from '../../controller/kinds/task-definition/model.ts';
import type { ContainerSpec, TaskDefinitionSpec } from '../../controller/kinds/task-definition/spec.ts';
import { fromDefinition } from '../../controller/kinds/task-definition/definition.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { ROLE_ARN, containerSpec, desiredTaskDefinition } from '../support/kinds/task-definitions.ts';
import { needsByKind } from '../support/kinds/known.ts';

/** The X-Ray daemon's revision as ECS describes it, with all that ECS adds and reorders. */
const DEFINITION: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:7',
  family: 'xray',
  revision: 7,
  status: 'ACTIVE',
  cpu: '256',
  memory: '512',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  compatibilities: ['EC2', 'FARGATE'],
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.task-iam-role' }],
  registeredAt: new Date(0),
  registeredBy: 'arn:aws:iam::385605022855:root',
  executionRoleArn: ROLE_ARN,
  taskRoleArn: ROLE_ARN,
  volumes: [],
  placementConstraints: [],
};

const CONTAINER: ContainerDefinition = {
  name: 'xray',
  image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
  cpu: 0,
  essential: true,
  command: ['-o'],
  portMappings: [
    { containerPort: 2000, hostPort: 2000, protocol: 'tcp' },
    { containerPort: 2000, hostPort: 2000, protocol: 'udp' },
  ],
  environment: [{ name: 'AWS_REGION', value: 'us-east-1' }],
  environmentFiles: [],
  mountPoints: [],
  volumesFrom: [],
  systemControls: [],
  versionConsistency: 'enabled',
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': '/stationkeeper/xray',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'docker',
    },
    secretOptions: [],
  },
};

const ENVIRONMENT = { region: 'us-east-1' };

function diff(
  definition: Partial<TaskDefinition>,
  spec: Partial<TaskDefinitionSpec> = {},
  needs: Needs = needsByKind({ environment: ENVIRONMENT }),
) {
  const desired = deepFreeze(desiredTaskDefinition(spec));
  const described = { containerDefinitions: [CONTAINER], ...DEFINITION, ...definition };
  const state = deepFreeze(fromDefinition(described));
  const observed = { id: desired.id, owner: 'us', tags: {}, state, outputs: {}, health: HEALTHY } as const;
  return taskDefinitionModel.diff(desired, observed, needs);
}

function container(definition: Partial<ContainerDefinition>, spec: Partial<ContainerSpec> = {}) {
  return diff(
    { containerDefinitions: [{ ...CONTAINER, ...definition }] },
    { containers: [containerSpec(spec)] },
  );
}

describe('what ECS fills in and reorders is no difference', () => {
  test('in the whole of the X-Ray daemon', () => {
    expect(diff({})).toEqual([]);
  });

  test.each<[string, Partial<ContainerDefinition>, Partial<ContainerSpec>]>([
    [
      'order of environment and secrets',
      {
        environment: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
        secrets: [
          { name: 'D', valueFrom: 'd' },
          { name: 'C', valueFrom: 'c' },
        ],
      },
      { environment: { A: '1', B: '2' }, secrets: { C: 'c', D: 'd' } },
    ],
    [
      'health check defaults',
      { healthCheck: { command: ['CMD', '/healthcheck'], interval: 30, timeout: 5, retries: 3 } },
      { healthCheck: { command: ['CMD', '/healthcheck'], interval: 30, timeout: 5, retries: 3 } },
    ],
    [
      'a protocol that was left out',
      { portMappings: [{ containerPort: 4317 }] },
      { portMappings: [{ containerPort: 4317, protocol: 'tcp' }] },
    ],
    ['essential left out', { essential: undefined }, {}],
    ['cpu left out', { cpu: undefined }, {}],
    ['an empty command', { command: [] }, { command: [] }],
    [
      'order of capabilities',
      { linuxParameters: { capabilities: { add: [], drop: ['NET_RAW', 'ALL'] } } },
      { linuxParameters: { capabilities: { drop: ['ALL', 'NET_RAW'] } } },
    ],
    [
      'privileged and others that are off',
      { privileged: false, interactive: false, links: [], dockerLabels: {} },
      {},
    ],
  ])('%s', (_case, definition, spec) => {
    expect(container(definition, spec)).toEqual([]);
  });

  test('sizes in larger units', () => {
    expect(diff({ cpu: '.25 vCPU', memory: '0.5 GB' })).toEqual([]);
  });

  test("Fargate's own storage, platform and order of containers", () => {
    const second = { ...CONTAINER, name: 'sidecar' };
    expect(
      diff(
        {
          ephemeralStorage: { sizeInGiB: 20 },
          runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
          containerDefinitions: [second, CONTAINER],
        },
        { containers: [containerSpec(), containerSpec({ name: 'sidecar' })] },
      ),
    ).toEqual([]);
  });
});

describe('a difference is named by its path', () => {
  test.each<[string, Partial<ContainerDefinition>, Partial<ContainerSpec>, object]>([
    [
      'image',
      { image: 'other' },
      {},
      { path: 'containers[xray].image', from: 'other', to: containerSpec().image },
    ],
    [
      'a variable',
      { environment: [{ name: 'AWS_REGION', value: 'eu-west-1' }] },
      {},
      { path: 'containers[xray].environment[AWS_REGION]', from: 'eu-west-1', to: 'us-east-1' },
    ],
    [
      'a port too many',
      { portMappings: [...CONTAINER.portMappings!, { containerPort: 80 }] },
      {},
      { path: 'containers[xray].portMappings[80/tcp]', from: 'open', to: null },
    ],
    [
      'a user that the manifest no longer sets',
      { user: '0' },
      {},
      { path: 'containers[xray].user', from: '0', to: null },
    ],
    [
      'privileges that we never ask for',
      { privileged: true },
      {},
      { path: 'containers[xray].privileged', from: true, to: null },
    ],
    [
      'a stream prefix',
      {},
      { logs: { group: '/stationkeeper/xray', streamPrefix: 'x' } },
      { path: 'containers[xray].logConfiguration.options[awslogs-stream-prefix]', from: 'docker', to: 'x' },
    ],
    [
      'a health check',
      {},
      { healthCheck: { command: ['CMD', 'a'], interval: 30, timeout: 5, retries: 3 } },
      { path: 'containers[xray].healthCheck', from: null },
    ],
  ])('%s', (_case, definition, spec, change) => {
    expect(container(definition, spec)).toEqual([expect.objectContaining({ by: 'update', ...change })]);
  });

  test('of the task, and of a container that the manifest does not name', () => {
    const changes = diff({
      cpu: '512',
      volumes: [{ name: 'data' }],
      containerDefinitions: [CONTAINER, { name: 'stray', image: 'stray' }],
    });
    expect(changes.map(({ path, to }) => [path, to])).toEqual([
      ['cpu', 256],
      ['volumes', null],
      ['containers[stray]', null],
    ]);
  });

  test('that shows no secret', () => {
    const changes = container(
      {
        environment: [{ name: 'API_KEY', value: 'hunter2' }],
        secrets: [{ name: 'DSN', valueFrom: 'arn:old' }],
      },
      { environment: { API_KEY: 'hunter3' }, secrets: { DSN: 'arn:new' } },
    );
    expect(changes).toEqual([
      { path: 'containers[xray].environment[API_KEY]', from: '(sensitive)', to: '(sensitive)', by: 'update' },
      { path: 'containers[xray].secrets[DSN]', from: '(sensitive)', to: '(sensitive)', by: 'update' },
    ]);
  });
});

describe('what depends on others', () => {
  const role = { environment: 'default', kind: 'role', name: 'xray-task' } as const;

  test('is compared with their outputs', () => {
    const needs = needsByKind({ role: { arn: 'arn:aws:iam::1:role/new' }, environment: ENVIRONMENT });
    expect(diff({}, { taskRole: { role } }, needs).map(({ path }) => path)).toEqual(['taskRoleArn']);
  });

  test('is not compared while they are not known', () => {
    expect(diff({}, { taskRole: { role }, executionRole: { role } }, () => undefined)).toEqual([]);
  });

  test('comes after them', () => {
    const logGroup = { environment: 'default', kind: 'log-group', name: '/stationkeeper/xray' } as const;
    const desired = desiredTaskDefinition({ taskRole: { role }, logGroups: [logGroup] });
    expect(taskDefinitionModel.needs(desired)).toEqual([desired.spec.environment, role, logGroup]);
  });

  test('changes with every update, for a revision is a new object', () => {
    expect(taskDefinitionModel.updateChangesOutputs).toBe(true);
  });
});

test('a task role that the manifest gives up differs', () => {
  expect(diff({}, { taskRole: null })).toEqual([
    { path: 'taskRoleArn', from: ROLE_ARN, to: null, by: 'update' },
  ]);
});
