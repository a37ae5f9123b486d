import { readFile } from 'node:fs/promises';
import type { SecretSource } from '../config/commands.ts';
import { StationkeeperError } from '../core/errors.ts';
import type { Secret } from '../core/ports.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The first line of a secret's file or variable. A file is read anew each time it is asked for, because what mounts
 * secrets (Kubernetes, an agent that renews tokens) changes them under a running program.
 *
 * @returns undefined where none is configured
 * @throws StationkeeperError `CannotRead` where there is none now, `CannotRead` from the Secret where that is so later;
 * neither shows what is in there
 */
export async function secretFrom(
  source: SecretSource | undefined,
  env: Variables,
): Promise<Secret | undefined> {
  if (source === undefined) return undefined;
  const secret = source.type === 'file' ? fileSecret(source.path, source.by) : variableSecret(source.by, env);
  await secret();
  return secret;
}

function variableSecret(name: string, env: Variables): Secret {
  return () => Promise.resolve(firstLine(env[name] ?? '', name));
}

/** The same of a file, which is not read before it is asked for. `by`: what named it. */
export function fileSecret(path: string, by: string): Secret {
  // A value without a folder may be the secret itself, put in the wrong place, so that it is not shown.
  const where = path.includes('/') ? `${by} ${path}` : by;
  return async () => {
    const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
      throw cannotRead(where, thrown);
    });
    return firstLine(text, where);
  };
}

function firstLine(text: string, where: string): string {
  const secret = text.split('\n')[0]!.trim();
  if (secret === '') throw refuse(`${where}: its first line is empty; it must hold the secret`);
  if (/\p{Cc}/u.test(secret)) throw refuse(`${where}: its first line holds a control character`);
  return secret;
}

export function cannotRead(where: string, thrown: unknown): StationkeeperError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
  return refuse(`${where}: cannot be read (${code})`);
}

function refuse(message: string): StationkeeperError {
  return new StationkeeperError({ code: 'CannotRead', retry: 'never', message });
}
