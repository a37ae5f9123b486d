import { Type } from 'typebox';
import type { Static, TArray, TObject, TRecord, TSchema, TString } from 'typebox';
import type { AwsOf, Field, Fields, SchemasOf, SpecOf, StateOf, Table } from './field.ts';
import { awsOf, objectOf, specOf, wholeStateOf, writtenOf } from './table.ts';

/** A value that AWS keeps as it is given; an empty text is none. */
export function value<Schema extends TSchema>(
  schema: Schema,
): Field<Schema, Static<Schema> | undefined, Static<Schema>, Static<Schema> | null> {
  return {
    schema,
    compared: 'value',
    wanted: (written) => written,
    toAws: (spec) => spec,
    observed: (aws) => (aws === undefined || aws === '' ? null : aws),
    written: (aws) => (aws === '' ? undefined : aws),
  };
}

/** A value that AWS takes for `meaning` where it is left out. */
export function omissible<Schema extends TSchema>(
  schema: Schema,
  meaning: Static<Schema>,
): Field<Schema, Static<Schema> | undefined, Static<Schema>, Static<Schema>> {
  return {
    ...value(schema),
    observed: (aws) => aws ?? meaning,
    written: (aws) => (aws === meaning ? undefined : aws),
  };
}

/** A list whose order counts; an empty one is none. */
export function list<Item extends TSchema>(
  items: Item,
  description: string,
): Field<TArray<Item>, Static<Item>[] | undefined, Static<Item>[], readonly Static<Item>[] | null> {
  return {
    schema: Type.Array(items, { description }),
    compared: 'value',
    wanted: (written) => written,
    toAws: (spec) => spec,
    observed: (aws) => (aws === undefined || aws.length === 0 ? null : aws),
    written: nonEmpty,
  };
}

/** A list whose order and repetitions mean nothing. */
export function set<Item extends TSchema>(
  items: Item,
  options: { readonly description: string; readonly maxItems?: number; readonly uniqueItems?: true },
): Field<TArray<Item>, Static<Item>[] | undefined, Static<Item>[], readonly Static<Item>[]> {
  return {
    schema: Type.Array(items, options),
    compared: 'set',
    wanted: (written) => written,
    toAws: (spec) => spec,
    observed: (aws) => aws ?? [],
    written: nonEmpty,
  };
}

type Texts = Record<string, string>;
type TextMap = TRecord<string, TString>;

/** Texts by key. */
export function map(description: string): Field<TextMap, Texts | undefined, Texts, Readonly<Texts>> {
  return {
    schema: Type.Record(Type.String(), Type.String(), { description }),
    compared: 'entries',
    wanted: (written) => written,
    toAws: (spec) => spec,
    observed: (aws) => aws ?? {},
    written: nonEmpty,
  };
}

/** Texts by name, which AWS carries as a list of names and, under `text`, texts, in any order. */
export function pairs<Text extends string>(
  text: Text,
  description: string,
): Field<TextMap, Texts | undefined, Pair<Text>[], Readonly<Texts>> {
  const byName = (aws: readonly Pair<Text>[] = []): Texts =>
    Object.fromEntries(aws.map((pair) => [pair.name ?? '', pair[text] ?? '']));
  return {
    ...map(description),
    toAws: (spec) => spec && Object.entries(spec).map(([name, said]) => pairOf(text, name, said)),
    observed: byName,
    written: (aws) => nonEmpty(byName(aws)),
    holds: {
      fields: {},
      elsewhere: { name: 'the key says it', [text]: 'the value says it' },
      notOffered: {},
    },
  };
}

/** Texts by key as people write them where one may also stand in a file. Whoever reads a manifest puts the text in its place (manifest/named-files.ts). */
export function textsOrFiles(description: string) {
  const inFile = Type.Object(
    {
      fromFile: Type.String({
        description: 'Path of the file, from the folder of the manifest to one below the source path.',
      }),
    },
    { additionalProperties: false },
  );
  const either = Type.Union([Type.String(), inFile], {
    errorMessage: 'must be text, or { fromFile: <path of a file> }',
  });
  return Type.Unsafe<Texts>(Type.Record(Type.String(), either, { description }));
}

type Pair<Text extends string> = { name: string | undefined } & { [Key in Text]: string | undefined };

function pairOf<Text extends string>(text: Text, name: string, said: string): Pair<Text> {
  return { name, [text]: said } as Pair<Text>;
}

/** An object that may be absent, which is not the same as empty. */
export function object<Rows extends Fields>(
  holds: Table<Rows>,
  description: string,
): Field<TObject<SchemasOf<Rows>>, SpecOf<Rows> | undefined, AwsOf<Rows>, StateOf<Rows> | null> {
  return {
    schema: objectOf(holds, { description }),
    compared: 'members',
    holds,
    wanted: (written) => (written === undefined ? undefined : specOf(holds.fields, written)),
    toAws: (spec) => spec && awsOf(holds.fields, spec),
    observed: (aws) => (aws === undefined ? null : wholeStateOf(holds, aws)),
    written: (aws) => aws && writtenOf(holds.fields, aws),
  };
}

