import type {
  CreateLoadBalancerCommandInput,
  CreateLoadBalancerCommandOutput,
  DeleteLoadBalancerCommandInput,
  DeleteLoadBalancerCommandOutput,
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { defaultSecurityGroupOf } from '../ec2/interfaces.ts';
import { AwsError } from '../error.ts';
import { hostSuffixOf } from '../partition.ts';
import { SortedMap } from '../sorted-map.ts';
import { tagsChanged } from '../tagging/state.ts';
import { checkName, requireOneOf, validationError } from './errors.ts';
import type { LoadBalancerRecord } from './state.ts';
import { elbPage, loadBalancingArn, requireLoadBalancer } from './store.ts';
import { readTags } from './tags.ts';
import { settleTargets } from './targets.ts';
import { attachZones, checkSecurityGroups, detachZones, readPlaces } from './zones.ts';

/** Quotas "Application Load Balancers per Region" and "Network Load Balancers per Region". */
const MOST_OF_A_TYPE = 50;
const ADDRESS_TYPES = ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'];

/** The very same request again answers with what it made. It is provisioning for a while. Throws what its parts throw. */
export function createLoadBalancer(
  input: CreateLoadBalancerCommandInput,
  context: CallContext,
): Answer<CreateLoadBalancerCommandOutput> {
  const { Name = '', Type = 'application', Scheme = 'internet-facing', IpAddressType = 'ipv4' } = input;
  checkName('Load balancer', Name);
  if (Name.startsWith('internal-')) {
    throw validationError(`Load balancer name '${Name}' cannot begin with 'internal-'`);
  }
  if (Type !== 'network' && Type !== 'application') {
    throw validationError(
      `Load balancers of type '${Type}' are not available: the sandbox has 'application, network'`,
    );
  }
  requireOneOf('Scheme', Scheme, ['internet-facing', 'internal']);
  requireOneOf('IP address type', IpAddressType, ADDRESS_TYPES);
  const all = context.state.elasticloadbalancing.loadBalancers;
  const existing = [...all.values()].find(({ name }) => name === Name);
  if (existing !== undefined) return { LoadBalancers: [repeated(existing, input)] };
  const places = readPlaces(context, input, Type);
  const securityGroups = groupsOf(context, input, places.vpcId);
  if ([...all.values()].filter(({ type }) => type === Type).length >= MOST_OF_A_TYPE) {
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  }
  const tags = readTags(input.Tags);
  const id = context.world.randomText(16);
  const arn = loadBalancingArn(context, `loadbalancer/${Type === 'network' ? 'net' : 'app'}/${Name}/${id}`);
  const made: LoadBalancerRecord = {
    arn,
    name: Name,
    type: Type,
    scheme: Scheme,
    vpcId: places.vpcId,
    dnsName: dnsName(context, { name: Name, type: Type, scheme: Scheme }, id),
    hostedZoneId: hostedZoneId(context.region, Type),
    createdTime: context.world.date(),
    creation: input,
    state: 'provisioning',
    ipAddressType: IpAddressType,
    zones: attachZones(context, { arn, securityGroups }, places),
    securityGroups,
    enforcesRulesOnPrivateLink: undefined,
    attributes: new Map(),
    tags,
    listeners: new SortedMap(),
  };
  all.set(arn, made);
  tagsChanged(context, arn, tags);
  context.world.after(context.world.pick(context.world.timing.elasticloadbalancing.provisioning), () => {
    made.state = 'active';
    settleTargets(context);
  });
  return { LoadBalancers: [showLoadBalancer(made)] };
}

function repeated(existing: LoadBalancerRecord, input: CreateLoadBalancerCommandInput): LoadBalancer {
  if (isDeepStrictEqual(existing.creation, input)) return showLoadBalancer(existing);
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${existing.name}' exists, but with different settings`,
  );
}

/** An application load balancer gets the VPC's default group where it names none; a network load balancer gets none. */
function groupsOf(context: CallContext, input: CreateLoadBalancerCommandInput, vpcId: string): string[] {
  const asked = input.SecurityGroups ?? [];
  checkSecurityGroups(context, asked, vpcId);
  if (asked.length > 0 || input.Type === 'network') return [...asked];
  const fallback = defaultSecurityGroupOf(context.state.ec2, vpcId)?.groupId;
  return fallback === undefined ? [] : [fallback];
}

