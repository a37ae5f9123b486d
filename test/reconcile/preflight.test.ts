import { describe, expect, test } from 'vitest';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { REGISTRY, deleteImage, makeParameter, makeSecret, pushImage } from '../support/world/fetched.ts';
import { otherTool, TRUST } from '../support/world/other-tools.ts';
import { createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

type Written = DocumentOverrides<'DaemonService'>;
type Container = NonNullable<Written['containers']>[number];

const IMAGE = `${REGISTRY}/daemons/agent:1.2`;
const ACCOUNT = '385605022855';
const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:agent-AbCdEf`;
/** Found ones are known for ten minutes. */
const KNOWN_FOR_MS = 600_000;

function containing(container: Partial<Container>, written: Written = {}): Written {
  return {
    containers: [{ name: 'main', image: 'example.org/daemon:1', ...container }],
    ...written,
  };
}

function write(world: World, ...daemons: readonly Written[]): void {
  world.files.set('all.yaml', yamlOf(cluster(), ...daemons.map((one) => daemonService(one))));
}

function worldOf(...daemons: readonly Written[]): World {
  const world = createWorld({ files: { 'all.yaml': yamlOf(cluster()) } });
  write(world, ...daemons);
  return world;
}

async function planned(world: World) {
  const { plan } = await world.pass({ dryRun: true });
  const of = (kind: string) => plan.steps.find(({ id }) => id.kind === kind);
  return { steps: stepsOf(plan), of, reasonOf: (kind: string) => of(kind)?.reason };
}

async function reported(world: World) {
  const report = createReporter().record(await world.pass({ dryRun: true }));
  const daemon = report.objects.find(({ kind }) => kind === 'DaemonService')!;
  const condition = (type: string) => daemon.conditions.find((one) => one.type === type);
  return { report, daemon, ready: condition('Ready'), stalled: condition('Stalled') };
}

const asked = (world: World, name: string) => world.calls.filter((call) => call.name === name);

async function revisionsMade(world: World): Promise<number> {
  await world.settle();
  return world.mutations().filter((name) => name === 'ecs:RegisterTaskDefinition').length;
}

describe('what tasks need to start and is not there', () => {
  const CASES: Readonly<Record<string, readonly [Written, kind: string, why: string | RegExp]>> = {
    'an image in a repository that there is not': [
      containing({ image: IMAGE }),
      'image',
      `account ${ACCOUNT} has no repository daemons/agent in us-east-1; create it and push the image, or correct image where a manifest names it`,
    ],
    "a secret of Secrets Manager's": [
      containing({ secrets: { TOKEN: `${SECRET}:key::` } }),
      'secret',
      `Secrets Manager has no secret ${SECRET}; create it, or correct the manifest that names it`,
    ],
    'credentials of a registry': [
      containing({ repositoryCredentials: { credentialsParameter: SECRET } }),
      'secret',
      `Secrets Manager has no secret ${SECRET}; create it, or correct the manifest that names it`,
    ],
    'a parameter by its path': [
      containing({ secrets: { TOKEN: '/agent/token' } }),
      'parameter',
      'Systems Manager has no parameter /agent/token; create it, or correct the manifest that names it',
    ],
    'a parameter by its ARN': [
      containing({ secrets: { TOKEN: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/token` } }),
      'parameter',
      `Systems Manager has no parameter /token; create it, or correct the manifest that names it`,
    ],
    'an option of a log driver': [
      containing({
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'https://example.org' },
          secretOptions: [{ name: 'splunk-token', valueFrom: '/agent/splunk' }],
        },
      }),
      'parameter',
      'Systems Manager has no parameter /agent/splunk; create it, or correct the manifest that names it',
    ],
    'a role': [
      containing({}, { taskRole: { arn: `arn:aws:iam::${ACCOUNT}:role/agent` } }),
      'given-role',
      `account ${ACCOUNT} has no such role; create it, or correct the manifest that names it; where executionRole or taskRole names none, a role is made`,
    ],
  };

  test.each(Object.entries(CASES))(
    '%s: it is told by name in the plan and in the status, and no revision is registered',
    async (_what, [daemon, kind, why]) => {
      const world = worldOf(daemon);
      const { steps, of, reasonOf } = await planned(world);
      expect(reasonOf(kind)).toBe(why);
      expect(of('task-definition')).toMatchObject({ type: 'hold', why: 'missing', intent: 'create' });
      expect(reasonOf('task-definition')).toContain(why);
      expect(steps).toContain('hold waiting service/xray');
      expect(await revisionsMade(world)).toBe(0);
      const { stalled, ready } = await reported(world);
      expect(stalled).toMatchObject({ status: 'True', reason: 'DependencyMissing' });
      expect(stalled?.message).toContain(why);
      expect(ready).toMatchObject({ status: 'False', reason: 'DependencyMissing' });
    },
  );

  test('may be the role that ECS makes volumes with: the service is held, and no revision is made for it', async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/volumes`;
    const world = worldOf(
      containing(
        { mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] },
        {
          volumes: [{ name: 'data', configuredAtLaunch: true }],
          volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: arn, sizeInGiB: 10 } }],
        },
      ),
    );
    const { of, reasonOf } = await planned(world);
    expect(reasonOf('given-role')).toContain(`account ${ACCOUNT} has no such role; create it`);
    expect(of('service')).toMatchObject({ type: 'hold', why: 'missing', intent: 'create' });
    expect(reasonOf('service')).toContain(`given-role/${arn}: account ${ACCOUNT} has no such role`);
    expect(await revisionsMade(world)).toBe(0);
  });

  test('is told with the tag that comes nearest, or the digest', async () => {
    const world = worldOf(containing({ image: IMAGE }));
    await pushImage(world, 'daemons/agent', '1.1', 'latest');
    expect((await planned(world)).reasonOf('image')).toBe(
      'the repository daemons/agent has no tag 1.2 (the nearest is 1.1); push it, or correct image where a manifest names it',
    );
    const digest = `sha256:${'0'.repeat(64)}`;
    write(world, containing({ image: `${REGISTRY}/daemons/agent:1.1@${digest}` }));
    expect((await planned(world)).reasonOf('image')).toBe(
      `the repository daemons/agent has no image ${digest}; push it, or correct image where a manifest names it`,
    );
  });

  test.each([
    ['a secret without a value', '', 'has no value yet; put one into it'],
    ['a version stage', '::AWSPENDING:', 'has no version with the stage AWSPENDING'],
    ['a version', `:::${'0'.repeat(32)}`, `has no version ${'0'.repeat(32)}; name one that it has`],
  ])('may be %s', async (_what, suffix, why) => {
    const world = worldOf();
    const { call } = otherTool(world);
    const value = suffix === '' ? {} : { SecretString: 'x' };
    const { ARN } = await call<{ ARN: string }>('secretsmanager', 'CreateSecret', {
      Name: 'agent',
      ...value,
    });
    write(world, containing({ secrets: { TOKEN: `${ARN}${suffix === '' ? '' : suffix}` } }));
    expect((await planned(world)).reasonOf('secret')).toContain(`the secret ${ARN} ${why}`);
  });

  test('may be a secret that is to be deleted, until it is restored', async () => {
    const world = worldOf();
    const arn = await makeSecret(world, 'agent');
    const { call } = otherTool(world);
    await call('secretsmanager', 'DeleteSecret', { SecretId: arn });
    write(world, containing({ secrets: { TOKEN: `${arn}:key::` } }));
    expect((await planned(world)).reasonOf('secret')).toMatch(/was marked for deletion on \d{4}-\d\d-\d\d, /);
    await call('secretsmanager', 'RestoreSecret', { SecretId: arn });
    expect((await planned(world)).steps).not.toContainEqual(expect.stringContaining('hold missing'));
  });

  test('may be a role that has another path', async () => {
    const world = worldOf(containing({}, { taskRole: { arn: `arn:aws:iam::${ACCOUNT}:role/agent` } }));
    await otherTool(world).call('iam', 'CreateRole', {
      RoleName: 'agent',
      Path: '/teams/',
      AssumeRolePolicyDocument: TRUST,
    });
    expect((await planned(world)).reasonOf('given-role')).toBe(
      `account ${ACCOUNT} has the role of this name under another path; write arn:aws:iam::${ACCOUNT}:role/teams/agent`,
    );
  });

  test('may be an image of a Repository that is made in the same apply: it goes on in the pass after the push', async () => {
    const world = worldOf();
    const repository = `apiVersion: stationkeeper.dev/v1\nkind: Repository\nmetadata: { name: agent }\nspec: {}\n`;
    world.files.set('repository.yaml', repository);
    write(world, containing({ image: { repository: 'agent', tag: '1.2' } }));
    const { steps, reasonOf } = await planned(world);
    expect(steps).toContain('create repository/agent');
    expect(reasonOf('image')).toBe(
      'the repository agent does not exist yet; push agent:1.2 to it once it does, and the controller continues',
    );
    expect(await revisionsMade(world)).toBe(0);
    expect((await planned(world)).reasonOf('image')).toMatch(
      /^the repository agent has no tag 1.2; push it, /,
    );
    world.sandbox.control.putImage({ repository: 'agent', tags: ['1.2'] });
    expect(await revisionsMade(world)).toBe(1);
    expect((await planned(world)).steps).toEqual([]);
  });

  test('is never told by a name that may be the secret itself', async () => {
    const world = worldOf(containing({ secrets: { TOKEN: 'hunter2' } }));
    const { report, stalled } = await reported(world);
    expect(stalled?.message).toContain(
      'parameter/containers[main].secrets[TOKEN] of xray: Systems Manager has no parameter of that name',
    );
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  test('is told of every daemon that needs it', async () => {
    const both = [containing({ image: IMAGE }), containing({ image: IMAGE }, { name: 'other' })];
    const { report } = await reported(worldOf(...both));
    const stalled = report.objects
      .filter(({ kind }) => kind === 'DaemonService')
      .map(({ conditions }) => conditions.find(({ type }) => type === 'Stalled')?.message);
    expect(stalled).toEqual([expect.stringContaining(IMAGE), expect.stringContaining(IMAGE)]);
  });
});

describe('what tasks need and goes away while they run', () => {
  async function running(written: Written = {}): Promise<World> {
    const world = worldOf();
    await pushImage(world, 'daemons/agent', '1.2');
    write(world, containing({ image: IMAGE }, written));
    await world.settle();
    await deleteImage(world, 'daemons/agent', '1.2');
    await world.clock.advance(KNOWN_FOR_MS);
    return world;
  }

  test('is told, and nothing is touched: the daemon stays Synced, Healthy and Ready', async () => {
    const world = await running();
    world.calls.length = 0;
    await world.settle();
    expect(world.mutations()).toEqual([]);
    const { report, daemon, ready, stalled } = await reported(world);
    expect(daemon).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    expect(ready).toMatchObject({ status: 'True', reason: 'ReconcileSuccess' });
    expect(ready?.message).toMatch(
      /tasks? running; a new task could not start: image\/\S+agent:1.2: the repository daemons\/agent has no tag 1.2;/,
    );
    expect(stalled).toMatchObject({ status: 'False' });
    expect(resourceIn(report, `image/${IMAGE}`)).toMatchObject({ state: 'Missing', step: 'hold' });
    expect((await planned(world)).steps).toEqual([`hold missing image/${IMAGE}`]);
  });

  test('hinders no change that starts no task: labels, the count, and what else is in the manifest', async () => {
    const world = await running();
    write(
      world,
      containing(
        { image: IMAGE },
        { desiredCount: 3, labels: { team: 'platform' }, logs: { retentionInDays: 30 } },
      ),
    );
    await world.settle();
    expect((await planned(world)).steps).toEqual([`hold missing image/${IMAGE}`]);
    expect(world.mutations()).toContain('ecs:UpdateService');
  });

  test('holds a new revision, and the service goes on with the one that it has, whatever else changes of it', async () => {
    const world = await running();
    write(world, containing({ image: IMAGE }, { memory: 1024, desiredCount: 3 }));
    world.calls.length = 0;
    expect(await revisionsMade(world)).toBe(0);
    const { steps, of } = await planned(world);
    expect(of('task-definition')).toMatchObject({ type: 'hold', why: 'missing', intent: 'update' });
    expect(steps.filter((step) => step.includes('service/'))).toEqual([]);
    expect(world.mutations()).toContain('ecs:UpdateService');
  });

  test('holds a change of the service that starts its tasks anew', async () => {
    const world = await running();
    const { call } = otherTool(world);
    const { SecurityGroups } = await call<{ SecurityGroups: { GroupId: string }[] }>(
      'ec2',
      'DescribeSecurityGroups',
      { Filters: [{ Name: 'group-name', Values: ['default'] }] },
    );
    write(world, containing({ image: IMAGE }, { securityGroupIds: [SecurityGroups[0]!.GroupId] }));
    world.calls.length = 0;
    await world.settle();
    expect(world.mutations()).not.toContain('ecs:UpdateService');
    expect((await planned(world)).of('service')).toMatchObject({ type: 'hold', why: 'missing' });
  });

  test('is looked for again in every pass, so that a push is enough', async () => {
    const world = await running();
    write(world, containing({ image: IMAGE }, { memory: 1024 }));
    await world.settle();
    await pushImage(world, 'daemons/agent', '1.2');
    await world.settle();
    expect((await planned(world)).steps).toEqual([]);
  });
});

describe('what tasks need is looked up', () => {
  const DESCRIBES = ['ecr:BatchGetImage', 'secretsmanager:DescribeSecret', 'ssm:DescribeParameters'];

  test('once for all that name it, a call for each repository, and not again for ten minutes', async () => {
    const world = worldOf();
    await pushImage(world, 'daemons/agent', '1.2', '1.3');
    const arn = await makeSecret(world, 'agent');
    await makeParameter(world, '/agent/token');
    const secrets = { A: `${arn}:key::`, B: `${arn}:key:AWSCURRENT:`, C: '/agent/token' };
    write(
      world,
      ...['a', 'b', 'c'].map((name) => containing({ image: IMAGE, secrets }, { name })),
      containing({ image: `${REGISTRY}/daemons/agent:1.3` }),
    );
    const counts = () => DESCRIBES.map((name) => asked(world, name).length);
    await planned(world);
    expect(counts()).toEqual([1, 1, 1]);
    await world.clock.advance(KNOWN_FOR_MS - 1);
    await planned(world);
    expect(counts()).toEqual([1, 1, 1]);
    await world.clock.advance(1);
    await planned(world);
    expect(counts()).toEqual([2, 2, 2]);
  });

  test('again by turns, two calls a pass', async () => {
    const world = worldOf();
    const secrets: Record<string, string> = {};
    for (let nth = 0; nth < 10; nth += 1) {
      secrets[`S${nth}`] = `${await makeSecret(world, `agent-${nth}`)}:key::`;
    }
    write(world, containing({ secrets }));
    await planned(world);
    await world.clock.advance(KNOWN_FOR_MS);
    const turns: number[] = [];
    for (let pass = 0; pass < 6; pass += 1) {
      world.calls.length = 0;
      await planned(world);
      turns.push(asked(world, 'secretsmanager:DescribeSecret').length);
    }
    expect(turns).toEqual([2, 2, 2, 2, 2, 0]);
  });

  test('without a value being read, and in no registry but ECR', async () => {
    const world = worldOf(
      containing({ image: 'public.ecr.aws/xray/aws-xray-daemon:3.x', secrets: { A: SECRET, B: '/b' } }),
    );
    await planned(world);
    const names = new Set(world.calls.map(({ name }) => name));
    expect([...names].filter((name) => /^(ecr|ssm|secretsmanager):/.test(name)).toSorted()).toEqual([
      'secretsmanager:DescribeSecret',
      'ssm:DescribeParameters',
    ]);
  });

  test.each([
    [
      `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/agent:1`,
      'it is in eu-west-1, and this Environment asks ECR in us-east-1',
    ],
  ])('and what is out of reach is said to be, and hinders nothing', async (image, why) => {
    const { steps, reasonOf } = await planned(worldOf(containing({ image })));
    expect(steps).toContain('hold waiting task-definition/xray');
    expect(reasonOf('image')).toBe(`used, not managed here; the controller does not check it: ${why}`);
  });

  test('and an image that a pull-through cache rule fetches hinders nothing', async () => {
    const world = worldOf(containing({ image: `${REGISTRY}/hub/library/redis:7` }));
    await otherTool(world).call('ecr', 'CreatePullThroughCacheRule', {
      ecrRepositoryPrefix: 'hub',
      upstreamRegistryUrl: 'registry-1.docker.io',
    });
    const { steps, reasonOf } = await planned(world);
    expect(steps).toContain('hold waiting task-definition/xray');
    expect(reasonOf('image')).toContain(
      'ECR fetches it by the pull-through cache rule hub when a task pulls it',
    );
  });

  const EVERYTHING = containing(
    { image: IMAGE, secrets: { A: SECRET, B: '/b' } },
    { executionRole: { arn: `arn:aws:iam::${ACCOUNT}:role/agent` } },
  );

  test('not by a controller that may not, which hinders nothing and is said', async () => {
    const world = createWorld({
      files: {
        'all.yaml': yamlOf(environment({ region: 'us-east-1' }), cluster(), daemonService(EVERYTHING)),
      },
    });
    const iam = guard(world);
    const optional = new Set([...DESCRIBES, 'iam:GetAccountAuthorizationDetails']);
    iam.grant(
      policiesFor(Object.fromEntries(world.files)).map((policy) => ({
        ...policy,
        Statement: policy.Statement.map((statement) => ({
          ...statement,
          Action: [statement.Action].flat().filter((action) => !optional.has(action)),
        })),
      })),
    );
    const { reasonOf } = await planned(world);
    for (const [kind, what] of [
      ['image', 'images'],
      ['secret', 'secrets'],
      ['parameter', 'parameters'],
      ['given-role', 'roles that manifests bring'],
    ] as const) {
      expect(reasonOf(kind)).toMatch(
        new RegExp(`^used, not managed here; ${what} are not checked: AWS denies \\S+ .*add \\{`),
      );
    }
    expect(reasonOf('task-definition')).toBe('waits for log-group/stationkeeper/xray');
    const before = world.calls.length;
    await planned(world);
    expect(world.calls.slice(before).filter(({ name }) => DESCRIBES.includes(name))).toEqual([]);
  });

  test.each(['ThrottlingException', 'ServiceUnavailable'])(
    'and while that fails with %s nothing is held, and all that was found counts on',
    async (code) => {
      const world = worldOf();
      await pushImage(world, 'daemons/agent', '1.2');
      write(world, containing({ image: IMAGE, secrets: { A: SECRET, B: '/b' } }));
      world.intercept(({ name }, perform) =>
        DESCRIBES.includes(name) ? Promise.reject(refusal(code, { status: 503 })) : perform(),
      );
      const { steps, reasonOf } = await planned(world);
      expect(steps.filter((step) => step.startsWith('hold') && !step.startsWith('hold waiting'))).toEqual([]);
      expect(reasonOf('image')).toMatch(/^used, not managed here; images are not checked: /);
      world.intercept(undefined);
      expect((await planned(world)).reasonOf('image')).toBe('used, not managed here');
    },
  );

  test('and no permission is asked for where nothing of the kind is named', () => {
    const actions = (daemon: Written, anyName?: string) =>
      policiesFor(
        { 'all.yaml': yamlOf(environment(), cluster(), daemonService(daemon)) },
        'converge',
        anyName,
      )
        .flatMap(({ Statement }) => Statement)
        .flatMap(({ Action }) => Action)
        .filter((action) => DESCRIBES.includes(action));
    expect(actions(containing({}))).toEqual([]);
    expect(actions(EVERYTHING).toSorted()).toEqual(DESCRIBES.toSorted());
    expect(actions(containing({}), 'team-').toSorted()).toEqual(DESCRIBES.toSorted());
  });
});
