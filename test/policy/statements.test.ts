import { describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  actionsOf,
  allows,
  documentsOf,
  resourcesOf,
  statementsOf,
} from '../support/iam/documents.ts';
import { cluster, daemonService, environment, namespace } from '../support/manifests/documents.ts';

const OURS = { 'stationkeeper:owner': 'stationkeeper', 'stationkeeper:environment': 'default' };
const HERE = environment({ account: ACCOUNT, region: 'us-east-1', vpc: 'vpc-f8233a80' });
const DISCOVERY = { serviceDiscovery: { namespace: 'services.example.org' } };
const ecs = (rest: string): string => `arn:aws:ecs:us-east-1:${ACCOUNT}:${rest}`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const logs = (rest: string): string => `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${rest}`;
const group = `arn:aws:ec2:us-east-1:${ACCOUNT}:security-group/sg-1`;

function prefixes(actions: readonly string[]): readonly string[] {
  return [...new Set(actions.map((action) => action.split(':')[0]!))];
}

describe('exactly what manifests need:', () => {
  test('no action of Cloud Map where one file is without service discovery', () => {
    const documents = documentsOf([daemonService()], { scope: 'these' });
    expect(prefixes(actionsOf(documents))).toEqual(['ec2', 'ecs', 'iam', 'logs', 'tag']);
  });

  test('in a folder, what may be left of removed manifests is read of every kind, and no other kind changed', () => {
    const cloudMap = actionsOf(documentsOf([cluster()])).filter((action) =>
      /^(servicediscovery|iam|logs)/.test(action),
    );
    expect(cloudMap.filter((action) => !/:(List|Get|Describe|Discover)/.test(action))).toEqual([
      'iam:CreateServiceLinkedRole',
    ]);
    expect(cloudMap).toContain('servicediscovery:ListNamespaces');
    expect(cloudMap).not.toContain('servicediscovery:GetOperation');
  });

  test('roles that manifests bring are passed, and neither made nor changed', () => {
    const arns = ['arn:aws:iam::385605022855:role/team/theirs', role('execution')];
    const brought = daemonService({ taskRole: { arn: arns[0]! }, executionRole: { arn: arns[1]! } });
    const documents = documentsOf([HERE, brought]);
    expect(actionsOf(documents).filter((action) => action.startsWith('iam:'))).toEqual([
      'iam:CreateServiceLinkedRole',
      'iam:GetAccountAuthorizationDetails',
      'iam:ListRoleTags',
      'iam:PassRole',
    ]);
    expect(resourcesOf(documents, 'iam:PassRole')).toEqual(arns.toSorted());
  });

  test('no role is passed where a task has none', () => {
    const bare = daemonService({ executionRole: { omit: true }, logs: { logDriver: 'none' } });
    expect(actionsOf(documentsOf([bare]))).not.toContain('iam:PassRole');
  });

  test('what is only observed is not changed', () => {
    const annotations = { 'stationkeeper.dev/reconcile': 'observe', 'stationkeeper.dev/prune': 'disabled' };
    const documents = documentsOf([daemonService({ annotations, ...DISCOVERY })]);
    expect(statementsOf(documents).map(({ Sid }) => Sid)).toEqual(['Read']);
    expect(actionsOf(documents)).toEqual(
      actionsOf(documentsOf([daemonService(DISCOVERY)], { access: 'read' })),
    );
  });

  test('what is never pruned, or left where it is, is not deleted', () => {
    const kept = documentsOf([daemonService({ annotations: { 'stationkeeper.dev/prune': 'disabled' } })]);
    const left = documentsOf([
      daemonService({ annotations: { 'stationkeeper.dev/deletion-policy': 'retain' } }),
    ]);
    const deleting = (actions: readonly string[]) =>
      actions.filter((action) => /:Delete(Service|Role|SecurityGroup|LogGroup)$/.test(action));
    expect(deleting(actionsOf(kept))).toEqual([]);
    expect(deleting(actionsOf(left))).toEqual([]);
    expect(actionsOf(kept)).not.toContain('ecs:UntagResource');
    expect(actionsOf(left)).toContain('ecs:UntagResource');
  });

  test('a log group is only let go, unless its manifest says that it goes', () => {
    const goes = daemonService({ logs: { deletionPolicy: 'delete' } });
    expect(actionsOf(documentsOf([daemonService()]))).not.toContain('logs:DeleteLogGroup');
    expect(actionsOf(documentsOf([daemonService()]))).toContain('logs:UntagResource');
    expect(actionsOf(documentsOf([goes]))).toContain('logs:DeleteLogGroup');
  });

  test('one file alone removes nothing, but what it may replace', () => {
    const removing = (replace: string) =>
      statementsOf(
        documentsOf([daemonService({ annotations: { 'stationkeeper.dev/allow-replace': replace } })], {
          scope: 'these',
        }),
      ).map(({ Sid }) => Sid);
    expect(removing('false')).not.toContain('RemoveOwned');
    expect(removing('true')).toContain('RemoveOwned');
  });

  test('all families are listed only where there are enough daemons for it to be worth it', () => {
    const daemons = (count: number) =>
      Array.from({ length: count }, (_, nth) => daemonService({ name: `d${nth}` }));
    expect(actionsOf(documentsOf(daemons(49)))).not.toContain('ecs:ListTaskDefinitionFamilies');
    expect(actionsOf(documentsOf(daemons(50)))).toContain('ecs:ListTaskDefinitionFamilies');
  });

  test('a cluster and a namespace that no manifest declares are read only', () => {
    const actions = actionsOf(documentsOf([daemonService(DISCOVERY)]));
    expect(actions).not.toContain('ecs:CreateCluster');
    expect(actions).not.toContain('servicediscovery:DeleteNamespace');
    expect(actions.filter((action) => action.startsWith('route53:'))).toEqual([
      'route53:GetHostedZone',
      'route53:ListResourceRecordSets',
    ]);
  });

  test('the read set changes nothing', () => {
    const actions = actionsOf(
      documentsOf([cluster(), namespace(), daemonService(DISCOVERY)], { access: 'read' }),
    );
    expect(actions.filter((action) => !/:(List|Get|Describe|Discover)/.test(action))).toEqual([]);
  });
});

