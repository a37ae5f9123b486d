import { partitionOf } from '../partition.ts';
import { tagsChanged } from '../tagging/state.ts';
import type { Ec2Context, Ec2State } from './state.ts';

/** Id prefix → what can be tagged, as ARNs name it. */
const TAGGABLE_TYPES = {
  vpc: 'vpc',
  subnet: 'subnet',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eni: 'network-interface',
  i: 'instance',
  igw: 'internet-gateway',
  eigw: 'egress-only-internet-gateway',
  eipalloc: 'elastic-ip',
  nat: 'natgateway',
  rtb: 'route-table',
  pcx: 'vpc-peering-connection',
  vpce: 'vpc-endpoint',
  acl: 'network-acl',
  dopt: 'dhcp-options',
} as const;

/** The type of what an id names; undefined for what has no tags in the sandbox. */
export function taggableType(id: string): (typeof TAGGABLE_TYPES)[keyof typeof TAGGABLE_TYPES] | undefined {
  const prefix = id.slice(0, Math.max(0, id.lastIndexOf('-')));
  return Object.hasOwn(TAGGABLE_TYPES, prefix)
    ? TAGGABLE_TYPES[prefix as keyof typeof TAGGABLE_TYPES]
    : undefined;
}

/** All tags of a resource that there is. */
export function setTags(context: Ec2Context, id: string, tags: ReadonlyMap<string, string>): void {
  const { ec2 } = context.state;
  if (tags.size === 0) ec2.tags.delete(id);
  else ec2.tags.set(id, tags);
  tagsChanged(context, arnOf(ec2, id), tags);
}

/** Forgets the tags of a resource that is gone. */
export function forgetTags(context: Ec2Context, id: string): void {
  const { ec2 } = context.state;
  ec2.tags.delete(id);
  tagsChanged(context, arnOf(ec2, id), undefined);
}

function arnOf({ place: { region, accountId } }: Ec2State, id: string): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:${taggableType(id) ?? ''}/${id}`;
}
