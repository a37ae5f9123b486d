import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOPS } from '../../controller/reach/hop.ts';
import type { Hop, HopName } from '../../controller/reach/hop.ts';
import { startApplication } from '../support/reach/application.ts';
import type { Application } from '../support/reach/application.ts';
import { createShell } from '../support/world/shell.ts';
import type { Shell } from '../support/world/shell.ts';
import { MANIFESTS } from '../support/world/world.ts';

const EVERYWHERE = '0.0.0.0/0';

interface Running {
  readonly shell: Shell;
  readonly app: Application;
}

/** The shipped X-Ray daemon, converged, and an application beside it. */
async function daemonAndApplication(): Promise<Running> {
  const shell = createShell();
  writeFileSync(join(shell.folder, 'xray.yaml'), MANIFESTS['xray.yaml']);
  expect(await shell.apply()).toMatchObject({ code: 0 });
  return { shell, app: await startApplication(shell) };
}

interface Answer {
  readonly verdict: string;
  readonly hops: readonly Hop[];
}

async function asked({ shell, app }: Running) {
  const { code, out, mutations } = await shell.path({ from: app.group });
  const [answer] = JSON.parse(out) as readonly Answer[];
  const { verdict = '', hops = [] } = answer ?? {};
  const bad = hops.filter(({ status }) => status !== 'ok');
  return { code, verdict, hops, bad, mutations };
}

test('a consumer that reaches the daemon is told so, with the evidence of each hop, and nothing is changed', async () => {
  const running = await daemonAndApplication();
  const { code, verdict, hops, bad, mutations } = await asked(running);
  expect({ code, verdict, bad, mutations }).toEqual({
    code: 0,
    verdict: 'Reachable',
    bad: [],
    mutations: [],
  });
  expect(hops.map(({ hop }) => hop)).toEqual(HOPS);
  const evidence = Object.fromEntries(hops.map((one) => [one.hop, one.evidence]));
  expect(evidence).toMatchObject({
    name: expect.stringMatching(/^xray\.services\.dockerinaws\.org is 172\.31\.\d+\.\d+, 172\.31\.\d+\.\d+$/),
    instances: '2 of 2 tasks run',
    consumer: `1 interface has ${running.app.group}, in ${running.app.subnet} of ${running.app.vpc}`,
    egress: expect.stringContaining(`${running.app.egressRule} of ${running.app.group} allows udp 2000`),
    port: 'xray:1 maps udp 2000, tcp 2000',
    role: 'role xray-task allows xray:PutTelemetryRecords, xray:PutTraceSegments',
  });
});

/** Ways to break a hop, at AWS and beside Stationkeeper, which does not run meanwhile. */
type Break = (running: Running) => Promise<unknown>;

