import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { useClientStack } from '../support/programs/clients.ts';
import { NO_CHANGES, TERRAFORM_MS, lackOfTerraform, useTerraform } from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const RELEASE_2 = '-var=release=2';

const lack = await lackOfTerraform();

describe("Terraform's AWS provider, with images, parameters and secrets", skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'fetched.tf'));

  async function seen(): Promise<unknown> {
    return JSON.parse(await terraform.run('output', '-json', 'seen'));
  }

  async function control(method: string, path: string, body?: object): Promise<string> {
    const answer = await fetch(`${client.url}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.text();
  }

  it('applies them, reads them back, and plans no changes after that', async () => {
    expect(await terraform.apply()).toContain('Apply complete! Resources: 8 added');
    expect(await seen()).toEqual({
      uri: '385605022855.dkr.ecr.us-east-1.amazonaws.com/daemons/xray',
      digest: null,
      proxy: 'https://385605022855.dkr.ecr.us-east-1.amazonaws.com',
      names: ['/daemons/xray/endpoint', '/daemons/xray/token'],
      image: expect.stringMatching(/^ami-[0-9a-f]{17}$/) as string,
      token: 'open sesame 1',
      secret: 'open sesame 1',
      same: true,
    });
    await terraform.plan(NO_CHANGES);
  });

  it('applies a release and finds the image that was pushed, and plans no changes after that', async () => {
    const push = { repository: 'daemons/xray', tags: ['3.x'], architectures: ['amd64', 'arm64'] };
    const { image } = JSON.parse(await control('POST', '/images', push)) as {
      readonly image: { readonly imageDigest: string };
    };
    expect(await terraform.apply(RELEASE_2)).toContain('Apply complete!');
    expect(await seen()).toMatchObject({
      digest: image.imageDigest,
      token: 'open sesame 2',
      secret: 'open sesame 2',
    });
    await terraform.plan(NO_CHANGES, RELEASE_2);
  });

  it('imports what it has forgotten as it is', async () => {
    const count = await terraform.forget();
    expect(await terraform.apply(RELEASE_2)).toContain(`Resources: ${count} imported, 0 added`);
    await terraform.plan(NO_CHANGES, RELEASE_2);
  });

  it('leaves no value of theirs in what the sandbox shows', async () => {
    const shown = (await control('GET', '/state')) + (await control('GET', '/requests'));
    expect(shown).toContain('secretsmanager:CreateSecret');
    expect(shown).not.toContain('open sesame');
  });

  it('destroys them', async () => {
    expect(await terraform.destroy(RELEASE_2)).toContain('Destroy complete! Resources: 8 destroyed.');
    const state = JSON.parse(await control('GET', '/state')) as {
      readonly regions: Readonly<Record<string, { readonly ecr: object; readonly ssm: object }>>;
    };
    expect(state.regions['385605022855/us-east-1']).toMatchObject({
      ecr: { repositories: {} },
      ssm: { parameters: {} },
      secretsManager: { secrets: { 'prod/db': { deletedAt: expect.any(String) as string } } },
    });
  });
});
