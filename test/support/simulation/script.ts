import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { GIT_EDITS } from './git-edits.ts';
import { FLEET_EDITS } from './fleet-edits.ts';
import { fleetScriptOf, hasFleet } from './fleet-script.ts';
import type { FleetAsked } from './fleet-script.ts';
import { HOST_EDITS } from './host-commit.ts';
import { HOST_ACTS } from './host-people.ts';
import { hasHosts, hostScriptOf } from './host-script.ts';
import { SCALING_BY_HAND } from '../drifts/by-hand-scaling.ts';
import { MEDDLING } from './meddler.ts';
import type { State } from '../model-world/states.ts';
import { ACTS, CONTESTS, RETAGS, RETAGS_LATE } from './people.ts';
import { APPLIES, AWS_SKIES, CLOCKS, CONTROLS, SECONDS, SKIES, SOURCE_SKIES } from './happening.ts';
import type { Happening, ScriptEvent } from './happening.ts';

const EDITS = Object.keys(GIT_EDITS);
/** Daemons of worlds are not scaled, and their roles have statements alone: drifts of all else have tests of their own. */
const OF_NOTHING_HERE: ReadonlySet<string> = new Set([
  ...Object.keys(SCALING_BY_HAND),
  'a managed policy too many',
  'a managed policy that is missing',
  'another permissions boundary',
  'no permissions boundary',
]);
const MEDDLINGS = Object.keys(MEDDLING).filter((what) => !OF_NOTHING_HERE.has(what));
const NAMESAKES = ACTS.filter((what) => what.includes('of the same name'));
const ROUNDS = 6;
/** Long enough for more corrections than a controller makes that gives way. */
const CONTEST_MS = 1_500_000;

/** What follows from what happens. */
const ALSO = [
  'git moves in mid-pass',
  'a second controller writes',
  'apply writes',
  'apply dies',
  'apply ends',
] as const;

/** What the controller comes to say of it. */
export const SAID = [
  'left to another source',
  'left where its Environment was',
  'refused right before the change',
  'contested',
] as const satisfies readonly State[];

/** What often follows: rare states have a history. */
const FOLLOWS: Readonly<Record<string, string>> = {
  'a daemon removed': 'the last commit reverted',
  'everything but the environments removed': 'the last commit reverted',
  'a policy': 'a daemon removed',
  'an Environment in another Region': 'the last commit reverted',
};

/** All that can happen to a world, as its table of what happened names it. */
export const HAPPENINGS: readonly string[] = [
  ...[...EDITS, ...Object.keys(HOST_EDITS), ...Object.keys(FLEET_EDITS)].map((what) => `git: ${what}`),
  ...[RETAGS, ...ACTS, ...HOST_ACTS, ...MEDDLINGS].map((what) => `somebody: ${what}`),
  ...SKIES.map((what) => `weather: ${what}`),
  ...CONTROLS.map((what) => `control: ${what}`),
  ...ALSO,
  ...SAID,
];

interface ScriptOptions extends FleetAsked {
  /** What people do most in git; by default all of it alike. */
  readonly edits?: readonly string[];
}

/** What happens to the world of a seed, and to its container instances or its definitions where it has any. */
export function scriptOf(seed: number, options: ScriptOptions = {}): readonly ScriptEvent[] {
  const script = disturbancesOf(seed, options.edits);
  const more = hasFleet(seed, options) ? fleetScriptOf : hasHosts(seed, options) ? hostScriptOf : undefined;
  if (more === undefined) return script;
  return [...script, ...more(seed, script.length + 1)].toSorted((a, b) => a.at - b.at);
}

/** Spells of disturbances, and after each some time in which the controller does what it can. */
function disturbancesOf(seed: number, edits: readonly string[] = EDITS): readonly ScriptEvent[] {
  const chance = chanceOf(seed ^ 0x5eed);
  const events: ScriptEvent[] = [];
  let at = 0;
  let edited = '';
  const add = (happening: Happening, atCall = 0): void => {
    events.push({ number: events.length + 1, at, atCall, happening, seed: chance.whole(1, 2 ** 30) });
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const lastsMs = chance.whole(1, chance.one([20, 90, 200])) * 1000;
    if (chance.happens(0.6)) {
      const next = chance.happens(0.5) ? FOLLOWS[edited] : undefined;
      edited = next !== undefined && edits.includes(next) ? next : (chance.any(edits) ?? '');
      add({ type: 'git', what: edited }, chance.happens(0.3) ? chance.whole(1, 60) : 0);
    }
    if (round > 0 && chance.happens(0.075)) add({ type: 'control', what: chance.one(SECONDS) });
    if (chance.happens(0.08))
      add({ type: 'control', what: APPLIES }, chance.happens(0.5) ? chance.whole(1, 60) : 0);
    if (chance.happens(0.1))
      add({ type: 'control', what: chance.one(CLOCKS) }, chance.happens(0.5) ? chance.whole(1, 60) : 0);
    if (chance.happens(0.1)) add({ type: 'somebody', what: RETAGS_LATE, lastsMs });
    if (chance.happens(0.1)) add({ type: 'somebody', what: chance.any(NAMESAKES)!, lastsMs });
    const isContested = chance.happens(0.01);
    if (isContested) add({ type: 'somebody', what: CONTESTS, lastsMs: CONTEST_MS });
    if (chance.happens(0.2))
      add(
        {
          type: 'weather',
          what: chance.one(AWS_SKIES),
          lastsMs: Math.min(lastsMs, 60_000),
        },
        chance.happens(0.5) ? chance.whole(1, 60) : 0,
      );
    if (chance.happens(0.15))
      add({
        type: 'weather',
        what: chance.one(SOURCE_SKIES),
        lastsMs,
      });
    if (chance.happens(0.5)) add(meddling(chance));
    if (chance.happens(0.2)) add({ type: 'control', what: 'the plan is confirmed' });
    if (chance.happens(0.5)) for (let n = 0; n < 2; n += 1) add({ type: 'weather', what: 'faults', lastsMs });
    if (chance.happens(0.15)) add({ type: 'weather', what: 'lag', lastsMs });
    if (chance.happens(0.5))
      for (let n = chance.whole(1, 3); n > 0; n -= 1) add(meddling(chance), chance.whole(1, 100));
    if (chance.happens(0.3)) add({ type: 'control', what: 'the controller dies' }, chance.whole(1, 120));
    at += isContested ? CONTEST_MS : lastsMs;
  }
  return events;
}

function meddling(chance: Chance): Happening {
  const what = chance.happens(0.3) ? RETAGS : chance.any(MEDDLINGS)!;
  return { type: 'somebody', what, lastsMs: 0 };
}
