import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDoor } from '../aws/door.ts';
import { readAccount } from '../aws/account.ts';
import type { Account } from '../aws/account.ts';
import { StationkeeperError } from '../core/errors.ts';
import { manifestKey } from '../core/resource.ts';
import { displayService, exportAccount, unknownNames } from '../export/export.ts';
import { notesOf } from '../export/exported.ts';
import type { Exported, ExportedManifest } from '../export/exported.ts';
import { intoFolder } from '../export/folder.ts';
import { appliedIn } from '../export/owned.ts';
import { exportedFiles, leftOutText, noteText } from '../export/text.ts';
import type { ExportedFile, LongValues } from '../export/text.ts';
import { expandManifests } from '../manifest/expand/index.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { ManifestFile } from '../manifest/parse.ts';
import { createEnvironments } from '../reconcile/environments.ts';
import { rehearseAdoption } from '../reconcile/rehearse.ts';
import { directorySource } from '../source/directory.ts';
import type { CommandContext } from './context.ts';
import { paintFor } from './terminal.ts';

export interface ExportOptions {
  /** ECS services, as `name` or `cluster/name`; empty for all. */
  readonly names: readonly string[];
  /** Folder for the files; undefined: all goes to standard output. */
  readonly out: string | undefined;
  /** Whether files that say something else are overwritten. */
  readonly force: boolean;
  readonly owner: string;
}

/**
 * Writes manifests for the services that run in the account, so that applying them adopts what is there with nothing but tags. Changes
 * nothing in AWS. Exit code 0; 1 where something could not be read or written, or a service was asked for by name that does not exist or
 * cannot be said by a manifest.
 */
export async function exportCommand(options: ExportOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const paint = paintFor(terminal);
  const account = await read(context);
  const unknown = unknownNames(account, options.names);
  if (unknown.length > 0) {
    const all = account.services.map(displayService).toSorted();
    terminal.err(
      `${paint.removed('error')} there is no service ${unknown.join(', ')} in this account and region; ${all.length === 0 ? 'there are none' : `there are ${all.join(', ')}`}\n`,
    );
    return 1;
  }
  const exported = await provenExport(account, options, context);
  const applied = appliedIn(account, options.owner);
  const existing = await manifestsIn(options.out);
  const isPart = options.names.length > 0;
  const { files, kept, held } = intoFolder(exportedFiles(exported, longValuesIn(options)), existing, {
    applied,
    isPart,
  });
  const written = await write(files, options, terminal);
  if (written)
    for (const [key, file] of kept) terminal.out(`kept ${join(options.out ?? '', file)}: ${key}\n`);
  for (const note of notesOf(exported)) terminal.err(`${paint.changed('note')} ${noteText(note)}\n`);
  const leftOut = exported.services.filter((service) => service.leftOut.length > 0);
  for (const service of leftOut) terminal.err(`${paint.changed('warning')} ${leftOutText(service)}\n`);
  const removed = [...applied].filter((key) => !held.has(key));
  if (removed.length > 0 && files.length > 0) {
    terminal.err(`${paint.changed('warning')} ${removedText(removed, options)}\n`);
  }
  if (exported.services.length === 0) terminal.err('no ECS service runs in this account and region\n');
  return written && (options.names.length === 0 || leftOut.length === 0) ? 0 : 1;
}

function removedText(removed: readonly string[], { out, names }: ExportOptions): string {
  const what = out === undefined ? 'a folder of these manifests' : out;
  const all =
    names.length === 0
      ? 'put their manifests beside these'
      : 'export without names, or put their manifests beside these';
  return `applying ${what} would remove what is applied and has no manifest there: ${removed.join(', ')}; ${all}`;
}

/** What the folder holds so far; nothing where it is not there yet. */
async function manifestsIn(out: string | undefined): Promise<readonly ManifestFile[]> {
  if (out === undefined || (await stat(out).catch(() => undefined)) === undefined) return [];
  const { snapshot } = await directorySource({ path: out }).read();
  return snapshot?.files ?? [];
}

