import { isReadable, nameAndPlace, reportOn, specField } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { WITHOUT_PUBLIC_NAMESPACES } from '../../kinds/namespace/facts.ts';
import type { NamespaceType } from '../../kinds/namespace/facts.ts';
import { nameInAws } from '../names.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { NamespaceManifestSpec } from '../schema/namespace.ts';
import { checksOf } from './check.ts';
import { awsNameOf, declaredBy } from './declared.ts';
import type { DeclaredPlaces } from './environments.ts';

const check = checksOf<NamespaceManifestSpec>();

/** CreatePublicDnsNamespace (Cloud Map API reference): two labels at least, of letters, digits and hyphens. */
const PUBLIC_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const publicNames = check(['type', 'name'], ({ type, name: written }, { name: own, report }) => {
  const name = nameInAws(own, { name: written });
  if (type !== 'public-dns' || name === '' || PUBLIC_NAME.test(name)) return;
  report(
    written === undefined ? ['metadata', 'name'] : ['spec', 'name'],
    `the name of a public namespace is a domain of two labels or more, of letters, digits and hyphens, such as services.example.org; ${JSON.stringify(name)} can be a private one: write type: private-dns`,
  );
});

const zones = check(['type', 'soaTtl'], ({ type, soaTtl }, { report }) => {
  if (type !== 'http' || soaTtl === undefined) return;
  report(
    ['spec', 'soaTtl'],
    'an HTTP namespace has no hosted zone, and so no SOA record; remove it, or write type: private-dns',
  );
});

export const namespaceChecks = [publicNames, zones];

/** Where AWS has no public namespaces. */
export function checkPublicNamespaces(
  environments: ReadonlyMap<NamedCandidate, string>,
  places: DeclaredPlaces,
): void {
  for (const [candidate, environment] of environments) {
    if (candidate.ref.kind !== 'Namespace' || !isReadable(candidate, ['type'])) continue;
    const { partition, region } = places.get(environment) ?? {};
    if (specField(candidate, 'type') !== 'public-dns' || partition === undefined) continue;
    if (!WITHOUT_PUBLIC_NAMESPACES.has(partition)) continue;
    reportOn(
      candidate,
      ['spec', 'type'],
      `AWS has no public namespaces in ${region ?? partition}, where Environment/${environment} is; write private-dns or http, or declare it in an Environment elsewhere`,
    );
  }
}

type Discovery = NonNullable<DaemonServiceManifestSpec['serviceDiscovery']>;

/**
 * A namespace belongs to one VPC, so a service cannot be registered in a namespace of another environment, unless it says that one's id;
 * and where a manifest declares the environment's own, that says which is meant, and what can be in it.
 */
export function checkNamespaces(environments: ReadonlyMap<NamedCandidate, string>): void {
  const find = declaredBy('Namespace', environments);
  const called = [...environments].flatMap(([one, its]) =>
    one.ref.kind === 'Namespace'
      ? [one.ref.name, awsNameOf(one)].map((name) => [name, [one, its]] as const)
      : [],
  );
  // The first of a name is told.
  const anywhere = new Map(called.toReversed());
  for (const [candidate, environment] of environments) {
    if (candidate.ref.kind !== 'DaemonService' || !isReadable(candidate, ['serviceDiscovery'])) continue;
    const discovery = specField(candidate, 'serviceDiscovery') as Discovery | undefined;
    const own = find(environment, discovery?.namespace ?? '');
    const other = anywhere.get(discovery?.namespace ?? '');
    const isSaid = discovery?.namespaceId !== undefined;
    if (own !== undefined && isSaid) {
      reportOn(
        candidate,
        ['spec', 'serviceDiscovery', 'namespaceId'],
        `${nameAndPlace(own)} is the namespace of this name here, and so says which is meant; remove namespaceId, or the Namespace`,
      );
    }
    if (own !== undefined && discovery !== undefined) checkRecordsIn(own, candidate, discovery);
    if (other === undefined || own !== undefined || isSaid) continue;
    const [namespace, its] = other;
    reportOn(
      candidate,
      ['spec', 'serviceDiscovery', 'namespace'],
      `${nameAndPlace(namespace)} belongs to environment ${its}, and this to ${environment}; use a namespace of ${environment}, declare one of this name there too, or say the id of another by namespaceId`,
    );
  }
}

/** An HTTP namespace has no zone that a record could be in. */
function checkRecordsIn(
  namespace: NamedCandidate,
  candidate: NamedCandidate,
  { dnsRecords = [], routingPolicy }: Discovery,
): void {
  if (!isReadable(namespace, ['type'])) return;
  const type = specField(namespace, 'type') as NamespaceType | undefined;
  if (type !== 'http') return;
  const at = ['spec', 'serviceDiscovery'];
  const whose = `${nameAndPlace(namespace)} is of type http, in which nothing has a name in DNS`;
  if (dnsRecords.length > 0) {
    reportOn(
      candidate,
      [...at, 'dnsRecords'],
      `${whose}; remove dnsRecords, and clients ask DiscoverInstances, or use a Namespace of type private-dns`,
    );
  } else if (routingPolicy !== undefined) {
    reportOn(
      candidate,
      [...at, 'routingPolicy'],
      `${whose}; remove routingPolicy, which chooses among DNS records`,
    );
  }
}
