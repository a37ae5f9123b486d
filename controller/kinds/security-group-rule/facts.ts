import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, tagsNew, writes } from '../../core/authorization.ts';
import type { Call, ResourceType } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';

/** Which rule of its manifest it is: what somebody has changed in AWS is found by it. */
export const RULE_TAG = 'stationkeeper:rule';

export interface SecurityGroupRuleOutputs {
  readonly id: string;
}

const DAEMONS_GROUP: ResourceType = {
  name: 'security-group',
  all: (place) => [regionalArn(place, 'ec2', 'security-group/*')],
};

export const securityGroupRuleFacts: KindFacts<SecurityGroupRuleOutputs> = {
  name: 'security-group-rule',
  // CreateTags (EC2 API reference).
  tagging: { mostInKey: 127 },
  builtOn: ['security-group'],
  readAfter: ['security-group', 'given-security-group'],
  tags: ({ id }) => ({ [RULE_TAG]: id.name }),
  paths: { group: {}, protocol: {}, fromPort: {}, toPort: {}, peer: {} },
  resourceType: {
    name: 'security-group-rule',
    all: (place) => [regionalArn(place, 'ec2', 'security-group-rule/*')],
  },
  waitCodes: ['InvalidGroup.NotFound'],
  calls: {
    ec2: {
      describeSecurityGroupRules: calls(SEEN, reads('ec2:DescribeSecurityGroupRules')),
      authorizeSecurityGroupIngress: calls(
        ['create', 'update'],
        writes('ec2:AuthorizeSecurityGroupIngress', DAEMONS_GROUP, 'resource'),
        ...tagged('AuthorizeSecurityGroupIngress'),
      ),
      authorizeSecurityGroupEgress: calls(
        ['create', 'update'],
        inOthers('ec2:AuthorizeSecurityGroupEgress'),
        ...tagged('AuthorizeSecurityGroupEgress'),
      ),
      revokeSecurityGroupIngress: calls(
        ['update', 'delete'],
        writes('ec2:RevokeSecurityGroupIngress', DAEMONS_GROUP, 'resource'),
      ),
      revokeSecurityGroupEgress: calls(['update', 'delete'], inOthers('ec2:RevokeSecurityGroupEgress')),
      createTags: calls(TAGGED, writes('ec2:CreateTags', 'own', 'either')),
      deleteTags: calls(['release'], writes('ec2:DeleteTags', 'own', 'resource')),
    },
  } satisfies ByOperation<Call>,
};

/** A rule gets its tags as it is made. */
function tagged(call: string) {
  return [writes(`ec2:${call}`, 'own', 'request'), tagsNew('ec2:CreateTags', 'ec2:CreateAction', call)];
}

/** A consumer's group carries no tag of ours, and IAM is not asked about a rule that is revoked. */
function inOthers(action: string) {
  return writes(action, DAEMONS_GROUP, 'none', { sid: 'OpenConsumers' });
}
