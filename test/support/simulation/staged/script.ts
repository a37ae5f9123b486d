import { chanceOf } from '../chance.ts';
import type { ScriptEventOf } from '../script-event.ts';
import { OFTEN, STAGED_EDITS } from './edits.ts';
import type { StagedEditName } from './edits.ts';

const ACTS = [
  'scales a service',
  'deletes a service',
  'approves what waits',
  'deploys a service anew',
] as const;
const SKIES = ['an Environment cannot be read', 'calls fail', 'lag'] as const;
const CONTROLS = ['the controller dies', 'a second controller runs beside it'] as const;

/** What can happen to a fleet that goes through stages. */
export type StagedHappening =
  | { readonly type: 'git'; readonly what: StagedEditName }
  | { readonly type: 'somebody'; readonly what: (typeof ACTS)[number] }
  | { readonly type: 'weather'; readonly what: (typeof SKIES)[number]; readonly lastsMs: number }
  | { readonly type: 'control'; readonly what: (typeof CONTROLS)[number] };

export type StagedEvent = ScriptEventOf<StagedHappening>;

const EDITS = Object.keys(STAGED_EDITS) as readonly StagedEditName[];

/** All of it, as a table of what happened names it. */
export const STAGED_HAPPENINGS: readonly string[] = [
  ...EDITS.map((what) => `git: ${what}`),
  ...ACTS.map((what) => `somebody: ${what}`),
  ...SKIES.map((what) => `weather: ${what}`),
  ...CONTROLS.map((what) => `control: ${what}`),
];

const FEWEST = 10;
const MOST = 22;

/** What happens to the fleet of a seed. */
export function stagedScriptOf(seed: number): readonly StagedEvent[] {
  const chance = chanceOf(seed ^ 0x57a6e5);
  const events: StagedEvent[] = [];
  let at = 0;
  const happening = (): StagedHappening => {
    const drawn = chance.next();
    if (drawn < 0.5) return { type: 'git', what: chance.any([...EDITS, ...OFTEN])! };
    if (drawn < 0.68) return { type: 'somebody', what: chance.any([...ACTS, ACTS[2]])! };
    if (drawn < 0.84)
      return { type: 'weather', what: chance.one(SKIES), lastsMs: chance.whole(20, 180) * 1000 };
    return { type: 'control', what: chance.one(CONTROLS) };
  };
  for (let left = chance.whole(FEWEST, MOST); left > 0; left -= 1) {
    events.push({
      number: events.length + 1,
      at,
      atCall: chance.happens(0.4) ? chance.whole(1, 150) : 0,
      happening: happening(),
      seed: chance.whole(1, 2 ** 30),
    });
    at += chance.whole(10, chance.one([60, 150, 300])) * 1000;
  }
  return events;
}

/** Whether the soak takes the staged fleet of a seed instead of its world: by chance of its own, so that the other worlds are what they are without. */
export function isStaged(seed: number): boolean {
  return chanceOf(seed ^ 0x57a6ed).happens(0.1);
}
