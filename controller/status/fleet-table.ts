import { groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import { someOf } from '../core/some-of.ts';
import type { FleetDefinition, FleetEnvironment, FleetReport } from './fleet-schema.ts';
import { columns, oneLine } from './table.ts';
import type { TableOptions } from './table.ts';

type Summary = FleetReport['definitions'][number];
type States = NonNullable<Summary['counts']['states']>;
type Stage = NonNullable<Summary['stages']>[number];

/** The order in which a count of states is read: what is wrong first. */
const STATES = [
  'failed',
  'progressing',
  'begins',
  'soaking',
  'waiting',
  'done',
] as const satisfies readonly (keyof States)[];

/** What people call a state. */
const CALLED: Readonly<Record<keyof States, string>> = {
  failed: 'failed',
  progressing: 'under way',
  begins: 'to begin',
  soaking: 'soaking',
  waiting: 'waiting',
  done: 'done',
};

const APPROVALS: Readonly<Record<Stage['approval'], string>> = {
  notNeeded: '-',
  given: 'given',
  needed: 'NEEDED',
};

/** Each definition with how many of its Environments are how far; below it its stages, and what it waits for. Ends without a line break. */
export function fleetOverview(definitions: readonly Summary[], options: TableOptions): string {
  if (definitions.length === 0)
    return 'no definition is in several Environments, and none goes through a Rollout';
  const rows = definitions.map((one) => [
    manifestKey(one),
    one.rollout ?? '-',
    one.digest ?? '-',
    doneText(one.counts.states),
    one.counts.states === undefined ? '-' : statesText(one.counts.states, ['done']),
    healthText(one.counts.health),
  ]);
  const header = ['DEFINITION', 'ROLLOUT', 'DIGEST', 'DONE', 'OTHERS', 'HEALTH'];
  const stages = definitions.flatMap((one) => stagesOf(one, options));
  return [...columns([header, ...rows], options), ...stages].join('\n');
}

/** One definition with each of its Environments; those that wait for the same are told together. Ends without a line break. */
export function fleetDetail(definition: FleetDefinition, options: TableOptions): string {
  const isStaged = definition.stages !== undefined;
  const waiting = definition.environments.filter(({ state }) => state === 'waiting');
  const rows = definition.environments
    .filter(({ state }) => state !== 'waiting')
    .map((one) => rowOf(one, isStaged));
  const header = isStaged
    ? ['ENVIRONMENT', 'STAGE', 'STATE', 'SINCE', 'HEALTH', 'SAYS']
    : ['ENVIRONMENT', 'SYNC', 'HEALTH', 'SAYS'];
  return [
    fleetOverview([definition], options),
    ...(rows.length === 0 ? [] : ['', ...columns([header, ...rows], options)]),
    ...waitingLines(waiting),
  ].join('\n');
}

/** Whether nothing of it is on its way, and all that is there is well. */
export function isFleetReady({ condition, counts }: Pick<Summary, 'condition' | 'counts'>): boolean {
  const isWell = Object.entries(counts.health).every(
    ([health, count]) => count === 0 || health === 'Healthy' || health === 'Suspended',
  );
  return isWell && (condition === undefined || condition === 'done');
}

function stagesOf(definition: Summary, options: TableOptions): readonly string[] {
  const { stages = [], says, nextAt, mode } = definition;
  if (says === undefined) return [];
  const rows = stages.map(({ name, environments, states, open, approval, maxConcurrent }) => [
    name,
    `${states.done + states.soaking}/${environments}`,
    `${states.progressing} of at most ${maxConcurrent}`,
    open ? 'open' : 'closed',
    APPROVALS[approval],
    statesText(states, ['done', 'progressing']),
  ]);
  const header = ['STAGE', 'DONE', 'UNDER WAY', 'GATE', 'APPROVAL', 'OTHERS'];
  const how = mode === undefined || mode === 'staged' ? '' : ` (${mode})`;
  const next = nextAt === undefined ? '' : `; time alone changes something at ${nextAt}`;
  return [
    '',
    `${manifestKey(definition)}${how}: ${oneLine(says)}${next}`,
    ...(rows.length === 0 ? [] : columns([header, ...rows], options).map((line) => `  ${line}`)),
  ];
}

function rowOf(one: FleetEnvironment, isStaged: boolean): readonly string[] {
  const { environment, stage, state, since, sync, health, reason, message } = one;
  const isWell = health === 'Healthy' || health === 'Suspended';
  const trouble = isWell || message === undefined ? '' : `${reason ?? ''}: ${message}`;
  const says = oneLine([one.says ?? '', trouble].filter((part) => part !== '').join('; ')) || '-';
  return isStaged
    ? [
        environment,
        stage ?? '-',
        state === undefined ? '-' : CALLED[state],
        since ?? '-',
        health ?? '-',
        says,
      ]
    : [environment, sync ?? '-', health ?? '-', says];
}

function waitingLines(waiting: readonly FleetEnvironment[]): readonly string[] {
  if (waiting.length === 0) return [];
  const groups = groupBy(waiting, ({ says = '' }) => says);
  const lines = [...groups].map(
    ([says, own]) =>
      `  ${own.length}: ${someOf(own.map(({ environment }) => environment))}: ${oneLine(says)}`,
  );
  return ['', 'Waiting:', ...lines];
}

function doneText(states: States | undefined): string {
  if (states === undefined) return '-';
  const all = STATES.reduce((sum, state) => sum + states[state], 0);
  return `${states.done + states.soaking}/${all}`;
}

/** `1 failed, 3 waiting`: those that are not zero, but for some. */
function statesText(states: States, without: readonly (keyof States)[]): string {
  const told = STATES.filter((state) => states[state] > 0 && !without.includes(state));
  return told.map((state) => `${states[state]} ${CALLED[state]}`).join(', ') || '-';
}

function healthText(health: Summary['counts']['health']): string {
  const told = Object.entries(health).filter(([, count]) => count > 0);
  return told.map(([name, count]) => `${count} ${name}`).join(', ') || '-';
}
