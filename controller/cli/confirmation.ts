import { DEFAULT_PRUNE_BUDGET, periodText } from '../plan/prune-rules.ts';
import type { PruneBudget } from '../plan/prune-rules.ts';
import { heldByBudget, foldedHeldObjects, heldObjects } from '../plan/confirmation.ts';
import { isRelease } from '../plan/step.ts';
import type { Plan } from '../plan/step.ts';

/** The flags and variables of this command that the confirming command has to be given again. */
export interface ConfirmedWith {
  readonly path: string;
  readonly owner: string;
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly sourceId: string | undefined;
  readonly takeOverSource: readonly string[];
  readonly pruneBudget: PruneBudget;
}

const NAMED_AT_MOST = 20;

/** What waits to be confirmed, and the command that lets it go; empty where nothing does. Lines end with a line break. */
export function confirmationText(plan: Plan, given: ConfirmedWith): string {
  const held = heldByBudget(plan.steps);
  if (held.length === 0) return '';
  const [what, how] = held.every(isRelease) ? ['release', 'release'] : ['deletion', 'delete'];
  const count = heldObjects(plan).length;
  const objects = foldedHeldObjects(plan);
  const named = objects.slice(0, NAMED_AT_MOST).map((object) => `  ${object}\n`);
  const more = objects.length - named.length;
  return [
    `The ${what} of ${count} ${count === 1 ? 'object' : 'objects'} waits for a confirmation:\n`,
    ...named,
    ...(more > 0 ? [`  and ${more} more\n`] : []),
    `To ${how} exactly these:\n  ${confirmCommand(plan.hash, given)}\n`,
  ].join('');
}

/** The command that lets go exactly what the plan of this hash holds, given what the asking one was given. */
export function confirmCommand(hash: string, given: ConfirmedWith): string {
  const { path, owner, sourceId, takeOverSource, region, endpointUrl, pruneBudget } = given;
  const flags = [
    ['owner', owner === 'stationkeeper' ? undefined : owner],
    ['source-id', sourceId],
    ['take-over-source', takeOverSource.length === 0 ? undefined : takeOverSource.join(',')],
    ['region', region],
    ['endpoint-url', endpointUrl],
    ['prune-budget', pruneBudget === DEFAULT_PRUNE_BUDGET ? undefined : budgetText(pruneBudget)],
    ['confirm', hash],
  ] as const;
  const options = flags.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoted(value)}`],
  );
  return ['stationkeeper apply', quoted(path), ...options].join(' ');
}

function budgetText({ count, percent, perMs }: PruneBudget): string {
  const most = count === undefined ? `${percent ?? 0}%` : String(count);
  return perMs === undefined ? most : `${most} per ${periodText(perMs)}`;
}

/** Quotes a text so that a POSIX shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
