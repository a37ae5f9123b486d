import { isDeepStrictEqual } from 'node:util';
import { Type } from 'typebox';
import type { Static, TObject, TObjectOptions } from 'typebox';
import type { Below, Paths } from '../paths.ts';
import type { AwsOf, Field, Fields, SchemasOf, SpecOf, StateOf, Table } from './field.ts';

/** What one does with all the fields of a table. The result has the types of its rows: each function says so once. */

/** What git wants, from what is written. */
export function specOf<Rows extends Fields>(fields: Rows, written: object): SpecOf<Rows> {
  return collect(fields, (field, name) => [name, field.wanted(member(written, name))]) as SpecOf<Rows>;
}

/** What AWS is asked for, by AWS's names; `isMeant` says which fields it is asked for. */
export function awsOf<Rows extends Fields>(
  fields: Rows,
  spec: object,
  isMeant: (name: string) => boolean = () => true,
): AwsOf<Rows> {
  const said = collect(fields, (field, name) => [
    field.aws ?? name,
    isMeant(name) ? field.toAws(member(spec, name)) : undefined,
  ]);
  return said as AwsOf<Rows>;
}

/** How what AWS has is compared. */
function stateOf<Rows extends Fields>(fields: Rows, aws: object): StateOf<Rows> {
  return collect(fields, (field, name) => [name, field.observed(inAws(field, name, aws))]) as StateOf<Rows>;
}

/** How what git asks for is compared; what it does not ask for is left out. */
export function askedStateOf<Rows extends Fields>(fields: Rows, spec: object): Partial<StateOf<Rows>> {
  const asked = collect(fields, (field, name) => {
    return [name, askedOf(field, field.toAws(member(spec, name)))];
  });
  return asked as Partial<StateOf<Rows>>;
}

function askedOf(field: Field, aws: unknown): unknown {
  const { inPart, holds, compared } = field;
  if (aws === undefined) return undefined;
  if (inPart === undefined || holds === undefined) return field.observed(aws);
  if (compared === 'members') return partOf(holds.fields, aws as object);
  // Only the field itself knows the key of an entry.
  const entries = (aws as readonly object[]).flatMap((entry) =>
    Object.keys(field.observed([entry]) as object).map((key) => [key, partOf(holds.fields, entry)] as const),
  );
  return Object.fromEntries(entries);
}

/** How a structure is compared of which git asks for a part. */
function partOf(fields: Fields, request: object): object {
  return collect(fields, (field, name) => [name, askedOf(field, inAws(field, name, request))]);
}

/** How what AWS has is compared where not everything is known: what AWS did not return, and does not mean something by leaving out, is left out. */
export function knownStateOf<Rows extends Fields>(fields: Rows, aws: object): Partial<StateOf<Rows>> {
  const known = collect(fields, (field, name) => {
    const said = inAws(field, name, aws);
    return [name, said === undefined ? (field.observed(said) ?? undefined) : field.observed(said)];
  });
  return known as Partial<StateOf<Rows>>;
}

/** How what AWS has is compared where the structure is ours as a whole: what else AWS has there is too much, under its own name. */
export function wholeStateOf<Rows extends Fields>(table: Table<Rows>, aws: object): StateOf<Rows> {
  return { ...stateOf(table.fields, aws), ...besides(table, aws) };
}

/** What a manifest says of what AWS has. */
export function writtenOf<Rows extends Fields>(fields: Rows, aws: object): Static<TObject<SchemasOf<Rows>>> {
  const said = collect(fields, (field, name) => [
    name,
    field.presence === 'unwritten' ? undefined : field.written(inAws(field, name, aws)),
  ]);
  return said;
}

export function schemasOf<Rows extends Fields>(fields: Rows): SchemasOf<Rows> {
  const schemas = collect(fields, ({ schema, presence }, name) => {
    if (presence === 'unwritten') return [name, undefined];
    return [name, presence === 'required' ? schema : Type.Optional(schema)];
  });
  return schemas as SchemasOf<Rows>;
}

/** What validation knows of an object beside its JSON Schema; errors are told with it (manifest/schema-message.ts). */
export interface Knowledge extends Pick<Table, 'elsewhere' | 'notOffered'> {
  /** Whose the members are. Default: ECS. */
  readonly service?: string;
  /** Keys whose values are not shown. */
  readonly secrets: readonly string[];
}

export function knowledgeOf(...tables: readonly Table[]): Knowledge {
  return {
    elsewhere: Object.assign({}, ...tables.map(({ elsewhere }) => elsewhere)) as Table['elsewhere'],
    notOffered: Object.assign({}, ...tables.map(({ notOffered }) => notOffered)) as Table['notOffered'],
    secrets: tables.flatMap(({ fields }) =>
      Object.keys(fields).filter((name) => fields[name]?.secret !== undefined),
    ),
  };
}

