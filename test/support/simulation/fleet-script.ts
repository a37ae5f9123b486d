import { chanceOf } from './chance.ts';
import { FLEET_EDITS } from './fleet-edits.ts';
import { hasHosts } from './host-script.ts';
import type { HostsAsked } from './host-script.ts';
import type { ScriptEventOf } from './script-event.ts';

type ScriptEvent = ScriptEventOf<{ readonly type: 'git'; readonly what: string }>;

/** What is said of a run that decides whether its git has definitions of many Environments. */
export interface FleetAsked extends HostsAsked {
  /** Most daemons are of several Environments; default: in some worlds, and none where a fault is looked for. */
  readonly fleet?: boolean;
}

/** What takes most away at once is drawn more often than the rest. */
const OFTEN = [
  'a label of all Environments',
  'a selector of one more, or one less',
  'a label of an Environment',
];
const EDITS = [...Object.keys(FLEET_EDITS), ...OFTEN];
/** By then there is something to take away. */
const FIRST_MS = 120_000;
const FEWEST = 4;
const MOST = 8;

/**
 * Whether the world of a seed is one of a fleet. By chance of its own, so that the other worlds are what they are without; where a fault is
 * looked for that is said.
 */
export function hasFleet(seed: number, { fleet, ...asked }: FleetAsked): boolean {
  const isByChance = (): boolean => asked.lookFor === undefined && chanceOf(seed ^ 0xf1ee7).happens(0.1);
  return fleet ?? (isByChance() && !hasHosts(seed, asked));
}

/** What people commit for many Environments in the world of a seed, from `first` on numbered. */
export function fleetScriptOf(seed: number, first: number): readonly ScriptEvent[] {
  const chance = chanceOf(seed ^ 0xf1e37);
  const events: ScriptEvent[] = [];
  let at = FIRST_MS;
  for (let left = chance.whole(FEWEST, MOST); left > 0; left -= 1) {
    at += chance.whole(20, chance.one([60, 120, 240])) * 1_000;
    events.push({
      number: first + events.length,
      at,
      atCall: chance.happens(0.3) ? chance.whole(1, 60) : 0,
      happening: { type: 'git', what: chance.any(EDITS)! },
      seed: chance.whole(1, 2 ** 30),
    });
  }
  return events;
}
