import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { DocumentKind } from './document-kinds.ts';
import type { ManifestDocument } from './documents.ts';
import { placeOf, pointerOf } from './position.ts';
import type { Finding, Path } from './position.ts';
import type { TSchema } from 'typebox';
import { MANIFEST_SCHEMAS, PRIVATE_KEYWORDS } from './schema/index.ts';
import { schemaMessage } from './schema-message.ts';
import { closest } from '../core/suggest.ts';

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  // To make the validators' code shorter takes longer than all that they are run for.
  code: { optimize: false },
});
ajv.addVocabulary([...PRIVATE_KEYWORDS]);

/** Validators are compiled when they are first used: each compilation costs some milliseconds. */
const validators = new Map<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = ajv.compile(schema);
  validators.set(schema, made);
  return made;
}

/** What is wrong with a document by its kind's schema. A value that was refused gets no second finding. */
export function schemaFindings(kind: DocumentKind, document: ManifestDocument): readonly Finding[] {
  return findingsBy(MANIFEST_SCHEMAS[kind], document, kind);
}

/** The same by any schema; without a kind nothing is said of what manifests have elsewhere. */
export function findingsBy(
  schema: TSchema,
  document: ManifestDocument,
  kind?: DocumentKind,
): readonly Finding[] {
  const validate = validatorOf(schema);
  validate(document.value);
  const errors = chooseBranches(validate.errors ?? []).filter(
    (error) => !isAmong(error.instancePath, document.refused),
  );
  const misspelt = misspeltKeys(errors);
  const findings = errors.map((error): Finding => {
    const finding = toFinding(kind, error, document);
    return error.keyword === 'required' && misspelt.has(pointerOf(finding.path))
      ? { ...finding, silent: true }
      : finding;
  });
  return [...findings, ...unusualNumbers(document, findings)];
}

/** Whether a pointer, or one above it, is among these. */
function isAmong(pointer: string, pointers: ReadonlySet<string>): boolean {
  if (pointers.size === 0 || pointer === '') return false;
  return pointers.has(pointer) || isAmong(pointer.slice(0, pointer.lastIndexOf('/')), pointers);
}

function isAtOrBelow(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

/**
 * Keeps of a union the errors of the branch that is meant, whose own type fits. Where none fits, the union's own error stays, which names
 * what is valid.
 */
function chooseBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  return unions.reduce<readonly ErrorObject[]>((left, union) => {
    const branch = (error: ErrorObject) =>
      error.schemaPath.startsWith(`${union.schemaPath}/`) &&
      isAtOrBelow(error.instancePath, union.instancePath)
        ? error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0]
        : undefined;
    const unfit = new Set(
      left.flatMap((error) =>
        error.instancePath === union.instancePath && ['type', 'const', 'pattern'].includes(error.keyword)
          ? (branch(error) ?? [])
          : [],
      ),
    );
    const meant = left.map(branch).find((index) => index !== undefined && !unfit.has(index));
    return left.filter((error) => {
      if (error === union) return meant === undefined;
      const index = branch(error);
      return index === undefined || index === meant;
    });
  }, errors);
}

/** Pointers of keys that an unknown key was probably meant for: they are not missing, but misspelt. */
function misspeltKeys(errors: readonly ErrorObject[]): ReadonlySet<string> {
  return new Set(
    errors.flatMap((error) => {
      if (error.keyword !== 'additionalProperties') return [];
      const { additionalProperty } = error.params as { additionalProperty: string };
      const meant = closest(additionalProperty, propertiesOf(error));
      return meant === undefined ? [] : `${error.instancePath}/${meant}`;
    }),
  );
}

function propertiesOf(error: ErrorObject): readonly string[] {
  const schema = error.parentSchema as { properties?: object } | undefined;
  return Object.keys(schema?.properties ?? {});
}

function toFinding(kind: DocumentKind | undefined, error: ErrorObject, document: ManifestDocument): Finding {
  const place = document.places.get(error.instancePath) ?? placeOf(document.places, []);
  const message = schemaMessage(kind, error, place.path, document.plain.get(error.instancePath));
  const at = (path: Path): Finding => {
    const found = placeOf(document.places, path);
    return { path, offset: found.path.length === path.length ? found.key : place.key, message };
  };
  switch (error.keyword) {
    case 'required':
      return at([...place.path, (error.params as { missingProperty: string }).missingProperty]);
    case 'additionalProperties':
      return {
        ...at([...place.path, (error.params as { additionalProperty: string }).additionalProperty]),
        unknownKey: true,
      };
    case 'uniqueItems': {
      const { i, j } = error.params as { i: number; j: number };
      return at([...place.path, Math.max(i, j)]);
    }
    default:
      return { path: place.path, offset: place.value, message };
  }
}

/** Finds numbers such as `012` and `1e3`, which are something else to people and to other YAML versions than to YAML 1.2. */
function unusualNumbers(document: ManifestDocument, known: readonly Finding[]): readonly Finding[] {
  const wrong = new Set(known.map(({ path }) => pointerOf(path)));
  return [...document.plain].flatMap(([pointer, source]) => {
    const place = document.places.get(pointer);
    const isUsual = !/\d/.test(source) || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(source);
    if (place === undefined || isUsual || isAmong(pointer, wrong)) return [];
    const message = `${source} is not a plain decimal number; write ${Number(source)}, or "${source}" in quotes where text is meant`;
    return [{ path: place.path, offset: place.value, message }];
  });
}
