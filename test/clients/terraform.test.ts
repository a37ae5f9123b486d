import { join } from 'node:path';
import { DescribeServicesCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ANY_CREDENTIALS, run } from '../support/programs/cli.ts';
import { useClientStack } from '../support/programs/clients.ts';
import { startCountingProxy } from '../support/aws/counting-proxy.ts';
import { leftInAccount } from '../support/aws/left-in-account.ts';
import { READ } from '../support/aws/moto/stack.ts';
import { sdkClients } from '../support/aws/sdk.ts';
import {
  CHANGES,
  NO_CHANGES,
  TERRAFORM_MS,
  lackOfTerraform,
  useTerraform,
} from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with the X-Ray stack", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  // At the default speed: its next call comes before everything has settled.
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'xray.tf'));
  const changed = [
    ['desired_count', '3'],
    ['record_ttl', '30'],
    ['clients_cidr', '10.0.0.0/8'],
    ['image', 'public.ecr.aws/xray/aws-xray-daemon:3.6.6'],
  ].map(([name, value]) => `-var=${name}=${value}`);
  let before: Awaited<ReturnType<typeof leftInAccount>>;

  const described = async () => {
    const { services } = await sdkClients(client.url).ecs.send(
      new DescribeServicesCommand({ cluster: 'terraform-daemons', services: ['xray'] }),
    );
    return services?.[0];
  };

  beforeAll(async () => {
    before = await leftInAccount(client.url);
  });

  it('applies it, and waits until the service is steady', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 11 added, 0 changed, 0 destroyed.');
    expect(await described()).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2 });
  });

  it('plans no changes to what it has applied', async () => {
    expect(await terraform.plan(NO_CHANGES)).toContain('No changes.');
  });

  it('plans back what somebody changed by hand', async () => {
    const { ecs } = sdkClients(client.url);
    await ecs.send(
      new UpdateServiceCommand({ cluster: 'terraform-daemons', service: 'xray', desiredCount: 1 }),
    );
    expect(await terraform.plan(CHANGES)).toMatch(/~ desired_count +=? 1 -> 2/);
  });

  it('applies another count, image, TTL and ingress rule, and plans no changes after that', async () => {
    expect(await terraform.apply(...changed)).toContain(
      'Apply complete! Resources: 1 added, 3 changed, 1 destroyed.',
    );
    expect(await described()).toMatchObject({
      desiredCount: 3,
      runningCount: 3,
      taskDefinition: expect.stringMatching(/terraform-xray:2$/),
      deployments: [{ rolloutState: 'COMPLETED' }],
    });
    await terraform.plan(NO_CHANGES, ...changed);
  });

  it('is exported and adopted by tagging calls only, with its tasks as they were', async () => {
    const { ecs } = sdkClients(client.url);
    const tasks = async () => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'terraform-daemons' }));
      return taskArns?.toSorted();
    };
    const exported = join(terraform.folder, 'exported');
    const proxy = await startCountingProxy(client.url);
    const stationkeeper = (...args: readonly string[]) =>
      run(args, { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: proxy.url });
    const running = await tasks();

    expect(await stationkeeper('export', '--out', exported)).toMatchObject({ code: 0 });
    expect(await stationkeeper('validate', exported)).toMatchObject({ code: 0 });
    expect(await stationkeeper('apply', exported)).toMatchObject({ code: 0, stderr: '' });
    const planned = await stationkeeper('plan', exported, '--detailed-exitcode');
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('no changes') });

    const made = proxy.requests.map(({ operation }) => operation).filter((one) => !READ.test(one));
    await proxy.close();
    expect(made).not.toEqual([]);
    expect(made.filter((one) => !/(TagResource|CreateTags|TagRole)$/.test(one))).toEqual([]);
    expect(running).toHaveLength(3);
    expect(await tasks()).toEqual(running);
  });

  it('destroys it, and nothing is left in the account', async () => {
    expect(await terraform.destroy(...changed)).toContain('Destroy complete! Resources: 11 destroyed.');
    expect(await leftInAccount(client.url)).toEqual(before);
  });
});
