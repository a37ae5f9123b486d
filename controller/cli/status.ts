import { StationkeeperError } from '../core/errors.ts';
import { manifestKey } from '../core/resource.ts';
import { fleetOf } from '../status/fleet.ts';
import type { FleetDefinition } from '../status/fleet-schema.ts';
import { reportInputOf, sourceStatusOf } from '../status/pass-report.ts';
import type { ObjectStatus, StatusReport } from '../status/schema.ts';
import { createStatusStore } from '../status/store.ts';
import { summarize } from '../status/summary.ts';
import { confirmationDetail, statusDetail, statusTable } from '../status/table.ts';
import type { ReportOptions } from '../status/table.ts';
import { createServerClient, whyUnreachable } from './ask-server.ts';
import { assemblePassRunner } from './context.ts';
import { confirmCommand } from './confirmation.ts';
import type { ConfirmedWith } from './confirmation.ts';
import type { CommandContext } from './context.ts';
import { fleetStatus, serverFleet } from './fleet-status.ts';
import type { FleetReader } from './fleet-status.ts';
import { manifestsAt } from './manifests-at.ts';

export interface StatusOptions extends ConfirmedWith {
  /** Only objects of this name, or of this `Kind/name`, in detail. */
  readonly name: string | undefined;
  readonly server: string;
  /** Whether somebody names the server; otherwise, where none answers, the command looks at the manifests and AWS itself. */
  readonly serverGiven: boolean;
  /** Only objects of this Environment. */
  readonly environment: string | undefined;
  readonly output: 'table' | 'json';
  /** By definition, as `GET /fleet` has it, instead of by object. */
  readonly fleet: boolean;
  readonly watch: boolean;
}

const WATCH_MS = 2_000;
/** Clears a terminal and goes to its beginning. */
const CLEARED = '\u001B[2J\u001B[H';

/** Shows how the objects fare. Exit code 0 where all are Ready, 2 where not, 1 on an error. */
export async function statusCommand(options: StatusOptions, context: CommandContext): Promise<number> {
  const { terminal, clock, stop } = context;
  const reader = await chooseReader(options, context);
  const { read, detail, confirm } = reader;
  for (;;) {
    if (options.fleet) {
      const { text, isReady: isWell } = await fleetStatus(options, reader, { colour: terminal.color });
      if (options.watch && terminal.isTty) terminal.out(CLEARED);
      terminal.out(`${text}\n`);
      if (!options.watch || stop.aborted) return isWell ? 0 : 2;
      await clock.sleep(WATCH_MS, stop);
      continue;
    }
    const report = await read();
    const named = objectsNamed(options, report);
    const isInDetail = options.name !== undefined && !isUnclear(options, named);
    const objects = isInDetail ? await Promise.all(named.map(detail)) : named;
    if (options.watch && terminal.isTty) terminal.out(CLEARED);
    terminal.out(
      `${render({ ...report, objects: [...objects] }, options, { colour: terminal.color, confirm })}\n`,
    );
    if (!options.watch || stop.aborted)
      return objects.every(isReady) && report.source.errors.length === 0 ? 0 : 2;
    await clock.sleep(WATCH_MS, stop);
  }
}

/** Those of the name and the Environment that are asked for. @throws {StationkeeperError} UnknownObject */
function objectsNamed(
  { name, environment }: StatusOptions,
  { objects }: StatusReport,
): readonly ObjectStatus[] {
  const called = objects.filter(
    (object) => name === undefined || name === object.name || name === keyOf(object),
  );
  const found = called.filter((object) => environment === undefined || environment === object.environment);
  if (found.length > 0) return found;
  const listed = (names: readonly string[]): string => [...new Set(names)].join(', ') || 'none';
  if (name !== undefined && called.length === 0) {
    throw unknown(`no object is named "${name}"; there are: ${listed(objects.map((object) => object.name))}`);
  }
  if (environment === undefined) return found;
  const having = listed(called.map((object) => object.environment));
  throw unknown(
    name === undefined
      ? `no object is in an Environment "${environment}"; there are: ${having}`
      : `Environment ${environment} has no object named "${name}"; one is in ${having}`,
  );
}

function unknown(message: string): StationkeeperError {
  return new StationkeeperError({ code: 'UnknownObject', retry: 'never', message });
}

