import { isNamed, reportOn, warnOn, whereabouts } from '../candidate.ts';
import type { Candidate, NamedCandidate } from '../candidate.ts';
import { isWithin } from '../position.ts';
import type { Path } from '../position.ts';
import { DNS_LABEL } from '../schema/text.ts';
import { schemaFindings } from '../validate.ts';
import { didYouMean } from '../../core/suggest.ts';
import { declaredEnvironment } from './declared-environments.ts';
import type { DeclaredEnvironment } from './declared-environments.ts';
import { idleOverrides, instancesOf, isDefinition } from './instances.ts';
import type { DefinitionSpec } from './instances.ts';
import { keysOf } from './selector.ts';
import type { LabelSelector } from './selector.ts';
import { someOf } from './some-of.ts';

const OF_DEFINITIONS: readonly Path[] = [
  ['spec', 'environments'],
  ['spec', 'overrides'],
];

const NAME = new RegExp(DNS_LABEL);

/** The Environments that definitions select among. */
interface Declared {
  readonly environments: readonly DeclaredEnvironment[];
  /** Places where more may be declared, which cannot be read. */
  readonly hidden: readonly string[];
}

/**
 * The documents with each definition in the Environments that it selects. A definition of which that cannot be told stays as it is, and
 * says why: its objects are left alone everywhere then.
 *
 * @param hidden Places of Environments that cannot be read.
 */
export function withInstances(
  candidates: readonly Candidate[],
  hidden: readonly string[],
): readonly Candidate[] {
  const environments = candidates.filter(isNamed).filter(({ ref }) => ref.kind === 'Environment');
  // Nothing was ever in one whose name is none.
  const misnamed = environments.filter(({ ref: { name } }) => !NAME.test(name));
  const named = environments.filter((one) => !misnamed.includes(one));
  const declared = {
    // Two of one name are refused, and are one to whoever selects.
    environments: [...new Map(named.map((one) => [one.ref.name, declaredEnvironment(one)])).values()],
    hidden: [...new Set([...hidden, ...misnamed.map(whereabouts)])],
  };
  return candidates.flatMap((candidate) => instancesOrItself(candidate, declared));
}

function instancesOrItself(candidate: Candidate, declared: Declared): readonly Candidate[] {
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
  if (candidate.ref.name.includes('${')) {
    const helps = 'write the name that it has in AWS in the spec, where it may differ';
    reportOn(candidate, ['metadata', 'name'], `a definition has one name in all Environments; ${helps}`);
  }
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
  const instances = instancesOf(candidate, declared.environments);
  const [first] = instances;
  if (first === undefined) {
    reportOn(candidate, ['spec', 'environments'], nothingSelected(declared));
    return [candidate];
  }
  if (declared.hidden.length > 0) return instances;
  for (const index of idleOverrides(spec, declared.environments)) {
    warnOn(
      first,
      ['spec', 'overrides', index, 'environments'],
      'this override matches no Environment of the definition',
    );
  }
  return instances;
}

function nothingSelected({ environments, hidden }: Declared): string {
  if (hidden.length > 0)
    return `it selects no Environment that can be read, and there may be others at ${someOf(hidden)}; correct these first`;
  if (environments.length === 0) return 'no Environment is declared that it could select; declare one';
  const names = environments.map(({ name }) => name).toSorted();
  return `it selects no Environment; there are ${someOf(names)}; correct it, or remove the document where its objects shall go`;
}

/** A label that no Environment has is a typo more often than not, and would drop them all. */
function reportUnknownKeys(
  candidate: NamedCandidate,
  selector: LabelSelector,
  at: Path,
  { environments, hidden }: Declared,
): void {
  if (environments.length === 0 || hidden.length > 0) return;
  if (environments.some(({ labels }) => labels === undefined)) return;
  const known = [...new Set(environments.flatMap(({ labels = {} }) => Object.keys(labels)))].toSorted();
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
