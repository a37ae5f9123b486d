import { isSameJson } from '../../core/ownership.ts';
import { pointerOf } from '../position.ts';
import type { Path } from '../position.ts';
import { variablesOf } from './declared-environments.ts';
import { KEYED, partsOf } from './instances.ts';
import type { Instance } from './instances.ts';
import { withVariables } from './rearranged.ts';
import { valueOf } from './tree.ts';
import type { Tree } from './tree.ts';

/** A field of an instance that is not as its definition says it for all. */
export interface Setting {
  /** Where it is in the instance. */
  readonly path: Path;
  /** The override that set it, by its index; undefined: variables did. */
  readonly override: number | undefined;
  /** Where that was written. */
  readonly from: Path;
  /** Undefined: it was not there. */
  readonly before: unknown;
  /** Undefined: it was removed. */
  readonly after: unknown;
}

/** What overrides and variables made of an instance, one after the other. Pure. */
export function settingsOf({ definition, overrides, declared }: Instance): readonly Setting[] {
  const { merged } = partsOf(definition);
  const steps = overrides.flatMap((index, nth) =>
    differences(merged(overrides.slice(0, nth)).tree, merged(overrides.slice(0, nth + 1)).tree, index, [
      'spec',
      'overrides',
      index,
      'spec',
    ]),
  );
  const all = merged(overrides).tree;
  const { tree } = withVariables(all, variablesOf(declared), definition.document);
  return [...steps, ...differences(all, tree, undefined, [])];
}

/** A field: what is no mapping, and no list whose items are merged one by one. */
interface Leaf {
  readonly path: Path;
  readonly from: Path;
  readonly value: unknown;
}

/** @param around Where what is gone was removed. */
function differences(
  before: Tree,
  after: Tree,
  override: number | undefined,
  around: Path,
): readonly Setting[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const set = [...now].flatMap(([pointer, { path, from, value }]): Setting[] => {
    const was = old.get(pointer)?.value;
    return isSameJson(was, value) ? [] : [{ path, override, from, before: was, after: value }];
  });
  const gone = [...old].flatMap(([pointer, { path, value }]): Setting[] =>
    now.has(pointer) || isAround(path, now)
      ? []
      : [{ path, override, from: around, before: value, after: undefined }],
  );
  return [...set, ...gone];
}

/** Whether something stands in the place of a mapping that a field was in. */
function isAround(path: Path, now: ReadonlyMap<string, Leaf>): boolean {
  return path.some((_, length) => now.has(pointerOf(path.slice(0, length))));
}

function leavesOf(root: Tree): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const add = (tree: Tree, path: Path): void => {
    const last = path.at(-1);
    if (tree.type === 'mapping' && tree.entries.size > 0) {
      for (const [key, part] of tree.entries) add(part, [...path, key]);
    } else if (tree.type === 'list' && typeof last === 'string' && path.length === 2 && last in KEYED) {
      for (const [index, item] of tree.items.entries()) add(item, [...path, index]);
    } else leaves.set(pointerOf(path), { path, from: tree.from, value: valueOf(tree) });
  };
  add(root, []);
  return leaves;
}
