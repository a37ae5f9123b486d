import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import { taskDefinitionModel } from '../../controller/kinds/task-definition/model.ts';
import type { Observed, ResourceId } from '../../controller/core/resource.ts';
import type { ContainerSpec, TaskDefinitionSpec } from '../../controller/kinds/task-definition/spec.ts';
import type { TaskDefinitionState } from '../../controller/kinds/task-definition/state.ts';
import { fromDefinition } from '../../controller/kinds/task-definition/definition.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { ROLE_ARN, containerSpec, desiredTaskDefinition } from '../support/kinds/task-definitions.ts';
import { needsByKind, nothingFound } from '../support/kinds/known.ts';

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

const LOG_GROUP = { environment: 'default', kind: 'log-group', name: '/stationkeeper/xray' } as const;
const ENVIRONMENT = { region: 'us-east-1' };

function diff(
  definition: Partial<TaskDefinition>,
  spec: Partial<TaskDefinitionSpec> = {},
  needs: Needs = needsByKind({ environment: ENVIRONMENT }),
) {
  return taskDefinitionModel.diff(deepFreeze(desiredTaskDefinition(spec)), observed(definition), needs);
}

function stateOf(definition: Partial<TaskDefinition>): TaskDefinitionState {
  return fromDefinition({ containerDefinitions: [CONTAINER], ...DEFINITION, ...definition });
}

