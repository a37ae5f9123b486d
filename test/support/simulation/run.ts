import { manifestKey } from '../../../controller/core/resource.ts';
import type { Self } from '../../../controller/core/self.ts';
import type { Step } from '../../../controller/plan/step.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { createWorld, isRead, revisionOf } from '../world/world.ts';
import type { Interceptor, RunningLoop, WorldCall, WorldOptions } from '../world/world.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { SECRET, daemonsOf, firstCommit, regionsOf, textsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import { differences, heldIn, leftovers } from './equal.ts';
import { newWeather, startLag } from './faults.ts';
import type { Weather } from './faults.ts';
import { GIT_EDITS, mended } from './git-edits.ts';
import { AFTER_EACH_CALL, BEFORE_EACH_CALL, tellsNoSecret } from './invariants.ts';
import type { BeforeCall } from './invariants.ts';
import { liveIn, liveServicesIn, placesOf } from './live.ts';
import type { Live, Place } from './live.ts';
import { MEDDLING, meddle, retag } from './meddler.ts';
import { mutationOf } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import { moveInNeighbours } from './neighbours.ts';
import { createTeller, toldByMetrics } from './told.ts';
import { NOTHING_KNOWN, regionOf, wantedOf } from './wanted.ts';
import type { Wanted } from './wanted.ts';

