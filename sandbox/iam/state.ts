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
  readonly permissionsBoundary: string | undefined;
  /** Policy name → JSON text. */
  readonly inlinePolicies: SortedMap<string>;
  /** By ARN. */
  readonly attachedPolicies: SortedMap<AttachedPolicy>;
  readonly tags: SortedMap<Tag>;
}

interface AttachedPolicy {
  readonly policyName: string;
  readonly policyArn: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface IamState {
  /** By lower-case name: role names differ in more than case. */
  readonly roles: SortedMap<Role>;
}

export function createIamState(): IamState {
  return { roles: new SortedMap() };
}
