import { isNamed, reportOn, warnOn } from '../candidate.ts';
import type { Candidate, NamedCandidate } from '../candidate.ts';
import { isWithin } from '../position.ts';
import type { Path } from '../position.ts';
import { schemaFindings } from '../validate.ts';
import { didYouMean } from '../../core/suggest.ts';
import { idleOverrides, instancesOf, isDefinition } from './instances.ts';
import type { DefinitionSpec } from './instances.ts';
import { declaredEnvironment } from './declared-environments.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { keysOf } from './selector.ts';
import type { LabelSelector } from './selector.ts';

const OF_DEFINITIONS: readonly Path[] = [
  ['spec', 'environments'],
  ['spec', 'overrides'],
];

/**
 * The documents with each definition in the Environments that it selects. A definition of which that cannot be told stays as it is, and
 * says why: its objects are left alone everywhere then.
 */
export function withInstances(candidates: readonly Candidate[]): readonly Candidate[] {
  const declared = candidates
    .filter(isNamed)
    .filter(({ ref }) => ref.kind === 'Environment')
    .map(declaredEnvironment);
  return candidates.flatMap((candidate) => instancesOrItself(candidate, declared));
}

function instancesOrItself(
  candidate: Candidate,
  declared: readonly DeclaredEnvironment[],
): readonly Candidate[] {
  if (!isNamed(candidate) || candidate.ref.kind === 'Environment' || candidate.document.broken)
    return [candidate];
  if (!isDefinition(candidate)) return [candidate];
  const findings = schemaFindings(candidate.ref.kind, candidate.document);
  // Its schema tells these again, with all others.
  if (findings.some(({ path }) => path.length < 2 || OF_DEFINITIONS.some((at) => isWithin(path, at))))
    return [candidate];
  const { spec } = candidate.document.value as {
    readonly spec: DefinitionSpec & { readonly environment?: unknown };
  };
  const before = candidate.findings.length;
  if (spec.environment !== undefined) {
    reportOn(candidate, ['spec', 'environment'], 'environment and environments exclude each other; keep one');
  }
  reportUnknownKeys(candidate, spec.environments, ['spec', 'environments'], declared);
  for (const [index, one] of (spec.overrides ?? []).entries()) {
    const at = ['spec', 'overrides', index];
    reportUnknownKeys(candidate, one.environments, [...at, 'environments'], declared);
    for (const key of ['environment', 'environments', 'rollout', 'overrides']) {
      if (Object.hasOwn(one.spec, key))
        reportOn(candidate, [...at, 'spec', key], `an override cannot change ${key}; remove it`);
    }
  }
  if (candidate.findings.length > before) return [candidate];
  const instances = instancesOf(candidate, declared);
  const [first] = instances;
  if (first === undefined) {
    reportOn(candidate, ['spec', 'environments'], nothingSelected(declared));
    return [candidate];
  }
  for (const index of idleOverrides(spec, declared)) {
    warnOn(
      first,
      ['spec', 'overrides', index, 'environments'],
      'this override matches no Environment of the definition',
    );
  }
  return instances;
}

function nothingSelected(declared: readonly DeclaredEnvironment[]): string {
  if (declared.length === 0) return 'no Environment is declared that it could select; declare one';
  const names = declared.map(({ name }) => name).toSorted();
  const shown =
    names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  return `it selects no Environment; there are ${shown}; correct it, or remove the document where its objects shall go`;
}

/** A label that no Environment has is a typo more often than not, and would drop them all. */
function reportUnknownKeys(
  candidate: NamedCandidate,
  selector: LabelSelector,
  at: Path,
  declared: readonly DeclaredEnvironment[],
): void {
  if (declared.length === 0 || declared.some(({ labels }) => labels === undefined)) return;
  const known = [...new Set(declared.flatMap(({ labels = {} }) => Object.keys(labels)))].toSorted();
  for (const key of new Set(keysOf(selector))) {
    if (known.includes(key)) continue;
    const index = (selector.matchExpressions ?? []).findIndex((one) => one.key === key);
    const path = index === -1 ? [...at, 'matchLabels', key] : [...at, 'matchExpressions', index, 'key'];
    reportOn(
      candidate,
      path,
      `no Environment has the label ${JSON.stringify(key)}; ${didYouMean(key, known, 'labels are')}`,
    );
  }
}
