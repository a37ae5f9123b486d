import type { World } from '../world/world.ts';
import { revisionOf } from '../world/world.ts';
import { textsOf } from './commit.ts';
import type { Commit } from './commit.ts';
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
  push(next: Commit): void;
  /** What git wanted as the controller last read it. */
  wantedAsRead(places: readonly Place[]): Wanted;
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
  let latest = first;

  function write(): void {
    const texts = textsOf(misread(latest));
    world.files.clear();
    for (const [file, text] of texts) world.files.set(file, text);
    commits.set(revisionOf(texts), latest);
    tell(`git is at ${revisionOf(texts).slice(0, 7)}`);
  }

  write();
  return {
    latest: () => latest,
    earlier,
    lastWhole: () => [latest, ...earlier.toReversed()].find(({ documents }) => documents.size > 0) ?? latest,
    push(next) {
      earlier.push(latest);
      latest = next;
      write();
    },
    wantedAsRead(places) {
      const reading = world.reading();
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