/** An object that means the same absent and empty. */
export function omissibleObject<Rows extends Fields>(
  holds: Table<Rows>,
  description: string,
): Field<TObject<SchemasOf<Rows>>, SpecOf<Rows> | undefined, AwsOf<Rows>, StateOf<Rows>> {
  return {
    ...object(holds, description),
    observed: (aws) => wholeStateOf(holds, aws ?? {}),
    written: (aws) => nonEmpty(aws && writtenOf(holds.fields, aws)),
  };
}

/** How the entries of a list are told apart and compared. */
interface Entry<Aws> {
  /** What an entry is known by. */
  key(entry: Aws): string | undefined;
  /** All else that it says. */
  says(entry: Aws): string | undefined;
}

/** A list of objects whose order means nothing: AWS has at most one for each key. */
export function listByKey<Rows extends Fields>(
  holds: Table<Rows>,
  description: string,
  entries: Entry<AwsOf<Rows>>,
): Field<TArray<TObject<SchemasOf<Rows>>>, SpecOf<Rows>[] | undefined, AwsOf<Rows>[], Readonly<Texts>> {
  return {
    schema: Type.Array(objectOf(holds), { description }),
    compared: 'entries',
    holds,
    wanted: (written) => written?.map((entry) => specOf(holds.fields, entry)),
    toAws: (spec) => spec?.map((entry) => awsOf(holds.fields, entry)),
    observed: (aws = []) =>
      Object.fromEntries(aws.map((entry) => [entries.key(entry) ?? '', entries.says(entry) ?? ''])),
    written: (aws) => nonEmpty(aws?.map((entry) => writtenOf(holds.fields, entry))),
  };
}

/** A list of objects whose order means nothing, each compared field by field: AWS has at most one for each key. */
export function structuresByKey<Rows extends Fields>(
  holds: Table<Rows>,
  description: string,
  key: (entry: AwsOf<Rows>) => string | undefined,
): Field<
  TArray<TObject<SchemasOf<Rows>>>,
  SpecOf<Rows>[] | undefined,
  AwsOf<Rows>[],
  Readonly<Record<string, StateOf<Rows>>>
> {
  return {
    ...list(objectOf(holds), description),
    compared: 'structures',
    holds,
    wanted: (written) => written?.map((entry) => specOf(holds.fields, entry)),
    toAws: (spec) => spec?.map((entry) => awsOf(holds.fields, entry)),
    observed: (aws = []) =>
      Object.fromEntries(aws.map((entry) => [key(entry) ?? '', wholeStateOf(holds, entry)])),
    written: (aws) => nonEmpty(aws?.map((entry) => writtenOf(holds.fields, entry))),
  };
}

/** A list of objects whose order counts; an empty one is none. */
export function structures<Rows extends Fields>(
  holds: Table<Rows>,
  description: string,
): Field<
  TArray<TObject<SchemasOf<Rows>>>,
  SpecOf<Rows>[] | undefined,
  AwsOf<Rows>[],
  readonly StateOf<Rows>[] | null
> {
  return {
    ...structuresByKey(holds, description, () => ''),
    compared: 'value',
    observed: (aws = []) => (aws.length === 0 ? null : aws.map((entry) => wholeStateOf(holds, entry))),
  };
}

/** The same field, of whose members those that a manifest does not say are left to AWS. */
export function inPart<Of extends Field>(field: Of): Of & { readonly inPart: true } {
  return { ...field, inPart: true };
}

/** The same field, which every manifest has to write. */
export function required<Schema extends TSchema, Spec, Aws, State>(
  field: Field<Schema, Spec, Aws, State>,
): Field<Schema, Exclude<Spec, undefined>, Aws, State> & { readonly presence: 'required' } {
  return { ...field, presence: 'required' } as Field<Schema, Exclude<Spec, undefined>, Aws, State> & {
    readonly presence: 'required';
  };
}

/**
 * The same field, with what the language has where a manifest says nothing. That is part of the digest and is sent, whether written or not.
 */
export function always<Schema extends TSchema, Spec, Aws, State>(
  field: Field<Schema, Spec, Aws, State>,
  value: Exclude<Spec, undefined>,
): Field<Schema, Exclude<Spec, undefined>, Aws, State> {
  return {
    ...field,
    wanted: (written) => (field.wanted(written) ?? value) as Exclude<Spec, undefined>,
  };
}

/** The same field, which no manifest writes. */
export function unwritten<Of extends Field>(field: Of): Of & { readonly presence: 'unwritten' } {
  return { ...field, presence: 'unwritten' };
}

/** The same field, which AWS calls otherwise. */
export function called<const Name extends string, Of extends Field>(
  aws: Name,
  field: Of,
): Of & { readonly aws: Name } {
  return { ...field, aws };
}

function nonEmpty<Held extends object>(held: Held | undefined): Held | undefined {
  return held === undefined || Object.keys(held).length === 0 ? undefined : held;
}
