import { join } from 'node:path';
import { compareText } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { RolloutMode, StagedDefinition } from '../core/rollout/schedule.ts';
import { someOf } from '../core/some-of.ts';
import { didYouMean } from '../core/suggest.ts';
import { modeEdits } from '../manifest/rollout/mode-edit.ts';
import type { DocumentName, ModeEdit } from '../manifest/rollout/mode-edit.ts';
import { ROLLOUT_ANNOTATION } from '../manifest/schema/metadata.ts';
import type { Paint } from '../plan/render.ts';
import type { CommandContext } from './context.ts';
import { mistake } from './daemon-named.ts';
import { sourceErrorText } from './manifest-errors.ts';
import { readManifests } from './read-manifests.ts';
import type { ReadManifests } from './read-manifests.ts';
import { paintFor } from './terminal.ts';

type Mode = Exclude<RolloutMode, 'staged'>;

export interface ModeOptions {
  readonly mode: Mode;
  /** `fleet`, `Rollout/fleet` or `DaemonService/xray`. */
  readonly name: string;
  /** Of the manifests. */
  readonly path: string;
}

/** The change of one document. */
interface PlacedEdit {
  readonly file: string;
  /** Undefined: no line can be given. */
  readonly edit: ModeEdit | undefined;
}

/**
 * Prints which lines to commit so that a Rollout, or one definition, is paused or skips its stages, and what that does. Edits nothing and calls no
 * AWS. Exit code 0, or 1 where the manifests cannot be read.
 *
 * @throws {StationkeeperError} UnknownObject
 */
export async function modeCommand(
  { mode, name, path }: ModeOptions,
  context: Pick<CommandContext, 'terminal' | 'stop' | 'secretRules'>,
): Promise<number> {
  const { terminal } = context;
  const paint = paintFor(terminal);
  const read = await readManifests(path, context);
  terminal.err(sourceErrorText(read.wanted, read.folder, paint));
  if (read.wanted.reading.type === 'stale') return 1;
  const staged = read.wanted.expansion.staged ?? [];
  const wanted = documentNamed(name, read);
  const edits = editsOf(wanted, read, mode);
  const concerned = staged.filter((one) =>
    wanted.kind === 'Rollout' ? one.rollout === wanted.name : one.manifest.name === wanted.name,
  );
  const key = `${wanted.kind}/${wanted.name}`;
  terminal.out(
    [
      ...edits.flatMap((edit) => [...editLines(edit, mode, paint), '']),
      paint.strong('After you commit it:'),
      ...effectLines(mode, concerned).map((line) => `- ${line}`),
      ...hindrances(mode, key, concerned).map((line) => `- ${line}`),
      '',
      `To end it, remove ${ROLLOUT_ANNOTATION} from ${key} again and commit that.`,
      '',
    ].join('\n'),
  );
  return 0;
}

/** @throws {StationkeeperError} UnknownObject */
function documentNamed(name: string, { wanted, files }: ReadManifests): DocumentName {
  const { staged = [], schedules = [] } = wanted.expansion;
  const rollouts = new Set([...schedules.map((one) => one.name), ...staged.map(({ rollout }) => rollout)]);
  const known = [
    ...[...rollouts].map((one) => `Rollout/${one}`),
    ...new Set(staged.map(({ manifest }) => manifestKey(manifest))),
  ].toSorted(compareText);
  const key = name.includes('/') ? name : `Rollout/${name}`;
  const [kind = '', ...rest] = key.split('/');
  const found = { kind, name: rest.join('/') };
  const isThere = files.some(({ text }) => modeEdits(text, found, 'paused').length > 0);
  if (isThere && known.includes(key)) return found;
  if (isThere && kind === 'DaemonService')
    throw mistake(`${key} goes through no Rollout; name one in its spec.rollout first`);
  const others = known.filter((one) => one !== key);
  const namesake = others.find((one) => one.endsWith(`/${name}`));
  const helps =
    namesake === undefined
      ? others.length === 0
        ? 'the manifests have no Rollout'
        : didYouMean(key, others, 'there are')
      : `did you mean "${namesake}"?`;
  throw mistake(`no manifest declares ${key}; ${helps}`);
}

