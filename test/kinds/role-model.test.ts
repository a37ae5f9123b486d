import { describe, expect, test } from 'vitest';
import { HEALTHY } from '../../controller/core/kind.ts';
import type { Observed } from '../../controller/core/resource.ts';
import { environmentId } from '../../controller/core/reference.ts';
import { roleModel } from '../../controller/kinds/role/model.ts';
import type { RoleSpec, RoleState } from '../../controller/kinds/role/model.ts';
import { parsePolicy } from '../../controller/kinds/role/policy-document.ts';
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
  } = {},
): Observed<RoleState> {
  const { trust = TRUST, policies = { stationkeeper: POLICY }, attached = [] } = documents;
  return deepFreeze({
    id: { environment: 'default', kind: 'role', name: 'xray-task' },
    owner: 'us',
    tags: {},
    state: {
      trustPolicy: parsePolicy(JSON.stringify(trust)),
      inlinePolicies: Object.fromEntries(
        Object.entries(policies).map(([name, document]) => [
          name,
          parsePolicy(encodeURIComponent(JSON.stringify(document))),
        ]),
      ),
      attachedPolicies: attached,
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
    ['a parameter by name', '/xray/config', 'arn:aws:ssm:us-east-1:385605022855:parameter/xray/config'],
    ['a parameter without a slash', 'config', 'arn:aws:ssm:us-east-1:385605022855:parameter/config'],
  ])('with %s resolved in the environment', (_case, ssmParameter, arn) => {
    const statements = [
      { effect: 'Allow', actions: ['ssm:GetParameters'], resources: [{ ssmParameter }] },
    ] as const;
    const policy = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: arn },
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
