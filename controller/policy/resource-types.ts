import type { PolicyPlace, ResourceType } from '../core/authorization.ts';
import type { Desired } from '../core/resource.ts';

/** How much of a resource type. */
export type Extent =
  /** What the desired name. */
  | 'named'
  /** All there can be of the type in the place. */
  | 'type'
  /** All that its service has in the place: an action says itself which types it is about. */
  | 'whole-service'
  /** No matter what. */
  | 'any';

/** ARNs of a type; of all of it where nothing is desired by name. */
export function arnsOf(
  type: ResourceType | '*',
  place: PolicyPlace,
  extent: Extent,
  desired?: readonly Desired[],
): readonly string[] {
  if (type === '*' || extent === 'any') return ['*'];
  switch (extent) {
    case 'named':
      return desired === undefined || type.named === undefined
        ? type.all(place)
        : desired.flatMap((one) => type.named?.(place, one) ?? []);
    case 'type':
      return type.all(place);
    case 'whole-service':
      return type.all(place).map(wholeService);
  }
}

/** IAM refuses an ARN of its own without a resource type (IAM: CreatePolicy, MalformedPolicyDocument). */
function wholeService(arn: string): string {
  const [prefix, partition, service, region, account] = arn.split(':');
  return service === 'iam' ? arn : `${prefix}:${partition}:${service}:${region}:${account}:*`;
}

/** The same ARNs, but for those that a pattern among them stands for. */
export function withoutCovered(arns: readonly string[]): readonly string[] {
  const patterns = arns.filter((arn) => arn.includes('*'));
  return arns.filter((arn) => !patterns.some((pattern) => pattern !== arn && isCovered(arn, pattern)));
}

/** Whether a pattern matches all that an ARN, which may be a pattern as well, does. */
function isCovered(arn: string, pattern: string): boolean {
  const [start = '', ...pieces] = pattern.split('*');
  const end = pieces.pop() ?? '';
  if (!arn.startsWith(start) || !arn.slice(start.length).endsWith(end)) return false;
  let from = start.length;
  for (const piece of pieces) {
    const found = arn.indexOf(piece, from);
    if (found === -1) return false;
    from = found + piece.length;
  }
  return from <= arn.length - end.length;
}
