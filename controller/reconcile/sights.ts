import { isOwn, leftoverPolicy } from '../core/ownership.ts';
import type { Clock } from '../core/ports.ts';
import { manifestKey } from '../core/resource.ts';
import type { FactsByManifest } from '../core/rollout/facts.ts';
import type { SourceClaim } from '../core/sources.ts';
import { claimIn } from '../plan/claim.ts';
import type { FleetRemoval } from '../plan/prune-rules.ts';
import { seenAll } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { WantedHere } from './wanted.ts';

/** What the environments of a pass have seen, for what is to be judged over all of them. */
export interface Sights {
  saw(environment: string, snapshot: Snapshot, facts?: FactsByManifest): void;
  /** Nobody need wait for an environment any more: it was looked at, or that came to nothing. */
  giveUp(environment: string): void;
  /**
   * Whether all environments have been looked at, once they have, and after `forMs` at the latest; undefined: however long it takes. Only who
   * has looked itself may wait, so that nobody waits for ever.
   */
  allHaveLooked(forMs: number | undefined): Promise<boolean>;
  /** What an environment holds of what goes through a Rollout; undefined of one that was not looked at. */
  factsOf(environment: string): FactsByManifest | undefined;
  /**
   * What goes elsewhere of the objects that go in one environment, by manifest. Waits for the others only where something goes.
   */
  goingElsewhere(
    environment: string,
    snapshot: Snapshot,
    forMs: number | undefined,
  ): Promise<ReadonlyMap<string, FleetRemoval>>;
}

/** As whom the pass acts. */
interface Actor {
  readonly owner: string;
  readonly source?: SourceClaim;
}

interface SightsOptions extends Actor {
  readonly clock: Clock;
  /** As an earlier pass saw an environment, for one that is not looked at in time. */
  readonly earlier: (here: WantedHere) => Snapshot | undefined;
  /** Objects that are not wanted in an environment and went there within the time of the prune budget. */
  readonly recentIn: (here: WantedHere, snapshot: Snapshot | undefined) => ReadonlySet<string>;
}

export function createSights(declared: readonly WantedHere[], options: SightsOptions): Sights {
  const { clock, earlier, recentIn } = options;
  const wanted = new Map(declared.map((here) => [here.target.name, wantedIn(here)]));
  const seen = new Map<string, Snapshot | undefined>();
  const facts = new Map<string, FactsByManifest>();
  const waiting = new Set<() => void>();

  const haveAllLooked = (): boolean => declared.every(({ target }) => seen.has(target.name));

  function saw(environment: string, snapshot: Snapshot | undefined): void {
    seen.set(environment, snapshot);
    for (const look of waiting) look();
  }

  async function untilAllHaveLooked(forMs: number | undefined): Promise<void> {
    if (haveAllLooked()) return;
    const waited = new AbortController();
    const looked = new Promise<void>((done) => {
      const look = (): void => {
        if (haveAllLooked()) done();
      };
      waiting.add(look);
      waited.signal.addEventListener('abort', () => waiting.delete(look), { once: true });
    });
    await Promise.race(forMs === undefined ? [looked] : [looked, clock.sleep(forMs, waited.signal)]);
    waited.abort('waited');
  }

  function elsewhere(environment: string, manifest: string): FleetRemoval {
    const others = declared.filter(({ target }) => target.name !== environment);
    const leaving = others.filter(({ target }) => wanted.get(target.name)?.has(manifest) !== true);
    const [environments, unread]: [string[], string[]] = [[], []];
    for (const here of leaving) {
      const { name } = here.target;
      const snapshot = seen.get(name) ?? earlier(here);
      const isThere = snapshot !== undefined && mayGoIn(name, snapshot, options).has(manifest);
      if (isThere || recentIn(here, snapshot).has(manifest)) environments.push(name);
      else if (snapshot === undefined || !seenAll(snapshot, name)) unread.push(name);
    }
    return { environments, unread, wantedIn: others.length - leaving.length };
  }

  return {
    saw(environment, snapshot, factsHere) {
      if (factsHere !== undefined) facts.set(environment, factsHere);
      saw(environment, snapshot);
    },
    giveUp(environment) {
      if (!seen.has(environment)) saw(environment, undefined);
    },
    async allHaveLooked(forMs) {
      await untilAllHaveLooked(forMs);
      return haveAllLooked();
    },
    factsOf: (environment) => facts.get(environment),
    async goingElsewhere(environment, snapshot, forMs) {
      const here = wanted.get(environment) ?? new Set<string>();
      const going = [...mayGoIn(environment, snapshot, options)].filter((manifest) => !here.has(manifest));
      if (going.length === 0 || declared.length < 2) return new Map();
      await untilAllHaveLooked(forMs);
      return new Map(going.map((manifest) => [manifest, elsewhere(environment, manifest)]));
    },
  };
}

function wantedIn({ desired }: WantedHere): ReadonlySet<string> {
  return new Set(desired.map(({ manifest }) => manifestKey(manifest)));
}

const found = new WeakMap<Snapshot, ReadonlySet<string>>();

/** Manifests of what goes in an environment once they want it no more: it is ours, of no other source, and not kept. */
function mayGoIn(environment: string, snapshot: Snapshot, { owner, source }: Actor): ReadonlySet<string> {
  const known = found.get(snapshot);
  if (known !== undefined) return known;
  const claim = claimIn(environment, { owner, snapshot, ...(source === undefined ? {} : { source }) });
  const manifests = new Set(
    [...snapshot.items.values(), ...snapshot.outOfSight.values()].flatMap(({ manifest, tags }) =>
      manifest !== undefined && isOwn(claim, tags) && leftoverPolicy(tags).prune
        ? [manifestKey(manifest)]
        : [],
    ),
  );
  found.set(snapshot, manifests);
  return manifests;
}
