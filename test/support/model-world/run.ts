import { resourceKey } from '../../../controller/core/resource.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { chanceOf } from '../simulation/chance.ts';
import { disagreement } from '../simulation/plans.ts';
import { createAttempts } from '../simulation/attempts.ts';
import { isOverdue } from './at-rest.ts';
import { createModelClock } from './clock.ts';
import { createCloud } from './cloud.ts';
import { firstCommit } from './commits.ts';
import { createContests, makeCommons } from './others.ts';
import { startController } from './controller.ts';
import type { ControllerOptions, Incarnation, MutationOf } from './controller.ts';
import { EDITS, isWhole, mended } from './edits.ts';
import { createGit, wantedIn } from './git.ts';
import type { ModelGit } from './git.ts';
import type { Logged } from './invariants.ts';
import { createJudge } from './judge.ts';
import { MEDDLING } from './meddling.ts';
import { comeToRest } from './rest.ts';
import { scriptOf } from './script.ts';
import type { ScriptEvent } from './script.ts';
import { shapesOf } from './shapes.ts';
import { noteStates } from './states.ts';
import type { State } from './states.ts';
import { modelsOf } from './toy-model.ts';
import { createWeather, isRefusal } from './weather.ts';

export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

export interface RanModel {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly script: readonly ScriptEvent[];
  readonly states: ReadonlySet<State>;
  /** What happened, for people. */
  readonly tale: readonly string[];
  readonly resources: number;
  readonly passes: number;
  readonly events: number;
}

export interface ModelOptions {
  /** Default: what the seed says. */
  readonly script?: readonly ScriptEvent[];
  readonly faulty?: ControllerOptions['faulty'];
}

const OWNER = 'stationkeeper';
const SOURCE = 'git.example.org/daemons';
const SPELL_MS = 40_000;
/** Until somebody gives a permission back. */
const DENIED_MS = 300_000;
const QUIET_AFTER_MS = 15_000;
/** So long a controller goes by its own write where the batch of tags does not show it (aws/inventory.ts). */
const WRITE_BELIEVED_MS = 120_000;

/** One model world from its first commit to its rest. */
export async function runModel(seed: number, options: ModelOptions = {}): Promise<RanModel> {
  const script = options.script ?? scriptOf(seed);
  const world = createModel(seed, options);
  for (const event of script) {
    await world.happen(event);
    if (world.violation() !== undefined) break;
  }
  if (world.violation() === undefined) await world.rest();
  return { seed, script, ...world.told() };
}

