import { NEVER_ASKED } from '../core/asked.ts';
import type { Asked } from '../core/asked.ts';
import type { AwsPlace } from '../aws/clients.ts';
import type { Transport } from '../aws/transport.ts';
import type { AwsRequest, CallUnderWay } from '../aws/door.ts';
import { openDoor } from '../aws/door.ts';
import { REQUEST_TIMEOUT } from '../aws/errors.ts';
import { createInventory } from '../aws/inventory.ts';
import { createLanes } from '../aws/lanes.ts';
import type { Lanes } from '../aws/lanes.ts';
import { sessionNameFor } from '../aws/session.ts';
import { createSharedReads } from '../aws/shared-reads.ts';
import { createPaces } from '../aws/throttle.ts';
import type { Inventory } from '../aws/inventory.ts';
import { canonicalJson } from '../core/ownership.ts';
import type { Claim } from '../core/ownership.ts';
import type { AwsClock, Clock, Random } from '../core/ports.ts';
import type { KindFacts } from '../core/facts.ts';
import type { KindModel } from '../core/kind.ts';
import type { KindName } from '../core/resource.ts';
import type { SecretRules } from '../core/secrets.ts';
import { createTurns } from '../core/turns.ts';
import type { TakeTurns } from '../core/turns.ts';
import { inventoryTypesOf, waitCodesOf } from '../kinds/facts.ts';
import type { Kind, KindDriver } from '../kinds/kind.ts';
import { wavesOf } from '../kinds/waves.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import { createKindReads } from './kind-reads.ts';
import type { KindReads } from './kind-reads.ts';
import { createReachWatch } from './reach/watch.ts';
import type { ReachWatch } from './reach/watch.ts';
import { silenceOf } from './silence.ts';
import type { Silence } from './silence.ts';

/** Whose wish calls follow. */
export interface Wish extends Pick<Claim, 'source'> {
  /** The commit, which CloudTrail shows with each of them where a role is assumed; undefined where it is not known. */
  readonly revision: string | undefined;
}

/** One account and region, with a driver for every kind. Lives as long as its target stays the same. */
export interface EnvironmentRuntime {
  readonly name: string;
  readonly secretRules: SecretRules;
  readonly inventory: Inventory;
  /** Of every kind that there is, in the order of creation. */
  readonly models: ReadonlyMap<KindName, KindModel>;
  readonly drivers: ReadonlyMap<KindName, KindDriver>;
  /** Kinds that are read side by side, each wave after the ones before it. */
  readonly waves: readonly (readonly KindFacts[])[];
  /** Steps that AWS has not answered for long, by resource key, in words: they go on by themselves, and are not taken twice. */
  readonly unanswered: Map<string, string>;
  /** Whether consumers reach daemons in it. */
  readonly reach: ReachWatch;
  /** Its kinds' reads, where they are not waited for as long as it takes. */
  readonly reads: KindReads;
  /** Whose wish the calls to come follow: said when a pass begins. */
  actFor(wish: Wish): void;
  /** Attempts of its AWS calls so far. */
  requestCount(): number;
  /** What AWS is asked for and does not answer, and since when nothing else was answered either; undefined while it answers. */
  silence(): Silence | undefined;
}

export interface EnvironmentsOptions {
  /** All that there are, in the order of creation. */
  readonly kinds: readonly Kind[];
  readonly owner: string;
  readonly clock: Clock;
  readonly awsClock: AwsClock;
  readonly random: Random;
  /** Absent: nobody can. */
  readonly asked?: Asked;
  /** The SDK's clients, or the sandbox in this process. */
  readonly transport: (place: AwsPlace) => Transport;
  readonly onRequest: (request: AwsRequest) => void;
  /** What people add to what reads like a secret. */
  readonly secretRules?: SecretRules;
  /** Ends every call under way. */
  readonly signal: AbortSignal;
}

/** Keeps a runtime for each place that an Environment is in, or was. */
export interface Environments {
  runtimeOf(target: EnvironmentTarget): EnvironmentRuntime;
  /** Lets go of those of other places. */
  keepOnly(targets: readonly EnvironmentTarget[]): void;
}

