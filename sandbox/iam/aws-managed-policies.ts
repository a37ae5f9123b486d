import { createHash } from 'node:crypto';
import { SortedMap } from '../sorted-map.ts';
import { AWS_MANAGED_DOCUMENTS } from './aws-managed-documents.ts';
import { AWS_MANAGED_NAMES } from './aws-managed-names.ts';
import { idFrom } from './role-store.ts';
import type { ManagedPolicy, PolicyVersion } from './state.ts';

/** When IAM got managed policies: of those that are known by name alone it is taken for the day that they were made. */
const FIRST_MADE = '2015-02-06T18:40:00Z';

/** A policy of AWS with the partition that its ARN names; undefined where AWS has none of this ARN. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const path = arn.slice(arn.indexOf('/'));
  return isAwsManaged(arn) && AWS_MANAGED_NAMES.has(path) ? policyAt(arn, path) : undefined;
}

/** Every policy of AWS that can be attached to a role. */
export function awsManagedPolicies(partition: string): readonly ManagedPolicy[] {
  return [...AWS_MANAGED_NAMES].map((path) => policyAt(`arn:${partition}:iam::aws:policy${path}`, path));
}

export function isAwsManaged(policyArn: string): boolean {
  return policyArn.split(':')[4] === 'aws';
}

/** Those that were asked for before, by path, in the partition `aws`: nothing changes them. */
const made = new Map<string, ManagedPolicy>();

function policyAt(arn: string, path: string): ManagedPolicy {
  const policy = made.get(path) ?? make(path);
  made.set(path, policy);
  return policy.arn === arn ? policy : { ...policy, arn };
}

function make(path: string): ManagedPolicy {
  const facts = AWS_MANAGED_DOCUMENTS.get(path);
  const defaultVersionId = `v${facts?.version ?? 1}`;
  const updateDate = new Date(facts?.updateDate ?? FIRST_MADE);
  const versions = new SortedMap<PolicyVersion>();
  versions.set(defaultVersionId, {
    versionId: defaultVersionId,
    document:
      facts === undefined
        ? undefined
        : JSON.stringify({ Version: '2012-10-17', Statement: facts.statements }),
    createDate: updateDate,
  });
  const nameAt = path.lastIndexOf('/') + 1;
  return {
    policyName: path.slice(nameAt),
    policyId: facts?.policyId ?? madeUpId(path),
    path: path.slice(0, nameAt),
    arn: `arn:aws:iam::aws:policy${path}`,
    description: facts?.description,
    createDate: new Date(facts?.createDate ?? FIRST_MADE),
    updateDate,
    versions,
    defaultVersionId,
    lastVersion: facts?.version ?? 1,
    tags: new SortedMap(),
  };
}

/** The same each time. */
function madeUpId(path: string): string {
  const bytes = createHash('sha256').update(path).digest().values();
  return idFrom('ANPA', () => (bytes.next().value ?? 0) / 256);
}
