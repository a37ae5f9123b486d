import { describe, expect, it, test } from 'vitest';
import { stepsOf } from '../support/world/world.ts';
import {
  PLACES,
  SOAK_MS,
  STAGES,
  ask,
  commit,
  heldIn,
  serviceIn,
  stagedWorld,
  statesOf,
  turnOf,
  versionsIn,
} from '../support/world/rollouts.ts';
import type { FleetPlace } from '../support/manifests/environments.ts';
import type { World } from '../support/world/world.ts';

const [DEV_A, , EU_A, EU_B, US_A] = PLACES as [FleetPlace, FleetPlace, FleetPlace, FleetPlace, FleetPlace];

const ALL_ONE = { 'dev-a': '1', 'dev-b': '1', 'eu-a': '1', 'eu-b': '1', 'us-a': '1', 'us-b': '1' };
const ALL_TWO = { 'dev-a': '2', 'dev-b': '2', 'eu-a': '2', 'eu-b': '2', 'us-a': '2', 'us-b': '2' };

/** Passes until nothing can go on without time. */
async function rest(world: World) {
  const results = await world.settle();
  return results.at(-1)!;
}

describe('a fleet that is as git wants it', () => {
  it('has no step, and its services say what they hold, the same everywhere of the definition', async () => {
    const world = await stagedWorld();
    const result = await world.pass();
    expect(stepsOf(result.plan)).toEqual([]);
    expect(result.courses[0]).toMatchObject({ condition: 'done' });
    const held = await Promise.all(PLACES.map((place) => heldIn(world, place)));
    expect(new Set(held.map((one) => one?.definition)).size).toBe(1);
    expect(new Set(held.map((one) => one?.expansion)).size).toBe(PLACES.length);
  });

  it('is not touched where a Rollout is put beside it, but for the tag that says what is held', async () => {
    const world = await stagedWorld({ spec: { rollout: undefined } as object });
    expect(await heldIn(world, EU_A)).toBeUndefined();
    commit(world, {});
    const results = await world.settle();
    expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    expect(new Set(world.mutations())).toEqual(new Set(['ecs:TagResource']));
    expect(await heldIn(world, EU_A)).toBeDefined();
  });
});

describe('a commit', () => {
  it('begins in the first stage alone', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    const first = await world.pass();
    expect(await versionsIn(world)).toEqual({ ...ALL_ONE, 'dev-a': '2', 'dev-b': '2' });
    expect(statesOf(first)).toMatchObject({ 'dev-a': 'progressing', 'eu-a': 'waiting', 'us-a': 'waiting' });
    expect(turnOf(first, 'eu-a')?.says).toMatch(/canary/);
  });

  it('is written down on a service before anything there is changed', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    await world.pass();
    const writes = world.calls.filter(
      ({ accountId, name }) => accountId === DEV_A.account && !/Describe|List|Get/.test(name),
    );
    expect(writes[0]).toMatchObject({
      name: 'ecs:TagResource',
      input: { resourceArn: expect.stringContaining('service/') },
    });
    expect(writes.map(({ name }) => name)).toContain('ecs:UpdateService');
  });

  it('goes on one by one where a stage says so, and when what was before has soaked', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    await rest(world);
    expect(await versionsIn(world)).toEqual({ ...ALL_TWO, 'us-a': '1', 'us-b': '1' });
    const soaking = await world.pass();
    expect(statesOf(soaking)).toMatchObject({ 'eu-b': 'soaking', 'us-a': 'waiting', 'us-b': 'waiting' });
    expect(turnOf(soaking, 'us-a')?.says).toMatch(/eu.*soak/);
    await world.clock.advance(SOAK_MS);
    await rest(world);
    expect(await versionsIn(world)).toEqual(ALL_TWO);
    expect((await world.pass()).courses[0]?.condition).toBe('done');
  });

  it('is never under way in more of a stage than may be', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    for (let pass = 0; pass < 30; pass += 1) {
      const states = statesOf(await world.pass());
      const underWay = ['eu-a', 'eu-b'].filter((name) => ['progressing', 'begins'].includes(states[name]!));
      expect(underWay.length).toBeLessThanOrEqual(1);
      await world.clock.advance(5_000);
    }
  });

  test('of a rule alone starts no task, and still soaks', async () => {
    const ingress = (port: number) => ({
      securityGroup: { ingress: [{ protocol: 'udp', port, cidr: '10.0.0.0/8' }] },
    });
    const world = await stagedWorld({ spec: ingress(2000) });
    commit(world, { spec: ingress(2001) });
    const soaking = await rest(world);
    expect(world.mutations()).not.toContain('ecs:UpdateService');
    expect(statesOf(soaking)).toMatchObject({ 'dev-a': 'done', 'eu-a': 'soaking', 'us-a': 'waiting' });
    await world.clock.advance(SOAK_MS);
    expect(statesOf(await rest(world))).toMatchObject({ 'us-a': 'done', 'us-b': 'done' });
  });

  it('starts anew from the first stage where another comes in the middle of a soak', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    await rest(world);
    commit(world, { version: '3' });
    await world.pass();
    expect(await versionsIn(world)).toMatchObject({ 'dev-a': '3', 'eu-a': '2', 'us-a': '1' });
    await rest(world);
    await world.clock.advance(SOAK_MS);
    await rest(world);
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['3']));
  });

  it('touches nothing where its override does not reach, and is done there at once', async () => {
    const world = await stagedWorld();
    world.calls.length = 0;
    const overrides = [{ environments: { matchLabels: { stage: 'dev' } }, spec: { desiredCount: 2 } }];
    commit(world, { spec: { overrides } });
    await rest(world);
    const writes = world.calls.filter(
      ({ accountId, name }) => accountId === US_A.account && !/Describe|List|Get/.test(name),
    );
    expect(new Set(writes.map(({ name }) => name))).toEqual(new Set(['ecs:TagResource']));
    expect(await serviceIn(world, DEV_A)).toMatchObject({ desiredCount: 2 });
  });
});

