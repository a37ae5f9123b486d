import { objectKey } from '../../core/resource.ts';
import { isReadable, nameAndPlace, othersIn, reportOn, specField } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { awsNames } from '../names.ts';
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
  const scopes = new Map([...new Set(environments.values())].map((name) => [name, scopeOf(name, all)]));
  const claims = [...environments].flatMap(([candidate, environment]) => {
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

interface Scope {
  readonly account: readonly unknown[];
  readonly region: readonly unknown[];
  readonly vpc: readonly unknown[];
}

/** Two Environments may be one account, one region or one VPC: what is not said is the SDK's own. */
function scopeOf(environment: string, all: readonly NamedCandidate[]): Scope {
  const declared = all.find(({ ref }) => ref.kind === 'Environment' && ref.name === environment);
  const isKnown = declared !== undefined && isReadable(declared, ['account', 'region', 'roleArn', 'vpc']);
  const field = (name: string) => (isKnown ? specField(declared, name) : undefined);
  const role = field('roleArn');
  const account = [field('account') ?? (typeof role === 'string' ? role.split(':')[4] : null)];
  const region = [...account, field('region') ?? null];
  return { account, region, vpc: [...region, field('vpc') ?? 'default'] };
}

function claimsOf(candidate: NamedCandidate, { region, vpc, account }: Scope): readonly Claim[] {
  const { kind, name } = candidate.ref;
  const path = ['metadata', 'name'];
  switch (kind) {
    case 'Environment':
      return [];
    case 'Cluster':
      return [{ what: 'ECS cluster', name, within: region, path }];
    case 'Namespace':
      return [{ what: 'private DNS namespace', name, within: vpc, path }];
    case 'DaemonService':
      return isReadable(candidate, READS) ? claimsOfDaemon(candidate, { region, vpc, account }) : [];
  }
}

function claimsOfDaemon(candidate: NamedCandidate, scope: Scope): readonly Claim[] {
  const field = <Name extends (typeof READS)[number]>(name: Name) =>
    specField(candidate, name) as DaemonServiceManifestSpec[Name];
  const spec = Object.fromEntries(READS.map((name) => [name, field(name)])) as Pick<
    DaemonServiceManifestSpec,
    (typeof READS)[number]
  >;
  const names = awsNames(candidate.ref.name, spec);
  const claims: Claim[] = [
    { what: 'task definition family', name: names.family, within: scope.region, path: ['spec', 'family'] },
    {
      what: `ECS service of cluster ${spec.cluster}`,
      name: names.serviceName,
      within: scope.region,
      path: ['spec', 'serviceName'],
    },
  ];
  if (spec.logs?.logDriver !== 'none') {
    const path = ['spec', 'logs', 'group'];
    claims.push({ what: 'log group', name: names.logGroup, within: scope.region, path });
  }
  for (const role of ['executionRole', 'taskRole'] as const) {
    if (spec[role]?.arn !== undefined || (role === 'taskRole' && spec.taskRole === undefined)) continue;
    if (role === 'executionRole' && spec.executionRole?.omit === true) continue;
    claims.push({ what: 'IAM role', name: names[role], within: scope.account, path: ['spec', role, 'name'] });
  }
  if (spec.securityGroupIds === undefined) {
    const path = ['spec', 'securityGroup', 'name'];
    claims.push({ what: 'security group', name: names.securityGroup, within: scope.vpc, path });
  }
  if (spec.serviceDiscovery !== undefined) {
    const { namespace, namespaceId } = spec.serviceDiscovery;
    const path = ['spec', 'serviceDiscovery', 'name'];
    const [within, which] =
      namespaceId === undefined ? [scope.vpc, namespace] : [[...scope.region, namespaceId], namespaceId];
    claims.push({
      what: `discovery service of namespace ${which}`,
      name: names.discoveryService,
      within,
      path,
    });
  }
  return claims;
}
