import type { Account } from '../aws/account.ts';
import { fromTagList } from '../aws/tags.ts';
import { compareText } from '../core/order.ts';
import { madeFor } from '../core/ownership.ts';
import { RULE_TAG } from '../kinds/security-group-rule/facts.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';

type Consumers = NonNullable<DaemonServiceManifestSpec['consumers']>;
type ApiRule = Account['rules'][number];

/** Whether this owner keeps the rule for a consumer. */
export function isOfConsumer({ Tags }: ApiRule, owner: string): boolean {
  const tags = fromTagList(Tags);
  return tags[RULE_TAG] !== undefined && madeFor(owner, tags) !== undefined;
}

/** The consumers that a daemon's group was applied with, by the rules in theirs, each by the id of its group. */
export function exportConsumers(
  { rules, consumerRules }: Pick<Account, 'rules' | 'consumerRules'>,
  owner: string,
  groupId: string | undefined,
): Consumers {
  const letIn = new Set(
    rules.flatMap(({ GroupId, IsEgress, ReferencedGroupInfo }) =>
      GroupId === groupId && IsEgress !== true ? (ReferencedGroupInfo?.GroupId ?? []) : [],
    ),
  );
  const found = consumerRules
    .filter((rule) => rule.IsEgress === true && rule.ReferencedGroupInfo?.GroupId === groupId)
    .filter((rule) => isOfConsumer(rule, owner))
    .map(({ GroupId: id = '', Tags }) => {
      const [, name = ''] = (fromTagList(Tags)[RULE_TAG] ?? '').split('/');
      return { name, securityGroup: { id }, ...(letIn.has(id) ? {} : { ingress: 'subnets' as const }) };
    });
  const byName = new Map(found.map((one) => [one.name, one]));
  return [...byName.values()].toSorted((a, b) => compareText(a.name, b.name));
}
