import { describe, expect, test } from 'vitest';
import { environmentTrusts, hostTrust } from '../../controller/policy/trust.ts';
import { ACCOUNT, actionsOf, documentsOf, resourcesOf, statementsOf } from '../support/iam/documents.ts';
import { cluster, daemonService, environment } from '../support/manifests/documents.ts';

const PRODUCTION = `arn:aws:iam::111122223333:role/stationkeeper`;

describe('documents', () => {
  test('say where everything lies, as far as the Environment says it', () => {
    const somewhere = documentsOf([cluster()], { region: undefined });
    expect(resourcesOf(somewhere, 'ecs:UpdateCluster')).toEqual(['arn:aws:ecs:*:*:*']);
    const here = documentsOf([environment({ region: 'eu-west-1', account: ACCOUNT }), cluster()]);
    expect(resourcesOf(here, 'ecs:CreateCluster')).toEqual([`arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/main`]);
    const china = documentsOf([environment({ region: 'cn-north-1' }), cluster()]);
    expect(resourcesOf(china, 'ecs:CreateCluster')).toEqual(['arn:aws-cn:ecs:cn-north-1:*:cluster/main']);
  });

  test('are one for the controller and one for each role that an Environment names, which it may assume', () => {
    const documents = documentsOf([
      environment({ name: 'staging' }),
      environment({ name: 'production', roleArn: PRODUCTION }),
      cluster({ environment: 'staging' }),
      cluster({ name: 'prod', environment: 'production' }),
    ]);
    expect(documents.map(({ name, of }) => [name, of])).toEqual([
      ['controller', 'the role or user that the controller runs as'],
      ['Environment/production', PRODUCTION],
    ]);
    const [controller, production] = documents;
    expect(resourcesOf([controller!], 'sts:AssumeRole')).toEqual([PRODUCTION]);
    expect(resourcesOf([controller!], 'ecs:CreateCluster')).toEqual(['arn:aws:ecs:us-east-1:*:cluster/main']);
    expect(resourcesOf([production!], 'ecs:CreateCluster')).toEqual([
      'arn:aws:ecs:us-east-1:111122223333:cluster/prod',
    ]);
  });

  test('are only to assume where every Environment names a role', () => {
    const [controller] = documentsOf([environment({ roleArn: PRODUCTION }), cluster()]);
    expect(actionsOf([controller!])).toEqual(['sts:AssumeRole']);
  });

  test('call the statements of several environments by the environment, each by its own', () => {
    const names = ['eu-1', 'eu1', 'us'];
    const [controller] = documentsOf(
      names.flatMap((name) => [environment({ name }), cluster({ name: `c-${name}`, environment: name })]),
    );
    const sids = statementsOf([controller!]).map(({ Sid }) => Sid!);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids).toEqual(expect.arrayContaining(['ReadEu1', 'ReadEu12', 'ReadUs']));
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
  });

  test('have conditions on the same keys wherever statements are merged', () => {
    const owned = statementsOf(documentsOf([cluster(), daemonService()])).filter(({ Sid }) =>
      /^(Change|Remove|Release)Owned/.test(Sid!),
    );
    expect(owned.map(({ Sid }) => Sid)).toEqual([
      'ChangeOwned',
      'ChangeOwnedRoles',
      'RemoveOwned',
      'ReleaseOwned',
    ]);
    for (const { Condition = {} } of owned) {
      expect(Object.values(Condition).flatMap((each) => Object.keys(each))).toEqual([
        'aws:ResourceTag/stationkeeper:owner',
        'aws:ResourceTag/stationkeeper:environment',
      ]);
    }
  });

  test('fit into managed policies, however many daemons there are, and lose nothing by it', () => {
    const daemons = Array.from({ length: 60 }, (_, nth) => daemonService({ name: `daemon-${nth}` }));
    const documents = documentsOf([environment({ region: 'us-east-1', account: ACCOUNT }), ...daemons]);
    expect(documents.map(({ name }) => name).slice(0, 2)).toEqual(['controller', 'controller/2']);
    for (const { characters, policy } of documents) {
      expect(characters).toBe(JSON.stringify(policy).length);
      expect(characters).toBeLessThanOrEqual(6144);
    }
    expect(new Set(resourcesOf(documents, 'iam:PassRole')).size).toBe(60);
    expect(new Set(resourcesOf(documents, 'ecs:CreateService')).size).toBeGreaterThanOrEqual(60);
  });
});

describe('a trust policy', () => {
  const here = [{ name: 'default', account: ACCOUNT }];
  const oidcProvider = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC`;
  const serviceAccount = { namespace: 'infra', name: 'stationkeeper' };

  test.each([
    [
      { type: 'ecs' } as const,
      {
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    ],
    [{ type: 'ec2' } as const, { Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    [
      { type: 'pod-identity', serviceAccount } as const,
      {
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'aws:RequestTag/kubernetes-namespace': 'infra',
            'aws:RequestTag/kubernetes-service-account': 'stationkeeper',
          },
        },
      },
    ],
    [
      { type: 'irsa', oidcProvider, serviceAccount } as const,
      {
        Principal: { Federated: oidcProvider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'oidc.eks.us-east-1.amazonaws.com/id/ABC:aud': 'sts.amazonaws.com',
            'oidc.eks.us-east-1.amazonaws.com/id/ABC:sub': 'system:serviceaccount:infra:stationkeeper',
          },
        },
      },
    ],
  ])('lets only that host have the role: %o', (host, statement) => {
    const { name, policy } = hostTrust(host, here);
    expect(name).toBe('controller/trust');
    expect(policy.Statement).toEqual([{ Effect: 'Allow', ...statement }]);
  });

  test('of a role that an Environment names lets only the controller have it', () => {
    const controller = `arn:aws:iam::${ACCOUNT}:role/controller`;
    const trusts = environmentTrusts([...here, { name: 'production', roleArn: PRODUCTION }], controller);
    expect(trusts).toMatchObject([
      {
        name: 'Environment/production/trust',
        of: PRODUCTION,
        policy: { Statement: [{ Principal: { AWS: controller }, Action: 'sts:AssumeRole' }] },
      },
    ]);
  });

  test('asks for the external id of the Environment, or else for that of all', () => {
    const controller = `arn:aws:iam::${ACCOUNT}:role/controller`;
    const environments = [
      { name: 'own', roleArn: PRODUCTION, externalId: 'own:1' },
      { name: 'other', roleArn: PRODUCTION },
    ];
    const conditions = (ofAll?: string) =>
      environmentTrusts(environments, controller, ofAll).map(
        ({ policy }) => policy.Statement[0]?.Condition ?? {},
      );
    const asks = (id: string) => ({ StringEquals: { 'sts:ExternalId': id } });
    expect(conditions()).toEqual([asks('own:1'), {}]);
    expect(conditions('all:1')).toEqual([asks('own:1'), asks('all:1')]);
  });
});