describe('a policy for all names that begin with a prefix', () => {
  const documents = documentsOf([HERE, daemonService({ name: 'xray', ...DISCOVERY })], { anyName: 'team-' });
  const may = (action: string, resource: string, context: Parameters<typeof allows>[3] = {}) =>
    allows(documents, action, resource, context);

  test.each([
    ['ecs:CreateService', ecs('service/any/team-a'), ecs('service/any/teams')],
    ['ecs:RegisterTaskDefinition', ecs('task-definition/team-a:*'), ecs('task-definition/a-team-:*')],
    ['iam:CreateRole', role('team-a-task'), role('other-team-task')],
    ['iam:CreateRole', role('team-own-name'), role('path/team-a-task')],
    [
      'logs:CreateLogGroup',
      logs('/stationkeeper/team-a:log-stream:'),
      logs('/stationkeeper/other:log-stream:'),
    ],
  ])('lets %s of such a name be made, with our tag, and of no other', (action, named, other) => {
    expect(may(action, named, { requested: OURS })).toBe(true);
    expect(may(action, named)).toBe(false);
    expect(may(action, other, { requested: OURS })).toBe(false);
  });

  test('passes and writes roles of such a name, and no others', () => {
    const toTasks = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
    expect(may('iam:PassRole', role('team-a-task'), toTasks)).toBe(true);
    expect(may('iam:PassRole', role('admin'), toTasks)).toBe(false);
    expect(may('iam:PutRolePolicy', role('team-a-task'), { present: OURS })).toBe(true);
    expect(may('iam:PutRolePolicy', role('team-a-task'))).toBe(false);
    expect(may('iam:PutRolePolicy', role('admin'), { present: OURS })).toBe(false);
  });

  test('has nothing of its own for what a pattern stands for, and keeps what none does', () => {
    const many = Array.from({ length: 300 }, (_, nth) => daemonService({ name: `team-${nth}` }));
    const one = documentsOf([HERE, ...many], { anyName: 'team-' });
    // All that a daemon can be made of fits into one managed policy; how many daemons there are, changes nothing.
    const ofNone = documentsOf([HERE], { anyName: 'team-' });
    expect(one).toEqual(ofNone);
    expect(one.map(({ name }) => name)).toEqual(['controller']);
    expect(resourcesOf(one, 'ecs:CreateService')).toEqual(expect.arrayContaining([ecs('service/*/team-*')]));
    expect(JSON.stringify(one)).not.toContain('team-17');
    expect(resourcesOf(documents, 'iam:PassRole')).toEqual([role('team-*'), role('xray-execution')]);
  });

  test('lets hosts be registered in discovery services of ours, and their records be changed', () => {
    const service = `arn:aws:servicediscovery:us-east-1:${ACCOUNT}:service/srv-1`;
    const actions = ['RegisterInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus'];
    for (const action of actions.map((name) => `servicediscovery:${name}`)) {
      expect(may(action, service, { present: OURS })).toBe(true);
      expect(may(action, service)).toBe(false);
    }
    expect(may('ec2:DescribeInstances', '*')).toBe(true);
    expect(may('servicediscovery:GetInstancesHealthStatus', '*')).toBe(true);
    const records = (types: string) =>
      may('route53:ChangeResourceRecordSets', 'arn:aws:route53:::hostedzone/Z1', {
        'route53:ChangeResourceRecordSetsRecordTypes': types,
      });
    expect(records('A')).toBe(true);
    expect(records('CNAME')).toBe(false);
  });

  test('takes over nothing that is nobody’s', () => {
    const theirs = { requested: OURS, present: { team: 'others' } };
    expect(may('ecs:TagResource', ecs('service/any/team-a'), theirs)).toBe(false);
    expect(may('ec2:CreateTags', group, theirs)).toBe(false);
  });
});

