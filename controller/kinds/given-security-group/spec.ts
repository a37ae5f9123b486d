import { canonicalJson } from '../../core/ownership.ts';
import type { Tags } from '../../core/resource.ts';
import { givenSecurityGroupFacts } from './facts.ts';
import type { GivenGroup } from './facts.ts';

/** How a manifest names a group that somebody else makes: by exactly one of these. */
export interface GroupSelector {
  readonly id?: string;
  readonly name?: string;
  readonly tags?: Tags;
}

/** What is asked for of a group. */
export interface AskedGroup extends GroupSelector {
  /** Whether the blocks of the subnets that it is used in are asked for too. */
  readonly subnets: boolean;
}

export function givenGroup(environment: string, asked: AskedGroup): GivenGroup {
  const name = `${groupText(asked)}${asked.subnets ? ' and its subnets' : ''}`;
  return {
    id: { environment, kind: givenSecurityGroupFacts.name, name },
    reference: canonicalJson(asked),
  };
}

export function askedGroup(reference: string): AskedGroup {
  return JSON.parse(reference) as AskedGroup;
}

/** `sg-0a1b2c3d`, `app`, `tagged Name=app`: as people are told of it. */
export function groupText({ id, name, tags = {} }: GroupSelector): string {
  const pairs = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return id ?? name ?? `tagged ${pairs.toSorted().join(', ')}`;
}
