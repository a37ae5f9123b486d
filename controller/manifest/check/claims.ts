import { objectKey } from '../../core/resource.ts';
import { isReadable, nameAndPlace, othersIn, reportOn } from '../candidate.ts';
import { declaredPlace } from './environments.ts';
import type { NamedCandidate } from '../candidate.ts';
import { namedResources } from '../names.ts';
import { groupBy } from '../../core/order.ts';
import { placeOf } from '../position.ts';
import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';

/** What a claim reads; a document with errors elsewhere still claims its names. */
const READS = [
  'cluster',
  'serviceName',
  'family',
  'logs',
  'taskRole',
  'executionRole',
  'securityGroup',
  'securityGroupIds',
  'serviceDiscovery',
] as const;

/** An AWS resource that a manifest wants for itself. */
interface Claim {
  readonly what: string;
  readonly name: string;
  /** What the name is unique in. */
  readonly within: readonly unknown[];
  /** The field that sets the name. */
  readonly path: Path;
}

/** One AWS resource has one manifest: where two claim it, both are refused. */
export function checkClaims(
  environments: ReadonlyMap<NamedCandidate, string>,
  all: readonly NamedCandidate[],
): void {
  const everybody = [...environments, ...environmentsAmong(all)];
  const scopes = new Map(
    [...new Set(everybody.map(([, name]) => name))].map((name) => [name, scopeOf(name, all)]),
  );
  const claims = everybody.flatMap(([candidate, environment]) => {
    return claimsOf(candidate, scopes.get(environment)!).map((claim) => ({
      ...claim,
      candidate,
      object: objectKey(environment, candidate.ref),
    }));
  });
  const byResource = groupBy(claims, ({ what, name, within }) =>
    JSON.stringify([what, name.toLowerCase(), within]),
  );
  for (const group of byResource.values()) {
    // Two documents with one name are reported as such.
    if (new Set(group.map(({ object }) => object)).size < 2) continue;
    for (const claim of group) {
      const { candidate, what, name, path } = claim;
      const rivals = othersIn(group, claim, (other) => nameAndPlace(other.candidate));
      const isWritten = placeOf(candidate.document.places, path).path.length === path.length;
      reportOn(
        candidate,
        isWritten ? path : ['metadata', 'name'],
        `the ${what} ${name} is claimed by ${rivals} too; give one of them another ${path.join('.')}`,
      );
    }
  }
}

/** An Environment may have something made itself, in itself. */
function environmentsAmong(
  all: readonly NamedCandidate[],
): readonly (readonly [NamedCandidate, environment: string])[] {
  return all.flatMap((one) => (one.ref.kind === 'Environment' ? [[one, one.ref.name] as const] : []));
}

interface Scope {
  readonly account: readonly unknown[];
  readonly region: readonly unknown[];
  readonly vpc: readonly unknown[];
}

/** Two Environments may be one account, one region or one VPC: what is not said is the SDK's own. */
function scopeOf(environment: string, all: readonly NamedCandidate[]): Scope {
  const { account = null, region = null, vpc = 'default' } = declaredPlace(environment, all);
  return { account: [account], region: [account, region], vpc: [account, region, vpc] };
}

function claimsOf(candidate: NamedCandidate, scope: Scope): readonly Claim[] {
  const { kind, name } = candidate.ref;
  if (kind === 'DaemonService' && !isReadable(candidate, READS)) return [];
  if (kind === 'Environment' && !isReadable(candidate, ['iam'])) return [];
  const { spec = {} } = candidate.document.value as { readonly spec?: Partial<DaemonServiceManifestSpec> };
  return namedResources(kind, name, spec, () => true).map(({ what, uniqueIn, ...claim }) => {
    if (uniqueIn === 'cluster')
      return { ...claim, what: `${what} of cluster ${spec.cluster}`, within: scope.region };
    if (uniqueIn !== 'namespace') return { ...claim, what, within: scope[uniqueIn] };
    const { namespace, namespaceId } = spec.serviceDiscovery ?? {};
    const within = namespaceId === undefined ? scope.vpc : [...scope.region, namespaceId];
    return { ...claim, what: `${what} of namespace ${namespaceId ?? namespace}`, within };
  });
}
