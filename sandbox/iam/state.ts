import { SortedMap } from '../sorted-map.ts';

export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly path: string;
  readonly arn: string;
  readonly createDate: Date;
  /** Epoch milliseconds: before these, PassRole and AssumeRole fail elsewhere, as other services have not heard of the role. */
  readonly passableFrom: number;
  readonly assumableFrom: number;
  /** JSON text. */
  assumeRolePolicyDocument: string;
  description: string | undefined;
  /** Seconds. */
  maxSessionDuration: number;
  /** ARN. */
  permissionsBoundary: string | undefined;
  /** Policy name → JSON text. */
  readonly inlinePolicies: SortedMap<string>;
  /** By ARN. */
  readonly attachedPolicies: SortedMap<AttachedPolicy>;
  readonly tags: SortedMap<Tag>;
}

export interface AttachedPolicy {
  readonly policyName: string;
  readonly policyArn: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface ManagedPolicy {
  readonly policyName: string;
  readonly policyId: string;
  readonly path: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createDate: Date;
  updateDate: Date;
  /** By id: `v1`. */
  readonly versions: SortedMap<PolicyVersion>;
  defaultVersionId: string;
  /** Numbers are not used again. */
  lastVersion: number;
  readonly tags: SortedMap<Tag>;
}

export interface PolicyVersion {
  readonly versionId: string;
  /** JSON text; undefined of a policy of AWS that is known by name alone. */
  readonly document: string | undefined;
  readonly createDate: Date;
}

export interface InstanceProfile {
  readonly instanceProfileName: string;
  readonly instanceProfileId: string;
  readonly path: string;
  readonly arn: string;
  readonly createDate: Date;
  role: Role | undefined;
  readonly tags: SortedMap<Tag>;
}

export interface OidcProvider {
  readonly arn: string;
  /** Without `https://`. */
  readonly url: string;
  readonly createDate: Date;
  readonly clientIds: Set<string>;
  thumbprints: readonly string[];
  readonly tags: SortedMap<Tag>;
}

/** The deletion of a service-linked role, which IAM carries out later. */
export interface DeletionTask {
  readonly roleId: string;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  /** ARNs of what kept the role from being deleted. */
  usedBy: readonly string[];
}

export interface IamState {
  /** By lower-case name: role names differ in more than case. */
  readonly roles: SortedMap<Role>;
  /** The account's own, by ARN. */
  readonly policies: SortedMap<ManagedPolicy>;
  /** By lower-case name. */
  readonly instanceProfiles: SortedMap<InstanceProfile>;
  /** By ARN. */
  readonly oidcProviders: SortedMap<OidcProvider>;
  /** By id. */
  readonly deletionTasks: Map<string, DeletionTask>;
}

export function createIamState(): IamState {
  return {
    roles: new SortedMap(),
    policies: new SortedMap(),
    instanceProfiles: new SortedMap(),
    oidcProviders: new SortedMap(),
    deletionTasks: new Map(),
  };
}
