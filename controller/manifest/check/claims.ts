import { objectKey } from '../../core/resource.ts';
import { isReadable, nameAndPlace, othersIn, reportOn } from '../candidate.ts';
import { awsNameOf, declaredBy } from './declared.ts';
import type { FindDeclared } from './declared.ts';
import type { DeclaredPlaces } from './environments.ts';
import type { NamedCandidate } from '../candidate.ts';
import { definitionOf } from '../fleet/instances.ts';
import { namedResources } from '../names.ts';
import type { NamedResource } from '../names.ts';
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
  readonly uniqueIn: NamedResource['uniqueIn'];
  /** What the name is unique in. */
  readonly within: readonly unknown[];
  /** The field that sets the name. */
  readonly path: Path;
}

/** One AWS resource has one manifest: where two claim it, both are refused. */
export function checkClaims(
  environments: ReadonlyMap<NamedCandidate, string>,
  all: readonly NamedCandidate[],
  places: DeclaredPlaces,
): void {
  const everybody = [...environments, ...environmentsAmong(all)];
  const find = {
    cluster: declaredBy('Cluster', environments),
    namespace: declaredBy('Namespace', environments),
  };
  const claims = everybody.flatMap(([candidate, environment]) => {
    return claimsOf(candidate, scopeIn(environment, places, find)).map((claim) => ({
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
      const { candidate, path } = claim;
      const isWritten = placeOf(candidate.document.places, path).path.length === path.length;
      reportOn(candidate, isWritten ? path : ['metadata', 'name'], claimedTwice(claim, group));
    }
  }
}

interface CandidatesClaim extends Claim {
  readonly candidate: NamedCandidate;
}

function claimedTwice(claim: CandidatesClaim, group: readonly CandidatesClaim[]): string {
  const { candidate, what, name, uniqueIn, path } = claim;
  const definition = definitionOf(candidate);
  if (definition !== undefined && group.every((one) => definitionOf(one.candidate) === definition)) {
    const where = uniqueIn === 'account' ? 'account' : 'account and Region';
    return `the ${what} ${name} is that of ${group.length} Environments of the definition, which are one ${where}; write another ${path.join('.')} for each, with \${environment.name} in it`;
  }
  const rivals = othersIn(group, claim, (other) => nameAndPlace(other.candidate));
  return `the ${what} ${name} is claimed by ${rivals} too; give one of them another ${path.join('.')}`;
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
  /** What a cluster or a namespace is called in AWS that a manifest calls so. */
  readonly inAws: (kind: 'cluster' | 'namespace', called: string | undefined) => string;
}

/** Two Environments may be one account, one region or one VPC: what is not said is the SDK's own. */
function scopeIn(
  environment: string,
  places: DeclaredPlaces,
  find: Readonly<Record<'cluster' | 'namespace', FindDeclared>>,
): Scope {
  const { account = null, region = null, vpc = 'default' } = places.get(environment) ?? {};
  return {
    account: [account],
    region: [account, region],
    vpc: [account, region, vpc],
    inAws(kind, called = '') {
      const declared = find[kind](environment, called);
      return declared === undefined ? called : awsNameOf(declared);
    },
  };
}

function claimsOf(candidate: NamedCandidate, scope: Scope): readonly Claim[] {
  const { kind, name } = candidate.ref;
  if (kind === 'DaemonService' && !isReadable(candidate, READS)) return [];
  const { spec = {} } = candidate.document.value as { readonly spec?: Partial<DaemonServiceManifestSpec> };
  const named = namedResources(kind, name, spec, (fields) => isReadable(candidate, fields));
  return named.map(({ what, ...claim }) => {
    const { uniqueIn } = claim;
    if (uniqueIn === 'cluster')
      return {
        ...claim,
        what: `${what} of cluster ${scope.inAws('cluster', spec.cluster)}`,
        within: scope.region,
      };
    if (uniqueIn !== 'namespace') return { ...claim, what, within: scope[uniqueIn] };
    const { namespace, namespaceId } = spec.serviceDiscovery ?? {};
    const within = namespaceId === undefined ? scope.vpc : [...scope.region, namespaceId];
    return {
      ...claim,
      what: `${what} of namespace ${namespaceId ?? scope.inAws('namespace', namespace)}`,
      within,
    };
  });
}
