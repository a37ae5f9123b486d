import pc from 'picocolors';
import { alike } from '../core/alike.ts';
import { namedWhere } from '../plan/where.ts';
import { CONSUMER_HEADER, consumerRows } from './consumers.ts';
import { GAP_HEADER, coverageText, gapRows } from './coverage.ts';
import { ANSWER_HEADER, answerRows, sourceText } from './discovery.ts';
import { fleetTable } from './fleet-rows.ts';
import type { Condition, ObjectStatus, StatusReport, Transition } from './schema.ts';

export interface TableOptions {
  readonly colour: boolean;
}

export interface ReportOptions extends TableOptions {
  /** The command by which somebody confirms the removals that are held, by the plan's hash. */
  readonly confirm: (hash: string) => string;
}

/** Columns stand three spaces apart, as kubectl has them. */
const GAP = '   ';
const GOOD = new Set(['Synced', 'Healthy', 'True', 'InSync', 'Reachable']);
const BAD = new Set(['OutOfSync', 'Degraded', 'Missing', 'False', 'Drifted', 'Blocked']);

/** Of what is ignored, enough to recognise a typing error; /status has it all. */
const IGNORED_SHOWN = 3;

/** Of what waits for a confirmation, as much as one reads before giving it; GET /plan has it all. */
const HELD_SHOWN = 20;

/** A message up to this length stands in the table as a whole; of a longer one its cause does. */
const MESSAGE_SHOWN = 120;

/** One line per object, and for one that stands in several Environments; what several share, how many are not well; then what is wrong with the source, and what of it is ignored. Ends without a line break. */
export function statusTable(report: StatusReport, options: ReportOptions): string {
  const { rows: found, notReady } = fleetTable(report, (object) =>
    oneLine(inShort(object, conditionOf(object, 'Ready'))),
  );
  const rows = found.map(({ name, kind, environment, sync, health, ready, revision, message }) => [
    name,
    kind,
    environment,
    sync,
    health,
    ready,
    shortRevision(revision),
    message,
  ]);
  const header = ['NAME', 'KIND', 'ENVIRONMENT', 'SYNC', 'HEALTH', 'READY', 'REVISION', 'MESSAGE'];
  const table = rows.length === 0 ? ['no objects'] : columns([header, ...rows], options);
  return [
    ...table,
    ...(notReady.length === 0 ? [] : ['', 'Not ready:', ...notReady.map((line) => `  ${line}`)]),
    ...sharedCauses(report, options),
    ...heldDeletions(report, options),
    ...counts(report),
    ...sourceErrors(report, options),
    ...sourceIgnored(report),
  ].join('\n');
}

/** Of what `status NAME` tells in full. */
function inShort({ cause }: ObjectStatus, ready: Condition | undefined): string {
  const message = ready?.message ?? '';
  return cause === undefined || message.length <= MESSAGE_SHOWN
    ? message
    : `${ready?.reason ?? ''}: ${cause}`;
}

/** What is wrong with several objects: to be mended first. */
function sharedCauses(
  { causes = [], environments }: StatusReport,
  { colour }: TableOptions,
): readonly string[] {
  if (causes.length === 0) return [];
  const { red } = pc.createColors(colour);
  const placeOf = (name: string) => environments.find((one) => one.name === name) ?? { name };
  const lines = alike(causes, ({ reason, message, environment }) => ({
    key: reason,
    texts: [message],
    place: placeOf(environment),
  })).map(({ items, texts: [message = ''] }) => {
    const objects = items.reduce((sum, one) => sum + one.objects, 0);
    const names = items.map(({ environment }) => environment);
    const of = names.length === 1 ? ` of ${names[0]}` : namedWhere(names);
    return red(`${objects} objects${of}: ${oneLine(message)}`);
  });
  return ['', 'Shared causes:', ...lines.map((line) => `  ${line}`)];
}

