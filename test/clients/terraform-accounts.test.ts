import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sdkClients } from '../support/aws/sdk.ts';
import type { Credentials, SdkClients } from '../support/aws/sdk.ts';
import { ACCOUNTS_FOLDER, policyOfAccountRole } from '../support/iam/shipped-roles.ts';
import { ACCOUNT } from '../support/iam/documents.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import { ANY_CREDENTIALS, run, scratchFolder } from '../support/programs/cli.ts';
import { useClientStack } from '../support/programs/clients.ts';
import type { Ended } from '../support/programs/command.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const MEMBER = '222222222222';
const PLACE = { region: 'us-east-1', account: MEMBER, roleName: 'stationkeeper' };
const ROLE = `arn:aws:iam::${MEMBER}:role/stationkeeper`;
const CONTROLLER = `arn:aws:iam::${ACCOUNT}:role/controller`;
const OURS = 'company:stationkeeper';
const OTHERS = 'company:other';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with the role of deploy/accounts", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'accounts.tf'), ACCOUNTS_FOLDER);

  /** Of a session of that role, as soon as STS knows the role. */
  async function credentialsFor(
    RoleArn: string,
    { by, ExternalId }: { readonly by?: Credentials; readonly ExternalId?: string } = {},
  ): Promise<Credentials> {
    const { sts } = sdkClients(client.url, PLACE.region, by);
    const { Credentials: given } = await vi.waitFor(
      () => sts.assumeRole({ RoleArn, RoleSessionName: 'test', ExternalId }),
      { timeout: 60_000, interval: 500 },
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  }

  /** The SDK in the account in which the controller is to act. */
  async function inMember(): Promise<SdkClients> {
    const access = await credentialsFor(`arn:aws:iam::${MEMBER}:role/OrganizationAccountAccessRole`);
    return sdkClients(client.url, PLACE.region, access);
  }

  /** Runs the program over a daemon in that account, as the controller's own role. */
  async function stationkeeper(command: string, externalId?: string): Promise<Ended> {
    const spec = { ...PLACE, ...(externalId !== undefined && { externalId }) };
    const folder = writeFiles(scratchFolder(), {
      'all.yaml': yamlOf(environment(spec), cluster(), daemonService()),
    });
    const own = await credentialsFor(CONTROLLER);
    return run([command, folder, '--source-id', 'daemons'], {
      ...ANY_CREDENTIALS,
      AWS_ENDPOINT_URL: client.url,
      AWS_ACCESS_KEY_ID: own.accessKeyId,
      AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
      AWS_SESSION_TOKEN: own.sessionToken ?? '',
    });
  }

  it('applies it, with the permissions of the template, and plans no changes after that', async () => {
    const withId = `-var=external_id=${OURS}`;
    expect(await terraform.apply(withId)).toContain('Apply complete! Resources: 3 added');
    expect(await terraform.run('output', '-raw', 'role_arn')).toBe(ROLE);
    await terraform.plan(NO_CHANGES, withId);
    const { iam } = await inMember();
    const { PolicyDocument = '' } = await iam.getRolePolicy({
      RoleName: 'stationkeeper',
      PolicyName: 'stationkeeper',
    });
    expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(policyOfAccountRole());
  });

  it('lets the controller converge an Environment through it', async () => {
    await credentialsFor(ROLE, { by: await credentialsFor(CONTROLLER), ExternalId: OURS });
    expect(await stationkeeper('apply', OURS)).toMatchObject({ code: 0, stderr: '' });
    const { ecs } = await inMember();
    const { services } = await ecs.describeServices({ cluster: 'main', services: ['xray'] });
    expect(services).toMatchObject([{ status: 'ACTIVE', deployments: [{ rolloutState: 'COMPLETED' }] }]);
    expect((await sdkClients(client.url).ecs.listClusters({})).clusterArns).toEqual([]);
  });

  it('lets in nobody without the external id, and nobody but the controller', async () => {
    const refused = /AccessDenied.*sts:AssumeRole on resource: arn:aws:iam::222222222222:role\/stationkeeper/;
    for (const id of [undefined, OTHERS]) {
      const { code, stdout, stderr } = await stationkeeper('plan', id);
      expect({ code, said: stdout + stderr }).toEqual({ code: 1, said: expect.stringMatching(refused) });
    }
    const asUser = sdkClients(client.url).sts.assumeRole({
      RoleArn: ROLE,
      RoleSessionName: 'test',
      ExternalId: OURS,
    });
    await expect(asUser).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('asks for none where none is set', async () => {
    const withoutId = '-var=external_id=';
    expect(await terraform.apply(withoutId)).toContain('Resources: 0 added, 1 changed, 0 destroyed.');
    expect(await stationkeeper('plan')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no changes'),
    });
    expect(await terraform.destroy(withoutId)).toContain('Destroy complete! Resources: 3 destroyed.');
  });
});
