import { createHash } from 'node:crypto';
import type {
  AddClientIDToOpenIDConnectProviderCommandInput,
  AddClientIDToOpenIDConnectProviderCommandOutput,
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput,
  DeleteOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommandOutput,
  GetOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandOutput,
  ListOpenIDConnectProviderTagsCommandInput,
  ListOpenIDConnectProviderTagsCommandOutput,
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  RemoveClientIDFromOpenIDConnectProviderCommandOutput,
  TagOpenIDConnectProviderCommandInput,
  TagOpenIDConnectProviderCommandOutput,
  UntagOpenIDConnectProviderCommandInput,
  UntagOpenIDConnectProviderCommandOutput,
  UpdateOpenIDConnectProviderThumbprintCommandInput,
  UpdateOpenIDConnectProviderThumbprintCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { checkLength, iamPage, pageMembers } from './checks.ts';
import { tagShape, wholeSecond } from './role-store.ts';
import { addTags, removeTags } from './role-tags.ts';
import type { IamState, OidcProvider, Tag } from './state.ts';

/** OpenID Connect providers per account, client ids and thumbprints per provider (IAM and AWS STS quotas). */
const MAX_PROVIDERS = 100;
const MAX_CLIENT_IDS = 100;
const MAX_THUMBPRINTS = 5;

export function createOpenIDConnectProvider(
  input: CreateOpenIDConnectProviderCommandInput,
  { account, accountId, region, world }: CallContext,
): Answer<CreateOpenIDConnectProviderCommandOutput> {
  const { oidcProviders } = account.iam;
  const url = checkUrl(input.Url);
  const clientIds = new Set((input.ClientIDList ?? []).map(checkClientId));
  checkCount(clientIds.size, MAX_CLIENT_IDS, 'ClientIdsPerOpenIdConnectProvider');
  const tags = new SortedMap<Tag>();
  addTags(tags, input.Tags ?? []);
  const provider: OidcProvider = {
    arn: `arn:${partitionOf(region)}:iam::${accountId}:oidc-provider/${url}`,
    url,
    createDate: wholeSecond(world.now()),
    clientIds,
    thumbprints: input.ThumbprintList?.length ? checkThumbprints(input.ThumbprintList) : [thumbprintOf(url)],
    tags,
  };
  if (oidcProviders.has(provider.arn)) {
    throw new AwsError('EntityAlreadyExists', `Provider with url https://${url} already exists.`, 409);
  }
  checkCount(oidcProviders.size + 1, MAX_PROVIDERS, 'OpenIdConnectProvidersPerAccount');
  oidcProviders.set(provider.arn, provider);
  return {
    OpenIDConnectProviderArn: provider.arn,
    ...(tags.size === 0 ? {} : { Tags: [...tags.values()].map(tagShape) }),
  };
}

export function getOpenIDConnectProvider(
  input: GetOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<GetOpenIDConnectProviderCommandOutput> {
  const provider = requireProvider(account.iam, input.OpenIDConnectProviderArn);
  return {
    Url: provider.url,
    ClientIDList: [...provider.clientIds],
    ThumbprintList: [...provider.thumbprints],
    CreateDate: provider.createDate,
    Tags: [...provider.tags.values()].map(tagShape),
  };
}

/** Lists ARNs alone, all at once. */
export function listOpenIDConnectProviders(
  _input: ListOpenIDConnectProvidersCommandInput,
  { account }: CallContext,
): Answer<ListOpenIDConnectProvidersCommandOutput> {
  return {
    OpenIDConnectProviderList: [...account.iam.oidcProviders.values()].map(({ arn }) => ({ Arn: arn })),
  };
}

/** A provider that is not there is no error (DeleteOpenIDConnectProvider, IAM API reference). */
export function deleteOpenIDConnectProvider(
  input: DeleteOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<DeleteOpenIDConnectProviderCommandOutput> {
  account.iam.oidcProviders.delete(checkProviderArn(input.OpenIDConnectProviderArn));
  return {};
}

/** An id that is there already is no error. */
export function addClientIDToOpenIDConnectProvider(
  input: AddClientIDToOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<AddClientIDToOpenIDConnectProviderCommandOutput> {
  const { clientIds } = requireProvider(account.iam, input.OpenIDConnectProviderArn);
  const clientId = checkClientId(input.ClientID);
  if (clientIds.has(clientId)) return {};
  checkCount(clientIds.size + 1, MAX_CLIENT_IDS, 'ClientIdsPerOpenIdConnectProvider');
  clientIds.add(clientId);
  return {};
}

/** An id that is not there is no error. */
export function removeClientIDFromOpenIDConnectProvider(
  input: RemoveClientIDFromOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<RemoveClientIDFromOpenIDConnectProviderCommandOutput> {
  const { clientIds } = requireProvider(account.iam, input.OpenIDConnectProviderArn);
  clientIds.delete(checkClientId(input.ClientID));
  return {};
}

/** The list takes the place of the one before. */
export function updateOpenIDConnectProviderThumbprint(
  input: UpdateOpenIDConnectProviderThumbprintCommandInput,
  { account }: CallContext,
): Answer<UpdateOpenIDConnectProviderThumbprintCommandOutput> {
  const provider = requireProvider(account.iam, input.OpenIDConnectProviderArn);
  provider.thumbprints = checkThumbprints(input.ThumbprintList ?? []);
  return {};
}

export function tagOpenIDConnectProvider(
  input: TagOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<TagOpenIDConnectProviderCommandOutput> {
  addTags(requireProvider(account.iam, input.OpenIDConnectProviderArn).tags, input.Tags ?? []);
  return {};
}

export function untagOpenIDConnectProvider(
  input: UntagOpenIDConnectProviderCommandInput,
  { account }: CallContext,
): Answer<UntagOpenIDConnectProviderCommandOutput> {
  removeTags(requireProvider(account.iam, input.OpenIDConnectProviderArn).tags, input.TagKeys ?? []);
  return {};
}

export function listOpenIDConnectProviderTags(
  input: ListOpenIDConnectProviderTagsCommandInput,
  { account }: CallContext,
): Answer<ListOpenIDConnectProviderTagsCommandOutput> {
  const { tags } = requireProvider(account.iam, input.OpenIDConnectProviderArn);
  const page = iamPage(input, (start) => tags.from(start));
  return { Tags: page.items.map(tagShape), ...pageMembers(page) };
}

/** Throws ValidationError, InvalidInput, NoSuchEntity. */
function requireProvider({ oidcProviders }: IamState, arn: string | undefined): OidcProvider {
  const checked = checkProviderArn(arn);
  const provider = oidcProviders.get(checked);
  if (provider !== undefined) return provider;
  throw new AwsError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${checked}`, 404);
}

function checkProviderArn(arn: string | undefined): string {
  const text = checkLength(arn, 'openIDConnectProviderArn', { min: 20, max: 2048 });
  if (/^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/\S+$/.test(text)) return text;
  throw new AwsError('InvalidInput', `ARN ${text} is not valid.`);
}

/** The URL as IAM keeps it: without its scheme. It has no port, query or fragment (CreateOpenIDConnectProvider, IAM API reference). */
function checkUrl(url: string | undefined): string {
  const text = checkLength(url, 'url', { min: 1, max: 255 });
  const found = /^https:\/\/([^\s/:?#]+(?:\/[^\s:?#]*)?)$/.exec(text)?.[1];
  if (found === undefined) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
  return found.replace(/\/$/, '');
}

function checkClientId(clientId: string | undefined): string {
  return checkLength(clientId, 'clientID', { min: 1, max: 255 });
}

function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  for (const [index, thumbprint] of thumbprints.entries()) {
    checkLength(thumbprint, `thumbprintList.${index + 1}.member`, { min: 40, max: 40 });
  }
  if (thumbprints.length > MAX_THUMBPRINTS) {
    throw new AwsError(
      'InvalidInput',
      `Thumbprint list must contain fewer than ${MAX_THUMBPRINTS + 1} entries.`,
    );
  }
  return thumbprints.map((thumbprint) => thumbprint.toLowerCase());
}

/** IAM fetches the thumbprint where a request has none; here it is made of the URL. */
function thumbprintOf(url: string): string {
  return createHash('sha1').update(url).digest('hex');
}

function checkCount(count: number, most: number, quota: string): void {
  if (count > most) throw new AwsError('LimitExceeded', `Cannot exceed quota for ${quota}: ${most}`, 409);
}