export function createEnvironments(options: EnvironmentsOptions): Environments {
  const facts = options.kinds.map(({ model }) => model.facts);
  const shared = {
    models: new Map(options.kinds.map(({ model }) => [model.facts.name, model] as const)),
    waves: wavesOf(facts),
    waitCodes: waitCodesOf(facts),
    inventoryTypes: inventoryTypesOf(facts),
    paces: createPaces(options.clock, options.random),
    sharedReads: createSharedReads(),
    lanes: createLanes(options.clock),
    turns: createTurns(),
  };
  const runtimes = new Map<string, EnvironmentRuntime>();
  return {
    runtimeOf(target) {
      const key = canonicalJson(target);
      const runtime =
        runtimes.get(key) ?? createRuntime(target, options, { ...shared, takeTurns: shared.turns.in(key) });
      runtimes.set(key, runtime);
      return runtime;
    },
    keepOnly(targets) {
      const keys = new Set(targets.map(canonicalJson));
      for (const key of runtimes.keys()) if (!keys.has(key)) runtimes.delete(key);
      shared.turns.keepOnly(keys);
    },
  };
}

/** What follows from the kinds, and what Environments share. */
interface Shared extends Pick<EnvironmentRuntime, 'models' | 'waves'> {
  readonly waitCodes: ReadonlySet<string>;
  readonly inventoryTypes: readonly string[];
  readonly paces: ReturnType<typeof createPaces>;
  readonly sharedReads: ReturnType<typeof createSharedReads>;
  readonly takeTurns: TakeTurns;
  readonly lanes: Lanes;
}

function createRuntime(
  target: EnvironmentTarget,
  options: EnvironmentsOptions,
  { models, waves, waitCodes, inventoryTypes, paces, sharedReads, takeTurns, lanes }: Shared,
): EnvironmentRuntime {
  const { owner, clock, random, onRequest, secretRules = [], signal } = options;
  const { name, region, roleArn, externalId } = target;
  let wish: Wish = { revision: undefined };
  const where = {
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { roleArn, sessionName: () => sessionNameFor(wish.revision) }),
    ...(externalId === undefined ? {} : { externalId }),
  };
  const underWay = new Set<CallUnderWay>();
  const shared = sharedReads(canonicalJson([roleArn ?? null, externalId ?? null]));
  let lastAnswerAt = clock.monotonic();
  let requests = 0;
  const aws = openDoor({
    transport: options.transport(where),
    clock,
    random,
    waitCodes,
    secretRules,
    signal,
    underWay,
    paceOf: paces.at({ account: accountOf(target), region }),
    shared,
    lanes,
    onRequest(request) {
      if (request.code !== REQUEST_TIMEOUT) lastAnswerAt = clock.monotonic();
      if (request.isShared === true) return;
      requests += 1;
      onRequest(request);
    },
  });
  const inventory = createInventory(aws, owner, clock, inventoryTypes);
  const { awsClock, asked = NEVER_ASKED } = options;
  const claim: Claim = {
    owner,
    environment: name,
    get source() {
      return wish.source;
    },
  };
  const assumesRole = roleArn !== undefined;
  const context = { claim, aws, inventory, clock, awsClock, asked, takeTurns, assumesRole };
  const drivers = new Map(options.kinds.map((kind) => [kind.model.facts.name, kind.driver(context)]));
  return {
    name,
    secretRules,
    inventory,
    models,
    drivers,
    waves,
    unanswered: new Map(),
    reach: createReachWatch(aws, clock),
    reads: createKindReads(name, clock, underWay),
    actFor(next) {
      wish = next;
      shared.startPass();
    },
    requestCount: () => requests,
    silence: () => silenceOf(underWay, lastAnswerAt, clock),
  };
}

/** Where its calls go: what is assumed is of that role's account, and only else what the manifest says counts. */
function accountOf({ roleArn, account }: EnvironmentTarget): string | undefined {
  return roleArn?.split(':')[4] ?? account;
}
