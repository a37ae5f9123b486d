import { describe, expect, test } from 'vitest';
import type { EnvironmentManifestSpec } from '../../controller/manifest/schema/environment.ts';
import { callsTo } from '../support/world/account.ts';
import { createReporter, objectIn, resourceIn } from '../support/reports/reporter.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import { exportFrom } from '../support/world/export.ts';
import { WRITE_TRACES } from '../support/world/other-tools.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const WRITES_TRACES = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
const READS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const BOUNDARY = 'arn:aws:iam::385605022855:policy/teams/boundary';
const SHARED = 'stationkeeper-default-execution';

interface Wanted {
  readonly iam?: EnvironmentManifestSpec['iam'];
  readonly taskRole?: object;
  readonly executionRole?: object;
  readonly annotations?: Record<string, string>;
}

function manifestsOf({ iam, taskRole, executionRole, annotations = {} }: Wanted): string {
  return yamlOf(
    environment({ region: 'us-east-1', ...(iam === undefined ? {} : { iam }) }),
    cluster(),
    daemonService({
      annotations,
      ...(taskRole === undefined ? {} : { taskRole }),
      ...(executionRole === undefined ? {} : { executionRole }),
    }),
  );
}

async function converged(wanted: Wanted): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': manifestsOf(wanted) } });
  await callsTo(world.sandbox)('iam', 'CreatePolicy', {
    PolicyName: 'boundary',
    Path: '/teams/',
    PolicyDocument: WRITE_TRACES,
  });
  await settled(world);
  return world;
}

/** What is left to do once nothing moves any more. */
async function settled(world: World, wanted?: Wanted): Promise<readonly string[]> {
  if (wanted !== undefined) world.files.set('xray.yaml', manifestsOf(wanted));
  await world.settle();
  await world.clock.advance(300_000);
  return stepsOf((await world.settle()).at(-1)!.plan);
}

interface RoleShown {
  readonly Arn: string;
  readonly Path: string;
  readonly AssumeRolePolicyDocument: string;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
}

async function roleNamed(world: World, RoleName: string) {
  const call = callsTo(world.sandbox);
  const { Role } = (await call('iam', 'GetRole', { RoleName })) as { Role: RoleShown };
  const { AttachedPolicies } = (await call('iam', 'ListAttachedRolePolicies', { RoleName })) as {
    AttachedPolicies: readonly { readonly PolicyArn: string }[];
  };
  return {
    arn: Role.Arn,
    path: Role.Path,
    boundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
    trust: decodeURIComponent(Role.AssumeRolePolicyDocument),
    attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
  };
}

async function roleNames(world: World): Promise<readonly string[]> {
  const { Roles } = await callsTo(world.sandbox)('iam', 'ListRoles', {});
  return (Roles as readonly { RoleName: string }[])
    .map(({ RoleName }) => RoleName)
    .filter((name) => !name.startsWith('AWSServiceRole'));
}

/** The execution role that the running service starts tasks with, by its name. */
async function startedWith(world: World): Promise<string> {
  const call = callsTo(world.sandbox);
  const { services } = await call('ecs', 'DescribeServices', { cluster: 'main', services: ['xray'] });
  const [{ taskDefinition }] = services as [{ taskDefinition: string }];
  const described = await call('ecs', 'DescribeTaskDefinition', { taskDefinition });
  return (described['taskDefinition'] as { executionRoleArn: string }).executionRoleArn.split(':role/')[1]!;
}

describe('the managed policies of a role', () => {
  test('are attached and detached one by one, and what others attach beside them goes', async () => {
    const world = await converged({ taskRole: { managedPolicyArns: [WRITES_TRACES] } });
    expect((await roleNamed(world, 'xray-task')).attached).toEqual([WRITES_TRACES]);
    await callsTo(world.sandbox)('iam', 'AttachRolePolicy', { RoleName: 'xray-task', PolicyArn: READS });
    const drifted = createReporter().record(await world.pass({ dryRun: true }));
    expect(resourceIn(drifted, 'role/xray-task')).toMatchObject({
      state: 'Drifted',
      drift: [{ path: `attachedPolicies[${READS}]`, desired: null, actual: 'attached' }],
    });
    world.calls.length = 0;
    expect(await settled(world)).toEqual([]);
    expect(world.mutations()).toEqual(['iam:DetachRolePolicy']);
    expect(await settled(world, { taskRole: { managedPolicyArns: [READS] } })).toEqual([]);
    expect((await roleNamed(world, 'xray-task')).attached).toEqual([READS]);
  });

  test('go when the manifest names none any more', async () => {
    const world = await converged({
      taskRole: { managedPolicyArns: [WRITES_TRACES], permissionsBoundary: BOUNDARY },
    });
    expect(await settled(world, { taskRole: {} })).toEqual([]);
    expect(await roleNamed(world, 'xray-task')).toMatchObject({ attached: [], boundary: undefined });
  });

  test('are asked for once, however many roles name them, and then not for minutes', async () => {
    const taskRole = { managedPolicyArns: [WRITES_TRACES] };
    const daemons = Array.from({ length: 20 }, (_, nth) =>
      daemonService({ name: `daemon-${nth}`, desiredCount: 0, taskRole }),
    );
    const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), ...daemons) } });
    const asked = () => world.calls.filter(({ name }) => name === 'iam:GetPolicy').length;
    await world.pass();
    expect(asked()).toBe(1);
    await world.pass();
    expect(asked()).toBe(1);
  });

  test.each([
    ['AWS does not have', 'arn:aws:iam::aws:policy/NoSuchPolicy'],
    ['the account does not have', 'arn:aws:iam::385605022855:policy/no-such'],
    ['another account may have', 'arn:aws:iam::111122223333:policy/theirs'],
  ])('that %s are told by name, and the role is not made', async (_case, arn) => {
    const taskRole = { managedPolicyArns: [arn] };
    const world = createWorld({ files: { 'xray.yaml': manifestsOf({ taskRole }) } });
    const { plan } = await world.pass({ dryRun: true });
    expect(stepsOf(plan)).toContain(`hold missing managed-policy/${arn}`);
    expect(plan.steps.find(({ id }) => id.kind === 'managed-policy')?.reason).toBe(
      `the managed-policy "${arn}" does not exist; make it in this account, or correct managedPolicyArns or permissionsBoundary where a manifest names it`,
    );
    await settled(world);
    expect(await roleNames(world)).not.toContain('xray-task');
  });
});

