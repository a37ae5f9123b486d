import type { Filter } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, test } from 'vitest';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const Name = 'prod/db';
const DAY_MS = 24 * 60 * 60_000;
const TOKENS = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)] as const;

interface Created {
  readonly secrets: ServiceSandbox<'secretsmanager'>;
  readonly arn: string;
}

async function created(SecretString = 'open sesame'): Promise<Created> {
  const secrets = serviceSandbox('secretsmanager');
  const answer = await secrets.call('CreateSecret', { Name, SecretString, ClientRequestToken: TOKENS[0] });
  return { secrets, arn: answer.ARN ?? '' };
}

describe('a secret', () => {
  it('is made with a value that is read back', async () => {
    const { secrets, arn } = await created();
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:385605022855:secret:prod\/db-[A-Za-z0-9]{6}$/);
    expect(await secrets.call('GetSecretValue', { SecretId: Name })).toEqual({
      ARN: arn,
      Name,
      VersionId: TOKENS[0],
      SecretString: 'open sesame',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
  });

  it('may be binary, or without a value for now', async () => {
    const secrets = serviceSandbox('secretsmanager');
    const SecretBinary = new Uint8Array([1, 2, 255]);
    await secrets.call('CreateSecret', { Name: 'binary', SecretBinary });
    const { SecretBinary: read, SecretString } = await secrets.call('GetSecretValue', { SecretId: 'binary' });
    expect([...(read ?? [])]).toEqual([1, 2, 255]);
    expect(SecretString).toBeUndefined();
    await secrets.call('CreateSecret', { Name });
    expect(await secrets.refusal('GetSecretValue', { SecretId: Name })).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    expect(await secrets.call('DescribeSecret', { SecretId: Name })).not.toHaveProperty('VersionIdsToStages');
  });

  it('is found by its name, its ARN, and its ARN without the six characters', async () => {
    const { secrets, arn } = await created();
    for (const SecretId of [Name, arn, arn.slice(0, -7)]) {
      expect(await secrets.call('DescribeSecret', { SecretId })).toMatchObject({ Name, ARN: arn });
    }
    for (const SecretId of ['none', `${arn.slice(0, -6)}AAAAAA`, arn.replace('us-east-1', 'eu-west-1')]) {
      expect(await secrets.refusal('DescribeSecret', { SecretId })).toMatchObject({
        name: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
      });
    }
  });

  it('exists once', async () => {
    const { secrets, arn } = await created();
    expect(await secrets.refusal('CreateSecret', { Name, SecretString: 'x' })).toMatchObject({
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret prod/db already exists.',
    });
    const again = { Name, SecretString: 'open sesame', ClientRequestToken: TOKENS[0] };
    expect(await secrets.call('CreateSecret', again)).toEqual({ ARN: arn, Name, VersionId: TOKENS[0] });
  });

  it('is described without its value, with its versions', async () => {
    const { secrets, arn } = await created();
    await secrets.call('UpdateSecret', {
      SecretId: Name,
      Description: 'of the database',
      KmsKeyId: 'alias/x',
    });
    await secrets.call('TagResource', { SecretId: Name, Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await secrets.call('DescribeSecret', { SecretId: Name })).toEqual({
      ARN: arn,
      Name,
      Description: 'of the database',
      KmsKeyId: 'alias/x',
      CreatedDate: expect.any(Date),
      LastChangedDate: expect.any(Date),
      Tags: [{ Key: 'team', Value: 'a' }],
      VersionIdsToStages: { [TOKENS[0]]: ['AWSCURRENT'] },
    });
  });

  it('has tags, which the tagging API tells too', async () => {
    const { secrets, arn } = await created();
    await secrets.call('TagResource', {
      SecretId: arn,
      Tags: [
        { Key: 'team', Value: 'a' },
        { Key: 'b', Value: '' },
      ],
    });
    await secrets.call('UntagResource', { SecretId: arn, TagKeys: ['b'] });
    secrets.advance(15_000);
    const tagging = secrets.other('tagging');
    const listed = await tagging.call('GetResources', { ResourceTypeFilters: ['secretsmanager:secret'] });
    expect(listed.ResourceTagMappingList).toEqual([
      { ResourceARN: arn, Tags: [{ Key: 'team', Value: 'a' }] },
    ]);
    await tagging.call('UntagResources', { ResourceARNList: [arn], TagKeys: ['team'] });
    expect(await secrets.call('DescribeSecret', { SecretId: arn })).toMatchObject({ Tags: [] });
  });

  test.each([
    ['a name with a space', { Name: 'prod db' }, 'ValidationException'],
    [
      'two values',
      { Name, SecretString: 'open sesame', SecretBinary: new Uint8Array([1]) },
      'InvalidRequestException',
    ],
    ['a value that is too long', { Name, SecretString: 'open sesame'.repeat(6000) }, 'ValidationException'],
    [
      'a token that is too short',
      { Name, SecretString: 'open sesame', ClientRequestToken: 'x' },
      'InvalidParameterException',
    ],
    ['tags of AWS', { Name, Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterException'],
    ['replicas', { Name, AddReplicaRegions: [{ Region: 'eu-west-1' }] }, 'InvalidParameterException'],
  ])('is refused with %s, and the value is not repeated', async (_, input, name) => {
    const secrets = serviceSandbox('secretsmanager');
    const refusal = await secrets.refusal('CreateSecret', input);
    expect(refusal).toMatchObject({ name });
    expect(refusal.message).not.toContain('open sesame');
  });
});

describe('the versions of a secret', () => {
  it('move their labels as new values come', async () => {
    const { secrets } = await created();
    const put = (token: string, VersionStages?: string[]) =>
      secrets.call('PutSecretValue', {
        SecretId: Name,
        SecretString: token,
        ClientRequestToken: token,
        ...(VersionStages === undefined ? {} : { VersionStages }),
      });
    expect(await put(TOKENS[1])).toMatchObject({ VersionStages: ['AWSCURRENT'] });
    await put(TOKENS[2], ['AWSPENDING']);
    expect(await secrets.call('DescribeSecret', { SecretId: Name })).toMatchObject({
      VersionIdsToStages: {
        [TOKENS[0]]: ['AWSPREVIOUS'],
        [TOKENS[1]]: ['AWSCURRENT'],
        [TOKENS[2]]: ['AWSPENDING'],
      },
    });
    const value = async (input: object) =>
      (await secrets.call('GetSecretValue', { SecretId: Name, ...input })).SecretString;
    expect(await value({})).toBe(TOKENS[1]);
    expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('open sesame');
    expect(await value({ VersionId: TOKENS[2] })).toBe(TOKENS[2]);
    expect(
      await secrets.refusal('GetSecretValue', {
        SecretId: Name,
        VersionId: TOKENS[2],
        VersionStage: 'AWSCURRENT',
      }),
    ).toMatchObject({ name: 'InvalidRequestException' });
    expect(
      await secrets.refusal('GetSecretValue', { SecretId: Name, VersionId: '9'.repeat(32) }),
    ).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('are the same for the same token, and refused for another value', async () => {
    const { secrets } = await created();
    const input = { SecretId: Name, ClientRequestToken: TOKENS[0] };
    expect(await secrets.call('PutSecretValue', { ...input, SecretString: 'open sesame' })).toMatchObject({
      VersionId: TOKENS[0],
    });
    expect(await secrets.refusal('PutSecretValue', { ...input, SecretString: 'other' })).toMatchObject({
      name: 'ResourceExistsException',
    });
    expect(await secrets.refusal('PutSecretValue', input)).toMatchObject({ name: 'InvalidRequestException' });
  });

  it('change places by UpdateSecretVersionStage', async () => {
    const { secrets } = await created();
    await secrets.call('UpdateSecret', {
      SecretId: Name,
      SecretString: 'new',
      ClientRequestToken: TOKENS[1],
    });
    const stage = { SecretId: Name, VersionStage: 'AWSCURRENT' };
    const refused = { name: 'InvalidParameterException' };
    expect(
      await secrets.refusal('UpdateSecretVersionStage', { ...stage, MoveToVersionId: TOKENS[0] }),
    ).toMatchObject({ ...refused, message: expect.stringContaining(`attached to version ${TOKENS[1]}`) });
    expect(
      await secrets.refusal('UpdateSecretVersionStage', { ...stage, RemoveFromVersionId: TOKENS[1] }),
    ).toMatchObject(refused);
    expect(
      await secrets.refusal('UpdateSecretVersionStage', {
        ...stage,
        RemoveFromVersionId: TOKENS[0],
        MoveToVersionId: TOKENS[1],
      }),
    ).toMatchObject(refused);
    await secrets.call('UpdateSecretVersionStage', {
      ...stage,
      RemoveFromVersionId: TOKENS[1],
      MoveToVersionId: TOKENS[0],
    });
    expect(await secrets.call('DescribeSecret', { SecretId: Name })).toMatchObject({
      VersionIdsToStages: { [TOKENS[0]]: ['AWSCURRENT'], [TOKENS[1]]: ['AWSPREVIOUS'] },
    });
    await secrets.call('UpdateSecretVersionStage', {
      SecretId: Name,
      VersionStage: 'AWSPREVIOUS',
      RemoveFromVersionId: TOKENS[1],
    });
    const versions = async (IncludeDeprecated: boolean) =>
      (await secrets.call('ListSecretVersionIds', { SecretId: Name, IncludeDeprecated })).Versions;
    expect(await versions(false)).toMatchObject([{ VersionId: TOKENS[0], VersionStages: ['AWSCURRENT'] }]);
    expect(await versions(true)).toHaveLength(2);
  });
});

describe('a secret that is deleted', () => {
  it('can be restored until its window is over, and is only described meanwhile', async () => {
    const { secrets } = await created();
    const { DeletionDate } = await secrets.call('DeleteSecret', { SecretId: Name, RecoveryWindowInDays: 7 });
    expect(DeletionDate).toEqual(new Date(Date.UTC(2026, 10, 29)));
    expect(await secrets.call('DescribeSecret', { SecretId: Name })).toMatchObject({
      DeletedDate: DeletionDate,
    });
    const marked = { name: 'InvalidRequestException' };
    expect(await secrets.refusal('GetSecretValue', { SecretId: Name })).toMatchObject({
      ...marked,
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    expect(await secrets.refusal('CreateSecret', { Name })).toMatchObject({
      ...marked,
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    expect(await secrets.refusal('DeleteSecret', { SecretId: Name })).toMatchObject(marked);
    expect((await secrets.call('ListSecrets', {})).SecretList).toEqual([]);
    expect((await secrets.call('ListSecrets', { IncludePlannedDeletion: true })).SecretList).toMatchObject([
      { Name, DeletedDate: DeletionDate },
    ]);
    await secrets.call('RestoreSecret', { SecretId: Name });
    secrets.advance(7 * DAY_MS);
    expect(await secrets.call('GetSecretValue', { SecretId: Name })).toMatchObject({
      SecretString: 'open sesame',
    });
  });

  it('is gone after its window, or at once where that is told', async () => {
    const { secrets } = await created();
    await secrets.call('DeleteSecret', { SecretId: Name });
    secrets.advance(30 * DAY_MS);
    const gone = { name: 'ResourceNotFoundException' };
    expect(await secrets.refusal('DescribeSecret', { SecretId: Name })).toMatchObject(gone);
    await secrets.call('CreateSecret', { Name });
    await secrets.call('DeleteSecret', { SecretId: Name, ForceDeleteWithoutRecovery: true });
    expect(await secrets.refusal('DescribeSecret', { SecretId: Name })).toMatchObject(gone);
  });

  test.each([
    { RecoveryWindowInDays: 6 },
    { RecoveryWindowInDays: 31 },
    { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
  ])('has no window like %j', async (input) => {
    const { secrets } = await created();
    expect(await secrets.refusal('DeleteSecret', { SecretId: Name, ...input })).toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('ListSecrets', () => {
  async function several(): Promise<ServiceSandbox<'secretsmanager'>> {
    const secrets = serviceSandbox('secretsmanager');
    for (const [name, Description, team] of [
      ['prod/db', 'My basic database', 'a'],
      ['prod/api', 'of the API', 'b'],
      ['dev/db', 'My own database', 'a'],
    ] as const) {
      secrets.advance(1000);
      const Tags = [{ Key: 'team', Value: team }];
      await secrets.call('CreateSecret', { Name: name, Description, Tags, SecretString: 'x' });
    }
    return secrets;
  }

  const names = (list: readonly { readonly Name?: string | undefined }[] = []) =>
    list.map((each) => each.Name);

  it('goes by when they were made, page by page', async () => {
    const secrets = await several();
    const first = await secrets.call('ListSecrets', { MaxResults: 2 });
    expect(names(first.SecretList)).toEqual(['prod/db', 'prod/api']);
    expect(names((await secrets.call('ListSecrets', { NextToken: first.NextToken })).SecretList)).toEqual([
      'dev/db',
    ]);
    const newest = await secrets.call('ListSecrets', { SortOrder: 'desc', MaxResults: 1 });
    expect(names(newest.SecretList)).toEqual(['dev/db']);
    const older = await secrets.call('ListSecrets', { SortOrder: 'desc', NextToken: newest.NextToken });
    expect(names(older.SecretList)).toEqual(['prod/api', 'prod/db']);
    for (const MaxResults of [0, 101]) {
      expect(await secrets.refusal('ListSecrets', { MaxResults })).toMatchObject({
        name: 'InvalidParameterException',
      });
    }
    expect(await secrets.refusal('ListSecrets', { NextToken: 'x' })).toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });

  test.each<[string, Filter[], readonly string[]]>([
    ['name', [{ Key: 'name', Values: ['prod/'] }], ['prod/db', 'prod/api']],
    ['several names', [{ Key: 'name', Values: ['prod/a', 'dev'] }], ['prod/api', 'dev/db']],
    ['another name', [{ Key: 'name', Values: ['!prod'] }], ['dev/db']],
    ['words of a description', [{ Key: 'description', Values: ['my data'] }], ['prod/db', 'dev/db']],
    [
      'tags, too',
      [
        { Key: 'tag-key', Values: ['team'] },
        { Key: 'tag-value', Values: ['a'] },
        { Key: 'name', Values: ['prod'] },
      ],
      ['prod/db'],
    ],
    ['anything', [{ Key: 'all', Values: ['API'] }], ['prod/api']],
  ])('filters by %s', async (_, Filters, expected) => {
    const secrets = await several();
    expect(names((await secrets.call('ListSecrets', { Filters })).SecretList)).toEqual(expected);
  });

  it('does not filter by what it does not know', async () => {
    const secrets = await several();
    const Filters = [{ Key: 'colour' as 'name', Values: ['x'] }];
    expect(await secrets.refusal('ListSecrets', { Filters })).toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('the policy of a secret', () => {
  it('lets another account in by its ARN', async () => {
    const { secrets, arn } = await created();
    const stranger = (operation: string) =>
      secrets.sandbox
        .call({
          service: 'secretsmanager',
          operation,
          input: { SecretId: arn },
          region: 'us-east-1',
          accountId: '111122223333',
        })
        .then(
          () => 'OK',
          (error: unknown) => (error as Error).name,
        );
    expect(await stranger('DescribeSecret')).toBe('AccessDeniedException');
    const ResourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '111122223333' },
          Action: 'secretsmanager:DescribeSecret',
          Resource: '*',
        },
      ],
    });
    await secrets.call('PutResourcePolicy', { SecretId: Name, ResourcePolicy });
    expect(await secrets.call('GetResourcePolicy', { SecretId: Name })).toEqual({
      ARN: arn,
      Name,
      ResourcePolicy,
    });
    expect(await stranger('DescribeSecret')).toBe('OK');
    expect(await stranger('GetSecretValue')).toBe('AccessDeniedException');
    await secrets.call('DeleteResourcePolicy', { SecretId: Name });
    expect(await secrets.call('GetResourcePolicy', { SecretId: Name })).toEqual({ ARN: arn, Name });
    expect(await secrets.refusal('PutResourcePolicy', { SecretId: Name, ResourcePolicy: '{' })).toMatchObject(
      {
        name: 'MalformedPolicyDocumentException',
      },
    );
  });
});
