import { groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { Course } from '../core/rollout/course.ts';
import { fleetLine, fleetPlans } from './fleets.ts';
import { foldedIn, foldedObjects } from './fold.ts';
import type { FoldedObject } from './fold.ts';
import { painted } from './lines.ts';
import type { Line, Paint } from './lines.ts';
import { rolloutLines, rolloutPlans } from './rollouts.ts';
import type { RolloutPlan } from './rollouts.ts';
import { isLeftToOther } from './step.ts';
import type { Plan, PlanSummary } from './step.ts';
import { countedWhere, namedWhere, wrapped } from './where.ts';

export type { Paint } from './lines.ts';

const plain = (text: string): string => text;
const NO_PAINT: Paint = { added: plain, changed: plain, removed: plain, faint: plain, strong: plain };

/** Columns that a list of names takes. */
const WIDTH = 100;

/** So much of a comment is left for what changes: GitHub takes 65,536 characters, and what waits to be confirmed comes below. */
const MOST_MARKDOWN = 40_000;

/** The plan as people know it from Terraform: what changes, by manifest, with the fields and both values; what several Environments have alike once. */
export function planToText(plan: Plan, paint: Paint = NO_PAINT, courses: readonly Course[] = []): string {
  const { objects, isOfSeveral } = shownIn(plan);
  const blocks = objects.map((object) => {
    const { title, names } = titleOf(object, isOfSeveral);
    return [
      paint.strong(title),
      ...wrapped(names, WIDTH).map((line) => paint.faint(`  ${line}`)),
      ...linesOf(object).map((line) => painted(line, paint)),
    ].join('\n');
  });
  const fleets = fleetPlans(plan.steps).map(fleetLine);
  const rollouts = rolloutPlans(courses).map((one) => rolloutLines(one).join('\n'));
  const others = othersLine(plan);
  return [
    ...(fleets.length === 0 ? [] : [fleets.join('\n')]),
    ...rollouts,
    ...blocks,
    ...(others === '' ? [] : [paint.faint(others)]),
    `${paint.strong('Plan:')} ${summaryLine(plan.summary)}`,
  ].join('\n\n');
}

/** The plan as a pull request shows it: the summary, and per manifest a `diff` block that git hosts colour; short enough for a comment. */
export function planToMarkdown(plan: Plan, courses: readonly Course[] = []): string {
  const { objects, isOfSeveral } = shownIn(plan);
  const blocks = objects.map((object) => {
    const { title, names } = titleOf(object, isOfSeveral);
    const where =
      names.length === 0 ? [] : [`<details><summary>where</summary>\n\n${names.join(', ')}\n\n</details>`];
    const lines = fenced(linesOf(object).map(asDiffLine));
    return [`<details open><summary><code>${title}</code></summary>`, ...where, lines, '</details>'].join(
      '\n\n',
    );
  });
  const fleets = fleetPlans(plan.steps).map((fleet) => `- ${fleetLine(fleet)}`);
  return [
    '### Stationkeeper plan',
    `**${summaryLine(plan.summary)}**`,
    ...(fleets.length === 0 ? [] : [fleets.join('\n')]),
    ...rolloutPlans(courses).map(asList),
    ...fittingOf(blocks),
    ...(othersLine(plan) === '' ? [] : [othersLine(plan)]),
    `Plan hash: \`${plan.hash}\``,
  ].join('\n\n');
}

function asList(plan: RolloutPlan): string {
  return rolloutLines(plan)
    .map((line) => line.replace(/^( *)/, '$1- '))
    .join('\n');
}

/** What is shown of a plan. */
interface Shown {
  readonly objects: readonly FoldedObject[];
  readonly isOfSeveral: boolean;
}

function shownIn({ steps }: Plan): Shown {
  const folded = foldedIn({ steps });
  return {
    objects: foldedObjects(folded),
    isOfSeveral: new Set(folded.flatMap(({ environments }) => environments)).size > 1,
  };
}

/** What stands above an object's steps: which it is, and where; names that it has no room for stand below it. */
function titleOf(
  { manifest, environments }: FoldedObject,
  isOfSeveral: boolean,
): { readonly title: string; readonly names: readonly string[] } {
  const name = manifestKey(manifest);
  if (!isOfSeveral) return { title: name, names: [] };
  const title = name + namedWhere(environments);
  return title.length <= WIDTH || environments.length === 1
    ? { title, names: [] }
    : { title: name + countedWhere(environments), names: environments };
}

function linesOf({ steps }: FoldedObject): readonly Line[] {
  return steps.flatMap(({ lines }) => lines);
}

/** As much as a comment takes, and how much more there is. */
function fittingOf(blocks: readonly string[]): readonly string[] {
  let length = 0;
  const fitting = blocks.filter((block) => (length += block.length) <= MOST_MARKDOWN);
  const more = blocks.length - fitting.length;
  if (more === 0) return blocks;
  const changes = more === 1 ? 'change does' : 'changes do';
  return [...fitting, `**${more} more ${changes} not fit here**; \`stationkeeper plan\` shows all.`];
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
    return `no changes; ${keep} ${keep === 1 ? 'resource is' : 'resources are'} in sync`;
  }
  const held = hold === 0 ? '' : `, ${hold} held`;
  const released = release === 0 ? '' : `, ${release} to release`;
  return `${create} to create, ${update} to update, ${replace} to replace, ${summary.delete} to delete${released}; ${keep} unchanged${held}`;
}

/** A diff block colours by a line's first character: the sign moves there. */
function asDiffLine(line: Line): string {
  return `${line.sign}${painted(line, NO_PAINT)}`;
}

/** A fence longer than any run of backquotes inside it: values come from manifests and from AWS. */
function fenced(lines: readonly string[]): string {
  const body = lines.join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${body}\n${fence}`;
}
