/** What a stop reason means and what to do about it (reference: deployments and failures, explain map). The first match counts. */
const EXPLANATIONS: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/toomanyrequests/i, 'the registry limits pulls, as Docker Hub does by address: pull through ECR'],
  [
    /pull access denied|role has the permissions/i,
    'the execution role may not pull this image, or the repository does not exist',
  ],
  [
    /CannotPullContainer.*(i\/o timeout|request canceled|context canceled|deadline exceeded)/i,
    'the registry cannot be reached: the subnets need a NAT gateway, public addresses or VPC endpoints, and the security group egress to 443',
  ],
  [
    /CannotPullContainer.*(failed to resolve ref|not found|manifest unknown)/i,
    'the image or its tag does not exist: check the image in the manifest',
  ],
  [
    /matching platform|exec format error/i,
    "the image has no variant for the task's CPU architecture: build or name one that has",
  ],
  [/CannotPullContainer/i, 'the image cannot be pulled: check its name and the way to its registry'],
  [
    /unable to pull secrets or registry auth/i,
    'the execution role lacks a permission, or the subnets have no way to ECR, Secrets Manager or SSM',
  ],
  [/failed to initialize logging driver|log group does not exist/i, 'the log group is missing'],
  [
    /service discovery instance provisioning/i,
    'Cloud Map did not take the instance: check the discovery service and its custom health check',
  ],
  [
    /Create Network Interface/i,
    'no network interface could be made: a subnet is out of addresses, or the security group is gone',
  ],
  [/OutOfMemory|exit code 137/i, 'the container ran out of memory: raise spec.memory'],
  [
    /CannotStartContainer.*(no such file|not found|permission denied)/i,
    'the image has no such program, or it may not be run: check entryPoint and command',
  ],
  [
    /failed container health checks/i,
    'the container health check fails: check its command, and startPeriod where the daemon is slow to start',
  ],
  [
    /unable to assume the role/i,
    'a new role can be assumed after some seconds, and ECS tries again every half minute; if this stays, check the role and its trust policy',
  ],
  [/Essential container in task exited/i, 'the container ended by itself: its log group tells why'],
];

/** Advice for a stop reason or an event; empty where there is none. */
function adviceFor(reason: string): string {
  return EXPLANATIONS.find(([pattern]) => pattern.test(reason))?.[1] ?? '';
}

/** The reason with its advice. */
export function explained(reason: string): string {
  const advice = adviceFor(reason);
  return advice === '' ? reason : `${reason} (${advice})`;
}
