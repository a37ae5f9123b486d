import { isMapping } from '../mapping.ts';
import { pointerBelow } from '../position.ts';
import type { Path } from '../position.ts';

/** A value of a document that knows where it was written, wherever it is put. */
export type Tree =
  | Mapping
  | { readonly type: 'list'; readonly from: Path; readonly items: readonly Tree[] }
  | { readonly type: 'scalar'; readonly from: Path; readonly value: unknown };

export interface Mapping {
  readonly type: 'mapping';
  readonly from: Path;
  readonly entries: ReadonlyMap<string, Tree>;
}

export function treeOf(value: unknown, from: Path): Tree {
  if (Array.isArray(value)) {
    return { type: 'list', from, items: value.map((item: unknown, index) => treeOf(item, [...from, index])) };
  }
  if (!isMapping(value)) return { type: 'scalar', from, value };
  const entries = Object.entries(value).map(([key, entry]) => [key, treeOf(entry, [...from, key])] as const);
  return { type: 'mapping', from, entries: new Map(entries) };
}

/** The value alone. */
export function valueOf(tree: Tree): unknown {
  if (tree.type === 'list') return tree.items.map(valueOf);
  if (tree.type === 'scalar') return tree.value;
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, valueOf(entry)]));
}

/** Where each part of a tree was written, by the pointer that it has now. */
export function originsOf(root: Tree): ReadonlyMap<string, Origin> {
  const found = new Map<string, Origin>();
  const add = (tree: Tree, pointer: string, path: Path): void => {
    found.set(pointer, { path, from: tree.from });
    const below: Iterable<readonly [string | number, Tree]> =
      tree.type === 'mapping' ? tree.entries : tree.type === 'list' ? tree.items.entries() : [];
    for (const [key, part] of below) add(part, pointerBelow(pointer, key), [...path, key]);
  };
  add(root, '', []);
  return found;
}

interface Origin {
  /** Where it is now. */
  readonly path: Path;
  readonly from: Path;
}

/** The same with another value for each text; undefined leaves it. What is left is the very same. */
export function withTexts(tree: Tree, change: (text: string, from: Path) => string | undefined): Tree {
  switch (tree.type) {
    case 'list': {
      const items = tree.items.map((item) => withTexts(item, change));
      return items.every((item, index) => item === tree.items[index]) ? tree : { ...tree, items };
    }
    case 'mapping': {
      const entries = new Map([...tree.entries].map(([key, entry]) => [key, withTexts(entry, change)]));
      const isSame = [...entries].every(([key, entry]) => entry === tree.entries.get(key));
      return isSame ? tree : { ...tree, entries };
    }
    case 'scalar': {
      if (typeof tree.value !== 'string') return tree;
      const value = change(tree.value, tree.from);
      return value === undefined || value === tree.value ? tree : { ...tree, value };
    }
  }
}

/** Lists whose items are known by a member, by the names of the mappings around them: `containers` by `name`. */
export type KeyedLists = Readonly<Record<string, string>>;

/**
 * A JSON merge patch (RFC 7396): what is null is removed, mappings are merged, all else is replaced. Lists that are keyed are merged item by
 * item, where the RFC would replace them: an item with a new key comes last.
 *
 * @param keyed Of lists at the top.
 */
export function patched(target: Tree | undefined, patch: Tree, keyed: KeyedLists = {}): Tree {
  if (patch.type !== 'mapping') return patch;
  const entries = new Map(target?.type === 'mapping' ? target.entries : []);
  for (const [key, part] of patch.entries) {
    const before = entries.get(key);
    const member = Object.hasOwn(keyed, key) ? keyed[key] : undefined;
    if (part.type === 'scalar' && part.value === null) entries.delete(key);
    else if (member !== undefined && part.type === 'list' && before?.type === 'list') {
      entries.set(key, { ...before, items: mergedItems(before.items, part.items, member) });
    } else entries.set(key, patched(before, part));
  }
  return { type: 'mapping', from: target?.type === 'mapping' ? target.from : patch.from, entries };
}

function mergedItems(items: readonly Tree[], patches: readonly Tree[], member: string): readonly Tree[] {
  return patches.reduce<readonly Tree[]>((done, patch) => {
    const key = keyOf(patch, member);
    const index = key === undefined ? -1 : done.findIndex((item) => keyOf(item, member) === key);
    if (index === -1) return [...done, patched(undefined, patch)];
    return done.with(index, patched(done[index], patch));
  }, items);
}

function keyOf(tree: Tree, member: string): unknown {
  const key = tree.type === 'mapping' ? tree.entries.get(member) : undefined;
  return key?.type === 'scalar' ? key.value : undefined;
}
