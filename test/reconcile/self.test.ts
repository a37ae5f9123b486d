import { describe, expect, it, test } from 'vitest';
import { compareText } from '../../controller/core/order.ts';
import { displayId } from '../../controller/core/resource.ts';
import type { Self } from '../../controller/core/self.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { callsTo } from '../support/world/account.ts';
import { makeOwnNeeds } from '../support/sandbox/fetched.ts';
import { fetchedIn } from '../support/world/other-tools.ts';
import { OWN_MANIFEST as OWN, createWorld, refusal, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const FILE = 'stationkeeper.yaml';
/** Something else that git wants, so that it is never empty. */
const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';
const IMAGE = /image: .*/;

/** As Fargate tells it, with no name of the service. */
const ON_FARGATE = {
  type: 'seen',
  region: 'us-east-1',
  accountId: DEFAULT_ACCOUNT_ID,
  cluster: 'platform',
  family: 'stationkeeper',
} as const satisfies Self;

/** Applied from a laptop and at rest; from then on a controller keeps it that runs as `self`; null: elsewhere. */
async function selfKept(self: Self | null = ON_FARGATE): Promise<World> {
  let known: Self | undefined;
  const world = createWorld({
    files: { [FILE]: OWN, 'other.yaml': OTHER },
    self: () => Promise.resolve(known),
  });
  await makeOwnNeeds(fetchedIn(world));
  await world.settle();
  known = self ?? undefined;
  world.restart();
  // GetResources has caught up with all that was written.
  await world.clock.advance(60_000);
  world.calls.length = 0;
  return world;
}

function push(world: World, edit: (text: string) => string): void {
  const text = edit(OWN);
  if (text === '') world.files.delete(FILE);
  else world.files.set(FILE, text);
}

function annotated(annotations: string): (text: string) => string {
  return (text) =>
    text
      .replaceAll(/^metadata: \{ name: (.*) \}$/gm, `metadata: { name: $1, annotations: { ${annotations} } }`)
      .replace('  labels: { team', `  annotations: { ${annotations} }\n  labels: { team`);
}

const REPLACING = annotated('stationkeeper.dev/allow-replace: "true"');
const RETAINING = annotated('stationkeeper.dev/deletion-policy: retain');

/** Held removals of the last pass, and why. */
function heldIn({ plan }: PassResult): readonly (readonly [string, string])[] {
  return plan.steps
    .flatMap((step) =>
      step.type === 'hold' && step.why === 'policy' ? [[displayId(step.id), step.reason] as const] : [],
    )
    .toSorted(([a], [b]) => compareText(a, b));
}

/** What takes something away; superseded revisions of a task definition apart. */
function endings(world: World): readonly string[] {
  return world
    .mutations()
    .filter((name) => /:(?!DeregisterTaskDefinition)(Delete|Deregister|Untag)/.test(name));
}

async function ownService(world: World) {
  const call = callsTo(world.sandbox);
  const { services } = await call('ecs', 'DescribeServices', {
    cluster: 'platform',
    services: ['stationkeeper'],
  });
  const [service] = services as readonly ServiceNow[];
  const { taskDefinition } = await call('ecs', 'DescribeTaskDefinition', {
    taskDefinition: service!.taskDefinition,
  });
  const [container] = (taskDefinition as DefinitionNow).containerDefinitions;
  const { status, desiredCount, runningCount } = service!;
  return { status, desiredCount, runningCount, image: container!.image };
}

interface ServiceNow {
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskDefinition: string;
}
interface DefinitionNow {
  readonly containerDefinitions: readonly { readonly image: string }[];
}

const RUNNING = { status: 'ACTIVE', desiredCount: 1, runningCount: 1 };

interface Row {
  readonly says: string;
  readonly edits: readonly ((text: string) => string)[];
  /** What is then held for the controller's own sake. */
  readonly held: readonly string[];
}

const EVERYTHING = [
  'cluster/platform',
  'discovery-service/stationkeeper',
  'log-group/stationkeeper/stationkeeper',
  'namespace/platform.internal',
  'role/stationkeeper-execution',
  'role/stationkeeper-task',
  'security-group/stationkeeper',
  'service/stationkeeper',
  'task-definition/stationkeeper',
];

const gone = (): string => '';

const ROWS: readonly Row[] = [
  { says: 'nothing of it any more', edits: [gone], held: EVERYTHING },
  { says: 'that it be released', edits: [RETAINING, gone], held: EVERYTHING },
  {
    says: 'that it run without tasks',
    edits: [(text) => text.replace('desiredCount: 1', 'desiredCount: 0')],
    held: ['service/stationkeeper'],
  },
  {
    says: 'that it be in another cluster',
    edits: [(text) => REPLACING(text).replace('cluster: platform', 'cluster: other')],
    held: ['service/stationkeeper', 'service/stationkeeper'],
  },
  {
    says: 'that its service have another name',
    edits: [
      (text) => REPLACING(text).replace('cluster: platform', 'cluster: platform\n  serviceName: keeper'),
    ],
    held: ['service/keeper', 'service/stationkeeper'],
  },
  {
    says: 'that its group be made anew',
    edits: [
      (text) => REPLACING(text).replace('  securityGroup:\n', '  securityGroup:\n    description: another\n'),
    ],
    held: ['security-group/stationkeeper'],
  },
  {
    says: 'that its group have another name',
    edits: [(text) => REPLACING(text).replace('  securityGroup:\n', '  securityGroup:\n    name: keeper\n')],
    held: ['security-group/stationkeeper'],
  },
  {
    says: 'that it be found under another name',
    edits: [
      (text) =>
        REPLACING(text).replace(
          '    namespace: platform.internal',
          '    namespace: platform.internal\n    name: keeper',
        ),
    ],
    held: ['discovery-service/stationkeeper'],
  },
  {
    says: 'another name of its manifest',
    edits: [(text) => text.replace('  name: stationkeeper\n', '  name: keeper\n')],
    held: EVERYTHING.filter((id) => !/^(cluster|namespace)/.test(id)),
  },
  {
    says: 'no more of what it stands on than its names',
    edits: [(text) => text.slice(text.indexOf('---', text.indexOf('kind: Namespace')))],
    held: [],
  },
];

describe('a controller that runs on ECS keeps itself although git says', () => {
  it.each(ROWS)('$says', async ({ edits, held }) => {
    const world = await selfKept();
    for (const edit of edits) {
      push(world, edit);
      await world.settle();
    }
    const last = await world.pass();
    expect(heldIn(last).map(([id]) => id)).toEqual(held);
    for (const [, reason] of heldIn(last)) {
      expect(reason).toMatch(
        /^this controller (runs on it|starts no second one beside itself|would end itself)\b.*; only "stationkeeper apply" from elsewhere (removes|moves|stops)\b/,
      );
    }
    expect(endings(world)).toEqual([]);
    expect(await ownService(world)).toMatchObject(RUNNING);
  });

  it('that another Environment shall have it', async () => {
    const world = await selfKept();
    push(
      world,
      (text) =>
        `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: home }\nspec: {}\n---\n${text}`,
    );
    await world.settle();
    expect(endings(world)).toEqual([]);
    expect(await ownService(world)).toMatchObject(RUNNING);
  });
});

describe('what a controller that runs on ECS may do all the same', () => {
  test('everything to what is not its own', async () => {
    const world = await selfKept();
    world.files.delete('other.yaml');
    await world.settle();
    expect(endings(world)).toEqual(['ecs:DeleteCluster']);
  });

  test('everything that is neither removal nor replacement to itself, while its number of tasks stays', async () => {
    const world = await selfKept();
    push(world, (text) =>
      text
        .replace(IMAGE, 'image: example.org/stationkeeper:0.2.0')
        .replace('desiredCount: 1', 'desiredCount: 0')
        .replace('retentionInDays: 30', 'retentionInDays: 90'),
    );
    await world.settle();
    expect(await ownService(world)).toEqual({ ...RUNNING, image: 'example.org/stationkeeper:0.2.0' });
    expect(world.mutations()).toContain('logs:PutRetentionPolicy');
  });

  test('to be removed by who runs elsewhere', async () => {
    const laptop = await selfKept(null);
    push(laptop, gone);
    await laptop.settle();
    expect((await ownService(laptop)).status).toBe('INACTIVE');
  });
});

test('a controller that does not know as what it runs on ECS removes and replaces nothing until it does', async () => {
  let self: Self = { type: 'unseen', why: 'nobody answers' };
  const world = createWorld({
    files: { [FILE]: OWN, 'other.yaml': OTHER },
    self: () => Promise.resolve(self),
  });
  await makeOwnNeeds(fetchedIn(world));
  await world.settle();
  world.files.delete('other.yaml');
  await world.settle();
  expect(heldIn(await world.pass())).toEqual([
    ['cluster/other', expect.stringContaining('ECS does not say which service') as string],
  ]);
  expect(endings(world)).toEqual([]);
  self = ON_FARGATE;
  await world.settle();
  expect(endings(world)).toEqual(['ecs:DeleteCluster']);
});

test.each([
  ['the name of its service', { service: 'stationkeeper' }],
  ['the family of its task definition', { family: 'stationkeeper' }],
])('%s is enough to know itself by', async (_by, name) => {
  const { region, accountId, cluster } = ON_FARGATE;
  const world = await selfKept({ type: 'seen', region, accountId, cluster, ...name });
  push(world, gone);
  await world.settle();
  expect(heldIn(await world.pass()).map(([id]) => id)).toEqual(EVERYTHING);
});

test('a service of the same name in another account or region is not itself', async () => {
  const world = await selfKept({ ...ON_FARGATE, region: 'eu-west-1' });
  push(world, gone);
  await world.settle();
  expect((await ownService(world)).status).toBe('INACTIVE');
});

/** Rolls another image of itself out, and dies of it: ECS stops its task, and starts another when a rollout has ended. */
async function upgradedTo(world: World, image: string): Promise<void> {
  push(world, (text) => text.replace(IMAGE, `image: ${image}`));
  world.intercept(({ name }, perform) => {
    const answer = perform();
    if (name !== 'ecs:UpdateService') return answer;
    answer.catch(() => undefined);
    world.restart();
    return new Promise(() => undefined);
  });
  void world.pass().catch(() => undefined);
  await world.clock.advance(20 * 60_000);
  world.intercept(undefined);
}

function ownHealth({ plan }: PassResult): string {
  const step = plan.steps.find(({ id }) => displayId(id) === 'service/stationkeeper');
  return step !== undefined && 'observed' in step ? (step.observed?.health.status ?? '') : '';
}

test('while AWS does not tell what failed of it, a controller rolls nothing out again', async () => {
  const world = await selfKept();
  await upgradedTo(world, 'example.org/stationkeeper:fail-pull');
  world.restart();
  world.intercept(({ name }, perform) =>
    name === 'ecs:ListServiceDeployments' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
  );
  const { plan } = await world.pass();
  expect(stepsOf(plan)).toEqual(['hold unseen service/stationkeeper']);
  expect(plan.steps.find(({ type }) => type === 'hold')?.reason).toContain('ListServiceDeployments');
});

describe('a controller that rolls another image of itself out', () => {
  test('is ended by ECS in the middle, and the next one has nothing left to do', async () => {
    const world = await selfKept();
    await upgradedTo(world, 'example.org/stationkeeper:0.2.0');
    const passes = await world.settle();
    expect(ownHealth(passes.at(-1)!)).toBe('Healthy');
    expect(stepsOf(passes.at(-1)!.plan)).toEqual([]);
    expect(world.mutations().filter((name) => name === 'ecs:UpdateService')).toHaveLength(1);
    expect(await ownService(world)).toEqual({ ...RUNNING, image: 'example.org/stationkeeper:0.2.0' });
  });

  test('that does not start is brought back by ECS, says so, and does not try it again, however often it is restarted', async () => {
    const world = await selfKept();
    const { image } = await ownService(world);
    await upgradedTo(world, 'example.org/stationkeeper:fail-pull');
    for (const hours of [0, 2, 48]) {
      world.restart();
      await world.clock.advance(hours * 3_600_000);
      const passes = await world.settle();
      expect(ownHealth(passes.at(-1)!)).toBe('Degraded');
      expect(world.mutations().filter((name) => name === 'ecs:UpdateService')).toHaveLength(1);
      expect(await ownService(world)).toEqual({ ...RUNNING, image });
    }
    await upgradedTo(world, 'example.org/stationkeeper:0.2.1');
    expect(ownHealth((await world.settle()).at(-1)!)).toBe('Healthy');
    expect(await ownService(world)).toEqual({ ...RUNNING, image: 'example.org/stationkeeper:0.2.1' });
  });
});
