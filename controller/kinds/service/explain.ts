/** What a stop reason means. */
export interface Explanation {
  /** What is wrong, as a condition's reason. */
  readonly reason: string;
  /** What to do about it, or what it is. */
  readonly advice: string;
  /** Nothing helps before somebody changes the manifest or what AWS has. */
  readonly needsPeople?: true;
}

type Row = readonly [pattern: RegExp, reason: string, advice: string, help?: 'people'];

/** What stop reasons mean and what to do about them (reference: deployments and failures, explain map). The first match counts. */
const EXPLANATIONS: readonly Row[] = [
  [
    /toomanyrequests/i,
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
    /CannotPullContainer.*(i\/o timeout|request canceled|context canceled|deadline exceeded)/i,
    'RegistryUnreachable',
    'the registry cannot be reached: the subnets need a NAT gateway, public addresses or VPC endpoints, and the security group egress to 443',
    'people',
  ],
  [
    /CannotPullContainer.*(failed to resolve ref|not found|manifest unknown)/i,
    'ImageNotFound',
    'the image or its tag does not exist: check the image in the manifest',
    'people',
  ],
  [
    /matching platform|exec format error/i,
    'ImagePlatformMismatch',
    "the image has no variant for the task's CPU architecture: build or name one that has",
    'people',
  ],
  [
    /CannotPullContainer/i,
    'ImagePullFailed',
    'the image cannot be pulled: check its name and the way to its registry',
  ],
  [
    /unable to pull secrets or registry auth/i,
    'SecretsUnreadable',
    'the execution role lacks a permission, or the subnets have no way to ECR, Secrets Manager or SSM',
    'people',
  ],
  [
    /failed to initialize logging driver|log group does not exist/i,
    'LogGroupMissing',
    'the log group is missing',
  ],
  [
    /service discovery instance provisioning/i,
    'RegistrationRefused',
    'Cloud Map did not take the instance: check the discovery service and its custom health check',
  ],
  [
    /Create Network Interface/i,
    'NetworkInterfaceRefused',
    'no network interface could be made: a subnet is out of addresses, or the security group is gone',
  ],
  [/OutOfMemory|exit code 137/i, 'OutOfMemory', 'the container ran out of memory: raise spec.memory'],
  [
    /CannotStartContainer.*(no such file|not found|permission denied)/i,
    'CommandNotFound',
    'the image has no such program, or it may not be run: check entryPoint and command',
    'people',
  ],
  [
    /failed container health checks/i,
    'HealthCheckFailing',
    'the container health check fails: check its command, and startPeriod where the daemon is slow to start',
  ],
  [
    /unable to assume the role/i,
    'RoleNotAssumable',
    'a new role can be assumed after some seconds, and ECS tries again every half minute; if this stays, check the role and its trust policy',
  ],
  [
    /Essential container in task exited/i,
    'ContainerExited',
    'the container ended by itself: its log group tells why',
  ],
];

/** Of a stop reason or an event; undefined where it tells nothing that is known. */
export function explanationOf(stopReason: string): Explanation | undefined {
  const row = EXPLANATIONS.find(([pattern]) => pattern.test(stopReason));
  if (row === undefined) return undefined;
  const [, reason, advice, help] = row;
  return { reason, advice, ...(help === undefined ? {} : { needsPeople: true }) };
}

/** The reason with its advice. */
export function explained(stopReason: string): string {
  const explanation = explanationOf(stopReason);
  return explanation === undefined ? stopReason : `${stopReason} (${explanation.advice})`;
}
