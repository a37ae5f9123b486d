import type { KindFacts } from '../core/facts.ts';
import { digest } from '../core/ownership.ts';
import type { ManifestKind } from '../core/resource.ts';
import { clusterFacts } from '../kinds/cluster/facts.ts';
import { discoveryServiceFacts } from '../kinds/discovery-service/facts.ts';
import { logGroupFacts } from '../kinds/log-group/facts.ts';
import { namespaceFacts } from '../kinds/namespace/facts.ts';
import { repositoryFacts } from '../kinds/repository/facts.ts';
import { roleFacts } from '../kinds/role/facts.ts';
import { securityGroupFacts } from '../kinds/security-group/facts.ts';
import { serviceFacts } from '../kinds/service/facts.ts';
import { taskDefinitionFacts } from '../kinds/task-definition/facts.ts';
import type { Path } from './position.ts';
import type { DaemonServiceManifestSpec } from './schema/daemon-service.ts';
import type { EnvironmentManifestSpec } from './schema/environment.ts';
import type { RepositoryManifestSpec } from './schema/repository.ts';
import type { NamespaceManifestSpec } from './schema/namespace.ts';

/** What the AWS resources of a daemon service are called: derived from `metadata.name`, or set in the spec. */
export interface AwsNames {
  readonly serviceName: string;
  readonly family: string;
  readonly logGroup: string;
  readonly executionRole: string;
  readonly taskRole: string;
  readonly securityGroup: string;
  readonly discoveryService: string;
}

/** Most characters of a role's name. */
const MOST_IN_ROLE = 64;
const CUT_DIGEST = 8;

/** What the execution role is called that the daemons of an Environment share. */
export function sharedExecutionRole(environment: string): string {
  return cutToRole(`stationkeeper-${environment}-execution`);
}

/** A role's name: cut, with a digest of the whole, where it is too long. */
function cutToRole(name: string): string {
  if (name.length <= MOST_IN_ROLE) return name;
  return `${name.slice(0, MOST_IN_ROLE - CUT_DIGEST - 1)}-${digest(name).slice(0, CUT_DIGEST)}`;
}

/** IAM has no Regions: what a definition has in two of one account needs two names. All others keep the name that they have always had. */
function derivedRole(
  name: string,
  { environment, environments }: NamingFields,
  use: 'execution' | 'task',
): string {
  return environments === undefined ? `${name}-${use}` : cutToRole(`${name}-${environment ?? ''}-${use}`);
}

type NamingFields = Pick<
  DaemonServiceManifestSpec,
  | 'environment'
  | 'environments'
  | 'serviceName'
  | 'family'
  | 'logs'
  | 'executionRole'
  | 'taskRole'
  | 'securityGroup'
  | 'serviceDiscovery'
>;

/** How each name comes about; each reads no more of the spec than the field that it is about. */
const NAMES: Readonly<Record<keyof AwsNames, (name: string, spec: NamingFields) => string>> = {
  serviceName: (name, { serviceName }) => serviceName ?? name,
  family: (name, { family }) => family ?? name,
  logGroup: (name, { logs }) => logs?.group ?? `/stationkeeper/${name}`,
  executionRole: (name, spec) => spec.executionRole?.name ?? derivedRole(name, spec, 'execution'),
  taskRole: (name, spec) => spec.taskRole?.name ?? derivedRole(name, spec, 'task'),
  securityGroup: (name, { securityGroup }) => securityGroup?.name ?? name,
  discoveryService: (name, { serviceDiscovery }) => serviceDiscovery?.name ?? name,
};

export function awsNames(name: string, spec: NamingFields): AwsNames {
  const named = Object.entries(NAMES).map(([which, nameOf]) => [which, nameOf(name, spec)]);
  return Object.fromEntries(named) as AwsNames;
}

/** A resource that a manifest has made, by the name that it gets in AWS. */
export interface NamedResource {
  readonly facts: KindFacts;
  /** What people call it: `IAM role`. */
  readonly what: string;
  readonly name: string;
  readonly uniqueIn: 'account' | 'region' | 'vpc' | 'cluster' | 'namespace';
  /** The field that sets the name. */
  readonly path: Path;
}

/** The same, before the manifest is read: `reads` are the fields of the spec that decide about it; the others may be anything. */
interface Naming extends Omit<NamedResource, 'name'> {
  readonly reads: readonly (keyof NamingFields | 'securityGroupIds')[];
  readonly name: keyof AwsNames;
  readonly isMade: (spec: DaemonServiceManifestSpec) => boolean;
}

