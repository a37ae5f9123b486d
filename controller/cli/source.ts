import { access, constants } from 'node:fs/promises';
import type { SourceConfig } from '../config/commands.ts';
import { GIT_FLAGS } from '../config/flags.ts';
import type { Clock } from '../core/ports.ts';
import type { GitAccess } from '../source/git-access.ts';
import type { Environment } from '../source/git-process.ts';
import { filesNamedIn } from '../manifest/named-files.ts';
import { gitSource } from '../source/git.ts';
import type { Source } from '../source/source.ts';
import { manifestsAt } from './manifests-at.ts';
import { cannotRead, secretFrom } from './secret.ts';

interface Surroundings {
  readonly clock: Clock;
  readonly env: Environment;
  /** What people call a folder. */
  readonly sourceId: string | undefined;
}

/** @throws StationkeeperError `CannotRead` for a file of credentials that is not there: told at the start, not in the first pass */
export async function sourceFrom(
  config: SourceConfig,
  { clock, env, sourceId }: Surroundings,
): Promise<Source> {
  if (config.type === 'directory') return (await manifestsAt(config.path, { sourceId, env })).source;
  const { keyFile, knownHostsFile, allowedSignersFile, username } = config;
  const token = await secretFrom(config.token, env);
  await requireReadable(keyFile, GIT_FLAGS.gitSshKeyFile);
  await requireReadable(knownHostsFile, GIT_FLAGS.gitKnownHostsFile);
  await requireReadable(allowedSignersFile, GIT_FLAGS.verifySignatures);
  const isSsh = keyFile !== undefined || knownHostsFile !== undefined;
  const ssh: GitAccess | undefined = isSsh ? { type: 'ssh', keyFile, knownHostsFile } : undefined;
  return gitSource({
    ...config,
    namedIn: filesNamedIn,
    clock,
    env,
    access: token === undefined ? ssh : { type: 'token', username, token },
  });
}

async function requireReadable(path: string | undefined, flag: { readonly name: string }): Promise<void> {
  if (path === undefined) return;
  await access(path, constants.R_OK).catch((thrown: unknown) => {
    throw cannotRead(`--${flag.name} ${path}`, thrown);
  });
}
