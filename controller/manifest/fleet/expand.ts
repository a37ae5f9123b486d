import { isNamed, reportOn, warnOn, whereabouts } from '../candidate.ts';
import type { Candidate, NamedCandidate } from '../candidate.ts';
import { isWithin } from '../position.ts';
import type { Path } from '../position.ts';
import { DNS_LABEL } from '../schema/text.ts';
import { schemaFindings } from '../validate.ts';
import { declaredEnvironment } from './declared-environments.ts';
import { idleOverrides, instancesOf, isDefinition } from './instances.ts';
import type { DefinitionSpec, Instance } from './instances.ts';
import { labelsOf, reportUnknownKeys, warnOfUnknownValues } from './selectors.ts';
import type { Declared } from './selectors.ts';
import { someOf } from '../../core/some-of.ts';

const OF_DEFINITIONS: readonly Path[] = [
  ['spec', 'environments'],
  ['spec', 'overrides'],
];

const NAME = new RegExp(DNS_LABEL);

/** @param hidden Places of Environments that cannot be read. */
export function declaredAmong(candidates: readonly Candidate[], hidden: readonly string[]): Declared {
  const environments = candidates.filter(isNamed).filter(({ ref }) => ref.kind === 'Environment');
  // Nothing was ever in one whose name is none.
  const misnamed = environments.filter(({ ref: { name } }) => !NAME.test(name));
  const named = environments.filter((one) => !misnamed.includes(one));
  // Two of one name are refused, and are one to whoever selects.
  const byName = new Map(named.map((one) => [one.ref.name, declaredEnvironment(one)]));
  const known = [...byName.values()];
  const unseen = [...new Set([...hidden, ...misnamed.map(whereabouts)])];
  const labels = unseen.length > 0 ? undefined : labelsOf(known);
  return { environments: known, hidden: unseen, labels };
}

/**
 * The documents with each definition in the Environments that it selects. A definition of which that cannot be told stays as it is, and
 * says why: its objects are left alone everywhere then.
 */
export function withInstances(candidates: readonly Candidate[], declared: Declared): readonly Candidate[] {
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
  const selectors = [
    { selector: spec.environments, at: ['spec', 'environments'] },
    ...(spec.overrides ?? []).map(({ environments }, index) => ({
      selector: environments,
      at: ['spec', 'overrides', index, 'environments'],
    })),
  ];
  const before = candidate.findings.length;
  checkDefinition(candidate, spec);
  for (const one of selectors) reportUnknownKeys(candidate, one, declared);
  if (candidate.findings.length > before) return [candidate];
  const instances = instancesOf(candidate, declared.environments);
  for (const one of selectors) warnOfUnknownValues(candidate, one, declared);
  if (instances.length === 0) {
    reportOn(candidate, ['spec', 'environments'], nothingSelected(declared));
    return [candidate];
  }
  if (declared.hidden.length === 0) warnOfIdleOverrides(candidate, spec, declared, instances);
  // What is said of the definition is said of all of them, and so told once.
  const warnings = candidate.warnings.map((one) => ({ ...one, written: one.path }));
  for (const instance of instances) instance.warnings.push(...warnings);
  return instances;
}

function checkDefinition(
  candidate: NamedCandidate,
  spec: DefinitionSpec & { readonly environment?: unknown },
): void {
  if (candidate.ref.name.includes('${')) {
    const helps = 'write the name that it has in AWS in the spec, where it may differ';
    reportOn(candidate, ['metadata', 'name'], `a definition has one name in all Environments; ${helps}`);
  }
  if (spec.environment !== undefined) {
    reportOn(candidate, ['spec', 'environment'], 'environment and environments exclude each other; keep one');
  }
  for (const [index, one] of (spec.overrides ?? []).entries()) {
    for (const key of ['environment', 'environments', 'rollout', 'overrides']) {
      if (Object.hasOwn(one.spec, key))
        reportOn(
          candidate,
          ['spec', 'overrides', index, 'spec', key],
          `an override cannot change ${key}; remove it`,
        );
    }
  }
}

function warnOfIdleOverrides(
  candidate: NamedCandidate,
  spec: DefinitionSpec,
  { environments }: Declared,
  instances: readonly Instance[],
): void {
  const names = instances.map(({ environment }) => environment);
  const those = names.length === 1 ? `not the one Environment` : `none of the ${names.length} Environments`;
  for (const index of idleOverrides(spec, environments)) {
    warnOn(
      candidate,
      ['spec', 'overrides', index, 'environments'],
      `this override matches ${those} of the definition (${someOf(names)}), and changes nothing; correct its selector, or remove it`,
    );
  }
}

function nothingSelected({ environments, hidden }: Declared): string {
  if (hidden.length > 0)
    return `it selects no Environment that can be read, and there may be others at ${someOf(hidden)}; correct these first`;
  if (environments.length === 0) return 'no Environment is declared that it could select; declare one';
  const names = environments.map(({ name }) => name).toSorted();
  return `it matches no Environment; there are ${someOf(names)}; correct it, or remove this document if its objects shall be deleted`;
}
