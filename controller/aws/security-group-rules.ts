import type { ObservedRule, PlacedRule } from '../core/security-group-rule.ts';
import { collect, inBatchesOf } from './collect.ts';
import type { Aws } from './operations.ts';
import { fromApiRule } from './permission.ts';

const PAGE_SIZE = 1000;
/** Values that one EC2 filter takes (EC2 API reference, Filter). */
const FILTER_VALUES = 200;

/** What DescribeSecurityGroupRules finds rules by: `group-id`, `security-group-rule-id`, `tag:<key>`. */
export async function rulesBy(
  ec2: Aws['ec2'],
  Name: string,
  values: readonly string[],
): Promise<readonly (ObservedRule & PlacedRule)[]> {
  const found: (ObservedRule & PlacedRule)[] = [];
  for (const Values of inBatchesOf(FILTER_VALUES, values)) {
    const rules = await collect(async (NextToken) => {
      const page = await ec2.describeSecurityGroupRules({
        Filters: [{ Name, Values }],
        MaxResults: PAGE_SIZE,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.SecurityGroupRules, next: page.NextToken };
    });
    found.push(
      ...rules.map((rule) => ({
        ...fromApiRule(rule),
        groupId: rule.GroupId ?? '',
        direction: rule.IsEgress === true ? ('egress' as const) : ('ingress' as const),
      })),
    );
  }
  return found;
}
