import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Field, Fields } from '../../core/fields/field.ts';
import { partsOfPath } from '../../core/paths.ts';
import type { Part } from '../../core/paths.ts';
import { CONTAINER } from './container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from './fields.ts';

/** What is asked for, or what AWS has: the shapes are the same, and their members are known by their tables. */
type Structure = Readonly<Record<string, unknown>>;

/** What is to be registered, with these paths as the running revision has them: what is left to others stays as they made it. */
export function withKept(
  wanted: RegisterTaskDefinitionCommandInput,
  running: TaskDefinition,
  paths: readonly string[],
): RegisterTaskDefinitionCommandInput {
  return paths.reduce((input, path) => keepAt(input, running, partsOfPath(path) ?? []), wanted);
}

function keepAt(
  wanted: RegisterTaskDefinitionCommandInput,
  running: TaskDefinition,
  [field, key, ...rest]: readonly Part[],
): RegisterTaskDefinitionCommandInput {
  if (field === undefined) return wanted;
  const below = key === undefined ? [] : [key, ...rest];
  if (field.name === 'containers' && key !== undefined) {
    const containers = keepEntry(
      wanted.containerDefinitions ?? [],
      running.containerDefinitions ?? [],
      ({ name }) => name ?? '',
      key.name,
      (own, theirs) => (rest.length === 0 ? theirs : kept(CONTAINER.fields, own, theirs, rest)),
    );
    return { ...wanted, containerDefinitions: containers };
  }
  if (Object.hasOwn(RUNTIME_PLATFORM.fields, field.name)) {
    const { runtimePlatform: own = {} } = wanted;
    const platform = kept(RUNTIME_PLATFORM.fields, own, running.runtimePlatform ?? {}, [field, ...below]);
    return { ...wanted, runtimePlatform: platform };
  }
  return kept<RegisterTaskDefinitionCommandInput>(TASK.fields, wanted, running, [field, ...below]);
}

/** A structure with what is at a path taken from another of its kind. */
function kept<Held extends object>(
  fields: Fields,
  own: Held,
  theirs: object,
  [part, ...rest]: readonly Part[],
): Held {
  if (part === undefined) return own;
  const field = Object.hasOwn(fields, part.name) ? fields[part.name] : undefined;
  const name = field?.aws ?? part.name;
  return { ...own, [name]: keptValue(field, (own as Structure)[name], (theirs as Structure)[name], rest) };
}

function keptValue(
  field: Field | undefined,
  own: unknown,
  theirs: unknown,
  [part, ...rest]: readonly Part[],
): unknown {
  if (field === undefined || part === undefined) return theirs;
  if (field.compared === 'entries' || field.compared === 'structures') {
    if (isList(own) || isList(theirs)) {
      const keyOf = (entry: unknown): string => Object.keys(field.observed([entry]) as object)[0] ?? '';
      return keepEntry(isList(own) ? own : [], isList(theirs) ? theirs : [], keyOf, part.name, (ours, kept) =>
        keptMembers(field, ours, kept, rest),
      );
    }
    const { [part.name]: _own, ...others } = (own ?? {}) as Structure;
    const value = ((theirs ?? {}) as Structure)[part.name];
    return value === undefined ? others : { ...others, [part.name]: value };
  }
  return keptMembers(field, own, theirs, [part, ...rest]);
}

function keptMembers(field: Field, own: unknown, theirs: unknown, path: readonly Part[]): unknown {
  if (path.length === 0 || field.holds === undefined || !isStructure(own) || !isStructure(theirs))
    return theirs;
  return kept(field.holds.fields, own, theirs, path);
}

/** A list in which the entry of one key is as in another list: taken over, put in, or left out. */
function keepEntry<Entry>(
  own: readonly Entry[],
  theirs: readonly Entry[],
  keyOf: (entry: Entry) => string,
  key: string,
  keep: (own: Entry, theirs: Entry) => Entry,
): Entry[] {
  const kept = theirs.find((entry) => keyOf(entry) === key);
  const isThere = own.some((entry) => keyOf(entry) === key);
  if (kept !== undefined && !isThere) return [...own, kept];
  return own.flatMap((entry) => {
    if (keyOf(entry) !== key) return [entry];
    return kept === undefined ? [] : [keep(entry, kept)];
  });
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isStructure(value: unknown): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
