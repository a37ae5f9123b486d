import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import type { Source } from '../../controller/source/source.ts';
import { reportInputOf } from '../../controller/status/pass-report.ts';
import type { StatusReport } from '../../controller/status/schema.ts';
import { createStatusStore } from '../../controller/status/store.ts';
import { callsTo, countsOf, describeAccount } from '../support/world/account.ts';
import { MANIFESTS, createWorld, isRead, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const ELSEWHERE = '210987654321';
const ONE_DAEMON = {
  roles: 2,
  logGroups: 1,
  securityGroups: 1,
  namespaces: 1,
  discoveryServices: 1,
  repositories: 0,
  securityGroupRules: 0,
  clusters: 1,
  taskDefinitions: 1,
  services: 1,
  scalableTargets: 0,
};

function environment(name: string, spec: string): string {
  return `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
}

/** The X-Ray daemon with all that it has, under other names and in an environment. */
function daemonIn(environment: string, prefix: string): string {
  return MANIFESTS['xray.yaml']
    .replaceAll(
      /metadata: \{ name: (.*?) \}\nspec: \{/g,
      `metadata: { name: ${prefix}$1 }\nspec: { environment: ${environment},`,
    )
    .replace('  name: xray\n', `  name: ${prefix}xray\n`)
    .replace('cluster: xray-daemon', `environment: ${environment}\n  cluster: ${prefix}xray-daemon`)
    .replace('namespace: services', `namespace: ${prefix}services`);
}

function twoRegions(): Record<string, string> {
  return {
    'here.yaml': `${environment('here', 'region: us-east-1')}---\n${daemonIn('here', 'a-')}`,
    'there.yaml': `${environment('there', 'region: eu-west-1')}---\n${daemonIn('there', 'b-')}`,
  };
}

function stepsIn({ plan }: PassResult, name: string): readonly string[] {
  return stepsOf({ ...plan, steps: plan.steps.filter(({ id }) => id.environment === name) });
}

function reportOf(result: PassResult): StatusReport {
  const controller = { version: '0', owner: 'stationkeeper', startedAt: new Date(0).toISOString() };
  const source = { type: 'git', url: 'https://git.example.org/daemons.git' } as Source;
  const store = createStatusStore(controller, {
    type: source.type,
    url: source.url,
    errors: [],
    ignored: [],
  });
  return store.record(reportInputOf(result, { number: 1, controller, source }));
}

async function countsIn(world: World, region: string): Promise<Readonly<Record<string, number>>> {
  return countsOf(await describeAccount(world.sandbox, { region }));
}

describe('two environments', () => {
  test('in two regions converge side by side, each where it belongs', async () => {
    const world = createWorld({ files: twoRegions() });
    const results = await world.settle();
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    // IAM is global: both see both.
    expect(await countsIn(world, 'us-east-1')).toEqual({ ...ONE_DAEMON, roles: 4 });
    expect(await countsIn(world, 'eu-west-1')).toEqual({ ...ONE_DAEMON, roles: 4 });
  });

  test.each([
    ['the same daemon', 'a-'],
    ['another daemon', 'b-'],
  ])(
    'of one name in two regions leave the roles of the other alone: IAM is global (%s)',
    async (_what, prefix) => {
      const world = createWorld({
        files: {
          'here.yaml': `${environment('default', 'region: us-east-1')}---\n${daemonIn('default', 'a-')}`,
        },
      });
      await world.settle();
      const rolesOf = async () => (await describeAccount(world.sandbox)).roles;
      const before = await rolesOf();
      // As another controller would have it, or this one once it was started again.
      world.restart();
      world.files.set(
        'here.yaml',
        `${environment('default', 'region: eu-west-1')}---\n${daemonIn('default', prefix)}`,
      );
      const results = await world.loopFor(300_000);
      expect(await rolesOf()).toEqual(expect.arrayContaining([...before]));
      expect(stepsOf(results.at(-1)!.plan).filter((step) => step.includes(' role/'))).toEqual(
        prefix === 'a-' ? ['hold not-ours role/a-xray-execution', 'hold not-ours role/a-xray-task'] : [],
      );
    },
  );

  test('of which one is in another account, by its role, share nothing', async () => {
    const role = `arn:aws:iam::${ELSEWHERE}:role/stationkeeper`;
    const world = createWorld({
      files: {
        ...twoRegions(),
        'there.yaml': `${environment('there', `region: us-east-1, roleArn: "${role}", account: "${ELSEWHERE}"`)}---\n${daemonIn('there', 'b-')}`,
      },
    });
    const results = await world.settle();
    expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
    expect(countsOf(await describeAccount(world.sandbox))).toEqual(ONE_DAEMON);
    expect(countsOf(await describeAccount(world.sandbox, { accountId: ELSEWHERE }))).toEqual(ONE_DAEMON);
  });

  test('of which one is the wrong account: nothing there is touched, and both account ids are said', async () => {
    const world = createWorld({
      files: {
        ...twoRegions(),
        'there.yaml': `${environment('there', `region: eu-west-1, account: "${ELSEWHERE}"`)}---\n${daemonIn('there', 'b-')}`,
      },
    });
    const results = await world.loopFor(60_000);
    const last = results.at(-1)!;
    expect(stepsIn(last, 'here')).toEqual([]);
    const held = last.plan.steps.filter(({ id }) => id.environment === 'there');
    expect(held.length).toBeGreaterThan(8);
    for (const step of held) {
      expect(step).toMatchObject({ type: 'hold', why: 'unseen', intent: 'none' });
      expect(step.reason).toContain(ELSEWHERE);
      expect(step.reason).toContain('385605022855');
    }
    const there = world.calls.filter(({ region }) => region === 'eu-west-1').map(({ name }) => name);
    expect(new Set(there)).toEqual(new Set(['sts:GetCallerIdentity']));
  });

  test('of which one is declared no more: what is left in it is told and not touched, until it is declared again', async () => {
    const world = createWorld({ files: twoRegions() });
    await world.settle();
    const before = await describeAccount(world.sandbox, { region: 'eu-west-1' });
    world.calls.length = 0;
    world.files.delete('there.yaml');
    const results = await world.loopFor(600_000);
    const held = results.at(-1)!.plan.steps.filter(({ id }) => id.environment === 'there');
    expect(held.length).toBeGreaterThan(8);
    for (const step of held) {
      expect(step).toMatchObject({
        type: 'hold',
        why: 'policy',
        intent: 'delete',
        reason: expect.stringContaining('no manifest declares the environment "there" any more'),
      });
    }
    const { objects } = reportOf(results.at(-1)!);
    const daemon = objects.find(({ name }) => name === 'b-xray');
    expect(daemon?.conditions[0]).toMatchObject({ type: 'Ready', status: 'False', reason: 'DeletionHeld' });
    expect(objects.map(({ kind, name }) => `${kind}/${name}`)).not.toContain('Environment/there');
    expect(world.mutations()).toEqual([]);
    expect(await describeAccount(world.sandbox, { region: 'eu-west-1' })).toEqual(before);

    world.files.set('there.yaml', environment('there', 'region: eu-west-1'));
    await world.loopFor(1_800_000);
    expect(await countsIn(world, 'eu-west-1')).toMatchObject({ services: 0, clusters: 0, securityGroups: 0 });
    world.files.delete('there.yaml');
    // A log group that was released is ours no more.
    expect(stepsIn((await world.loopFor(120_000)).at(-1)!, 'there')).toEqual([]);
    world.calls.length = 0;
    await world.loopFor(120_000);
    expect(world.calls.filter(({ region }) => region === 'eu-west-1')).toEqual([]);
  });

  describe('of which one moves to another Region', () => {
    const LEFT = 'there in eu-west-1 of account 385605022855';
    const moving = (region: string): string =>
      `${environment('there', `region: ${region}`)}---\n${daemonIn('there', 'b-')}`;

    async function moved(): Promise<World> {
      const world = createWorld({ files: twoRegions() });
      await world.settle();
      world.calls.length = 0;
      world.files.set('there.yaml', moving('eu-central-1'));
      return world;
    }

    const heldIn = ({ plan }: PassResult, name: string) =>
      plan.steps.filter(({ id }) => id.environment === name);

    test('what is left where it was is told and not touched, and what it wants is made where it is', async () => {
      const world = await moved();
      const before = await describeAccount(world.sandbox, { region: 'eu-west-1' });
      const results = await world.loopFor(600_000);
      const held = heldIn(results.at(-1)!, LEFT);
      // Roles have no Region: those that are in the way are told where the environment is.
      expect(held.length).toBeGreaterThan(8);
      for (const step of held) {
        expect(step).toMatchObject({
          type: 'hold',
          why: 'policy',
          intent: 'delete',
          reason: expect.stringContaining(
            'the environment "there" moved away from eu-west-1 of account 385605022855 and left this resource there; point it there again and remove its objects first, or delete this resource by hand',
          ),
        });
      }
      const there = world.calls.filter(({ region, name }) => region === 'eu-west-1' && !isRead(name));
      expect(there).toEqual([]);
      expect(await describeAccount(world.sandbox, { region: 'eu-west-1' })).toMatchObject({
        services: before.services,
        clusters: before.clusters,
      });
      expect(await countsIn(world, 'eu-central-1')).toMatchObject({ clusters: 1, namespaces: 1 });
    });

    test('it is an object of its own in the report, beside what is wanted', async () => {
      const world = await moved();
      const { objects } = reportOf((await world.loopFor(600_000)).at(-1)!);
      const daemons = objects.filter(({ kind, name }) => kind === 'DaemonService' && name === 'b-xray');
      expect(daemons.map(({ environment: its }) => its)).toEqual(['there', LEFT]);
      expect(daemons[1]?.conditions[0]).toMatchObject({ status: 'False', reason: 'DeletionHeld' });
      expect(objects.filter(({ kind }) => kind === 'Environment').map(({ name }) => name)).toEqual([
        'here',
        'there',
      ]);
    });

    test('it is all as before once the change is undone, and what was made meanwhile is told instead', async () => {
      const world = await moved();
      await world.loopFor(600_000);
      world.files.set('there.yaml', moving('eu-west-1'));
      const last = (await world.loopFor(600_000)).at(-1)!;
      expect(stepsIn(last, 'there')).toEqual([]);
      expect(heldIn(last, LEFT)).toEqual([]);
      const other = heldIn(last, 'there in eu-central-1 of account 385605022855');
      expect(other.map(({ id }) => id.kind)).toContain('cluster');
      expect(stepsIn(last, 'here')).toEqual([]);
    });

    test('it stays told while it cannot be read, and is no more once it is empty', async () => {
      const world = await moved();
      await world.loopFor(120_000);
      world.intercept((call, perform) =>
        call.region === 'eu-west-1' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
      );
      const unread = heldIn((await world.loopFor(120_000)).at(-1)!, LEFT);
      expect(unread.length).toBeGreaterThan(8);
      expect(new Set(unread.map((step) => step.type === 'hold' && step.why))).toEqual(new Set(['unseen']));
      world.intercept(undefined);
      expect(heldIn((await world.loopFor(120_000)).at(-1)!, LEFT).length).toBeGreaterThan(8);
    });

    test('another way into the same place leaves nothing behind', async () => {
      const world = createWorld({ files: twoRegions() });
      await world.settle();
      world.files.set(
        'there.yaml',
        moving('eu-west-1').replace('eu-west-1 }', 'eu-west-1, account: "385605022855" }'),
      );
      const last = (await world.loopFor(120_000)).at(-1)!;
      expect(last.plan.steps.filter(({ type }) => type !== 'keep')).toEqual([]);
      world.calls.length = 0;
      await world.pass();
      expect(
        world.calls.filter(({ name, region }) => name === 'ec2:DescribeVpcs' && region === 'eu-west-1'),
      ).toHaveLength(1);
    });
  });

  test('of which one hangs are each reported at the revision that was compared there', async () => {
    const world = createWorld({ files: twoRegions() });
    await world.settle();
    const before = (await world.pass()).wanted.reading.snapshot?.revision;
    world.intercept((call, perform) =>
      call.region === 'eu-west-1' ? new Promise(() => undefined) : perform(),
    );
    for (const [file, text] of world.files)
      world.files.set(file, text.replace('team: platform', 'team: other'));
    const result = await world.pass({ patienceMs: 1_000 });
    const after = result.wanted.reading.snapshot?.revision;
    const daemons = reportOf(result).objects.filter(({ kind }) => kind === 'DaemonService');
    expect(daemons.map(({ environment, sync }) => `${environment} ${sync}`)).toEqual([
      'here Synced',
      'there Synced',
    ]);
    expect(before).not.toBe(after);
    expect(daemons.map(({ observedRevision }) => observedRevision)).toEqual([after, before]);
    expect(daemons.map(({ lastAppliedRevision }) => lastAppliedRevision)).toEqual([after, before]);
  });

  test('of which one never answers: the other one converges meanwhile, and it does once it answers', async () => {
    const world = createWorld({ files: twoRegions() });
    world.intercept((call, perform) =>
      call.region === 'eu-west-1' ? new Promise(() => undefined) : perform(),
    );
    const results = await world.loopFor(60_000);
    expect(Math.max(...results.map(({ durationMs }) => durationMs))).toBeLessThan(30_000);
    expect(stepsIn(results.at(-1)!, 'here')).toEqual([]);
    expect(stepsIn(results[0]!, 'there')).toContain('hold unseen service/b-xray');
    expect(stepsIn(results[0]!, 'there').every((step) => step.startsWith('hold unseen'))).toBe(true);
    expect(await countsIn(world, 'us-east-1')).toMatchObject({ services: 1 });
    world.intercept(undefined);
    const recovered = await world.loopFor(180_000);
    expect(stepsOf(recovered.at(-1)!.plan)).toEqual([]);
    expect(await countsIn(world, 'eu-west-1')).toMatchObject({ services: 1 });
  });

  test('of which one falls silent: what hangs is said, and all there is unknown until AWS answers', async () => {
    const world = createWorld({ files: twoRegions() });
    await world.settle();
    world.intercept((call, perform) =>
      call.region === 'eu-west-1' && call.name === 'ec2:DescribeVpcs'
        ? new Promise(() => undefined)
        : perform(),
    );
    await world.pass({ patienceMs: 20_000 });
    const objects = reportOf(await world.pass({ patienceMs: 20_000 })).objects;
    const there = objects.filter(({ environment }) => environment === 'there');
    expect(there.length).toBeGreaterThan(2);
    for (const { sync, conditions } of there) {
      expect(sync).toBe('Unknown');
      expect(conditions[0]?.message).toMatch(/ec2:DescribeVpcs has had no answer since 2/);
    }
    const here = objects.filter(({ environment }) => environment === 'here');
    expect(new Set(here.map(({ sync }) => sync))).toEqual(new Set(['Synced']));
    world.intercept(undefined);
    const recovered = await world.loopFor(180_000);
    expect(reportOf(recovered.at(-1)!).objects.map(({ sync }) => sync)).not.toContain('Unknown');
  });

  test('of which one is slow is shown as it was last seen', async () => {
    const world = createWorld({ files: twoRegions() });
    await world.settle();
    world.intercept(async (call, perform) => {
      if (call.region === 'eu-west-1') await world.clock.sleep(10_000);
      return perform();
    });
    const objects = reportOf(await world.pass({ patienceMs: 20_000 })).objects;
    expect(new Set(objects.map(({ sync }) => sync))).toEqual(new Set(['Synced']));
  });

  test('of which one is taken out of git with a failure in it: nothing is looked at again for that', async () => {
    const world = createWorld({ files: twoRegions() });
    world.intercept((call, perform) =>
      call.region === 'eu-west-1' && call.name === 'ecs:CreateCluster'
        ? Promise.reject(refusal('AccessDeniedException'))
        : perform(),
    );
    await world.loopFor(60_000);
    world.files.delete('there.yaml');
    await world.clock.advance(120_000);
    const result = await world.pass();
    expect(result.failures.size).toBe(0);
    expect(result.lookAgainInMs).toBeUndefined();
  });
});

describe('an invalid document', () => {
  /** Which environment the report shows of a daemon of the second environment when its document is this text. */
  async function reportedIn(text: string): Promise<string | undefined> {
    const world = createWorld({
      files: {
        'environments.yaml': `${environment('here', 'region: us-east-1')}---\n${environment('there', 'region: eu-west-1')}`,
        'there.yaml': text,
      },
    });
    const daemon = reportOf(await world.pass({ dryRun: true })).objects.find(({ name }) => name === 'b-xray');
    expect(daemon?.conditions[0]).toMatchObject({
      type: 'Ready',
      status: 'False',
      reason: 'SourceInvalid',
    });
    return daemon?.environment;
  }
  const XRAY = daemonIn('there', 'b-').split('---\n').at(-1)!;

  test.each<[string, string]>([
    ['with an unknown field', XRAY.replace('desiredCount', 'desiredCuont')],
    ['that is no YAML', XRAY.replace('command: ["-o"]', 'command: ["-o"')],
    [
      'with an unknown field, in an environment that nobody declares',
      XRAY.replace('there', 'elsewhere').replace('desiredCount', 'desiredCuont'),
    ],
  ])('%s is reported in the environment that it names', async (_what, text) => {
    expect(await reportedIn(text)).toBe(/environment: (\w+)/.exec(text)![1]);
  });

  test('that names no environment is reported where its resources are, and in the first one where it has none', async () => {
    const nameless = XRAY.replace(/ +environment: there\n/, '');
    expect(await reportedIn(nameless)).toBe('here');
    const world = createWorld({ files: twoRegions() });
    await world.settle();
    world.files.set('there.yaml', `${environment('there', 'region: eu-west-1')}---\n${nameless}`);
    const daemon = reportOf(await world.pass()).objects.find(({ name }) => name === 'b-xray');
    expect(daemon).toMatchObject({
      environment: 'there',
      conditions: [{ reason: 'SourceInvalid' }, {}, {}],
    });
  });

  test('of an Environment is reported in itself', async () => {
    const files = {
      'here.yaml': environment('here', 'region: us-east-1'),
      'there.yaml': environment('there', 'regoin: eu-west-1'),
    };
    const { objects } = reportOf(await createWorld({ files }).pass());
    expect(objects.map(({ name, environment: its }) => `${name} in ${its}`)).toEqual([
      'here in here',
      'there in there',
    ]);
  });
});

describe('the pause for the read quotas', () => {
  const REGIONS = [
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'eu-central-1',
  ];

  /** Eight environments with a daemon each, in these Regions, at rest. */
  async function leastPauseOf(regions: readonly string[]): Promise<PassResult> {
    const files = regions.map((region, index) => {
      const name = `e${index}`;
      return [
        `${name}.yaml`,
        `${environment(name, `region: ${region}`)}---\n${daemonIn(name, `d${index}-`)}`,
      ];
    });
    const world = createWorld({ files: Object.fromEntries(files) as Record<string, string> });
    await world.settle();
    return world.pass();
  }

  test('does not count the reads of another account or Region', async () => {
    const { awsRequests, leastPauseMs } = await leastPauseOf(REGIONS);
    expect(awsRequests).toBeGreaterThan(100);
    expect(leastPauseMs).toBe(0);
  });

  test('counts the reads of all environments of one account and Region', async () => {
    const { awsRequests, leastPauseMs } = await leastPauseOf(REGIONS.map(() => 'us-east-1'));
    expect(leastPauseMs).toBe((awsRequests - 50) * 200);
  });
});

describe('an Environment of another name', () => {
  test('says what helps, and has all that it had once that is done: its tags say the new name', async () => {
    const files = (name: string) => ({
      'all.yaml': `${environment(name, 'region: us-east-1')}---\n${daemonIn(name, '')}`,
    });
    const world = createWorld({ files: files('live') });
    await world.settle();
    world.files.set('all.yaml', files('prod')['all.yaml']);
    world.restart();
    const results = await world.loopFor(60_000);
    const held = results.at(-1)!.plan.steps.find(({ id }) => id.kind === 'service')!;
    expect(held).toMatchObject({
      type: 'hold',
      why: 'not-ours',
      reason: expect.stringMatching(
        /^exists and belongs to the environment "live"; .*where this Environment was named "live" before, name it so again, or set its tag stationkeeper:environment to "prod"$/,
      ) as string,
    });
    const call = callsTo(world.sandbox);
    const tags = { 'stationkeeper:environment': 'prod' };
    const { ResourceTagMappingList } = await call('tagging', 'GetResources');
    const arns = (ResourceTagMappingList as { ResourceARN: string }[]).map(({ ResourceARN }) => ResourceARN);
    await call('tagging', 'TagResources', { ResourceARNList: arns, Tags: tags });
    const { Roles } = await call('iam', 'ListRoles');
    for (const { RoleName } of Roles as { RoleName: string }[]) {
      await call('iam', 'TagRole', {
        RoleName,
        Tags: [{ Key: 'stationkeeper:environment', Value: 'prod' }],
      });
    }
    world.calls.length = 0;
    const after = await world.loopFor(60_000);
    expect(stepsOf(after.at(-1)!.plan)).toEqual([]);
    expect(world.mutations().filter((name) => !/Tag/.test(name))).toEqual([]);
  });
});
