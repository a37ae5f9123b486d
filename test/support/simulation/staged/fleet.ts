import type { PassResult } from '../../../../controller/reconcile/pass-result.ts';
import { createWorld, isRead, revisionOf } from '../../world/world.ts';
import type { World, WorldCall } from '../../world/world.ts';
import { chanceOf } from '../chance.ts';
import type { Perform, Violation } from '../judge.ts';
import type { Mutant } from '../options.ts';
import { decidesAfresh, forgetsNobody } from './courses.ts';
import {
  BAD_VERSIONS,
  digestOf,
  filesOf,
  firstGit,
  imageOf,
  membersOf,
  runningIn,
  scheduled,
} from './git.ts';
import type { StagedGit, StagedPlace } from './git.ts';
import { STAGED_INVARIANTS } from './invariants.ts';
import type { StagedInvariantName } from './invariants.ts';
import { seenIn } from './seen.ts';
import type { Seen } from './seen.ts';
import { createSpells } from './spells.ts';

export interface StagedOptions {
  /** What git says, as a faulty reader has it. */
  readonly misread?: (git: StagedGit) => StagedGit;
  /** A fault of the controller's own, as it shows in its calls; `git`: what it holds by then. */
  readonly mutant?: (git: () => StagedGit) => Mutant;
  /** Whoever starts anew knows what was approved before. */
  readonly approvalsOutlive?: boolean;
  /** The invariant to look for: others that do not hold are passed over. */
  readonly lookFor?: StagedInvariantName;
}

/** One process of the controller's, as it is judged. */
interface Process {
  readonly world: World;
  /** `stage digest`, of this process alone. */
  readonly approved: Set<string>;
  /** By AWS's clock. */
  passBeganAt: number;
}

export type Fleet = ReturnType<typeof createFleet>;

/** What somebody changed by hand is corrected within this. */
const HEALED_MS = 300_000;
/** Nothing that is wanted by git: somebody has scaled by hand. */
export const BY_HAND = 5;

