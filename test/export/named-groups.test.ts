import { expect, test } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import type { DaemonServiceManifestSpec } from '../../controller/manifest/schema/daemon-service.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { exportFrom } from '../support/world/export.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';

const into = (group: string, prefix = 'xray') => ({
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': group, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': prefix },
});
const container = (name: string, group?: string) => ({
  name,
  image: 'example.org/daemon:1',
  ...(group !== undefined && { logConfiguration: into(group) }),
});

type Logging = Pick<DaemonServiceManifestSpec, 'containers' | 'logs'>;

test.each<[string, Logging]>([
  [
    'a container that names another group, exactly as spec.logs would',
    { containers: [container('main', '/team/xray')], logs: { retentionInDays: 7 } },
  ],
  [
    'such a container and a group of its own that is called otherwise',
    { containers: [container('main', '/team/xray')], logs: { group: '/own/xray', retentionInDays: 7 } },
  ],
  [
    'two containers that name other groups',
    { containers: [container('main', '/team/xray'), container('other', '/team/other')] },
  ],
  [
    'one of two containers that names another group',
    { containers: [container('main', '/team/xray'), container('other')] },
  ],
  [
    'a container that names another group, and none of its own',
    { containers: [container('main', '/team/xray')], logs: { logDriver: 'none' } },
  ],
])('what is exported of %s plans to nothing', async (_what, logging) => {
  const daemon = daemonService({ desiredCount: 0, ...logging });
  const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemon) } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  const { code, out, err } = await exportFrom(world);
  expect({ code, errors: parseManifests([{ file: 'all.yaml', text: out }]).errors }).toEqual({
    code: 0,
    errors: [],
  });
  expect(err).not.toContain('is used by its ARN');
  world.files.set('all.yaml', out);
  expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
});
