import { join } from 'node:path';
import { groupBy } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { StagedDefinition } from '../core/rollout/schedule.ts';
import { refOf } from '../manifest/manifest.ts';
import type { FieldSetting } from '../manifest/origin.ts';
import { formatPath } from '../manifest/position.ts';
import { show } from '../plan/show.ts';
import type { CommandContext } from './context.ts';
import { mistake } from './daemon-named.ts';
import { expansionTable, overrideText } from './expansion.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { readManifests } from './read-manifests.ts';
import type { WrittenObject } from './read-manifests.ts';
import { serverFleet } from './fleet-status.ts';
import { rolloutExplanation, stagedLines } from './explain-rollout.ts';
import { shownSpec } from './shown-spec.ts';
import { paintFor } from './terminal.ts';

export interface ExplainOptions {
  /** `DaemonService/xray`. */
  readonly object: string;
  /** Undefined: the only one that has the object, or a summary of all. */
  readonly environment: string | undefined;
  /** Of the manifests. */
  readonly path: string;
  /** Who is asked what the object waits for; undefined: nobody. */
  readonly server: string | undefined;
}

type ExplainContext = Pick<CommandContext, 'terminal' | 'stop' | 'secretRules'>;

/**
 * Says of which document an object is, and which fields an override or a variable set; of one that several Environments have and none is named,
 * which overrides it has in which. Of one that goes through a Rollout also what its stage asks for, and with a server what it waits for now; of a
 * Rollout its stages. Calls no AWS. Exit code 0.
 *
 * @throws {StationkeeperError} UnknownObject, ServerUnreachable
 */
export async function explainCommand(options: ExplainOptions, context: ExplainContext): Promise<number> {
  const { terminal } = context;
  const { wanted, folder, objects } = await readManifests(options.path, context);
  terminal.err(sourceErrorText(wanted, folder, paintFor(terminal)));
  if (wanted.reading.type === 'stale') return 1;
  const { staged = [], schedules = [] } = wanted.expansion;
  const schedule = schedules.find(({ name }) => `Rollout/${name}` === options.object);
  if (schedule !== undefined) {
    terminal.out(`${[options.object, ...rolloutExplanation(schedule, staged)].join('\n')}\n`);
    return 0;
  }
  const rollouts = schedules.map(({ name }) => `Rollout/${name}`);
  const asked = objectsAsked(options, objects, rollouts);
  const [object, ...others] = asked;
  const isOne = others.length === 0 && object !== undefined;
  const text = isOne
    ? explanation(object, folder, context)
    : `${expansionTable(asked, folder)}\n\n--environment NAME says which fields these set there.`;
  const turns = await turnsOf(asked, options.server, context.stop);
  const going = isOne ? goingOf(object, staged) : [];
  const live = turns.map(({ environment, says }) => `${isOne ? 'Now' : environment}: ${says}`);
  terminal.out(`${[text, ...below(going), ...below(live)].join('\n')}\n`);
  return 0;
}

function below(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What of an object's way through a Rollout its manifests say. */
function goingOf(
  { manifest, environment }: WrittenObject,
  staged: readonly StagedDefinition[],
): readonly string[] {
  const key = manifestKey(refOf(manifest));
  const definition = staged.find(
    (one) =>
      manifestKey(one.manifest) === key && one.members.some((member) => member.environment === environment),
  );
  return definition === undefined ? [] : stagedLines(definition, environment);
}

interface LiveTurn {
  readonly environment: string;
  readonly says: string;
}

/** What a controller says of objects that go through a Rollout, by the digest that is at work there; nothing where none is asked. */
async function turnsOf(
  asked: readonly WrittenObject[],
  server: string | undefined,
  stop: AbortSignal,
): Promise<readonly LiveTurn[]> {
  const [first] = asked;
  if (server === undefined || first === undefined) return [];
  const { kind, name } = refOf(first.manifest);
  const reader = serverFleet(server, stop);
  const { definitions } = await reader.fleet();
  const own = definitions.filter((one) => one.kind === kind && one.name === name);
  const whole = await Promise.all(own.map(reader.definition));
  const environments = new Set(asked.map((one) => one.environment));
  return whole
    .flatMap((one) => one.environments)
    .flatMap(({ environment, says, message }) => {
      const told = says ?? message;
      return told === undefined || !environments.has(environment) ? [] : [{ environment, says: told }];
    });
}

function objectsAsked(
  { object, environment }: ExplainOptions,
  objects: readonly WrittenObject[],
  rollouts: readonly string[],
): readonly WrittenObject[] {
  const called = objects.filter(({ manifest }) => manifestKey(refOf(manifest)) === object);
  if (called.length === 0) {
    const keys = [...new Set(objects.map(({ manifest }) => manifestKey(refOf(manifest)))), ...rollouts];
    const ofKind = keys.filter((key) => key.startsWith(object.slice(0, object.indexOf('/') + 1)));
    const known = (ofKind.length > 0 ? ofKind : keys).join(', ') || 'none';
    throw mistake(`no valid manifest declares ${object}; there are: ${known}`);
  }
  const found = called.filter((one) => environment === undefined || one.environment === environment);
  if (found.length > 0) return found;
  const having = called.map((one) => one.environment).join(', ');
  throw mistake(`Environment ${environment} has no ${object}; one is in ${having}`);
}

function explanation(
  object: WrittenObject,
  folder: string,
  { secretRules, terminal }: ExplainContext,
): string {
  const { manifest, environment, origin } = object;
  const paint = paintFor(terminal);
  const file = join(folder, manifest.from.file);
  const isEnvironment = manifest.kind === 'Environment';
  const name = manifestKey(refOf(manifest));
  const title = isEnvironment ? name : `${name} in Environment ${environment}`;
  const head = `${paint.strong(title)}, written at ${file}:${manifest.from.line}`;
  if (origin.set !== undefined)
    return `${head}\nEnvironmentSet/${origin.set} generates it from its template.`;
  if (!origin.isOfDefinition) return `${head}\nIts document names one Environment, so nothing overrides it.`;
  const overrides = origin.overrides.map((one) => `${overrideText(one)}, ${file}:${one.line}`);
  const settings = [...groupBy(origin.settings(), ({ path }) => formatPath(path)).values()].flat();
  const rows = settings.map((setting) => rowOf(setting, file, (value) => shown(value, setting, secretRules)));
  return [
    head,
    ...(overrides.length === 0 ? ['No override of it is for this Environment.'] : overrides),
    '',
    ...(rows.length === 0
      ? ['Every field is as written.']
      : table([['FIELD', 'VALUE', 'BEFORE', 'SET BY'], ...rows])),
  ].join('\n');
}

function shown(value: unknown, { path }: FieldSetting, rules: ExplainContext['secretRules']): string {
  return value === undefined ? '-' : show(shownSpec(value, rules, path));
}

function rowOf(
  { path, override, line, before, after }: FieldSetting,
  file: string,
  text: (value: unknown) => string,
): readonly string[] {
  const by = override === undefined ? 'its variables' : `overrides[${override.index}]`;
  const removed = after === undefined ? 'removed' : text(after);
  return [formatPath(path), removed, text(before), `${by}, ${file}:${line}`];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