function createModel(seed: number, { faulty }: ModelOptions) {
  const chance = chanceOf(seed);
  const clock = createModelClock();
  const shapes = shapesOf(chance.fork());
  const cloud = createCloud(clock, shapes);
  const models = modelsOf(shapes);
  const states = new Set<State>();
  const tale: string[] = [];
  const log: Logged[] = [];
  const git = createGit(() => clock.monotonic());
  const othersGit = createGit(() => clock.monotonic());
  const weather = createWeather(clock, chance.fork(), () => undefined);
  const budget = chance.whole(1, 3);
  const intervalMs = chance.one([60_000, 60_000, 30_000]);
  const judge = createJudge({ clock, cloud, log, owner: OWNER, gitOf, budget, broken });
  const armed: { left: number; readonly event: ScriptEvent }[] = [];
  let backsOff = createAttempts();
  const contests = createContests(clock, cloud);
  /** When a controller last looked at an Environment in a Region, by both. */
  const lookedAt = new Map<string, number>();
  let violation: Violation | undefined;
  /** When somebody last did something by hand. */
  let meddledAt = Number.NEGATIVE_INFINITY;
  let passes = 0;
  let events = 0;
  let calls = 0;

  makeCommons(cloud);
  const first = firstCommit(chance.fork());
  git.push(first);
  const resources = wantedIn(git.head()).length + first.environments.size;
  let main = start('main', OWNER, SOURCE);
  const others: Incarnation[] = [];

  function broken(invariant: string, message: string | undefined): void {
    if (message !== undefined)
      violation ??= { invariant, message: `at ${clock.monotonic() / 1000} s: ${message}` };
  }

  /** What a controller of this source reads. */
  function gitOf(sourceId: string): ModelGit {
    return sourceId === SOURCE ? git : othersGit;
  }

  function tell(what: string): void {
    tale.push(`${(clock.monotonic() / 1000).toFixed(1)} s: ${what}`);
  }

  function start(name: string, owner: string, sourceId: string): Incarnation {
    return startController({
      name,
      owner,
      sourceId,
      clock,
      random: chance.fork().next,
      cloud,
      weather,
      git: gitOf(sourceId),
      budget: { count: budget },
      intervalMs,
      onCall() {
        calls += 1;
        for (const one of armed) {
          one.left -= 1;
          if (one.left === 0) apply(one.event);
        }
      },
      onFailure: () => undefined,
      onOldRead(shown) {
        if (shown.some((thing) => cloud.get(thing.key) !== thing)) states.add('stale reading');
      },
      onMutation: made,
      onPass: passed,
      onLook: (environment, region) => lookedAt.set(`${environment}|${region}`, clock.monotonic()),
      onFailedPass: (error) => broken('everyPassEnds', error.stack),
      ...(faulty === undefined ? {} : { faulty }),
    });
  }

  function made(mutation: MutationOf): void {
    judge(mutation);
    if (mutation.by !== main && others.includes(mutation.by)) states.add('a second controller writes');
    tell(`${mutation.by.name}: ${mutation.type} ${mutation.key}`);
  }

  function passed(result: PassResult, by: Incarnation): void {
    passes += 1;
    noteStates(result, states);
    for (const { steps } of [result.before, result.plan]) {
      const wrong = disagreement(steps, { models, owner: by.owner, sourceId: by.sourceId });
      if (wrong !== undefined) broken(wrong.invariant, wrong.message);
    }
    if (by !== main) return;
    broken('backsOff', backsOff(result));
    const isBehind = [...result.revisions.values()].some((revision) => revision !== git.head().revision);
    if (isBehind && result.plan.steps.some(({ type }) => type === 'delete'))
      states.add('deletions planned as the head moves');
    if (isOverdue(result)) {
      states.add('a pass is overdue');
      const lone = weather.loneHang();
      broken('holdsUpNothingElse', lone && `an Environment is late, and only ${lone} hangs`);
    }
  }

  function confirm(by: Incarnation): boolean {
    const last = by.passes.at(-1);
    if (last === undefined || by.loop.confirm(last.plan.hash) !== 'confirmed') return false;
    for (const step of last.plan.steps) {
      if (step.type === 'hold' && step.why === 'budget') by.confirmed.add(resourceKey(step.id));
    }
    states.add('budget held and then confirmed');
    return true;
  }

  function control(what: string, chanceHere: ReturnType<typeof chanceOf>): string | undefined {
    switch (what) {
      case 'the plan is confirmed':
        return confirm(main) ? 'done' : undefined;
      case 'the controller dies':
        main.isAlive = false;
        main.stop();
        main = start('main', OWNER, SOURCE);
        backsOff = createAttempts();
        return 'and starts again';
      case 'a second controller starts':
        if (others.length > 0) return undefined;
        others.push(start('second', OWNER, SOURCE));
        return 'beside the first';
      case "another owner's controller starts":
        if (others.length > 0) return undefined;
        others.push(start('foreign', 'another-team', SOURCE));
        return 'on the same git';
      case "another source's controller starts": {
        if (others.length > 0) return undefined;
        const objects = firstCommit(chanceHere);
        othersGit.push({ ...objects, environments: git.head().environments });
        others.push(start('other', OWNER, 'git.example.org/others'));
        return 'with the same owner';
      }
      case 'git is down':
        git.setDown(true);
        return 'from now';
      case 'git is back':
        git.setDown(false);
        return 'from now';
      case 'the clock steps':
        clock.step(chanceHere.whole(-600_000, 600_000));
        return 'by minutes';
      case 'a pass is asked for':
        main.loop.requestPass('somebody asks');
        return 'at once';
      default: {
        const one = chanceHere.any(
          [...cloud.all()].filter((thing) => thing.tags['stationkeeper:owner'] === OWNER),
        );
        if (one === undefined) return undefined;
        contests.begin(one.key, chanceHere.whole(50, 60));
        return one.key;
      }
    }
  }

  function apply({ happening, seed: own, number }: ScriptEvent): void {
    const here = chanceOf(own);
    let done: string | undefined;
    switch (happening.type) {
      case 'git': {
        const before = git.history.map(({ commit }) => commit);
        const base = before.findLast(isWhole) ?? git.head();
        const { rewoundFrom: _past, ...draft } = base;
        const next = EDITS[happening.what](draft, here, before);
        if (next !== undefined) git.push(next);
        done = next && git.head().revision;
        if (here.happens(0.5)) for (const { loop } of [main, ...others]) loop.requestPass('a webhook');
        break;
      }
      case 'somebody':
        done = MEDDLING[happening.what](cloud, here, git.head());
        meddledAt = clock.monotonic();
        break;
      case 'weather':
        weather.begin({
          sky: happening.what,
          until: clock.monotonic() + here.whole(5_000, happening.what === 'denied' ? DENIED_MS : SPELL_MS),
          kind: here.happens(0.4) ? here.any(shapes)?.name : undefined,
          writesOnly: isRefusal(happening.what) && here.happens(0.6),
          probability: happening.what === 'slow' ? 1 : here.one([0.15, 0.4, 0.9]),
          caller: others.length > 0 && here.happens(0.6) ? main.name : undefined,
        });
        done = 'begins';
        break;
      case 'control':
        done = control(happening.what, here);
        break;
    }
    if (done === undefined) return;
    events += 1;
    tell(`${number}. ${happening.type}: ${happening.what} (${done})`);
  }

  /** Until when what somebody changed right after a controller had tagged it may go unseen: so long that counts for more than the batch. */
  function believedUntil(): number {
    const isTagged = log.some(
      ({ key, at, type }) =>
        meddledAt - at < WRITE_BELIEVED_MS &&
        type !== 'delete' &&
        cloud.shapes.get(key.split('|')[1] ?? '')?.readBy === 'inventory',
    );
    return isTagged ? meddledAt + WRITE_BELIEVED_MS : 0;
  }

  return {
    violation: () => violation,
    async happen(event: ScriptEvent): Promise<void> {
      await contests.untilThen(event.at);
      if (event.atCall === 0) apply(event);
      else armed.push({ left: event.atCall, event });
    },
    async rest(): Promise<void> {
      await contests.untilThen(Math.max(clock.monotonic() + QUIET_AFTER_MS, believedUntil()));
      armed.length = 0;
      contests.end();
      weather.clear();
      git.setDown(false);
      for (const other of others) {
        other.isAlive = false;
        other.stop();
      }
      const isDraftWhole = isWhole(git.head()) && git.head().rewoundFrom === undefined;
      const isValid = [...git.head().objects.values()].every(({ isInvalid }) => !isInvalid);
      if (!isDraftWhole || !isValid) {
        git.push(mended(git.history.map(({ commit }) => commit).findLast(isWhole)!));
        tell(`git is mended: ${git.head().revision}`);
      }
      await comeToRest({
        clock,
        git,
        cloud,
        log,
        main,
        lookedAt,
        broken,
        isBroken: () => violation !== undefined,
      });
      main.stop();
      await clock.advanceTo(clock.monotonic() + intervalMs);
    },
    told: () => ({ violation, states, tale, resources, passes, events }),
  };
}
