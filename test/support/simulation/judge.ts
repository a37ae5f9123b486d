import type { Interceptor, World, WorldCall } from '../world/world.ts';
import { isRead } from '../world/world.ts';
import type { Chronicle } from './chronicle.ts';
import { AFTER_EACH_CALL, BEFORE_EACH_CALL } from './invariants.ts';
import type { BeforeCall } from './invariants.ts';
import type { Bounds } from './bounds.ts';
import { createBounds } from './bounds.ts';
import { OWNER_TAG, hereIn, liveServicesIn } from './live.ts';
import type { Live } from './live.ts';
import { mutationOf } from './mutation.ts';
import type { People } from './people.ts';
import type { Strangers } from './strangers.ts';
import type { UnderWay } from './under-way.ts';

/** An invariant that does not hold. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

/** Makes the call that is given to it. */
export type Perform = Parameters<Interceptor>[1];

/** Sees that the invariants hold. */
export interface Judge {
  /** The first that was found; undefined where all held. */
  violation(): Violation | undefined;
  /** An invariant does not hold, unless there is nothing to say. */
  broken(invariant: string, message: string | undefined): void;
  /** A call of the controller's, looked at before and after it. */
  overCall(call: WorldCall, perform: () => ReturnType<Perform>): ReturnType<Perform>;
  /** The controller starts anew, with empty memory. */
  restarted(): void;
}

export interface JudgeOptions {
  /** That of the controller whose calls these are. */
  readonly world: World;
  readonly owner: string;
  /** Undefined: it speaks for no source. */
  readonly source: string | undefined;
  readonly underWay: UnderWay;
  readonly chronicle: Chronicle;
  readonly people: People;
  readonly strangers: Strangers;
  /** The Environment's name, by region. */
  readonly environments: ReadonlyMap<string, string>;
  /** The objects, as `objectKey` has them, whose deletion somebody has confirmed. */
  readonly confirmed: () => ReadonlySet<string>;
  readonly budget: number;
  readonly runsAs: string | undefined;
  /** The invariant to look for: others that do not hold are passed over. */
  readonly lookFor: string | undefined;
}

/** AWS's longest (sandbox/timing.ts). */
const TAGS_LISTED_AFTER_MS = 15_000;
/**
 * A reading of the head may be ten seconds old when a change begins, which is several calls; each of them is slow here and tried again.
 */
const HEAD_KNOWN_MS = 60_000;
const NOTHING_BEGUN = { reading: undefined, visible: new Set<string>() };

export function createJudge(options: JudgeOptions): Judge {
  const { world, owner, source, chronicle, people, strangers, environments, confirmed, runsAs, lookFor } =
    options;
  let violation: Violation | undefined;
  let bounds: Bounds = createBounds(world.host);
  /** What there was when the pass that runs began. */
  let begun: { readonly reading: unknown; readonly visible: ReadonlySet<string> } = NOTHING_BEGUN;

  function broken(invariant: string, message: string | undefined): void {
    const isLookedFor = lookFor === undefined || lookFor === invariant;
    if (message !== undefined && isLookedFor) violation ??= { invariant, message };
  }

  /**
   * What was made, or given back, since the pass began is not ours in what it read; what people have just tagged may not be in AWS's lists
   * yet.
   */
  function visible(): ReadonlySet<string> {
    const reading = world.reading();
    if (reading === begun.reading) return begun.visible;
    const known = world.clock.now() - TAGS_LISTED_AFTER_MS;
    const there = hereIn(world).live.filter(
      ({ id, tags }) => tags.get(OWNER_TAG) === owner && people.hadGivenBack(id, known),
    );
    begun = { reading, visible: new Set(there.map(({ id }) => id)) };
    return begun.visible;
  }

  /** Who has begun a step goes on with it after a standstill, by what was known before. */
  function headKnownMs([one]: readonly Live[]): number {
    return HEAD_KNOWN_MS + (one === undefined ? 0 : options.underWay.stoodStillMs(`${one.kind}/${one.name}`));
  }

  return {
    violation: () => violation,
    broken,
    restarted() {
      bounds = createBounds(world.host);
    },
    /** All at one moment: what the call finds is what was judged. */
    overCall(call, perform) {
      const seen = visible();
      if (isRead(call.name)) return perform();
      const { places, live } = hereIn(world);
      const mutation = mutationOf(call, live);
      if (mutation === undefined) return perform();
      strangers.noteAdoptions(live);
      const before: BeforeCall = {
        mutation,
        owner,
        source,
        environments,
        wanted: chronicle.wantedAsRead(places, world.reading()),
        wantedAlready: chronicle.wantedFor(headKnownMs(mutation.touched), places),
        live,
        visible: seen,
        isGoing: (removed) => bounds.isGoing(removed),
        goesOn: (name) => options.underWay.goesOn(name),
        services: liveServicesIn(places),
        self: runsAs,
        confirmed: confirmed(),
        budget: options.budget,
      };
      for (const [name, invariant] of Object.entries(BEFORE_EACH_CALL)) broken(name, invariant(before));
      for (const [name, why] of Object.entries(bounds.broken(before))) broken(name, why);
      const answer = perform();
      void noteOnceDone(answer, before, bounds);
      const then = hereIn(world);
      strangers.noteAdoptions(then.live, { mutation, owner });
      const after = { ...before, liveAfter: then.live, services: liveServicesIn(then.places) };
      for (const [name, invariant] of Object.entries(AFTER_EACH_CALL)) broken(name, invariant(after));
      return answer;
    },
  };
}

/** What fails is the failures' to count. */
async function noteOnceDone(answer: Promise<object>, view: BeforeCall, bounds: Bounds): Promise<void> {
  const isDone = await answer.then(
    () => true,
    () => false,
  );
  if (isDone) bounds.done(view);
}
