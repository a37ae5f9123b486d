import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { findForbiddenCharacter, forbiddenCharacterMessage } from './characters.ts';
import { pointerBelow } from './position.ts';
import type { Finding, NodePlace, Path, Places } from './position.ts';

/** One YAML document as plain data. */
export interface PlainDocument {
  /** Values that are not allowed are null. */
  readonly value: unknown;
  readonly places: Places;
  readonly findings: readonly Finding[];
  /** Pointers of values that have a finding already: nothing more is to be said of them. */
  readonly refused: ReadonlySet<string>;
  /** Source text of unquoted scalars that YAML reads as a number, a boolean or null. */
  readonly plain: ReadonlyMap<string, string>;
}

/** A place, in both ways to say one. */
interface At {
  readonly path: Path;
  readonly pointer: string;
}

function below({ path, pointer }: At, part: string | number): At {
  return { path: [...path, part], pointer: pointerBelow(pointer, part) };
}

/** Keys that reach into an object's prototype (reference: faults and bad input, YAML). */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The document as plain data, with the places of its nodes. Aliases, anchors, tags, merge keys, duplicate keys, keys that
 * are not text and prototype keys are findings. `start` is the document's offset in its file. The caller has bounded the depth.
 */
export function plainDocument(
  document: Document.Parsed,
  start: number,
  checkCharacters: boolean,
): PlainDocument {
  const places = new Map<string, NodePlace>();
  const findings: Finding[] = [];
  const refused = new Set<string>();
  const plain = new Map<string, string>();

  function offsetOf(node: Node): number | undefined {
    return node.range === null || node.range === undefined ? undefined : start + node.range[0];
  }

  function convert(node: unknown, { path, pointer }: At, key: number | undefined): unknown {
    if (!isNode(node)) {
      places.set(pointer, { path, key: key ?? start, value: key ?? start });
      return null;
    }
    const offset = offsetOf(node) ?? key ?? start;
    places.set(pointer, { path, key: key ?? offset, value: offset });
    const find = (message: string) => findings.push({ path, offset, message });
    const refuse = (message: string) => {
      find(message);
      refused.add(pointer);
      return null;
    };
    if (isAlias(node))
      return refuse(`aliases are not allowed; write the value out instead of *${node.source}`);
    if (node.anchor !== undefined) find(`anchors are not allowed; remove &${node.anchor}`);
    if (node.tag !== undefined) {
      return refuse('tags are not allowed; remove it, and quote the value where it is text');
    }
    if (isMap(node)) return convertMap(node.items, { path, pointer });
    if (isSeq(node)) {
      return node.items.map((item, index) => convert(item, below({ path, pointer }, index), undefined));
    }
    if (!isScalar(node)) return null;
    if (typeof node.value === 'string') {
      const at = checkCharacters ? findForbiddenCharacter(node.value) : undefined;
      if (at !== undefined) return refuse(forbiddenCharacterMessage(node.value, at));
    } else if (node.source !== undefined) {
      plain.set(pointer, node.source);
    }
    return node.value;
  }

  function convertMap(items: readonly Pair[], around: At): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    const written = new Map<string, number>();
    for (const item of items) {
      const offset = (isNode(item.key) ? offsetOf(item.key) : undefined) ?? start;
      const key = readKey(item.key);
      if (typeof key !== 'string') {
        findings.push({ path: around.path, offset, message: key.message });
        continue;
      }
      const at = below(around, key);
      const { path } = at;
      if (key === '<<') {
        findings.push({ path, offset, message: 'merge keys (<<) are not allowed; write the keys out' });
      } else if (PROTOTYPE_KEYS.has(key)) {
        findings.push({ path, offset, message: `${key} is not allowed as a key; choose another name` });
      } else if (written.has(key)) {
        findings.push({
          path,
          offset,
          message: `${JSON.stringify(key)} is given twice in this mapping; remove one`,
        });
      } else {
        written.set(key, offset);
        entries.set(key, convert(item.value, at, offset));
      }
    }
    return Object.fromEntries(entries);
  }

  function readKey(node: unknown): string | { readonly message: string } {
    if (!isScalar(node)) return { message: 'keys must be text' };
    if (node.anchor !== undefined) return { message: `anchors are not allowed; remove &${node.anchor}` };
    if (node.tag !== undefined) return { message: 'tags are not allowed; remove it' };
    if (typeof node.value !== 'string') {
      return { message: `keys must be text; write "${node.source ?? ''}" in quotes` };
    }
    const at = checkCharacters ? findForbiddenCharacter(node.value) : undefined;
    return at === undefined ? node.value : { message: forbiddenCharacterMessage(node.value, at) };
  }

  return {
    value: convert(document.contents, { path: [], pointer: '' }, undefined),
    places,
    findings,
    refused,
    plain,
  };
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isAlias(value) || isMap(value) || isSeq(value);
}
