import type { Account } from '../aws/account.ts';
import { isArn } from '../core/connect-namespace.ts';
import { NAMESPACE_TYPES, TYPE_BY_CLOUD_MAP } from '../kinds/namespace/facts.ts';
import { present } from './exported.ts';
import type { ExportedManifest } from './exported.ts';
import type { AppliedAs } from './owned.ts';
import { registryOf } from './registry.ts';
import { environmentIn } from './surroundings.ts';
import type { ManifestOf, Written } from './surroundings.ts';

type CloudMap = Pick<Account, 'namespaces' | 'discoveryServices' | 'hostRegistries'>;
type Namespace = Account['namespaces'][number];

/** Whether a manifest has to say the id of a namespace: its name alone means another, or several. */
export function needsId(
  namespace: Namespace,
  all: readonly Namespace[],
  isApplied: (arn: string | undefined) => boolean,
): boolean {
  if (isApplied(namespace.Arn)) return false;
  const namesakes = all.filter(({ Name }) => Name === namespace.Name);
  if (namesakes.some(({ Arn }) => isApplied(Arn))) return true;
  // The same order as where a namespace is looked for (kinds/namespace/choice.ts).
  const meant = NAMESPACE_TYPES.map((type) =>
    namesakes.filter(({ Type = '' }) => TYPE_BY_CLOUD_MAP[Type] === type),
  ).find(({ length }) => length > 0);
  return meant?.length !== 1 || meant[0] !== namespace;
}

/** A namespace that has a manifest. */
interface ExportedNamespace {
  readonly arn: string | undefined;
  readonly environment: string;
  readonly manifest: ManifestOf<'Namespace'>;
}

/** Namespaces that are applied already, or hold nothing but what is written. The others are used, and need no manifest. */
export function namespacesOf(
  account: CloudMap & Pick<Account, 'services'>,
  written: readonly Written[],
  appliedAs: AppliedAs,
  environmentField: (environment: string) => string | undefined,
): readonly ExportedNamespace[] {
  const { namespaces, discoveryServices, services } = account;
  const registered = new Map(services.map((one) => [one.serviceArn, registryOf(account, one)?.arn]));
  return namespaces.flatMap((namespace): readonly ExportedNamespace[] => {
    const { Id, Arn, Name: name = '', Type = '', Description, Properties } = namespace;
    const inside = discoveryServices.filter(({ namespaceId }) => namespaceId === Id);
    const arns = new Set(inside.map((one) => one.Arn));
    // One whose id a manifest says is used, and no manifest of its own would say which it is.
    const ours = written.filter(
      ({ arn, spec: { serviceDiscovery: its } }) =>
        its?.namespace === name && its.namespaceId === undefined && arns.has(registered.get(arn)),
    );
    const applied = appliedAs(Arn, 'Namespace');
    const where = environmentIn(ours, applied, written);
    const type = TYPE_BY_CLOUD_MAP[Type];
    if (type === undefined || where === undefined) return [];
    if (applied === undefined && inside.length !== ours.length) return [];
    const environment = environmentField(where);
    const own = applied?.manifest.name ?? name;
    const spec = present({
      environment,
      name: own === name ? undefined : name,
      type: type === 'private-dns' ? undefined : type,
      description: Description === '' ? undefined : Description,
      soaTtl: Properties?.DnsProperties?.SOA?.TTL,
    });
    const annotations = applied === undefined ? {} : { annotations: applied.annotations };
    const manifest = { kind: 'Namespace', name: own, spec, notes: [], ...annotations } as const;
    return [{ arn: Arn, environment: where, manifest }];
  });
}

/** The same manifests, in which Service Connect's namespaces that are written too are called by their names, as people would. */
export function withConnectNames(
  manifests: readonly ExportedManifest[],
  environmentOf: (manifest: ExportedManifest) => string | undefined,
  namespaces: readonly ExportedNamespace[],
): readonly ExportedManifest[] {
  return manifests.map((manifest): ExportedManifest => {
    const environment = environmentOf(manifest);
    const named = <Told extends { readonly namespace?: string }>(told: Told): Told => {
      const { namespace } = told;
      const found = namespaces.find((one) => one.arn === namespace && one.environment === environment);
      return !isArn(namespace) || found === undefined ? told : { ...told, namespace: found.manifest.name };
    };
    if (manifest.kind === 'Cluster' && manifest.spec.serviceConnectDefaults !== undefined) {
      const { serviceConnectDefaults } = manifest.spec;
      return {
        ...manifest,
        spec: { ...manifest.spec, serviceConnectDefaults: named(serviceConnectDefaults) },
      };
    }
    if (manifest.kind === 'DaemonService' && manifest.spec.serviceConnectConfiguration !== undefined) {
      const { serviceConnectConfiguration: connect } = manifest.spec;
      return { ...manifest, spec: { ...manifest.spec, serviceConnectConfiguration: named(connect) } };
    }
    return manifest;
  });
}
