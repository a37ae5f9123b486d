import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sdkClients } from '../support/aws/sdk.ts';
import { useClientStack } from '../support/programs/clients.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with namespaces of every type", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack('--speed', '50');
  const terraform = useTerraform(client, join(import.meta.dirname, 'namespaces.tf'));

  it('makes them, and its data sources read them and their zones', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 8 added');
    expect(JSON.parse(await terraform.run('output', '-json', 'found'))).toEqual({
      http: true,
      public: true,
      private: true,
      linked: 'servicediscovery.amazonaws.com',
      name_servers: 4,
      records: ['services.example.org. NS', 'services.example.org. SOA', 'xray.services.example.org. A'],
    });
    await terraform.plan(NO_CHANGES);
  });

  it('changes descriptions and TTLs, for which it replaces HTTP namespaces, and plans no changes after that', async () => {
    const changed = ['-var=description=daemons', '-var=record_ttl=30'];
    expect(await terraform.apply(...changed)).toContain('Resources: 2 added, 4 changed, 2 destroyed.');
    await terraform.plan(NO_CHANGES, ...changed);
  });

  it('destroys them, and leaves no zone behind', async () => {
    await terraform.destroy();
    expect((await sdkClients(client.url).route53.listHostedZones({})).HostedZones).toEqual([]);
  });
});