const OF_DAEMON_SERVICES: readonly Naming[] = [
  {
    facts: taskDefinitionFacts,
    what: 'task definition family',
    uniqueIn: 'region',
    reads: ['family'],
    path: ['spec', 'family'],
    name: 'family',
    isMade: () => true,
  },
  {
    facts: serviceFacts,
    what: 'ECS service',
    uniqueIn: 'cluster',
    reads: ['serviceName'],
    path: ['spec', 'serviceName'],
    name: 'serviceName',
    isMade: () => true,
  },
  {
    facts: logGroupFacts,
    what: 'log group',
    uniqueIn: 'region',
    reads: ['logs'],
    path: ['spec', 'logs', 'group'],
    name: 'logGroup',
    isMade: ({ logs }) => logs?.logDriver !== 'none',
  },
  {
    facts: roleFacts,
    what: 'IAM role',
    uniqueIn: 'account',
    reads: ['executionRole'],
    path: ['spec', 'executionRole', 'name'],
    name: 'executionRole',
    isMade: ({ executionRole }) => executionRole?.arn === undefined && executionRole?.omit !== true,
  },
  {
    facts: roleFacts,
    what: 'IAM role',
    uniqueIn: 'account',
    reads: ['taskRole'],
    path: ['spec', 'taskRole', 'name'],
    name: 'taskRole',
    isMade: ({ taskRole }) => taskRole !== undefined && taskRole.arn === undefined,
  },
  {
    facts: securityGroupFacts,
    what: 'security group',
    uniqueIn: 'vpc',
    reads: ['securityGroup', 'securityGroupIds'],
    path: ['spec', 'securityGroup', 'name'],
    name: 'securityGroup',
    isMade: ({ securityGroupIds }) => securityGroupIds === undefined,
  },
  {
    facts: discoveryServiceFacts,
    what: 'discovery service',
    uniqueIn: 'namespace',
    reads: ['serviceDiscovery'],
    path: ['spec', 'serviceDiscovery', 'name'],
    name: 'discoveryService',
    isMade: ({ serviceDiscovery }) => serviceDiscovery !== undefined,
  },
];

/** What a repository is called in ECR. */
export function repositoryName(
  name: string,
  { repositoryName: written }: Pick<RepositoryManifestSpec, 'repositoryName'>,
): string {
  return written ?? name;
}

/** What a cluster or a namespace is called in AWS. */
export function nameInAws(name: string, { name: written }: { readonly name?: string | undefined }): string {
  return written ?? name;
}

const CLUSTER_MADE = { facts: clusterFacts, what: 'ECS cluster', uniqueIn: 'region' } as const;

const NAMESPACES_MADE = {
  'private-dns': { facts: namespaceFacts, what: 'private DNS namespace', uniqueIn: 'vpc' },
  'public-dns': { facts: namespaceFacts, what: 'public DNS namespace', uniqueIn: 'region' },
  http: { facts: namespaceFacts, what: 'HTTP namespace', uniqueIn: 'region' },
} as const;

/**
 * What a manifest has made, by its names in AWS. `isReadable` says whether these fields of the spec are valid: a resource
 * that fields decide about which are not is left out.
 */
export function namedResources(
  kind: ManifestKind,
  name: string,
  spec: unknown,
  isReadable: (fields: readonly string[]) => boolean,
): readonly NamedResource[] {
  switch (kind) {
    case 'Environment': {
      const { iam } = isReadable(['iam']) ? (spec as EnvironmentManifestSpec) : {};
      if (iam?.executionRole !== 'shared') return [];
      const shared = { facts: roleFacts, what: 'IAM role', uniqueIn: 'account' } as const;
      return [{ ...shared, name: sharedExecutionRole(name), path: ['spec', 'iam', 'executionRole'] }];
    }
    case 'Cluster':
      return isReadable(['name']) ? [{ ...CLUSTER_MADE, ...namedIn(name, spec) }] : [];
    case 'Namespace': {
      const { type = 'private-dns' } = isReadable(['type']) ? (spec as NamespaceManifestSpec) : {};
      return isReadable(['name']) ? [{ ...NAMESPACES_MADE[type], ...namedIn(name, spec) }] : [];
    }
    case 'Repository': {
      if (!isReadable(['repositoryName'])) return [];
      const inEcr = { facts: repositoryFacts, what: 'ECR repository', uniqueIn: 'region' } as const;
      const path = ['spec', 'repositoryName'];
      return [{ ...inEcr, name: repositoryName(name, spec as RepositoryManifestSpec), path }];
    }
    case 'DaemonService':
      return OF_DAEMON_SERVICES.flatMap(({ reads, isMade, name: which, ...rest }) => {
        if (!isReadable(reads)) return [];
        const read = spec as DaemonServiceManifestSpec;
        return isMade(read) ? [{ ...rest, name: NAMES[which](name, read) }] : [];
      });
  }
}

function namedIn(name: string, spec: unknown): Pick<NamedResource, 'name' | 'path'> {
  return { name: nameInAws(name, spec as Pick<NamespaceManifestSpec, 'name'>), path: ['spec', 'name'] };
}