/** What waits for a confirmation, why, and what gives it. */
function heldDeletions(
  { confirmation }: Pick<StatusReport, 'confirmation'>,
  { colour, confirm }: ReportOptions,
): readonly string[] {
  if (confirmation === undefined) return [];
  const { hash, objects, folded = objects, why } = confirmation;
  const { yellow } = pc.createColors(colour);
  const more = folded.length - HELD_SHOWN;
  const lines = [
    yellow(
      `${objects.length} ${objects.length === 1 ? 'object waits' : 'objects wait'}: ${oneLine(why.join('; '))}`,
    ),
    ...folded.slice(0, HELD_SHOWN).map((object) => `- ${oneLine(object)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    'To remove exactly these (or else restore their manifests):',
    `  ${confirm(hash)}`,
  ];
  return ['', 'Removals to be confirmed:', ...lines.map((line) => `  ${line}`)];
}

/** Of single objects: what waits for a confirmation, where one of them does. */
export function confirmationDetail(report: StatusReport, options: ReportOptions): string {
  const isHeld = report.objects.some(
    (object) => conditionOf(object, 'Stalled')?.reason === 'PruneBudgetExceeded',
  );
  return isHeld ? heldDeletions(report, options).join('\n') : '';
}

/** The worst first, as the summary has them; nothing where all is well. */
function counts({ summary: { total, ready, ...others } }: StatusReport): readonly string[] {
  const found = Object.entries({ ...others, ready }).filter(([, count]) => count > 0);
  return ready === total
    ? []
    : ['', `${found.map(([sort, count]) => `${count} ${sort}`).join(', ')}; ${total} in all`];
}

/** All that is known of one object; its history where that is known too. */
export function statusDetail(
  object: ObjectStatus & { readonly history?: readonly Transition[] },
  options: TableOptions,
): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Name', object.name],
    ['Kind', object.kind],
    ['Environment', object.environment],
    ['Endpoint', object.endpoint ?? '-'],
    ['Sync', object.sync],
    ['Health', object.health],
    ...toldOf(object),
    ['Observed', object.observedRevision ?? '-'],
    ['Applied', object.lastAppliedRevision ?? '-'],
  ];
  const conditions = object.conditions.map(({ type, status, reason, lastTransitionTime, message }) => [
    type,
    status,
    reason,
    lastTransitionTime,
    oneLine(message),
  ]);
  const resources = object.resources.map(({ id, state, step, owner, reason }) => [
    id,
    state,
    step,
    owner,
    oneLine(reason),
  ]);
  const drift = object.resources.flatMap(({ id, drift }) =>
    drift.map(({ path, desired, actual, since, healedAt }) => [
      id,
      path,
      valueText(desired),
      valueText(actual),
      since,
      healedAt ?? '-',
    ]),
  );
  const history = (object.history ?? []).map(({ at, resource, why, result, changes, message }) => [
    at,
    why,
    resource ?? '-',
    result,
    [changes.map(changeText).join(', '), oneLine(message)].filter((part) => part !== '').join('; ') || '-',
  ]);
  const hasHosts = object.instances.some(({ host }) => host !== undefined);
  const hasRecords = object.instances.some(({ records }) => records !== undefined);
  const instances = object.instances.map(({ id, host, ipv4, port, health, task, records }) => [
    id,
    ...(hasHosts ? [host ?? '-'] : []),
    ipv4 ?? '-',
    port === undefined ? '-' : String(port),
    health,
    task,
    ...(hasRecords ? [records?.map(oneLine).join(', ') || '-'] : []),
  ]);
  const { discovery, usedBy = [] } = object;
  return [
    columns(
      facts.map(([label, value]) => [`${label}:`, value]),
      options,
    ),
    section('Conditions', ['TYPE', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'], conditions, options),
    section('Resources', ['ID', 'STATE', 'STEP', 'OWNER', 'REASON'], resources, options),
    section('Drift', ['RESOURCE', 'PATH', 'DESIRED', 'ACTUAL', 'SINCE', 'HEALED'], drift, options),
    section(
      'Hosts without it',
      GAP_HEADER,
      gapRows(object.coverage).map((row) => row.map(oneLine)),
      options,
    ),
    section(
      'Consumers',
      CONSUMER_HEADER,
      consumerRows(object.consumers).map((row) => row.map(oneLine)),
      options,
    ),
    section(
      hasHosts ? 'Instances, of hosts as the last pass saw and registered them' : 'Instances',
      [
        'ID',
        ...(hasHosts ? ['HOST'] : []),
        'IPV4',
        'PORT',
        'HEALTH',
        'TASK',
        ...(hasRecords ? ['ROUTE 53'] : []),
      ],
      instances,
      options,
    ),
    section(
      discovery === undefined ? '' : sourceText(discovery),
      ANSWER_HEADER,
      answerRows(discovery).map((row) => row.map(oneLine)),
      options,
    ),
    section(
      'Route 53 differs from Cloud Map',
      ['HOW'],
      (discovery?.differences ?? []).map((line) => [oneLine(line)]),
      options,
    ),
    section(
      'Used by',
      ['SERVICE', 'CONTAINER', 'AT'],
      usedBy.map(({ service, container, at }) => [service, container, oneLine(at)]),
      options,
    ),
    section('History', ['AT', 'WHY', 'RESOURCE', 'RESULT', 'WHAT'], history, options),
  ]
    .flat()
    .join('\n');
}

/** What is known of its cause and its tasks, for who has to act. */
function toldOf({
  cause,
  since,
  nextRetryAt,
  tasks,
  deployment,
  stops,
  coverage,
  nameServers,
  links,
}: ObjectStatus): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Cause', cause],
    ['Since', since],
    ['Next retry', nextRetryAt],
    ['Tasks', tasks && `${tasks.running} running, ${tasks.pending} pending, ${tasks.desired} wanted`],
    ['Hosts', coverage && coverageText(coverage)],
    [
      'Deployment',
      deployment && [deployment.id, deployment.state, deployment.startedAt].filter(Boolean).join(', '),
    ],
    [
      'Stops',
      stops &&
        `${stops.count} within the hour${stops.lastAt === undefined ? '' : `, last at ${stops.lastAt}`}: ${stops.reason}`,
    ],
    ['Name servers', nameServers?.join(', ')],
    ['Console', links?.console],
    ['Logs', links?.logs],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, oneLine(value)] as const]));
}

function section(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  return rows.length === 0
    ? []
    : ['', `${title}:`, ...columns([header, ...rows], options).map((line) => `  ${line}`)];
}

/** Rows as lines, the first of them the header, with words of health in their colours. */
export function columns(rows: readonly (readonly string[])[], { colour }: TableOptions): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  const colours = pc.createColors(colour);
  const painted = (cell: string, padded: string): string => {
    if (GOOD.has(cell)) return colours.green(padded);
    return BAD.has(cell) ? colours.red(padded) : padded;
  };
  return rows.map((row) =>
    row
      .map((cell, index) => painted(cell, index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join(GAP)
      .trimEnd(),
  );
}

function sourceErrors({ source }: StatusReport, { colour }: TableOptions): readonly string[] {
  const { red, yellow } = pc.createColors(colour);
  return [
    ...located('Source errors:', source.errors, red),
    ...located('Source warnings:', source.warnings ?? [], yellow),
  ];
}

/** How much is passed over, and the first of it. */
function sourceIgnored({ source: { ignored } }: StatusReport): readonly string[] {
  if (ignored.length === 0) return [];
  // Where there is more than a report tells one by one, its last entry names no file.
  const isAll = ignored.at(-1)?.file !== '';
  const count = isAll ? ignored.length : `more than ${ignored.length - 1}`;
  const shown = ignored.slice(0, IGNORED_SHOWN).filter(({ file }) => file !== '');
  const lines = shown.map(
    ({ file, line, message }) => `${line === 0 ? file : `${file}:${line}`} ${oneLine(message)}`,
  );
  const rest = shown.length === ignored.length ? [] : ['…: stationkeeper validate lists each'];
  return ['', `Ignored in the source: ${count}`, ...[...lines, ...rest].map((line) => `  ${line}`)];
}

function located(
  title: string,
  list: StatusReport['source']['errors'],
  paint: (text: string) => string,
): readonly string[] {
  if (list.length === 0) return [];
  const lines = list.map(({ file, line, column, path, message }) => {
    const where = file === '' ? '' : `${file}:${line}:${column}: `;
    return paint(`${where}${path === '' ? '' : `${path}: `}${oneLine(message)}`);
  });
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

function conditionOf(object: ObjectStatus, type: Condition['type']): Condition | undefined {
  return object.conditions.find((condition) => condition.type === type);
}

/** A revision as tables show it: seven digits of a commit, as git does, or of a digest the first after its algorithm. */
function shortRevision(revision: string | undefined): string {
  return revision === undefined ? '-' : revision.replace(/^\w+:/, '').slice(0, 7);
}

function changeText({ path, from, to }: Transition['changes'][number]): string {
  return `${path}: ${valueText(from)} → ${valueText(to)}`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What AWS says may hold line breaks and control characters, which would break a table or a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
