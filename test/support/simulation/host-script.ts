import { chanceOf } from './chance.ts';
import { HOST_EDITS } from './host-commit.ts';
import { HOST_ACTS } from './host-people.ts';
import type { ScriptEventOf } from './script-event.ts';

/** What happens to instances, and to what git wants on them. */
type Happening =
  | { readonly type: 'git'; readonly what: string }
  | { readonly type: 'somebody'; readonly what: string; readonly lastsMs: number };
type ScriptEvent = ScriptEventOf<Happening>;

/** What is said of a run that decides whether there are any. */
export interface HostsAsked {
  /** There are container instances; default: in some worlds, and none where a fault is looked for. */
  readonly hosts?: boolean;
  /** The invariant to look for: others that do not hold are passed over. */
  readonly lookFor?: string;
}

/** What most of happens to instances, and is drawn more often than the rest. */
const OFTEN = ['launches instances', 'fills an instance up', 'disconnects an agent', 'drains an instance'];
const ACTS: readonly string[] = [...HOST_ACTS, ...OFTEN];
const EDITS = Object.keys(HOST_EDITS);
const FEWEST = 8;
const MOST = 16;

/**
 * Whether there are container instances in the world of a seed. By chance of their own, so that the other worlds are what they are without;
 * where a fault is looked for that is said.
 */
export function hasHosts(seed: number, { hosts, lookFor }: HostsAsked): boolean {
  return hosts ?? (lookFor === undefined && chanceOf(seed ^ 0x40575).happens(0.15));
}

/** What happens to the instances of the world of a seed, from `first` on numbered: some are there soon. */
export function hostScriptOf(seed: number, first: number): readonly ScriptEvent[] {
  const chance = chanceOf(seed ^ 0xec2);
  const events: ScriptEvent[] = [];
  let at = 0;
  const add = (happening: Happening): void => {
    events.push({ number: first + events.length, at, atCall: 0, happening, seed: chance.whole(1, 2 ** 30) });
  };
  for (let launches = chance.whole(2, 3); launches > 0; launches -= 1) {
    at += chance.whole(10, 60) * 1_000;
    add({ type: 'somebody', what: 'launches instances', lastsMs: 0 });
  }
  for (let left = chance.whole(FEWEST, MOST); left > 0; left -= 1) {
    at += chance.whole(5, chance.one([30, 90, 240])) * 1_000;
    if (chance.happens(0.25)) add({ type: 'git', what: chance.any(EDITS)! });
    else add({ type: 'somebody', what: chance.any(ACTS)!, lastsMs: 0 });
  }
  return events;
}
