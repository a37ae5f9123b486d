import { isWithin } from '../position.ts';
import type { Finding, Path } from '../position.ts';

/** Says what is wrong at a path of the document; where the path was not written, at the nearest thing around it. */
export type Report = (path: Path, message: string) => void;

export interface CheckContext {
  /** `metadata.name`; empty where it could not be read. */
  readonly name: string;
  readonly report: Report;
  /** Says what AWS takes and what will yet not work; the document stays valid. */
  readonly warn: Report;
}

/** A document on its way through the checks. */
export interface Subject extends CheckContext {
  readonly spec: unknown;
  /** What its schema says against it. */
  readonly schemaFindings: readonly Finding[];
}

/** A rule that a schema cannot say. Looks only at what is valid by the schema, and so speaks up beside other errors. */
export type Check = (subject: Subject) => void;

/** Makes checks of fields of one spec: each sees only the fields that it says it reads, and runs if these are valid. */
export function checksOf<Spec extends object>() {
  return function check<Field extends keyof Spec & string>(
    reads: readonly Field[],
    run: (spec: Pick<Spec, Field>, subject: Subject) => void,
  ): Check {
    return (subject) => {
      if (areValid(subject.schemaFindings, reads)) run(subject.spec as Pick<Spec, Field>, subject);
    };
  };
}

/** Whether these fields of the spec are valid by the schema, whatever else is wrong. */
export function areValid(findings: readonly Finding[], fields: readonly string[]): boolean {
  return findings.every(
    ({ path }) =>
      path.length > 0 && (path[0] !== 'spec' || (path.length > 1 && !fields.includes(String(path[1])))),
  );
}

/**
 * Makes a check of each item of a list in the spec by itself. An item is checked even where a key in it, or another item,
 * is not valid.
 */
// eslint-disable-next-line typescript/no-unnecessary-type-parameters -- the schema vouches for the items' type
export function checkEach<Item>(
  list: readonly string[],
  run: (item: Item, at: Path, subject: Subject) => void,
): Check {
  return (subject) => {
    const items = list.reduce<unknown>(
      (value, key) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[key],
      subject.spec,
    );
    if (!Array.isArray(items)) return;
    const at: Path = ['spec', ...list];
    const unsound = new Set(
      subject.schemaFindings
        .filter(
          ({ path, unknownKey }) => unknownKey !== true && path.length > at.length && isWithin(path, at),
        )
        .map(({ path }) => path[at.length]),
    );
    for (const [index, item] of items.entries()) {
      if (!unsound.has(index)) run(item as Item, [...at, index], subject);
    }
  };
}
