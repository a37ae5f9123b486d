import type { ManifestKind } from '../../core/resource.ts';
import { closest, didYouMean } from '../../core/suggest.ts';
import { reportOn, warnOn } from '../candidate.ts';
import type { Candidate } from '../candidate.ts';
import { DOCUMENT_KINDS, isManifestKind } from '../document-kinds.ts';
import type { ManifestDocument } from '../documents.ts';
import { pointerOf } from '../position.ts';
import type { Path } from '../position.ts';
import { checkRollout } from '../rollout/check.ts';
import { API_VERSION } from '../schema/metadata.ts';
import { SEALED, isSealed } from '../sealed.ts';
import { schemaFindings } from '../validate.ts';
import type { Check } from './check.ts';
import { clusterChecks } from './cluster.ts';
import { daemonServiceChecks } from './daemon-service.ts';
import { environmentChecks } from './environment.ts';
import { checkIgnoredPaths } from './ignored-paths.ts';
import { checkAnnotations, checkLabels, checkOwnLabels } from './metadata.ts';
import { checkNames, taggingsOf } from './names.ts';
import { namespaceChecks } from './namespace.ts';
import { repositoryChecks } from './repository.ts';

const SPEC_CHECKS: Readonly<Record<ManifestKind, readonly Check[]>> = {
  Environment: environmentChecks,
  Cluster: clusterChecks,
  Namespace: namespaceChecks,
  Repository: repositoryChecks,
  DaemonService: daemonServiceChecks,
};

/** What can be said of a document without knowing the others. */
export function checkAlone(candidate: Candidate): void {
  const { kind, document, findings, ref } = candidate;
  const { value } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reportOn(candidate, [], 'a manifest is a mapping with apiVersion, kind, metadata and spec');
    return;
  }
  if (isSealed(value)) {
    reportOn(candidate, [], SEALED);
    return;
  }
  if (kind === undefined) {
    checkEnvelope(candidate, value);
    return;
  }
  for (const finding of schemaFindings(kind, document)) findings.push(finding);
  const report = (path: Path, message: string) => reportOn(candidate, path, message);
  const warn = (path: Path, message: string) => warnOn(candidate, path, message);
  const annotations = textEntries(document, 'annotations');
  if (kind !== 'EnvironmentSet') checkAnnotations(kind, annotations, report);
  if (kind === 'Rollout') checkRollout(candidate, report);
  if (!isManifestKind(kind)) return;
  // Each check gets a copy: what one finds must not keep the next from looking.
  const { spec } = value as { spec?: unknown };
  const subject = { name: ref?.name ?? '', spec, schemaFindings: [...findings], report, warn };
  checkIgnoredPaths(kind, annotations['stationkeeper.dev/ignore-drift'], spec, report);
  for (const check of SPEC_CHECKS[kind]) check(subject);
  checkNames(kind, subject);
  const labels = textEntries(document, 'labels');
  checkLabels(labels, taggingsOf(kind, subject), report);
  if (kind === 'Environment') checkOwnLabels(labels, report);
}

function checkEnvelope(candidate: Candidate, value: object): void {
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  if (kind === 'List') {
    reportOn(candidate, ['kind'], 'a List is no manifest; write its items as documents, with --- in between');
    return;
  }
  if (apiVersion !== API_VERSION) {
    reportOn(candidate, ['apiVersion'], `must be ${API_VERSION}`);
  }
  if (typeof kind !== 'string') {
    const misspelt = Object.keys(value).find((key) => closest(key, ['kind']) !== undefined);
    const hint =
      misspelt === undefined || misspelt === 'kind' ? '' : `; is it meant by ${JSON.stringify(misspelt)}?`;
    reportOn(candidate, ['kind'], `kind is missing; it must be one of ${DOCUMENT_KINDS.join(', ')}${hint}`);
  } else {
    reportOn(
      candidate,
      ['kind'],
      `unknown kind ${JSON.stringify(kind.slice(0, 128))}; ${didYouMean(kind, DOCUMENT_KINDS, 'valid kinds')}`,
    );
  }
}

/** The valid entries of labels or annotations. */
function textEntries({ value, refused }: ManifestDocument, field: string): Readonly<Record<string, string>> {
  const { metadata } = value as { metadata?: Readonly<Record<string, unknown>> | null };
  const entries = Object.entries(metadata?.[field] ?? {}) as [string, unknown][];
  return Object.fromEntries(
    entries.flatMap(([key, text]): [string, string][] =>
      typeof text === 'string' && !refused.has(pointerOf(['metadata', field, key])) ? [[key, text]] : [],
    ),
  );
}
