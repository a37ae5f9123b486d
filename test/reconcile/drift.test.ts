import { beforeAll, describe, expect, test } from 'vitest';
import { planToJson } from '../../controller/plan/json.ts';
import { planToMarkdown, planToText } from '../../controller/plan/render.ts';
import { daemonService, yamlOf } from '../support/manifests/documents.ts';
import { ATTACHED, BOUNDARY, LOG_GROUP, PARAMETER, TASK_ROLE } from '../support/drifts/row.ts';
import { SCALED } from '../support/drifts/scaling.ts';
import { DRIFTS, DRIFTS_OF_SCALED } from '../support/drifts/table.ts';
import { endsIn } from '../support/drifts/told.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { makeFetched, makeParameter } from '../support/world/fetched.ts';
import { MANIFESTS, createWorld, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const SECRET = 'hunter2-and-more';
const HIDDEN = /hunter2|parameter\/xray/;

/** Longer than the tagging API lags, and than Cloud Map takes for what is not a namespace. */
const KNOWN_AFTER_MS = 20_000;
/** No correction is contested that the one before is long past. */
const CALM_MS = 3 * 3_600_000;

const FILE = MANIFESTS['xray.yaml']
  .replace('dnsRecords: [', 'description: where the daemon is\n    dnsRecords: [')
  .replace(
    'environment: { AWS_REGION: us-east-1 }',
    `environment: { AWS_REGION: us-east-1, API_TOKEN: ${SECRET} }\n      secrets: { SIGNING: "${PARAMETER}" }`,
  )
  .replace(
    '{ protocol: tcp, port: 2000, cidr: 172.31.0.0/16 }',
    '{ protocol: tcp, port: 2000, cidr: 172.31.0.0/16, description: sampling rules }',
  )
  .replace(
    'taskRole:',
    `taskRole:\n    managedPolicyArns: [${ATTACHED}]\n    permissionsBoundary: ${BOUNDARY}`,
  );

let world: World;

async function settled(): Promise<World> {
  const fresh = createWorld({ files: { 'xray.yaml': FILE, 'scaled.yaml': yamlOf(daemonService(SCALED)) } });
  await makeFetched(fresh);
  await makeParameter(fresh, '/xray/other');
  await fresh.settle();
  await fresh.clock.advance(KNOWN_AFTER_MS);
  return fresh;
}

beforeAll(async () => {
  world = await settled();
});

describe('somebody in AWS makes', () => {
  test.each(Object.entries({ ...DRIFTS, ...DRIFTS_OF_SCALED }))(
    '%s, and it is Drifted, since when it was seen, until it is healed',
    async (_what, row) => {
      const { meddle, resource, path, desired, actual } = row;
      await meddle(world);
      await world.clock.advance(KNOWN_AFTER_MS);
      const reporter = createReporter();
      const report = reporter.record(await world.pass({ dryRun: true }));
      const since = report.pass.startedAt;
      expect(resourceIn(report, resource)).toMatchObject({ state: 'Drifted', step: 'update', owner: 'us' });
      expect(resourceIn(report, resource).drift).toContainEqual({ path, desired, actual, since });
      await world.clock.advance(60_000);
      const later = reporter.record(await world.pass({ dryRun: true }));
      expect(resourceIn(later, resource).drift).toContainEqual({ path, desired, actual, since });
      // Something is about to be done about it, so that it is no longer merely out of sync.
      expect(later.summary).toMatchObject({ total: 4, ready: 3, progressing: 1 });

      await world.settle();
      await world.clock.advance(KNOWN_AFTER_MS);
      expect(stepsOf((await world.pass({ dryRun: true })).plan)).toEqual([]);
      await world.clock.advance(CALM_MS);
      await world.pass();
    },
  );
});

/** What somebody writes in git instead, and what is to be told of it. */
const EDITS: readonly (readonly [string, string, string, string, string, unknown, unknown])[] = [
  [
    'retention',
    'retentionInDays: 7',
    'retentionInDays: 14',
    `log-group${LOG_GROUP}`,
    'retentionInDays',
    14,
    7,
  ],
  ['a label', 'team: platform', 'team: search', 'service/xray', 'tags.team', 'search', 'platform'],
  ['a count', 'desiredCount: 2', 'desiredCount: 3', 'service/xray', 'desiredCount', 3, 2],
  [
    'an image',
    'daemon:3.x',
    'daemon:3.4',
    'task-definition/xray',
    'containers[xray].image',
    endsIn(':3.4'),
    endsIn(':3.x'),
  ],
  [
    'insights',
    'containerInsights: disabled',
    'containerInsights: enabled',
    'cluster/xray-daemon-cluster',
    'containerInsights',
    'enabled',
    'disabled',
  ],
  ['a TTL', 'soaTtl: 60', 'soaTtl: 30', 'namespace/services.dockerinaws.org', 'soaTtl', 30, 60],
  ['a record', 'type: A, ttl: 60', 'type: A, ttl: 10', 'discovery-service/xray', 'dnsRecords[A].ttl', 10, 60],
  ['a rule', 'port: 53', 'port: 54', 'security-group/xray', 'egress[udp 54 0.0.0.0/0]', 'allowed', null],
  [
    'a permission',
    'xray:PutTraceSegments, ',
    '',
    TASK_ROLE,
    'inlinePolicies[stationkeeper].Statement[0].Action',
    ['xray:PutTelemetryRecords'],
    ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  ],
  [
    'a secret',
    SECRET,
    `${SECRET}-too`,
    'task-definition/xray',
    'containers[xray].environment[API_TOKEN]',
    '(sensitive)',
    '(sensitive)',
  ],
  [
    'which secret',
    '/xray/key',
    '/xray/other',
    'task-definition/xray',
    'containers[xray].secrets[SIGNING]',
    '(sensitive)',
    '(sensitive)',
  ],
  ['a memory', 'memory: 512', 'memory: 1024', 'task-definition/xray', 'memory', 1024, 512],
];

test('a plan that creates it all shows no secret, nor where it is', async () => {
  const fresh = createWorld({ files: { 'xray.yaml': FILE } });
  const { plan } = await fresh.pass({ dryRun: true });
  expect(planToText(plan)).toContain('containers[xray].secrets.SIGNING: (sensitive)');
  expect(planToText(plan) + planToMarkdown(plan) + JSON.stringify(planToJson(plan))).not.toMatch(HIDDEN);
});

describe('somebody in git changes', () => {
  test.each(EDITS)(
    '%s, and it is Changed, whoever else meddled',
    async (_what, from, to, resource, path, desired, actual) => {
      world.files.set('xray.yaml', FILE.replace(from, to));
      const result = await world.pass({ dryRun: true });
      const report = createReporter().record(result);
      expect(resourceIn(report, resource).state).toBe('Changed');
      expect(resourceIn(report, resource).drift).toContainEqual({
        path,
        desired,
        actual,
        since: report.pass.startedAt,
      });
      const told = report.objects.map(({ conditions, resources }) => [conditions, resources]);
      expect(JSON.stringify([told, planToJson(result.plan)]) + planToText(result.plan)).not.toMatch(HIDDEN);
      world.files.set('xray.yaml', FILE);
    },
  );
});
