import type { Tags } from '../core/resource.ts';

/** Tags as EC2, IAM, Cloud Map and the tagging API spell them. */
export interface UpperTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Tags as ECS spells them. */
export interface LowerTag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

/** A service's list of tags as a map; a tag without a key is none. */
export function fromTagList(list: readonly (Partial<UpperTag> | LowerTag)[] | undefined): Tags {
  return Object.fromEntries(
    (list ?? []).flatMap((tag) => {
      const key = 'key' in tag ? tag.key : (tag as Partial<UpperTag>).Key;
      const value = 'value' in tag ? tag.value : (tag as Partial<UpperTag>).Value;
      return key === undefined ? [] : [[key, value ?? ''] as const];
    }),
  );
}

export function toUpperTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function toLowerTags(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** `tags` after setting and removing some. */
function retagged(tags: Tags, set: Tags, remove: readonly string[]): Tags {
  return Object.fromEntries(Object.entries({ ...tags, ...set }).filter(([key]) => !remove.includes(key)));
}

/** Sets and removes tags with only the calls that change something; returns the tags as they now are. */
export async function changeTags(
  current: Tags,
  set: Tags,
  remove: readonly string[],
  calls: {
    readonly set: (tags: Tags) => Promise<unknown>;
    readonly remove: (keys: string[]) => Promise<unknown>;
  },
): Promise<Tags> {
  const changed = Object.entries(set).filter(([key, value]) => current[key] !== value);
  const surplus = remove.filter((key) => current[key] !== undefined);
  if (changed.length > 0) await calls.set(Object.fromEntries(changed));
  if (surplus.length > 0) await calls.remove(surplus);
  return retagged(current, set, remove);
}
