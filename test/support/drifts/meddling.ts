import type { callsTo } from '../world/account.ts';
import type { Chance } from '../simulation/chance.ts';
import type { Live } from '../simulation/live.ts';

export type Call = ReturnType<typeof callsTo>;

/** What somebody does in AWS to one resource of ours, whichever it is; AWS may refuse it. */
export interface Meddling {
  readonly of: Live['kind'];
  readonly touch: (
    call: Call,
    one: Pick<Live, 'name' | 'id' | 'arn'>,
    chance: Pick<Chance, 'any' | 'one' | 'whole'>,
  ) => Promise<unknown>;
}

/** A change that is always the same, so that a table can say what is to be told of it. */
export interface SetMeddling extends Pick<Meddling, 'of'> {
  readonly touch: (call: Call, one: Pick<Live, 'name' | 'id' | 'arn'>) => Promise<unknown>;
}

/** What ECS calls a service by. */
export function serviceOf({ arn }: Pick<Live, 'arn'>): {
  readonly cluster: string;
  readonly service: string;
} {
  const [, cluster = '', service = ''] = arn.split('/');
  return { cluster, service };
}
