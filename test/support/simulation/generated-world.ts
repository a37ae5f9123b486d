import { KINDS } from '../../../controller/kinds/index.ts';
import { objectKey } from '../../../controller/core/resource.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { noteStates } from '../model-world/states.ts';
import type { State } from '../model-world/states.ts';
import { SOURCE_ID, createWorld, isRead } from '../world/world.ts';
import type { RunningLoop, WorldCall } from '../world/world.ts';
import { createVainCalls } from './asked-in-vain.ts';
import { createAttempts } from './attempts.ts';
import { createBesides } from './besides.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { createChronicle } from './chronicle.ts';
import { createCoverageWatch } from './coverage.ts';
import { SECRET, environmentsByRegion, firstCommit, firstFleet } from './commit.ts';
import { createSky } from './faults.ts';
import { FLEET_EDITS } from './fleet-edits.ts';
import { hasFleet } from './fleet-script.ts';
import { GIT_EDITS } from './git-edits.ts';
import { HOST_EDITS, withHosts, withRoom } from './host-commit.ts';
import { hasHosts } from './host-script.ts';
import { tellsNoSecret } from './invariants.ts';
import { createJudge } from './judge.ts';
import type { Perform, Violation } from './judge.ts';
import { OWNER, hereIn } from './live.ts';
import { moveInNeighbours } from './neighbours.ts';
import { registerPast } from './past.ts';
import { RETAGS, createPeople } from './people.ts';
import { disagreement } from './plans.ts';
import type { Mutant, RunOptions } from './options.ts';
import { isAtWork, isLate } from './quiet.ts';
import { named } from './script-event.ts';
import { SAID } from './script.ts';
import type { Control, Happening, ScriptEvent } from './happening.ts';
import { selfOf } from './self.ts';
import { createStrangers } from './strangers.ts';
import { createTeller, toldByMetrics } from './told.ts';
import { createUnderWay } from './under-way.ts';
import { unequal } from './unequal.ts';
import { toldFalsely } from './witness.ts';

const ALL_EDITS = { ...GIT_EDITS, ...HOST_EDITS, ...FLEET_EDITS };
const MODELS = new Map(KINDS.map(({ model }) => [model.facts.name, model]));
const MINUTE_MS = 60_000;
/** What failed is tried again within minutes, and what comes back is left alone for up to an hour. */
const REST_MINUTES = 150;
/** Passes after all is quiet that may write although nothing was under way. */
const PASSES_TO_CONVERGE = 3;
const IDLE_MINUTES = 5;
/** Objects that may go without confirmation: the default, for fleets of less than forty; and so few that those in several Environments are more. */
const PRUNE_BUDGET = 3;
const FLEET_BUDGET = 2;

