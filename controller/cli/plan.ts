import { planToJson } from '../plan/json.ts';
import { planToMarkdown, planToText } from '../plan/render.ts';
import type { Plan } from '../plan/step.ts';
import type { PruneBudget } from '../plan/leftovers.ts';
import { assemblePassRunner } from './context.ts';
import type { CommandContext } from './context.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

export interface PlanOptions {
  readonly path: string;
  readonly owner: string;
  readonly output: 'text' | 'json' | 'markdown';
  readonly detailedExitcode: boolean;
  readonly pruneBudget: PruneBudget;
}

/**
 * Observes, prints the plan, changes nothing. Exit code 0; 1 where the manifests are not all valid or something
 * could not be read; with `detailedExitcode` 2 where there are changes.
 */
export async function planCommand(options: PlanOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { source, folder, scope } = await manifestsAt(options.path);
  const { owner, pruneBudget } = options;
  const runPass = assemblePassRunner(context, { source, scope, owner, pruneBudget, mode: 'enforce' });
  const { plan, wanted } = await runPass({ dryRun: true, confirmed: new Set(), signal: context.stop });

  terminal.err(sourceErrorText(wanted, folder, paintFor(terminal)));
  terminal.out(`${render(plan, options.output, context)}\n`);
  const unseen = plan.steps.some((step) => step.type === 'hold' && step.why === 'unseen');
  if (wanted.errors.length > 0 || wanted.reading.type === 'stale' || unseen) return 1;
  return options.detailedExitcode && hasChanges(plan) ? 2 : 0;
}

function render(plan: Plan, output: PlanOptions['output'], { terminal }: CommandContext): string {
  switch (output) {
    case 'text':
      return planToText(plan, paintFor(terminal));
    case 'json':
      return JSON.stringify(planToJson(plan), null, 2);
    case 'markdown':
      return planToMarkdown(plan);
  }
}

export function hasChanges({ summary }: Plan): boolean {
  return summary.create + summary.update + summary.replace + summary.delete > 0;
}
