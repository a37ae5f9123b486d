import type { ByOperation } from '../../aws/operations.ts';
import { calls, reads } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NamedThing } from '../../core/looked-up.ts';
import type { Reference } from '../../core/reference.ts';

export interface GivenSecurityGroupOutputs {
  readonly id: string;
  readonly vpcId: string;
  /** The connection between its VPC and the Environment's; absent where it is in the Environment's. */
  readonly vpcPeeringConnectionId?: string;
  /** Canonical blocks of the subnets that it is used in, IPv4 and IPv6; absent where they were not asked for. */
  readonly blocks?: readonly string[];
}

/** A group as what uses it refers to it. */
export interface GivenGroup extends NamedThing {
  readonly id: Reference<GivenSecurityGroupOutputs>;
}

export const givenSecurityGroupFacts: KindFacts<GivenSecurityGroupOutputs> = {
  name: 'given-security-group',
  whereAbsent:
    'create it in this account and Region, or correct consumers[].securityGroup where a manifest names it',
  calls: {
    ec2: {
      describeSecurityGroups: calls(['observe'], reads('ec2:DescribeSecurityGroups')),
      describeVpcPeeringConnections: calls(['observe'], reads('ec2:DescribeVpcPeeringConnections')),
      describeNetworkInterfaces: calls(['observe'], reads('ec2:DescribeNetworkInterfaces')),
      describeSubnets: calls(['observe'], reads('ec2:DescribeSubnets')),
      // Whether consumers reach their daemon is looked at where consumers are (controller/reach/).
      describeSecurityGroupRules: calls(['observe'], reads('ec2:DescribeSecurityGroupRules')),
      describeNetworkAcls: calls(['observe'], reads('ec2:DescribeNetworkAcls')),
      describeRouteTables: calls(['observe'], reads('ec2:DescribeRouteTables')),
      describeNatGateways: calls(['observe'], reads('ec2:DescribeNatGateways')),
      describeVpcEndpoints: calls(['observe'], reads('ec2:DescribeVpcEndpoints')),
      describeVpcAttribute: calls(['observe'], reads('ec2:DescribeVpcAttribute')),
    },
    ecs: { describeTaskDefinition: calls(['observe'], reads('ecs:DescribeTaskDefinition')) },
    iam: {
      getAccountAuthorizationDetails: calls(['observe'], reads('iam:GetAccountAuthorizationDetails')),
      getPolicy: calls(['observe'], reads('iam:GetPolicy')),
      getPolicyVersion: calls(['observe'], reads('iam:GetPolicyVersion')),
    },
    route53: { getHostedZone: calls(['observe'], reads('route53:GetHostedZone')) },
  } satisfies ByOperation<Call>,
};
