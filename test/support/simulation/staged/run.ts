import { chanceOf } from '../chance.ts';
import type { Violation } from '../judge.ts';
import { named } from '../script-event.ts';
import { createFleet } from './fleet.ts';
import type { StagedOptions } from './fleet.ts';
import { happenIn } from './happen.ts';
import { stagedScriptOf } from './script.ts';
import type { StagedEvent } from './script.ts';

/** What came of a fleet that went through stages. */
export interface StagedRan {
  readonly seed: number;
  /** The first that was found; undefined where all held. */
  readonly violation: Violation | undefined;
  readonly script: readonly StagedEvent[];
  readonly tale: readonly string[];
  readonly reached: ReadonlySet<string>;
  readonly calls: number;
  readonly passes: number;
}

/** So often the controllers look, as their loop does while something is under way. */
const LOOK_MS = 20_000;
const LAST_SPELL_MS = 120_000;
/** Everything soaks within two minutes, and takes less than ten: what has not ended after so many looks never does. */
const MOST_LOOKS = 150;
const REST_LOOK_MS = 30_000;
/** How often a pass is followed by one of a controller that starts then. */
const COMPARED = 0.12;

/** A fleet from its first commit to its rest, with all that a script does to it, and the invariants all the while. */
export async function runStaged(
  seed: number,
  {
    script = stagedScriptOf(seed),
    ...options
  }: StagedOptions & { readonly script?: readonly StagedEvent[] } = {},
): Promise<StagedRan> {
  const fleet = createFleet(seed, options);
  const chance = chanceOf(seed ^ 0xc0a9);
  const reached = new Set<string>();
  const happen = (event: StagedEvent): Promise<void> => happenNow(event);

  async function happenNow(event: StagedEvent): Promise<void> {
    const how = await happenIn(fleet, event.happening, chanceOf(event.seed));
    if (how === undefined) return;
    reached.add(named(event.happening));
    fleet.tell(`${event.number}. ${named(event.happening)} (${how})`);
  }

  async function goOnUntil(at: number): Promise<void> {
    while (fleet.now() < at && fleet.violation() === undefined) {
      await fleet.pass();
      if (chance.happens(COMPARED)) await fleet.compareWithFresh();
      await fleet.world.clock.advance(Math.max(1, Math.min(LOOK_MS, at - fleet.now())));
    }
  }

  await fleet.converge();
  const startedAt = fleet.now();
  for (const event of script) {
    await goOnUntil(startedAt + event.at);
    if (fleet.violation() !== undefined) break;
    if (event.atCall === 0) await happen(event);
    else fleet.arm(event.atCall, () => happen(event));
  }
  if (fleet.violation() === undefined) await goOnUntil(fleet.now() + LAST_SPELL_MS);
  if (fleet.violation() === undefined) await rest();
  return {
    seed,
    script,
    violation: fleet.violation(),
    tale: fleet.tale,
    reached,
    calls: fleet.world.calls.length,
    passes: fleet.passes(),
  };

  /** Faults end, somebody approves what waits, and the rollout comes to its end. */
  async function rest(): Promise<void> {
    fleet.quieten();
    for (let looks = 0; looks < MOST_LOOKS && fleet.violation() === undefined; looks += 1) {
      const result = await fleet.pass();
      const [course] = result?.courses ?? [];
      if (course?.condition === 'done' && result?.outcomes.length === 0) {
        fleet.broken('everyRolloutEnds', fleet.unlikeGit());
        return;
      }
      fleet.approveWhatWaits();
      await fleet.world.clock.advance(REST_LOOK_MS);
    }
    fleet.broken('everyRolloutEnds', `it has not ended: ${fleet.unlikeGit() ?? fleet.said()}`);
  }
}
