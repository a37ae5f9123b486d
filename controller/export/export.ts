import type { Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { compareText } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import { exportDaemonService } from './daemon-service.ts';
import type { Place } from './daemon-service.ts';
import { freeLabel } from './labels.ts';
import { present } from './exported.ts';
import type { Exported, ExportedManifest, ExportedService } from './exported.ts';
import { appliedBy, sharedRolesIn } from './owned.ts';
import type { AppliedAs } from './owned.ts';
import { namespacesOf, withConnectNames } from './namespaces.ts';
import { repositoriesOf, withRepositories } from './repositories.ts';
import { clustersOf, environmentsOf } from './surroundings.ts';
import type { Written } from './surroundings.ts';
import { usesIn } from './uses.ts';

export interface ExportOptions {
  /** Names of ECS services; empty for all. */
  readonly names: readonly string[];
  /** Why manifests are not to be written, by `Kind/name`. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
  /** Manifests that cannot even be kept in their place. */
  readonly misplaced: ReadonlySet<string>;
  /** What tasks of manifests would lack that start, by `Kind/name`: it is noted. */
  readonly lacking: ReadonlyMap<string, readonly string[]>;
  /** Whose tags tell what is applied already. */
  readonly owner: string;
}

/** `shop/xray`: an ECS service with its cluster. */
export function displayService(service: Service): string {
  return `${clusterNameOf(service)}/${service.serviceName}`;
}

function isNamed(service: Service, names: readonly string[]): boolean {
  return names.some((name) => name === service.serviceName || name === displayService(service));
}

/** Names that no service has. */
export function unknownNames({ services }: Account, names: readonly string[]): readonly string[] {
  return names.filter((name) => !services.some((service) => isNamed(service, [name])));
}

/** What runs in an account as manifests that adopt it and change nothing. Pure. */
export function exportAccount(
  account: Account,
  { names, refused, misplaced, lacking, owner }: ExportOptions,
): Exported {
  const appliedAs = appliedBy(owner, account);
  const uses = usesIn(account);
  const selected = account.services
    .filter((service) => names.length === 0 || isNamed(service, names))
    .toSorted((a, b) => compareText(displayService(a), displayService(b)));
  const manifestNames = manifestNamesOf(selected, appliedAs);
  const [, partition = 'aws', , region = ''] = selected[0]?.serviceArn?.split(':') ?? [];
  const environments = environmentsOf(account, selected, region, appliedAs, sharedRolesIn(account, owner));
  const several = new Set([...environments.values()].map(({ name }) => name)).size > 1;
  const environmentField = (name: string): string | undefined => (several ? name : undefined);

  const results = selected.map((service) => {
    const manifest = { kind: 'DaemonService', name: manifestNames.get(service)! } as const;
    const environment = environments.get(service.serviceArn ?? '');
    const place = {
      manifest: manifest.name,
      cluster: clusterNameOf(service),
      environment: environment && environmentField(environment.name),
      vpcId: environment?.vpcId ?? '',
      partition,
      region,
      iam: environment?.manifest.spec.iam ?? {},
      sharedRole: environment?.sharedRole,
      owner,
    };
    const part = exportDaemonService(account, uses, service, place);
    const leftOut = [
      ...part.obstacles,
      ...(environment === undefined && part.obstacles.length === 0 ? ['its subnets cannot be found'] : []),
      ...(refused.get(manifestKey(manifest)) ?? []),
    ];
    const outcome: ExportedService = {
      cluster: place.cluster,
      serviceName: service.serviceName ?? '',
      manifest,
      leftOut,
      notes: leftOut.length === 0 ? [...part.notes, ...(lacking.get(manifestKey(manifest)) ?? [])] : [],
    };
    const isWritten = leftOut.length === 0 && environment !== undefined && 'spec' in part;
    const applied = appliedAs(service.serviceArn, 'DaemonService');
    const isPlaceholder = !isWritten && applied !== undefined && !misplaced.has(manifestKey(manifest));
    const spec = isPlaceholder ? placeholderOf(service, place) : isWritten ? part.spec : undefined;
    return { outcome, environment, service, applied, isPlaceholder, spec };
  });
  const written = results.flatMap(
    ({ spec, environment, service, outcome, isPlaceholder }): readonly Written[] =>
      spec === undefined || environment === undefined
        ? []
        : [
            {
              arn: service.serviceArn ?? '',
              environment: environment.name,
              cluster: outcome.cluster,
              spec,
              isPlaceholder,
            },
          ],
  );
  const used = new Map(
    written.map(({ arn, environment }) => [environment, environments.get(arn)!.manifest] as const),
  );
  const repositories = repositoriesOf(account, written, appliedAs, environmentField).filter(
    ({ manifest }) => !refused.has(manifestKey(manifest)),
  );
  const namespaces = namespacesOf(account, written, appliedAs, environmentField);
  const manifests: readonly ExportedManifest[] = [
    ...[...used.values()].toSorted((a, b) => compareText(a.name, b.name)),
    ...clustersOf(account, written, appliedAs, environmentField),
    ...namespaces.map(({ manifest }) => manifest),
    ...repositories.map(({ manifest }) => manifest),
    ...results.flatMap(
      ({ outcome, spec: its, environment, applied, isPlaceholder }): readonly ExportedManifest[] => {
        if (its === undefined || environment === undefined) return [];
        const spec = withRepositories(its, environment.name, repositories);
        const common = { kind: 'DaemonService', name: outcome.manifest.name, spec } as const;
        if (isPlaceholder) {
          return [{ ...common, notes: keptNotes(outcome), annotations: LEFT_ALONE, isPlaceholder: true }];
        }
        const annotations = applied === undefined ? {} : { annotations: applied.annotations };
        return [{ ...common, notes: outcome.notes, ...annotations }];
      },
    ),
  ];
  const onlyEnvironment = [...used.keys()][0];
  const environmentIn = ({ spec }: ExportedManifest): string | undefined =>
    ('environment' in spec ? spec.environment : undefined) ?? onlyEnvironment;
  return {
    manifests: withConnectNames(
      manifests.filter(
        ({ kind, name, isPlaceholder }) =>
          isPlaceholder === true || !refused.has(manifestKey({ kind, name })),
      ),
      environmentIn,
      namespaces.filter(({ manifest }) => !refused.has(manifestKey(manifest))),
    ),
    services: results.map(({ outcome }) => outcome),
  };
}

const LEFT_ALONE = { 'stationkeeper.dev/reconcile': 'disabled' };

/** As much as a manifest must say; it is left alone, so that none of it is done. */
function placeholderOf(
  { serviceName }: Service,
  { manifest, cluster, environment }: Place,
): DaemonServiceManifestSpec {
  return present({
    environment,
    cluster,
    serviceName: serviceName === manifest ? undefined : serviceName,
    cpu: 256,
    memory: 512,
    containers: [{ name: 'placeholder', image: 'placeholder' }],
  });
}

function keptNotes({ leftOut }: ExportedService): readonly string[] {
  return [
    'KEPT IN ITS PLACE: this daemon service is applied, and no manifest can express what it is now:',
    ...leftOut,
    'The controller leaves it alone and changes nothing that is written below. Write its manifest here;',
    'without this file, or with an empty spec in it, the controller removes what is applied.',
  ];
}

function clusterNameOf({ clusterArn }: Service): string {
  return clusterArn?.split('/').at(-1) ?? '';
}

/** Every service's, whether it gets one or not: what is left out must not rename the others. */
function manifestNamesOf(services: readonly Service[], appliedAs: AppliedAs): ReadonlyMap<Service, string> {
  const applied = (service: Service): string | undefined =>
    appliedAs(service.serviceArn, 'DaemonService')?.manifest.name;
  const taken = new Set(services.flatMap((service) => applied(service) ?? []));
  return new Map(
    services.map((service) => {
      const own = applied(service);
      if (own !== undefined) return [service, own] as const;
      const names = [service.serviceName ?? '', `${service.serviceName}-${clusterNameOf(service)}`];
      return [service, freeLabel(names, taken)] as const;
    }),
  );
}