describe('a permissions boundary', () => {
  test('of the Environment holds for all its roles, unless one says another or none', async () => {
    const iam = { permissionsBoundary: BOUNDARY };
    const world = await converged({ iam, taskRole: { permissionsBoundary: 'none' } });
    expect((await roleNamed(world, 'xray-execution')).boundary).toBe(BOUNDARY);
    expect((await roleNamed(world, 'xray-task')).boundary).toBeUndefined();
    expect(await settled(world, { iam, taskRole: { permissionsBoundary: READS } })).toEqual([]);
    expect((await roleNamed(world, 'xray-task')).boundary).toBe(READS);
  });

  test('is given again where somebody took it away, and left alone where no manifest says one', async () => {
    const world = await converged({ iam: { permissionsBoundary: BOUNDARY } });
    const call = callsTo(world.sandbox);
    await call('iam', 'DeleteRolePermissionsBoundary', { RoleName: 'xray-execution' });
    expect(await settled(world)).toEqual([]);
    expect((await roleNamed(world, 'xray-execution')).boundary).toBe(BOUNDARY);

    const plain = await converged({});
    await callsTo(plain.sandbox)('iam', 'PutRolePermissionsBoundary', {
      RoleName: 'xray-execution',
      PermissionsBoundary: BOUNDARY,
    });
    plain.calls.length = 0;
    expect(await settled(plain)).toEqual([]);
    expect(plain.mutations()).toEqual([]);
  });

  test('that an SCP demands lets roles be made, and the refusal without one says what to write', async () => {
    const world = createWorld({ files: { 'xray.yaml': manifestsOf({}) } });
    await callsTo(world.sandbox)('iam', 'CreatePolicy', {
      PolicyName: 'boundary',
      Path: '/teams/',
      PolicyDocument: WRITE_TRACES,
    });
    world.sandbox.control.attachPolicy({ name: 'boundaries', policy: demanding(BOUNDARY) });
    const refused = await world.pass();
    const report = createReporter().record(refused);
    const { reason } = resourceIn(report, 'role/xray-execution');
    expect(reason).toContain('an explicit deny in a service control policy forbids iam:CreateRole');
    expect(reason).toContain(
      'write on the Environment spec.iam: { permissionsBoundary: <the ARN of a managed policy>, path: </a/path/> }',
    );
    expect(await roleNames(world)).toEqual([]);
    expect(await settled(world, { iam: { permissionsBoundary: BOUNDARY } })).toEqual([]);
    expect(await roleNames(world)).toEqual(['xray-execution']);
    expect((await roleNamed(world, 'xray-execution')).boundary).toBe(BOUNDARY);
  });
});

/** No role is made or gets more without this boundary, nor loses it (IAM user guide, delegating with permissions boundaries). */
function demanding(boundary: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: [
          'iam:CreateRole',
          'iam:PutRolePolicy',
          'iam:AttachRolePolicy',
          'iam:PutRolePermissionsBoundary',
        ],
        Resource: '*',
        Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } },
      },
      { Effect: 'Deny', Action: 'iam:DeleteRolePermissionsBoundary', Resource: '*' },
    ],
  };
}

describe('the path of a role', () => {
  test('is part of the ARN that tasks are started with', async () => {
    const world = await converged({ iam: { path: '/teams/platform/' }, taskRole: { path: '/' } });
    expect(await startedWith(world)).toBe('teams/platform/xray-execution');
    expect((await roleNamed(world, 'xray-task')).path).toBe('/');
  });

  test('is changed by a replacement alone, which the manifest has to allow', async () => {
    const world = await converged({});
    const iam = { path: '/teams/platform/' };
    expect(await settled(world, { iam })).toContain('hold policy role/xray-execution');
    expect(await startedWith(world)).toBe('xray-execution');
    const annotations = { 'stationkeeper.dev/allow-replace': 'true' };
    expect(await settled(world, { iam, annotations })).toEqual([]);
    expect(await startedWith(world)).toBe('teams/platform/xray-execution');
  });
});

