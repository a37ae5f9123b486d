import { createWantedReader, manifestsReader } from '../reconcile/wanted.ts';
import type { CommandContext } from './context.ts';
import { ignoredText, sourceErrorText } from './manifest-errors.ts';
import { manifestsAt } from './manifests-at.ts';
import { paintFor } from './terminal.ts';

/** Reads and checks the manifests and prints every error and warning, and what is none of ours; calls no AWS. Exit code 0, or 1 with errors. */
export async function validateCommand(
  options: { readonly path: string },
  { terminal, stop, secretRules }: Pick<CommandContext, 'terminal' | 'stop' | 'secretRules'>,
): Promise<number> {
  const paint = paintFor(terminal);
  const { source, folder } = await manifestsAt(options.path);
  const wanted = createWantedReader(manifestsReader(secretRules))(await source.read(stop));
  terminal.err(ignoredText(wanted, folder, paint));
  terminal.err(sourceErrorText(wanted, folder, paint));
  const { errors, warnings, valid, reading } = wanted;
  if (reading.type === 'stale') return 1;
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