/** The schema of an object with these fields and no others. */
export function objectOf<Rows extends Fields>(
  table: Table<Rows>,
  options: TObjectOptions = {},
): TObject<SchemasOf<Rows>> {
  return Type.Object(schemasOf(table.fields), {
    additionalProperties: false,
    ...options,
    knowledge: knowledgeOf(table),
  });
}

/** What of a structure in AWS no manifest can say, by AWS's names: `linuxParameters.tmpfs`. */
export function unsaidIn(table: Table, aws: object): readonly string[] {
  const rows = Object.entries(table.fields);
  const others = rows.filter(
    ([name, field]) =>
      field.presence === 'unwritten' &&
      !isDeepStrictEqual(field.observed(inAws(field, name, aws)), field.observed(field.toAws(undefined))),
  );
  const nested = rows.flatMap(([name, { holds, aws: awsName = name }]) => {
    const inner = member(aws, awsName);
    if (holds === undefined || typeof inner !== 'object' || inner === null) return [];
    const structures = Array.isArray(inner) ? (inner as readonly object[]) : [inner];
    return structures.flatMap((one) => unsaidIn(holds, one).map((path) => `${awsName}.${path}`));
  });
  return [
    ...Object.keys(besides(table, aws)),
    ...others.map(([name, field]) => field.aws ?? name),
    ...new Set(nested),
  ];
}

/** Members that are no field of the table and are not said elsewhere. What is but AWS's way of saying that there is nothing is none. */
function besides({ fields, elsewhere }: Table, aws: object): Readonly<Record<string, unknown>> {
  const known = namesInAws(fields);
  return Object.fromEntries(
    Object.entries(aws).filter(
      ([name, value]) => !known.has(name) && elsewhere[name] === undefined && !isNothing(value),
    ),
  );
}

/** Kept for each table: it is asked for with each structure that AWS has. */
const knownNames = new WeakMap<Fields, ReadonlySet<string>>();

function namesInAws(fields: Fields): ReadonlySet<string> {
  const names =
    knownNames.get(fields) ?? new Set(Object.entries(fields).map(([name, field]) => field.aws ?? name));
  knownNames.set(fields, names);
  return names;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function inAws(field: Field, name: string, aws: object): unknown {
  return member(aws, field.aws ?? name);
}

function member(holder: object, name: string): unknown {
  return (holder as Readonly<Record<string, unknown>>)[name];
}

/** Collects an entry for each field, and leaves out what is undefined. */
function collect(
  fields: Fields,
  entry: (field: Field, name: string) => readonly [string, unknown],
): Readonly<Record<string, unknown>> {
  const collected: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const [key, value] = entry(fields[name]!, name);
    if (value !== undefined) collected[key] = value;
  }
  return collected;
}

/** The paths that differences in the fields of a table can have. */
export function pathsOf({ fields }: Pick<Table, 'fields'>): Paths {
  const compared = Object.entries(fields).filter(([, field]) => field.observed(undefined) !== undefined);
  return Object.fromEntries(compared.map(([name, field]) => [name, belowField(field)]));
}

/** The same of what is ours as a whole, where what AWS has besides differs too, under its own name. */
export function wholePathsOf(table: Table): Paths {
  const others = Object.keys(table.notOffered).map((name) => [name, { anything: true }] as const);
  return { ...Object.fromEntries(others), ...pathsOf(table) };
}

function belowField({ compared, holds }: Field): Below {
  if (compared === 'entries') return { entries: {} };
  if (holds === undefined) return {};
  if (compared === 'structures') return { entries: { members: pathsOf(holds) } };
  return compared === 'members' ? { members: pathsOf(holds) } : {};
}

/** How a comparison goes about the fields, as paths without the keys of entries (plan/compare.ts). */
export interface ComparisonRules {
  readonly replace: readonly string[];
  readonly sets: readonly string[];
  readonly collections: readonly string[];
  readonly hidden: readonly string[];
}

/** `at` is where the fields stand in their resource: `containers`, or nothing. */
export function rulesOf(fields: Fields, at = ''): ComparisonRules {
  const rows = Object.entries(fields).map(([name, field]) => ({
    field,
    path: at === '' ? name : `${at}.${name}`,
  }));
  const pathsOf = (is: (field: Field) => boolean): readonly string[] =>
    rows.filter(({ field }) => is(field)).map(({ path }) => path);
  const below = rows.flatMap(({ field: { compared, holds }, path }) =>
    (compared === 'members' || compared === 'structures') && holds !== undefined
      ? [rulesOf(holds.fields, path)]
      : [],
  );
  return {
    replace: [...pathsOf(({ replaces }) => replaces === true), ...below.flatMap(({ replace }) => replace)],
    sets: [...pathsOf(({ compared }) => compared === 'set'), ...below.flatMap(({ sets }) => sets)],
    collections: [
      ...pathsOf(({ compared }) => compared === 'entries' || compared === 'structures'),
      ...below.flatMap(({ collections }) => collections),
    ],
    hidden: [...pathsOf(({ secret }) => secret === 'always'), ...below.flatMap(({ hidden }) => hidden)],
  };
}
