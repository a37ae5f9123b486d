import { realpath } from 'node:fs/promises';
import { gitRunner } from './git-process.ts';
import type { Environment } from './git-process.ts';
import { folderId, repositoryId, tagValue } from './identity.ts';

const ASKED_FOR_MS = 5_000;

/**
 * What a folder of manifests is known by: in a git work tree as its `origin` and the path in it, otherwise as it is called, otherwise as
 * its real path. It runs git where there is one, which reads nothing of the folder but its configuration.
 */
export async function identifyFolder(
  path: string,
  called: string | undefined,
  env: Environment,
): Promise<string> {
  const folder = await realpath(path).catch(() => path);
  const git = gitRunner(env, []);
  const ask = async (...args: readonly string[]): Promise<string> => {
    const signal = AbortSignal.timeout(ASKED_FOR_MS);
    // The folder may belong to another user than the one who runs this, as in a container.
    const answer = await git(['-c', 'safe.directory=*', '-C', folder, ...args], { signal });
    return answer.toString('utf8').trim();
  };
  try {
    const origin = await ask('config', '--get', 'remote.origin.url');
    const inside = await ask('rev-parse', '--show-prefix');
    if (origin !== '') return repositoryId(origin, inside.replace(/\/$/, ''));
  } catch {
    // No git, no work tree or no remote of this name.
  }
  return called === undefined ? folderId(folder) : tagValue(called);
}
