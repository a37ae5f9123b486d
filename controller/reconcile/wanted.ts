import { groupBy } from '../core/order.ts';
import { canonicalJson } from '../core/ownership.ts';
import type { Desired } from '../core/resource.ts';
import type { Member, StagedDefinition } from '../core/rollout/schedule.ts';
import type { SecretRules } from '../core/secrets.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import { isCalledEnvironment } from '../manifest/check/environments.ts';
import { expandManifests } from '../manifest/expand/index.ts';
import type { DeclaredObject, Expansion } from '../manifest/expand/index.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { IgnoredDocument, ManifestError, ParsedManifests } from '../manifest/parse.ts';
import { invalid, rewindNotice, staleReading } from '../source/failure.ts';
import type { SourceReading, SourceSnapshot } from '../source/source.ts';

/** What git wants, as one reading of the source says it. */
export interface Wanted {
  readonly reading: SourceReading;
  /** Of the documents, and of files that were refused before they were parsed. */
  readonly errors: readonly ManifestError[];
  /** Of documents that are valid. */
  readonly warnings: readonly ManifestError[];
  /** What is below the source path, and is neither a manifest nor an error; of very much only the first. */
  readonly ignored: readonly IgnoredDocument[];
  /** How many manifests are valid. */
  readonly valid: number;
  /** What they want of AWS, which is made when somebody first asks for it. */
  readonly expansion: Expansion;
  /** Why nothing may be deleted; undefined where the source was read whole and every document is valid. */
  readonly frozen: string | undefined;
  /** Why nothing may be deleted without confirmation; undefined where the source only went on. */
  readonly suspect: string | undefined;
}

/** A definition that goes through a Rollout, and what it is to be in one environment. */
export interface StagedHere {
  readonly definition: StagedDefinition;
  readonly member: Member;
}

/** What is wanted of one environment. */
export interface WantedHere {
  readonly target: EnvironmentTarget;
  readonly desired: readonly Desired[];
  /** What of it goes through a Rollout. */
  readonly staged: readonly StagedHere[];
  /** Objects whose manifests declare who uses them. */
  readonly used: readonly DeclaredObject[];
  /** Why nothing may be deleted in it. */
  readonly frozen: string | undefined;
  readonly suspect: string | undefined;
  /** The revision that wants it; undefined where the source was never read. */
  readonly revision: string | undefined;
  /** The environment is not here any more: as what the place is shown. What is left is looked at and not touched. */
  readonly formerly?: string;
}

/** What is wanted of a place where an environment was: nothing. */
export interface LeftHere extends WantedHere {
  readonly formerly: string;
}

/** What of an expansion follows for each environment. */
interface ByEnvironment {
  readonly desired: ReadonlyMap<string, readonly Desired[]>;
  readonly staged: ReadonlyMap<string, readonly StagedHere[]>;
}

/** The same for as long as a revision stays, so that what follows from it alone is found out once. */
const sorted = new WeakMap<Expansion, ByEnvironment>();

function byEnvironment(expansion: Expansion): ByEnvironment {
  const known = sorted.get(expansion);
  if (known !== undefined) return known;
  const staged = (expansion.staged ?? []).flatMap((definition) =>
    definition.members.map((member) => ({ definition, member })),
  );
  const fresh = {
    desired: groupBy(expansion.desired, ({ id }) => id.environment),
    staged: groupBy(staged, ({ member }) => member.environment),
  };
  sorted.set(expansion, fresh);
  return fresh;
}

export function wantedByEnvironment({ expansion, frozen, suspect, reading }: Wanted): readonly WantedHere[] {
  const { desired, staged } = byEnvironment(expansion);
  return expansion.environments.map((target) => ({
    target,
    desired: desired.get(target.name) ?? [],
    staged: staged.get(target.name) ?? [],
    used: expansion.objects.filter(
      ({ environment, reached }) => environment === target.name && (reached?.consumers ?? []).length > 0,
    ),
    frozen,
    suspect,
    revision: reading.snapshot?.revision,
  }));
}

/** What the files of one revision say. */
export interface Said extends Pick<Wanted, 'errors' | 'warnings' | 'ignored' | 'valid'> {
  /** The same each time. */
  readonly expand: () => Expansion;
  /** Those that hold an Environment. */
  readonly declaring: readonly string[];
}

/** Understands files, in knowledge of those that cannot be read and may hold an Environment, and of those that they name. Pure. */
export type FilesReader = (
  files: SourceSnapshot['files'],
  unread: readonly string[],
  named: SourceSnapshot['named'],
) => Said;

/** What one revision comes to; `declaring` has those too that held an Environment when they were last read. */
interface Understood extends Said {
  readonly key: string;
  readonly snapshot: SourceSnapshot | undefined;
}

