import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { environmentId } from '../../controller/core/reference.ts';
import { SENSITIVE } from '../../controller/core/secrets.ts';
import { roleModel } from '../../controller/kinds/role/model.ts';
import type { RoleState } from '../../controller/kinds/role/model.ts';
import type { RoleSpec } from '../../controller/kinds/role/spec.ts';
import { parsePolicy } from '../../controller/core/policy-document.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf } from '../support/kinds/desired.ts';
import { needsByKind } from '../support/kinds/known.ts';

const LOG_GROUP = 'arn:aws:logs:us-east-1:385605022855:log-group:/stationkeeper/xray:*';

function desired(spec: Partial<RoleSpec> = {}) {
  return deepFreeze(
    desiredOf<RoleSpec>(
      { kind: 'role', name: 'xray-task' },
      {
        name: 'xray-task',
        description: 'Task role of xray',
        environment: environmentId('default'),
        trustedService: 'ecs-tasks.amazonaws.com',
        policyName: 'stationkeeper',
        statements: [
          {
            effect: 'Allow',
            actions: ['logs:PutLogEvents', 'logs:CreateLogStream'],
            resources: [{ logGroup: '/stationkeeper/xray' }],
          },
        ],
        ...spec,
      },
    ),
  );
}

const TRUST = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: ['sts:AssumeRole'],
  },
};

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: LOG_GROUP },
  ],
};

function observed(
  documents: {
    readonly trust?: object;
    readonly policies?: Readonly<Record<string, object>>;
    readonly attached?: readonly string[];
    readonly path?: string;
    readonly boundary?: string | null;
    readonly tags?: Readonly<Record<string, string>>;
  } = {},
): Observed<RoleState> {
  const { trust = TRUST, policies = { stationkeeper: POLICY }, attached = [], tags = {} } = documents;
  const { path = '/', boundary = null } = documents;
  return deepFreeze({
    id: { environment: 'default', kind: 'role', name: 'xray-task' },
    owner: 'us',
    tags,
    state: {
      trustPolicy: parsePolicy(JSON.stringify(trust)),
      inlinePolicies: Object.fromEntries(
        Object.entries(policies).map(([name, document]) => [
          name,
          parsePolicy(encodeURIComponent(JSON.stringify(document))),
        ]),
      ),
      attachedPolicies: attached,
      path,
      permissionsBoundary: boundary,
    },
    outputs: {},
    health: HEALTHY,
  });
}

const needs = needsByKind({
  environment: { accountId: '385605022855', partition: 'aws', region: 'us-east-1' },
});

function paths(documents: Parameters<typeof observed>[0], spec: Partial<RoleSpec> = {}) {
  return roleModel.diff(desired(spec), observed(documents), needs).map(({ path }) => path);
}

describe('a role is as wanted', () => {
  test('whatever form and order IAM keeps its documents in', () => {
    expect(paths({})).toEqual([]);
  });

  test('without an inline policy where there are no statements', () => {
    expect(paths({ policies: {} }, { statements: [] })).toEqual([]);
  });

  test.each([
    [
      'a parameter by name',
      { ssmParameter: '/xray/config' },
      'ssm:us-east-1:385605022855:parameter/xray/config',
    ],
    [
      'a parameter without a slash',
      { ssmParameter: 'config' },
      'ssm:us-east-1:385605022855:parameter/config',
    ],
    [
      'a slash inside alone',
      { ssmParameter: 'xray/config' },
      'ssm:us-east-1:385605022855:parameter/xray/config',
    ],
    ['a secret by name', { secretName: 'pull' }, 'secretsmanager:us-east-1:385605022855:secret:pull-??????'],
  ])('with %s resolved in the environment', (_case, resource, arn) => {
    const statements = [{ effect: 'Allow', actions: ['ssm:GetParameters'], resources: [resource] }] as const;
    const policy = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: `arn:aws:${arn}` },
    };
    expect(paths({ policies: { stationkeeper: policy } }, { statements })).toEqual([]);
  });
});

describe('a role differs', () => {
  test.each([
    [
      'in whom it trusts',
      { trust: { ...TRUST, Statement: { ...TRUST.Statement, Principal: '*' } } },
      'trustPolicy.Statement[0].Principal',
    ],
    [
      'in a condition on its trust',
      {
        trust: {
          ...TRUST,
          Statement: { ...TRUST.Statement, Condition: { Bool: { 'aws:SecureTransport': true } } },
        },
      },
      'trustPolicy.Statement[0].Condition',
    ],
    [
      'in an action',
      {
        policies: { stationkeeper: { ...POLICY, Statement: [{ ...POLICY.Statement[0], Action: 'logs:*' }] } },
      },
      'inlinePolicies[stationkeeper].Statement[0].Action',
    ],
    [
      'in a statement too many',
      {
        policies: {
          stationkeeper: {
            ...POLICY,
            Statement: [...POLICY.Statement, { Effect: 'Allow', Action: '*', Resource: '*' }],
          },
        },
      },
      'inlinePolicies[stationkeeper].Statement[1]',
    ],
    ['in a policy that is missing', { policies: {} }, 'inlinePolicies[stationkeeper]'],
    [
      'in a policy that is too many',
      { policies: { stationkeeper: POLICY, extra: POLICY } },
      'inlinePolicies[extra]',
    ],
  ])('%s', (_case, documents, path) => {
    expect(paths(documents)).toEqual([path]);
  });

  test('in a managed policy that somebody attached, which is theirs to detach', () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    expect(roleModel.diff(desired(), observed({ attached: [arn] }), needs)).toEqual([
      {
        path: `attachedPolicies[${arn}]`,
        from: 'attached',
        to: null,
        by: 'update',
        held: expect.stringContaining(`aws iam detach-role-policy --role-name xray-task --policy-arn ${arn}`),
      },
    ]);
  });

  test('in a document that is no JSON', () => {
    const broken = observed();
    const state = { ...broken.state, trustPolicy: parsePolicy('{nonsense') };
    expect(roleModel.diff(desired(), { ...broken, state }, needs)).not.toEqual([]);
  });

  test('and shows what is wanted and what is there', () => {
    expect(roleModel.diff(desired(), observed({ policies: {} }), needs)).toEqual([
      {
        path: 'inlinePolicies[stationkeeper]',
        from: null,
        to: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [LOG_GROUP] },
          ],
        },
        by: 'update',
      },
    ]);
  });
});

