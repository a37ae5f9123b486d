import { AwsError } from '../../../sandbox/error.ts';
import { cluster, daemonService, yamlOf } from '../manifests/documents.ts';
import type { Chance } from './chance.ts';
import { OWNER, OWNER_TAG, hereIn } from './live.ts';
import { callsTo } from '../world/account.ts';
import { makeGroup, rulesOf } from '../world/groups.ts';
import type { GroupRule } from '../world/groups.ts';
import { createWorld } from '../world/world.ts';
import type { World, WorldCall } from '../world/world.ts';

/** Daemons, and the security groups of others that use them, of which some are declared at a time. */
export interface Neighbourhood {
  readonly world: World;
  /** Names of the groups of others, by their ids. */
  readonly groups: ReadonlyMap<string, string>;
  /** What the controller did that it may not do: a line each. */
  readonly trespasses: readonly string[];
  /** Rules of others, by their ids, as they are to stay. */
  readonly theirs: ReadonlyMap<string, string>;
  /** Something happens, by chance; in words. */
  readonly happen: () => Promise<string>;
  /** `daemon>consumer` of all that git declares now. */
  readonly declared: () => ReadonlySet<string>;
}

const DAEMONS = ['one', 'other'] as const;
const GROUPS = ['app', 'web', 'jobs'] as const;
const PORT = 2000;

