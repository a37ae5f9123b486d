import { planToJson } from '../plan/json.ts';
import { planToMarkdown, planToText } from '../plan/render.ts';
import { intentOf } from '../plan/step.ts';
import type { Plan } from '../plan/step.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import { confirmationText } from './confirmation.ts';
import type { ConfirmedWith } from './confirmation.ts';
import { assemblePassRunner } from './context.ts';
import type { CommandContext } from './context.ts';
import { ignoredCountText, sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

export interface PlanOptions extends ConfirmedWith {
  readonly output: 'text' | 'json' | 'markdown';
  readonly detailedExitcode: boolean;
}

/**
 * Observes, prints the plan, changes nothing. Exit code 0; 1 where the manifests are not all valid or something
 * could not be read; with `detailedExitcode` 2 where there are changes.
 */
export async function planCommand(options: PlanOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
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
  const { plan, wanted, courses } = await runPass({
    dryRun: true,
    confirmed: new Set(),
    signal: context.stop,
  });

  const paint = paintFor(terminal);
  terminal.err(ignoredCountText(wanted, folder, paint));
  terminal.err(sourceErrorText(wanted, folder, paint));
  terminal.out(`${render({ plan, wanted, courses }, options, context)}\n`);
  const unseen = plan.steps.some((step) => step.type === 'hold' && step.why === 'unseen');
  if (wanted.errors.length > 0 || wanted.reading.type === 'stale' || unseen) return 1;
  return options.detailedExitcode && hasChanges(plan) ? 2 : 0;
}

function render(
  { plan, wanted, courses }: Pick<PassResult, 'plan' | 'wanted' | 'courses'>,
  options: PlanOptions,
  { terminal }: CommandContext,
): string {
  const confirmation = confirmationText(plan, options).trimEnd();
  switch (options.output) {
    case 'text':
      return joined(planToText(plan, paintFor(terminal), courses), confirmation);
    case 'json':
      return JSON.stringify(planToJson(plan, { ignored: [...wanted.ignored], courses }), null, 2);
    case 'markdown':
      return joined(
        planToMarkdown(plan, courses),
        confirmation === '' ? '' : `\`\`\`\n${confirmation}\n\`\`\``,
      );
  }
}

function joined(...blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** Whether something differs from the manifests, held or not. */
export function hasChanges({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.some((step) => intentOf(step) !== 'none');
}
