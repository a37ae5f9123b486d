import { describe, expect, it } from 'vitest';
import { KINDS } from '../../controller/kinds/index.ts';
import { createEnvironments } from '../../controller/reconcile/environments.ts';
import { createFailures } from '../../controller/reconcile/memory/failures.ts';
import { createPassRunner } from '../../controller/reconcile/pass.ts';
import { manifestsReader } from '../../controller/reconcile/wanted.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { displayId } from '../../controller/core/resource.ts';
import { DEFAULT_ACCOUNT_ID } from '../../sandbox/sandbox.ts';
import { describeAccount } from '../support/world/account.ts';
import { exportFrom } from '../support/world/export.ts';
import { buildStack, otherTool } from '../support/world/other-tools.ts';
import { MANIFESTS, createWorld, isRead, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const TAGGING = /:(TagResource|CreateTags|TagRole)$/;

/** A world in which somebody else built a stack, and what git says of it: `change` of the exported manifests. */
async function stackAnd(change: (manifests: string) => string): Promise<World> {
  const world = createWorld({ files: {} });
  await buildStack(world);
  world.files.set('exported.yaml', change((await exportFrom(world)).out));
  world.calls.length = 0;
  return world;
}

/** Every change but those of tags, as `resource path`. */
function differences({ plan }: PassResult): readonly string[] {
  return plan.steps.flatMap(({ id, changes }) =>
    changes.filter(({ path }) => !path.startsWith('tags.')).map(({ path }) => `${displayId(id)} ${path}`),
  );
}

const CHANGED = (manifests: string): string =>
  manifests
    .replace('retentionInDays: 7', 'retentionInDays: 30')
    .replace('desiredCount: 2', 'desiredCount: 3')
    .replace('port: 443', 'port: 8443')
    .replace('ttl: 45', 'ttl: 10')
    .replace('xray:PutTraceSegments', 'xray:GetSamplingRules')
    .replace('containerInsights: enabled', 'containerInsights: disabled')
    .replace('soaTtl: 15', 'soaTtl: 30');

/** Of what needs nothing that is still to be adopted; the service's come to light with its cluster. */
const DIFFERENCES = [
  'role/terraform-xray-task inlinePolicies[write-traces].Statement[0].Action',
  'log-group/terraform/terraform-xray retentionInDays',
  'security-group/terraform-xray egress[tcp 8443 0.0.0.0/0]',
  'security-group/terraform-xray egress[tcp 443 0.0.0.0/0]',
  'namespace/terraform-xray.example.org soaTtl',
  'discovery-service/xray dnsRecords[A].ttl',
  'cluster/terraform-xray-daemons containerInsights',
  'service/xray desiredCount',
];

describe.each(['adopt', 'adopt-or-create'])('adoption-policy %s', (policy) => {
  const withPolicy = (manifests: string): string =>
    manifests.replaceAll('adoption-policy: adopt', `adoption-policy: ${policy}`);

  it('plans exactly the differences between what exists and what git wants', async () => {
    const world = await stackAnd((manifests) => withPolicy(CHANGED(manifests)));
    expect(differences(await world.pass({ dryRun: true }))).toEqual(DIFFERENCES);
    expect(world.mutations()).toEqual([]);
  });

  it('tags each resource before it changes anything of it, and ends with nothing to plan', async () => {
    const world = await stackAnd((manifests) => withPolicy(CHANGED(manifests)));
    await world.settle();
    const made = world.mutations();
    expect(made.filter((name) => !TAGGING.test(name)).toSorted()).toEqual([
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupEgress',
      'ecs:UpdateCluster',
      'ecs:UpdateService',
      'iam:PutRolePolicy',
      'logs:PutRetentionPolicy',
      'servicediscovery:UpdatePrivateDnsNamespace',
      'servicediscovery:UpdateService',
    ]);
    for (const [change, tag] of [
      ['ec2:AuthorizeSecurityGroupEgress', 'ec2:CreateTags'],
      ['iam:PutRolePolicy', 'iam:TagRole'],
      ['logs:PutRetentionPolicy', 'logs:TagResource'],
      ['servicediscovery:UpdatePrivateDnsNamespace', 'servicediscovery:TagResource'],
      ['ecs:UpdateCluster', 'ecs:TagResource'],
    ] as const) {
      expect(made.indexOf(tag)).toBeLessThan(made.indexOf(change));
    }
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });

  it('keeps the tags that others put there', async () => {
    const world = await stackAnd(withPolicy);
    await world.settle();
    const { call } = otherTool(world);
    const { Tags } = await call<{ Tags: readonly { Key: string }[] }>('iam', 'ListRoleTags', {
      RoleName: 'terraform-xray-task',
    });
    expect(Tags.map(({ Key }) => Key)).toEqual(expect.arrayContaining(['team', 'stationkeeper:owner']));
  });
});

describe('what does not exist', () => {
  const only = (policy: string): Record<string, string> => ({
    'xray.yaml': MANIFESTS['xray.yaml'].replace(
      /kind: DaemonService\nmetadata:\n {2}name: xray\n/,
      (head) => `${head}  annotations: { stationkeeper.dev/adoption-policy: ${policy} }\n`,
    ),
  });

  async function withLogGroupOnly(policy: string): Promise<World> {
    const world = createWorld({ files: only(policy) });
    expect(world.files.get('xray.yaml')).toContain('adoption-policy');
    await otherTool(world).call('logs', 'CreateLogGroup', { logGroupName: '/stationkeeper/xray' });
    await world.settle();
    return world;
  }

  it('is never created by adopt', async () => {
    const world = await withLogGroupOnly('adopt');
    expect(
      world
        .mutations()
        .filter((name) => /:(CreateRole|CreateSecurityGroup|RegisterTaskDefinition)$/.test(name)),
    ).toEqual([]);
    expect(stepsOf((await world.pass()).plan)).toContain('hold missing role/xray-task');
  });

  it('is created by adopt-or-create, beside what it takes over', async () => {
    const world = await withLogGroupOnly('adopt-or-create');
    expect(world.mutations()).not.toContain('logs:CreateLogGroup');
    expect(world.mutations()).toContain('logs:TagResource');
    expect(stepsOf((await world.pass()).plan)).toEqual([]);
  });
});

describe('two controllers with different owners', () => {
  /** Another team's controller in the same account, with the same names in its git. */
  function anotherTeam({ sandbox, clock, files }: World) {
    const calls: string[] = [];
    const environments = createEnvironments({
      kinds: KINDS,
      owner: 'another-team',
      clock,
      awsClock: clock,
      random: () => 0.5,
      transport:
        () =>
        ({ service, operation, input }) => {
          calls.push(`${service}:${operation}`);
          return sandbox.call({
            service,
            operation,
            input,
            region: 'us-east-1',
            accountId: DEFAULT_ACCOUNT_ID,
          });
        },
      onRequest: () => undefined,
      signal: new AbortController().signal,
    });
    const all = [...files].map(([file, text]) => ({ file, text }));
    const runPass = createPassRunner({
      readFiles: manifestsReader(),
      source: {
        type: 'git',
        url: 'https://git.example.org/others.git',
        read: () =>
          Promise.resolve({
            type: 'fresh',
            snapshot: { revision: 'one', files: all, named: [], errors: [], ignored: [] },
          }),
        head: () => Promise.resolve('one'),
      },
      environments,
      failures: createFailures(clock, () => 0.5),
      clock,
      awsClock: clock,
      owner: 'another-team',
      mode: 'enforce',
      scope: 'all-owned',
      pruneBudget: { count: 3, percent: 10 },
      requestCount: () => calls.length,
    });
    const pass = (): Promise<PassResult> =>
      clock.run(runPass({ dryRun: false, confirmed: new Set(), signal: new AbortController().signal }));
    return { pass, mutations: () => calls.filter((name) => !isRead(name)) };
  }

  it.each(['create', 'adopt', 'adopt-or-create'])(
    "leave each other's alone, whatever is adopted: %s",
    async (policy) => {
      const world = await stackAnd((manifests) => manifests);
      await world.settle();
      await world.clock.advance(60_000);
      const before = await describeAccount(world.sandbox);
      world.files.set(
        'exported.yaml',
        CHANGED(world.files.get('exported.yaml') ?? '').replaceAll(
          'adoption-policy: adopt',
          `adoption-policy: ${policy}`,
        ),
      );
      const other = anotherTeam(world);
      const { plan } = await other.pass();
      await other.pass();
      expect(other.mutations()).toEqual([]);
      const held = plan.steps.filter((step) => step.type === 'hold' && step.why === 'not-ours');
      expect(held.map(({ id }) => id.kind)).toEqual([
        'role',
        'log-group',
        'security-group',
        'namespace',
        'discovery-service',
        'cluster',
        'task-definition',
        'service',
      ]);
      for (const { reason } of held) expect(reason).toContain('belongs to the owner "stationkeeper"');
      await world.clock.advance(60_000);
      expect(await describeAccount(world.sandbox)).toEqual(before);
    },
  );
});
