import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { ROOMS } from './rooms.ts';
import type { Room } from './rooms.ts';

/** Before what lets in types alone. */
const TYPES = 'type ';

interface Standing {
  /** The room's name in the table. */
  readonly name: string;
  readonly room: Room;
  /** What the `*` of its name is here. */
  readonly star: string | undefined;
}

interface Target {
  /** A path from the root, or the name of a package. */
  readonly what: string;
  readonly isOurs: boolean;
  readonly typeOnly: boolean;
}

/** A sentence for every import that the table does not allow, and for every file that stands in no room of it. */
export function offences(sources: ReadonlyMap<string, string>): readonly string[] {
  return [...sources].flatMap(([file, text]) => {
    const standing = standingOf(file);
    if (standing === undefined) {
      return [`${file} stands in no room: say in test/architecture/rooms.ts what it may import`];
    }
    return importsOf(file, text)
      .map(({ from, typeOnly }) => {
        const isOurs = from.startsWith('.');
        return { what: isOurs ? posix.join(posix.dirname(file), from) : from, isOurs, typeOnly };
      })
      .filter((target) => !isAllowed(target, standing))
      .map((target) => sentence(file, target, standing));
  });
}

/** The name of the room that a file stands in. */
export function roomOf(file: string): string | undefined {
  return standingOf(file)?.name;
}

function standingOf(file: string): Standing | undefined {
  for (const [name, room] of Object.entries(ROOMS)) {
    const match = placePattern(name).exec(file);
    if (match !== null) return { name, room, star: match[1] };
  }
  return undefined;
}

function isAllowed({ what, isOurs, typeOnly }: Target, { name, room, star = '*' }: Standing): boolean {
  const entries = isOurs ? [name, ...room.places] : room.packages;
  return entries
    .filter((entry) => typeOnly || !entry.startsWith(TYPES))
    .map((entry) => entry.replace(TYPES, ''))
    .map((entry) => (isOurs ? placePattern(entry.replace('*', star)) : packagePattern(entry)))
    .some((pattern) => pattern.test(what));
}

/** A file, or with a slash at its end all that stands in a folder. */
function placePattern(place: string): RegExp {
  const path = place.startsWith('/') ? place.slice(1) : `controller/${place}`;
  return new RegExp(`^${patternSource(path)}${path.endsWith('/') ? '' : '$'}`);
}

/** A package, and all that it exports by a path of its own. */
function packagePattern(name: string): RegExp {
  return new RegExp(`^${patternSource(name)}(/|$)`);
}

function patternSource(glob: string): string {
  return glob
    .replaceAll('.', '\\.')
    .replaceAll('?', '[^/]*')
    .replaceAll('*', '([^/]*)')
    .replaceAll(/\{([^}]*)\}/g, (_braces, names: string) => `(?:${names.replaceAll(',', '|')})`);
}

function sentence(file: string, { what, typeOnly }: Target, { name, room }: Standing): string {
  const imports = `imports ${typeOnly ? 'types of ' : ''}${what.replace(/^controller\//, '')}`;
  const allowed = new Intl.ListFormat('en-GB').format(
    ['itself', ...room.places, ...room.packages].map((entry) => shown(entry)),
  );
  return `${file} ${imports}; ${shown(name)} may import ${allowed} only: ${room.why}`;
}

function shown(entry: string): string {
  return entry.replace(TYPES, 'types of ').replace(/(^| )\//, '$1');
}