/** A fleet in virtual time, one controller over it or two, and who sees that the invariants hold. */
export function createFleet(seed: number, options: StagedOptions) {
  const { misread = (git) => git, lookFor } = options;
  const tale: string[] = [];
  const revisions = new Map<string, StagedGit>();
  const byDigest = new Map<string, StagedGit>();
  const history: StagedGit[] = [];
  const scaledAt = new Map<string, number>();
  const approvals: { readonly stage: string; readonly digest: string }[] = [];
  let armed: { readonly call: number; readonly happen: () => Promise<void> }[] = [];
  let violation: Violation | undefined;
  let deaths = 0;
  let passes = 0;
  let died: () => void = () => undefined;
  let last: PassResult | undefined;

  const world = createWorld({ files: {}, seed, pruneBudget: { count: 20, percent: 100 } });
  const mutant = options.mutant?.(() => history.at(-1)!) ?? ((call, go) => go(call));
  const first: Process = { world, approved: new Set(), passBeganAt: 0 };
  let second: (Process & { readonly until: number }) | undefined;
  const spells = createSpells(world);
  const startedAt = world.clock.now();
  const now = (): number => world.clock.now();
  const awsNow = (): number => world.sandbox.world.now();
  const git = (): StagedGit => history.at(-1)!;
  for (const version of BAD_VERSIONS) world.sandbox.control.makeUnavailable(imageOf(version));
  push(firstGit(chanceOf(seed)));
  world.intercept((call, perform) => over(first, call, perform));

  function broken(invariant: StagedInvariantName, message: string | undefined): void {
    const isLookedFor = lookFor === undefined || lookFor === invariant;
    if (message !== undefined && isLookedFor) violation ??= { invariant, message };
  }

  function tell(what: string): void {
    tale.push(`${((now() - startedAt) / 1000).toFixed(1)} s: ${what}`);
  }

  function push(next: StagedGit): void {
    history.push(next);
    byDigest.set(digestOf(next), next);
    const files = filesOf(misread(next));
    for (const each of [first, second]) {
      each?.world.files.clear();
      for (const [file, text] of Object.entries(files)) each?.world.files.set(file, text);
    }
    revisions.set(revisionOf(new Map(Object.entries(files))), next);
  }

  async function over(process: Process, call: WorldCall, perform: Perform): Promise<object> {
    const before = deaths;
    const due = armed.filter(({ call: at }) => process === first && world.calls.length >= at);
    armed = armed.filter((one) => !due.includes(one));
    for (const { happen } of due) await happen();
    if (process === first && deaths > before) return new Promise(() => undefined);
    spells.over(call);
    return mutant(call, (given) => judged(process, given, () => perform(given.input)));
  }

  /** All at one moment: what the call finds is what was judged. */
  function judged(process: Process, call: WorldCall, perform: () => Promise<object>): Promise<object> {
    const read = revisions.get(process.world.reading()?.snapshot?.revision ?? '');
    const place = read?.places.find(({ account }) => account === call.accountId);
    if (isRead(call.name) || read === undefined || place === undefined) return perform();
    const before = seenIn(world, place);
    const was = before.running;
    const answer = perform();
    const all = new Map(read.places.map((one) => [one.name, seenIn(world, one)]));
    const after = all.get(place.name)!;
    if (isSame(before, was, after)) return answer;
    const seen = {
      call,
      git: read,
      place,
      before,
      after,
      all,
      now: awsNow(),
      passBeganAt: process.passBeganAt,
      byDigest,
      isDark: (one: StagedPlace) => spells.wasDark(one, process.passBeganAt),
      isApproved: (stage: string, digest: string) => process.approved.has(`${stage} ${digest}`),
    };
    for (const name of STAGED_NAMES) broken(name, STAGED_INVARIANTS[name](seen));
    return answer;
  }

  function clearUp(): void {
    spells.clearUp();
    if (second !== undefined && second.until <= now()) endSecond();
  }

  function endSecond(): void {
    second?.world.restart();
    second = undefined;
  }

  /** One look of each controller, unless the first dies in it; what the first came to. */
  async function pass(): Promise<PassResult | undefined> {
    clearUp();
    const before = deaths;
    const dying = new Promise<void>((resolve) => {
      died = resolve;
    });
    const all = [first, ...(second === undefined ? [] : [second])];
    const results = Promise.all(
      all.map((process) => {
        process.passBeganAt = awsNow();
        return process.world.runPass(request());
      }),
    );
    try {
      await world.clock.run(Promise.race([results, dying]));
    } catch (thrown) {
      broken('everyPassEnds', String(thrown));
      return undefined;
    }
    if (deaths > before) return undefined;
    passes += 1;
    last = (await results)[0];
    const read = revisions.get(world.reading()?.snapshot?.revision ?? '');
    if (read !== undefined && last !== undefined) broken('forgetsNobody', forgetsNobody(last, read));
    broken('healsWhatWaits', whatIsNotHealed());
    return last;
  }

  function whatIsNotHealed(): string | undefined {
    for (const place of membersOf(git())) {
      const since = Math.max(scaledAt.get(place.name) ?? now(), spells.lastIn(place));
      const { running } = seenIn(world, place);
      if (running?.desiredCount === BY_HAND && now() - since > HEALED_MS)
        return `${place.name} still has the ${BY_HAND} tasks that somebody asked for`;
    }
    return undefined;
  }

  return {
    world,
    tale,
    tell,
    now,
    git,
    push,
    broken,
    pass,
    earlier: (): readonly StagedGit[] => history.slice(0, -1),
    violation: () => violation,
    passes: () => passes,
    said: () => last?.courses[0]?.says ?? 'nothing',
    arm(calls: number, happen: () => Promise<void>): void {
      armed.push({ call: world.calls.length + calls, happen });
    },
    spell: (...spell: Parameters<typeof spells.add>) => spells.add(...spell),
    scaled: (place: StagedPlace) => scaledAt.set(place.name, now()),
    /** Whatever its stages, it is there and as git wants it; then it rests for as long as everything soaks. */
    async converge(): Promise<void> {
      const staged = git();
      push({ ...staged, mode: 'skip' });
      for (let looks = 0; looks < 20; looks += 1) {
        await pass();
        await world.clock.advance(30_000);
      }
      push(staged);
    },
    die(): void {
      deaths += 1;
      const known = options.approvalsOutlive === true ? approvals : [];
      first.approved.clear();
      world.restart();
      for (const one of known) world.approve({ rollout: 'fleet', ...one });
      died();
    },
    startSecond(lastsMs: number): boolean {
      if (second !== undefined) return false;
      const beside = createWorld({
        beside: world,
        files: Object.fromEntries(world.files),
        pruneBudget: { count: 20, percent: 100 },
      });
      const process = {
        world: beside,
        approved: new Set<string>(),
        passBeganAt: awsNow(),
        until: now() + lastsMs,
      };
      beside.intercept((call, perform) => over(process, call, perform));
      second = process;
      return true;
    },
    /** Somebody approves by API what the first controller says that it waits for. */
    approveWhatWaits(): boolean {
      const [course] = last?.courses ?? [];
      const stage = course?.stages.find(({ isOpen, approval }) => isOpen && approval === 'needed');
      if (course === undefined || stage === undefined) return false;
      const approval = { stage: stage.name, digest: course.definition.digest };
      world.approve({ rollout: 'fleet', ...approval });
      first.approved.add(`${approval.stage} ${approval.digest}`);
      approvals.push(approval);
      return true;
    },
    /** Asks a controller that starts now what it would do, and the one that runs, at the same moment. */
    async compareWithFresh(): Promise<void> {
      const isCalm = git().places.every((place) => !spells.wasDark(place, first.passBeganAt));
      if (!isCalm || spells.areAny() || armed.length > 0 || second !== undefined) return;
      const fresh = createWorld({
        beside: world,
        files: filesOf(git()),
        pruneBudget: { count: 20, percent: 100 },
      });
      const here = await world.pass({ dryRun: true });
      const other = await fresh.pass({ dryRun: true });
      broken('restartsChangeNoDecision', decidesAfresh(here.courses, other.courses));
    },
    /** Nobody meddles any more, nothing fails, and git has something that starts. */
    quieten(): void {
      tell('all is quiet');
      armed = [];
      spells.clear();
      endSecond();
      push(scheduled({ ...git(), mode: 'staged', definition: { version: 'last', desiredCount: 1 } }));
    },
    /** Where it is not as git wants; undefined where it is so everywhere. */
    unlikeGit(): string | undefined {
      const wrong = membersOf(git()).flatMap((place) => {
        const { running } = seenIn(world, place);
        const wanted = runningIn(git(), place);
        const isSo = running?.version === wanted.version && running.desiredCount === wanted.desiredCount;
        return isSo ? [] : [`${place.name} runs ${running?.version} × ${running?.desiredCount}`];
      });
      return wrong.length === 0 ? undefined : wrong.join(', ');
    },
  };
}

const STAGED_NAMES = Object.keys(STAGED_INVARIANTS) as (keyof typeof STAGED_INVARIANTS)[];

function isSame(before: Seen, was: Seen['running'], after: Seen): boolean {
  return (
    before.resources === after.resources &&
    JSON.stringify([before.held, was]) === JSON.stringify([after.held, after.running])
  );
}

function request() {
  return { dryRun: false, confirmed: new Set<string>(), signal: new AbortController().signal };
}
