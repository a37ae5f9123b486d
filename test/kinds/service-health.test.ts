import { describe, expect, test } from 'vitest';
import { explained } from '../../controller/kinds/service/explain.ts';
import { createFailedDeployments } from '../../controller/kinds/service/failed-deployments.ts';
import { healthOf, needOfExplanation } from '../../controller/kinds/service/health.ts';
import type { Rollout } from '../../controller/kinds/service/health.ts';
import type { Stops } from '../../controller/core/resource.ts';

type Deployment = Rollout['deployments'][number];

function revision(number: number): string {
  return `arn:aws:ecs:us-east-1:385605022855:task-definition/xray:${number}`;
}

function deployment(overrides: Partial<Deployment> = {}): Deployment {
  return {
    id: 'ecs-svc/1',
    isPrimary: true,
    taskDefinition: revision(5),
    rolloutState: 'COMPLETED',
    rolloutStateReason: '',
    failedTasks: 0,
    runningCount: undefined,
    ...overrides,
  };
}

function rollout(overrides: Partial<Rollout> = {}): Rollout {
  return {
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    draining: false,
    failedTaskDefinition: null,
    deployments: [deployment()],
    events: [],
    ...overrides,
  };
}

const NOW = Date.parse('2026-11-29T12:00:00Z');
const MINUTE_MS = 60_000;
const RUNNING = { id: 'a', lastStatus: 'RUNNING', healthStatus: 'HEALTHY' };
const CANNOT_START = '(service xray) is unable to consistently start tasks successfully.';
const CANNOT_ASSUME =
  "(service xray) failed to launch a task with (error ECS was unable to assume the role 'r'.).";
const UNPLACED =
  '(service xray) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance h1) has insufficient memory available.';
const STARTED = '(service xray) has started 2 tasks: (task a) (task b).';
const STEADY = '(service xray) has reached a steady state.';

