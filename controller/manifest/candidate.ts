import { MANIFEST_KINDS, manifestKey } from '../core/resource.ts';
import type { ManifestKind, ManifestRef } from '../core/resource.ts';
import { findForbiddenCharacter } from './characters.ts';
import type { FileDocuments, ManifestDocument } from './documents.ts';
import { areValid } from './check/check.ts';
import { placeOf } from './position.ts';
import type { Finding, Path } from './position.ts';

/** A document on its way to being a manifest: it is one if nothing is found to be wrong with it. */
export interface Candidate {
  readonly file: string;
  readonly document: ManifestDocument;
  readonly position: FileDocuments['position'];
  readonly kind: ManifestKind | undefined;
  /** Known also of most documents that are wrong. */
  readonly ref: ManifestRef | undefined;
  /** Grows while the document is checked, alone and beside the others. */
  readonly findings: Finding[];
}

/** Places named in one message; a hostile file could give thousands. */
const MAX_SHOWN = 3;

/** A candidate that has a kind and a name. */
export type NamedCandidate = Candidate & { readonly ref: ManifestRef };

export function candidateOf(
  file: string,
  document: ManifestDocument,
  position: FileDocuments['position'],
): Candidate {
  const written = document.broken ? guessIdentity(document.text) : identityOf(document.value);
  const kind = MANIFEST_KINDS.find((known) => known === written.kind);
  const usable = written.name !== undefined && written.name !== '' && written.name.length <= 253;
  const named = kind !== undefined && usable && findForbiddenCharacter(written.name) === undefined;
  const ref = named ? { kind, name: written.name } : undefined;
  return { file, document, position, kind, ref, findings: [...document.findings] };
}

export function isNamed(candidate: Candidate): candidate is NamedCandidate {
  return candidate.ref !== undefined;
}

/** Adds a finding at a path; where the path was not written, at the nearest thing around it. */
export function reportOn(candidate: Candidate, path: Path, message: string): void {
  const place = placeOf(candidate.document.places, path);
  const offset = place.path.length === path.length ? place.value : place.key;
  candidate.findings.push({ path, offset, message });
}

/** `daemons/xray.yaml:12`, for a message about another document. */
export function whereabouts(candidate: Candidate): string {
  const { key } = placeOf(candidate.document.places, ['metadata', 'name']);
  return `${candidate.file}:${candidate.position(key).line}`;
}

/** `DaemonService/xray at daemons/xray.yaml:12`. */
export function nameAndPlace(candidate: NamedCandidate): string {
  return `${manifestKey(candidate.ref)} at ${whereabouts(candidate)}`;
}

/** Where the others of a group are, `a.yaml:3 and b.yaml:1`; of many only the first few. */
export function othersIn<Member>(
  group: readonly Member[],
  self: Member,
  describe: (member: Member) => string,
): string {
  const shown = group
    .slice(0, MAX_SHOWN + 1)
    .filter((member) => member !== self)
    .slice(0, MAX_SHOWN);
  const hidden = group.length - 1 - shown.length;
  return shown.map(describe).join(' and ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

/** A field of the spec that is valid by the schema, of a document that may be wrong elsewhere; undefined where it is not set. */
export function specField(candidate: Candidate, field: string): unknown {
  const { spec } = candidate.document.value as { spec: Readonly<Record<string, unknown>> };
  return Object.hasOwn(spec, field) ? spec[field] : undefined;
}

/** Whether these fields of the spec can be read with `specField`. */
export function isReadable(candidate: Candidate, fields: readonly string[]): boolean {
  return !candidate.document.broken && candidate.kind !== undefined && areValid(candidate.findings, fields);
}

interface Identity {
  readonly kind?: string;
  readonly name?: string;
}

function identityOf(value: unknown): Identity {
  if (!isMapping(value)) return {};
  const { kind, metadata } = value;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  return { ...(typeof kind === 'string' && { kind }), ...(typeof name === 'string' && { name }) };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Kind and name of text that is no YAML, by its lines: its object must be left alone, so a guess is worth having. */
export function guessIdentity(text: string): Identity {
  const lines = text.split('\n');
  const kind = lines
    .map((line) => /^kind:\s*["']?(\w+)/.exec(line)?.[1])
    .find((found) => found !== undefined);
  const metadata = lines.findIndex((line) => line.startsWith('metadata:'));
  const below = lines.slice(metadata + 1);
  const end = below.findIndex((line) => /^[^\s#]/.test(line));
  const inline = /^metadata:\s*\{(?:.*?[\s,])?name:\s*["']?([^\s"',}]+)/.exec(lines[metadata] ?? '')?.[1];
  const name =
    metadata === -1
      ? undefined
      : (inline ??
        below
          .slice(0, end === -1 ? undefined : end)
          .map((line) => /^\s+name:\s*["']?([^\s"'#]+)/.exec(line)?.[1])
          .find((found) => found !== undefined));
  return { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) };
}
