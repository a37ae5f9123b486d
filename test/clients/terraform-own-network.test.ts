import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useClientStack } from '../support/programs/clients.ts';
import { leftInAccount } from '../support/aws/left-in-account.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const RELEASE_2 = '-var=release=2';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with a network of its own", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'own-network.tf'));
  let before: Awaited<ReturnType<typeof leftInAccount>>;

  beforeAll(async () => {
    before = await leftInAccount(client.url);
  });

  it('applies it, and plans no changes after that', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 27 added');
    await terraform.plan(NO_CHANGES);
  });

  it('applies a release, its security group made anew first, and plans no changes after that', async () => {
    expect(await terraform.apply(RELEASE_2)).toContain(
      'Apply complete! Resources: 7 added, 10 changed, 7 destroyed.',
    );
    await terraform.plan(NO_CHANGES, RELEASE_2);
  });

  it('imports what it has forgotten as it is', async () => {
    const count = await terraform.forget();
    expect(await terraform.apply(RELEASE_2)).toContain(
      `Apply complete! Resources: ${count} imported, 0 added, 0 changed, 0 destroyed.`,
    );
    await terraform.plan(NO_CHANGES, RELEASE_2);
  });

  it('destroys it, and nothing is left in the account', async () => {
    await terraform.destroy(RELEASE_2);
    expect(await leftInAccount(client.url)).toEqual(before);
  });
});