test('the policy is not compared while the environment is not known', () => {
  expect(roleModel.diff(desired(), observed({ policies: {} }), () => undefined)).toEqual([]);
});

describe('a document shows', () => {
  const statement = {
    effect: 'Allow',
    actions: ['logs:PutLogEvents'],
    resources: ['*'],
  } as const;
  const ours = { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: ['*'] };
  const theirs = { Effect: 'Deny', Action: ['s3:*'], Resource: ['*'] };
  const changes = (statements: RoleSpec['statements'], actual: object, trust: object = TRUST) =>
    roleModel.diff(desired({ statements }), observed({ trust, policies: { stationkeeper: actual } }), needs);
  const POLICY_PATH = 'inlinePolicies[stationkeeper]';
  const ARN_OF_SECRET = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:dsn-AbCdEf';

  test('its version', () => {
    expect(changes([statement], { Statement: [ours] }, { ...TRUST, Version: '2008-10-17' })).toEqual([
      { path: 'trustPolicy.Version', from: '2008-10-17', to: '2012-10-17', by: 'update' },
      { path: `${POLICY_PATH}.Version`, from: '2008-10-17', to: '2012-10-17', by: 'update' },
    ]);
  });

  test('both values of a member, and that one side has none', () => {
    const actual = { ...ours, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': true } } };
    expect(changes([{ ...statement, sid: 'Logs' }], { ...POLICY, Statement: [actual] })).toEqual([
      { path: `${POLICY_PATH}.Statement[0].Sid`, from: null, to: 'Logs', by: 'update' },
      { path: `${POLICY_PATH}.Statement[0].Effect`, from: 'Deny', to: 'Allow', by: 'update' },
      {
        path: `${POLICY_PATH}.Statement[0].Condition`,
        from: { Bool: { 'aws:SecureTransport': ['true'] } },
        to: null,
        by: 'update',
      },
    ]);
  });

  test('statements that one side lacks, whole', () => {
    expect(changes([statement, { ...statement, sid: 'More' }], { ...POLICY, Statement: [ours] })).toEqual([
      { path: `${POLICY_PATH}.Statement[1]`, from: null, to: { Sid: 'More', ...ours }, by: 'update' },
    ]);
    expect(changes([statement], { ...POLICY, Statement: [ours, theirs] })).toEqual([
      { path: `${POLICY_PATH}.Statement[1]`, from: theirs, to: null, by: 'update' },
    ]);
  });

  test('no difference in what git says in full: an id, and a condition', () => {
    const conditions = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    const actual = { ...ours, Sid: 'Logs', Condition: conditions };
    expect(changes([{ ...statement, sid: 'Logs', conditions }], { ...POLICY, Statement: actual })).toEqual(
      [],
    );
  });

  test('not where secrets are, in a statement and in a whole policy', () => {
    const secret = { ...statement, resources: [ARN_OF_SECRET] };
    const hidden = { ...ours, Resource: [SENSITIVE] };
    expect(changes([secret], { ...POLICY, Statement: [ours] })).toEqual([
      { path: `${POLICY_PATH}.Statement[0].Resource`, from: ['*'], to: [SENSITIVE], by: 'update' },
    ]);
    const policy = { ...POLICY, Statement: [{ ...ours, Resource: [ARN_OF_SECRET] }] };
    const none = roleModel.diff(desired({ statements: [secret] }), observed({ policies: {} }), needs);
    expect(none.map(({ from, to }) => [from, to])).toEqual([[null, { ...POLICY, Statement: [hidden] }]]);
    const other = roleModel.diff(desired({ statements: [] }), observed({ policies: { old: policy } }), needs);
    expect(other.map(({ from, to }) => [from, to])).toEqual([[{ ...POLICY, Statement: [hidden] }, null]]);
  });

  test('a condition whose key looks like a secret, for it is none', () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/password': ['rotated'] } };
    const policy = { ...POLICY, Statement: [{ ...ours, Condition }] };
    const changed = roleModel.diff(
      desired({ statements: [] }),
      observed({ policies: { old: policy } }),
      needs,
    );
    expect(changed.map(({ path, from }) => [path, from])).toEqual([['inlinePolicies[old]', policy]]);
  });
});

describe('what git says of a role', () => {
  test('is the same in every account and Region', () => {
    expect(roleModel.says!(desired())).toEqual({
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      inlinePolicies: {
        stationkeeper: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:PutLogEvents', 'logs:CreateLogStream'],
              Resource: ['arn::logs:::log-group:/stationkeeper/xray:*'],
            },
          ],
        },
      },
    });
  });

  test('is no inline policy where it has no statements', () => {
    expect(roleModel.says!(desired({ statements: [] }))).toHaveProperty('inlinePolicies', {});
  });
});

test('a role comes after the environment that its ARNs are in', () => {
  const environment = environmentId('of-it');
  expect(roleModel.needs(desired({ environment }))).toEqual([environment]);
});