describe('health of a service', () => {
  test.each<[string, Partial<Rollout>, string, string]>([
    ['all tasks run and the rollout is over', {}, 'Healthy', '2 of 2 tasks running'],
    [
      'the endpoint tells no rollout state',
      { deployments: [deployment({ rolloutState: undefined })] },
      'Healthy',
      '2 of 2 tasks running',
    ],
    ['it is scaled to nothing', { desiredCount: 0, runningCount: 0 }, 'Healthy', '0 of 0 tasks running'],
    [
      'every host has its task',
      { isOnEveryHost: true, desiredCount: 50, runningCount: 50 },
      'Healthy',
      'tasks running on 50 of 50 hosts',
    ],
    [
      'there is no host that it could be on',
      { isOnEveryHost: true, desiredCount: 0, runningCount: 0 },
      'Healthy',
      'no host of the cluster is eligible, so that there is no task',
    ],
    [
      'ECS has not counted the hosts yet, which are known',
      {
        isOnEveryHost: true,
        desiredCount: 0,
        runningCount: 0,
        eligibleHosts: 3,
        deployments: [deployment({ rolloutState: 'IN_PROGRESS', runningCount: 0 })],
      },
      'Progressing',
      '3 hosts are eligible, which ECS has not counted yet, deployment in progress',
    ],
    [
      'ECS has not counted the hosts yet, which are not known',
      {
        isOnEveryHost: true,
        desiredCount: 0,
        runningCount: 0,
        deployments: [deployment({ rolloutState: 'IN_PROGRESS', runningCount: 0 })],
      },
      'Progressing',
      'ECS has not counted yet how many hosts are eligible, deployment in progress',
    ],
    [
      'a host has no task',
      { isOnEveryHost: true, desiredCount: 50, runningCount: 49 },
      'Progressing',
      'tasks running on 49 of 50 hosts',
    ],
    [
      'a host is eligible no more, and still has its task',
      { isOnEveryHost: true, desiredCount: 49, runningCount: 50 },
      'Progressing',
      'tasks running on 50 hosts, 49 are eligible',
    ],
    [
      'hosts get their next task one after the other',
      {
        isOnEveryHost: true,
        desiredCount: 50,
        runningCount: 40,
        deployments: [
          deployment({ rolloutState: 'IN_PROGRESS', runningCount: 15 }),
          deployment({ isPrimary: false, runningCount: 25 }),
        ],
      },
      'Progressing',
      'new tasks running on 15 of 50 hosts, and 25 of the former deployment',
    ],
    ['more run than are wanted', { runningCount: 4 }, 'Progressing', '4 tasks running, 2 wanted'],
    ['a task is missing', { runningCount: 1 }, 'Progressing', '1 of 2 tasks running'],
    [
      'the rollout goes on',
      { deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] },
      'Progressing',
      '2 of 2 tasks running, deployment in progress',
    ],
    [
      'an old deployment still has tasks',
      { deployments: [deployment(), deployment({ isPrimary: false })] },
      'Progressing',
      '2 of 2 tasks running, deployment in progress',
    ],
    [
      'new tasks run beside those that they replace',
      {
        runningCount: 3,
        deployments: [
          deployment({ rolloutState: 'IN_PROGRESS', runningCount: 1 }),
          deployment({ isPrimary: false, runningCount: 2 }),
        ],
      },
      'Progressing',
      '1 of 2 new tasks running, and 2 of the former deployment',
    ],
    [
      'a new role has not reached ECS',
      { runningCount: 0, events: [CANNOT_ASSUME] },
      'Progressing',
      "0 of 2 tasks running; ECS says: failed to launch a task with (error ECS was unable to assume the role 'r'.). (ECS can assume a new role after some seconds and tries again every half minute; if this stays, check that the role exists and trusts ecs-tasks.amazonaws.com)",
    ],
    [
      'a new role has reached ECS since',
      { runningCount: 0, events: [STARTED, CANNOT_ASSUME] },
      'Progressing',
      '0 of 2 tasks running',
    ],
    [
      'a host has no room, and its hosts cannot be read',
      { isOnEveryHost: true, desiredCount: 3, runningCount: 2, events: [UNPLACED] },
      'Progressing',
      `tasks running on 2 of 3 hosts; ECS says: ${UNPLACED.replace('(service xray) ', '')}`,
    ],
    [
      'a host drains, which ECS counts no more',
      { isOnEveryHost: true, desiredCount: 4, eligibleHosts: 5, runningCount: 3 },
      'Progressing',
      'tasks running on 3 of 5 hosts',
    ],
    [
      'a host has its task where it cannot be decided whether it is eligible',
      { isOnEveryHost: true, desiredCount: 4, eligibleHosts: 2, runningCount: 3 },
      'Progressing',
      'tasks running on 3 of 4 hosts',
    ],
    [
      'a host drains while the others get their next task',
      {
        isOnEveryHost: true,
        desiredCount: 49,
        eligibleHosts: 50,
        runningCount: 40,
        deployments: [
          deployment({ rolloutState: 'IN_PROGRESS', runningCount: 15 }),
          deployment({ isPrimary: false, runningCount: 25 }),
        ],
      },
      'Progressing',
      'new tasks running on 15 of 50 hosts, and 25 of the former deployment',
    ],
    [
      'a host has no room, and its coverage says which and why',
      { isOnEveryHost: true, desiredCount: 3, eligibleHosts: 3, runningCount: 2, events: [UNPLACED] },
      'Progressing',
      'tasks running on 2 of 3 hosts',
    ],
    ['it drains', { draining: true }, 'Progressing', 'draining, 2 tasks still running'],
    [
      'it drains to the end',
      { draining: true, desiredCount: 0, runningCount: 0 },
      'Progressing',
      'draining, its last tasks are stopping',
    ],
    [
      'the circuit breaker rolled back, though all tasks run',
      { failedTaskDefinition: revision(6) },
      'Degraded',
      'the deployment of xray:6 failed and was rolled back to xray:5 (2 of 2 tasks running); ECS does not retry that revision: fix the manifest; or, if the cause is fixed elsewhere (an image pushed since), change any field of a container, such as dockerLabels',
    ],
    [
      'the first deployment failed',
      {
        runningCount: 0,
        deployments: [deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' })],
        failedTaskDefinition: revision(5),
      },
      'Degraded',
      'the deployment of xray:5 failed (0 of 2 tasks running): tasks failed to start; ECS starts no more tasks; change the manifest to roll it out again',
    ],
    [
      'tasks cannot be started',
      { runningCount: 1, events: [CANNOT_START, STEADY] },
      'Degraded',
      '1 of 2 tasks running; tasks cannot be started consistently',
    ],
    [
      'tasks could not be started once',
      { runningCount: 1, events: [STEADY, CANNOT_START] },
      'Progressing',
      '1 of 2 tasks running',
    ],
    [
      'a newer revision replaces one that failed',
      { failedTaskDefinition: revision(4) },
      'Healthy',
      '2 of 2 tasks running',
    ],
  ])('where %s', (_case, overrides, status, message) => {
    expect(healthOf(rollout(overrides), [RUNNING], undefined, NOW)).toMatchObject({ status, message });
  });

  test('where a container fails its health check', () => {
    const tasks = [RUNNING, { ...RUNNING, healthStatus: 'UNHEALTHY' }];
    expect(healthOf(rollout(), tasks, undefined, NOW)).toMatchObject({
      status: 'Progressing',
      message: expect.stringContaining('2 of 2 tasks running, 1 unhealthy') as string,
    });
  });

  test('tells why tasks stop and what to do', () => {
    const reason = 'CannotPullContainerError: failed to resolve ref xray:nope: not found';
    const stops = { count: 1, reason, lastAt: NOW };
    expect(healthOf(rollout({ runningCount: 1 }), [], stops, NOW).message).toBe(
      `1 of 2 tasks running; tasks stop: ${reason} (the image or its tag does not exist: check the image in the manifest)`,
    );
  });
});