const NOTHING: Understood = {
  key: '',
  snapshot: undefined,
  errors: [],
  warnings: [],
  ignored: [],
  valid: 0,
  expand: once(() => expandManifests([])),
  declaring: [],
};

/** What is ignored is told of one by one up to here: a repository may hold other tools' documents by the thousand. */
const IGNORED_TOLD = 100;

/** Makes a value when it is first asked for; what it is made from is let go then. */
function once<Value>(make: () => Value): () => Value {
  let pending: (() => Value) | undefined = make;
  let value: Value;
  return () => {
    if (pending !== undefined) value = pending();
    pending = undefined;
    return value;
  };
}

/** What people write: manifests. */
export function manifestsReader(secretRules: SecretRules = []): FilesReader {
  return (files, unread, named) => saidBy(parseManifests(files, unread, secretRules, named), secretRules);
}

/** What parsed manifests say. */
export function saidBy(
  { manifests, rollouts, unfit, ...said }: ParsedManifests,
  secretRules: SecretRules = [],
): Said {
  const expand = once(() => expandManifests(manifests, secretRules, { rollouts, unfit }));
  return { ...said, valid: manifests.length, expand };
}

/** Turns readings into what is wanted. Keeps the last one: a revision that has not moved is not parsed again. */
export function createWantedReader(readFiles: FilesReader): (reading: SourceReading) => Wanted {
  let last = NOTHING;
  return (read) => {
    const understood = understand(read.snapshot, last, readFiles);
    // A source of nothing but other tools' documents reads well, and must not look like one from which all manifests were removed.
    const isEmpty = read.snapshot !== undefined && holdsNothing(understood);
    const reading = isEmpty ? withoutManifests(read, understood, last.snapshot) : read;
    if (!isEmpty) last = understood;
    const { errors, warnings, valid, expand } = last;
    const ignored = [...(read.snapshot?.ignored ?? []), ...understood.ignored];
    const suspect = reading.snapshot === undefined ? undefined : rewindNotice(reading.snapshot);
    return {
      reading,
      errors,
      warnings,
      ignored: atMost(IGNORED_TOLD, ignored),
      valid,
      get expansion() {
        return expand();
      },
      frozen: whyFrozen(reading, errors),
      suspect,
    };
  };
}

function understand(
  snapshot: SourceSnapshot | undefined,
  last: Understood,
  readFiles: FilesReader,
): Understood {
  if (snapshot === undefined) return NOTHING;
  const { revision, files, named, errors: refused } = snapshot;
  const key = canonicalJson([revision, refused]);
  if (last.key === key) return last;
  const unread = refused.map(({ file }) => file).filter((file) => mayHoldEnvironment(file, last.declaring));
  const said = readFiles(files, unread, named);
  return {
    ...said,
    key,
    snapshot,
    errors: [...refused, ...said.errors],
    declaring: [...said.declaring, ...last.declaring.filter((file) => isAmong(file, unread))],
  };
}

function holdsNothing({ errors, valid }: Understood): boolean {
  return errors.length === 0 && valid === 0;
}

/** The reading without the snapshot that holds nothing of ours; the last one that held something stays in force. */
function withoutManifests(
  read: SourceReading,
  { snapshot, ignored }: Understood,
  inForce: SourceSnapshot | undefined,
): SourceReading {
  if (read.type === 'stale') return { ...read, snapshot: inForce };
  const [first] = ignored;
  const others =
    first === undefined
      ? ''
      : `; every file in it is ignored, such as ${first.file}:${first.line}, which ${first.message}`;
  return staleReading(invalid(`the source has no manifest${others}`), inForce, snapshot?.revision);
}

/** Whether an unreadable file, or folder, held an Environment when it was last read, or else is called so. */
function mayHoldEnvironment(file: string, declaring: readonly string[]): boolean {
  return isCalledEnvironment(file) || declaring.some((one) => isAmong(one, [file]));
}

function isAmong(file: string, filesAndFolders: readonly string[]): boolean {
  return filesAndFolders.some((one) => file === one || file.startsWith(`${one}/`));
}

function atMost(most: number, ignored: readonly IgnoredDocument[]): readonly IgnoredDocument[] {
  if (ignored.length <= most) return ignored;
  const more = { file: '', line: 0, message: `${ignored.length - most + 1} more are ignored` };
  return [...ignored.slice(0, most - 1), more];
}

function whyFrozen(reading: SourceReading, errors: readonly ManifestError[]): string | undefined {
  if (reading.type === 'stale') return `${reading.code}: ${reading.message}`;
  return errors.length === 0
    ? undefined
    : `${errors.length} ${errors.length === 1 ? 'document is' : 'documents are'} invalid`;
}