function dnsName(
  { region }: CallContext,
  { name, type, scheme }: Pick<LoadBalancerRecord, 'name' | 'type' | 'scheme'>,
  id: string,
): string {
  if (type === 'network') return `${name}-${id}.elb.${region}.${hostSuffixOf(region)}`;
  const number = Number.parseInt(id.slice(0, 8), 16);
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${region}.elb.${hostSuffixOf(region)}`;
}

/** One of AWS's own zones, which each Region has for each type. */
function hostedZoneId(region: string, type: string): string {
  return `Z${createHash('sha256').update(`${region} ${type}`).digest('hex').slice(0, 13).toUpperCase()}`;
}

/** Of all, or by names or ARNs: then all of them are there. Throws LoadBalancerNotFound, ValidationError. */
export function describeLoadBalancers(
  input: DescribeLoadBalancersCommandInput,
  context: CallContext,
): Answer<DescribeLoadBalancersCommandOutput> {
  const { LoadBalancerArns: arns, Names: names } = input;
  const all = [...context.state.elasticloadbalancing.loadBalancers.entries()];
  if (arns !== undefined && names !== undefined) {
    throw validationError('Load balancer names and load balancer ARNs cannot be specified at the same time');
  }
  const missing = [
    ...(arns ?? []).filter((arn) => !all.some(([key]) => key === arn)),
    ...(names ?? []).filter((name) => !all.some(([, balancer]) => balancer.name === name)),
  ];
  if (missing.length > 0) {
    const text =
      names === undefined
        ? 'One or more load balancers not found'
        : `Load balancers '[${missing.join(', ')}]' not found`;
    throw new AwsError('LoadBalancerNotFound', text);
  }
  const wanted = all.filter(
    ([arn, { name }]) => (arns?.includes(arn) ?? true) && (names?.includes(name) ?? true),
  );
  const { items, NextMarker } = elbPage(wanted, input);
  return { LoadBalancers: items.map(showLoadBalancer), NextMarker };
}

/** Its listeners go with it. One that is not there is deleted already (API reference, DeleteLoadBalancer). */
export function deleteLoadBalancer(
  { LoadBalancerArn: arn = '' }: DeleteLoadBalancerCommandInput,
  context: CallContext,
): Answer<DeleteLoadBalancerCommandOutput> {
  const { loadBalancers } = context.state.elasticloadbalancing;
  if (!loadBalancers.has(arn) && arn.includes(':loadbalancer/')) return {};
  const balancer = requireLoadBalancer(context, arn);
  if (balancer.attributes.get('deletion_protection.enabled') === 'true') {
    throw new AwsError(
      'OperationNotPermitted',
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  loadBalancers.delete(arn);
  for (const gone of [balancer, ...balancer.listeners.values()]) tagsChanged(context, gone.arn, undefined);
  for (const { rules } of balancer.listeners.values()) {
    for (const rule of rules.values()) tagsChanged(context, rule.arn, undefined);
  }
  detachZones(context, balancer.zones, 'later');
  settleTargets(context);
  return {};
}

function showLoadBalancer(balancer: LoadBalancerRecord): LoadBalancer {
  const { enforcesRulesOnPrivateLink: enforces } = balancer;
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: balancer.hostedZoneId,
    CreatedTime: balancer.createdTime,
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: balancer.state },
    Type: balancer.type,
    AvailabilityZones: showZones(balancer),
    SecurityGroups: balancer.securityGroups,
    IpAddressType: balancer.ipAddressType,
    ...(balancer.type === 'network' ? { EnablePrefixForIpv6SourceNat: 'off' } : {}),
    ...(enforces === undefined ? {} : { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforces }),
  };
}

export function showZones({ zones }: LoadBalancerRecord): NonNullable<LoadBalancer['AvailabilityZones']> {
  return zones.map(({ zoneName, subnetId, addresses }) => ({
    ZoneName: zoneName,
    SubnetId: subnetId,
    LoadBalancerAddresses: [...addresses],
  }));
}
