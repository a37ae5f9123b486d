import type {
  CreateServiceCommandInput,
  RegisterTaskDefinitionCommandInput,
  Service,
  Task,
} from '@aws-sdk/client-ecs';
import type { OPERATIONS } from '../../../sandbox/operations.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../sandbox/sandbox.ts';

type Operations = typeof OPERATIONS;
type Input<Call> = Call extends (input: infer In, ...rest: never[]) => unknown ? In : never;
type Output<Call> = Call extends (...args: never[]) => infer Out ? Out : never;
type EcsName = keyof Operations['ecs'];

/** Calls one operation of the sandbox, typed by its function. */
type CallOperation = <Service extends keyof Operations, Name extends keyof Operations[Service]>(
  service: Service,
  operation: Name,
  input: Input<Operations[Service][Name]>,
) => Promise<Output<Operations[Service][Name]>>;

const EXECUTION_ROLE = 'arn:aws:iam::385605022855:role/xray-execution';
export const TASK_ROLE = 'arn:aws:iam::385605022855:role/xray-task';

/** A sandbox in virtual time, moved by hand, with what a Fargate service needs. */
export interface EcsSandbox {
  readonly sandbox: Sandbox;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  readonly call: CallOperation;
  ecs<Name extends EcsName>(
    operation: Name,
    input: Input<Operations['ecs'][Name]>,
  ): Promise<Output<Operations['ecs'][Name]>>;
  /** AWS's error code and message, `Code: message`. */
  refusal<Name extends EcsName>(operation: Name, input: Input<Operations['ecs'][Name]>): Promise<string>;
  advance(ms: number): void;
  /** Moves time from event to event until `isSo`, at most for simulated minutes. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  service(name?: string): Promise<Service>;
  /** Tasks of a service that are meant to run. */
  tasks(name?: string): Promise<Task[]>;
  /** Tasks of a service that are not. */
  stopped(name?: string): Promise<Task[]>;
  steady(name?: string): Promise<void>;
  /** ARN of a new revision of the family `xray`. */
  register(changes?: Partial<RegisterTaskDefinitionCommandInput>): Promise<string>;
  serviceInput(changes?: Partial<CreateServiceCommandInput>): CreateServiceCommandInput;
}

const MOST_MS = 60 * 60_000;
/** New roles can be assumed and the new group is visible. */
const SETTLED_MS = 15_000;

export function taskDefinitionInput(
  changes: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput {
  return {
    family: 'xray',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: EXECUTION_ROLE,
    taskRoleArn: TASK_ROLE,
    containerDefinitions: [
      {
        name: 'xray',
        image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
        portMappings: [{ containerPort: 2000, protocol: 'udp' }],
      },
    ],
    ...changes,
  };
}

/** Cluster `daemons`, roles, the default network, and the family `xray` with one revision. */
export async function ecsSandbox(
  options: Pick<SandboxOptions, 'breaker' | 'runtime'> = {},
): Promise<EcsSandbox> {
  let now = Date.UTC(2026, 10, 22, 9, 0, 0);
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  const sandbox = createSandbox({ clock: { now: () => now, sleep }, quotas: 'off', ...options });
  const call = ((service, operation, input) =>
    sandbox.call({ service, operation, input, region: 'us-east-1' })) as (
    ...request: [service: string, operation: string, input: object]
  ) => Promise<object> as CallOperation;
  const ecs: EcsSandbox['ecs'] = (operation, input) => call('ecs', operation, input);
  for (const role of ['xray-execution', 'xray-task']) await createRole(call, role);
  const { Subnets = [] } = await call('ec2', 'DescribeSubnets', {});
  const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
  const { GroupId: securityGroup = '' } = await call('ec2', 'CreateSecurityGroup', {
    GroupName: 'xray',
    Description: 'xray',
    VpcId: Subnets[0]?.VpcId,
  });
  now += SETTLED_MS;
  await ecs('CreateCluster', { clusterName: 'daemons' });
  await ecs('RegisterTaskDefinition', taskDefinitionInput());
  const advance = (ms: number): void => {
    now += ms;
    sandbox.world.settle();
  };
  const service = async (name = 'xray'): Promise<Service> =>
    (await ecs('DescribeServices', { cluster: 'daemons', services: [name] })).services![0]!;
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    const end = now + MOST_MS;
    while (!(await isSo())) {
      const next = sandbox.world.untilNextEvent();
      if (next === undefined || now > end) throw new Error('It never came to be so.');
      advance(Math.max(1, next));
    }
  };
  const tasksOf = async (serviceName: string, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> => {
    const { taskArns = [] } = await ecs('ListTasks', { cluster: 'daemons', serviceName, desiredStatus });
    if (taskArns.length === 0) return [];
    return (await ecs('DescribeTasks', { cluster: 'daemons', tasks: taskArns })).tasks ?? [];
  };
  return {
    sandbox,
    subnets,
    securityGroup,
    call,
    ecs,
    advance,
    until,
    service,
    refusal: (operation, input) =>
      ecs(operation, input).then(
        () => 'accepted',
        (refused: Error) => `${refused.name}: ${refused.message}`,
      ),
    tasks: (name = 'xray') => tasksOf(name, 'RUNNING'),
    stopped: (name = 'xray') => tasksOf(name, 'STOPPED'),
    steady: (name) =>
      until(async () => {
        const { deployments = [], runningCount, desiredCount } = await service(name);
        return (
          deployments.length === 1 &&
          deployments[0]?.rolloutState === 'COMPLETED' &&
          runningCount === desiredCount
        );
      }),
    register: async (changes) =>
      (await ecs('RegisterTaskDefinition', taskDefinitionInput(changes))).taskDefinition!.taskDefinitionArn!,
    serviceInput: (changes) => ({
      cluster: 'daemons',
      serviceName: 'xray',
      taskDefinition: 'xray',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [...subnets], securityGroups: [securityGroup] },
      },
      ...changes,
    }),
  };
}

async function createRole(call: EcsSandbox['call'], name: string): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  await call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
}
