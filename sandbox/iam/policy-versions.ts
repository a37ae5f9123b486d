import type {
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput,
  DeletePolicyVersionCommandInput,
  DeletePolicyVersionCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListPolicyVersionsCommandInput,
  ListPolicyVersionsCommandOutput,
  SetDefaultPolicyVersionCommandInput,
  SetDefaultPolicyVersionCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkText, iamPage, pageMembers } from './checks.ts';
import { checkManagedPolicy } from './policy-document.ts';
import { encodePolicy } from './policy-encoding.ts';
import { briefVersion, requireOwnPolicy, requirePolicy } from './policy-store.ts';
import { wholeSecond } from './role-store.ts';
import type { ManagedPolicy, PolicyVersion } from './state.ts';

/** Most versions of a managed policy, which AWS does not raise. */
const MAX_VERSIONS = 5;

/** Throws LimitExceeded, MalformedPolicyDocument. */
export function createPolicyVersion(
  input: CreatePolicyVersionCommandInput,
  context: CallContext,
): Answer<CreatePolicyVersionCommandOutput> {
  const { account, world } = context;
  const policy = requireOwnPolicy(account.iam, input.PolicyArn);
  const document = checkManagedPolicy(input.PolicyDocument, context);
  if (policy.versions.size >= MAX_VERSIONS) {
    throw new AwsError(
      'LimitExceeded',
      `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      409,
    );
  }
  const createDate = wholeSecond(world.now());
  const version: PolicyVersion = { versionId: `v${++policy.lastVersion}`, document, createDate };
  policy.versions.set(version.versionId, version);
  policy.updateDate = createDate;
  if (input.SetAsDefault === true) policy.defaultVersionId = version.versionId;
  return { PolicyVersion: briefVersion(policy, version) };
}

/** Throws InvalidAction where AWS would answer a document that the sandbox does not hold. */
export function getPolicyVersion(
  input: GetPolicyVersionCommandInput,
  { account }: CallContext,
): Answer<GetPolicyVersionCommandOutput> {
  const policy = requirePolicy(account.iam, input.PolicyArn);
  const version = requireVersion(policy, input.VersionId);
  if (version.document === undefined) {
    throw new AwsError(
      'InvalidAction',
      `The sandbox does not hold the document of ${policy.arn}: it knows this policy of AWS by name.`,
    );
  }
  return {
    PolicyVersion: { Document: encodePolicy(version.document), ...briefVersion(policy, version) },
  };
}

/** Answers the versions of a policy without their documents. */
export function listPolicyVersions(
  input: ListPolicyVersionsCommandInput,
  { account }: CallContext,
): Answer<ListPolicyVersionsCommandOutput> {
  const policy = requirePolicy(account.iam, input.PolicyArn);
  const page = iamPage(input, (start) => policy.versions.from(start));
  const versions = page.items.map((version) => briefVersion(policy, version));
  return { Versions: versions, ...pageMembers(page) };
}

export function setDefaultPolicyVersion(
  input: SetDefaultPolicyVersionCommandInput,
  { account, world }: CallContext,
): Answer<SetDefaultPolicyVersionCommandOutput> {
  const policy = requireOwnPolicy(account.iam, input.PolicyArn);
  policy.defaultVersionId = requireVersion(policy, input.VersionId).versionId;
  policy.updateDate = wholeSecond(world.now());
  return {};
}

/** Throws DeleteConflict for the default version. */
export function deletePolicyVersion(
  input: DeletePolicyVersionCommandInput,
  { account }: CallContext,
): Answer<DeletePolicyVersionCommandOutput> {
  const policy = requireOwnPolicy(account.iam, input.PolicyArn);
  const { versionId } = requireVersion(policy, input.VersionId);
  if (versionId === policy.defaultVersionId) {
    throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
  }
  policy.versions.delete(versionId);
  return {};
}

function requireVersion(policy: ManagedPolicy, versionId: string | undefined): PolicyVersion {
  const id = checkText(versionId, 'versionId', { max: 64, pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' });
  const version = policy.versions.get(id);
  if (version !== undefined) return version;
  throw new AwsError(
    'NoSuchEntity',
    `Policy ${policy.arn} version ${id} does not exist or is not attachable.`,
    404,
  );
}
