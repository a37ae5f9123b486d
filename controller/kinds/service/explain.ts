import { isEndOfProgram } from '../../core/stop-reasons.ts';

/** What a stop reason means. */
export interface Explanation {
  /** What is wrong, as a condition's reason. */
  readonly reason: string;
  /** What to do about it, or what it is. */
  readonly advice: string;
  /** Nothing helps before somebody changes the manifest or what AWS has. */
  readonly needsPeople?: true;
  /** The program ran, and ended: where that happens again and again, it is a crash loop. */
  readonly ran?: true;
}

/** `people`: nothing helps before somebody changes something. */
type Row = readonly [pattern: RegExp, reason: string, advice: string, mark?: 'people'];

const NO_WAY =
  '(i/o timeout|request canceled|context canceled|deadline exceeded|no such host|connection issue|connection re(fused|set)|TLS handshake timeout|network is unreachable|Client\\.Timeout)';
const DENIED = '(AccessDenied|not authorized|403 Forbidden)';
const OPEN_A_WAY =
  'the subnets need a NAT gateway, public addresses or VPC endpoints, and the security group egress to 443';

/** Both in the text, in this order. */
function both(first: string, second: string): RegExp {
  return new RegExp(`${first}.*${second}`, 'is');
}

const PULL = 'CannotPull(Container|Image)';
const SECRETS = 'unable to (pull secrets or registry auth|retrieve secret)';
const LOGGING =
  '(failed to initialize logging driver|failed to validate logger args|failed to create Cloudwatch log)';

/**
 * What stop reasons and events mean and what to do about them (ECS developer guide: stopped task error messages, CannotPullContainer
 * errors, ResourceInitializationError errors; reference: deployments and failures, explain map). The first match counts.
 */
