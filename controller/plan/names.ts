import { displayId } from '../core/resource.ts';
import type { ResourceId } from '../core/resource.ts';

const NAMED_AT_MOST = 2;

/** `service/xray, service/otel and 3 more`. */
export function namesOf(items: readonly { readonly id: ResourceId }[]): string {
  const named = items.slice(0, NAMED_AT_MOST).map(({ id }) => displayId(id));
  const more = items.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
