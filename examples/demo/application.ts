import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import type { ECSClient } from '@aws-sdk/client-ecs';
import { setTimeout as pause } from 'node:timers/promises';

/** The name of the application, its image and its security group. */
export const APPLICATION = 'todo';
export const PORT = 8000;
const CLUSTER = 'applications';

export interface Network {
  /** The application's, which lets nothing out. */
  readonly groupId: string;
  readonly subnetId: string;
  /** What counts for the browser, which comes from outside of tasks. */
  readonly outside: { readonly securityGroupIds: readonly string[]; readonly subnetId: string };
}

/** A security group as careful people make one: in comes what is for the page, out goes nothing. */
export async function makeNetwork(ec2: EC2Client): Promise<Network> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const [{ SubnetId: subnetId = '', VpcId = '' } = {}] = Subnets;
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
  );
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: APPLICATION, Description: 'a to-do list', VpcId }),
  );
  const { GroupId: groupId = '' } = made;
  const everything = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: everything }));
  const page = { IpProtocol: 'tcp', FromPort: PORT, ToPort: PORT, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [page] }));
  const securityGroupIds = SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
  return { groupId, subnetId, outside: { securityGroupIds, subnetId } };
}

/** Runs the application as a task of its own, as its owners would; answers its address in the VPC. */
export async function runApplication(
  ecs: ECSClient,
  { groupId, subnetId }: Network,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: APPLICATION,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: APPLICATION,
          image: APPLICATION,
          portMappings: [{ containerPort: PORT }],
          environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  );
  const { tasks: [started] = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: CLUSTER,
      taskDefinition: APPLICATION,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId], securityGroups: [groupId] } },
    }),
  );
  for (;;) {
    const { tasks: [task] = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster: CLUSTER, tasks: [started?.taskArn ?? ''] }),
    );
    if (task?.lastStatus === 'STOPPED') throw new Error(`the application has stopped: ${task.stoppedReason}`);
    const details = task?.attachments?.[0]?.details ?? [];
    const address = details.find(({ name }) => name === 'privateIPv4Address')?.value;
    if (task?.lastStatus === 'RUNNING' && address !== undefined) return address;
    await pause(200);
  }
}
