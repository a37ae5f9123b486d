import type { ReasonGroup } from './reason.ts';

/** Why ECS cannot start tasks, or gave a deployment up; told from ECS's own words. */
export const TASK_REASONS: ReasonGroup = {
  title: 'Tasks that do not start or stay up',
  reasons: [
    {
      names: ['ImageNotFound', 'InvalidImageName', 'ImagePlatformMismatch'],
      meaning:
        'The image or its tag does not exist, its name is not valid, or it has no version for the CPU architecture of the task.',
      remedy: 'Correct `image` (or `runtimePlatform`) in the manifest, or push the image.',
    },
    {
      names: ['ImagePullDenied'],
      meaning:
        'The registry refuses the image: the execution role may not pull it, or the repository does not exist.',
      remedy: 'Correct the name of the image, or allow the execution role to pull it.',
    },
    {
      names: ['RegistryUnreachable'],
      meaning: 'The task cannot reach the registry from its subnet.',
      remedy:
        'Give the subnet a NAT gateway or VPC endpoints, or the task a public IP address, and check the egress rules.',
    },
    {
      names: ['SecretsUnreadable'],
      meaning:
        'The execution role cannot read a secret or parameter that the container names, or it does not exist.',
      remedy: 'Correct the ARN in `secrets`, or allow the execution role to read it.',
    },
    {
      names: ['CommandNotFound'],
      meaning: 'The image has no program of the name that `command` or `entryPoint` says.',
      remedy: 'Correct `command` or `entryPoint`.',
    },
    {
      names: ['DiskFull'],
      meaning: 'The image does not fit on the disk of the task or host.',
      remedy: 'Raise `ephemeralStorage`, or free the disk of the host.',
    },
    {
      names: ['LogsDenied', 'LogsUnreachable', 'LoggingFailed'],
      meaning:
        'The log driver of a container cannot start: the execution role may not write to the log group, CloudWatch Logs cannot be reached, or the driver has an error of its own.',
      remedy:
        "Allow the execution role to write, check the subnet's way to CloudWatch Logs, or correct `logConfiguration`, as the message says.",
    },
    {
      names: ['SubnetFull'],
      meaning: 'A subnet has no free IP address for a task.',
      remedy: 'Free addresses, or name more subnets in the Environment.',
    },
    {
      names: ['QuotaReached'],
      meaning: 'A quota of the account, such as the number of Fargate vCPUs, is used up.',
      remedy: 'Ask for a higher quota in Service Quotas, or run fewer tasks.',
    },
    {
      names: ['ImagePullLimited', 'ImagePullFailed'],
      meaning:
        'The registry limits how often the image may be pulled, or the pull failed for a reason that may pass. ECS tries again.',
      remedy: 'If it stays, use a registry with credentials or a pull-through cache.',
    },
    {
      names: ['LogGroupMissing', 'SecurityGroupMissing', 'RoleNotAssumable'],
      meaning:
        'ECS does not see a log group, security group or role that the task names. A new one needs up to two minutes.',
      remedy: 'If it stays, check that it exists and, of a role, that it trusts ecs-tasks.amazonaws.com.',
    },
    {
      names: ['NetworkInterfaceRefused'],
      meaning: 'EC2 refuses a network interface for the task.',
      remedy: "If it stays, do what EC2's words in the message say.",
    },
    {
      names: ['CapacityUnavailable'],
      meaning:
        'ECS finds no capacity for a task: no host has room, or AWS has no capacity in that Availability Zone.',
      remedy:
        'If it stays, add hosts, raise the capacity provider, or name subnets in more Availability Zones.',
    },
    {
      names: ['RegistrationRefused'],
      meaning: 'Cloud Map or a load balancer refuses to register a task.',
      remedy: 'If it stays, do what the message says.',
    },
    {
      names: ['ContainerExited'],
      meaning: 'ECS gave a deployment up because the program of an essential container ended.',
      remedy: "Read the daemon's log with `stationkeeper logs NAME`.",
    },
    {
      names: ['ContainerKilled', 'OutOfMemory'],
      meaning:
        'ECS gave a deployment up because a container was killed: OutOfMemory where ECS says so, ContainerKilled where it only says exit code 137, which most often is memory too.',
      remedy: 'Raise `memory`, or lower what the daemon needs; its log may say more.',
    },
    {
      names: ['HealthCheckFailing'],
      meaning: 'ECS gave a deployment up because a container never became healthy.',
      remedy: 'Check the command and `startPeriod` of the health check, and the log.',
    },
    {
      names: ['DeploymentFailed', 'TasksNotStarting'],
      meaning: 'ECS gave a deployment up, or cannot start tasks, for none of the reasons above.',
      remedy: "Read ECS's own words in the message.",
    },
  ],
};
