import type { SourceReading } from '../../../controller/source/source.ts';
import type { World } from '../world/world.ts';
import { revisionOf } from '../world/world.ts';
import { isRight, textsOf } from './commit.ts';
import type { Commit } from './commit.ts';
import { mended } from './git-edits.ts';
import type { Place } from './live.ts';
import { NOTHING_KNOWN, wantedOf } from './wanted.ts';
import type { Wanted } from './wanted.ts';

/** What people commit to git, one after the other. */
export interface Chronicle {
  latest(): Commit;
  /** What people may go back to, oldest first. */
  readonly earlier: readonly Commit[];
  /** What people go on from: an empty commit is taken back. */
  lastWhole(): Commit;
  /** The newest of which all is valid, once what is broken is mended. */
  lastRight(): Commit;
  push(next: Commit): void;
  /** Another controller reads it too, from now on. */
  isReadBy(world: World): void;
  /** What git wanted as a controller last read it. */
  wantedAsRead(places: readonly Place[], reading: SourceReading | undefined): Wanted;
  /** What git has wanted for at least so long; undefined where it has wanted something else since. */
  wantedFor(ms: number, places: readonly Place[]): Wanted | undefined;
}

/** `misread`: what git says, as a faulty reader has it. */
export function createChronicle(
  world: World,
  first: Commit,
  tell: (what: string) => void,
  misread: (commit: Commit) => Commit = (commit) => commit,
): Chronicle {
  const earlier: Commit[] = [first];
  const commits = new Map<string, Commit>();
  const wantedBy = new Map<string, Wanted>();
  const readers: World[] = [world];
  let latest = first;
  let pushedAt = world.clock.monotonic();

  function write(): void {
    const texts = textsOf(misread(latest));
    for (const reader of readers) writeTo(reader, texts);
    pushedAt = world.clock.monotonic();
    commits.set(revisionOf(texts), latest);
    tell(`git is at ${revisionOf(texts).slice(0, 7)}`);
  }

  function writeTo({ files }: World, texts: ReadonlyMap<string, string>): void {
    files.clear();
    for (const [file, text] of texts) files.set(file, text);
  }

  write();
  return {
    isReadBy(reader) {
      readers.push(reader);
      writeTo(reader, textsOf(misread(latest)));
    },
    wantedFor: (ms, places) =>
      world.clock.monotonic() - pushedAt < ms ? undefined : wantedOf(latest, places),
    latest: () => latest,
    earlier,
    lastWhole: () => [latest, ...earlier.toReversed()].find(({ documents }) => documents.size > 0) ?? latest,
    lastRight: () => [latest, ...earlier.toReversed()].map(mended).find(isRight) ?? first,
    push(next) {
      earlier.push(latest);
      latest = next;
      write();
    },
    wantedAsRead(places, reading) {
      const known = commits.get(reading?.snapshot?.revision ?? '');
      if (reading?.snapshot === undefined || known === undefined) return NOTHING_KNOWN;
      const key = `${reading.type} ${places.length} ${reading.snapshot.revision}`;
      const before = wantedBy.get(key);
      if (before !== undefined) return before;
      const fresh = wantedOf(known, places);
      const all = reading.type === 'stale' ? { ...fresh, frozen: true } : fresh;
      wantedBy.set(key, all);
      return all;
    },
  };
}
