import { createInventory } from '../../../controller/aws/inventory.ts';
import { ENVIRONMENT_KIND } from '../../../controller/core/reference.ts';
import type { KindName, Observed } from '../../../controller/core/resource.ts';
import type { Random } from '../../../controller/core/ports.ts';
import type { KindDriver } from '../../../controller/kinds/kind.ts';
import { wavesOf } from '../../../controller/kinds/waves.ts';
import type { EnvironmentTarget } from '../../../controller/manifest/expand/environment.ts';
import type { PruneBudget } from '../../../controller/plan/prune-rules.ts';
import type { ProgressListener } from '../../../controller/reconcile/apply.ts';
import type { Environments, EnvironmentRuntime } from '../../../controller/reconcile/environments.ts';
import { placeKey } from '../../../controller/reconcile/memory/former-places.ts';
import { createKindReads } from '../../../controller/reconcile/kind-reads.ts';
import { createFailures } from '../../../controller/reconcile/memory/failures.ts';
import { createLoop } from '../../../controller/reconcile/loop.ts';
import type { Loop } from '../../../controller/reconcile/loop.ts';
import type { PassContext } from '../../../controller/reconcile/pass-context.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { createPassRunner } from '../../../controller/reconcile/pass.ts';
import { silenceOf } from '../../../controller/reconcile/silence.ts';
import type { ModelClock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { createDoor } from './door.ts';
import type { Door, DoorOptions, ToyMutation } from './door.ts';
import type { ModelCommit, ModelGit } from './git.ts';
import { modelsOf } from './toy-model.ts';
import { toyDriver } from './toy-driver.ts';
import type { Weather } from './weather.ts';

/** What one look at an Environment goes by, which is what its mutations are judged by. */
export interface Look {
  readonly commit: ModelCommit | undefined;
  readonly isStale: boolean;
  /** Kinds that were read, with all that is ours of them. */
  readonly seenKinds: Set<KindName>;
  /** When each kind was read, on AWS's clock. */
  readonly seenAt: Map<KindName, number>;
  /** Until when git is known to want what the commit says, on AWS's clock. */
  confirmedAt(): number;
}

/** A mutation, and who makes it, by which look. */
export interface MutationOf extends ToyMutation {
  readonly by: Incarnation;
  readonly environment: string;
  readonly region: string;
  readonly look: Look;
}

/** One process of a controller, from its start to its death. */
export interface Incarnation {
  readonly name: string;
  readonly owner: string;
  readonly sourceId: string;
  isAlive: boolean;
  readonly loop: Loop;
  /** Ends the loop once its pass has ended. */
  stop(): void;
  readonly passes: PassResult[];
  /** Keys of resources whose deletion somebody has confirmed. */
  readonly confirmed: Set<string>;
}

export interface ControllerOptions {
  readonly name: string;
  readonly owner: string;
  readonly sourceId: string;
  readonly clock: ModelClock;
  readonly random: Random;
  readonly cloud: Cloud;
  readonly weather: Weather;
  readonly git: ModelGit;
  readonly budget: PruneBudget;
  readonly intervalMs: number;
  readonly onCall: DoorOptions['onCall'];
  readonly onFailure: DoorOptions['onFailure'];
  readonly onOldRead: DoorOptions['onOldRead'];
  readonly onMutation: (mutation: MutationOf) => void;
  readonly onPass: (result: PassResult, by: Incarnation) => void;
  /** Begins to look at what there is of an Environment in a Region. */
  readonly onLook: (environment: string, region: string) => void;
  readonly onFailedPass: (error: Error) => void;
  /** A fault of the controller's own. */
  readonly faulty?: (context: PassContext) => PassContext;
}

const ACCOUNT = '123456789012';

/** The real loop over the real pass, with toys for kinds. */
export function startController(options: ControllerOptions): Incarnation {
  const { clock, cloud, git, owner, sourceId, weather } = options;
  let read: { readonly commit: ModelCommit | undefined; readonly isStale: boolean } | undefined;
  let confirmedAt = 0;
  const runtimes = new Map<string, EnvironmentRuntime>();
  const shapes = [...cloud.shapes.values()];
  const models = modelsOf(shapes);
  const waves = wavesOf([...models.values()].map(({ facts }) => facts));
  const stop = new AbortController();

  function newLook(): Look {
    return {
      commit: read?.commit,
      isStale: read?.isStale ?? true,
      seenKinds: new Set(),
      seenAt: new Map(),
      confirmedAt: () => confirmedAt,
    };
  }

  function runtimeOf({ name, region = '' }: EnvironmentTarget): EnvironmentRuntime {
    let look = newLook();
    const door = createDoor({
      weather,
      caller: options.name,
      monotonic: () => clock.monotonic(),
      isAlive: () => incarnation.isAlive,
      onCall: options.onCall,
      onFailure: options.onFailure,
      onOldRead: options.onOldRead,
      onMutation: (mutation) =>
        options.onMutation({ ...mutation, by: incarnation, environment: name, region, look }),
    });
    const tagging = { getResources: () => listTags(door, cloud, owner, region) };
    const ecs = { listClusters: () => Promise.resolve({ $metadata: {}, clusterArns: [] }) };
    const inventory = createInventory({ tagging, ecs }, owner, clock, ['toys']);
    const claim = { owner, environment: name };
    const drivers = new Map<KindName, KindDriver>([
      [ENVIRONMENT_KIND, environmentDriver(name, region, door)],
      ...shapes.map(
        (shape) =>
          [shape.name, toyDriver(shape, { cloud, door, claim, region, inventory }) as KindDriver] as const,
      ),
    ]);
    const watched = new Map(
      [...drivers].map(([kind, driver]): readonly [KindName, KindDriver] => [
        kind,
        {
          ...driver,
          async observe(request) {
            const begun = look;
            const seen = await driver.observe(request);
            begun.seenAt.set(kind, clock.awsNow());
            if (request.scope === 'all-owned' && seen.unseen.length === 0) begun.seenKinds.add(kind);
            return seen;
          },
        },
      ]),
    );
    return {
      name,
      secretRules: [],
      inventory: {
        ...inventory,
        startPass() {
          look = newLook();
          options.onLook(name, region);
          inventory.startPass();
        },
      },
      models,
      drivers: watched,
      waves,
      unanswered: new Map(),
      reads: createKindReads(name, clock, door.underWay),
      reach: () => Promise.resolve(new Map()),
      actFor: () => undefined,
      requestCount: () => door.requests(),
      silence: () => silenceOf(door.underWay, door.lastAnswerAt(), clock),
    };
  }

  const environments: Environments = {
    runtimeOf(target) {
      const key = placeKey(target);
      const known = runtimes.get(key) ?? runtimeOf(target);
      runtimes.set(key, known);
      return known;
    },
    keepOnly(targets) {
      const keys = new Set(targets.map(placeKey));
      for (const key of runtimes.keys()) if (!keys.has(key)) runtimes.delete(key);
    },
  };
  const context: PassContext = {
    source: git.sourceOf(
      sourceId,
      (commit, { type }) => {
        read = { commit, isStale: type === 'stale' };
        confirmedAt = clock.awsNow();
      },
      (revision) => {
        if (revision === read?.commit?.revision) confirmedAt = clock.awsNow();
      },
    ),
    readFiles: git.readFiles,
    environments,
    failures: createFailures(clock, options.random),
    clock,
    awsClock: { now: () => clock.awsNow() },
    owner,
    mode: 'enforce',
    scope: 'all-owned',
    pruneBudget: options.budget,
    requestCount: () => [...runtimes.values()].reduce((sum, one) => sum + one.requestCount(), 0),
  };
  const runPass = createPassRunner(options.faulty?.(context) ?? context);
  const listener: ProgressListener = { began: () => undefined, ended: () => undefined };
  const loop = createLoop({
    runPass,
    clock,
    log: SILENT,
    intervalMs: options.intervalMs,
    listener,
    onPass(result) {
      if (!incarnation.isAlive) {
        stop.abort();
        return;
      }
      incarnation.passes.push(result);
      options.onPass(result, incarnation);
    },
    onFailedPass: options.onFailedPass,
  });
  const incarnation: Incarnation = {
    name: options.name,
    owner,
    sourceId,
    isAlive: true,
    loop,
    stop: () => stop.abort(),
    passes: [],
    confirmed: new Set(),
  };
  void loop.run(stop.signal);
  return incarnation;
}

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function environmentDriver(name: string, region: string, door: Door): KindDriver {
  const place: Observed = {
    id: { environment: name, kind: ENVIRONMENT_KIND, name },
    owner: 'nobody',
    tags: {},
    state: {},
    outputs: { accountId: ACCOUNT, partition: 'aws', region, vpcId: 'vpc-1', subnetIds: [] },
    health: { status: 'Healthy', message: '' },
  };
  const never = (): never => {
    throw new Error('an environment is never changed');
  };
  return {
    observe: () =>
      door.call({ operation: 'toys:ReadPlace', kind: ENVIRONMENT_KIND, access: 'read' }, () => ({
        items: [place],
        unseen: [],
      })),
    create: never,
    update: never,
    delete: never,
    tagsNow: never,
    tag: never,
  };
}

/** The batch of tags, which may lag and be partial. */
function listTags(door: Door, cloud: Cloud, owner: string, region: string) {
  return door.call(
    { operation: 'tagging:GetResources', kind: 'tags', access: 'read' },
    ({ agoMs, isPartial }) => {
      const all =
        agoMs === 0 ? [...cloud.all()] : [...cloud.keys()].flatMap((key) => cloud.get(key, agoMs) ?? []);
      const listed = all.filter(
        (thing) =>
          thing.region === region &&
          thing.tags['stationkeeper:owner'] === owner &&
          cloud.shapes.get(thing.kind)?.readBy === 'inventory',
      );
      const shown = isPartial ? listed.filter((_thing, index) => index % 2 === 0) : listed;
      return {
        $metadata: {},
        ResourceTagMappingList: shown.map((thing) => ({
          ResourceARN: `arn:aws:logs:${region}:${ACCOUNT}:${thing.kind}/${thing.scope ?? ''}/${thing.name}`,
          Tags: Object.entries(thing.tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
  );
}
