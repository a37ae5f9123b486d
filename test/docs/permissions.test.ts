import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { PolicyJson } from '../../controller/policy/packing.ts';
import { exportFrom } from '../support/world/export.ts';
import { actionsOf, documentsOf, statementsOf } from '../support/iam/documents.ts';
import { cluster, daemonService, environment, namespace } from '../support/manifests/documents.ts';
import { buildStack } from '../support/world/other-tools.ts';
import { createWorld } from '../support/world/world.ts';

const TEXT = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');

const READS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

const EVERYTHING = [
  cluster(),
  namespace(),
  daemonService({
    annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' },
    serviceDiscovery: { namespace: 'services.example.org' },
    scaling: { min: 1, max: 2 },
    containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings: [{ containerPort: 2000 }] }],
    consumers: [{ name: 'app', securityGroup: { name: 'app' } }],
    taskRole: { managedPolicyArns: [READS], permissionsBoundary: READS },
  }),
  daemonService({
    name: 'on-hosts',
    schedulingStrategy: 'DAEMON',
    networkMode: 'bridge',
    serviceDiscovery: { namespace: 'services.example.org' },
  }),
];

it('says of every statement that can be printed what it is for, and of no other', () => {
  const printed = statementsOf([
    ...documentsOf(EVERYTHING),
    ...documentsOf([environment({ roleArn: 'arn:aws:iam::111122223333:role/x' }), cluster()]),
  ]).map(({ Sid }) => Sid!);
  const table = TEXT.slice(TEXT.indexOf('## What each statement'), TEXT.indexOf('## Removing'));
  const rows = [...table.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names]) => names!.split(', '));
  expect(rows.map((name) => name.replaceAll('`', '')).toSorted()).toEqual([...new Set(printed)].toSorted());
});

it('names all that AWS cannot restrict', () => {
  const documents = documentsOf(EVERYTHING);
  const [unconditioned] = statementsOf(documents).filter(({ Sid }) => Sid === 'Unconditioned');
  const section = TEXT.slice(TEXT.indexOf('## What AWS cannot'), TEXT.indexOf('## Hosts'));
  for (const action of unconditioned!.Action) expect(section).toContain(action.split(':')[1]!);
});

it('lets export read what it reads, and nothing that no controller reads, which reads network interfaces for consumers', async () => {
  const json = /## `export`[\s\S]*?```json\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? '';
  const allowed = actionsOf([{ policy: JSON.parse(json) as PolicyJson }]);
  const world = createWorld({ files: {} });
  await buildStack(world);
  const { code, calls } = await exportFrom(world);
  expect(code).toBe(0);
  const used = new Set(calls.map((call) => call.replace(/^tagging:/, 'tag:')));
  used.delete('sts:GetCallerIdentity');
  expect([...used].filter((action) => !allowed.includes(action))).toEqual([]);
  const reads = actionsOf(documentsOf(EVERYTHING, { access: 'read' }));
  expect(allowed.filter((action) => !reads.includes(action))).toEqual([]);
});