/** Whether it takes the Environment, too, to say which one of them is meant. */
function isUnclear({ output }: StatusOptions, named: readonly ObjectStatus[]): boolean {
  return output === 'table' && new Set(named.map(keyOf)).size < named.length;
}

function keyOf({ kind, name }: ObjectStatus): string {
  return `${kind}/${name}`;
}

function render(report: StatusReport, options: StatusOptions, table: ReportOptions): string {
  const { name, environment, output } = options;
  if (output === 'json') return JSON.stringify(name === undefined ? report : report.objects, null, 2);
  const { objects } = report;
  const isOfAll = name === undefined && environment === undefined;
  const told = isOfAll ? report : { ...report, summary: summarize(objects) };
  if (name === undefined) return statusTable(told, table);
  if (isUnclear(options, objects)) {
    const where = objects.map((object) => object.environment).join(', ');
    const hint = `several Environments have ${name}: choose one with --environment to see all of it, of ${where}`;
    return `${statusTable(told, table)}\n\n${hint}`;
  }
  const details = objects.map((object) => statusDetail(object, table)).join('\n\n');
  return [details, confirmationDetail(report, table)].filter((part) => part !== '').join('\n');
}

function isReady({ health, conditions }: StatusReport['objects'][number]): boolean {
  return (
    health === 'Suspended' || conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

interface Reader extends FleetReader {
  read(this: void): Promise<StatusReport>;
  /** The object with its history, where somebody has been keeping one. */
  detail(this: void, object: ObjectStatus): Promise<ObjectStatus>;
  /** The command that confirms the removals that are held, by the plan's hash. */
  confirm(this: void, hash: string): string;
}

async function chooseReader(options: StatusOptions, context: CommandContext): Promise<Reader> {
  const ask = serverReader(options.server, context.stop);
  if (options.serverGiven) return ask;
  const answers = await ask.read().then(
    () => true,
    () => false,
  );
  if (answers) return ask;
  context.terminal.err(
    `no controller answers at ${options.server}; comparing ${options.path} with AWS instead\n`,
  );
  return localReader(options, context);
}

function serverReader(server: string, stop: AbortSignal): Reader {
  const { get } = createServerClient(server, stop);
  return {
    async read() {
      const response = await get('/status');
      if (!response.ok) throw whyUnreachable(server, `answered ${response.status}`);
      return (await response.json()) as StatusReport;
    },
    async detail(object) {
      const { kind, name, environment } = object;
      const response = await get(`/status/${kind}/${name}?environment=${encodeURIComponent(environment)}`);
      // The object may be gone since the report.
      return response.ok ? ((await response.json()) as ObjectStatus) : object;
    },
    ...serverFleet(server, stop),
    confirm: (hash) =>
      `curl -X POST -H "Authorization: Bearer $(cat TOKEN-FILE)" ${new URL(`/plan/${hash}/confirm`, server).href}`,
  };
}

function localReader(options: StatusOptions, context: CommandContext): Reader {
  const { clock, version, stop } = context;
  const { owner, pruneBudget, takeOverSource: takesOver } = options;
  const controller = { version, owner, startedAt: new Date(clock.now()).toISOString() };
  let definitions: readonly FleetDefinition[] = [];
  const read = async (): Promise<StatusReport> => {
    const { source, scope } = await manifestsAt(options.path, {
      sourceId: options.sourceId,
      env: context.env,
    });
    const runPass = assemblePassRunner(context, {
      source,
      scope,
      owner,
      takesOver,
      pruneBudget,
      mode: 'enforce',
    });
    const result = await runPass({ dryRun: true, confirmed: new Set(), signal: stop });
    const store = createStatusStore(controller, sourceStatusOf(source));
    const facts = { number: 1, controller, source, lastFetchedAt: result.finishedAt };
    const report = store.record(reportInputOf(result, facts));
    definitions = fleetOf(report.objects, result.courses);
    return report;
  };
  return {
    read,
    detail: (object) => Promise.resolve(object),
    async fleet() {
      await read();
      return { definitions: definitions.map(({ environments: _each, ...summary }) => summary) };
    },
    definition(asked) {
      const found = definitions.find(
        (one) => manifestKey(one) === manifestKey(asked) && one.digest === asked.digest,
      );
      if (found === undefined) throw unknown(`${manifestKey(asked)} is gone`);
      return Promise.resolve(found);
    },
    confirm: (hash) => confirmCommand(hash, options),
  };
}
