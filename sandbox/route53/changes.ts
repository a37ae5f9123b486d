import type { ChangeInfo, GetChangeCommandInput, GetChangeCommandOutput } from '@aws-sdk/client-route-53';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import type { ZoneChange } from './state.ts';

/** AWS documents no time for which it shows them. */
const MAX_REMEMBERED = 1000;
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** What was changed shows at once; until all name servers have it, it is PENDING. */
export function startChange(
  { account: { route53 }, world }: CallContext,
  comment: string | undefined,
): ChangeInfo {
  const change: ZoneChange = {
    id: `C${world.randomText(20, ID_ALPHABET)}`,
    submittedAt: world.date(),
    comment,
    status: 'PENDING',
  };
  route53.changes.set(change.id, change);
  for (const id of route53.changes.keys()) {
    if (route53.changes.size <= MAX_REMEMBERED) break;
    route53.changes.delete(id);
  }
  world.after(world.pick(world.timing.route53.change), () => {
    change.status = 'INSYNC';
  });
  return changeShape(change);
}

/** Throws NoSuchChange. */
export function getChange(
  { Id = '' }: GetChangeCommandInput,
  { account }: CallContext,
): Answer<GetChangeCommandOutput> {
  const id = Id.replace(/^\/?change\//, '');
  const change = account.route53.changes.get(id);
  if (change === undefined) {
    throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
  }
  return { ChangeInfo: changeShape(change) };
}

function changeShape({ id, status, submittedAt, comment }: ZoneChange): ChangeInfo {
  return {
    Id: `/change/${id}`,
    Status: status,
    SubmittedAt: submittedAt,
    ...(comment === undefined ? {} : { Comment: comment }),
  };
}
