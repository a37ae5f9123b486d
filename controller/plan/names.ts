import { displayId } from '../core/resource.ts';
import type { ResourceId } from '../core/resource.ts';
import { someOf } from '../core/some-of.ts';

const NAMED_AT_MOST = 2;

/** `service/xray, service/otel and 3 more`. */
export function namesOf(items: readonly { readonly id: ResourceId }[]): string {
  return someOf(
    items.map(({ id }) => displayId(id)),
    NAMED_AT_MOST,
  );
}