const EXPLANATIONS: readonly Row[] = [
  [
    /toomanyrequests|429 Too Many Requests/i,
    'ImagePullLimited',
    'the registry limits pulls, as Docker Hub does by address: pull through ECR',
  ],
  [
    /pull access denied|role has the permissions/i,
    'ImagePullDenied',
    'the execution role may not pull this image, or the repository does not exist',
    'people',
  ],
  [
    both(PULL, `(${DENIED}|401 Unauthorized|no basic auth credentials|denied: )`),
    'ImagePullDenied',
    "the execution role may not pull this image: add what AWS names to spec.executionRole.statements, and check the repository's own policy",
    'people',
  ],
  [both(PULL, NO_WAY), 'RegistryUnreachable', `the registry cannot be reached: ${OPEN_A_WAY}`, 'people'],
  [
    /no space left on device/i,
    'DiskFull',
    'the disk of the task is full: raise spec.ephemeralStorage.sizeInGiB, or use a smaller image',
    'people',
  ],
  [
    /matching platform|exec format error/i,
    'ImagePlatformMismatch',
    "the image has no variant for the task's CPU architecture: build or name one that has",
    'people',
  ],
  [
    both(PULL, 'invalid reference format'),
    'InvalidImageName',
    'no registry knows such a name: check the image in the manifest',
    'people',
  ],
  [
    both(PULL, '(unexpected status.*: 5\\d\\d |50[0-4] )'),
    'ImagePullFailed',
    'the registry fails itself; ECS tries again',
  ],
  [
    both(PULL, '(failed to resolve ref|not found|does not exist|manifest unknown)'),
    'ImageNotFound',
    'the image or its tag does not exist: check the image in the manifest',
    'people',
  ],
  [
    new RegExp(PULL, 'i'),
    'ImagePullFailed',
    'the image cannot be pulled: check its name and the way to its registry',
  ],
  [
    both(SECRETS, DENIED),
    'SecretsUnreadable',
    'the execution role lacks a permission: add what AWS names to spec.executionRole.statements, and check the policies of the secret and its key',
    'people',
  ],
  [
    both(SECRETS, "(ResourceNotFound|can't find|invalid parameters|ParameterNotFound|json key)"),
    'SecretsUnreadable',
    'there is no such secret, or no such key in it: check its ARN and Region in spec.containers[].secrets',
    'people',
  ],
  [
    both(SECRETS, NO_WAY),
    'SecretsUnreadable',
    `ECR, Secrets Manager or SSM cannot be reached: ${OPEN_A_WAY}`,
    'people',
  ],
  [
    new RegExp(SECRETS, 'i'),
    'SecretsUnreadable',
    'the execution role lacks a permission, or the subnets have no way to ECR, Secrets Manager or SSM',
    'people',
  ],
  [
    /log group does not exist/i,
    'LogGroupMissing',
    "the log group is missing: the controller creates a log group of the daemon's own again; create any other, or correct awslogs-group",
  ],
  [
    both(LOGGING, DENIED),
    'LogsDenied',
    'the execution role may not write to the log group: add what AWS names to spec.executionRole.statements',
    'people',
  ],
  [both(LOGGING, NO_WAY), 'LogsUnreachable', `CloudWatch Logs cannot be reached: ${OPEN_A_WAY}`, 'people'],
  [
    new RegExp(LOGGING, 'i'),
    'LoggingFailed',
    'the log driver does not start: check the log group and the options of logConfiguration',
    'people',
  ],
  [
    /service discovery instance provisioning/i,
    'RegistrationRefused',
    'Cloud Map did not take the instance: check the discovery service and its custom health check',
  ],
  [
    /InsufficientFreeAddresses/i,
    'SubnetFull',
    'the subnet has no free address left: free some, or name more or larger subnets in spec.subnets of the Environment',
    'people',
  ],
  [
    /InvalidGroup|security group.* does not exist/i,
    'SecurityGroupMissing',
    "a security group is gone: the controller creates a group of the daemon's own again; otherwise correct securityGroupIds",
  ],
  [
    /Create Network Interface|network interface provision/i,
    'NetworkInterfaceRefused',
    'no network interface could be made: a subnet is out of addresses, or EC2 is late; ECS tries again',
  ],
  [
    /limit on the number of (vCPUs|tasks)/i,
    'QuotaReached',
    "the account's quota for Fargate is used up: stop other tasks, or ask for a higher one in Service Quotas",
    'people',
  ],
  [
    /Capacity is unavailable|RESOURCE:|CAPACITY/,
    'CapacityUnavailable',
    'Fargate has no room for this size at the moment; ECS tries again, and subnets in more Availability Zones help',
  ],
  [
    /failed container health checks/i,
    'HealthCheckFailing',
    'the container health check fails: check its command, and startPeriod where the daemon is slow to start',
  ],
  [/OutOfMemory/i, 'OutOfMemory', 'the container ran out of memory: raise spec.memory'],
  [
    /CannotStartContainer.*(no such file|not found|permission denied)/is,
    'CommandNotFound',
    'the image has no such program, or it may not be run: check entryPoint and command',
    'people',
  ],
  [
    /unable to assume the role/i,
    'RoleNotAssumable',
    'ECS can assume a new role after some seconds and tries again every half minute; if this stays, check that the role exists and trusts ecs-tasks.amazonaws.com',
  ],
  [
    /exit code 12[67]\b/i,
    'CommandNotFound',
    'the shell in the image finds no such program, or may not run it: check entryPoint and command',
    'people',
  ],
  [
    /exit code (?!0\b|137\b|143\b)\d+/i,
    'ContainerExited',
    'the program ended with an error: stationkeeper logs NAME shows why',
  ],
  [
    /exit code 137\b/i,
    'ContainerKilled',
    'the container was killed, most often because it had too little memory: raise spec.memory, unless its log says otherwise',
  ],
  [
    /exit code 0\b/i,
    'ContainerExited',
    'the program ended without an error, and a daemon has to keep running: check command, and stationkeeper logs NAME',
  ],
  [
    /Essential container in task exited/i,
    'ContainerExited',
    'the program ended: stationkeeper logs NAME shows why',
  ],
];

/** Of a stop reason or an event; undefined where it tells nothing that is known. */
export function explanationOf(stopReason: string): Explanation | undefined {
  const row = EXPLANATIONS.find(([pattern]) => pattern.test(stopReason));
  if (row === undefined) return undefined;
  const [, reason, advice, mark] = row;
  return {
    reason,
    advice,
    ...(mark === 'people' ? { needsPeople: true } : {}),
    ...(isEndOfProgram(reason) ? { ran: true } : {}),
  };
}

/** The reason with its advice. */
export function explained(stopReason: string): string {
  const explanation = explanationOf(stopReason);
  return explanation === undefined ? stopReason : `${stopReason} (${explanation.advice})`;
}
