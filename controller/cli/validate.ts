import type { CommandContext } from './context.ts';
import { expansionJson, expansionTable } from './expansion.ts';
import { ignoredText, sourceErrorText } from './manifest-errors.ts';
import { readManifests } from './read-manifests.ts';
import { paintFor } from './terminal.ts';

export interface ValidateOptions {
  readonly path: string;
  /** `wide` shows of what objects the manifests are; `json` is one document. */
  readonly output: 'text' | 'wide' | 'json';
}

/** Reads and checks the manifests and prints every error and warning, and what is none of ours; calls no AWS. Exit code 0, or 1 with errors. */
export async function validateCommand(
  { path, output }: ValidateOptions,
  context: Pick<CommandContext, 'terminal' | 'stop' | 'secretRules'>,
): Promise<number> {
  const { terminal, secretRules } = context;
  const paint = paintFor(terminal);
  const read = await readManifests(path, context);
  const { wanted, folder, objects: found } = read;
  const { errors, warnings, valid, reading } = wanted;
  if (output === 'json') {
    terminal.out(`${JSON.stringify(expansionJson(read, secretRules), null, 2)}\n`);
    return reading.type === 'stale' || errors.length > 0 ? 1 : 0;
  }
  terminal.err(ignoredText(wanted, folder, paint));
  terminal.err(sourceErrorText(wanted, folder, paint));
  if (reading.type === 'stale') return 1;
  if (output === 'wide' && found.length > 0) terminal.out(`${expansionTable(found, folder)}\n\n`);
  const objects = `${valid} valid ${valid === 1 ? 'manifest' : 'manifests'}`;
  const warned =
    warnings.length === 0 ? [] : [`${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`];
  if (errors.length === 0) {
    terminal.out(`${paint.added('ok')} ${[objects, ...warned].join(', ')}\n`);
    return 0;
  }
  const wrong = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`;
  terminal.err(`${[wrong, ...warned, objects].join(', ')}\n`);
  return 1;
}
