import { groupBy } from '../core/order.ts';
import { isEnvironment } from '../core/reference.ts';
import { MANIFEST_KINDS, displayId, manifestKey } from '../core/resource.ts';
import type { FieldChange } from '../core/resource.ts';
import { intentOf, isLeftToOther, isRelease } from './step.ts';
import { show } from './show.ts';
import { specLines } from './spec-lines.ts';
import type { Intent, Plan, PlanSummary, Step } from './step.ts';
import { countOfLines, shownLines, textDiff } from './text-diff.ts';
import { isWork, listed } from './work.ts';

/** How the parts of a plan are painted; the identity where there is no colour. */
export interface Paint {
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

const plain = (text: string): string => text;
const NO_PAINT: Paint = { added: plain, changed: plain, removed: plain, faint: plain, strong: plain };

const SIGNS = { create: '+', update: '~', replace: '-/+', delete: '-', none: ' ' } as const satisfies Record<
  Intent,
  string
>;

const DIFF_SIGNS = {
  create: '+',
  update: '!',
  replace: '-',
  delete: '-',
  none: ' ',
} as const satisfies Record<Intent, Line['sign']>;

/** The plan as people know it from Terraform: what changes, by manifest, with the fields and both values. */
export function planToText(plan: Plan, paint: Paint = NO_PAINT): string {
  const shown = withoutEchoes(plan.steps).filter(isWorthShowing);
  const blocks = byManifest(shown).map(([manifest, steps]) =>
    [paint.strong(manifest), ...steps.flatMap((step) => stepLines(step, paint).map(({ text }) => text))].join(
      '\n',
    ),
  );
  const others = othersLine(plan);
  return [
    ...blocks,
    ...(others === '' ? [] : [paint.faint(others)]),
    `${paint.strong('Plan:')} ${summaryLine(plan.summary)}`,
  ].join('\n\n');
}

/** The plan as a pull request shows it: the summary, and per manifest a `diff` block that git hosts colour. */
export function planToMarkdown(plan: Plan): string {
  const shown = withoutEchoes(plan.steps).filter(isWorthShowing);
  const blocks = byManifest(shown).map(([manifest, steps]) => {
    const lines = steps.flatMap((step) => stepLines(step, NO_PAINT)).map(asDiffLine);
    return `<details open><summary><code>${manifest}</code></summary>\n\n${fenced(lines)}\n\n</details>`;
  });
  return [
    '### Stationkeeper plan',
    `**${summaryLine(plan.summary)}**`,
    ...blocks,
    ...(othersLine(plan) === '' ? [] : [othersLine(plan)]),
    `Plan hash: \`${plan.hash}\``,
  ].join('\n\n');
}

/** How much is left to other sources, in one line; empty where nothing is. */
function othersLine({ steps }: Plan): string {
  const sources = groupBy(steps.filter(isLeftToOther), (step) =>
    step.type === 'hold' ? (step.otherSource ?? '') : '',
  );
  if (sources.size === 0) return '';
  const counts = [...sources].map(([source, { length }]) => `${source} (${length})`);
  return `Left to other sources, which have their own manifests: ${counts.join(', ')}`;
}

/** `2 to create, 1 to update, 0 to replace, 0 to delete; 12 unchanged, 1 held`; and what is released, where anything is. */
export function summaryLine(summary: PlanSummary): string {
  const { create, update, replace, release, keep, hold } = summary;
  const changes = create + update + replace + summary.delete + release;
  if (changes === 0 && hold === 0) {
    return `no changes; ${keep} ${keep === 1 ? 'resource is' : 'resources are'} as the manifests say`;
  }
  const held = hold === 0 ? '' : `, ${hold} held`;
  const released = release === 0 ? '' : `, ${release} to release`;
  return `${create} to create, ${update} to update, ${replace} to replace, ${summary.delete} to delete${released}; ${keep} unchanged${held}`;
}

/**
 * Steps that say something of their own: where an environment could not be looked up, all that is in it is unseen for
 * that one reason, and the environment itself says it.
 */
export function withoutEchoes(steps: readonly Step[]): readonly Step[] {
  const unread = new Set(steps.filter(isUnreadEnvironment).map((step) => step.id.environment));
  return steps.filter(
    (step) => isUnreadEnvironment(step) || !isUnseen(step) || !unread.has(step.id.environment),
  );
}

function isUnreadEnvironment(step: Step): boolean {
  return isEnvironment(step.id) && isUnseen(step);
}

function isUnseen(step: Step): boolean {
  return step.type === 'hold' && step.why === 'unseen';
}

function isWorthShowing(step: Step): boolean {
  if (isLeftToOther(step)) return false;
  return step.type !== 'keep' || isWork(step);
}

function byManifest(steps: readonly Step[]): readonly (readonly [string, readonly Step[]])[] {
  const severalEnvironments = new Set(steps.map((step) => step.id.environment)).size > 1;
  const groups = groupBy(steps, ({ manifest, id }) =>
    severalEnvironments ? `${manifestKey(manifest)} (environment ${id.environment})` : manifestKey(manifest),
  );
  return [...groups].toSorted(([, a], [, b]) => manifestRank(a) - manifestRank(b));
}

/** Environment, cluster and namespace come before the daemons that use them. */
function manifestRank(steps: readonly Step[]): number {
  return MANIFEST_KINDS.indexOf(steps[0]!.manifest.kind);
}

/** A line of a plan, painted, and the sign by which a diff block colours it: `!` stands for a change. */
interface Line {
  readonly sign: '+' | '-' | '!' | '@' | ' ';
  readonly text: string;
}

function stepLines(step: Step, paint: Paint): readonly Line[] {
  const intent = intentOf(step);
  const name = `${SIGNS[intent].padStart(5)} ${displayId(step.id)}`;
  const note = noteOf(step);
  const text = `${painter(intent, paint)(name)}${note === '' ? '' : paint.faint(`  (${note})`)}`;
  return [{ sign: DIFF_SIGNS[intent], text }, ...detailLines(step, paint)];
}

function noteOf(step: Step): string {
  const drifted = isWork(step) && step.changedBy === 'aws' ? 'drifted in AWS' : '';
  const isHeld = step.type === 'hold' && step.why !== 'waiting';
  const held = isHeld ? `${isRelease(step) ? 'release held' : 'held'}: ${step.reason}` : step.reason;
  const rest = isUnreadEnvironment(step) ? 'nothing else in this environment was read' : '';
  return [drifted, held, rest].filter((part) => part !== '').join('; ');
}

function detailLines(step: Step, paint: Paint): readonly Line[] {
  if (intentOf(step) === 'create' && 'desired' in step && step.desired !== undefined) {
    return specLines(step.desired).map((line) => ({ sign: '+', text: paint.added(`${INDENT}+ ${line}`) }));
  }
  return listed(step).flatMap((change) => changeLines(change, paint));
}

const INDENT = ' '.repeat(10);

function changeLines({ path, from, to, by }: FieldChange, paint: Paint): readonly Line[] {
  const replaces = by === 'replace' ? paint.removed('  # forces replacement') : '';
  const diff = textDiff(from, to);
  const below = diff === undefined ? [] : shownLines(diff).map((line) => diffLine(line, paint));
  if (from === null) {
    const said = diff === undefined ? show(to) : countOfLines(diff.added);
    return [{ sign: '+', text: paint.added(`${INDENT}+ ${path}: ${said}`) + replaces }, ...below];
  }
  if (to === null) {
    const said = diff === undefined ? show(from) : countOfLines(diff.removed);
    return [{ sign: '-', text: paint.removed(`${INDENT}- ${path}: ${said}`) + replaces }, ...below];
  }
  const said =
    diff === undefined
      ? `${show(from)} → ${show(to)}`
      : `${countOfLines(diff.added)} added, ${diff.removed} removed`;
  return [{ sign: '!', text: `${paint.changed(`${INDENT}~ ${path}`)}: ${said}${replaces}` }, ...below];
}

/** A line of a unified diff, below the field whose text it is of. */
function diffLine(line: string, paint: Paint): Line {
  const sign = line.charAt(0);
  const text = `${INDENT}    ${sign === '@' || sign === '\\' ? line : `${sign} ${line.slice(1)}`}`;
  switch (sign) {
    case '+':
      return { sign, text: paint.added(text) };
    case '-':
      return { sign, text: paint.removed(text) };
    default:
      return { sign: sign === '@' ? sign : ' ', text: paint.faint(text) };
  }
}

function painter(intent: Intent, paint: Paint): (text: string) => string {
  switch (intent) {
    case 'create':
      return paint.added;
    case 'update':
      return paint.changed;
    case 'replace':
    case 'delete':
      return paint.removed;
    case 'none':
      return paint.faint;
  }
}

/** A diff block colours by a line's first character: the sign moves there. */
function asDiffLine({ sign, text }: Line): string {
  return `${sign}${text}`;
}

/** A fence longer than any run of backquotes inside it: values come from manifests and from AWS. */
function fenced(lines: readonly string[]): string {
  const body = lines.join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${body}\n${fence}`;
}
