import type { World } from './world.ts';
import { createCloudMapState } from './servicediscovery/state.ts';
import type { CloudMapState } from './servicediscovery/state.ts';
import { createEc2State } from './ec2/network-store.ts';
import type { Ec2State } from './ec2/state.ts';
import { createEcsState } from './ecs/state.ts';
import type { EcsState } from './ecs/state.ts';
import { addFormerServiceLinkedRole } from './iam/service-linked-roles.ts';
import { createIamState } from './iam/state.ts';
import type { IamState } from './iam/state.ts';
import { createLogsState } from './logs/state.ts';
import type { LogsState } from './logs/state.ts';
import { createStsState } from './sts/state.ts';
import type { StsState } from './sts/state.ts';
import { createTaggingState } from './tagging/state.ts';
import type { TaggingState } from './tagging/state.ts';

/** Where a regional state lives; services make ids and ARNs from it. */
export interface Place {
  readonly world: World;
  readonly accountId: string;
  readonly region: string;
}

/** What one account holds in one region. Each service owns its part; others reach it through that service's functions. */
export interface RegionState {
  readonly ecs: EcsState;
  readonly servicediscovery: CloudMapState;
  readonly ec2: Ec2State;
  readonly logs: LogsState;
  readonly tagging: TaggingState;
}

/** What is global in an account. */
export interface AccountState {
  readonly iam: IamState;
  readonly sts: StsState;
}

export interface AccountOptions extends Omit<Place, 'region'> {
  /** Without the service-linked role that an account has which used ECS before. */
  readonly newAccount: boolean;
}

export function createAccountState({ world, accountId, newAccount }: AccountOptions): AccountState {
  const iam = createIamState();
  if (!newAccount) addFormerServiceLinkedRole(iam, world, accountId);
  return { iam, sts: createStsState() };
}

export function createRegionState(place: Place): RegionState {
  const tagging = createTaggingState(place.world);
  return {
    ecs: createEcsState(),
    servicediscovery: createCloudMapState(),
    ec2: createEc2State(place, tagging),
    logs: createLogsState(),
    tagging,
  };
}
