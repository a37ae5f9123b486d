import { beforeEach, describe, expect, test } from 'vitest';
import type { Needs } from '../../controller/core/outputs.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { taskDefinitionKind } from '../../controller/kinds/task-definition/index.ts';
import type { TaskDefinitionSpec } from '../../controller/kinds/task-definition/spec.ts';
import type { TaskDefinitionState } from '../../controller/kinds/task-definition/state.ts';
import { doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { TRUST } from '../support/iam/policies.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { containerSpec, desiredTaskDefinition } from '../support/kinds/task-definitions.ts';
import { nothingFound } from '../support/kinds/known.ts';

let world: SandboxAws;
let needs: Needs;
let driver: ReturnType<typeof taskDefinitionKind.driver>;
beforeEach(async () => {
  world = sandboxAws();
  needs = await needsIn(world);
  driver = taskDefinitionKind.driver(world.context);
  await world.aws.iam.createRole({ RoleName: 'daemon', AssumeRolePolicyDocument: TRUST });
  await world.becomeKnown();
});

const DESIRED = desiredTaskDefinition();

function observeAll(desired: readonly Desired<TaskDefinitionSpec>[], scope: 'these' | 'all-owned' = 'these') {
  world.context.inventory.startPass();
  return world.run(driver.observe({ desired, scope, needs, findings: nothingFound }));
}

async function observe(desired = DESIRED) {
  return (await observeAll([desired])).items[0] as Observed<TaskDefinitionState>;
}

function create(desired = DESIRED) {
  return world.run(driver.create(desired, tagsFor(world, desired), needs));
}

function changesOf(observed: Observed<TaskDefinitionState>, desired = DESIRED) {
  return taskDefinitionKind.model.diff(desired, observed, needs);
}

/** A revision that somebody else registers. */
async function registerForeign(family = 'xray') {
  await world.aws.ecs.registerTaskDefinition({
    family,
    containerDefinitions: [{ name: 'other', image: 'other', memory: 128 }],
  });
}

describe('a task definition', () => {
  test('with everything a manifest can set is as wanted after it was registered', async () => {
    const full = desiredTaskDefinition({
      cpu: 1024,
      memory: 2048,
      cpuArchitecture: 'ARM64',
      ephemeralStorage: 30,
      containers: [
        containerSpec({
          entryPoint: ['/xray'],
          healthCheck: {
            command: ['CMD', '/healthcheck'],
            interval: 10,
            timeout: 2,
            retries: 5,
            startPeriod: 15,
          },
          cpu: 128,
          memory: 512,
          memoryReservation: 256,
          user: '10001',
          readonlyRootFilesystem: true,
          linuxParameters: { initProcessEnabled: true, capabilities: { add: ['SYS_PTRACE'] } },
          ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
          stopTimeout: 30,
          dockerLabels: { team: 'platform' },
          workingDirectory: '/data',
          secrets: { DSN: 'arn:aws:ssm:us-east-1:385605022855:parameter/dsn' },
        }),
        containerSpec({
          name: 'sidecar',
          essential: false,
          portMappings: [],
          dependsOn: [{ containerName: 'xray', condition: 'HEALTHY' }],
        }),
      ],
    });
    expect(changesOf(doneOf(await create(full)), full)).toEqual([]);
    driver = taskDefinitionKind.driver(world.context);
    const seen = await observe(full);
    expect(changesOf(seen, full)).toEqual([]);
    expect(seen).toMatchObject({ owner: 'us', outputs: { family: 'xray', arn: seen.arn } });
  });

  test('gets a new revision for a difference, and its dependents another ARN', async () => {
    const first = doneOf(await create());
    const newer = desiredTaskDefinition({ containers: [containerSpec({ image: 'xray:4' })] });
    const changes = changesOf(first, newer);
    expect(changes.map(({ path }) => path)).toEqual(['containers[xray].image']);
    const second = doneOf(
      await world.run(driver.update(newer, first, { changes, upkeep: [] }, tagsFor(world, newer), needs)),
    );
    expect([first.arn, second.arn].map((arn) => arn?.split(':').at(-1))).toEqual(['1', '2']);
    expect(second.outputs['arn']).toBe(second.arn);
    expect(changesOf(await observe(newer), newer)).toEqual([]);
  });

  test('that does not exist is absent', async () => {
    expect(await observeAll([DESIRED])).toEqual({ items: [], unseen: [] });
  });

  test('that cannot be read is unseen, and the others are seen', async () => {
    await create();
    driver = taskDefinitionKind.driver(world.context);
    world.failNext('ecs:DescribeTaskDefinition', 'ClientException', { message: 'Something else.' });
    const other = desiredTaskDefinition({ family: 'otel' });
    const { items, unseen } = await observeAll([other, DESIRED]);
    expect(unseen.map(({ id }) => id.name)).toEqual(['otel']);
    expect(items.map(({ id }) => id.name)).toEqual(['xray']);
  });
});

describe('among the revisions of a family', () => {
  test('ours counts, though somebody registered a newer one', async () => {
    await create();
    await registerForeign();
    await registerForeign();
    driver = taskDefinitionKind.driver(world.context);
    expect(await observe()).toMatchObject({ owner: 'us', state: { revision: 1 } });
  });

  test("the newest counts where none is ours, and is nobody's", async () => {
    await registerForeign();
    await registerForeign();
    expect(await observe()).toMatchObject({ owner: 'nobody', state: { revision: 2 } });
  });

  test('one that was deregistered does not count', async () => {
    const made = doneOf(await create());
    await world.aws.ecs.deregisterTaskDefinition({ taskDefinition: made.arn });
    driver = taskDefinitionKind.driver(world.context);
    expect(await observe()).toBeUndefined();
  });
});

describe('reading families that are known', () => {
  const families = Array.from({ length: 50 }, (_, index) =>
    desiredTaskDefinition({ family: `daemon-${index}` }),
  );

  async function createAll() {
    for (const family of families) await create(family);
    world.resetRequests();
  }

  test('costs twenty requests a pass', async () => {
    await createAll();
    expect((await observeAll(families)).items.length).toBe(50);
    expect(world.requests.length).toBe(20);
  });

  test('comes round to each of them: one that was deregistered is missed within three passes', async () => {
    await createAll();
    await world.aws.ecs.deregisterTaskDefinition({ taskDefinition: 'daemon-7:1' });
    const counts: number[] = [];
    for (let pass = 0; pass < 3; pass += 1) counts.push((await observeAll(families)).items.length);
    expect(counts).toEqual([50, 50, 49]);
  });

  test('reads one again at once after its registration failed', async () => {
    await createAll();
    await observeAll(families);
    world.failNext('ecs:RegisterTaskDefinition', 'ClientException', { message: 'No.' });
    await expect(create(families[0])).rejects.toMatchObject({ code: 'ClientException' });
    world.resetRequests();
    await observeAll(families);
    expect(world.requests.length).toBe(21);
  });
});

describe('reading families that are not known', () => {
  const families = Array.from({ length: 50 }, (_, index) =>
    desiredTaskDefinition({ family: `daemon-${index}` }),
  );

  test('costs a page of the list of families where many of them do not exist', async () => {
    world.resetRequests();
    expect(await observeAll(families)).toEqual({ items: [], unseen: [] });
    expect(world.requests.map(({ operation }) => operation)).toEqual(['ListTaskDefinitionFamilies']);
  });

  test('finds those that exist, after a restart too', async () => {
    await create(families[3]);
    driver = taskDefinitionKind.driver(world.context);
    expect((await observeAll(families)).items.map(({ id }) => id.name)).toEqual(['daemon-3']);
  });

  test('takes none for absent when the list cannot be read', async () => {
    world.failNext('ecs:ListTaskDefinitionFamilies', 'AccessDeniedException');
    await expect(observeAll(families)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('a role that ECS does not know yet', () => {
  test.each([
    ['AccessDeniedException', 'User is not authorized to perform: iam:PassRole on resource', 'backoff'],
    ['ClientException', 'Role is not valid', 'never'],
  ])('is waited for two minutes, and is then an error: %s', async (code, message, retry) => {
    world.failNext('ecs:RegisterTaskDefinition', code, { message, times: 3 });
    const waiting = { type: 'started', message: expect.stringContaining(`${code}: ${message}`) as string };
    expect(await create()).toMatchObject(waiting);
    await world.clock.advance(100_000);
    expect(await create()).toMatchObject(waiting);
    await world.clock.advance(30_000);
    await expect(create()).rejects.toMatchObject({ code, retry });
  });

  test('does not excuse another refusal', async () => {
    world.failNext('ecs:RegisterTaskDefinition', 'ClientException', { message: 'Invalid cpu.' });
    await expect(create()).rejects.toMatchObject({ retry: 'never' });
  });
});

describe('a family that no manifest wants any more', () => {
  async function leaveThreeRevisions() {
    for (const image of ['a', 'b', 'c']) {
      await create(desiredTaskDefinition({ containers: [containerSpec({ image })] }));
    }
  }

  test('is one leftover, and is deregistered with all our revisions', async () => {
    await leaveThreeRevisions();
    await registerForeign();
    const { items } = await observeAll([], 'all-owned');
    expect(items).toMatchObject([{ id: { name: 'xray' }, owner: 'us', state: { revision: 3 } }]);
    expect(await world.run(driver.delete(items[0]!))).toEqual({ type: 'gone' });
    expect(await world.run(driver.delete(items[0]!))).toEqual({ type: 'gone' });
    expect((await observeAll([], 'all-owned')).items).toEqual([]);
    const { taskDefinitionArns = [] } = await world.aws.ecs.listTaskDefinitions({ familyPrefix: 'xray' });
    expect(taskDefinitionArns.map((arn) => arn.split(':').at(-1))).toEqual(['4']);
  });

  test('leaves a revision of another source where it is, and shows it once ours are gone', async () => {
    const source = { id: 'git.example.org/daemons', takesOver: [] };
    const ours = taskDefinitionKind.driver({ ...world.context, claim: { ...world.context.claim, source } });
    for (const id of [source.id, 'git.example.org/others', source.id]) {
      const tags = { ...tagsFor(world, DESIRED), 'stationkeeper:source': id };
      await world.run(driver.create(DESIRED, tags, needs));
    }
    const leftovers = async () => {
      world.context.inventory.startPass();
      const request = { desired: [], scope: 'all-owned', needs, findings: nothingFound } as const;
      return (await world.run(ours.observe(request))).items;
    };
    const [mine] = await leftovers();
    expect(mine).toMatchObject({ state: { revision: 3 } });
    expect(await world.run(ours.delete(mine!))).toEqual({ type: 'gone' });
    expect(await leftovers()).toMatchObject([
      { state: { revision: 2 }, tags: { 'stationkeeper:source': 'git.example.org/others' } },
    ]);
  });

  test('costs a read now and then once it is empty, although its revisions are still listed', async () => {
    await leaveThreeRevisions();
    const { items } = await observeAll([], 'all-owned');
    await world.run(driver.delete(items[0]!));
    await observeAll([], 'all-owned');
    world.resetRequests();
    for (let passes = 0; passes < 20; passes += 1) {
      await world.clock.advance(60_000);
      await observeAll([], 'all-owned');
    }
    const reads = world.requests.filter(({ operation }) => operation === 'ListTaskDefinitions').length;
    expect(reads).toBe(2);
    await create();
    expect((await observeAll([], 'all-owned')).items).toHaveLength(1);
  });

  test('is released with all its revisions', async () => {
    await leaveThreeRevisions();
    const { items } = await observeAll([], 'all-owned');
    const released = await world.run(driver.tag(items[0]!, {}, Object.keys(items[0]!.tags)));
    expect(released).toMatchObject({ owner: 'nobody', tags: {} });
    expect((await observeAll([], 'all-owned')).items).toEqual([]);
  });

  test('old revisions of a family that is wanted are no leftovers', async () => {
    await leaveThreeRevisions();
    const { items } = await observeAll([DESIRED], 'all-owned');
    expect(items.map(({ id }) => id.name)).toEqual(['xray']);
  });
});
