import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sdkTransports } from '../../controller/aws/clients.ts';
import { openDoor } from '../../controller/aws/door.ts';
import type { Aws } from '../../controller/aws/operations.ts';
import { sessionNameFor } from '../../controller/aws/session.ts';
import { serveSandbox } from '../../sandbox/http/server.ts';
import { DEFAULT_ACCOUNT_ID, createSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { policy } from '../support/iam/policies.ts';

const REGION = 'us-east-1';
const EXTERNAL_ID = 'company:stationkeeper';
const ROLE = `arn:aws:iam::${DEFAULT_ACCOUNT_ID}:role/keeper`;

describe('the name of a session', () => {
  test.each([
    ['a commit', '851ef8e0c2aa4b7d9f00112233445566778899aa', 'stationkeeper-851ef8e0c2aa'],
    ['a commit of a repository with SHA-256', 'ab'.repeat(32), 'stationkeeper-abababababab'],
    ['a folder, whose digest nobody could look up', `sha256:${'ab'.repeat(32)}`, 'stationkeeper'],
    ['a source that was never read', undefined, 'stationkeeper'],
  ])('for %s', (_what, revision, name) => {
    expect(sessionNameFor(revision)).toBe(name);
    expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});

describe('a role that is assumed', () => {
  let sandbox: Sandbox;
  let url: string;
  beforeEach(async () => {
    // The SDK looks at the host's clock for whether credentials have expired.
    const clock = new VirtualClock();
    vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
    onTestFinished(() => void vi.useRealTimers());
    sandbox = createSandbox({ clock, quotas: 'off' });
    const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    ({ url } = server);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const trust = policy({
      Effect: 'Allow',
      Principal: { AWS: DEFAULT_ACCOUNT_ID },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
    });
    await sandbox.call({
      service: 'iam',
      operation: 'CreateRole',
      input: { RoleName: 'keeper', AssumeRolePolicyDocument: trust },
      region: REGION,
    });
    await clock.advance(30_000);
  });

  function actingAs(role: { readonly externalId?: string; readonly sessionName?: () => string }): Aws {
    return openDoor({
      transport: sdkTransports({ told: () => undefined })({
        region: REGION,
        endpointUrl: url,
        ownEndpoint: true,
        roleArn: ROLE,
        ...role,
      }),
      clock: new VirtualClock(),
      random: () => 0.5,
      onRequest: () => undefined,
    });
  }

  function assumed(): number {
    return sandbox.control.requests().counts['sts:AssumeRole'] ?? 0;
  }

  test('is assumed once for all clients, and once more for each commit', async () => {
    let revision = 'a'.repeat(40);
    const aws = actingAs({ externalId: EXTERNAL_ID, sessionName: () => sessionNameFor(revision) });
    const whoActs = async () => (await aws.sts.getCallerIdentity({})).Arn;
    await Promise.all([aws.ecs.listClusters({}), aws.ec2.describeVpcs({}), aws.logs.describeLogGroups({})]);
    expect(await whoActs()).toMatch(/:assumed-role\/keeper\/stationkeeper-aaaaaaaaaaaa$/);
    expect(assumed()).toBe(1);
    revision = 'b'.repeat(40);
    await aws.ecs.listClusters({});
    expect(await whoActs()).toMatch(/:assumed-role\/keeper\/stationkeeper-bbbbbbbbbbbb$/);
    expect(assumed()).toBe(2);
  });

  test('is not given without the external id that its trust asks for', async () => {
    await expect(actingAs({}).ecs.listClusters({})).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(actingAs({ externalId: 'another' }).ecs.listClusters({})).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  test('acts as stationkeeper where nobody says for which commit', async () => {
    const { Arn } = await actingAs({ externalId: EXTERNAL_ID }).sts.getCallerIdentity({});
    expect(Arn).toMatch(/:assumed-role\/keeper\/stationkeeper$/);
  });
});
