import { describe, expect, test } from 'vitest';
import type { Observed, Task } from '../../controller/core/resource.ts';
import { HEALTHY } from '../../controller/core/kind.ts';
import { serviceModel } from '../../controller/kinds/service/model.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { ServiceState } from '../../controller/kinds/service/state.ts';
import { desiredService } from '../support/kinds/services.ts';

interface Seen {
  /** What ECS counts. */
  readonly desiredCount?: number;
  readonly tasks?: readonly Task[];
}

function outlook(spec: Partial<ServiceSpec>, { desiredCount, tasks }: Seen, paths = ['taskDefinition']) {
  const desired = desiredService(spec);
  const state: ServiceState = {
    status: 'ACTIVE',
    failedTaskDefinition: null,
    rolloutRetry: null,
    ...(desiredCount === undefined ? {} : { desiredCount }),
  };
  const observed: Observed<ServiceState> = {
    id: desired.id,
    owner: 'us',
    tags: {},
    state,
    outputs: {},
    health: HEALTHY,
    tasks: tasks ?? Array.from({ length: desiredCount ?? 0 }, (_, nth) => running(`${nth}`)),
  };
  return serviceModel.restart?.(desired, observed, paths);
}

const running = (id: string): Task => ({ id, lastStatus: 'RUNNING', healthStatus: 'UNKNOWN' });

const daemon = (minimumHealthyPercent: number): Partial<ServiceSpec> => ({
  schedulingStrategy: 'DAEMON',
  launchType: 'EC2',
  desiredCount: undefined as never,
  minimumHealthyPercent,
  maximumPercent: 100,
});

const replicas = (desiredCount: number, spec: Partial<ServiceSpec>): Partial<ServiceSpec> => ({
  launchType: 'EC2',
  desiredCount,
  ...spec,
});

describe('a plan says what a rollout stops', () => {
  test.each<[number, number, string]>([
    [
      50,
      50,
      'its rollout stops the task of each of 50 hosts, at most 25 at a time, and a host has none until the next one runs',
    ],
    // ECS rounds up what has to stay.
    [
      3,
      50,
      'its rollout stops the task of each of 3 hosts, at most 1 at a time, and a host has none until the next one runs',
    ],
    [
      3,
      0,
      'its rollout stops the task of each of 3 hosts, all at once, and a host has none until the next one runs',
    ],
    [1, 0, 'its rollout stops the task of its one host, which has none until the next one runs'],
  ])('on %i hosts of which %i percent keep their task', (desiredCount, minimum, says) => {
    expect(outlook(daemon(minimum), { desiredCount })).toEqual({ says });
  });

  test('of which there may not be more tasks than are wanted', () => {
    const spec = replicas(4, { minimumHealthyPercent: 50, maximumPercent: 100 });
    expect(outlook(spec, { desiredCount: 4 })).toEqual({
      says: 'its rollout stops 4 tasks, at most 2 at a time, each before the next one starts',
    });
  });

  test('of a service that has but one task', () => {
    const spec = replicas(1, { minimumHealthyPercent: 0, maximumPercent: 100 });
    expect(outlook(spec, { desiredCount: 1 })).toEqual({
      says: 'its rollout stops its one task before the next one starts',
    });
  });

  test('by the count that a scaled service has, not the one that it began with', () => {
    const spec = replicas(1, { minimumHealthyPercent: 50, maximumPercent: 100, scaledBy: 'others' });
    expect(outlook(spec, { desiredCount: 6 })?.says).toMatch(/stops 6 tasks, at most 3 at a time/);
  });
});

describe('a plan says nothing of a rollout', () => {
  test('that starts a task before it stops one', () => {
    expect(outlook(replicas(4, { minimumHealthyPercent: 100, maximumPercent: 200 }), {})).toBeUndefined();
  });

  test('where there is none', () => {
    expect(outlook(daemon(50), { desiredCount: 50 }, ['minimumHealthyPercent', 'tags.team'])).toBeUndefined();
  });

  test('on no host', () => {
    expect(outlook(daemon(50), { desiredCount: 0 })).toBeUndefined();
  });

  test('where ECS does not say how many hosts there are', () => {
    expect(outlook(daemon(50), {})).toBeUndefined();
  });
});

test.each(['registrations', 'rollout', 'securityGroups', 'servicePlacementConstraints[memberOf]'])(
  'a daemon is started anew for %s',
  (path) => {
    expect(outlook(daemon(50), { desiredCount: 2 }, [path])?.says).toMatch(/each of 2 hosts/);
  },
);

test('a service with a count of its own is not started anew for the hosts that it may be on', () => {
  const spec = replicas(2, { minimumHealthyPercent: 50, maximumPercent: 100 });
  expect(outlook(spec, { desiredCount: 2 }, ['servicePlacementConstraints[memberOf]'])).toBeUndefined();
});

describe('a rollout cannot proceed', () => {
  test.each<[number, number, RegExp]>([
    [
      1,
      50,
      /^its rollout cannot proceed: on its one host a task stops before the next starts, and minimumHealthyPercent 50 lets none stop; write deployment: \{ minimumHealthyPercent: 0 \}$/,
    ],
    [
      3,
      90,
      /on 3 hosts .* minimumHealthyPercent 90 lets none stop; write deployment: \{ minimumHealthyPercent: 66 \}$/,
    ],
  ])('on %i hosts of which %i percent keep their task', (desiredCount, minimum, why) => {
    expect(outlook(daemon(minimum), { desiredCount })?.cannot).toMatch(why);
  });

  test('with what it advises', () => {
    for (const desiredCount of [1, 2, 3, 7, 50, 333]) {
      const { cannot = '' } = outlook(daemon(99), { desiredCount }) ?? {};
      const [, advised] = /minimumHealthyPercent: (\d+)/.exec(cannot) ?? [];
      expect(outlook(daemon(Number(advised ?? 0)), { desiredCount })?.cannot).toBeUndefined();
    }
  });

  test('unless nothing runs that would have to stop, or what runs is ill', () => {
    expect(outlook(daemon(50), { desiredCount: 1, tasks: [] })).toBeUndefined();
    const ill = { ...running('1'), healthStatus: 'UNHEALTHY' };
    expect(outlook(daemon(50), { desiredCount: 1, tasks: [ill] })).toBeUndefined();
  });
});
