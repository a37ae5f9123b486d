import type { Service } from '@aws-sdk/client-ecs';
import type { Account } from '../aws/account.ts';
import { compareText } from '../core/order.ts';
import { manifestKey } from '../core/resource.ts';
import { exportDaemonService } from './daemon-service.ts';
import type { Exported, ExportedManifest, ExportedService } from './exported.ts';
import { clustersOf, environmentsOf, namespacesOf } from './surroundings.ts';
import type { Written } from './surroundings.ts';
import { usesIn } from './uses.ts';

export interface ExportOptions {
  /** Names of ECS services; empty for all. */
  readonly names: readonly string[];
  /** Why manifests are not to be written, by `Kind/name`. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
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
export function exportAccount(account: Account, { names, refused }: ExportOptions): Exported {
  const uses = usesIn(account);
  const selected = account.services
    .filter((service) => names.length === 0 || isNamed(service, names))
    .toSorted((a, b) => compareText(displayService(a), displayService(b)));
  const manifestNames = manifestNamesOf(selected);
  const [, partition = 'aws', , region = ''] = selected[0]?.serviceArn?.split(':') ?? [];
  const environments = environmentsOf(account, selected, region);
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
      notes: leftOut.length === 0 ? part.notes : [],
    };
    const isWritten = leftOut.length === 0 && environment !== undefined && 'spec' in part;
    return { outcome, environment, service, spec: isWritten ? part.spec : undefined };
  });
  const written = results.flatMap(({ spec, environment, service, outcome }): readonly Written[] =>
    spec === undefined || environment === undefined
      ? []
      : [{ arn: service.serviceArn ?? '', environment: environment.name, cluster: outcome.cluster, spec }],
  );
  const used = new Map(
    written.map(({ arn, environment }) => [environment, environments.get(arn)!.manifest] as const),
  );
  const manifests: readonly ExportedManifest[] = [
    ...[...used.values()].toSorted((a, b) => compareText(a.name, b.name)),
    ...clustersOf(account, written, environmentField),
    ...namespacesOf(account, written, environmentField),
    ...results.flatMap(({ outcome, spec }): readonly ExportedManifest[] =>
      spec === undefined
        ? []
        : [{ kind: 'DaemonService', name: outcome.manifest.name, spec, notes: outcome.notes }],
    ),
  ];
  return {
    manifests: manifests.filter(({ kind, name }) => !refused.has(manifestKey({ kind, name }))),
    services: results.map(({ outcome }) => outcome),
  };
}

function clusterNameOf({ clusterArn }: Service): string {
  return clusterArn?.split('/').at(-1) ?? '';
}

/** Every service's, whether it gets one or not: what is left out must not rename the others. */
function manifestNamesOf(services: readonly Service[]): ReadonlyMap<Service, string> {
  const taken = new Set<string>();
  const isFree = (name: string): boolean => !taken.has(name);
  return new Map(
    services.map((service) => {
      const plain = labelOf(service.serviceName ?? '');
      const withCluster = labelOf(`${service.serviceName}-${clusterNameOf(service)}`);
      const numbered = (count: number): string => {
        const name = `${plain.slice(0, 58)}-${count}`;
        return isFree(name) ? name : numbered(count + 1);
      };
      const name = [plain, withCluster].find(isFree) ?? numbered(2);
      taken.add(name);
      return [service, name] as const;
    }),
  );
}

/** A DNS label that reads like the name. */
function labelOf(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? 'service' : label;
}
