import type { RoleDetail } from '@aws-sdk/client-iam';
import { collect } from './collect.ts';
import type { Aws } from './operations.ts';

/** All roles of the account, with their policies, a thousand a call. Throws StationkeeperError. */
export function authorizationDetails(
  iam: Pick<Aws['iam'], 'getAccountAuthorizationDetails'>,
): Promise<RoleDetail[]> {
  return collect(async (Marker) => {
    const page = await iam.getAccountAuthorizationDetails({
      Filter: ['Role'],
      MaxItems: 1000,
      ...(Marker === undefined ? {} : { Marker }),
    });
    return { items: page.RoleDetailList, next: page.IsTruncated === true ? page.Marker : undefined };
  });
}
