import { manifestKey } from '../core/resource.ts';
import type { ManifestRef } from '../core/resource.ts';
import { findForbiddenCharacter } from './characters.ts';
import { DOCUMENT_KINDS, isManifestKind } from './document-kinds.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { FileDocuments, ManifestDocument } from './documents.ts';
import { areValid } from './check/check.ts';
import { isMapping } from './mapping.ts';
import { isSealedText } from './sealed.ts';
import { placeOf } from './position.ts';
import type { Finding, Path } from './position.ts';

/** A document on its way to being a manifest, which it is where no check finds anything wrong. */
export interface Candidate {
  readonly file: string;
  readonly document: ManifestDocument;
  readonly position: FileDocuments['position'];
  readonly kind: DocumentKind | undefined;
  /** The object that it declares; known also of most documents that are wrong. */
  readonly ref: ManifestRef | undefined;
  /** The Environment that it is or names; undefined where it names none, or cannot be read so far. */
  readonly environment: string | undefined;
  /** Grows while the document is checked, alone and beside the others. */
  readonly findings: Finding[];
  /** The same of what is valid and will yet not work. */
  readonly warnings: Finding[];
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
  const kind = DOCUMENT_KINDS.find((known) => known === written.kind);
  const declares = kind !== undefined && isManifestKind(kind) && isUsable(written.name);
  const ref = declares ? { kind, name: written.name } : undefined;
  const environment = kind === 'Environment' ? ref?.name : written.environment;
  return {
    file,
    document,
    position,
    kind,
    ref,
    environment: isUsable(environment) ? environment : undefined,
    findings: [...document.findings],
    warnings: [],
  };
}

/** Whether text can stand as a name in reports, be it valid or not. */
function isUsable(name: string | undefined): name is string {
  return (
    name !== undefined &&
    !isSealedText(name) &&
    name !== '' &&
    name.length <= 253 &&
    findForbiddenCharacter(name) === undefined
  );
}

export function isNamed(candidate: Candidate): candidate is NamedCandidate {
  return candidate.ref !== undefined;
}

/** Adds a finding at a path; where the path was not written, at the nearest thing around it. */
export function reportOn(candidate: Candidate, path: Path, message: string): void {
  candidate.findings.push(findingAt(candidate, path, message));
}

export function warnOn(candidate: Candidate, path: Path, message: string): void {
  candidate.warnings.push(findingAt(candidate, path, message));
}

export function findingAt({ document }: Candidate, path: Path, message: string): Finding {
  const place = placeOf(document.places, path);
  const offset = place.path.length === path.length ? place.value : place.key;
  return { path, offset, message };
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

/** The places of the others of a group, `a.yaml:3 and b.yaml:1`; of many only the first few. */
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
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  /** `spec.environment`. */
  readonly environment?: string;
}

function identityOf(value: unknown): Identity {
  if (!isMapping(value)) return {};
  const { kind, metadata, spec } = value;
  const name = isMapping(metadata) ? metadata['name'] : undefined;
  // A definition is of many, whatever else it names.
  const isOfMany = isMapping(spec) && Object.hasOwn(spec, 'environments');
  const environment = isMapping(spec) && !isOfMany ? spec['environment'] : undefined;
  return {
    ...(typeof kind === 'string' && { kind }),
    ...(typeof name === 'string' && { name }),
    ...(typeof environment === 'string' && { environment }),
  };
}

/** Kind, name and environment of text that is no YAML, by its lines: its object must be left alone, so a guess is worth having. */
export function guessIdentity(text: string): Identity {
  const lines = text.split('\n');
  const [, apiVersion] = /^apiVersion\s*:\s*["']?([^\s"'#]+)/m.exec(text) ?? [];
  const [, kind] = /^kind\s*:\s*["']?(\w+)/m.exec(text) ?? [];
  const name = guessEntry(lines, 'metadata', 'name');
  const environment = guessEntry(lines, 'spec', 'environment');
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    ...(name !== undefined && { name }),
    ...(environment !== undefined && { environment }),
  };
}

/** The text of `key` in a mapping at the top, written in one line or below it: the entry that stands furthest left. */
function guessEntry(lines: readonly string[], mapping: string, key: string): string | undefined {
  const start = lines.findIndex((line) => line.startsWith(`${mapping}:`));
  if (start === -1) return undefined;
  const inOneLine = new RegExp(`^${mapping}:\\s*\\{(?:.*?[\\s,])?${key}:\\s*["']?([^\\s"',{}]+)`);
  const inline = inOneLine.exec(lines[start]!);
  if (inline !== null) return inline[1];
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => /^[^\s#]/.test(line));
  const entry = new RegExp(`^(\\s+)${key}:\\s*["']?([^\\s"'#{]+)`);
  const entries = below.slice(0, end === -1 ? undefined : end).flatMap((line) => {
    const [, indent, text] = entry.exec(line) ?? [];
    return indent === undefined ? [] : [{ depth: indent.length, text }];
  });
  return entries.toSorted((a, b) => a.depth - b.depth)[0]?.text;
}
