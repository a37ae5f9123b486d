import type { Parsed } from './values.ts';

/** Whose security groups and subnet count for what comes from outside of tasks. */
export interface OutsideConsumer {
  readonly securityGroupIds: readonly string[];
  readonly subnetId: string;
}

const ID = /^(sg|subnet)-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** Ids of security groups and of one subnet, with commas between them. */
export function outsideConsumer(text: string): Parsed<OutsideConsumer> {
  const ids = text.split(',').map((id) => id.trim());
  const securityGroupIds = ids.filter((id) => id.startsWith('sg-'));
  const [subnetId, ...more] = ids.filter((id) => id.startsWith('subnet-'));
  const isWhole = ids.every((id) => ID.test(id)) && securityGroupIds.length > 0 && more.length === 0;
  return isWhole && subnetId !== undefined
    ? { ok: true, value: { securityGroupIds, subnetId } }
    : {
        ok: false,
        expected:
          'the ids of security groups and of one subnet, such as sg-0123456789abcdef0,subnet-0123456789abcdef0',
      };
}
