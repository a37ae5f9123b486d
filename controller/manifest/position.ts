/** Where something stands in a manifest: property names and list indices from the document's root. */
export type Path = readonly (string | number)[];

/** `spec.containers[0].cpu`; keys that are no plain words are quoted: `metadata.labels["a b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** A path as a JSON pointer (RFC 6901): one string per path, for maps. */
export function pointerOf(path: Path): string {
  return path.reduce<string>(pointerBelow, '');
}

/** The pointer of what stands at `part` of what a pointer means. */
export function pointerBelow(pointer: string, part: string | number): string {
  if (typeof part === 'number') return `${pointer}/${part}`;
  const isPlain = !part.includes('/') && !part.includes('~');
  return `${pointer}/${isPlain ? part : part.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Offsets of a node in its file. */
export interface NodePlace {
  readonly path: Path;
  /** Of the key; the value's own where it stands in a list. */
  readonly key: number;
  readonly value: number;
  /** Where it was written, in a document that is made of another's parts; absent where that is `path`. */
  readonly from?: Path;
}

/** The nodes of one document by JSON pointer. */
export type Places = ReadonlyMap<string, NodePlace>;

/** Something wrong with a document, before it is known which line that is. */
export interface Finding {
  readonly path: Path;
  /** Where that was written, in a document that is made of another's parts; absent where its places say it. */
  readonly written?: Path;
  readonly offset: number;
  readonly message: string;
  /** The finding is about a key that is none: what stands beside the key may be valid. */
  readonly unknownKey?: true;
  /** Another finding explains this one: it counts, and is not told. */
  readonly silent?: true;
}

/** Whether a path is another path, or below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.every((part, index) => path[index] === part);
}

/** The place of a path, or of the nearest thing around it that was written. */
export function placeOf(places: Places, path: Path): NodePlace {
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(pointerOf(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return places.get('') ?? { path: [], key: 0, value: 0 };
}

/** A path as people know it, who see where things were written. */
export function writtenPath(places: Places, path: Path): Path {
  const place = placeOf(places, path);
  return place.from === undefined ? path : [...place.from, ...path.slice(place.path.length)];
}