function read({ transport, clock, random, kill, secretRules }: CommandContext): Promise<Account> {
  return readAccount(openDoor({ transport: transport({}), clock, random, secretRules, signal: kill }));
}

/**
 * The manifests that are valid and change nothing in a rehearsal of their adoption on what AWS has. What would be changed, for whatever
 * reason, is left out, and the rest is tried again without it.
 */
async function provenExport(
  account: Account,
  options: ExportOptions,
  { kinds, transport, clock, awsClock, random, kill, secretRules }: CommandContext,
): Promise<Exported> {
  const { names, owner } = options;
  const environments = createEnvironments({
    kinds,
    owner,
    clock,
    awsClock,
    random,
    transport,
    secretRules,
    onRequest: () => undefined,
    signal: kill,
  });
  const refused = new Map<string, readonly string[]>();
  const misplaced = new Set<string>();
  for (;;) {
    const exported = exportAccount(account, { names, refused, misplaced, lacking: new Map(), owner });
    const placeholders = new Set(exported.manifests.filter(isPlaceholder).map(manifestKey));
    const files = exportedFiles(exported, longValuesIn(options));
    const beside = files.flatMap((file) => file.beside);
    const { manifests, errors } = parseManifests(files, [], secretRules, beside);
    const found = new Map<string, readonly string[]>();
    for (const { objects: [object] = [], path, message } of errors) {
      if (object === undefined) throw unwritable(message);
      const key = manifestKey(object.manifest);
      found.set(key, [...(found.get(key) ?? []), `${path} ${message}`]);
    }
    const { left, lacking } =
      errors.length > 0
        ? { left: found, lacking: new Map<string, readonly string[]>() }
        : await rehearseAdoption(expandManifests(manifests, secretRules), environments, owner);
    for (const [key, reasons] of left) {
      const isTried = placeholders.has(key) ? misplaced.has(key) : refused.has(key);
      if (key.startsWith('Environment/') || isTried) throw unwritable(`${key}: ${reasons.join('; ')}`);
      if (placeholders.has(key)) misplaced.add(key);
      else refused.set(key, reasons);
    }
    if (left.size === 0) return exportAccount(account, { names, refused, misplaced, lacking, owner });
  }
}

function longValuesIn({ out }: ExportOptions): LongValues {
  return out === undefined ? 'inline' : 'in files';
}

function isPlaceholder({ isPlaceholder: is }: ExportedManifest): boolean {
  return is === true;
}

function unwritable(why: string): StationkeeperError {
  return new StationkeeperError({
    code: 'CannotExport',
    retry: 'never',
    message: `cannot export the services of this account: ${why}`,
  });
}

/** All of the files or, where one would overwrite another text, none. */
async function write(
  files: readonly ExportedFile[],
  { out, force }: ExportOptions,
  terminal: CommandContext['terminal'],
): Promise<boolean> {
  if (out === undefined) {
    terminal.out(files.map(({ text }) => text).join('---\n'));
    return true;
  }
  const targets = await Promise.all(
    files
      .flatMap((one) => [one, ...one.beside.map((value) => ({ ...value, manifests: one.manifests }))])
      .map(async ({ file, text, manifests }) => {
        const path = join(out, file);
        return { path, text, manifests, before: await textAt(path) };
      }),
  );
  const inTheWay = targets.filter(({ before, text }) => before !== undefined && before !== text);
  if (inTheWay.length > 0 && !force) {
    const paths = inTheWay.map(({ path }) => path).join(', ');
    terminal.err(
      `error: ${paths} would be overwritten, so nothing was written; choose another --out, or add --force\n`,
    );
    return false;
  }
  if (targets.length > 0) await mkdir(out, { recursive: true });
  for (const { path, text, manifests, before } of targets) {
    if (before !== text) await writeFile(path, text);
    terminal.out(`${before === text ? 'unchanged' : 'written'} ${path}: ${manifests.join(', ')}\n`);
  }
  return true;
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