function observed(
  definition: Partial<TaskDefinition>,
  known: Partial<TaskDefinitionState> = {},
): Observed<TaskDefinitionState> {
  const { id } = desiredTaskDefinition();
  const state = { ...stateOf(definition), ...known };
  return deepFreeze({ id, owner: 'us', tags: {}, state, outputs: {}, health: HEALTHY } as const);
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
      { path: 'containers[xray].privileged', from: true, to: false },
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
      ['volumes[data]', null],
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
  const other = { ...role, name: 'xray-execution' };

  test('is compared with their outputs', () => {
    const needs = needsByKind({ role: { arn: 'arn:aws:iam::1:role/new' }, environment: ENVIRONMENT });
    expect(diff({}, { taskRole: { role } }, needs).map(({ path }) => path)).toEqual(['taskRoleArn']);
  });

  test('is not compared while they are not known', () => {
    expect(diff({}, { taskRole: { role }, executionRole: { role } }, () => undefined)).toEqual([]);
  });

  test('is compared with them in the Region that they are in, one after the other', () => {
    const desired = deepFreeze(desiredTaskDefinition());
    const paths = [ENVIRONMENT, { region: 'eu-west-1' }, ENVIRONMENT].map((environment) =>
      taskDefinitionModel.diff(desired, observed({}), needsByKind({ environment })).map(({ path }) => path),
    );
    const logRegion = 'containers[xray].logConfiguration.options[awslogs-region]';
    expect(paths).toEqual([[], [logRegion], []]);
  });

  test.each<[string, Partial<TaskDefinitionSpec>, readonly ResourceId[]]>([
    ['a role of ours and a log group', { taskRole: { role }, logGroups: [LOG_GROUP] }, [role, LOG_GROUP]],
    ['two roles of ours', { executionRole: { role: other }, taskRole: { role } }, [other, role]],
    ['a role that the manifest brings', { executionRole: null }, []],
    ['no roles', { executionRole: null, taskRole: null }, []],
  ])('comes after its environment and what is ours: %s', (_case, spec, needed) => {
    const desired = desiredTaskDefinition(spec);
    expect(taskDefinitionModel.needs(desired)).toEqual([desired.spec.environment, ...needed]);
  });

  test.each<[string, Partial<TaskDefinitionSpec>, ResourceId, string | undefined]>([
    ['the execution role', { executionRole: { role } }, role, 'executionRoleArn'],
    ['the task role', { executionRole: { role: other }, taskRole: { role } }, role, 'taskRoleArn'],
    ['one role for both', { executionRole: { role }, taskRole: { role } }, role, 'executionRoleArn'],
    ['no role', { executionRole: null, taskRole: null }, role, undefined],
    ['roles that the manifest brings', {}, role, undefined],
    ['another role', { executionRole: { role }, taskRole: null }, other, undefined],
    ['a log group', { taskRole: { role }, logGroups: [LOG_GROUP] }, LOG_GROUP, undefined],
    ['what has the name of its role', { taskRole: { role } }, { ...role, kind: 'log-group' }, undefined],
  ])('shows where it takes it up: %s', (_case, spec, need, path) => {
    expect(taskDefinitionModel.takesUp!(desiredTaskDefinition(spec), need)).toBe(path);
  });

  test.each<[string, Partial<TaskDefinition>, readonly string[]]>([
    [
      'its roles',
      { executionRoleArn: 'arn:execution', taskRoleArn: 'arn:task' },
      ['arn:execution', 'arn:task'],
    ],
    ['its one role', { executionRoleArn: undefined, taskRoleArn: 'arn:task' }, ['arn:task']],
    ['nothing', { executionRoleArn: undefined, taskRoleArn: undefined }, []],
  ])('refers in AWS to %s', (_case, definition, used) => {
    expect(taskDefinitionModel.uses!(observed(definition))).toEqual(used);
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

describe('what git says', () => {
  const REGIONLESS = { 'awslogs-group': '/stationkeeper/xray', 'awslogs-stream-prefix': 'docker' };
  const says = (spec: Partial<TaskDefinitionSpec> = {}) =>
    taskDefinitionModel.says!(deepFreeze(desiredTaskDefinition(spec)));
  const saidBefore = (definition: Partial<TaskDefinition>, known: Partial<TaskDefinitionState> = {}) =>
    taskDefinitionModel.saidBefore!(observed(definition, known));

  test('is what the revision that was registered from it keeps, but that roles are named as in git', () => {
    expect(saidBefore({})).toEqual({ ...says(), executionRoleArn: ROLE_ARN, taskRoleArn: ROLE_ARN });
  });

  test('names roles as the manifest does, whatever their ARNs are', () => {
    const role = { environment: 'default', kind: 'role', name: 'xray-task' } as const;
    expect(says({ taskRole: { role } })).toMatchObject({
      executionRoleArn: { arn: ROLE_ARN },
      taskRoleArn: { role },
    });
  });

  test('is the same in every Region', () => {
    const said = { containers: { xray: { logConfiguration: { options: REGIONLESS } } } };
    expect(says()).toMatchObject(said);
    expect(saidBefore({})).toMatchObject(said);
    expect(JSON.stringify([says(), saidBefore({})])).not.toContain('awslogs-region');
  });

  test('may be that a container logs nowhere', () => {
    const silent = { containers: { xray: { logConfiguration: null } } };
    expect(says({ containers: [containerSpec({ logs: null })] })).toMatchObject(silent);
    expect(
      saidBefore({ containerDefinitions: [{ ...CONTAINER, logConfiguration: undefined }] }),
    ).toMatchObject(silent);
  });

  test('is kept by our own revision where somebody rolled out another one since', () => {
    const { fields, containers } = stateOf({});
    const theirs = { cpu: '1024', containerDefinitions: [{ ...CONTAINER, image: 'by/hand:1' }] };
    expect(saidBefore(theirs, { registered: { fields, containers } })).toEqual(saidBefore({}));
    expect(saidBefore(theirs)).toMatchObject({ cpu: 1024, containers: { xray: { image: 'by/hand:1' } } });
  });
});

describe('revisions', () => {
  const old = [5, 6].map((number) => `arn:aws:ecs:us-east-1:385605022855:task-definition/xray:${number}`);
  const deregistered = ['xray:5', 'xray:6'].map((which) => ({
    what: 'revisions',
    which,
    from: 'ACTIVE',
    to: null,
    isTidying: true,
  }));
  const upkeep = (known: Partial<TaskDefinitionState>) =>
    taskDefinitionModel.upkeep!(desiredTaskDefinition(), observed({}, known), nothingFound);
  const removal = (known: Partial<TaskDefinitionState>) => taskDefinitionModel.removal!(observed({}, known));

  test('that nothing uses any more are tidied up, and no others', () => {
    expect(upkeep({ superseded: old })).toEqual(deregistered);
    expect(upkeep({ ownRevisions: old })).toEqual([]);
  });

  test('of ours go all with their family', () => {
    expect(removal({ ownRevisions: old, superseded: [] })).toEqual({ upkeep: deregistered });
    expect(removal({})).toEqual({ upkeep: [] });
  });
});
