import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sdkClients } from '../support/aws/sdk.ts';
import { ANY_CREDENTIALS } from '../support/programs/cli.ts';
import { useClientStack } from '../support/programs/clients.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with a service that is scaled", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'scaled-service.tf'));

  function scalableTargets() {
    const scaling = new ApplicationAutoScaling({
      endpoint: client.url,
      region: ANY_CREDENTIALS.AWS_REGION,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    return scaling.describeScalableTargets({ ServiceNamespace: 'ecs' });
  }

  it('applies it, which moves the desired count up to the minimum, and plans no changes after that', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 8 added');
    const { services } = await sdkClients(client.url).ecs.describeServices({
      cluster: 'scaled',
      services: ['gateway'],
    });
    expect(services?.[0]?.desiredCount).toBe(2);
    await terraform.plan(NO_CHANGES);
  });

  it('changes bounds, targets and tags in place, and plans no changes after that', async () => {
    const release = '-var=max_capacity=8';
    expect(await terraform.apply(release)).toContain('Resources: 0 added, 3 changed, 0 destroyed.');
    await terraform.plan(NO_CHANGES, release);
    expect((await scalableTargets()).ScalableTargets).toMatchObject([{ MinCapacity: 2, MaxCapacity: 8 }]);
  });

  it('destroys it, and nothing is registered any more', async () => {
    await terraform.destroy();
    expect((await scalableTargets()).ScalableTargets).toEqual([]);
  });
});
