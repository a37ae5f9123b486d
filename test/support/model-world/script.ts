import { chanceOf } from '../simulation/chance.ts';
import type { Chance } from '../simulation/chance.ts';
import type { ScriptEventOf } from '../simulation/script-event.ts';
import { EDITS } from './edits.ts';
import { MEDDLING } from './meddling.ts';
import { SKIES } from './weather.ts';

const CONTROLS = [
  'the plan is confirmed',
  'the controller dies',
  'a second controller starts',
  "another owner's controller starts",
  "another source's controller starts",
  'git is down',
  'git is back',
  'the clock steps',
  'somebody keeps changing it back',
  'a pass is asked for',
] as const;

export type Happening =
  | { readonly type: 'git'; readonly what: keyof typeof EDITS }
  | { readonly type: 'somebody'; readonly what: keyof typeof MEDDLING }
  | { readonly type: 'weather'; readonly what: (typeof SKIES)[number] }
  | { readonly type: 'control'; readonly what: (typeof CONTROLS)[number] };

export type ScriptEvent = ScriptEventOf<Happening>;

const EDIT_NAMES = Object.keys(EDITS) as (keyof typeof EDITS)[];
const MEDDLING_NAMES = Object.keys(MEDDLING) as (keyof typeof MEDDLING)[];
/** What nothing else happens without, and so happens more often. */
const OFTEN: readonly (keyof typeof EDITS)[] = [
  'a daemon removed',
  'all daemons removed',
  'another draft',
  'another gate',
  'a replacement',
  'reverted',
];
/** What makes the controller write, so that there is something that can fail. */
const CHANGES: readonly Happening[] = [
  { type: 'git', what: 'another size' },
  { type: 'git', what: 'another label' },
  { type: 'git', what: 'another draft' },
  { type: 'git', what: 'a daemon added' },
  { type: 'git', what: 'a daemon removed' },
];
/** What often follows: rare states have a history. */
const FOLLOWS: Readonly<Record<string, readonly Happening[]>> = {
  'all daemons removed': [{ type: 'control', what: 'the plan is confirmed' }],
  'moved off a commit': [{ type: 'control', what: 'the plan is confirmed' }],
  'its source is taken away': [{ type: 'git', what: 'a daemon removed' }],
  'something is put into it': [{ type: 'git', what: 'all daemons removed' }],
  'it is to be retained': [{ type: 'git', what: 'a daemon removed' }],
  'a form drifts': [{ type: 'git', what: 'another form' }],
  retained: [{ type: 'git', what: 'a daemon removed' }],
  'a replacement': [
    { type: 'weather', what: 'slow' },
    { type: 'somebody', what: 'it is made anew in another form' },
  ],
  'it is made anew in another form': [{ type: 'git', what: 'adopted' }],
  'a daemon removed': [
    { type: 'git', what: 'reverted' },
    { type: 'control', what: 'git is down' },
  ],
  'its owner tag is taken away': [
    { type: 'git', what: 'adopted' },
    { type: 'git', what: 'a place removed' },
  ],
  'it is taken over': [{ type: 'git', what: 'a place removed' }],
  adopted: [
    { type: 'somebody', what: 'it is made anew by hand' },
    { type: 'git', what: 'a replacement' },
    { type: 'somebody', what: 'it is deleted' },
  ],
  'drift ignored': [
    { type: 'somebody', what: 'a field drifts' },
    { type: 'git', what: 'another draft' },
  ],
  'git is down': [{ type: 'git', what: 'a daemon removed' }],
  'only observed': [{ type: 'git', what: 'another gate' }],
  'another Region': [{ type: 'somebody', what: 'what was left behind is deleted' }],
  'another way in': [{ type: 'git', what: 'another Region' }],
  'a second controller starts': [
    { type: 'weather', what: 'slow' },
    { type: 'git', what: 'a daemon removed' },
  ],
  throttled: CHANGES,
  denied: CHANGES,
  expired: CHANGES,
  'answers lost': CHANGES,
  'half done': CHANGES,
  unclear: CHANGES,
  slow: [
    { type: 'somebody', what: 'it is taken over' },
    { type: 'git', what: 'a daemon removed' },
    { type: 'git', what: 'another size' },
    { type: 'control', what: 'git is down' },
  ],
  hanging: [{ type: 'git', what: 'another draft' }],
  'the clock steps': [{ type: 'git', what: 'all daemons removed' }],
};

const SLOW: Happening = { type: 'weather', what: 'slow' };

/** What happens shortly one after the other, the last of it in the middle of a pass. */
const STORIES: readonly (readonly Happening[])[] = [
  [SLOW, { type: 'git', what: 'all daemons removed' }, { type: 'git', what: 'reverted' }],
  [SLOW, { type: 'git', what: 'a daemon removed' }, { type: 'control', what: 'git is down' }],
  [SLOW, { type: 'git', what: 'another label' }, { type: 'git', what: 'another size' }],
  [{ type: 'control', what: 'a second controller starts' }, SLOW, { type: 'git', what: 'a daemon added' }],
  [
    { type: 'git', what: 'a replacement' },
    { type: 'somebody', what: 'it is made anew in another form' },
    { type: 'git', what: 'adopted' },
  ],
  [
    { type: 'git', what: 'a daemon added' },
    { type: 'git', what: 'moved off a commit' },
  ],
  [
    { type: 'git', what: 'only observed' },
    { type: 'git', what: 'another gate' },
  ],
  [
    { type: 'git', what: 'another Region' },
    { type: 'somebody', what: 'what was left behind is deleted' },
  ],
];

/** What happens to the world of a seed. */
export function scriptOf(seed: number): readonly ScriptEvent[] {
  const chance = chanceOf(seed ^ 0x5eed);
  const count = chance.whole(5, 9);
  const events: ScriptEvent[] = [];
  let at = chance.happens(0.2) ? 500 : 45_000;
  let story: readonly Happening[] = [];
  for (let number = 1; number <= count; number += 1) {
    const last = events.at(-1)?.happening.what ?? '';
    const isGoingOn = story.length > 0;
    if (!isGoingOn && chance.happens(0.07)) story = chance.any(STORIES) ?? [];
    const [told, ...rest] = story;
    story = rest;
    const next = chance.any(FOLLOWS[last] ?? []);
    const happening = told ?? (next !== undefined && chance.happens(0.6) ? next : somethingOf(chance));
    const isClimax = isGoingOn && story.length === 0;
    events.push({
      number,
      at,
      atCall: isClimax || chance.happens(0.35) ? chance.whole(1, 14) : 0,
      happening,
      seed: chance.whole(1, 2 ** 30),
    });
    at += story.length > 0 || chance.happens(0.5) ? chance.whole(0, 8_000) : chance.whole(8_000, 45_000);
  }
  return events;
}

function somethingOf(chance: Chance): Happening {
  const share = chance.next();
  if (share < 0.42) {
    const what = chance.happens(0.3) ? chance.any(OFTEN)! : chance.any(EDIT_NAMES)!;
    return { type: 'git', what };
  }
  if (share < 0.65) return { type: 'somebody', what: chance.any(MEDDLING_NAMES)! };
  if (share < 0.85) return { type: 'weather', what: chance.one(SKIES) };
  const what = chance.one(CONTROLS);
  const isDear = what.endsWith('controller starts') && chance.happens(0.6);
  return { type: 'control', what: isDear ? 'the plan is confirmed' : what };
}
