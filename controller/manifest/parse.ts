import { isNamed, whereabouts } from './candidate.ts';
import type { Candidate, NamedCandidate } from './candidate.ts';
import { checkClaims } from './check/claims.ts';
import { checkProviders } from './check/providers.ts';
import { checkDuplicateEnvironments, checkDuplicates } from './check/duplicates.ts';
import {
  checkPolicyPartitions,
  checkRoleAccounts,
  declaredPlaces,
  declaresEnvironments,
  resolveEnvironments,
} from './check/environments.ts';
import { checkRepositories } from './check/repositories.ts';
import { checkAlone } from './check/alone.ts';
import { checkNamespaces, checkPublicNamespaces } from './check/namespace.ts';
import { withEnvironments } from './fleet/environment-sets.ts';
import { declaredAmong, withInstances } from './fleet/expand.ts';
import { definitionOf, isInstance } from './fleet/instances.ts';
import { foldedErrors } from './fleet/fold-errors.ts';
import type { IgnoredDocument, Manifest, ManifestError } from './manifest.ts';
import type { NamedFile } from './named-files.ts';
import { originOf } from './origin.ts';
import type { ManifestOrigin } from './origin.ts';
import { readCandidates } from './read-candidates.ts';
import { checkRollouts } from './rollout/check.ts';
import { declaredRollouts } from './rollout/declared.ts';
import type { DeclaredRollout } from './rollout/declared.ts';
import { definitionDigest } from './rollout/digests.ts';
import type { WrittenDefinition } from './rollout/digests.ts';
import type { UnfitInstance } from './rollout/staged.ts';
import { compareText } from '../core/order.ts';
import { withoutSecretsIn } from '../core/secrets.ts';
import type { SecretRules } from '../core/secrets.ts';
import { formatPath, writtenPath } from './position.ts';
import type { Finding } from './position.ts';
import { isSealed } from './sealed.ts';

export type { IgnoredDocument, Manifest, ManifestError } from './manifest.ts';

export interface ManifestFile {
  /** Relative to the source path, with `/`. */
  readonly file: string;
  readonly text: string;
}

export interface ParsedManifests {
  /** Every valid manifest, by file and line. */
  readonly manifests: readonly Manifest[];
  /** Every error of every file, by file, line and column. */
  readonly errors: readonly ManifestError[];
  /** The same of what is valid, AWS takes, and will yet not work. */
  readonly warnings: readonly ManifestError[];
  /** Documents of other tools, by file and line. */
  readonly ignored: readonly IgnoredDocument[];
  /** Files that declare an Environment, be it valid or not. */
  readonly declaring: readonly string[];
  /** Rollouts, be they valid or not. */
  readonly rollouts: readonly DeclaredRollout[];
  /** Definitions in Environments where they are wrong, and so are no manifests. */
  readonly unfit: readonly UnfitInstance[];
}

/** The same with all that is known of them, for those who show it: it holds on to the documents. */
export interface TracedManifests extends ParsedManifests {
  /** How each of the manifests came to be. */
  readonly origins: ReadonlyMap<Manifest, ManifestOrigin>;
}

/** How much is read at most (reference: faults and bad input, YAML). */
const MEBIBYTE = 1024 * 1024;
const MAX_TOTAL_MIB = 64;
const MAX_FILES = 20_000;
/** Errors told of one document; a hostile one could have hundreds of thousands. */
const MAX_ERRORS = 100;

/**
 * The manifests of all files. A bad document is an error and never stops the others; nothing is ever thrown. `unread` names
 * files that exist, cannot be read and may hold an Environment; `named` are the files that `filesNamedIn` tells of.
 */
export function parseManifests(...read: Parameters<typeof traceManifests>): ParsedManifests {
  const { origins: _documents, ...parsed } = traceManifests(...read);
  return parsed;
}

/** The same as parseManifests, and how each came to be. */
export function traceManifests(
  files: readonly ManifestFile[],
  unread: readonly string[] = [],
  secretRules: SecretRules = [],
  named: readonly NamedFile[] = [],
): TracedManifests {
  const sizes = files.map(({ text }) => Buffer.byteLength(text));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (files.length > MAX_FILES || total > MAX_TOTAL_MIB * MEBIBYTE) {
    const size = `${files.length} files with ${Math.ceil(total / MEBIBYTE)} MiB`;
    const limits = `at most ${MAX_FILES} files with ${MAX_TOTAL_MIB} MiB in all are read`;
    return {
      manifests: [],
      errors: [fileError('.', `these are ${size}; ${limits}; split them or choose a deeper source path`)],
      warnings: [],
      ignored: [],
      declaring: [],
      rollouts: [],
      unfit: [],
      origins: new Map(),
    };
  }
  const tooBig = files.filter((_, index) => sizes[index]! > MEBIBYTE);
  const { candidates: written, ignored } = readCandidates(
    files.filter((_, index) => sizes[index]! <= MEBIBYTE).toSorted((a, b) => compareText(a.file, b.file)),
    named,
  );
  const documents = withEnvironments(written);
  const hidden = [
    ...tooBig.filter(mayDeclareEnvironment).map(({ file }) => file),
    ...documents.filter((one) => declaresEnvironments(one) && !isNamed(one)).map(whereabouts),
  ];
  const sealed = documents.filter(({ kind, document }) => kind === undefined && isSealed(document.value));
  const unknown = [...unread, ...sealed.map(({ file }) => file)];
  const declared = declaredAmong(documents, [...hidden, ...unknown]);
  const candidates = withInstances(documents, declared);
  for (const candidate of candidates) if (!candidate.document.broken) checkAlone(candidate);
  const told = (kindOf: 'findings' | 'warnings'): readonly ManifestError[] =>
    foldedErrors(
      candidates.map((candidate) => ({ candidate, errors: toErrors(candidate, candidate[kindOf]) })),
    )
      .map((error) => ({ ...error, message: withoutSecretsIn(error.message, secretRules) }))
      .toSorted(byPlace);
  const environments = checkTogether(candidates.filter(isNamed), hidden, unknown);
  checkRollouts(candidates, environments, declared, [
    ...unknown,
    ...tooBig.filter(mayDeclareRollout).map(({ file }) => file),
  ]);
  const valid = candidates.filter(isNamed).filter(({ findings }) => findings.length === 0);
  const origins = new Map(valid.map((candidate) => [toManifest(candidate), originOf(candidate)]));
  return {
    manifests: [...origins.keys()].toSorted(byManifestPlace),
    errors: [
      ...tooBig.map(({ file }) => fileError(file, 'the file is larger than 1 MiB; split it')),
      ...told('findings'),
    ].toSorted(byPlace),
    warnings: told('warnings'),
    ignored,
    declaring: [...new Set(documents.filter(declaresEnvironments).map(({ file }) => file))],
    rollouts: declaredRollouts(candidates),
    unfit: unfitInstances(candidates),
    origins,
  };
}

