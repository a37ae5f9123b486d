import type { Clock } from '../../core/ports.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Remembered } from '../../core/remembered.ts';
import type { Gap, Stops } from '../../core/resource.ts';
import type { Host } from './host.ts';

/** An agent is disconnected for seconds several times an hour, as a rule (ECS developer guide, container agent). */
const DISCONNECTED_AFTER_MS = 2 * 60_000;

/** A host that joins, or comes back, has its daemon within this, as a rule. */
const LASTING_AFTER_MS = 5 * 60_000;

/** A task that stops keeps what it took of its host until it has stopped: its stop timeout, and what the agent takes beside. */
const LEFT_FOR_MS = 2 * 60_000;

/**
 * Since when hosts lack a daemon, and since when agents are disconnected. ECS tells the latter of some, and when a task stopped: that counts
 * where it is earlier. All else counts from when it was seen first by this process, so that a restart begins anew.
 */
export interface GapSightings {
  /** Begins a look: what is not asked for in it is forgotten by `end`. */
  begin(): void;
  end(): void;
  /**
   * Epoch milliseconds: since when its agent is disconnected; undefined where it is not, or not for long enough to be a cause. `now`: by
   * AWS's clock.
   */
  disconnectedSince(host: Host, now: number): number | undefined;
  /** The hosts that have a task of the daemon of that key now. Returns which had one until a moment ago. */
  left(key: string, hosts: ReadonlySet<string>): ReadonlySet<string>;
  /** Since when a host lacks the daemon of that key. */
  lacked(key: string, host: Host, stops: Stops | undefined): Pick<Gap, 'since' | 'isLasting'>;
}

/** Something that was seen, and is seen again look by look. */
interface Sighting {
  /** The look in which it was seen last. */
  readonly look: number;
  /** Epoch milliseconds: when it was seen first. */
  readonly firstAt: number;
}

/** Where a daemon's tasks were. */
interface Whereabouts {
  readonly look: number;
  readonly hosts: ReadonlySet<string>;
  /** When its task was missing first on hosts that had one, on the Clock's monotonic scale. */
  readonly leftAt: ReadonlyMap<string, number>;
}

export function createGapSightings(clock: Clock): GapSightings {
  const tasks = createRemembered<Whereabouts>(clock);
  const agents = createRemembered<Sighting>(clock);
  const gaps = createRemembered<Sighting>(clock);
  let look = 0;

  function see(
    memory: Remembered<Sighting>,
    key: string,
  ): { readonly firstAt: number; readonly ageMs: number } {
    const { firstAt } = memory.of(key)?.value ?? { firstAt: clock.now() };
    const { since } = memory.note(key, { look, firstAt });
    return { firstAt, ageMs: clock.monotonic() - since };
  }

  return {
    begin() {
      look += 1;
    },
    end() {
      agents.keep((_key, seen) => seen.look === look);
      gaps.keep((_key, seen) => seen.look === look);
      tasks.keep((_key, seen) => seen.look === look);
    },
    disconnectedSince({ arn, agentConnected, impairedSince }, now) {
      if (agentConnected !== false) return undefined;
      const { firstAt, ageMs } = see(agents, arn);
      const told = impairedSince !== undefined && now - impairedSince >= DISCONNECTED_AFTER_MS;
      if (told) return impairedSince;
      return ageMs < DISCONNECTED_AFTER_MS ? undefined : firstAt;
    },
    left(key, hosts) {
      const before = tasks.of(key)?.value ?? { hosts, leftAt: new Map<string, number>() };
      const now = clock.monotonic();
      const gone = [...before.hosts].filter((host) => !hosts.has(host)).map((host) => [host, now] as const);
      const earlier = [...before.leftAt].filter(([host, at]) => !hosts.has(host) && now - at < LEFT_FOR_MS);
      const leftAt = new Map([...gone, ...earlier]);
      tasks.note(key, { look, hosts, leftAt });
      return new Set(leftAt.keys());
    },
    lacked(key, { arn }, stops) {
      const { firstAt, ageMs } = see(gaps, `${key} ${arn}`);
      const stoppedAt = stops?.onHosts?.[arn]?.at ?? firstAt;
      return { since: Math.min(firstAt, stoppedAt), isLasting: ageMs >= LASTING_AFTER_MS };
    },
  };
}
