import { partitionOf } from '../../aws/partitions.ts';
import { roleArn } from '../../core/arn.ts';
import { environmentId } from '../../core/reference.ts';
import type { Desired } from '../../core/resource.ts';
import type { EnvironmentSpec } from '../../kinds/environment/model.ts';
import { IMPLICIT_ENVIRONMENT } from '../manifest.ts';
import type { ManifestOf } from '../manifest.ts';
import type { EnvironmentManifestSpec } from '../schema/environment.ts';
import { DEFAULT_POLICY, policyOf } from './policy.ts';
import type { IamDefaults } from './roles.ts';

/** Where to send the AWS calls of an environment. */
export interface EnvironmentTarget {
  readonly name: string;
  /** Undefined: the region of the SDK's own configuration. */
  readonly region?: string;
  /** The one account to act in. */
  readonly account?: string;
  /** Assumed for everything in this environment. */
  readonly roleArn?: string;
  /** What that role's trust asks for. */
  readonly externalId?: string;
}

export interface EnvironmentExpansion {
  readonly target: EnvironmentTarget;
  readonly desired: Desired<EnvironmentSpec>;
  /** Whether tasks get a public address. */
  readonly assignPublicIp: boolean;
  readonly iam: IamDefaults;
}

/** The environment of manifests that declare none: default VPC, default subnets, public addresses. */
export function implicitEnvironment(): EnvironmentExpansion {
  const id = environmentId(IMPLICIT_ENVIRONMENT);
  return {
    target: { name: IMPLICIT_ENVIRONMENT },
    desired: {
      id,
      manifest: { kind: 'Environment', name: IMPLICIT_ENVIRONMENT },
      management: 'external',
      spec: { vpc: 'default', subnets: 'default' },
      labels: {},
      policy: DEFAULT_POLICY,
    },
    assignPublicIp: true,
    iam: {},
  };
}

export function expandEnvironment(manifest: ManifestOf<'Environment'>): EnvironmentExpansion {
  const { name, labels } = manifest.metadata;
  const { region, account, externalId, assignPublicIp } = manifest.spec;
  const { vpc = 'default', subnets = 'default' } = manifest.spec;
  const role = assumedRole(manifest.spec);
  const where = { ...(region !== undefined && { region }), ...(account !== undefined && { account }) };
  return {
    target: {
      name,
      ...where,
      ...(role !== undefined && { roleArn: role }),
      ...(externalId !== undefined && { externalId }),
    },
    desired: {
      id: environmentId(name),
      manifest: { kind: 'Environment', name },
      management: 'external',
      spec: {
        ...where,
        vpc: typeof vpc === 'string' && vpc !== 'default' ? { id: vpc } : vpc,
        subnets: Array.isArray(subnets) ? { ids: subnets } : subnets,
      },
      labels,
      policy: policyOf(manifest),
    },
    // Default subnets have an internet gateway and no NAT: without a public address no image could be pulled.
    assignPublicIp: assignPublicIp ?? subnets === 'default',
    iam: manifest.spec.iam ?? {},
  };
}

/** The ARN of the role that is assumed: as written, or that of the role of that name in the Environment's own account. */
function assumedRole({
  region,
  account,
  roleArn: written,
  roleName,
}: EnvironmentManifestSpec): string | undefined {
  if (roleName === undefined || region === undefined || account === undefined) return written;
  return roleArn({ partition: partitionOf(region), region, accountId: account }, { name: roleName });
}
