import { manifestKey } from '../../../controller/core/resource.ts';
import type { Self } from '../../../controller/core/self.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { createWorld, isRead } from '../world/world.ts';
import type { RunningLoop, WorldCall, WorldOptions } from '../world/world.ts';
import { chanceOf } from './chance.ts';
import { createChronicle } from './chronicle.ts';
import { SECRET, daemonsOf, firstCommit, regionsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import { differences, heldIn, leftovers } from './equal.ts';
import { newWeather, startLag } from './faults.ts';
import type { Weather } from './faults.ts';
import { GIT_EDITS, mended } from './git-edits.ts';
import { tellsNoSecret } from './invariants.ts';
import { createJudge } from './judge.ts';
import type { Perform, Violation } from './judge.ts';
import { hereIn } from './live.ts';
import { moveInNeighbours } from './neighbours.ts';
import { createPeople } from './people.ts';
import { isAtWork, isLate } from './quiet.ts';
import { createStrangers } from './strangers.ts';
import { createTeller, toldByMetrics } from './told.ts';
import { regionOf, wantedOf } from './wanted.ts';

/** Makes the call, another one, or none, and answers. */
export type Mutant = (call: WorldCall, go: (call: WorldCall) => Promise<object>) => Promise<object>;

export interface RunOptions extends Pick<WorldOptions, 'environments' | 'pruneBudget'> {
  /** A fault of the controller's own, as it shows in its calls. */
  readonly mutant?: Mutant;
  /** What git says, as a faulty reader has it. */
  readonly misread?: (commit: Commit) => Commit;
  /** What people do most in git; by default all of it alike. */
  readonly edits?: readonly (keyof typeof GIT_EDITS)[];
  /** People keep changing tags while the controller looks. */
  readonly retagsMuch?: boolean;
  /** The daemon that the controller itself runs as, on ECS. */
  readonly runsAs?: string;
  /** It is not told so. */
  readonly selfless?: boolean;
  /** The weather of every spell. */
  readonly weather?: readonly Weather[];
  /** The invariant to look for: others that do not hold are passed over. */
  readonly lookFor?: string;
}

export interface Ran {
  readonly seed: number;
  /** The first that was found; undefined where all held. */
  readonly violation: Violation | undefined;
  /** What was done to the world, in order. */
  readonly script: readonly string[];
  /** Calls of the controllers. */
  readonly calls: number;
}

/** What is only looked at once edits and faults have stopped. */
const AT_REST: ReadonlySet<string> = new Set([
  'liveEqualsDesired',
  'convergesWithinThreePasses',
  'leavesNeighboursAlone',
  'restsOnceConverged',
]);

const ROUNDS = 6;
const MINUTE_MS = 60_000;
/** What failed is tried again within minutes, and what comes back is left alone for up to an hour. */
const REST_MINUTES = 150;
/** Passes after all is quiet that may write although nothing was under way. */
const PASSES_TO_CONVERGE = 3;
const IDLE_MINUTES = 5;

/** One generated world from its first commit to its rest: edits in git, edits in AWS, faults and deaths, and the invariants all the while. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<Ran> {
  const run = await createRun(seed, options);
  for (let round = 0; round < ROUNDS && run.violation() === undefined; round += 1) await run.disturb();
  const isFoundAtRest = options.lookFor === undefined || AT_REST.has(options.lookFor);
  if (run.violation() === undefined && isFoundAtRest) await run.rest();
  return { seed, violation: run.violation(), script: run.script, calls: run.world.calls.length };
}

async function createRun(seed: number, options: RunOptions) {
  const chance = chanceOf(seed);
  const teller = createTeller();
  const script: string[] = [];
  const passes: PassResult[] = [];
  /** Steps under way, `kind/name`. */
  const underWay = new Set<string>();
  let confirmed: ReadonlySet<string> = new Set();
  let weather: readonly Weather[] = [];
  let meddlesMidway = false;
  let diesAt: { readonly call: number; readonly after: boolean } | undefined;
  let deaths = 0;

  const first = firstCommit(chance);
  const isTold = options.runsAs !== undefined && options.selfless !== true;
  const self = isTold ? selfOf(first, options.runsAs) : undefined;
  const world = createWorld({
    files: {},
    seed,
    self: () => Promise.resolve(self),
    onRequest: (request) => teller.onRequest(request),
    ...(options.environments === undefined ? {} : { environments: options.environments }),
    ...(options.pruneBudget === undefined ? {} : { pruneBudget: options.pruneBudget }),
  });
  const environments = new Map(regionsOf(first).map(({ region, environment }) => [region, environment]));
  await moveInNeighbours(world, first, chance.fork());
  const strangers = createStrangers(hereIn(world).live);
  const chronicle = createChronicle(world, first, script, options.misread);
  const people = createPeople(world, chance, strangers, underWay, script);
  const judge = createJudge({
    world,
    chronicle,
    people,
    strangers,
    environments,
    confirmed: () => confirmed,
    runsAs: options.runsAs,
    lookFor: options.lookFor,
  });
  world.intercept(between);
  let loop = startLoop();

  function startLoop(): RunningLoop {
    return world.startLoop({
      log: {
        ...teller.log,
        error: (fields, message) => {
          teller.log.error(fields, message);
          if (message === 'pass failed') judge.broken('everyPassEnds', JSON.stringify(fields));
        },
      },
      listener: {
        began(step) {
          underWay.add(`${step.id.kind}/${step.id.name}`);
          teller.listener.began(step);
        },
        ended(step, outcome) {
          underWay.delete(`${step.id.kind}/${step.id.name}`);
          teller.listener.ended(step, outcome);
        },
      },
      onPass(result, { number }) {
        passes.push(result);
        for (const told of teller.afterPass(result, number))
          judge.broken('tellsNoSecret', tellsNoSecret(told, SECRET));
      },
    });
  }

  function die(): Promise<never> {
    script.push(`dies at call ${world.calls.length}, ${world.calls.at(-1)?.name}`);
    diesAt = undefined;
    deaths += 1;
    underWay.clear();
    confirmed = new Set();
    world.restart();
    loop = startLoop();
    return new Promise(() => undefined);
  }

  async function between(call: WorldCall, perform: Perform): Promise<object> {
    const before = deaths;
    const isLast = diesAt !== undefined && world.calls.length >= diesAt.call;
    if (isLast && diesAt?.after === false) return die();
    if (options.retagsMuch === true && isRead(call.name) && chance.happens(0.1))
      await people.retagSomething();
    if (meddlesMidway && chance.happens(0.01)) await people.meddleSomewhere();
    // People took their time, and a call at the same moment was the controller's last.
    if (deaths > before) return new Promise(() => undefined);
    const mutant: Mutant = options.mutant ?? ((given, go) => go(given));
    const answer = mutant(call, (given) =>
      judge.overCall(given, () => inWeather(given.name, () => perform(given.input))),
    );
    if (!isLast) return answer;
    answer.catch(() => undefined);
    return die();
  }

  function inWeather(name: string, perform: () => Promise<object>): Promise<object> {
    const { control } = world.sandbox;
    const met = weather.find(
      ({ where, probability }) => name.startsWith(where) && chance.happens(probability),
    );
    const fault = met === undefined ? undefined : control.inject({ ...met.effect(), operation: name });
    const answer = perform();
    if (fault !== undefined) control.removeFault(fault.id);
    return answer;
  }

  function confirmWhatIsHeld(): boolean {
    const { plan } = passes.at(-1) ?? {};
    if (plan === undefined || loop.confirm(plan.hash) !== 'confirmed') return false;
    const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    confirmed = new Set([...confirmed, ...held.map(({ manifest }) => manifestKey(manifest))]);
    script.push('the plan is confirmed');
    return true;
  }

  /** A spell of disturbances, and some time in which the controller does what it can. */
  async function disturb(): Promise<void> {
    if (chance.happens(0.6)) {
      const what = chance.any(options.edits ?? Object.keys(GIT_EDITS)) ?? '';
      const edited = GIT_EDITS[what]?.(chronicle.lastWhole(), chance, chronicle.earlier);
      chronicle.push(edited ?? chronicle.latest(), what);
    }
    if (chance.happens(0.15)) world.sourceFails(chance.one(['SourceUnreachable', 'SourceInvalid']));
    else world.sourceFails(undefined);
    if (chance.happens(0.5)) await people.meddleSomewhere();
    if (chance.happens(0.2)) confirmWhatIsHeld();
    setWeather();
    meddlesMidway = chance.happens(0.5);
    if (chance.happens(0.3))
      diesAt = { call: world.calls.length + chance.whole(1, 120), after: chance.happens(0.5) };
    await world.clock.advance(chance.whole(1, chance.one([20, 90, 200])) * 1000);
  }

  function setWeather(): void {
    world.sandbox.control.clearFaults();
    weather = options.weather ?? (chance.happens(0.5) ? [newWeather(chance), newWeather(chance)] : []);
    if (chance.happens(0.15)) startLag(world, chance);
    for (const { where, probability } of weather)
      script.push(`faults: ${where === '' ? 'all calls' : where} (${probability.toFixed(2)})`);
  }

  /** Everybody lets go, and what was taken is given back. */
  async function quieten(): Promise<void> {
    script.push('all is quiet');
    weather = [];
    meddlesMidway = false;
    diesAt = undefined;
    world.sandbox.control.clearFaults();
    world.sourceFails(undefined);
    chronicle.push(mended(chronicle.lastWhole()), 'is whole');
    await people.giveBack();
  }

  /** What is not as git wants it, a line each. */
  function unequal(): readonly string[] {
    const { held, unfinished } = heldIn(passes.at(-1)!);
    if (unfinished.length > 0)
      return unfinished.map((step) => `${step.type} ${step.id.kind}/${step.id.name}: ${step.reason}`);
    const { places, live } = hereIn(world);
    const commit = chronicle.latest();
    const left =
      held.size > 0 ? [] : leftovers(wantedOf(commit, places), live, new Set(environments.values()));
    return [...differences(commit, places, live, held), ...left];
  }

  /** Lets the world come to rest, and sees that it is as git wants and stays so. */
  async function rest(): Promise<void> {
    await quieten();
    const began = passes.length;
    let isEqual = false;
    for (let minutes = 0; minutes < REST_MINUTES && !isEqual; minutes += 1) {
      await world.clock.advance(MINUTE_MS);
      const last = passes.at(-1);
      const isQuiet = passes.length > began + 1 && last?.outcomes.length === 0 && !isAtWork(last);
      isEqual = !confirmWhatIsHeld() && isQuiet && unequal().length === 0;
      if (judge.violation() !== undefined) return;
    }
    if (!isEqual) judge.broken('liveEqualsDesired', unequal().join('; ') || 'it never comes to rest');
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

  return { world, script, disturb, rest, violation: () => judge.violation() };
}

/** The self of a daemon's task as ECS's task metadata tells it. */
function selfOf(commit: Commit, name: string): Self {
  const daemon = daemonsOf(commit).find(({ metadata }) => metadata.name === name)!;
  const { region } = regionOf(daemon, commit);
  const { cluster } = daemon.spec;
  return { type: 'seen', region, accountId: DEFAULT_ACCOUNT_ID, cluster, service: name, family: name };
}
