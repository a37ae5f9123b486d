import type {
  CreateNetworkAclEntryCommandInput,
  CreateNetworkAclEntryCommandOutput,
  DeleteNetworkAclEntryCommandInput,
  DeleteNetworkAclEntryCommandOutput,
  ReplaceNetworkAclEntryCommandInput,
  ReplaceNetworkAclEntryCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { requireNetworkAcl } from '../lookups.ts';
import { aclEntryKey } from '../network-store.ts';
import { requestedEntry, requestedKey } from './entry-input.ts';

/** Most entries of an ACL in one direction, before any increase; the last one, which denies the rest, does not count (Amazon VPC quotas). */
const MAX_ENTRIES = 20;

export function createNetworkAclEntry(
  input: CreateNetworkAclEntryCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<CreateNetworkAclEntryCommandOutput> {
  const { entries } = requireNetworkAcl(ec2, input.NetworkAclId ?? '');
  const entry = requestedEntry(input);
  if (entries.has(aclEntryKey(entry))) {
    throw new AwsError(
      'NetworkAclEntryAlreadyExists',
      `The network acl entry identified by ${entry.ruleNumber} already exists.`,
    );
  }
  const sameWay = [...entries.values()].filter(({ egress }) => egress === entry.egress);
  if (sameWay.length >= MAX_ENTRIES) {
    throw new AwsError(
      'NetworkAclEntryLimitExceeded',
      'The maximum number of network acl entries has been reached.',
    );
  }
  entries.set(aclEntryKey(entry), entry);
  return {};
}

export function replaceNetworkAclEntry(
  input: ReplaceNetworkAclEntryCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<ReplaceNetworkAclEntryCommandOutput> {
  const { entries } = requireNetworkAcl(ec2, input.NetworkAclId ?? '');
  const entry = requestedEntry(input);
  if (!entries.has(aclEntryKey(entry))) throw notFound(entry.ruleNumber);
  entries.set(aclEntryKey(entry), entry);
  return {};
}

export function deleteNetworkAclEntry(
  input: DeleteNetworkAclEntryCommandInput,
  { state: { ec2 } }: CallContext,
): Answer<DeleteNetworkAclEntryCommandOutput> {
  const { entries } = requireNetworkAcl(ec2, input.NetworkAclId ?? '');
  const key = requestedKey(input);
  if (!entries.delete(aclEntryKey(key))) throw notFound(key.ruleNumber);
  return {};
}

function notFound(ruleNumber: number): AwsError {
  return new AwsError(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by ${ruleNumber} does not exist.`,
  );
}
