import { AwsError } from './error.ts';
import { createAccountState, createRegionState } from './state.ts';
import type { AccountState, RegionState } from './state.ts';
import type { World } from './world.ts';

/** All that the sandbox holds. */
export interface Places {
  /** By account id. */
  readonly accounts: Map<string, AccountState>;
  /** By `<account id>/<region>`. */
  readonly regions: Map<string, RegionState>;
}

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Any access key can name another one, and each takes memory, in each region. */
const MAX_ACCOUNTS = 100;

interface Found {
  readonly account: AccountState;
  readonly state: RegionState;
  readonly accounts: ReadonlyMap<string, AccountState>;
}

export function emptyPlaces(): Places {
  return { accounts: new Map(), regions: new Map() };
}

/** The state of an account in a region; made when somebody first looks. Throws AccessDenied for an account too many. */
export function stateAt(
  { accounts, regions }: Places,
  { accountId, region }: Place,
  { world, newAccount }: { readonly world: World; readonly newAccount: boolean },
): Found {
  if (accounts.size >= MAX_ACCOUNTS && !accounts.has(accountId)) {
    throw new AwsError('AccessDenied', `The sandbox holds ${MAX_ACCOUNTS} accounts at most.`, 403);
  }
  const account = accounts.get(accountId) ?? createAccountState({ world, accountId, newAccount });
  accounts.set(accountId, account);
  const key = `${accountId}/${region}`;
  const state = regions.get(key) ?? createRegionState({ world, accountId, region });
  regions.set(key, state);
  return { account, state, accounts };
}

/** The regions of all accounts that somebody has looked at. */
export function placesOf({ regions }: Places): readonly Place[] {
  return [...regions.keys()].map((key) => {
    const [accountId = '', region = ''] = key.split('/');
    return { accountId, region };
  });
}