const daemonGroup = async ({ app }: Running): Promise<string> => {
  const { SecurityGroups } = await app.call<{ SecurityGroups: { GroupId: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    { Filters: [{ Name: 'group-name', Values: ['xray'] }] },
  );
  return SecurityGroups[0]?.GroupId ?? '';
};

const revokeAll = async ({ app }: Running, GroupId: string, isEgress: boolean): Promise<void> => {
  const { SecurityGroupRules } = await app.call<{
    SecurityGroupRules: { SecurityGroupRuleId: string; IsEgress: boolean }[];
  }>('ec2', 'DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
  const SecurityGroupRuleIds = SecurityGroupRules.filter(({ IsEgress }) => IsEgress === isEgress).map(
    (rule) => rule.SecurityGroupRuleId,
  );
  const operation = isEgress ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress';
  await app.call('ec2', operation, { GroupId, SecurityGroupRuleIds });
};

/** Denies one way over one protocol in the ACL of the whole VPC. */
const denyInAcl =
  (Egress: boolean, Protocol: '6' | '17', From: number, To: number): Break =>
  async ({ app }) => {
    const { NetworkAcls } = await app.call<{ NetworkAcls: { NetworkAclId: string }[] }>(
      'ec2',
      'DescribeNetworkAcls',
      { Filters: [{ Name: 'vpc-id', Values: [app.vpc] }] },
    );
    await app.call('ec2', 'CreateNetworkAclEntry', {
      NetworkAclId: NetworkAcls[0]?.NetworkAclId,
      RuleNumber: 1,
      RuleAction: 'deny',
      Egress,
      Protocol,
      CidrBlock: '172.31.0.0/16',
      PortRange: { From, To },
    });
  };

const mainTable = async ({ app }: Running): Promise<string> => {
  const { RouteTables } = await app.call<{ RouteTables: { RouteTableId: string }[] }>(
    'ec2',
    'DescribeRouteTables',
    { Filters: [{ Name: 'vpc-id', Values: [app.vpc] }] },
  );
  return RouteTables[0]?.RouteTableId ?? '';
};

const stopTasks: Break = async ({ app, shell }) => {
  await app.call('ecs', 'UpdateService', {
    cluster: 'xray-daemon-cluster',
    service: 'xray',
    desiredCount: 0,
  });
  await shell.clock.advance(180_000);
};

/** Somebody rolls out a revision of the family that differs. */
const otherRevision =
  (change: (container: Record<string, unknown>) => object, over: object = {}): Break =>
  async ({ app, shell }) => {
    const { taskDefinition } = await app.call<{
      taskDefinition: { containerDefinitions: Record<string, unknown>[] } & Record<string, unknown>;
    }>('ecs', 'DescribeTaskDefinition', { taskDefinition: 'xray' });
    const { family, networkMode, cpu, memory, requiresCompatibilities, executionRoleArn, taskRoleArn } =
      taskDefinition;
    await app.call('ecs', 'RegisterTaskDefinition', {
      family,
      networkMode,
      cpu,
      memory,
      requiresCompatibilities,
      executionRoleArn,
      taskRoleArn,
      ...over,
      containerDefinitions: taskDefinition.containerDefinitions.map((one) => ({ ...one, ...change(one) })),
    });
    await app.call('ecs', 'UpdateService', {
      cluster: 'xray-daemon-cluster',
      service: 'xray',
      taskDefinition: 'xray',
    });
    await shell.clock.advance(300_000);
  };

const BREAKS: readonly (readonly [what: string, HopName, RegExp, Break])[] = [
  [
    'no instance is registered under the name',
    'name',
    /has no address: no instance is registered/,
    stopTasks,
  ],
  [
    'DNS is off in the VPC of the consumer',
    'name',
    /DNS support or DNS hostnames are off in vpc-/,
    ({ app }) =>
      app.call('ec2', 'ModifyVpcAttribute', { VpcId: app.vpc, EnableDnsHostnames: { Value: false } }),
  ],
  ['no task runs', 'instances', /^none of its tasks runs$/, stopTasks],
  [
    'the application does not run',
    'consumer',
    /^no network interface has sg-/,
    async ({ app, shell }) => {
      await app.call('ecs', 'UpdateService', { cluster: 'applications', service: 'app', desiredCount: 0 });
      await shell.clock.advance(180_000);
    },
  ],
  [
    'the egress rule of the consumer is gone',
    'egress',
    /^sg-\w+ has no egress rule for udp 2000 to sg-\w+ or 172\.31\./,
    (running) => revokeAll(running, running.app.group, true),
  ],
  [
    'a network ACL denies UDP out',
    'network-acls',
    /^entry 1 of acl-\w+ denies udp 2000 out of subnet-/,
    denyInAcl(true, '17', 2000, 2000),
  ],
  [
    'a network ACL denies UDP in',
    'network-acls',
    /^entry 1 of acl-\w+ denies udp 2000 into subnet-/,
    denyInAcl(false, '17', 2000, 2000),
  ],
  [
    'a network ACL denies some of the answers of TCP',
    'network-acls',
    /^entry 1 of acl-\w+ denies answers to tcp 32768-60999 out of subnet-/,
    denyInAcl(true, '6', 40_000, 65_535),
  ],
  [
    'the ingress rules of the daemon are gone',
    'ingress',
    /^sg-\w+ has no ingress rule for udp 2000 from sg-\w+ or 172\.31\./,
    async (running) => revokeAll(running, await daemonGroup(running), false),
  ],
  [
    'the containers map another port',
    'port',
    /^xray:2 maps tcp 2000, and not udp 2000$/,
    otherRevision(() => ({ portMappings: [{ containerPort: 2000, protocol: 'tcp' }] })),
  ],
  [
    'the task role lost its policy',
    'role',
    /^role xray-task does not allow xray:PutTelemetryRecords, xray:PutTraceSegments$/,
    ({ app }) => app.call('iam', 'DeleteRolePolicy', { RoleName: 'xray-task', PolicyName: 'stationkeeper' }),
  ],
  [
    'a policy denies what the role allows',
    'role',
    /^role xray-task does not allow xray:PutTraceSegments$/,
    ({ app }) =>
      app.call('iam', 'PutRolePolicy', {
        RoleName: 'xray-task',
        PolicyName: 'no-traces',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'xray:PutTrace*', Resource: '*' }],
        }),
      }),
  ],
  [
    'tasks have no role',
    'role',
    /^it has no task role, and calls xray:/,
    otherRevision(() => ({}), { taskRoleArn: undefined }),
  ],
  [
    'there is no route to the internet',
    'way-out',
    /^to xray: rtb-\w+ of subnet-\w+ has no route to /,
    async (running) =>
      running.app.call('ec2', 'DeleteRoute', {
        RouteTableId: await mainTable(running),
        DestinationCidrBlock: EVERYWHERE,
      }),
  ],
  [
    'the daemon may not go out to HTTPS',
    'way-out',
    /^to xray: sg-\w+ has no egress rule for tcp 443 to /,
    async (running) => revokeAll(running, await daemonGroup(running), true),
  ],
];

