import type { callsTo } from '../world/account.ts';
import type { Chance } from '../simulation/chance.ts';
import type { Live } from '../simulation/live.ts';
import { CLOUD_MAP_AND_ECS_BY_HAND } from './by-hand-cloud-map-ecs.ts';
import { IAM_LOGS_AND_EC2_BY_HAND } from './by-hand-iam-logs-ec2.ts';

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

/** What makes each of the drifts of the tables. */
export const BY_HAND = { ...IAM_LOGS_AND_EC2_BY_HAND, ...CLOUD_MAP_AND_ECS_BY_HAND } as const;
