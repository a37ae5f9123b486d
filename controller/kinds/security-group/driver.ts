import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { collect } from '../../aws/collect.ts';
import { rulesBy } from '../../aws/security-group-rules.ts';
import { createSettling } from '../../aws/settling.ts';
import { changeTags, fromTagList, toUpperTags } from '../../aws/tags.ts';
import { regionalArn } from '../../core/arn.ts';
import type { Place } from '../../core/arn.ts';
import { StationkeeperError, hasCode } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { OWNER_TAG, isOfManifest, ownerOf, ownership } from '../../core/ownership.ts';
import { environmentId } from '../../core/reference.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Desired, Observed, Removal, ResourceId, Tags } from '../../core/resource.ts';
import type { ObservedRule } from '../../core/security-group-rule.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import { securityGroupFacts } from './facts.ts';
import type { SecurityGroupOutputs } from './facts.ts';
import type { GroupRule, SecurityGroupSpec, SecurityGroupState } from './model.ts';
import { referrersIn, withoutOwn } from './referrers.ts';
import { authorize, changeRules, establishEgress, revoke } from './rules.ts';

const PAGE_SIZE = 1000;
const LOOK_AGAIN_MS = 2_000;
const RELEASE_CHECK_MS = 5_000;
/** EC2 is consistent within minutes (reference: hazards, security group create/use). */
const KNOWN_WITHIN_MS = 300_000;
/** ECS releases a stopped task's network interface after seconds to minutes (reference: hazards, SG delete). */
const RELEASED_WITHIN_MS = 900_000;