test.for(BREAKS)('where %s, the hop %s tells', async ([, hop, evidence, breakIt]) => {
  const running = await daemonAndApplication();
  await breakIt(running);
  const { code, verdict, bad, mutations } = await asked(running);
  expect(bad).toContainEqual({
    hop,
    status: hop === 'consumer' ? 'unknown' : 'blocked',
    evidence: expect.stringMatching(evidence),
    advice: expect.stringMatching(/\w/),
  });
  expect({ code, verdict, mutations }).toEqual({
    code: 2,
    verdict: hop === 'consumer' ? 'Unknown' : 'Blocked',
    mutations: [],
  });
});

test('a group that is not there blocks the consumer, and whoever asks is told what to correct', async () => {
  const { shell } = await daemonAndApplication();
  const { code, out } = await shell.path({ from: 'sg-0123456789abcdef0', output: 'table' });
  expect(code).toBe(2);
  expect(out).toMatch(/^DaemonService\/xray from sg-0123456789abcdef0: Blocked at consumer\n/);
  expect(out).toMatch(
    /^ {2}consumer +blocked +this account and Region have no security group sg-0123456789abcdef0, so no consumer sends with it; correct the consumer, or create the group$/m,
  );
});

test.for([
  ['DescribeNetworkAcls', 'network-acls'],
  ['DescribeRouteTables', 'routes'],
  ['DescribeSecurityGroupRules', 'ingress'],
  ['DescribeSecurityGroups', 'consumer'],
  ['DescribeVpcAttribute', 'name'],
  ['DescribeVpcEndpoints', 'way-out'],
] as const)(
  'where ec2:%s is not allowed, the hop %s is unknown and says what to allow',
  async ([operation, hop]) => {
    const running = await daemonAndApplication();
    running.shell.sandbox.control.inject({
      operation: `ec2:${operation}`,
      times: 100,
      effect: 'fail',
      code: 'UnauthorizedOperation',
      message: `You are not authorized to perform this operation. User: arn:aws:iam::1:user/me is not authorized to perform: ec2:${operation} because no identity-based policy allows the ec2:${operation} action`,
      status: 403,
    });
    const { code, verdict, bad } = await asked(running);
    expect({ code, verdict }).toEqual({ code: 2, verdict: 'Unknown' });
    expect(bad).toContainEqual(
      expect.objectContaining({
        hop,
        status: 'unknown',
        advice: expect.stringContaining(`add {"Effect":"Allow","Action":"ec2:${operation}","Resource":"*"}`),
      }),
    );
  },
);

test.for([
  [{ name: 'nobody' }, /no valid manifest declares a DaemonService "nobody"; there are: xray$/],
  [{}, /declares no consumers: add spec\.consumers, or ask from a security group with --from sg-…$/],
  [{ from: 'web' }, /declares no consumer "web"; there are: none; or ask from a security group/],
  [{ environment: 'prod' }, /Environment prod has no DaemonService "xray"; one is in default$/],
] as const)('%j is refused with what there is to ask for', async ([options, message]) => {
  const shell = createShell();
  writeFileSync(join(shell.folder, 'xray.yaml'), MANIFESTS['xray.yaml']);
  await expect(shell.path(options)).rejects.toThrow(message);
});
