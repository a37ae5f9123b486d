import { vi } from 'vitest';
import { TRUST, WRITE_TRACES } from '../world/other-tools.ts';
import { sdkClients } from './sdk.ts';

/** A small stack as somebody's script makes it with the SDK, over the wire: no log group, the VPC's default egress. */
export async function buildSdkStack(endpoint: string): Promise<void> {
  const { ecs, ec2, iam, cloudMap } = sdkClients(endpoint);
  const { Vpcs = [] } = await ec2.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['true'] }] });
  const VpcId = Vpcs[0]?.VpcId;
  const { Subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: 'vpc-id', Values: [VpcId ?? ''] }],
  });
  const { Role } = await iam.createRole({ RoleName: 'scripted', AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName: 'scripted', PolicyName: 'traces', PolicyDocument: WRITE_TRACES });
  const { GroupId = '' } = await ec2.createSecurityGroup({
    GroupName: 'scripted',
    Description: 'X-Ray',
    VpcId,
  });
  await vi.waitFor(
    () =>
      ec2.authorizeSecurityGroupIngress({
        GroupId,
        IpPermissions: [
          {
            IpProtocol: 'udp',
            FromPort: 2000,
            ToPort: 2000,
            IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'segments' }],
          },
          { IpProtocol: 'tcp', FromPort: 2000, ToPort: 2000, UserIdGroupPairs: [{ GroupId }] },
        ],
      }),
    PATIENCE,
  );
  await cloudMap.createPrivateDnsNamespace({ Name: 'scripted.local', Vpc: VpcId });
  const NamespaceId = await vi.waitFor(async () => {
    const { Namespaces = [] } = await cloudMap.listNamespaces({});
    const found = Namespaces.find(({ Name }) => Name === 'scripted.local')?.Id;
    if (found === undefined) throw new Error('no namespace yet');
    return found;
  }, PATIENCE);
  const { Service } = await cloudMap.createService({
    Name: 'xray',
    NamespaceId,
    DnsConfig: { NamespaceId, DnsRecords: [{ Type: 'A', TTL: 15 }] },
    HealthCheckCustomConfig: { FailureThreshold: 1 },
  });
  await ecs.createCluster({ clusterName: 'scripted' });
  const container = {
    name: 'xray',
    image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
    portMappings: [{ containerPort: 2000, protocol: 'udp' as const }],
    environment: [{ name: 'API_TOKEN', value: 'open sesame' }],
  };
  await vi.waitFor(
    () =>
      ecs.registerTaskDefinition({
        family: 'scripted',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: Role?.Arn,
        containerDefinitions: [container],
      }),
    PATIENCE,
  );
  await ecs.createService({
    cluster: 'scripted',
    serviceName: 'xray',
    taskDefinition: 'scripted',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: Subnets.flatMap(({ SubnetId }) => SubnetId ?? []),
        securityGroups: [GroupId],
        assignPublicIp: 'ENABLED',
      },
    },
    serviceRegistries: [{ registryArn: Service?.Arn ?? '' }],
  });
}

const PATIENCE = { timeout: 120_000, interval: 100 };
