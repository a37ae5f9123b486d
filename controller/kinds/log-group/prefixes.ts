import { groupBy } from '../../core/order.ts';

/** From how many groups in one folder on the folder is listed instead of each group. */
const WORTH_A_LISTING = 3;

/**
 * The fewest prefixes to list so that every name is read: DescribeLogGroups knows no batch of names, so names that
 * share a folder (`/stationkeeper/…`) are read together, others each by its own name. The root folder is never
 * listed: it holds what every other program logs.
 */
export function prefixesFor(names: Iterable<string>): string[] {
  const byFolder = groupBy([...names], (name) => name.slice(0, name.lastIndexOf('/') + 1));
  return [...byFolder].flatMap(([folder, inside]) =>
    folder.length > 1 && inside.length >= WORTH_A_LISTING ? [folder] : inside,
  );
}
