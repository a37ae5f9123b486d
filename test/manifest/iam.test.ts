import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { sharedExecutionRole } from '../../controller/manifest/names.ts';
import { daemonService, environment, manifestsOf, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';

const POLICY = 'arn:aws:iam::111122223333:policy/team';

function said(...documents: readonly ManifestDocument[]) {
  const { errors, warnings } = parseManifests([{ file: 'a.yaml', text: yamlOf(...documents) }]);
  const brief = (findings: typeof errors) => findings.map(({ path, message }) => `${path}: ${message}`);
  return { errors: brief(errors), warnings: brief(warnings) };
}

describe('what no role takes is an error', () => {
  const HERE = environment({ account: '385605022855', region: 'us-east-1' });

  test.each<[string, readonly ManifestDocument[], string]>([
    [
      'a managed policy of another account',
      [HERE, daemonService({ taskRole: { managedPolicyArns: [POLICY] } })],
      'spec.taskRole.managedPolicyArns[0]: the policy is of account 111122223333, and Environment/default is 385605022855: a role takes policies of AWS and of its own account only; name a policy from there',
    ],
    [
      "another account's boundary for an Environment",
      [environment({ account: '385605022855', iam: { permissionsBoundary: POLICY } })],
      'spec.iam.permissionsBoundary: the policy is of account 111122223333, and this Environment is 385605022855: a role takes policies of AWS and of its own account only; name one of 385605022855',
    ],
    [
      'a managed policy of another partition',
      [
        HERE,
        daemonService({ taskRole: { permissionsBoundary: 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' } }),
      ],
      'spec.taskRole.permissionsBoundary: the policy is of partition aws-cn, and Environment/default of aws; name a policy from there',
    ],
    [
      'a managed policy twice',
      [daemonService({ taskRole: { managedPolicyArns: [POLICY, POLICY] } })],
      'spec.taskRole.managedPolicyArns',
    ],
    ['a wildcard in a path', [daemonService({ taskRole: { path: '/teams/*/' } })], 'spec.taskRole.path'],
    [
      'what is made together with what exists',
      [daemonService({ taskRole: { arn: 'arn:aws:iam::385605022855:role/mine', path: '/teams/' } })],
      'spec.taskRole.path: arn names an existing role, which the controller never changes; remove path or arn',
    ],
    [
      'the shared role by a name that a daemon claims',
      [
        environment({ iam: { executionRole: 'shared' } }),
        daemonService({ taskRole: { name: 'stationkeeper-default-execution' } }),
      ],
      'spec.taskRole.name: the IAM role stationkeeper-default-execution is claimed by',
    ],
  ])('%s', (_what, documents, expected) => {
    expect(said(...documents).errors).toContainEqual(expect.stringContaining(expected));
  });
});

describe('what may not work is a warning', () => {
  test('more managed policies than IAM attaches without a raised quota', () => {
    const managedPolicyArns = Array.from({ length: 11 }, (_, nth) => `${POLICY}-${nth}`);
    expect(said(daemonService({ taskRole: { managedPolicyArns } }))).toEqual({
      errors: [],
      warnings: [
        expect.stringMatching(/^spec\.taskRole\.managedPolicyArns: IAM attaches 10 managed policies/),
      ],
    });
  });

  test('a condition on a key that ECS does not tell', () => {
    const trust = { conditions: { StringEquals: { 'aws:SourceIp': '10.0.0.1', 'aws:SourceAccount': '1' } } };
    expect(said(daemonService({ taskRole: { trust } })).warnings).toEqual([
      expect.stringMatching(/aws:SourceIp.*: ECS tells IAM no aws:SourceIp when it takes a role/),
    ]);
  });
});

test('a daemon that takes the shared execution role is not warned of log groups that this may write into', () => {
  const options = {
    'awslogs-group': '/stationkeeper/traces',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'xray',
  };
  const containers = [
    {
      name: 'main',
      image: 'example.org/daemon:1',
      logConfiguration: { logDriver: 'awslogs' as const, options },
    },
  ];
  const around = environment({ region: 'us-east-1', iam: { executionRole: 'shared' } });
  const daemon = daemonService({ containers });
  const roles = expandManifests(manifestsOf(around, daemon)).desired.filter(({ id }) => id.kind === 'role');
  expect(roles.map(({ id }) => id.name)).toEqual(['stationkeeper-default-execution']);
  expect(said(around, daemon)).toEqual({ errors: [], warnings: [] });
});

test('the name of a shared role that is too long is cut, and differs for each Environment', () => {
  const names = ['a', 'b'].map((last) => sharedExecutionRole(`${'long-'.repeat(12)}${last}`));
  expect(names.map(({ length }) => length)).toEqual([64, 64]);
  expect(new Set(names).size).toBe(2);
  expect(sharedExecutionRole('default')).toBe('stationkeeper-default-execution');
});
