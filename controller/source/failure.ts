import { asStationkeeperError, StationkeeperError } from '../core/errors.ts';
import type { SourceReading, SourceSnapshot } from './source.ts';

/** The error of a source that can be read and holds nothing that can be used: no path, no manifests, more than the limits. */
export function invalid(message: string): StationkeeperError {
  return new StationkeeperError({ code: 'SourceInvalid', message, retry: 'backoff' });
}

/** The error of a source that cannot be read. */
export function unreachable(message: string, cause?: unknown): StationkeeperError {
  return new StationkeeperError({ code: 'SourceUnreachable', message, retry: 'backoff', cause });
}

/** A failed read as a reading that keeps the last good snapshot in force. */
export function staleReading(
  thrown: unknown,
  lastGood: SourceSnapshot | undefined,
  head?: string,
): SourceReading {
  const { code, message } = asStationkeeperError(thrown);
  const rest =
    lastGood === undefined
      ? 'There is no earlier revision to work with.'
      : `Revision ${shortRevision(lastGood.revision)} stays in force.`;
  return {
    type: 'stale',
    snapshot: lastGood,
    ...(head === undefined ? {} : { head }),
    code: code === 'SourceInvalid' ? 'SourceInvalid' : 'SourceUnreachable',
    message: `${message.replace(/(?<![.?])$/, '.')} ${rest}`,
  };
}

/** The first digits of a commit or digest, as people write them. */
export function shortRevision(revision: string): string {
  return revision.slice(0, revision.startsWith('sha256:') ? 14 : 7);
}

/** What it means that the branch was moved off a commit, and what to do; undefined where the branch only went on. */
export function rewindNotice({ revision, rewoundFrom }: SourceSnapshot): string | undefined {
  if (rewoundFrom === undefined) return undefined;
  const lost = shortRevision(rewoundFrom);
  return `somebody moved the branch to ${shortRevision(revision)}, which does not contain ${lost}, in force before; deletions wait for a confirmation of the plan until the branch contains it again (git merge -s ours ${lost} gives it up)`;
}
