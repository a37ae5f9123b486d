import { copyFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DescribeServicesCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ANY_CREDENTIALS, run, scratchFolder } from '../support/cli.ts';
import { useClientStack } from '../support/clients.ts';
import { canRun } from '../support/command.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { leftInAccount } from '../support/left-in-account.ts';
import { READ } from '../support/moto-stack.ts';
import { sdkClients } from '../support/sdk.ts';

/** `terraform plan -detailed-exitcode`. */
const NO_CHANGES = 0;
const CHANGES = 2;

/** The provider waits 10 s before it first looks at a cluster. */
const APPLY_MS = 120_000;

const plugins = [
  process.env['STATIONKEEPER_TF_PLUGIN_DIR'],
  '/opt/tf-plugins',
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
].find(
  (folder) => folder !== undefined && existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')),
);

const missing = await whatIsMissing();

/** ` (…)`; empty where nothing is. */
async function whatIsMissing(): Promise<string> {
  if (!(await canRun('terraform', 'version'))) return ' (terraform is not on this machine)';
  if (plugins === undefined) {
    return ' (the provider is not on this machine; STATIONKEEPER_TF_PLUGIN_DIR names the folder that has it)';
  }
  return '';
}

describe.skipIf(missing !== '')(`Terraform's AWS provider, with the X-Ray stack${missing}`, () => {
  vi.setConfig({ testTimeout: APPLY_MS, hookTimeout: APPLY_MS });
  // At the default speed: its next call comes before everything has settled.
  const client = useClientStack();
  const changed = [
    ['desired_count', '3'],
    ['record_ttl', '30'],
    ['clients_cidr', '10.0.0.0/8'],
    ['image', 'public.ecr.aws/xray/aws-xray-daemon:3.6.6'],
  ].map(([name, value]) => `-var=${name}=${value}`);
  let folder = '';
  let before: Awaited<ReturnType<typeof leftInAccount>>;

  /** What it prints, once it has ended with `expected`. */
  async function terraform(expected: number, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await client.run('terraform', args, {
      cwd: folder,
      timeoutMs: APPLY_MS,
      env: { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0', TF_CLI_ARGS: '-no-color' },
    });
    expect(code, `terraform ${args.join(' ')}\n${stdout}${stderr}`).toBe(expected);
    return stdout;
  }

  const apply = (...args: readonly string[]): Promise<string> =>
    terraform(0, 'apply', '-auto-approve', ...args);
  const plan = (expected: number, ...args: readonly string[]): Promise<string> =>
    terraform(expected, 'plan', '-detailed-exitcode', ...args);
  const described = async () => {
    const { services } = await sdkClients(client.url).ecs.send(
      new DescribeServicesCommand({ cluster: 'terraform-daemons', services: ['xray'] }),
    );
    return services?.[0];
  };

  beforeAll(async () => {
    folder = scratchFolder();
    copyFileSync(join(import.meta.dirname, 'xray.tf'), join(folder, 'xray.tf'));
    before = await leftInAccount(client.url);
    await terraform(0, 'init', `-plugin-dir=${plugins}`);
  });

  it('applies it, and waits until the service is steady', async () => {
    expect(await apply()).toContain('Apply complete! Resources: 11 added, 0 changed, 0 destroyed.');
    expect(await described()).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2 });
  });

  it('plans no changes to what it has applied', async () => {
    expect(await plan(NO_CHANGES)).toContain('No changes.');
  });

  it('plans back what somebody changed by hand', async () => {
    const { ecs } = sdkClients(client.url);
    await ecs.send(
      new UpdateServiceCommand({ cluster: 'terraform-daemons', service: 'xray', desiredCount: 1 }),
    );
    expect(await plan(CHANGES)).toMatch(/~ desired_count +=? 1 -> 2/);
  });

  it('applies another count, image, TTL and ingress rule, and plans no changes after that', async () => {
    expect(await apply(...changed)).toContain('Apply complete! Resources: 1 added, 3 changed, 1 destroyed.');
    expect(await described()).toMatchObject({
      desiredCount: 3,
      runningCount: 3,
      taskDefinition: expect.stringMatching(/terraform-xray:2$/),
      deployments: [{ rolloutState: 'COMPLETED' }],
    });
    await plan(NO_CHANGES, ...changed);
  });

  it('is exported and adopted by tagging calls only, with its tasks as they were', async () => {
    const { ecs } = sdkClients(client.url);
    const tasks = async () => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'terraform-daemons' }));
      return taskArns?.toSorted();
    };
    const exported = join(folder, 'exported');
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
    expect(await terraform(0, 'destroy', '-auto-approve', ...changed)).toContain(
      'Destroy complete! Resources: 11 destroyed.',
    );
    expect(await leftInAccount(client.url)).toEqual(before);
  });
});
