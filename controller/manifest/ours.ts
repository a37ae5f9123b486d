import { closest } from '../core/suggest.ts';
import { guessIdentity } from './candidate.ts';
import { DOCUMENT_KINDS } from './document-kinds.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { ManifestDocument } from './documents.ts';
import { isMapping } from './mapping.ts';
import { isSealedText } from './sealed.ts';
import { API_VERSION } from './schema/metadata.ts';

/** What stands before the slash in our apiVersion. */
const GROUP = API_VERSION.slice(0, API_VERSION.indexOf('/'));

/** Kinds of ours that no other tool is known to have, so that such a document is meant for us whatever apiVersion it has. */
const ONLY_OURS: ReadonlySet<string> = new Set<DocumentKind>(['DaemonService']);

/** What may be told of somebody else's document. */
const TELLABLE = /^[\w./-]{1,128}$/;

/**
 * Why a document is none of ours, to be read behind its place; undefined where it is, and where that cannot be known. Ours is what has an
 * apiVersion of our group, or none and a kind of ours; what was probably meant so, and is misspelt, is an error rather than nothing.
 */
export function whyNotOurs(document: ManifestDocument): string | undefined {
  const { apiVersion, kind } = headOf(document);
  if (kind !== undefined && ONLY_OURS.has(kind)) return undefined;
  if (isListOfOurs(document.value)) return undefined;
  if (mayBeSealedForUs({ apiVersion, kind })) return undefined;
  if (apiVersion !== undefined) {
    return isOfOurGroup(apiVersion) ? undefined : notOurs('an apiVersion', apiVersion);
  }
  if (document.broken && document.text.includes(`${GROUP}/`)) return undefined;
  if (kind !== undefined) return isNearlyOurs(kind) ? undefined : notOurs('a kind', kind);
  if (document.broken || mentionsUs(document.value)) return undefined;
  return isMapping(document.value)
    ? 'is no manifest: it has neither an apiVersion nor a kind'
    : 'is no manifest: it is no mapping';
}

/** Whether a document is ours for what it says, and not for want of knowing better. */
export function saysOurs(document: ManifestDocument): boolean {
  if (whyNotOurs(document) !== undefined) return false;
  const { kind = '' } = headOf(document);
  return !document.broken || document.text.includes(`${GROUP}/`) || isNearlyOurs(kind);
}

/** Whether what says whose it is was encrypted: taken for somebody else's, it would look as if the manifest had been removed. */
function mayBeSealedForUs({ apiVersion, kind }: Head): boolean {
  if (isSealedText(apiVersion)) return kind === undefined || isSealedText(kind) || isNearlyOurs(kind);
  return isSealedText(kind) && (apiVersion === undefined || isOfOurGroup(apiVersion));
}

/** Whether a document only says how the next one is to be read. */
export function isPreamble({ text }: ManifestDocument): boolean {
  return text.split('\n').every((line) => /^(?:%.*|\s*(?:#.*)?)$/.test(line));
}

/** The group in its own case, or misspelt: `stationkeper.dev/v1`. */
function isOfOurGroup(apiVersion: string): boolean {
  return closest(apiVersion.split('/')[0] ?? '', [GROUP]) !== undefined;
}

function isNearlyOurs(kind: string): boolean {
  return closest(kind, DOCUMENT_KINDS) !== undefined;
}

function notOurs(field: string, value: string): string {
  return `has ${field} that is not ours${TELLABLE.test(value) ? `: ${value}` : ''}`;
}

interface Head {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}

/** What a document says that it is; of one that is no YAML, by its lines. A value that is no text says nothing that we know. */
function headOf({ broken, text, value }: ManifestDocument): Head {
  if (broken) return guessIdentity(text);
  if (!isMapping(value)) return {};
  return {
    apiVersion: textAt(value, 'apiVersion', isOfOurGroup),
    kind: textAt(value, 'kind', isNearlyOurs),
  };
}

/** The text of a field. Where the field is not there, that of one which is misspelt, if it is what we would have there. */
function textAt(
  value: Readonly<Record<string, unknown>>,
  field: string,
  isMeant: (text: string) => boolean,
): string | undefined {
  if (Object.hasOwn(value, field)) return asText(value[field]);
  return Object.entries(value)
    .filter(([key]) => closest(key, [field]) !== undefined)
    .map(([, text]) => asText(text))
    .find((text) => text !== undefined && isMeant(text));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether a list or a text holds what looks like a manifest: its author forgot `---`, or the space behind a colon. */
function mentionsUs(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(`${GROUP}/`);
  if (!Array.isArray(value)) return false;
  return value.some((item: unknown) => {
    const apiVersion = isMapping(item) ? textAt(item, 'apiVersion', isOfOurGroup) : undefined;
    return apiVersion !== undefined && isOfOurGroup(apiVersion);
  });
}

/** Whether it is the list that kubectl prints several objects as, with an object of ours among its items. */
function isListOfOurs(value: unknown): boolean {
  return isMapping(value) && value['kind'] === 'List' && mentionsUs(value['items']);
}
