import { partitionOf } from '../partition.ts';
import { tagsChanged } from '../tagging/state.ts';
import type { Ec2State } from './state.ts';

/** Id prefix → what can be tagged, as ARNs name it. */
const TAGGABLE_TYPES = {
  vpc: 'vpc',
  subnet: 'subnet',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eni: 'network-interface',
} as const;

/** Undefined for what has no tags in the sandbox. */
export function taggableType(id: string): (typeof TAGGABLE_TYPES)[keyof typeof TAGGABLE_TYPES] | undefined {
  const prefix = id.slice(0, Math.max(0, id.lastIndexOf('-')));
  return Object.hasOwn(TAGGABLE_TYPES, prefix)
    ? TAGGABLE_TYPES[prefix as keyof typeof TAGGABLE_TYPES]
    : undefined;
}

/** All tags of a resource that there is. */
export function setTags(state: Ec2State, id: string, tags: ReadonlyMap<string, string>): void {
  if (tags.size === 0) state.tags.delete(id);
  else state.tags.set(id, tags);
  tagsChanged(state.tagging, arnOf(state, id), tags);
}

/** For a resource that is gone. */
export function forgetTags(state: Ec2State, id: string): void {
  state.tags.delete(id);
  tagsChanged(state.tagging, arnOf(state, id), undefined);
}

function arnOf({ place: { region, accountId } }: Ec2State, id: string): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${accountId}:${taggableType(id) ?? ''}/${id}`;
}
