import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';

/** A Region is named `eu-west-1` here in the world's own account, and `ACCOUNT/eu-west-1` in another; what has none by what stands before it. */

export function regionName({
  accountId,
  region,
}: {
  readonly accountId: string;
  readonly region: string;
}): string {
  return accountId === DEFAULT_ACCOUNT_ID ? region : `${accountId}/${region}`;
}

/** `ACCOUNT/`, or nothing: what a role has in the place of a Region. */
export function accountPart(name: string): string {
  return name.slice(0, name.indexOf('/') + 1);
}

/** Where it is, as AWS has it. */
export function whereIs(name: string): { readonly region?: string; readonly accountId?: string } {
  const account = accountPart(name);
  const region = name.slice(account.length);
  return {
    ...(region === '' ? {} : { region }),
    ...(account === '' ? {} : { accountId: account.slice(0, -1) }),
  };
}

export function isOfNoRegion(name: string): boolean {
  return name === accountPart(name);
}
