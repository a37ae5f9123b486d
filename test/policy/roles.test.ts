import { describe, expect, test } from 'vitest';
import { guard, policiesFor } from '../support/iam/guard.ts';
import { allows, documentsOf, resourcesOf, statementsOf } from '../support/iam/documents.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';
import { callsTo } from '../support/world/account.ts';
import { createWorld, stepsOf } from '../support/world/world.ts';

const WRITES_TRACES = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
const READS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const BOUNDARY = 'arn:aws:iam::aws:policy/PowerUserAccess';
const OURS = { 'stationkeeper:owner': 'stationkeeper', 'stationkeeper:environment': 'default' };

const DOCUMENTS = [
  environment({
    account: '385605022855',
    region: 'us-east-1',
    iam: { path: '/teams/', permissionsBoundary: BOUNDARY, executionRole: 'shared' },
  }),
  cluster(),
  daemonService({ taskRole: { managedPolicyArns: [WRITES_TRACES] } }),
] as const;

describe('the policy for roles with managed policies, a path and a boundary', () => {
  const documents = documentsOf(DOCUMENTS);
  const role = 'arn:aws:iam::385605022855:role/teams/xray-task';

  test('attaches the named policies to the named roles alone', () => {
    const attach = (arn: string, policy: string) =>
      allows(documents, 'iam:AttachRolePolicy', arn, { present: OURS, 'iam:PolicyARN': policy });
    expect(attach(role, WRITES_TRACES)).toBe(true);
    expect(attach(role, READS)).toBe(false);
    expect(attach('arn:aws:iam::385605022855:role/xray-task', WRITES_TRACES)).toBe(false);
    expect(
      attach('arn:aws:iam::385605022855:role/teams/stationkeeper-default-execution', WRITES_TRACES),
    ).toBe(false);
  });

  test.each(['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'])(
    'lets %s be called for the named boundary alone',
    (action) => {
      const bound = (boundary: string) =>
        allows(documents, action, role, { present: OURS, 'iam:PermissionsBoundary': boundary });
      expect([bound(BOUNDARY), bound(READS)]).toEqual([true, false]);
    },
  );

  test('passes roles by their ARNs, which name their path', () => {
    expect(resourcesOf(documents, 'iam:PassRole').toSorted()).toEqual([
      'arn:aws:iam::385605022855:role/teams/stationkeeper-default-execution',
      role,
    ]);
  });

  test('has none of it where no manifest says it', () => {
    const plain = statementsOf(documentsOf([environment(), cluster(), daemonService({ taskRole: {} })]));
    const actions = plain.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /Attach|Boundary|GetPolicy/.test(action))).toEqual([]);
  });
});

test('with what `policy` prints such roles are made, corrected, changed and removed', async () => {
  const world = createWorld({ pruneBudget: { count: 1000 } });
  const iam = guard(world);
  const call = callsTo(world.sandbox);
  const live = async (...documents: readonly ManifestDocument[]): Promise<void> => {
    const before = policiesFor(Object.fromEntries(world.files));
    world.files.clear();
    world.files.set('all.yaml', yamlOf(...documents));
    iam.grant([...before, ...policiesFor(Object.fromEntries(world.files))]);
    await world.settle();
    await world.clock.advance(300_000);
    const last = (await world.settle()).at(-1)!;
    expect({ denied: iam.denied, left: stepsOf(last.plan) }).toEqual({ denied: [], left: [] });
  };
  const [where, around] = DOCUMENTS;
  await live(...DOCUMENTS);
  await call('iam', 'AttachRolePolicy', { RoleName: 'xray-task', PolicyArn: READS });
  await call('iam', 'PutRolePermissionsBoundary', { RoleName: 'xray-task', PermissionsBoundary: READS });
  await live(...DOCUMENTS);
  await live(where, around, daemonService({ taskRole: { managedPolicyArns: [READS] } }));
  await live(where, around, daemonService({ taskRole: { permissionsBoundary: 'none' } }));
  await live(where, around);
  const { Roles } = await call('iam', 'ListRoles', { PathPrefix: '/teams/' });
  expect(Roles).toEqual([]);
});
