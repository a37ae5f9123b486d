import { confirmedBy } from '../plan/confirmation.ts';
import { withoutEchoes } from '../plan/fold.ts';
import { planToText, summaryLine } from '../plan/render.ts';
import { alike } from '../core/alike.ts';
import { manifestKey } from '../core/resource.ts';
import { rolloutLines, rolloutPlans } from '../plan/rollouts.ts';
import { placesIn } from '../plan/places.ts';
import { countedWhere } from '../plan/where.ts';
import type { Plan, Step } from '../plan/step.ts';
import { intentOf, isLeftToOther } from '../plan/step.ts';
import { createPauses, mayBegin } from '../reconcile/next-look.ts';
import type { PassRunner } from '../reconcile/pass.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import { confirmationText } from './confirmation.ts';
import type { ConfirmedWith } from './confirmation.ts';
import { assemblePassRunner } from './context.ts';
import type { CommandContext } from './context.ts';
import { ignoredCountText, sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { hasChanges } from './plan.ts';
import { newsTelling } from './news.ts';
import type { NewsTelling } from './news.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { paintFor } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { someOf } from '../core/some-of.ts';

export interface ApplyOptions extends ConfirmedWith {
  /** Until every object is Ready; otherwise until every change has been made. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** Hash of a plan: the deletions that it holds for the prune budget are made, and nothing is done where it is another plan. */
  readonly confirm: string | undefined;
}

/** How an apply ended, or that it goes on. */
type Verdict = 'done' | 'stuck' | 'again';

const LONGEST_PAUSE_MS = 10_000;

/**
 * Plans and converges until there is nothing left to do and, with `wait`, everything is Ready. Exit code 0, or 1
 * where the manifests are not all valid, something failed or is held, or the time is over.
 */
export async function applyCommand(options: ApplyOptions, context: CommandContext): Promise<number> {
  const { source, folder, scope } = await manifestsAt(options.path, {
    sourceId: options.sourceId,
    env: context.env,
  });
  const { owner, pruneBudget, takeOverSource: takesOver } = options;
  const runPass = assemblePassRunner(context, {
    source,
    scope,
    owner,
    takesOver,
    pruneBudget,
    mode: 'enforce',
  });
  return applyPasses(runPass, folder, options, context);
}

/** The passes of an apply, whatever source they read; `folder`: what its file names are relative to. Its exit code. */
export async function applyPasses(
  runPass: PassRunner,
  folder: string,
  options: ApplyOptions,
  { terminal, clock, stop }: Pick<CommandContext, 'terminal' | 'clock' | 'stop'>,
): Promise<number> {
  const paint = paintFor(terminal);
  const pauses = createPauses(LONGEST_PAUSE_MS);
  const until = clock.monotonic() + options.timeoutMs;

  const preview = await runPass({ dryRun: true, confirmed: new Set(), signal: stop });
  terminal.err(ignoredCountText(preview.wanted, folder, paint));
  terminal.err(sourceErrorText(preview.wanted, folder, paint));
  terminal.out(`${planToText(preview.plan, paint, preview.courses)}\n\n`);
  const confirmed =
    options.confirm === undefined ? new Set<string>() : confirmedBy(preview.plan, options.confirm);
  if (confirmed === undefined) {
    terminal.err(`${paint.removed('error')} ${whyNotConfirmed(preview, options)}`);
    return 1;
  }

  const telling = newsTelling(preview.plan.steps);
  const progress = createProgress(terminal, clock, telling);
  for (;;) {
    const result = await runPass({ dryRun: false, confirmed, signal: stop, listener: progress });
    const verdict = judge(result, options.wait);
    progress.passed(result.plan.steps, stateLine(result, telling));
    if (verdict !== 'again') return finish(verdict, result, { options, terminal, progress });
    if (clock.monotonic() >= until || stop.aborted) {
      progress.end();
      terminal.err(`${paint.removed('error')} ${whyUnfinished(options, stop)}\n${openText(result.plan)}`);
      return 1;
    }
    await clock.sleep(pauses.after(result), stop);
  }
}

/**
 * As long as something is under way there may be more to come, as `run` has it; what is then left only people can lift. What waits for its turn
 * in a Rollout is left to a later apply, or to `run`: nobody is made to sit through a soak.
 */
function judge({ plan, courses, isUnderWay }: PassResult, wait: boolean): Verdict {
  const steps = plan.steps.filter((step) => !waitsForItsTurn(step));
  const isMade = !hasChanges({ steps }) && !steps.some(isStuck);
  const isReached = isMade && (!wait || steps.every((step) => healthOf(step) === 'Healthy'));
  if (isReached && !courses.some(mayBegin)) {
    return courses.some(({ condition }) => condition === 'failed') ? 'stuck' : 'done';
  }
  return isUnderWay ? 'again' : 'stuck';
}

function waitsForItsTurn(step: Step): boolean {
  return step.type === 'hold' && step.why === 'rollout';
}

/** Whether a step is held for a reason that apply cannot lift. What people ask to be left alone is not stuck. */
function isStuck(step: Step): boolean {
  if (step.type !== 'hold' || isLeftToOther(step)) return false;
  return step.why === 'unseen' || step.why === 'missing' || step.why === 'not-ours';
}

function healthOf(step: Step): string {
  return 'observed' in step && step.observed !== undefined ? step.observed.health.status : 'Healthy';
}

interface Ending {
  readonly options: ConfirmedWith;
  readonly terminal: Terminal;
  readonly progress: Progress;
}

function finish(verdict: Verdict, result: PassResult, { options, terminal, progress }: Ending): number {
  progress.end();
  const paint = paintFor(terminal);
  for (const endpoint of endpointsIn(result)) terminal.out(`${paint.strong('endpoint')} ${endpoint}\n`);
  for (const lines of rolloutPlans(result.courses).map(rolloutLines)) terminal.out(`${lines.join('\n')}\n`);
  terminal.out(`${paint.strong('Now:')} ${summaryLine(result.plan.summary)}\n`);
  if (verdict === 'stuck') terminal.err(openText(result.plan));
  terminal.err(confirmationText(result.plan, options));
  return verdict === 'done' && result.wanted.errors.length === 0 && result.wanted.reading.type === 'fresh'
    ? 0
    : 1;
}

/** Where clients find the daemons; with how many Environments have one alike, where several do. */
function endpointsIn({ wanted, plan }: PassResult): readonly string[] {
  const placeOf = placesIn(plan.steps);
  const declared = wanted.expansion.objects.filter(({ endpoint }) => endpoint !== undefined);
  return alike(declared, ({ manifest, environment, endpoint = '' }) => ({
    key: manifestKey(manifest),
    texts: [endpoint],
    place: placeOf(environment),
  })).map(({ items, texts: [endpoint = ''] }) =>
    items.length === 1 ? endpoint : endpoint + countedWhere(items.map(({ environment }) => environment)),
  );
}

/** Says that nothing is done, because what was confirmed is not what there is to delete now. */
function whyNotConfirmed({ plan, wanted }: PassResult, options: ApplyOptions): string {
  const nothing = `nothing was changed, because --confirm ${options.confirm} does not name this plan: `;
  const held = confirmationText(plan, options);
  if (held !== '') return `${nothing}it would delete other objects than the plan with that hash.\n${held}`;
  const leaving = plan.steps.filter((step) => intentOf(step) === 'delete');
  const [first] = leaving;
  if (first === undefined) return `${nothing}there is nothing to delete any more\n`;
  const why = wanted.frozen ?? (first.type === 'hold' && first.why !== 'waiting' ? first.reason : undefined);
  const objects = new Set(leaving.map(({ manifest }) => manifestKey(manifest)));
  return why === undefined
    ? `${nothing}nothing waits to be confirmed; apply without --confirm deletes ${[...objects].join(', ')}\n`
    : `${nothing}nothing can be deleted now: ${why}\n`;
}

function whyUnfinished({ timeoutMs, wait }: ApplyOptions, stop: AbortSignal): string {
  if (stop.aborted) return 'stopped before everything was done; run apply again to go on';
  const goal = wait ? 'not everything is Ready' : 'not every change could be made';
  return `${goal} after ${timeoutMs / 1000} s; run apply again to go on, or give it more time with --timeout`;
}

/** What is not as it should be when apply ends, a line each, and one for what several Environments have alike. */
function openText(plan: Plan): string {
  const open = withoutEchoes(plan.steps)
    .filter(
      (step) =>
        (step.type !== 'keep' && intentOf(step) !== 'none') || isStuck(step) || healthOf(step) !== 'Healthy',
    )
    .map((step) => ({
      step,
      text: `(${manifestKey(step.manifest)}): ${reasonOf(step)}`,
      isFailure: true,
    }));
  return newsTelling(plan.steps)(open)
    .map(({ name, text, where }) => `  ${name} ${text}${where}\n`)
    .join('');
}

function reasonOf(step: Step): string {
  if (step.reason !== '') return step.reason;
  return 'observed' in step && step.observed !== undefined ? step.observed.health.message : `to ${step.type}`;
}

/** `waiting for namespace/services.example.org; service/xray: 1 of 2 tasks running`. */
function stateLine({ plan: { steps }, courses }: PassResult, telling: NewsTelling): string {
  const waiting = telling(
    steps
      .filter((step) => step.type === 'hold' && step.why === 'waiting')
      .map((step) => ({ step, text: '' })),
  ).map(({ name, where }) => `${name}${where}`);
  const starting = telling(
    steps.filter((step) => healthOf(step) === 'Progressing').map((step) => ({ step, text: reasonOf(step) })),
  ).map(({ name, text, where }) => `${name}${where}: ${text}`);
  const some = (items: readonly string[]): string => someOf(items, 3);
  return [
    ...(waiting.length === 0 ? [] : [`waiting: ${some(waiting)}`]),
    ...(starting.length === 0 ? [] : [some(starting)]),
    ...rolloutPlans(courses).map(({ rollout, says }) => `Rollout/${rollout}: ${says}`),
  ].join('; ');
}
