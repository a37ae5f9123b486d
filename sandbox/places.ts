import { createScalingState } from './application-autoscaling/state.ts';
import { addDefaultNetwork } from './ec2/network-store.ts';
import { createEc2State } from './ec2/state.ts';
import { createEcrState } from './ecr/state.ts';
import { createEcsState } from './ecs/state.ts';
import { createLoadBalancingState } from './elasticloadbalancing/state.ts';
import { AwsError } from './error.ts';
import { addFormerServiceLinkedRole } from './iam/service-linked-roles.ts';
import { createIamState } from './iam/state.ts';
import { createLogsState } from './logs/state.ts';
import { createSecretsManagerState } from './secretsmanager/state.ts';
import { createRoute53State } from './route53/state.ts';
import { createCloudMapState } from './servicediscovery/state.ts';
import type { Place } from './place.ts';
import type { AccountState, RegionState } from './state.ts';
import { createSsmState } from './ssm/state.ts';
import { createStsState } from './sts/state.ts';
import { createTaggingState } from './tagging/state.ts';
import type { World } from './world.ts';
import { createXRayState } from './xray/state.ts';

/** All that the sandbox holds. */
export interface Places {
  /** By account id. */
  readonly accounts: Map<string, AccountState>;
  /** By `<account id>/<region>`. */
  readonly regions: Map<string, RegionState>;
}

/** Any access key can name another one, and each takes memory, in each region. */
const MAX_ACCOUNTS = 1000;

interface Found {
  readonly account: AccountState;
  readonly state: RegionState;
  readonly regions: () => ReadonlyMap<string, RegionState>;
  readonly accounts: ReadonlyMap<string, AccountState>;
  readonly stateOf: (accountId: string) => RegionState | undefined;
}

interface Origin {
  readonly world: World;
  /** Without the service-linked role that an account has which used ECS before. */
  readonly newAccount: boolean;
}

export function emptyPlaces(): Places {
  return { accounts: new Map(), regions: new Map() };
}

/** What `Places` knows a region of an account by. */
export function regionKey({ accountId, region }: Place): string {
  return `${accountId}/${region}`;
}

/** The state of an account in a region; made when somebody first looks. Throws AccessDenied for an account too many. */
export function stateAt({ accounts, regions }: Places, { accountId, region }: Place, origin: Origin): Found {
  if (accounts.size >= MAX_ACCOUNTS && !accounts.has(accountId)) {
    throw new AwsError('AccessDenied', `The sandbox holds ${MAX_ACCOUNTS} accounts at most.`, 403);
  }
  const account = accounts.get(accountId) ?? createAccountState(accountId, origin);
  accounts.set(accountId, account);
  const key = regionKey({ accountId, region });
  const state = regions.get(key) ?? createRegionState({ accountId, region }, origin);
  regions.set(key, state);
  return {
    account,
    state,
    regions: () => regionsOf(regions, accountId),
    accounts,
    stateOf: (other) => regions.get(regionKey({ accountId: other, region })),
  };
}

function createAccountState(accountId: string, { world, newAccount }: Origin): AccountState {
  const iam = createIamState();
  if (!newAccount) addFormerServiceLinkedRole(iam, world, accountId);
  return { iam, route53: createRoute53State(), sts: createStsState() };
}

function createRegionState(place: Place, { world }: Origin): RegionState {
  const state = {
    ecs: createEcsState(),
    ecr: createEcrState(),
    elasticloadbalancing: createLoadBalancingState(),
    servicediscovery: createCloudMapState(),
    ec2: createEc2State(place, world),
    logs: createLogsState(),
    secretsManager: createSecretsManagerState(),
    ssm: createSsmState(),
    tagging: createTaggingState(),
    applicationAutoScaling: createScalingState(),
    xray: createXRayState(),
  };
  addDefaultNetwork({ world, state });
  return state;
}

function regionsOf(regions: Places['regions'], accountId: string): ReadonlyMap<string, RegionState> {
  const prefix = `${accountId}/`;
  return new Map(
    [...regions].flatMap(([key, state]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), state] as const] : [],
    ),
  );
}

/** The regions of all accounts that somebody has looked at. */
export function placesOf({ regions }: Places): readonly Place[] {
  return [...regions.keys()].map((key) => {
    const [accountId = '', region = ''] = key.split('/');
    return { accountId, region };
  });
}