/** What a definition is not in an Environment, for something is wrong there; of one that is wrong everywhere there is nothing to stage. */
function unfitInstances(candidates: readonly Candidate[]): readonly UnfitInstance[] {
  return candidates.filter(isInstance).flatMap((instance) => {
    const [first] = toErrors(instance, instance.findings);
    if (first === undefined || instance.kind !== 'DaemonService') return [];
    const { file, line, message } = first;
    return [
      {
        from: placeOfDocument(instance),
        environment: instance.environment,
        why: `${file}:${line}: ${message}`,
      },
    ];
  });
}

/** What can only be said of all documents together; the result does not depend on their order. */
function checkTogether(
  named: readonly NamedCandidate[],
  hidden: readonly string[],
  unread: readonly string[],
): ReadonlyMap<NamedCandidate, string> {
  checkDuplicateEnvironments(named);
  const environments = resolveEnvironments(named, hidden, unread);
  checkDuplicates(named, environments);
  checkNamespaces(environments);
  checkRepositories(environments);
  const places = declaredPlaces(named);
  checkPublicNamespaces(environments, places);
  checkProviders(environments);
  checkRoleAccounts(environments, places);
  checkPolicyPartitions(environments, places);
  checkClaims(environments, named, places);
  return environments;
}

function mayDeclareEnvironment({ text }: ManifestFile): boolean {
  return /^kind:\s*["']?Environment(?:Set)?\b/m.test(text);
}

function mayDeclareRollout({ text }: ManifestFile): boolean {
  return /^kind:\s*["']?Rollout\b/m.test(text);
}

interface WrittenManifest {
  readonly metadata: Pick<Manifest['metadata'], 'name'> & Partial<Manifest['metadata']>;
  readonly spec: Manifest['spec'];
}

function toManifest(candidate: Candidate): Manifest {
  const { kind, document } = candidate;
  const { metadata, spec } = document.value as WrittenManifest;
  const { name, labels = {}, annotations = {} } = metadata;
  const staged = stagedBy(candidate);
  const from = placeOfDocument(candidate);
  const meta = { name, labels, annotations };
  return { kind, metadata: meta, spec, ...(staged !== undefined && { staged }), from } as Manifest;
}

function placeOfDocument({ file, document, position }: Candidate): Manifest['from'] {
  return { file, line: position(document.places.get('')?.value ?? 0).line };
}

/** The Rollout that its definition, or else it itself, names. */
function stagedBy(candidate: Candidate): Manifest['staged'] {
  const written = (definitionOf(candidate) ?? candidate).document.value as WrittenDefinition;
  const { rollout } = written.spec;
  return typeof rollout === 'string' ? { rollout, digest: digestOf(written) } : undefined;
}

/** One definition is many manifests. */
const digests = new WeakMap<WrittenDefinition, string>();

function digestOf(written: WrittenDefinition): string {
  const digest = digests.get(written) ?? definitionDigest(written);
  digests.set(written, digest);
  return digest;
}

function toErrors(candidate: Candidate, findings: readonly Finding[]): readonly ManifestError[] {
  const errors = findings
    .filter((finding) => finding.silent !== true)
    .map((finding) => located(candidate, finding))
    .toSorted(byPlace);
  const last = errors[MAX_ERRORS - 1];
  if (last === undefined || errors.length === MAX_ERRORS) return errors;
  const more = {
    ...last,
    message: `${errors.length - MAX_ERRORS + 1} more errors in this document from here on`,
  };
  return [...errors.slice(0, MAX_ERRORS - 1), more];
}

function located(
  { file, ref, environment, document, position }: Candidate,
  { path, written = writtenPath(document.places, path), offset, message }: Finding,
): ManifestError {
  const said = { file, ...position(offset), path: formatPath(written), message };
  if (ref === undefined) return said;
  return { ...said, objects: [{ manifest: ref, ...(environment !== undefined && { environment }) }] };
}

function fileError(file: string, message: string): ManifestError {
  return { file, line: 1, column: 1, path: '', message };
}

function byPlace(a: ManifestError, b: ManifestError): number {
  return (
    compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.message, b.message)
  );
}

function byManifestPlace(a: Manifest, b: Manifest): number {
  return compareText(a.from.file, b.from.file) || a.from.line - b.from.line;
}