export async function neighbourhood(chance: Chance): Promise<Neighbourhood> {
  const world = createWorld({ files: {}, pruneBudget: { count: 1000 }, seed: chance.whole(1, 1_000_000) });
  const call = callsTo(world.sandbox);
  const consumersOf = new Map<string, Map<string, 'securityGroup' | 'subnets'>>(
    DAEMONS.map((daemon) => [daemon, new Map()]),
  );
  const groups = new Map<string, string>();
  const theirs = new Map<string, string>();
  const trespasses: string[] = [];

  for (const name of GROUPS) {
    groups.set(await makeGroup(world, name), name);
  }
  for (const id of groups.keys()) {
    for (const rule of await rulesOf(world, id)) theirs.set(rule.id, rule.text);
    for (let nth = 0; nth < chance.whole(1, 6); nth += 1) await addTheirs(id, `10.${nth}.0.0/16`);
  }
  commit();
  let emptied = { operation: '', times: 0 };
  world.intercept(async (made, perform) => {
    const trespass = trespassIn(made);
    if (trespass !== undefined) trespasses.push(trespass);
    const answer = await perform();
    if (made.name !== emptied.operation || emptied.times === 0) return answer;
    emptied = { ...emptied, times: emptied.times - 1 };
    return { SecurityGroups: [], SecurityGroupRules: [] };
  });

  function commit(): void {
    world.files.set('cluster.yaml', yamlOf(cluster()));
    for (const [daemon, consumers] of consumersOf) {
      const portMappings = [{ containerPort: PORT, protocol: 'udp' as const }];
      const document = daemonService({
        name: daemon,
        containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings }],
        consumers: [...consumers].map(([name, ingress]) => ({ name, securityGroup: { name }, ingress })),
      });
      world.files.set(`${daemon}.yaml`, yamlOf(document));
    }
  }

  /** Whether the controller owns what has this id, at this moment. */
  function isOurs(id: string): boolean {
    const [place] = hereIn(world).places;
    return place?.state.ec2.tags.get(id)?.get(OWNER_TAG) === OWNER;
  }

  function trespassIn({ name, input }: WorldCall): string | undefined {
    const operation = name.split(':')[1] ?? '';
    const group = String(input['GroupId']);
    if (operation === 'CreateTags' || operation === 'DeleteTags') {
      const others = (input['Resources'] as readonly string[]).filter((id) => !isOurs(id));
      return others.length === 0 ? undefined : `${name} tags ${others.join(', ')}`;
    }
    if (!/^(Authorize|Revoke|Update|Modify|Delete)SecurityGroup/.test(operation) || isOurs(group))
      return undefined;
    if (operation.startsWith('Authorize')) return wrongRule(input, groups.get(group) ?? group);
    const revoked = (input['SecurityGroupRuleIds'] ?? []) as readonly string[];
    const isOnlyOurs = operation.startsWith('Revoke') && revoked.length > 0 && revoked.every(isOurs);
    return isOnlyOurs ? undefined : `${name} in ${groups.get(group) ?? group}: ${JSON.stringify(input)}`;
  }

  /** What is wrong with a rule that is made in a group of others. */
  function wrongRule(input: WorldCall['input'], group: string): string | undefined {
    const text = JSON.stringify(input);
    const isDeclared = [...consumersOf.values()].some((consumers) => consumers.has(group));
    const isTagged = text.includes(`"Key":"${OWNER_TAG}"`);
    const isToDaemon =
      text.includes(`"FromPort":${PORT},"ToPort":${PORT}`) && text.includes('"GroupId":"sg-');
    return isDeclared && isTagged && isToDaemon ? undefined : `a rule in ${group}: ${text}`;
  }

  async function addTheirs(GroupId: string, CidrIp: string): Promise<void> {
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp }] }];
    const made = await call('ec2', 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions });
    const [rule] = made['SecurityGroupRules'] as { readonly SecurityGroupRuleId: string }[];
    theirs.set(rule?.SecurityGroupRuleId ?? '', `egress tcp 443 ${CidrIp}`);
    await world.clock.advance(30_000);
  }

  async function ruleIn(
    group: string,
    isWanted: (rule: GroupRule) => boolean,
  ): Promise<GroupRule | undefined> {
    return chance.any((await rulesOf(world, group)).filter(isWanted));
  }

  const isTagged = ({ tags }: GroupRule): boolean => tags[OWNER_TAG] !== undefined;
  const anyGroup = (): string => chance.any([...groups.keys()]) ?? '';

  const happenings: Readonly<Record<string, () => Promise<unknown> | void>> = {
    'git: a consumer more or less'() {
      const consumers = consumersOf.get(chance.one(DAEMONS));
      const name = chance.one(GROUPS);
      if (consumers?.delete(name) === false) consumers.set(name, chance.one(['securityGroup', 'subnets']));
      commit();
    },
    'git: a daemon goes'() {
      world.files.delete(`${chance.one(DAEMONS)}.yaml`);
    },
    'git: all daemons are back': commit,
    async 'somebody: takes a rule of ours away'() {
      const group = anyGroup();
      const rule = await ruleIn(group, isTagged);
      if (rule === undefined) return;
      await call('ec2', 'RevokeSecurityGroupEgress', { GroupId: group, SecurityGroupRuleIds: [rule.id] });
    },
    async 'somebody: takes the tags from a rule of ours, which is theirs by that'() {
      const group = anyGroup();
      const rule = await ruleIn(group, isTagged);
      if (rule === undefined) return;
      const Tags = Object.keys(rule.tags).map((Key) => ({ Key }));
      await call('ec2', 'DeleteTags', { Resources: [rule.id], Tags });
      theirs.set(rule.id, rule.text);
    },
    async 'somebody: adds a rule'() {
      await addTheirs(anyGroup(), `10.${chance.whole(10, 200)}.0.0/16`);
    },
    async 'somebody: takes a rule of theirs away'() {
      const group = anyGroup();
      const rule = await ruleIn(group, (one) => !isTagged(one));
      if (rule === undefined) return;
      theirs.delete(rule.id);
      await call('ec2', 'RevokeSecurityGroupEgress', { GroupId: group, SecurityGroupRuleIds: [rule.id] });
    },
    'weather: reads of rules fail'() {
      const operation = chance.one(['ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups']);
      world.sandbox.control.inject({
        operation,
        times: chance.whole(1, 8),
        effect: 'fail',
        code: 'InternalError',
      });
    },
    'weather: reads of rules find nothing'() {
      const operation = chance.one(['ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups']);
      emptied = { operation, times: chance.whole(1, 3) };
    },
    'control: the controller dies': () => world.restart(),
  };

  return {
    world,
    groups,
    trespasses,
    theirs,
    async happen() {
      const [name, what] = chance.any(Object.entries(happenings)) ?? ['nothing', () => undefined];
      try {
        await what();
      } catch (thrown) {
        if (!(thrown instanceof AwsError)) throw thrown;
      }
      await world.loopFor(chance.whole(1, 4) * 60_000);
      return name;
    },
    declared: () =>
      new Set(
        [...consumersOf].flatMap(([daemon, consumers]) =>
          world.files.has(`${daemon}.yaml`) ? [...consumers.keys()].map((one) => `${daemon}>${one}`) : [],
        ),
      ),
  };
}
