import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, tagsNew, writes } from '../../core/authorization.ts';
import type { Call, ResourceType, Use } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';

const VPC: ResourceType = {
  name: 'vpc',
  all: (place) => [regionalArn(place, 'ec2', `vpc/${place.vpcId}`)],
};

const RULES_SET: readonly Use[] = ['create', 'update'];
const RULES_TAKEN: readonly Use[] = ['create', 'update', 'delete'];

/** EC2's characters for the names and descriptions of groups and rules. */
export const GROUP_TEXT = '^[a-zA-Z0-9. _:/()#,@[\\]+=&;{}!$*-]+$';
export const GROUP_TEXT_MOST = 255;
export const GROUP_TEXT_ERROR =
  'must be at most 255 letters, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *';

export interface SecurityGroupOutputs {
  readonly id: string;
  readonly arn?: string;
}

/** CreateSecurityGroup (EC2 API reference). */
export const SECURITY_GROUP_NAMING: NameRules = {
  service: 'EC2',
  pattern: GROUP_TEXT,
  most: GROUP_TEXT_MOST,
  says: GROUP_TEXT_ERROR,
  reserved: [
    [
      /^sg-/i,
      'must not start with sg-, which is how EC2 writes group ids; to use an existing group write securityGroupIds',
    ],
    [
      /^default$/i,
      "must not be default, which is the VPC's own group; to use that write securityGroupIds: []",
    ],
    [/ $/, 'must not end with a space, which EC2 leaves out; remove it'],
  ],
};

export const securityGroupFacts: KindFacts<SecurityGroupOutputs> = {
  name: 'security-group',
  naming: SECURITY_GROUP_NAMING,
  // CreateTags (EC2 API reference).
  tagging: { mostInKey: 127 },
  builtOn: [],
  paths: { description: {}, ingress: { entries: {} }, egress: { entries: {} } },
  resourceType: {
    name: 'security-group',
    all: (place) => [regionalArn(place, 'ec2', 'security-group/*')],
  },
  waitCodes: ['DependencyViolation', 'InvalidGroup.InUse', 'InvalidGroup.NotFound'],
  calls: {
    ec2: {
      describeNetworkInterfaces: calls(['delete'], reads('ec2:DescribeNetworkInterfaces')),
      describeSecurityGroups: calls(SEEN, reads('ec2:DescribeSecurityGroups')),
      describeSecurityGroupRules: calls(SEEN, reads('ec2:DescribeSecurityGroupRules')),
      createSecurityGroup: calls(
        ['create'],
        writes('ec2:CreateSecurityGroup', 'own', 'request'),
        writes('ec2:CreateSecurityGroup', VPC, 'none'),
        tagsNew('ec2:CreateTags', 'ec2:CreateAction', 'CreateSecurityGroup'),
      ),
      authorizeSecurityGroupIngress: calls(
        RULES_SET,
        writes('ec2:AuthorizeSecurityGroupIngress', 'own', 'resource'),
      ),
      authorizeSecurityGroupEgress: calls(
        RULES_SET,
        writes('ec2:AuthorizeSecurityGroupEgress', 'own', 'resource'),
      ),
      revokeSecurityGroupIngress: calls(
        ['update', 'delete'],
        writes('ec2:RevokeSecurityGroupIngress', 'own', 'resource'),
      ),
      revokeSecurityGroupEgress: calls(
        RULES_TAKEN,
        writes('ec2:RevokeSecurityGroupEgress', 'own', 'resource'),
      ),
      updateSecurityGroupRuleDescriptionsIngress: calls(
        ['update'],
        writes('ec2:UpdateSecurityGroupRuleDescriptionsIngress', 'own', 'resource'),
      ),
      updateSecurityGroupRuleDescriptionsEgress: calls(
        ['update'],
        writes('ec2:UpdateSecurityGroupRuleDescriptionsEgress', 'own', 'resource'),
      ),
      deleteSecurityGroup: calls(['delete'], writes('ec2:DeleteSecurityGroup', 'own', 'resource')),
      createTags: calls(TAGGED, writes('ec2:CreateTags', 'own', 'either')),
      deleteTags: calls(['release'], writes('ec2:DeleteTags', 'own', 'resource')),
    },
  } satisfies ByOperation<Call>,
};