/** A generated world, to which what a script says is to happen. */
export async function createRun(seed: number, options: RunOptions) {
  const chance = chanceOf(seed);
  const teller = createTeller();
  const tale: string[] = [];
  const reached = new Set<string>();
  const passes: PassResult[] = [];
  let confirmed: ReadonlySet<string> = new Set();
  /** What happens at a call that is still to come. */
  const armed: { readonly call: number; readonly event: ScriptEvent }[] = [];
  let diesAfter = false;
  let deaths = 0;
  let backsOff = createAttempts();
  const said = new Set<State>();

  const isOfFleet = hasFleet(seed, options);
  const budget = isOfFleet ? FLEET_BUDGET : PRUNE_BUDGET;
  const bare = isOfFleet ? firstFleet(chance) : firstCommit(chance);
  const first = !isOfFleet && hasHosts(seed, options) ? withHosts(bare, chanceOf(seed ^ 0xda3)) : bare;
  const isTold = options.runsAs !== undefined && options.selfless !== true;
  const self = isTold ? selfOf(first, options.runsAs) : undefined;
  const world = createWorld({
    files: {},
    seed,
    self: () => Promise.resolve(self),
    onRequest: (request) => teller.onRequest(request),
    ...(options.faulty === undefined ? {} : { faulty: options.faulty }),
    pruneBudget: options.pruneBudget ?? { count: budget, percent: 10 },
  });
  const environments = environmentsByRegion(first);
  const underWay = createUnderWay(world);
  await moveInNeighbours(world, first, chance.fork());
  const strangers = createStrangers(hereIn(world).live);
  await registerPast(world, first, seed);
  const vainCalls = createVainCalls(world);
  const coverage = createCoverageWatch(world);
  const startedAt = world.clock.now();
  const sky = createSky(world, options.weather);
  const chronicle = createChronicle(world, first, tell, options.misread);
  const people = createPeople(
    world,
    strangers,
    (name) => underWay.has(name) || besides.all.some((one) => one.isAtWorkOn(name)),
  );
  const retagging = chance.fork();
  const judged = { chronicle, people, strangers, environments, lookFor: options.lookFor, budget };
  const judge = createJudge({
    ...judged,
    world,
    owner: OWNER,
    source: SOURCE_ID,
    underWay,
    confirmed: () => confirmed,
    runsAs: options.runsAs,
  });
  const besides = createBesides(world, { sky, judged, tell, reached });
  world.intercept(between);
  let loop = startLoop();

  function startLoop(): RunningLoop {
    return world.startLoop({
      log: {
        ...teller.log,
        error: (fields, message) => {
          teller.log.error(fields, message);
          if (message === 'failed') judge.broken('everyPassEnds', JSON.stringify(fields));
        },
      },
      listener: {
        began(step) {
          people.stepBegins(step);
          underWay.listener.began(step);
          teller.listener.began(step);
        },
        ended(step, outcome) {
          underWay.listener.ended(step, outcome);
          teller.listener.ended(step, outcome);
          if (besides.all.length === 0)
            judge.broken('tellsTheTruth', toldFalsely(world, environments, step, outcome));
        },
      },
      onPass(result, { number }) {
        passes.push(result);
        for (const { steps } of [result.before, result.plan]) {
          const wrong = disagreement(steps, { models: MODELS, owner: OWNER, sourceId: SOURCE_ID });
          if (wrong !== undefined) judge.broken(wrong.invariant, wrong.message);
        }
        judge.broken('backsOff', backsOff(result));
        noteStates(result, said);
        for (const told of teller.afterPass(result, number))
          judge.broken('tellsNoSecret', tellsNoSecret(told, SECRET));
        judge.broken('coverageIsTrue', coverage.afterPass(result, teller.report()));
      },
    });
  }

  function violation(): Violation | undefined {
    return [judge, ...besides.all].map((one) => one.violation()).find((found) => found !== undefined);
  }

  function tell(what: string): void {
    tale.push(`${((world.clock.now() - startedAt) / 1000).toFixed(1)} s: ${what}`);
  }

  function die(): Promise<never> {
    diesAfter = false;
    deaths += 1;
    underWay.clear();
    judge.restarted();
    coverage.restarted();
    backsOff = createAttempts();
    confirmed = new Set();
    world.restart();
    loop = startLoop();
    return new Promise(() => undefined);
  }

  async function between(call: WorldCall, perform: Perform): Promise<object> {
    const before = deaths;
    for (const one of armed.filter(({ call: due }) => world.calls.length >= due)) {
      armed.splice(armed.indexOf(one), 1);
      await apply(one.event);
    }
    if (options.retagsMuch === true && isRead(call.name) && retagging.happens(0.1))
      await people.act(RETAGS, retagging, 0);
    // People took their time, and a call at the same moment was the controller's last; or this one is.
    if (deaths > before) return new Promise(() => undefined);
    const isLast = diesAfter;
    const mutant: Mutant = options.mutant ?? ((given, go) => go(given));
    judge.broken('asksNothingInVain', vainCalls.whyInVain(call));
    const answer = mutant(call, (given) => {
      const performed = (): Promise<object> =>
        judge.overCall(given, () => sky.over(given.name, () => perform(given.input)));
      return coverage.over(given.name, sky.isTrue, performed);
    });
    if (isLast) {
      answer.catch(() => undefined);
      return die();
    }
    try {
      return await answer;
    } finally {
      await world.host.awake();
    }
  }

  function confirmWhatIsHeld(): boolean {
    const { plan } = passes.at(-1) ?? {};
    if (plan === undefined || loop.confirm(plan.hash) !== 'confirmed') return false;
    const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    confirmed = new Set([
      ...confirmed,
      ...held.map(({ id, manifest }) => objectKey(id.environment, manifest)),
    ]);
    return true;
  }

  /** Does it, and tells to what; undefined where there is nothing that it could happen to. */
  async function done(happening: Happening, here: Chance): Promise<string | undefined> {
    switch (happening.type) {
      case 'git': {
        const edited = ALL_EDITS[happening.what]?.(chronicle.lastWhole(), here, chronicle.earlier);
        chronicle.push(edited ?? chronicle.latest());
        return 'is pushed';
      }
      case 'somebody':
        return people.act(happening.what, here, happening.lastsMs);
      case 'weather':
        return sky.begin(happening.what, here, world.clock.now() + happening.lastsMs);
      case 'control':
        return controlled(happening.what, here);
    }
  }

  function controlled(what: Control, here: Chance): string | undefined {
    switch (what) {
      case 'the plan is confirmed':
        return confirmWhatIsHeld() ? 'at once' : undefined;
      case 'the controller dies':
        if (here.happens(0.5)) void die();
        else diesAfter = true;
        return `at call ${world.calls.length}, ${world.calls.at(-1)?.name}`;
      case 'the clock steps': {
        const ms = here.one([-1, 1]) * here.whole(1, here.one([600, 14_400])) * 1_000;
        world.host.step(ms);
        return `by ${ms / 1_000} s`;
      }
      case 'its host stands still': {
        const ms = here.whole(60, here.one([300, 7_200])) * 1_000;
        world.host.suspend(ms);
        return `for ${ms / 1_000} s`;
      }
      case 'apply is run beside it':
      case 'a slow controller starts beside it':
      case "another owner's controller starts":
      case "another source's controller starts":
        return besides.start(what, here);
    }
  }

  async function apply({ happening, number, seed: own, atCall }: ScriptEvent): Promise<void> {
    const how = await done(happening, chanceOf(own));
    if (how === undefined) return;
    reached.add(named(happening));
    if (happening.type === 'git' && atCall > 0) reached.add('git moves in mid-pass');
    tell(`${number}. ${named(happening)} (${how})`);
  }

  async function goOn(ms: number): Promise<void> {
    const until = world.clock.now() + ms;
    const next = (): number => Math.min(sky.nextEnd(), people.nextVisit());
    for (let end = next(); end < until; end = next()) {
      await world.clock.advance(Math.max(0, end - world.clock.now()));
      sky.clearUp();
      await people.visit();
    }
    await world.clock.advance(Math.max(0, until - world.clock.now()));
  }

  /** Lets time pass until it happens, and then it does. */
  async function happen(event: ScriptEvent): Promise<void> {
    await goOn(startedAt + event.at - world.clock.now());
    if (event.atCall === 0) await apply(event);
    else armed.push({ call: world.calls.length + event.atCall, event });
  }

  /** Everybody lets go, and what was taken is given back. */
  async function quieten(): Promise<void> {
    tell('all is quiet');
    armed.length = 0;
    diesAfter = false;
    for (const one of besides.all) one.end();
    sky.clear();
    chronicle.push(withRoom(chronicle.lastRight()));
    await people.giveBack();
  }

  /** Lets the world come to rest, and sees that it is as git wants and stays so. */
  async function rest(): Promise<void> {
    await quieten();
    const whatIsUnequal = () => unequal(world, passes.at(-1)!, chronicle.latest());
    const began = passes.length;
    let isEqual = false;
    for (let minutes = 0; minutes < REST_MINUTES && !isEqual; minutes += 1) {
      await world.clock.advance(MINUTE_MS);
      const last = passes.at(-1);
      const isQuiet = passes.length > began + 1 && last?.outcomes.length === 0 && !isAtWork(last);
      isEqual = !confirmWhatIsHeld() && isQuiet && whatIsUnequal().length === 0;
      if (judge.violation() !== undefined) return;
    }
    if (!isEqual) judge.broken('liveEqualsDesired', whatIsUnequal().join('; ') || 'it never comes to rest');
    const late = passes.slice(began).filter((pass, index, all) => isLate(pass, all[index - 1]));
    if (late.length > PASSES_TO_CONVERGE) {
      const message = `${late.length} passes wrote although nothing was under way`;
      judge.broken('convergesWithinThreePasses', message);
    }
    const changed = strangers.changed(hereIn(world).live);
    if (changed.length > 0) judge.broken('leavesNeighboursAlone', changed.join('; '));
    const writes = world.mutations().length;
    await world.clock.advance(IDLE_MINUTES * MINUTE_MS);
    const more = world.mutations().slice(writes);
    if (more.length > 0) judge.broken('restsOnceConverged', `it goes on with ${more.join(', ')}`);
    judge.broken('tellsNoSecret', tellsNoSecret(await toldByMetrics(), SECRET));
    await loop.stop();
  }

  return {
    happen,
    goOn,
    rest,
    violation,
    told: () => ({
      violation: violation(),
      tale,
      reached: new Set([...reached, ...SAID.filter((state) => said.has(state))]),
      calls: world.calls.length,
      passes: passes.length,
    }),
  };
}
