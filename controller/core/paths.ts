/** Paths of fields as plans show them: `desiredCount`, `containers[xray].environment[LEVEL]`, `tags.team`. */

/** Whether a path is another one, or below it: all of a container is below `containers[xray]`. */
export function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

/** One part of a path: a member by its name, or an entry by its key. */
export interface Part {
  readonly type: 'member' | 'entry';
  readonly name: string;
}

/** What follows `tags.` is a key of its own, whatever it is made of. */
const TAGS = 'tags.';

/** Undefined where it is no path. */
export function partsOfPath(path: string): readonly Part[] | undefined {
  if (path.startsWith(TAGS)) {
    return [
      { type: 'member', name: 'tags' },
      { type: 'member', name: path.slice(TAGS.length) },
    ];
  }
  const parts = path.match(/^[^.[\]]+|\.[^.[\]]+|\[[^\]]+\]/g) ?? [];
  if (parts.join('') !== path || parts.length === 0) return undefined;
  return parts.map((part) =>
    part.startsWith('[')
      ? { type: 'entry', name: part.slice(1, -1) }
      : { type: 'member', name: part.replace(/^\./, '') },
  );
}

/** What stands at a path in an object that has entries by key; undefined where nothing does. */
export function valueAt(held: object, path: string): unknown {
  return (partsOfPath(path) ?? []).reduce<unknown>(
    (value, { name }) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    held,
  );
}

/** The paths that the fields of something can have, by the name of the field. */
export type Paths = Readonly<Record<string, Below>>;

/** What can stand below a field; nothing where it is compared as one value. */
export interface Below {
  readonly members?: Paths;
  /** By keys that people or AWS give. */
  readonly entries?: Below;
  /** Whatever AWS has there. */
  readonly anything?: true;
}

/** The field of these that a path leads to, or to something below; undefined where it leads to none. */
export function isPathIn(paths: Paths, path: string): boolean {
  const parts = partsOfPath(path);
  return parts !== undefined && leads({ members: paths }, parts);
}

function leads({ members = {}, entries, anything }: Below, [part, ...rest]: readonly Part[]): boolean {
  if (part === undefined || anything === true) return true;
  const below = part.type === 'entry' ? entries : ownOf(members, part.name);
  return below !== undefined && leads(below, rest);
}

function ownOf(members: Paths, name: string): Below | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Every path of these, with `[…]` for keys: what people are offered. */
export function shownPaths(paths: Paths): readonly string[] {
  return Object.entries(paths).flatMap(([name, below]) => shownBelow(name, below));
}

function shownBelow(at: string, { members = {}, entries }: Below): readonly string[] {
  return [
    at,
    ...Object.entries(members).flatMap(([name, below]) => shownBelow(`${at}.${name}`, below)),
    ...(entries === undefined ? [] : shownBelow(`${at}[…]`, entries)),
  ];
}
