import { environmentId } from '../../../controller/core/reference.ts';
import { TRUST } from '../iam/policies.ts';
import { sandboxAws } from '../sandbox/controller-door.ts';
import type { SandboxAws } from '../sandbox/controller-door.ts';
import { needsIn } from './desired.ts';

export const GOOD_IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.x';
/** The sandbox cannot pull an image whose tag starts so. */
export const BAD_IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:fail-pull';

/** An account with all that a service of one container needs, and none yet. */
export interface XrayAccount {
  readonly world: SandboxAws;
  /** Of what there is, by kind. */
  readonly outputs: Record<string, Readonly<Record<string, string | readonly string[]>>>;
  /** Makes a revision of the family `xray`; its ARN. */
  register(this: void, image: string): Promise<string>;
}

export async function xrayAccount(): Promise<XrayAccount> {
  const world = sandboxAws();
  const environment = (await needsIn(world))(environmentId('default'));
  const { Subnets = [] } = await world.aws.ec2.describeSubnets({});
  const { GroupId = '' } = await world.aws.ec2.createSecurityGroup({
    GroupName: 'xray',
    Description: 'xray',
    VpcId: Subnets[0]?.VpcId,
  });
  await world.aws.iam.createRole({ RoleName: 'daemon', AssumeRolePolicyDocument: TRUST });
  await world.becomeKnown();
  await world.aws.ecs.createCluster({ clusterName: 'daemons' });

  async function register(image: string): Promise<string> {
    const { taskDefinition } = await world.aws.ecs.registerTaskDefinition({
      family: 'xray',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::385605022855:role/daemon',
      taskRoleArn: 'arn:aws:iam::385605022855:role/daemon',
      containerDefinitions: [
        { name: 'xray', image, portMappings: [{ containerPort: 2000, protocol: 'udp' }] },
      ],
    });
    return taskDefinition?.taskDefinitionArn ?? '';
  }

  const outputs = {
    environment: { ...environment, subnetIds: Subnets.map(({ SubnetId = '' }) => SubnetId) },
    'security-group': { id: GroupId },
    'task-definition': { arn: await register(GOOD_IMAGE) },
  };
  return { world, outputs, register };
}
