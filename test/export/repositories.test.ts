import { describe, expect, it } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { pushImage } from '../support/world/fetched.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const HOST = '385605022855.dkr.ecr.us-east-1.amazonaws.com';

/** A daemon from an image of somebody's repository, which is pushed as `3.x` and `latest`; `DIGEST` in its text is the digest of that. */
async function running(text: string): Promise<{ readonly world: World; readonly image: string }> {
  const world = createWorld({ files: {} });
  const call = callsTo(world.sandbox);
  await call('ecr', 'CreateRepository', {
    repositoryName: 'team/xray',
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
  });
  await call('ecr', 'SetRepositoryPolicy', {
    repositoryName: 'team/xray',
    policyText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' }],
    }),
  });
  const image = text.replace('DIGEST', await pushImage(world, 'team/xray', '3.x', 'latest'));
  world.files.set('all.yaml', yamlOf(cluster(), daemonService({ containers: [{ name: 'main', image }] })));
  await world.settle();
  await world.clock.advance(300_000);
  return { world, image };
}

async function plannedFrom(world: World, text: string): Promise<readonly string[]> {
  world.files.clear();
  world.files.set('exported.yaml', text);
  world.restart();
  const { plan, wanted } = await world.pass({ dryRun: true });
  expect(wanted.errors).toEqual([]);
  return stepsOf(plan).filter((step) => !step.startsWith('keep'));
}

describe('the export of a service whose image is in a repository of the account', () => {
  it.each([
    ['tag', ':3.x', /image:\n\s+repository: team-xray\n\s+tag: 3\.x/],
    ['digest', '@DIGEST', /image:\n\s+repository: team-xray\n\s+digest: sha256:\w{64}/],
  ])('writes the repository, and the image by its %s in it', async (_what, which, says) => {
    const { world } = await running(`${HOST}/team/xray${which}`);
    const { out, code } = await exportFrom(world);
    expect(code).toBe(0);
    expect(out).toMatch(/kind: Repository\nmetadata:\n {2}name: team-xray\n/);
    expect(out).toMatch(says);
    expect(out).toContain('imageTagMutability: IMMUTABLE_WITH_EXCLUSION');
    expect(await plannedFrom(world, out)).toEqual(['update repository/team/xray']);
    await world.settle();
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  it.each([
    ['has both tag and digest', `${HOST}/team/xray:3.x@DIGEST`],
    ['has neither', `${HOST}/team/xray`],
    ['is in the registry of another account', '111122223333.dkr.ecr.us-east-1.amazonaws.com/team/xray:3.x'],
  ])('keeps the text of an image that %s', async (_what, text) => {
    const { world, image } = await running(text);
    const { out } = await exportFrom(world);
    expect(out).toContain(`image: ${image}`);
    expect(out).not.toContain('kind: Repository');
    expect(await plannedFrom(world, out)).toEqual([]);
  });

  it('keeps the text of an image whose repository is gone, although the name of another begins alike', async () => {
    const world = createWorld({ files: {} });
    await pushImage(world, 'team/xray', '3.x');
    await pushImage(world, 'team/xray-2', '3.x');
    const image = `${HOST}/team/xray-2:3.x`;
    world.files.set('all.yaml', yamlOf(cluster(), daemonService({ containers: [{ name: 'main', image }] })));
    await world.settle();
    await callsTo(world.sandbox)('ecr', 'DeleteRepository', { repositoryName: 'team/xray-2', force: true });
    await world.clock.advance(300_000);
    const { out } = await exportFrom(world);
    expect(out).toContain(`image: ${image}`);
    expect(out).not.toContain('kind: Repository');
    expect(out.replaceAll(/\n *# /g, ' ')).toContain('repository team/xray-2');
  });

  it('keeps the text where the repository is another owner’s', async () => {
    const { world } = await running(`${HOST}/team/xray:3.x`);
    await callsTo(world.sandbox)('ecr', 'TagResource', {
      resourceArn: 'arn:aws:ecr:us-east-1:385605022855:repository/team/xray',
      tags: [{ Key: 'stationkeeper:owner', Value: 'another' }],
    });
    await world.clock.advance(300_000);
    const { out } = await exportFrom(world);
    expect(out).toContain(`image: ${HOST}/team/xray:3.x`);
    expect(out).not.toContain('kind: Repository');
  });
});