describe('tasks that stop by themselves', () => {
  const killed =
    'Essential container in task exited; container xray: OutOfMemoryError: container killed, exit code 137';
  const stops = (overrides: Partial<Stops> = {}): Stops => ({
    count: 12,
    reason: killed,
    lastAt: NOW - MINUTE_MS,
    ...overrides,
  });

  test('are a crash loop although all of them run and ECS counts nothing', () => {
    expect(healthOf(rollout(), [RUNNING], stops(), NOW)).toEqual({
      status: 'Degraded',
      reason: 'CrashLooping',
      cause: 'the container ran out of memory: raise spec.memory',
      message: `2 of 2 tasks running; 12 of its tasks stopped within the hour, the last one: ${killed} (the container ran out of memory: raise spec.memory)`,
    });
  });

  test.each([
    ['two of two tasks', 2, { count: 2 }, false],
    ['three of two tasks', 2, { count: 3 }, true],
    ['three of a hundred tasks', 100, { count: 3 }, false],
    ['ten of a hundred tasks', 100, { count: 10 }, true],
    ['the last of them twenty minutes ago', 2, { lastAt: NOW - 20 * MINUTE_MS }, false],
    ['the last of them nineteen minutes ago', 2, { lastAt: NOW - 19 * MINUTE_MS }, true],
  ])('are one or are none: %s', (_case, count, overrides, isLoop) => {
    const health = healthOf(
      rollout({ desiredCount: count, runningCount: count }),
      [RUNNING],
      stops(overrides),
      NOW,
    );
    expect(health.reason === 'CrashLooping').toBe(isLoop);
    expect(health.status === 'Healthy').toBe(!isLoop);
  });

  test.each([
    ['CannotPullContainerError: failed to resolve ref xray:nope: not found', 'ImageNotFound', true],
    ['CannotPullContainerError: pull access denied for xray', 'ImagePullDenied', true],
    ['exec /xray: exec format error', 'ImagePlatformMismatch', true],
    [
      'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit',
      'ImagePullLimited',
      false,
    ],
    [killed, 'CrashLooping', false],
  ])('need people where nothing else helps: %s', (reason, expected, needsPeople) => {
    const health = healthOf(rollout({ runningCount: 0 }), [], stops({ reason, count: 3 }), NOW);
    expect(health).toMatchObject({ status: 'Degraded', reason: expected });
    expect(health.needsPeople === true).toBe(needsPeople);
  });

  test('need none of them at the first failures, which may end by themselves', () => {
    const reason = 'CannotPullContainerError: pull access denied for xray';
    const health = healthOf(rollout({ runningCount: 0 }), [], stops({ reason, count: 2 }), NOW);
    expect(health).toMatchObject({ status: 'Progressing' });
    expect(health.needsPeople).toBeUndefined();
  });

  test('need them at once where ECS has given the rollout up, and say when it is tried again', () => {
    const reason = 'CannotPullContainerError: pull access denied for xray';
    const failed = rollout({
      runningCount: 0,
      deployments: [deployment({ rolloutState: 'FAILED' })],
      retryAt: NOW + 5 * MINUTE_MS,
    });
    expect(healthOf(failed, [], stops({ reason, count: 2 }), NOW)).toMatchObject({
      reason: 'ImagePullDenied',
      needsPeople: true,
      retryAt: NOW + 5 * MINUTE_MS,
      message: expect.stringMatching(/otherwise Stationkeeper retries at 2026-11-29T12:05:00\.000Z$/),
    });
  });

  test('need them where ECS has given the rollout up and nobody tries it again, and not where it is', () => {
    const deployments = [
      deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.', runningCount: 0 }),
      deployment({ isPrimary: false, runningCount: 2 }),
    ];
    const retried = healthOf(rollout({ deployments, retryAt: NOW }), [RUNNING], undefined, NOW);
    expect(retried.needsPeople).toBeUndefined();
    expect(retried.message).toContain(
      'failed (0 of 2 new tasks running, and 2 of the former deployment): tasks',
    );
    const left = rollout({ deployments: [deployment({ rolloutState: 'FAILED' })] });
    expect(healthOf(left, [RUNNING], undefined, NOW)).toMatchObject({
      reason: 'DeploymentFailed',
      needsPeople: true,
    });
  });

  test('say that a revision was rolled back, and that only people help', () => {
    expect(healthOf(rollout({ failedTaskDefinition: revision(6) }), [RUNNING], stops(), NOW)).toMatchObject({
      reason: 'RolledBack',
      needsPeople: true,
      cause: 'xray:6 was rolled back: the container ran out of memory: raise spec.memory',
    });
  });
});