/** An invariant that does not hold. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

type Perform = Parameters<Interceptor>[1];

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

const OWNER = 'stationkeeper';
const ROUNDS = 6;
const MINUTE_MS = 60_000;
/** AWS's longest (sandbox/timing.ts). */
const TAGS_LISTED_AFTER_MS = 15_000;
const NOTHING_BEGUN = { reading: undefined, visible: new Set<string>() };
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
  const history: Commit[] = [];
  /** The commits so far, by revision. */
  const commits = new Map<string, Commit>();
  const wantedBy = new Map<string, Wanted>();
  /** Steps under way, `kind/name`. */
  const underWay = new Set<string>();
  /** What people have taken from us, by id. */
  const taken = new Map<string, Live>();
  /** When they gave it back, by id. */
  const givenBackAt = new Map<string, number>();
  /** What there was when the pass that runs began. */
  let begun: { readonly reading: unknown; readonly visible: ReadonlySet<string> } = NOTHING_BEGUN;
  let commit = firstCommit(chance);
  let confirmed: ReadonlySet<string> = new Set();
  let weather: readonly Weather[] = [];
  let violation: Violation | undefined;
  let meddlesMidway = false;
  let diesAt: { readonly call: number; readonly after: boolean } | undefined;
  let deaths = 0;

  const isTold = options.runsAs !== undefined && options.selfless !== true;
  const self = isTold ? selfOf(commit, options.runsAs) : undefined;
  const world = createWorld({
    files: {},
    seed,
    self: () => Promise.resolve(self),
    onRequest: (request) => teller.onRequest(request),
    ...(options.environments === undefined ? {} : { environments: options.environments }),
    ...(options.pruneBudget === undefined ? {} : { pruneBudget: options.pruneBudget }),
  });
  const environments = new Map(regionsOf(commit).map(({ region, environment }) => [region, environment]));
  await moveInNeighbours(world, commit, chance.fork());
  const theirs = new Map(here().live.map((one) => [one.id, one.fingerprint()]));
  const wasTheirs = new Set(theirs.keys());
  /** What was theirs and a call of ours was to adopt, by id; that git asks for it is seen before the call. */
  const taggedByUs = new Set<string>();
  /** What of it carried our tag then: ours from that moment, to be changed, released or deleted. */
  const adopted = new Set<string>();
  push(commit, 'begins');
  world.intercept(between);
  let loop = startLoop();

  function here(): { readonly places: readonly Place[]; readonly live: readonly Live[] } {
    // What is due by now has happened, as it would have for whoever calls.
    world.sandbox.world.settle();
    const places = placesOf(world.sandbox.places, DEFAULT_ACCOUNT_ID);
    return { places, live: liveIn(places) };
  }

  function broken(invariant: string, message: string | undefined): void {
    const isLookedFor = options.lookFor === undefined || options.lookFor === invariant;
    if (message !== undefined && isLookedFor) violation ??= { invariant, message };
  }

  function push(next: Commit, what: string): void {
    history.push(commit);
    commit = next;
    const texts = textsOf(options.misread?.(next) ?? next);
    world.files.clear();
    for (const [file, text] of texts) world.files.set(file, text);
    commits.set(revisionOf(texts), next);
    script.push(`git: ${what}`);
  }

  /** What git wanted as the controller last read it. */
  function wanted(): Wanted {
    const reading = world.reading();
    const known = commits.get(reading?.snapshot?.revision ?? '');
    if (reading?.snapshot === undefined || known === undefined) return NOTHING_KNOWN;
    const { places } = here();
    const key = `${reading.type} ${places.length} ${reading.snapshot.revision}`;
    const before = wantedBy.get(key);
    if (before !== undefined) return before;
    const fresh = wantedOf(known, places);
    const all = reading.type === 'stale' ? { ...fresh, frozen: true } : fresh;
    wantedBy.set(key, all);
    return all;
  }

  /** What was made, or given back, since the pass began is not ours in what it read; what people have just tagged may not be in AWS's lists yet. */
  function visible(): ReadonlySet<string> {
    const reading = world.reading();
    if (reading === begun.reading) return begun.visible;
    const known = world.clock.now() - TAGS_LISTED_AFTER_MS;
    const there = here().live.filter(
      ({ id, tags }) => tags.get('stationkeeper:owner') === OWNER && (givenBackAt.get(id) ?? known) <= known,
    );
    begun = { reading, visible: new Set(there.map(({ id }) => id)) };
    return begun.visible;
  }

  function startLoop(): RunningLoop {
    return world.startLoop({
      log: {
        ...teller.log,
        error: (fields, message) => {
          teller.log.error(fields, message);
          if (message === 'pass failed') broken('everyPassEnds', JSON.stringify(fields));
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
          broken('tellsNoSecret', tellsNoSecret(told, SECRET));
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
    if (options.retagsMuch === true && isRead(call.name) && chance.happens(0.1)) await retagSomething();
    if (meddlesMidway && chance.happens(0.01)) await meddleSomewhere();
    // People took their time, and a call at the same moment was the controller's last.
    if (deaths > before) return new Promise(() => undefined);
    const mutant: Mutant = options.mutant ?? ((given, go) => go(given));
    const answer = mutant(call, (given) => checked(given, perform));
    if (!isLast) return answer;
    answer.catch(() => undefined);
    return die();
  }

  /** The call, in the weather that there is, and what the invariants say of it: all at one moment. */
  function checked(call: WorldCall, perform: Perform): Promise<object> {
    const seen = visible();
    const mutation = isRead(call.name) ? undefined : mutationOf(call, here().live);
    if (mutation === undefined) return inWeather(call.name, () => perform(call.input));
    noteAdoptions();
    const before: BeforeCall = {
      mutation,
      owner: OWNER,
      environments,
      wanted: wanted(),
      live: here().live,
      visible: seen,
      services: liveServicesIn(here().places),
      self: options.runsAs,
      confirmed,
    };
    for (const [name, invariant] of Object.entries(BEFORE_EACH_CALL)) broken(name, invariant(before));
    const answer = inWeather(call.name, () => perform(call.input));
    const { places, live } = here();
    noteAdoptions(mutation);
    const after = { ...before, liveAfter: live, services: liveServicesIn(places) };
    for (const [name, invariant] of Object.entries(AFTER_EACH_CALL)) broken(name, invariant(after));
    return answer;
  }

  function noteAdoptions(mutation?: Mutation): void {
    if (mutation?.effect === 'tag' && mutation.tags.get('stationkeeper:owner') === OWNER) {
      for (const { id } of mutation.touched) if (theirs.has(id)) taggedByUs.add(id);
    }
    for (const { id, tags } of here().live) {
      if (taggedByUs.has(id) && tags.get('stationkeeper:owner') === OWNER) adopted.add(id);
    }
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

  /** Something of ours that no step is at work on. */
  function somethingOfOurs(kind?: Live['kind']): Live | undefined {
    return chance.any(
      here().live.filter(
        (one) =>
          one.tags.get('stationkeeper:owner') === OWNER &&
          !wasTheirs.has(one.id) &&
          (kind === undefined || one.kind === kind) &&
          !underWay.has(`${one.kind}/${one.name}`),
      ),
    );
  }

  async function meddleSomewhere(): Promise<void> {
    if (chance.happens(0.3)) return retagSomething();
    const [name, meddling] = chance.any(Object.entries(MEDDLING)) ?? [];
    const one = meddling === undefined ? undefined : somethingOfOurs(meddling.of);
    if (meddling === undefined || one === undefined) return;
    const done = await meddle(world, one, meddling, chance);
    if (done) script.push(`somebody ${name}: ${one.key}`);
  }

  async function retagSomething(): Promise<void> {
    const one = somethingOfOurs();
    // A read that lags may show a tag that is gone, and no controller can know.
    if (one === undefined || world.sandbox.control.faults().length > 0) return;
    script.push(`somebody changes the tags of ${one.key}`);
    switch (chance.whole(0, 3)) {
      case 0:
        taken.set(one.id, one);
        return retag(world, one, {}, ['stationkeeper:owner']);
      case 1:
        taken.set(one.id, one);
        return retag(world, one, { 'stationkeeper:owner': 'another-team' });
      case 2:
        return retag(world, one, { team: 'by-hand' });
      default:
        return retag(world, one, {}, ['stationkeeper:spec']);
    }
  }

  function confirmWhatIsHeld(): boolean {
    const { plan } = passes.at(-1) ?? {};
    if (plan === undefined || loop.confirm(plan.hash) !== 'confirmed') return false;
    const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'budget');
    confirmed = new Set([...confirmed, ...held.map(({ manifest }) => manifestKey(manifest))]);
    script.push('the plan is confirmed');
    return true;
  }

  /** What people go on from: an empty commit is taken back. */
  function lastWhole(): Commit {
    return [commit, ...history.toReversed()].find(({ documents }) => documents.size > 0) ?? commit;
  }

  /** A spell of disturbances, and some time in which the controller does what it can. */
  async function disturb(): Promise<void> {
    if (chance.happens(0.6)) {
      const what = chance.any(options.edits ?? Object.keys(GIT_EDITS)) ?? '';
      push(GIT_EDITS[what]?.(lastWhole(), chance, history) ?? commit, what);
    }
    if (chance.happens(0.15)) world.sourceFails(chance.one(['SourceUnreachable', 'SourceInvalid']));
    else world.sourceFails(undefined);
    if (chance.happens(0.5)) await meddleSomewhere();
    if (chance.happens(0.2)) confirmWhatIsHeld();
    setWeather(chance);
    meddlesMidway = chance.happens(0.5);
    if (chance.happens(0.3))
      diesAt = { call: world.calls.length + chance.whole(1, 120), after: chance.happens(0.5) };
    await world.clock.advance(chance.whole(1, chance.one([20, 90, 200])) * 1000);
  }

  function setWeather(chance: Chance): void {
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
    push(mended(lastWhole()), 'is whole');
    for (const one of here().live) {
      if (!taken.has(one.id)) continue;
      await retag(world, one, { 'stationkeeper:owner': OWNER });
      givenBackAt.set(one.id, world.clock.now());
    }
  }

  /** What is not as git wants it, a line each. */
  function unequal(): readonly string[] {
    const { held, unfinished } = heldIn(passes.at(-1)!);
    if (unfinished.length > 0)
      return unfinished.map((step) => `${step.type} ${step.id.kind}/${step.id.name}: ${step.reason}`);
    const { places, live } = here();
    const left =
      held.size > 0 ? [] : leftovers(wantedOf(commit, places), live, new Set(environments.values()));
    return [...differences(commit, places, live, held), ...left];
  }

  /** What is not ours and has changed. */
  function changedNeighbours(): readonly string[] {
    noteAdoptions();
    const { live } = here();
    const fingerprints = new Map([...theirs].filter(([id]) => !adopted.has(id)));
    const changed = live.filter(
      ({ id, fingerprint }) => fingerprints.has(id) && fingerprints.get(id) !== fingerprint(),
    );
    const gone = [...fingerprints.keys()].filter((id) => !live.some((one) => one.id === id));
    return [...changed.map(({ key }) => `${key} is not as it was`), ...gone.map((id) => `${id} is gone`)];
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
      if (violation !== undefined) return;
    }
    if (!isEqual) broken('liveEqualsDesired', unequal().join('; ') || 'it never comes to rest');
    const late = passes.slice(began).filter((pass, index, all) => isLate(pass, all[index - 1]));
    if (late.length > PASSES_TO_CONVERGE)
      broken('convergesWithinThreePasses', `${late.length} passes wrote although nothing was under way`);
    const changed = changedNeighbours();
    if (changed.length > 0) broken('leavesNeighboursAlone', changed.join('; '));
    const writes = world.mutations().length;
    await world.clock.advance(IDLE_MINUTES * MINUTE_MS);
    const more = world.mutations().slice(writes);
    if (more.length > 0) broken('restsOnceConverged', `it goes on with ${more.join(', ')}`);
    broken('tellsNoSecret', tellsNoSecret(await toldByMetrics(), SECRET));
    await loop.stop();
  }

  return { world, script, disturb, rest, violation: () => violation };
}

/** The self of a daemon's task as ECS's task metadata tells it. */
function selfOf(commit: Commit, name: string): Self {
  const daemon = daemonsOf(commit).find(({ metadata }) => metadata.name === name)!;
  const { region } = regionOf(daemon, commit);
  const { cluster } = daemon.spec;
  return { type: 'seen', region, accountId: DEFAULT_ACCOUNT_ID, cluster, service: name, family: name };
}

/** Whether a pass writes although nothing is under way when it begins, so that the pass before could have written the same. */
function isLate(pass: PassResult, before: PassResult | undefined): boolean {
  const isBusy = ({ outcomes, plan, failures }: PassResult): boolean =>
    failures.size > 0 || outcomes.some(({ result }) => result !== 'done') || progressing({ plan }).length > 0;
  return pass.outcomes.length > 0 && before !== undefined && !isBusy(before);
}

function progressing({ plan }: Pick<PassResult, 'plan'>): readonly Step[] {
  return plan.steps.filter((step) => 'observed' in step && step.observed?.health.status === 'Progressing');
}

/** AWS is at work on something; what a service would have to be rolled out for waits as long as it is held. */
function isAtWork({ plan }: Pick<PassResult, 'plan'>): boolean {
  const services = plan.steps.filter(({ type, id }) => type === 'hold' && id.kind === 'service');
  const held = new Set(services.map(({ manifest }) => manifestKey(manifest)));
  return progressing({ plan }).some(({ manifest }) => !held.has(manifestKey(manifest)));
}
