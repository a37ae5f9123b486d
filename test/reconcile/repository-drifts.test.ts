import { beforeAll, describe, expect, test } from 'vitest';
import { repository, yamlOf } from '../support/manifests/documents.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const NAME = 'platform/xray';
/** Longer than tags of a new resource, and a correction before it, matter. */
const CALM_MS = 3 * 3_600_000;
const EXPIRY = { description: 'old ones', days: 14 };
const HERE = { repositoryName: NAME };

const lifecycle = (countNumber: number): string =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: EXPIRY.description,
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber },
        action: { type: 'expire' },
      },
    ],
  });

const pullBy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'pull', Effect: 'Allow', Principal: { AWS: account }, Action: 'ecr:BatchGetImage' }],
  });

const MANIFEST = repository({
  ...HERE,
  name: 'xray',
  labels: { team: 'platform' },
  imageTagMutability: 'IMMUTABLE',
  imageScanningConfiguration: { scanOnPush: true },
  lifecyclePolicy: JSON.parse(lifecycle(EXPIRY.days)),
  repositoryPolicy: JSON.parse(pullBy('111122223333')),
});

/** What somebody calls, and the path of the drift with what git wants and what AWS has. */
const DRIFTS: readonly (readonly [
  what: string,
  operation: string,
  input: object,
  path: string,
  desired: unknown,
  actual: unknown,
])[] = [
  [
    'tags that may move',
    'PutImageTagMutability',
    { ...HERE, imageTagMutability: 'MUTABLE' },
    'imageTagMutability',
    'IMMUTABLE',
    'MUTABLE',
  ],
  [
    'images that nobody scans',
    'PutImageScanningConfiguration',
    { ...HERE, imageScanningConfiguration: { scanOnPush: false } },
    'imageScanningConfiguration.scanOnPush',
    true,
    false,
  ],
  [
    'images that are kept longer',
    'PutLifecyclePolicy',
    { ...HERE, lifecyclePolicyText: lifecycle(90) },
    'lifecyclePolicy.rules[1].selection.countNumber',
    14,
    90,
  ],
  [
    'no lifecycle',
    'DeleteLifecyclePolicy',
    HERE,
    'lifecyclePolicy.rules[1]',
    expect.objectContaining({ rulePriority: 1 }),
    null,
  ],
  [
    'another account that pulls',
    'SetRepositoryPolicy',
    { ...HERE, policyText: pullBy('444455556666') },
    'repositoryPolicy.Statement[0].Principal',
    { AWS: ['111122223333'] },
    { AWS: ['444455556666'] },
  ],
  [
    'another label',
    'TagResource',
    {
      resourceArn: `arn:aws:ecr:us-east-1:385605022855:repository/${NAME}`,
      tags: [{ Key: 'team', Value: 'search' }],
    },
    'tags.team',
    'platform',
    'search',
  ],
];

let world: World;

beforeAll(async () => {
  world = createWorld({ files: { 'xray.yaml': yamlOf(MANIFEST) } });
  await world.settle();
  await world.clock.advance(CALM_MS);
  await world.pass();
});

describe('somebody gives a repository', () => {
  test.each(DRIFTS)(
    '%s, and it is Drifted until it is healed',
    async (_what, operation, input, path, desired, actual) => {
      await callsTo(world.sandbox)('ecr', operation, input);
      await world.clock.advance(20_000);
      const report = createReporter().record(await world.pass({ dryRun: true }));
      const found = resourceIn(report, `repository/${NAME}`);
      expect(found).toMatchObject({ state: 'Drifted', step: 'update', owner: 'us' });
      expect(found.drift).toContainEqual({ path, desired, actual, since: report.pass.startedAt });
      await world.settle();
      await world.clock.advance(CALM_MS);
      expect(stepsOf((await world.pass()).plan)).toEqual([]);
    },
  );
});
