import type { World, WorldCall } from '../world/world.ts';
import { hereIn } from './live.ts';

/** Sees that what AWS is known to refuse is not asked for. */
export interface VainCalls {
  /** Why the call must not be made; undefined where it may. Before it is made. */
  whyInVain(call: WorldCall): string | undefined;
  /** It was answered. */
  answered(call: WorldCall, answer: object): void;
  /** It was refused. */
  refused(call: WorldCall, thrown: unknown): void;
  /** The controller starts anew, and knows nothing. */
  forget(): void;
}

/** What a controller was told so long ago it has taken in; AWS's lists are never longer behind than that. */
const TAKEN_IN_MS = 15_000;
/** A group is set up right after it is made. */
const SETTING_UP_MS = 15_000;
const ALL_IPV6 = '::/0';

export function createVainCalls(world: World): VainCalls {
  /** When a new group of this VPC was found to lack the rule for IPv6. */
  const withoutIpv6 = new Map<string, number>();
  const madeAt = new Map<string, number>();
  /** Since when services drain, as passes began. */
  const draining = new Map<string, number>();
  let reading: unknown;

  function passBegins(): void {
    if (world.reading() === reading) return;
    reading = world.reading();
    const now = world.clock.now();
    const drain = new Set(
      hereIn(world).places.flatMap(({ state }) =>
        [...state.ecs.clusters.values()].flatMap(({ services }) =>
          [...services.values()].filter(({ status }) => status === 'DRAINING').map(({ arn }) => arn),
        ),
      ),
    );
    for (const arn of draining.keys()) if (!drain.has(arn)) draining.delete(arn);
    for (const arn of drain) if (!draining.has(arn)) draining.set(arn, now);
  }

  function updatesWhatDrains({ name, region, input }: WorldCall): string | undefined {
    if (name !== 'ecs:UpdateService') return undefined;
    const cluster = lastPart(input['cluster']);
    const service = lastPart(input['service']);
    const place = hereIn(world).places.find((each) => each.region === region);
    const record = place?.state.ecs.clusters.get(cluster)?.services.get(service);
    const since = record?.status === 'DRAINING' ? draining.get(record.arn) : undefined;
    if (since === undefined || world.clock.now() - since < TAKEN_IN_MS) return undefined;
    return `${name} of ${cluster}/${service}, which has drained for ${world.clock.now() - since} ms`;
  }

  function vpcOfNewGroup({ name, region, input }: WorldCall): string | undefined {
    const permissions = (input['IpPermissions'] ?? []) as readonly {
      readonly Ipv6Ranges?: readonly { readonly CidrIpv6?: string }[];
    }[];
    const isAboutIpv6 = permissions.some(({ Ipv6Ranges = [] }) =>
      Ipv6Ranges.some(({ CidrIpv6 }) => CidrIpv6 === ALL_IPV6),
    );
    const id = String(input['GroupId']);
    const age = world.clock.now() - (madeAt.get(id) ?? Number.NEGATIVE_INFINITY);
    if (name !== 'ec2:RevokeSecurityGroupEgress' || !isAboutIpv6 || age > SETTING_UP_MS) return undefined;
    return hereIn(world)
      .places.find((each) => each.region === region)
      ?.state.ec2.groups.get(id)?.vpcId;
  }

  function revokesWhatNoGroupHas(call: WorldCall): string | undefined {
    const vpc = vpcOfNewGroup(call);
    const since = vpc === undefined ? undefined : withoutIpv6.get(vpc);
    if (since === undefined || world.clock.now() - since < TAKEN_IN_MS) return undefined;
    return `${call.name} of ${ALL_IPV6}, which no new group of ${vpc} has, as AWS said before`;
  }

  return {
    whyInVain(call) {
      passBegins();
      return updatesWhatDrains(call) ?? revokesWhatNoGroupHas(call);
    },
    answered({ name }, answer) {
      const { GroupId } = answer as { readonly GroupId?: string };
      if (name === 'ec2:CreateSecurityGroup' && GroupId !== undefined) madeAt.set(GroupId, world.clock.now());
    },
    refused(call, thrown) {
      const vpc = vpcOfNewGroup(call);
      const isMissing = thrown instanceof Error && thrown.name === 'InvalidPermission.NotFound';
      if (vpc !== undefined && isMissing && !withoutIpv6.has(vpc)) withoutIpv6.set(vpc, world.clock.now());
    },
    forget() {
      withoutIpv6.clear();
      draining.clear();
    },
  };
}

function lastPart(reference: unknown): string {
  return typeof reference === 'string' ? (reference.split('/').at(-1) ?? '') : '';
}
