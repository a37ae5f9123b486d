import { expect, it } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const Url = 'https://token.actions.githubusercontent.com';
const OpenIDConnectProviderArn =
  'arn:aws:iam::385605022855:oidc-provider/token.actions.githubusercontent.com';
const THUMBPRINT = '6938FD4D98BAB03FAADB97B34396831E3780AEA1';

async function withProvider(): Promise<ServiceSandbox<'iam'>> {
  const iam = serviceSandbox('iam');
  await iam.call('CreateOpenIDConnectProvider', {
    Url,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [THUMBPRINT],
    Tags: [{ Key: 'team', Value: 'ci' }],
  });
  return iam;
}

it('a provider is named by its URL, and kept without the scheme', async () => {
  const iam = await withProvider();
  expect((await iam.call('ListOpenIDConnectProviders', {})).OpenIDConnectProviderList).toEqual([
    { Arn: OpenIDConnectProviderArn },
  ]);
  expect(await iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
    Url: 'token.actions.githubusercontent.com',
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [THUMBPRINT.toLowerCase()],
    Tags: [{ Key: 'team', Value: 'ci' }],
  });
});

it('a provider gets a thumbprint where its request has none', async () => {
  const iam = serviceSandbox('iam');
  await iam.call('CreateOpenIDConnectProvider', { Url });
  const { ThumbprintList = [] } = await iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });
  expect(ThumbprintList).toHaveLength(1);
  expect(ThumbprintList[0]).toMatch(/^[0-9a-f]{40}$/);
});

it('client ids come and go one by one, thumbprints all at once', async () => {
  const iam = await withProvider();
  const change = { OpenIDConnectProviderArn, ClientID: 'web' };
  await iam.call('AddClientIDToOpenIDConnectProvider', change);
  await iam.call('AddClientIDToOpenIDConnectProvider', change);
  await iam.call('RemoveClientIDFromOpenIDConnectProvider', {
    OpenIDConnectProviderArn,
    ClientID: 'sts.amazonaws.com',
  });
  await iam.call('UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn,
    ThumbprintList: ['a'.repeat(40), 'b'.repeat(40)],
  });
  expect(await iam.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
    ClientIDList: ['web'],
    ThumbprintList: ['a'.repeat(40), 'b'.repeat(40)],
  });
});

it('a provider takes and loses tags', async () => {
  const iam = await withProvider();
  await iam.call('TagOpenIDConnectProvider', {
    OpenIDConnectProviderArn,
    Tags: [{ Key: 'env', Value: 'prod' }],
  });
  await iam.call('UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: ['team'] });
  expect((await iam.call('ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn })).Tags).toEqual([
    { Key: 'env', Value: 'prod' },
  ]);
});

it('a provider is deleted, and again without an error', async () => {
  const iam = await withProvider();
  await iam.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  await iam.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  expect(await iam.refusal('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
    name: 'NoSuchEntity',
    message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
  });
});

it.each([
  ['EntityAlreadyExists', { Url }],
  ['ValidationError', { Url: 'http://example.com' }],
  ['ValidationError', { Url: 'https://example.com:8443/a' }],
  ['ValidationError', { Url: 'https://example.com/a?b=c' }],
  ['ValidationError', { Url: 'https://example.com', ThumbprintList: ['abc'] }],
  ['InvalidInput', { Url: 'https://example.com', ThumbprintList: Array<string>(6).fill(THUMBPRINT) }],
])('%s for a provider of %o', async (name, input) => {
  const iam = await withProvider();
  expect(await iam.refusal('CreateOpenIDConnectProvider', input)).toMatchObject({ name });
});
