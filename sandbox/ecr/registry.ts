import type {
  DescribeRegistryCommandInput,
  DescribeRegistryCommandOutput,
  GetAuthorizationTokenCommandInput,
  GetAuthorizationTokenCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { hostSuffixOf } from '../partition.ts';
import { checkCount, checkRegistryId } from './checks.ts';

/** How long Docker can log in with a token (GetAuthorizationToken, ECR API reference). */
const VALID_FOR_MS = 12 * 60 * 60_000;

/** Gives out a token that no registry asks for. Throws InvalidParameterException. */
export function getAuthorizationToken(
  { registryIds }: GetAuthorizationTokenCommandInput,
  { accountId, region, world }: CallContext,
): Answer<GetAuthorizationTokenCommandOutput> {
  if (registryIds !== undefined) checkCount(registryIds, 'registryIds', { least: 1, most: 10 });
  const ids = (registryIds ?? [accountId]).map((id) => checkRegistryId(id, accountId));
  return {
    authorizationData: ids.map((id) => ({
      authorizationToken: Buffer.from(`AWS:${world.randomText(64)}`).toString('base64'),
      expiresAt: new Date(world.clientNow() + VALID_FOR_MS),
      proxyEndpoint: `https://${id}.dkr.ecr.${region}.${hostSuffixOf(region)}`,
    })),
  };
}

/** A registry here replicates nothing. */
export function describeRegistry(
  _input: DescribeRegistryCommandInput,
  { accountId }: CallContext,
): Answer<DescribeRegistryCommandOutput> {
  return { registryId: accountId, replicationConfiguration: { rules: [] } };
}