function editsOf(wanted: DocumentName, { files, folder }: ReadManifests, mode: Mode): readonly PlacedEdit[] {
  return files.flatMap(({ file, text }) =>
    modeEdits(text, wanted, mode).map((edit) => ({ file: join(folder, file), edit })),
  );
}

function editLines({ file, edit }: PlacedEdit, mode: Mode, paint: Paint): readonly string[] {
  if (edit === undefined) {
    return [
      `${file}: no line can be given; add ${ROLLOUT_ANNOTATION}: ${mode} to metadata.annotations by hand`,
    ];
  }
  const { line, before, after } = edit;
  const at = `${file}:${line}`;
  if (before.join('\n') === after.join('\n'))
    return [`${at} says so already; nothing is left to commit:`, '', ...after];
  const what =
    before.length === 0
      ? `add ${after.length === 1 ? 'this line' : `these ${after.length} lines`} before line ${line}`
      : before.length === 1
        ? `replace line ${line}`
        : `replace lines ${line} to ${line + before.length - 1}`;
  return [
    paint.strong(`${at}: ${what}`),
    '',
    ...before.map((text) => paint.removed(`- ${text}`)),
    ...after.map((text) => paint.added(`+ ${text}`)),
  ];
}

function effectLines(mode: Mode, concerned: readonly StagedDefinition[]): readonly string[] {
  if (concerned.length === 0) return ['Nothing for now: no definition goes through it.'];
  if (mode === 'paused') {
    const most = concerned.map((one) => `${manifestKey(one.manifest)} (${environmentsOf(one)})`);
    return [
      `No further Environment of ${someOf(most)} begins.`,
      'Environments that have begun go on to their end. The controller still corrects drift and creates again what is gone.',
    ];
  }
  return [
    ...concerned.map((one) => {
      const { members, manifest, schedule } = one;
      const first = schedule?.stages.findIndex((_stage, index) =>
        members.some(({ stage }) => stage === index),
      );
      const [stage, size] =
        first === undefined || first === -1
          ? [undefined, 0]
          : [schedule?.stages[first]?.name, members.filter((member) => member.stage === first).length];
      const otherwise = stage === undefined ? '' : `; by its stages ${stage} goes first, with ${size}`;
      return `${manifestKey(manifest)}: whatever git changes may begin in ${members.length === 1 ? 'its one Environment' : `all ${members.length} Environments`} at once${otherwise}.`;
    }),
    ...waived(concerned),
    'One that fails stops no other.',
  ];
}

/** What of the schedule no longer holds. */
function waived(concerned: readonly StagedDefinition[]): readonly string[] {
  const schedules = concerned.flatMap(({ schedule }) => schedule ?? []);
  const stages = schedules.flatMap((one) => one.stages);
  const names = (some: readonly { readonly name: string }[]): string =>
    someOf([...new Set(some.map(({ name }) => name))]);
  const approval = stages.filter((stage) => stage.needsApproval);
  const soaking = stages.filter((stage) => stage.soakMs > 0);
  const limited = stages.filter((stage) => stage.maxConcurrent !== undefined);
  const gates = [
    ...(schedules.some(({ windows }) => windows.length > 0) ? ['its windows'] : []),
    ...(limited.length > 0 ? [`maxConcurrent of ${names(limited)}`] : []),
    ...(soaking.length > 0 ? [`the soak of ${names(soaking)}`] : []),
    ...(approval.length > 0 ? [`the approval of ${names(approval)}`] : []),
  ];
  return gates.length === 0 ? [] : [`It waits for none of: ${gates.join('; ')}.`];
}

/** What another document says that keeps this one from having its effect. */
function hindrances(mode: Mode, key: string, concerned: readonly StagedDefinition[]): readonly string[] {
  if (mode === 'paused') return [];
  return concerned.flatMap((one) =>
    one.mode === 'paused' && one.modeSaidBy !== undefined && one.modeSaidBy !== key
      ? [`${manifestKey(one.manifest)} stays paused, because ${one.modeSaidBy} says so: end that, too.`]
      : [],
  );
}

function environmentsOf({ members }: StagedDefinition): string {
  return members.length === 1 ? '1 Environment' : `${members.length} Environments`;
}
