import { readFile } from 'node:fs/promises';
import { StationkeeperError } from '../core/errors.ts';

/**
 * The first line of a file that holds a secret, so that the secret is in no argument and no environment; undefined where
 * no file is named.
 *
 * @param flag as people know it, for errors: `--token-file`
 * @throws StationkeeperError `BadSecretFile`, which never shows what is in the file
 */
export async function readSecretFile(file: string | undefined, flag: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const refuse = (why: string): StationkeeperError =>
    new StationkeeperError({ code: 'BadSecretFile', retry: 'never', message: `${flag} ${file}: ${why}` });
  const text = await readFile(file, 'utf8').catch((thrown: { readonly code?: string }) => {
    throw refuse(`cannot be read (${thrown.code ?? 'unknown error'})`);
  });
  const secret = text.split('\n')[0]!.trim();
  if (secret === '') throw refuse('its first line is empty; it must hold the secret');
  return secret;
}
