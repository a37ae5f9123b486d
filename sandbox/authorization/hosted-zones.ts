import { readName } from '../route53/names.ts';
import { zoneIdOf } from '../route53/zones.ts';
import type { Row } from './rows.ts';
import type { IamRequest } from './statements.ts';
import { request } from './where.ts';
import type { Input, Where } from './where.ts';

/** What Route 53 asks IAM (Service Authorization Reference, Amazon Route 53): a zone is of no Region and no account. */
export const HOSTED_ZONE_ROWS: Readonly<Record<string, Row>> = {
  'route53:GetHostedZone': ({ Id }, where) => [onZone('route53:GetHostedZone', Id, where)],
  'route53:DeleteHostedZone': ({ Id }, where) => [onZone('route53:DeleteHostedZone', Id, where)],
  'route53:UpdateHostedZoneComment': ({ Id }, where) => [
    onZone('route53:UpdateHostedZoneComment', Id, where),
  ],
  'route53:ListResourceRecordSets': ({ HostedZoneId }, where) => [
    onZone('route53:ListResourceRecordSets', HostedZoneId, where),
  ],
  'route53:ChangeResourceRecordSets': ({ HostedZoneId, ChangeBatch }, where) => [
    onZone('route53:ChangeResourceRecordSets', HostedZoneId, where, changesIn(ChangeBatch)),
  ],
  'route53:ListTagsForResource': ({ ResourceId }, where) => [
    onZone('route53:ListTagsForResource', ResourceId, where),
  ],
  'route53:ListTagsForResources': ({ ResourceIds }, where) =>
    (Array.isArray(ResourceIds) ? ResourceIds : []).map((id) =>
      onZone('route53:ListTagsForResources', id, where),
    ),
  'route53:ChangeTagsForResource': ({ ResourceId }, where) => [
    onZone('route53:ChangeTagsForResource', ResourceId, where),
  ],
  'route53:GetChange': ({ Id }, { partition }) => [
    request(
      'route53:GetChange',
      `arn:${partition}:route53:::change/${String(Id).replace(/^\/?change\//, '')}`,
    ),
  ],
};

/** The keys by which a policy can ask what a batch changes. */
export const BATCH_KEYS = [
  'route53:ChangeResourceRecordSetsActions',
  'route53:ChangeResourceRecordSetsNormalizedRecordNames',
  'route53:ChangeResourceRecordSetsRecordTypes',
] as const;

function onZone(
  action: string,
  id: unknown,
  { partition }: Where,
  keys: Readonly<Record<string, readonly string[]>> = {},
): IamRequest {
  const zoneId = zoneIdOf(String(id));
  return request(action, `arn:${partition}:route53:::hostedzone/${zoneId}`, {}, keys);
}

function changesIn(batch: unknown): Readonly<Record<string, readonly string[]>> {
  const { Changes: changes = [] } = (batch ?? {}) as { readonly Changes?: readonly Input[] };
  const sets = changes.map(({ ResourceRecordSet: set }) => (set ?? {}) as Input);
  const [actions, names, types] = BATCH_KEYS;
  return {
    [actions]: distinct(changes.map(({ Action }) => String(Action))),
    [names]: distinct(sets.map(({ Name }) => readName(String(Name)))),
    [types]: distinct(sets.map(({ Type }) => String(Type))),
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
