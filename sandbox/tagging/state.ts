import { SortedMap } from '../sorted-map.ts';
import type { World } from '../world.ts';

export type TagMap = ReadonlyMap<string, string>;

/** What the tagging API shows of a region. It hears of every change, and shows it later. */
export interface TaggingState {
  /** By ARN: every resource that has tags, or had some. */
  readonly shown: SortedMap<TagMap>;
  /** ARN → when the last of the changes that are not shown yet will be; epoch milliseconds. */
  readonly due: Map<string, number>;
}

/** What a change of tags happens in; every call has it. */
interface Region {
  readonly world: World;
  readonly state: { readonly tagging: TaggingState };
}

export function createTaggingState(): TaggingState {
  return { shown: new SortedMap(), due: new Map() };
}

/**
 * Every service calls this after it has changed a resource's tags, created it with some, or deleted it (`undefined`). GetResources and its
 * like show it `timing.tagging.visibility` later; changes of one resource show in their order.
 */
export function tagsChanged({ world, state }: Region, arn: string, tags: TagMap | undefined): void {
  const { shown, due } = state.tagging;
  const isNews = shown.has(arn) || due.has(arn);
  if (!isNews && (tags === undefined || tags.size === 0)) return;
  const after = tags === undefined ? undefined : new Map(tags);
  const at = Math.max(world.now() + world.pick(world.timing.tagging.visibility), due.get(arn) ?? 0);
  due.set(arn, at);
  world.after(at - world.now(), () => {
    if (due.get(arn) === at) due.delete(arn);
    if (after === undefined) shown.delete(arn);
    else shown.set(arn, after);
  });
}