test('the conditions under which ECS takes a role are written in place, whatever the order of their values', async () => {
  const taskRole = (...accounts: string[]) => ({
    trust: { conditions: { StringEquals: { 'aws:SourceAccount': accounts } } },
  });
  const world = await converged({ taskRole: taskRole('385605022855') });
  expect((await roleNamed(world, 'xray-task')).trust).toContain('"aws:SourceAccount":["385605022855"]');
  world.calls.length = 0;
  expect(await settled(world, { taskRole: taskRole('385605022855', '111122223333') })).toEqual([]);
  expect(world.mutations()).toContain('iam:UpdateAssumeRolePolicy');
  world.calls.length = 0;
  await world.clock.advance(60_000);
  const turned = taskRole('111122223333', '385605022855');
  world.files.set('xray.yaml', manifestsOf({ taskRole: turned }));
  expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
});

describe('an execution role that daemons share', () => {
  const shared = { executionRole: 'shared' } as const;
  const loggingInto = (group: string, region = 'us-east-1') =>
    ({
      logDriver: 'awslogs',
      options: { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': 'x' },
    }) as const;

  test("is the Environment's own, and is exported as it was applied", async () => {
    const world = await converged({ iam: { ...shared, path: '/teams/' } });
    expect(await roleNames(world)).toEqual([SHARED]);
    expect(await startedWith(world)).toBe(`teams/${SHARED}`);
    const report = createReporter().record(await world.pass());
    expect(objectIn(report, 'default').resources.map(({ id }) => id)).toContain(`role/${SHARED}`);

    const { out } = await exportFrom(world);
    world.files.set('xray.yaml', out);
    world.restart();
    const { plan, wanted } = await world.pass({ dryRun: true });
    expect({ errors: wanted.errors, steps: stepsOf(plan) }).toEqual({ errors: [], steps: [] });
  });

  test('is for a daemon whose container names a log group that it may write to', async () => {
    const logConfiguration = loggingInto('/stationkeeper/audit');
    const world = createWorld({
      files: {
        'xray.yaml': yamlOf(
          environment({ iam: shared, region: 'us-east-1' }),
          cluster(),
          daemonService({ containers: [{ name: 'main', image: 'example.org/daemon:1', logConfiguration }] }),
        ),
      },
    });
    await world.settle();
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
    expect(await roleNames(world)).toEqual([SHARED]);
  });

  test('is taken up before the own one goes, and given up the same way', async () => {
    const world = await converged({});
    const deleted = { while: '' };
    world.intercept(async (call, perform) => {
      if (call.name === 'iam:DeleteRole') deleted.while = await startedWith(world);
      return perform();
    });
    expect(await settled(world, { iam: shared })).toEqual([]);
    expect({ roles: await roleNames(world), while: deleted.while }).toEqual({
      roles: [SHARED],
      while: SHARED,
    });
    expect(await settled(world, {})).toEqual([]);
    expect({ roles: await roleNames(world), while: deleted.while }).toEqual({
      roles: ['xray-execution'],
      while: 'xray-execution',
    });
  });

  test('stays while what takes its place is not well', async () => {
    const world = await converged({ iam: shared });
    const failing = manifestsOf({}).replace('example.org/daemon:1', 'example.org/daemon:fail-1');
    world.files.set('xray.yaml', failing);
    await world.loopFor(120_000);
    expect(await roleNames(world)).toContain(SHARED);
    expect(world.mutations()).not.toContain('iam:DeleteRole');
  });

  test.each<[string, Parameters<typeof daemonService>[0]]>([
    [
      'statements of its own',
      { executionRole: { statements: [{ actions: ['s3:GetObject'], resources: ['*'] }] } },
    ],
    ['managed policies', { executionRole: { managedPolicyArns: [READS] } }],
    ['a log group elsewhere', { logs: { group: '/other/xray' } }],
    [
      'a container that names a log group elsewhere',
      {
        containers: [
          { name: 'main', image: 'example.org/daemon:1', logConfiguration: loggingInto('/other/xray') },
        ],
      },
    ],
    [
      'a container that names a log group of another Region',
      {
        containers: [
          {
            name: 'main',
            image: 'example.org/daemon:1',
            logConfiguration: loggingInto('/stationkeeper/audit', 'eu-west-1'),
          },
        ],
      },
    ],
    [
      'secrets',
      { containers: [{ name: 'main', image: 'example.org/daemon:1', secrets: { TOKEN: '/xray/token' } }] },
    ],
  ])('is not for a daemon with %s', async (_what, own) => {
    const text = yamlOf(environment({ iam: shared, region: 'us-east-1' }), cluster(), daemonService(own));
    const world = createWorld({ files: { 'xray.yaml': text } });
    await world.settle();
    expect(await roleNames(world)).toEqual(['xray-execution']);
  });
});