test('stopped tasks are looked at where a task is much younger than its deployment, for as long as ECS shows them', () => {
  const begun = NOW - 24 * 60 * MINUTE_MS;
  const steady = rollout({ deployments: [deployment({ createdAt: begun })] });
  const need = (createdAt: number) => needOfExplanation(steady, [{ ...RUNNING, createdAt }], NOW);
  expect(need(begun + MINUTE_MS)).toBe(0);
  expect(need(NOW - 61 * MINUTE_MS)).toBe(0);
  expect(need(NOW - 59 * MINUTE_MS)).toBe(1);
});

test('stopped tasks are looked at first where a deployment failed, and not at all where all is well', () => {
  const cases = [
    rollout(),
    rollout({ runningCount: 1 }),
    rollout({ runningCount: 1, deployments: [deployment({ failedTasks: 3 })] }),
    rollout({ runningCount: 1, events: [CANNOT_START] }),
    rollout({ failedTaskDefinition: revision(6) }),
  ];
  expect(cases.map((one) => needOfExplanation(one, [], NOW))).toEqual([0, 1, 2, 3, 4]);
});

test.each([
  ['CannotPullContainerError: dial tcp: i/o timeout', 'NAT gateway'],
  ['CannotPullContainerError: toomanyrequests: You have reached your pull rate limit', 'Docker Hub'],
  ['CannotPullContainerError: pull access denied for xray', 'execution role'],
  ['ResourceInitializationError: unable to pull secrets or registry auth', 'execution role'],
  ['ResourceInitializationError: failed to initialize logging driver: log group does not exist', 'log group'],
  [
    'Essential container in task exited; container xray: OutOfMemoryError: container killed, exit code 137',
    'memory',
  ],
  ['exec /xray: exec format error', 'CPU architecture'],
  [
    "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/arm64'",
    'CPU architecture',
  ],
  [
    'CannotStartContainerError: unable to start container process: exec: "/missing": no such file or directory',
    'entryPoint and command',
  ],
  ['Task failed container health checks', 'startPeriod'],
  ['Essential container in task exited; container xray: exit code 1', 'stationkeeper logs NAME'],
  ['Essential container in task exited; container xray: exit code 0', 'without an error'],
  [
    'Essential container in task exited; container xray: exit code 137',
    'killed, most often because it had too little memory',
  ],
  [
    'Essential container in task exited; container a: exit code 2; container b: exit code 137',
    'with an error',
  ],
  ['Essential container in task exited; container xray: exit code 127', 'entryPoint and command'],
  ['Task failed container health checks; container xray: exit code 137', 'startPeriod'],
  [
    'CannotPullContainerError: failed to resolve ref 1.dkr.ecr.us-east-1.amazonaws.com/x:1: unexpected status from HEAD request: 403 Forbidden',
    'may not pull',
  ],
  [
    'CannotPullContainerError: failed to resolve ref x: failed to do request: dial tcp: lookup example.org: no such host',
    'NAT gateway',
  ],
  [
    'CannotPullContainerError: failed to resolve ref x: unexpected status from HEAD request to x: 503 Service Unavailable',
    'registry fails',
  ],
  ['CannotPullContainerError: failed to resolve ref x: x: not found', 'its tag does not exist'],
  ['CannotPullContainerError: failed to copy: write /x: no space left on device', 'ephemeralStorage'],
  [
    'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue',
    'lacks a permission: add',
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    'no such secret',
  ],
  [
    'ResourceInitializationError: unable to pull secrets or registry auth: There is a connection issue between the task and AWS Secrets Manager.',
    'cannot be reached',
  ],
  [
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: not authorized',
    'may not write to the log group',
  ],
  [
    "Unexpected EC2 error while attempting to Create Network Interface in subnet 's': InsufficientFreeAddressesInSubnet",
    'no free address',
  ],
  [
    "Unexpected EC2 error while attempting to Create Network Interface in subnet 's': InvalidGroup.NotFound",
    'security group is gone',
  ],
  [
    '(service x) was unable to place a task. Reason: Capacity is unavailable at this time.',
    'Availability Zones',
  ],
  ["You've reached the limit on the number of vCPUs you can run concurrently", 'Service Quotas'],
  ['Timeout waiting for service discovery instance provisioning to complete.', 'Cloud Map'],
  ['Unexpected EC2 error while attempting to Create Network Interface', 'subnet'],
])('%s is explained', (reason, part) => {
  expect(explained(reason)).toContain(part);
});

