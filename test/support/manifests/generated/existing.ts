import type { Aws } from '../../../../controller/aws/operations.ts';
import { makeParameters } from '../../sandbox/fetched.ts';
import type { CallsFetched } from '../../sandbox/fetched.ts';
import { makeTargetGroups } from '../../sandbox/target-groups.ts';
import type { CallsBalancing } from '../../sandbox/target-groups.ts';
import { TRUST } from '../../world/other-tools.ts';

/**
 * What is in an AWS before a manifest is applied, so that manifests can name it. All of it is plainly another's, so that export
 * never takes it for a service's own: functions of Lambda take the role too, the first group is its VPC's default one.
 */
export interface Existing {
  readonly roleArn: string;
  readonly securityGroupIds: readonly string[];
  /** The same groups, otherwise named. */
  readonly groupsNamed: readonly (
    | { readonly name: string }
    | { readonly tags: Readonly<Record<string, string>> }
  )[];
  readonly prefixListId: string;
  readonly logGroup: string;
  /** ARNs of target groups behind a load balancer, by what their targets are. */
  readonly targetGroups: Readonly<Record<TargetType, readonly string[]>>;
  readonly account: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** What the VPC and all of these subnets are tagged with. */
  readonly tags: Readonly<Record<string, string>>;
}

type TargetType = 'ip' | 'instance';

/** S3's, as the sandbox has it in us-east-1. */
const PREFIX_LIST = 'pl-6855ce84';
const LOG_GROUP = '/of/another/tool';
/** Named without the account, which is their own. */
export const PARAMETERS = ['parameter-name', '/a/parameter'];
export const REGISTRY_CREDENTIALS = 'registry/pull';
const TAGS = { 'made by': 'another tool' };

/** Makes the parameters and secrets that manifests name whatever else there is. */
export async function makeExistingValues(fetched: CallsFetched): Promise<void> {
  await makeParameters(fetched, PARAMETERS);
  await fetched('secretsmanager', 'CreateSecret', { Name: REGISTRY_CREDENTIALS, SecretString: 'x' });
}

/** Makes it, in the default VPC: the same in every AWS of one seed. */
export async function makeExisting(
  { ec2, iam, logs, sts }: Pick<Aws, 'ec2' | 'iam' | 'logs' | 'sts'>,
  balancing: CallsBalancing,
  fetched: CallsFetched,
): Promise<Existing> {
  const { Account: account = '' } = await sts.getCallerIdentity({});
  const { Vpcs: [vpc] = [] } = await ec2.describeVpcs({
    Filters: [{ Name: 'is-default', Values: ['true'] }],
  });
  const vpcId = vpc?.VpcId ?? '';
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { Subnets = [] } = await ec2.describeSubnets({ Filters: inVpc });
  const subnetIds = Subnets.map(({ SubnetId = '' }) => SubnetId)
    .toSorted()
    .slice(0, 2);
  const Tags = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
  await ec2.createTags({ Resources: [vpcId, ...subnetIds], Tags });
  const { SecurityGroups: [defaultGroup] = [] } = await ec2.describeSecurityGroups({ Filters: inVpc });
  const { GroupId: otherGroup = '' } = await ec2.createSecurityGroup({
    GroupName: 'of another tool',
    Description: 'of another tool',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  const { Role } = await iam.createRole({
    RoleName: 'of-another-tool',
    Path: '/another/',
    AssumeRolePolicyDocument: TRUST.replace(
      '"ecs-tasks.amazonaws.com"',
      '["ecs-tasks.amazonaws.com","lambda.amazonaws.com"]',
    ),
  });
  await logs.createLogGroup({ logGroupName: LOG_GROUP });
  await makeExistingValues(fetched);
  const group = (TargetType: TargetType, Port: number) => ({
    Name: `${TargetType}-${Port}`,
    Protocol: 'TCP' as const,
    Port,
    TargetType,
  });
  const groups = [group('ip', 81), group('ip', 82), group('instance', 83), group('instance', 84)];
  const all = Subnets.map(({ SubnetId = '' }) => SubnetId);
  const arns = await makeTargetGroups(balancing, { vpcId, subnets: all }, groups);
  return {
    roleArn: Role?.Arn ?? '',
    securityGroupIds: [defaultGroup?.GroupId ?? '', otherGroup],
    groupsNamed: [{ name: 'default' }, { tags: TAGS }],
    prefixListId: PREFIX_LIST,
    logGroup: LOG_GROUP,
    targetGroups: { ip: arns.slice(0, 2), instance: arns.slice(2) },
    account,
    vpcId,
    subnetIds,
    tags: TAGS,
  };
}
