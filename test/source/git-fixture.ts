import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitSource } from '../../controller/source/git.ts';
import type { GitSourceOptions } from '../../controller/source/git.ts';
import type { Source, SourceSnapshot } from '../../controller/source/source.ts';
import { createGitRepository } from '../support/git/repository.ts';
import type { GitRepository } from '../support/git/repository.ts';

/** A remote, a cache folder and a clock that a test moves. */
export interface GitFixture {
  readonly remote: GitRepository;
  readonly cacheDir: string;
  readonly clock: { now: number; monotonic(): number };
  /** A source as a fresh process would make it. */
  readonly source: (options?: Partial<GitSourceOptions>) => Source;
  /** The bare clone in the cache folder. */
  readonly clone: () => string;
  readonly remove: () => void;
}

export function gitFixture(): GitFixture {
  const remote = createGitRepository();
  const cacheDir = mkdtempSync(join(tmpdir(), 'stationkeeper-cache-'));
  const clock = { now: 0, monotonic: () => clock.now };
  const { GIT_DIR: _dir, ...env } = process.env;
  return {
    remote,
    cacheDir,
    clock,
    source: (options = {}) =>
      gitSource({ url: remote.url, branch: 'main', cacheDir, clock, env, ...options }),
    clone: () => join(cacheDir, readdirSync(cacheDir)[0] ?? 'none', 'clone.git'),
    remove() {
      remote.remove();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}

/** The snapshot of a reading that must be fresh. */
export async function readFresh(source: Source): Promise<SourceSnapshot> {
  const reading = await source.read();
  if (reading.type !== 'fresh') throw new Error(reading.message);
  return reading.snapshot;
}

/** A reading that must be stale. */
export async function readStale(source: Source, signal?: AbortSignal) {
  const reading = await source.read(signal);
  if (reading.type !== 'stale') throw new Error(`fresh at ${reading.snapshot.revision}`);
  return reading;
}