describe('IAM lets the controller', () => {
  const documents = documentsOf([
    HERE,
    cluster(),
    namespace(),
    daemonService({ taskRole: {}, ...DISCOVERY }),
  ]);
  const may = (action: string, resource: string, context: Parameters<typeof allows>[3] = {}) =>
    allows(documents, action, resource, context);

  test.each([
    ['ecs:UpdateService', ecs('service/main/xray')],
    ['ecs:DeleteService', ecs('service/main/gone-from-git')],
    ['ecs:UpdateCluster', ecs('cluster/main')],
    ['iam:PutRolePolicy', role('xray-task')],
    ['iam:DeleteRole', role('gone-from-git')],
    ['ec2:AuthorizeSecurityGroupIngress', group],
    ['ec2:DeleteSecurityGroup', group],
    ['logs:PutRetentionPolicy', logs('/stationkeeper/xray:log-stream:')],
    ['servicediscovery:DeleteNamespace', `arn:aws:servicediscovery:us-east-1:${ACCOUNT}:namespace/ns-1`],
  ])('%s what is ours, and neither what is nobody’s, nor of another owner or environment', (action, arn) => {
    expect(may(action, arn, { present: OURS })).toBe(true);
    expect(may(action, arn)).toBe(false);
    expect(may(action, arn, { present: { ...OURS, 'stationkeeper:owner': 'another' } })).toBe(false);
    expect(may(action, arn, { present: { ...OURS, 'stationkeeper:environment': 'staging' } })).toBe(false);
  });

  test.each([
    ['ecs:CreateCluster', ecs('cluster/main'), ecs('cluster/other')],
    ['ecs:CreateService', ecs('service/main/xray'), ecs('service/main/other')],
    ['ecs:RegisterTaskDefinition', ecs('task-definition/xray:*'), ecs('task-definition/other:*')],
    ['iam:CreateRole', role('xray-task'), role('xray-task-2')],
    [
      'logs:CreateLogGroup',
      logs('/stationkeeper/xray:log-stream:'),
      logs('/stationkeeper/xray2:log-stream:'),
    ],
  ])('%s what manifests name, with our tag, and nothing else', (action, named, other) => {
    expect(may(action, named, { requested: OURS })).toBe(true);
    expect(may(action, named)).toBe(false);
    expect(may(action, named, { requested: { 'stationkeeper:owner': 'another' } })).toBe(false);
    expect(may(action, other, { requested: OURS })).toBe(false);
  });

  test('pass its own roles to tasks, and neither others nor to anything else', () => {
    const to = (service: string) => ({ 'iam:PassedToService': service });
    expect(may('iam:PassRole', role('xray-task'), to('ecs-tasks.amazonaws.com'))).toBe(true);
    expect(may('iam:PassRole', role('xray-task'), to('lambda.amazonaws.com'))).toBe(false);
    expect(may('iam:PassRole', role('admin'), to('ecs-tasks.amazonaws.com'))).toBe(false);
  });

  test('write the policies of no role that manifests do not name, whatever its tags', () => {
    expect(may('iam:PutRolePolicy', role('admin'), { present: OURS })).toBe(false);
    expect(may('iam:UpdateAssumeRolePolicy', role('admin'), { present: OURS })).toBe(false);
  });

  test('make nothing its own that others made', () => {
    for (const [action, arn] of [
      ['ecs:TagResource', ecs('service/main/xray')],
      ['ec2:CreateTags', group],
    ] as const) {
      expect(may(action, arn, { requested: OURS })).toBe(false);
      expect(may(action, arn, { requested: OURS, present: { team: 'others' } })).toBe(false);
    }
  });

  test('make security groups in its own VPC only', () => {
    const vpc = (id: string): string => `arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/${id}`;
    expect(may('ec2:CreateSecurityGroup', vpc('vpc-f8233a80'))).toBe(true);
    expect(may('ec2:CreateSecurityGroup', vpc('vpc-1'))).toBe(false);
  });

  test('change no records but the SOA of a zone', () => {
    const zone = 'arn:aws:route53:::hostedzone/Z1';
    const types = (type: string) => ({ 'route53:ChangeResourceRecordSetsRecordTypes': type });
    expect(may('route53:ChangeResourceRecordSets', zone, types('SOA'))).toBe(true);
    expect(may('route53:ChangeResourceRecordSets', zone, types('A'))).toBe(false);
  });

  test('adopt what a manifest asks it to, unless another owner has it', () => {
    const adopting = documentsOf([
      HERE,
      daemonService({ annotations: { 'stationkeeper.dev/adoption-policy': 'adopt-or-create' } }),
    ]);
    for (const [action, arn] of [
      ['ecs:TagResource', ecs('service/main/xray')],
      ['iam:TagRole', role('xray-execution')],
      ['ec2:CreateTags', group],
    ] as const) {
      expect(allows(adopting, action, arn, { requested: OURS, present: { team: 'others' } })).toBe(true);
    }
    const others = { requested: OURS, present: { 'stationkeeper:owner': 'another' } };
    expect(allows(adopting, 'ecs:TagResource', ecs('service/main/xray'), others)).toBe(false);
    expect(allows(adopting, 'ecs:TagResource', ecs('service/main/other'), { requested: OURS })).toBe(false);
  });
});