test('a reason that nobody knows is told as it is', () => {
  expect(explained('The moon is full')).toBe('The moon is full');
});

describe('the revision that failed', () => {
  const event = (id: string, what: string) => ({
    message: `(service xray) (deployment ${id}) deployment ${what}.`,
  });
  const FAILED = event('ecs-svc/6', 'failed: tasks failed to start');
  const both = [
    { id: 'ecs-svc/6', taskDefinition: revision(6) },
    { id: 'ecs-svc/5', taskDefinition: revision(5) },
  ];
  const rolledBack = { serviceArn: 'a', deployments: [both[1]!], events: [FAILED] };

  /** An ECS that has rolled these back, with the times. */
  function failures(history: readonly { readonly of: number; readonly at: number }[] = []) {
    const asked: string[] = [];
    const look = createFailedDeployments({
      listServiceDeployments: () => {
        asked.push('list');
        const serviceDeployments = history.map(({ of, at }) => ({
          createdAt: new Date(at),
          targetServiceRevisionArn: `service-revision/${of}`,
        }));
        return Promise.resolve({ serviceDeployments, $metadata: {} });
      },
      describeServiceRevisions: ({ serviceRevisionArns: [arn = ''] = [] }) => {
        asked.push(arn);
        const taskDefinition = revision(Number(arn.split('/').at(-1)));
        return Promise.resolve({ serviceRevisions: [{ taskDefinition }], $metadata: {} });
      },
    });
    return { ...look, asked };
  }

  test('is known by its event after ECS has dropped its deployment', async () => {
    const look = failures();
    expect(look.of({ serviceArn: 'a', deployments: both, events: [] })).toBeNull();
    const after = { ...rolledBack, events: [event('ecs-svc/5', 'completed'), FAILED] };
    await look.learn(after);
    expect(look.of(after)).toBe(revision(6));
    expect(look.asked).toEqual([]);
  });

  test('is known by its deployment while ECS lists that', () => {
    const deployments = [both[1]!, { ...both[0]!, rolloutState: 'FAILED' as const }];
    expect(failures().of({ serviceArn: 'a', deployments, events: [] })).toBe(revision(6));
  });

  test('is none that succeeded later', async () => {
    const look = failures();
    const again = { id: 'ecs-svc/7', taskDefinition: revision(6) };
    const events = [event('ecs-svc/7', 'completed'), FAILED];
    const service = { serviceArn: 'a', deployments: [again, ...both], events };
    await look.learn(service);
    expect(look.of(service)).toBeNull();
  });

  test('is looked up once where nobody has seen it: the newest that was rolled back', async () => {
    const look = failures([
      { of: 4, at: 1 },
      { of: 6, at: 3 },
      { of: 5, at: 2 },
    ]);
    await look.learn(rolledBack);
    await look.learn(rolledBack);
    expect(look.of(rolledBack)).toBe(revision(6));
    expect(look.asked).toEqual(['list', 'service-revision/6']);
  });

  test('is none that AWS has forgotten: it is tried once more', async () => {
    const look = failures();
    await look.learn(rolledBack);
    await look.learn(rolledBack);
    expect(look.of(rolledBack)).toBeNull();
    expect(look.asked).toEqual(['list']);
  });
});