export function securityGroupDriver(
  context: DriverContext,
): KindDriver<SecurityGroupSpec, SecurityGroupState> {
  const { ec2 } = context.aws;
  /** Groups that EC2 may not know everywhere yet, by their keys. */
  const newGroups = createSettling(context.clock, KNOWN_WITHIN_MS);
  /** Groups whose network interfaces may not be released yet, by id. */
  const releases = createSettling(context.clock, RELEASED_WITHIN_MS);
  const turns = context.takeTurns(securityGroupFacts.name, 0);
  /** The VPCs in which groups were wanted when ours were last looked for everywhere, and nothing of ours was elsewhere. */
  let nothingElsewhere: string | undefined;
  /** VPCs that gave a new group no default egress over IPv6. */
  const withoutIpv6 = new Set<string>();

  function observed(
    id: ResourceId,
    arn: string | undefined,
    tags: Tags,
    state: SecurityGroupState,
  ): Observed<SecurityGroupState> {
    return {
      id,
      ...ownership(context.claim, tags),
      ...(arn === undefined ? {} : { arn }),
      state,
      outputs: { id: state.id, ...(arn === undefined ? {} : { arn }) } satisfies SecurityGroupOutputs,
      health: HEALTHY,
    };
  }

  async function groupsBy(filter: { Name: string; Values: string[] }): Promise<readonly SecurityGroup[]> {
    return collect(async (NextToken) => {
      const page = await ec2.describeSecurityGroups({
        Filters: [filter],
        MaxResults: PAGE_SIZE,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.SecurityGroups, next: page.NextToken };
    });
  }

  /** Rules of the groups, by group id. */
  async function rulesOf(
    groupIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly ingress: GroupRule[]; readonly egress: GroupRule[] }>> {
    const byGroup = new Map(
      groupIds.map((id) => [id, { ingress: [] as GroupRule[], egress: [] as GroupRule[] }]),
    );
    for (const { groupId, direction, tags = {}, ...rule } of await rulesBy(ec2, 'group-id', groupIds)) {
      const wantedItself = isOfManifest(context.claim, tags) ? { isOfManifest: true as const } : {};
      byGroup.get(groupId)?.[direction].push({ ...rule, ...wantedItself });
    }
    return byGroup;
  }

  async function observe({ desired, scope, needs }: ObserveRequest<SecurityGroupSpec>) {
    const vpcOf = (item: Desired<SecurityGroupSpec>) => needs(item.spec.environment)?.vpcId;
    const findable = desired.filter((item) => vpcOf(item) !== undefined);
    const unseen = desired
      .filter((item) => vpcOf(item) === undefined)
      .map(({ id }) => ({ id, why: `the VPC of the environment ${id.environment} is not known` }));
    const wanted = new Map(findable.map((item) => [groupKey(vpcOf(item), item.spec.name), item]));
    const vpcs = [...new Set(findable.flatMap((item) => vpcOf(item) ?? []))];
    const groups = new Map<string, SecurityGroup>();
    const keep = (found: readonly SecurityGroup[]): void => {
      for (const group of found) if (group.GroupId !== undefined) groups.set(group.GroupId, group);
    };
    if (vpcs.length > 0) keep(await groupsBy({ Name: 'vpc-id', Values: vpcs }));
    // Groups of ours come to be elsewhere only where another VPC is meant: while there are none, this is looked at in turn.
    const here = vpcs.toSorted().join(' ');
    const isDue = turns([here]).has(here) || vpcs.length === 0 || here !== nothingElsewhere;
    const isEverywhere = scope === 'all-owned' && isDue;
    if (isEverywhere) {
      keep(await groupsBy({ Name: `tag:${OWNER_TAG}`, Values: [context.claim.owner] }));
    }
    const isWanted = (group: SecurityGroup) => wanted.has(groupKey(group.VpcId, group.GroupName));
    const isLeftover = (group: SecurityGroup) =>
      scope === 'all-owned' && !isWanted(group) && ownerOf(context.claim, fromTagList(group.Tags)) === 'us';
    const relevant = [...groups.values()].filter((group) => isWanted(group) || isLeftover(group));
    const elsewhere = new Set(relevant.flatMap(({ VpcId }) => VpcId ?? []));
    for (const vpc of vpcs) elsewhere.delete(vpc);
    if (isEverywhere) nothingElsewhere = elsewhere.size === 0 ? here : undefined;
    if (elsewhere.size > 0) keep(await groupsBy({ Name: 'vpc-id', Values: [...elsewhere] }));
    const staying = [...groups.values()].filter((group) => !isLeftover(group));
    const goes = (group: SecurityGroup) =>
      isLeftover(group) || isReplaced(group, wanted.get(groupKey(group.VpcId, group.GroupName)));
    const referrers = await withoutOwn(referrersIn(staying), relevant.filter(goes), {
      claim: context.claim,
      rulesIn: (groupIds) => rulesBy(ec2, 'group-id', groupIds),
    });
    const rules = await rulesOf(relevant.flatMap((group) => group.GroupId ?? []));
    const place = needs(environmentId(context.claim.environment));
    const names = new Set(desired.map((item) => item.spec.name.toLowerCase()));
    const items: Observed<SecurityGroupState>[] = [];
    for (const group of relevant) {
      const name = group.GroupName ?? '';
      const groupId = group.GroupId ?? '';
      const leftover: ResourceId = {
        environment: context.claim.environment,
        kind: securityGroupFacts.name,
        name,
        // Its name alone would be mistaken for the group of that name that is wanted in another VPC.
        ...(names.has(name.toLowerCase()) && group.VpcId !== undefined ? { scope: group.VpcId } : {}),
      };
      const id = wanted.get(groupKey(group.VpcId, name))?.id ?? leftover;
      const own = rules.get(groupId) ?? { ingress: [], egress: [] };
      if (contradicts(group, own)) {
        unseen.push({
          id,
          why: `ec2:DescribeSecurityGroupRules shows no rule of ${groupId}, which has some`,
        });
        continue;
      }
      const referredBy = referrers.get(groupId) ?? [];
      const state = {
        id: groupId,
        description: group.Description ?? '',
        vpcId: group.VpcId ?? '',
        ...own,
        ...(referredBy.length === 0 ? {} : { referredBy }),
      };
      const arn = group.SecurityGroupArn ?? (place && arnOf(place, groupId));
      items.push(observed(id, arn, fromTagList(group.Tags), state));
    }
    return { items, unseen };
  }

  /** Waits while EC2 does not know a new group everywhere, be it this one or one that its rules name; an update adds what is missing. */
  function whileKnownNowhere(id: ResourceId, error: StationkeeperError): Started {
    if (!newGroups.mayEnd(resourceKey(id))) throw error;
    return started(`waits until EC2 knows a new security group everywhere (${error.message})`);
  }

  /** Network interfaces outlive their tasks; what still holds a group after that has to be found by people. */
  function stillUsed({ name }: ResourceId, groupId: string, by: string, error?: StationkeeperError): Removal {
    if (releases.mayEnd(groupId)) {
      const message = `${groupId} is still used${by}: AWS takes up to fifteen minutes to remove the network interfaces of stopped tasks`;
      return started(message, RELEASE_CHECK_MS);
    }
    throw new StationkeeperError({
      code: error?.code ?? 'DependencyViolation',
      retry: 'backoff',
      message: `security group ${name} (${groupId}) is still used${by} after fifteen minutes; find the network interfaces that carry it and the rules of other groups that name it`,
      ...(error?.operation === undefined ? {} : { operation: error.operation }),
      ...(error === undefined ? {} : { cause: error }),
    });
  }

  /** Ids of the network interfaces that carry a group. */
  async function interfacesWith(groupId: string): Promise<readonly string[]> {
    const found = await collect(async (NextToken) => {
      const page = await ec2.describeNetworkInterfaces({
        Filters: [{ Name: 'group-id', Values: [groupId] }],
        MaxResults: PAGE_SIZE,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.NetworkInterfaces, next: page.NextToken };
    });
    return found.flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []);
  }

  return {
    observe,

    async create({ id, spec, manifest }, tags, needs) {
      const place = requireOutputs(needs, spec.environment);
      const { vpcId } = place;
      const { description = `Tasks of daemon service ${manifest.name}`, ingress, egress } = spec;
      try {
        const group = await ec2.createSecurityGroup({
          GroupName: spec.name,
          Description: description,
          VpcId: vpcId,
          TagSpecifications: [{ ResourceType: 'security-group', Tags: toUpperTags(tags) }],
        });
        const groupId = group.GroupId ?? '';
        const ipv6 = !withoutIpv6.has(vpcId);
        const hadAll = await establishEgress(ec2, groupId, egress, { ipv6 });
        if (!hadAll) withoutIpv6.add(vpcId);
        await authorize(ec2, 'ingress', groupId, ingress);
        newGroups.ended(resourceKey(id));
        const arn = group.SecurityGroupArn ?? arnOf(place, groupId);
        const state = { id: groupId, description, vpcId, ingress, egress };
        return { type: 'done', observed: observed(id, arn, tags, state) };
      } catch (error) {
        if (hasCode(error, 'InvalidGroup.NotFound')) return whileKnownNowhere(id, error);
        if (!hasCode(error, 'InvalidGroup.Duplicate')) throw error;
        return started('a group of this name exists already; the controller looks again');
      }
    },

    async update({ spec }, before, { changes }) {
      const { id, ingress, egress } = before.state;
      const change = (direction: 'ingress' | 'egress', actual: readonly ObservedRule[]) =>
        changeRules(ec2, direction, id, { wanted: spec[direction], actual }, changes);
      try {
        const state = {
          ...before.state,
          ingress: await change('ingress', ingress),
          egress: await change('egress', egress),
        };
        newGroups.ended(resourceKey(before.id));
        return { type: 'done', observed: { ...before, state } };
      } catch (error) {
        if (!hasCode(error, 'InvalidGroup.NotFound')) throw error;
        return whileKnownNowhere(before.id, error);
      }
    },

    async delete({ id, state }) {
      const [first, ...others] = await interfacesWith(state.id);
      if (first !== undefined) {
        const more = others.length === 0 ? '' : ` and ${others.length} more`;
        return stillUsed(id, state.id, ` by ${first}${more}`);
      }
      try {
        // Groups that go together may name each other.
        for (const direction of ['ingress', 'egress'] as const) {
          const naming = state[direction].filter(({ peer }) => peer.startsWith('sg-') && peer !== state.id);
          await revoke(ec2, direction, state.id, naming);
        }
        await ec2.deleteSecurityGroup({ GroupId: state.id });
      } catch (error) {
        if (hasCode(error, 'DependencyViolation', 'InvalidGroup.InUse'))
          return stillUsed(id, state.id, '', error);
        if (!hasCode(error, 'InvalidGroup.NotFound')) throw error;
      }
      releases.ended(state.id);
      return { type: 'gone' };
    },

    async tagsNow({ state }) {
      const [group] = await groupsBy({ Name: 'group-id', Values: [state.id] });
      return group && fromTagList(group.Tags);
    },

    async tag(before, set, remove) {
      const Resources = [before.state.id];
      const tags = await changeTags(before.tags, set, remove, {
        set: (some) => ec2.createTags({ Resources, Tags: toUpperTags(some) }),
        remove: (keys) => ec2.deleteTags({ Resources, Tags: keys.map((Key) => ({ Key })) }),
      });
      return observed(before.id, before.arn, tags, before.state);
    },
  };
}

/** Whether a group has rules by its own word, and none by that of the list of rules. */
function contradicts(
  { IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
  { ingress, egress }: Pick<SecurityGroupState, 'ingress' | 'egress'>,
): boolean {
  return (
    (IpPermissions.length > 0 && ingress.length === 0) ||
    (IpPermissionsEgress.length > 0 && egress.length === 0)
  );
}

/** AWS never changes a description. */
function isReplaced(
  { Description }: SecurityGroup,
  desired: Desired<SecurityGroupSpec> | undefined,
): boolean {
  return desired?.spec.description !== undefined && desired.spec.description !== Description;
}

type Started = Extract<Removal, { type: 'started' }>;

function started(message: string, checkAgainInMs = LOOK_AGAIN_MS): Started {
  return { type: 'started', checkAgainInMs, message };
}

/** Group names are unique in a VPC, whatever their case (reference: security groups). */
function groupKey(vpcId: string | undefined, name: string | undefined): string {
  return `${vpcId ?? ''}/${(name ?? '').toLowerCase()}`;
}

function arnOf(place: Place, groupId: string): string {
  return regionalArn(place, 'ec2', `security-group/${groupId}`);
}
