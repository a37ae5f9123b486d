import type { Static, TOptional, TSchema } from 'typebox';

/**
 * A field of a kind, declared once: how people write it, what git wants by it (`Spec`, of which digests are made), how AWS carries
 * it, and how it is compared (`State`: what AWS fills in and reorders is undone, so that equal meaning is equal). What git wants is
 * compared as `observed(toAws(spec))`, so that what is asked for and what is compared cannot differ.
 */
export interface Field<Schema extends TSchema = TSchema, Spec = unknown, Aws = unknown, State = unknown> {
  readonly schema: Schema;
  /** `required`: every manifest writes it. `unwritten`: none does; it is always the same, or another resource's. */
  readonly presence?: 'required' | 'unwritten';
  /** What git wants; undefined where neither the manifest nor the language says anything. */
  wanted(written: Static<Schema> | undefined): Spec;
  /** Undefined: it is left to AWS. */
  toAws(spec: Spec): Aws | undefined;
  /** `aws` is undefined where the API returned nothing of it. */
  observed(aws: Aws | undefined): State;
  /** As a manifest says it; undefined where the language has it so without a word. */
  written(aws: Aws | undefined): Static<Schema> | undefined;
  readonly compared: Comparison;
  /** AWS's name of it, where that is another. */
  readonly aws?: string;
  /** What AWS has in the object that it is, or in each entry of the list. */
  readonly holds?: Table;
  /** AWS completes what it holds: members that a manifest does not say are not compared. */
  readonly inPart?: true;
  /** AWS cannot change it in place. */
  readonly replaces?: true;
  /** Whether its values must not be shown; `by name`: those of entries whose name reads like a secret. */
  readonly secret?: 'always' | 'by name';
  /** The Fargate platform version from which on tasks can have it. */
  readonly fargatePlatform?: string;
}

/**
 * `value`: by value. `set`: a list whose order means nothing. `entries`: key by key. `structures`: key by key, and each field by field.
 * `members`: field by field.
 */
export type Comparison = 'value' | 'set' | 'entries' | 'structures' | 'members';

export type Fields = Readonly<Record<string, Field>>;

/** What AWS has in one structure: each of its members is a field, is said in another way, or is not offered. */
export interface Table<Rows extends Fields = Fields> {
  readonly fields: Rows;
  /** By AWS's name, what says it instead: the sentence goes on after `ECS has <member>; `. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** By AWS's name, why no manifest can say it. */
  readonly notOffered: Readonly<Record<string, string>>;
}

/** Keys whose value may be undefined are optional. */
type Optionally<All> = {
  readonly [Key in keyof All as undefined extends All[Key] ? never : Key]: All[Key];
} & {
  readonly [Key in keyof All as undefined extends All[Key] ? Key : never]?: Exclude<All[Key], undefined>;
};

/** What git wants of the fields. */
export type SpecOf<Rows extends Fields> = Optionally<{
  [Key in keyof Rows]: ReturnType<Rows[Key]['wanted']>;
}>;

type NameInAws<Row, Key> = Row extends { aws: infer Name extends string } ? Name : Key;
type Required = { presence: 'required' };
type Unwritten = { presence: 'unwritten' };
type Present = { presence: 'required' | 'unwritten' };

/** What AWS is asked for. What every manifest says is there, and what none does where it has a value. */
export type AwsOf<Rows extends Fields> = {
  [Key in keyof Rows as Rows[Key] extends Required ? NameInAws<Rows[Key], Key> : never]: Exclude<
    ReturnType<Rows[Key]['toAws']>,
    undefined
  >;
} & {
  [Key in keyof Rows as Rows[Key] extends Unwritten ? NameInAws<Rows[Key], Key> : never]: ReturnType<
    Rows[Key]['toAws']
  >;
} & {
  [Key in keyof Rows as Rows[Key] extends Present ? never : NameInAws<Rows[Key], Key>]?: Exclude<
    ReturnType<Rows[Key]['toAws']>,
    undefined
  >;
};

/** How the fields are compared. */
export type StateOf<Rows extends Fields> = {
  readonly [Key in keyof Rows]: ReturnType<Rows[Key]['observed']>;
};

/** The schemas of what people write, as properties of an object's. */
export type SchemasOf<Rows extends Fields> = {
  [Key in keyof Rows as Rows[Key] extends { presence: 'unwritten' } ? never : Key]: Rows[Key] extends {
    presence: 'required';
  }
    ? Rows[Key]['schema']
    : TOptional<Rows[Key]['schema']>;
};
