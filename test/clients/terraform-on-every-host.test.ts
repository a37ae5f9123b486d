import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { leftInAccount } from '../support/aws/left-in-account.ts';
import { sdkClients } from '../support/aws/sdk.ts';
import { ANY_CREDENTIALS, run } from '../support/programs/cli.ts';
import { useClientStack } from '../support/programs/clients.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = await lackOfTerraform();
const HOSTS = 3;

describe("Terraform's AWS provider, with agents on every host", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'on-every-host.tf'));
  const changed = ['-var=image=quay.io/prometheus/node-exporter:v1.9.2', '-var=stack=test'];
  let before: Awaited<ReturnType<typeof leftInAccount>>;

  const counts = async () => {
    const { services = [] } = await sdkClients(client.url).ecs.describeServices({
      cluster: 'terraform-hosts',
      services: ['exporter', 'agent', 'scanner'],
    });
    return Object.fromEntries(
      services.map(({ serviceName = '', runningCount }) => [serviceName, runningCount]),
    );
  };

  const onInstances = async (path: string, body: object = {}) => {
    const url = `${client.url}/_sandbox/instances${path}`;
    const { ok } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(ok).toBe(true);
  };

  beforeAll(async () => {
    before = await leftInAccount(client.url);
    await terraform.apply('-target=aws_ecs_cluster.hosts');
    const host = { instanceType: 'm5.large', attributes: { stack: 'prod' } };
    await onInstances('', { cluster: 'terraform-hosts', count: HOSTS, ...host });
  });

  it('applies them, and plans no changes after that', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 12 added');
    await terraform.plan(NO_CHANGES);
    await expect.poll(counts, { timeout: 60_000 }).toEqual({ exporter: HOSTS, agent: HOSTS, scanner: HOSTS });
  });

  it('changes image and constraint in place, and plans no changes after that', async () => {
    expect(await terraform.apply(...changed)).toContain('Resources: 1 added, 2 changed, 1 destroyed.');
    await terraform.plan(NO_CHANGES, ...changed);
    await expect.poll(counts, { timeout: 60_000 }).toEqual({ exporter: HOSTS, agent: 0, scanner: HOSTS });
    await terraform.apply();
  });

  it('has them exported, adopted with tags alone, and then planned as nothing', async () => {
    const exported = join(terraform.folder, 'exported');
    const stationkeeper = (...args: readonly string[]) =>
      run(args, { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: client.url });
    expect(await stationkeeper('export', '--out', exported)).toMatchObject({ code: 0 });
    expect(await stationkeeper('validate', exported)).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await stationkeeper('plan', exported);
    expect(stdout).toContain('Plan: 0 to create, 10 to update, 0 to replace, 0 to delete; 3 unchanged');
    expect(stdout.match(/^ +[+~-] (?!tags\.stationkeeper:)\S+:/gm)).toBeNull();
    expect(await stationkeeper('apply', exported)).toMatchObject({ code: 0, stderr: '' });
    expect(await stationkeeper('plan', exported, '--detailed-exitcode')).toMatchObject({ code: 0 });
    await expect.poll(counts, { timeout: 60_000 }).toEqual({ exporter: HOSTS, agent: HOSTS, scanner: HOSTS });
  });

  it('destroys them, and nothing is left in the account', async () => {
    // As with AWS, a cluster that has hosts is not deleted.
    const { ecs } = sdkClients(client.url);
    const { containerInstanceArns = [] } = await ecs.listContainerInstances({ cluster: 'terraform-hosts' });
    for (const arn of containerInstanceArns) await onInstances(`/${arn.split('/').at(-1)}/terminate`);
    await terraform.destroy();
    expect(await leftInAccount(client.url)).toEqual(before);
  });
});