describe('an Environment that waits', () => {
  it('is still healed where git has not changed what somebody meddled with', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    await rest(world);
    await ask(world, US_A, 'UpdateService', { cluster: 'main', service: 'xray', desiredCount: 0 });
    await world.pass();
    expect(await serviceIn(world, US_A)).toMatchObject({ desiredCount: 1 });
    expect(await versionsIn(world)).toMatchObject({ 'us-a': '1' });
    expect(statesOf(await world.pass())).toMatchObject({ 'us-a': 'waiting' });
  });

  it('has what is gone made anew as git wants it now', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    await rest(world);
    await ask(world, US_A, 'DeleteService', { cluster: 'main', service: 'xray', force: true });
    await rest(world);
    expect(await versionsIn(world)).toMatchObject({ 'us-a': '2', 'us-b': '1' });
  });
});

describe('an Environment that cannot be read', () => {
  const blind = (world: World, account: string | undefined): void =>
    world.intercept((call, perform) =>
      call.accountId === account && call.service === 'ecs'
        ? Promise.reject(Object.assign(new Error('denied'), { name: 'AccessDeniedException', $metadata: {} }))
        : perform(),
    );

  it('stops what comes after its stage, and nothing else', async () => {
    const world = await stagedWorld();
    blind(world, EU_B.account);
    commit(world, { version: '2' });
    const result = await rest(world);
    expect(await versionsIn(world)).toMatchObject({ 'dev-a': '2', 'dev-b': '2', 'eu-b': '1', 'us-a': '1' });
    expect(statesOf(result)).toMatchObject({ 'eu-b': 'failed', 'us-a': 'waiting' });
    expect(result.courses[0]).toMatchObject({ condition: 'failed' });
    world.intercept(undefined);
    await rest(world);
    await world.clock.advance(SOAK_MS);
    await rest(world);
    expect(await versionsIn(world)).toEqual(ALL_TWO);
  });

  it('is passed over where its stage may have a failure', async () => {
    const stages = STAGES.map((stage, index) => (index === 1 ? { ...stage, maxFailures: 1 } : stage));
    const world = await stagedWorld({ stages });
    blind(world, EU_B.account);
    commit(world, { version: '2', stages });
    await rest(world);
    await world.clock.advance(SOAK_MS);
    await rest(world);
    expect(await versionsIn(world)).toEqual({ ...ALL_TWO, 'eu-b': '1' });
  });
});

describe('an Environment that is new', () => {
  const NEW = { name: 'us-c', region: 'us-east-1', account: '777777777777', labels: { stage: 'prod' } };

  it('is made at once where the rollout has ended', async () => {
    const world = await stagedWorld();
    commit(world, { places: [...PLACES, NEW] });
    await rest(world);
    expect(await versionsIn(world, [NEW])).toEqual({ 'us-c': '1' });
  });

  it('takes its turn in its stage while a rollout goes on', async () => {
    const world = await stagedWorld();
    commit(world, { version: '2', places: [...PLACES, NEW] });
    const result = await rest(world);
    expect(statesOf(result)).toMatchObject({ 'us-c': 'waiting' });
    expect(await versionsIn(world, [NEW])).toEqual({ 'us-c': '' });
    await world.clock.advance(SOAK_MS);
    await rest(world);
    expect(await versionsIn(world, [NEW])).toEqual({ 'us-c': '2' });
  });
});

test('a change of Environments alone goes through the stages too', async () => {
  const addressed = (isPublic: boolean) => PLACES.map((place) => ({ ...place, assignPublicIp: isPublic }));
  const world = await stagedWorld({ places: addressed(true) });
  commit(world, { places: addressed(false) });
  const result = await rest(world);
  expect(statesOf(result)).toMatchObject({ 'dev-a': 'done', 'us-a': 'waiting' });
  const publicIn = async (place: FleetPlace) => (await serviceIn(world, place))?.networkConfiguration;
  expect(await publicIn(DEV_A)).toMatchObject({ awsvpcConfiguration: { assignPublicIp: 'DISABLED' } });
  expect(await publicIn(US_A)).toMatchObject({ awsvpcConfiguration: { assignPublicIp: 'ENABLED' } });
});
