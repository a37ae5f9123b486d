import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { Needs } from '../../controller/core/outputs.ts';
import type { Desired, Observed, Workload } from '../../controller/core/resource.ts';
import type { DeploymentFact } from '../../controller/core/rollout/facts.ts';
import { ROLLOUT_TAG, heldText } from '../../controller/core/rollout/held.ts';
import { createDeployments, factOf } from '../../controller/kinds/service/deployments.ts';
import type { Rollout } from '../../controller/kinds/service/health.ts';
import { serviceKind } from '../../controller/kinds/service/index.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { ServiceState } from '../../controller/kinds/service/state.ts';
import { lastDeploymentOf } from '../../controller/kinds/service/workload.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { doneOf, tagsFor } from '../support/kinds/desired.ts';
import { needsByKind, nothingFound } from '../support/kinds/known.ts';
import { desiredService } from '../support/kinds/services.ts';
import { BAD_IMAGE, xrayAccount } from '../support/kinds/xray-account.ts';
import type { XrayAccount } from '../support/kinds/xray-account.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';

const TARGET = { definition: '0123456789abcdef', expansion: 'fedcba9876543210' };
const BROKE = 'Service deployment stopped because the circuit breaker threshold was exceeded.';
const ALARMED = 'Service deployment stopped because an alarm was triggered: errors.';
const SUPERSEDED = 'Service deployment stopped because a newer service deployment started.';

describe('a deployment that ECS lists', () => {
  const END = new Date(9000);

  test.each<[Partial<ServiceDeploymentBrief>, DeploymentFact['state']]>([
    [{ status: 'PENDING' }, 'inProgress'],
    [{ status: 'IN_PROGRESS' }, 'inProgress'],
    [{ status: 'STOP_REQUESTED' }, 'inProgress'],
    [{ status: 'SUCCESSFUL', finishedAt: END }, 'succeeded'],
    [{ status: 'STOPPED', finishedAt: END, statusReason: SUPERSEDED }, 'stopped'],
    [{ status: 'STOPPED', finishedAt: END }, 'stopped'],
    [{ status: 'STOPPED', finishedAt: END, statusReason: BROKE }, 'failed'],
    [{ status: 'STOPPED', finishedAt: END, statusReason: ALARMED }, 'failed'],
    [{ status: 'ROLLBACK_REQUESTED' }, 'failed'],
    [{ status: 'ROLLBACK_IN_PROGRESS' }, 'failed'],
    [{ status: 'ROLLBACK_SUCCESSFUL', finishedAt: END }, 'failed'],
    [{ status: 'ROLLBACK_FAILED', finishedAt: END }, 'failed'],
    [{ status: 'HELD' as 'PENDING' }, 'inProgress'],
    [{ status: 'ENDED' as 'PENDING', finishedAt: END }, 'stopped'],
  ])('as %j is %s', (brief, state) => {
    const finishedAt = brief.finishedAt?.getTime();
    expect(factOf({ createdAt: new Date(5000), ...brief })).toEqual({
      createdAt: 5000,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      state,
    });
  });
});

describe('the last deployment of a service', () => {
  const PRIMARY: Rollout['deployments'][number] = {
    id: 'ecs-svc/1',
    isPrimary: true,
    taskDefinition: 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:1',
    rolloutState: undefined,
    rolloutStateReason: '',
    failedTasks: 0,
    runningCount: 2,
  };

  function lastOf(rolloutState: string | undefined, over: Partial<Rollout> = {}) {
    return lastDeploymentOf({
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      draining: false,
      failedTaskDefinition: null,
      deployments: [{ ...PRIMARY, rolloutState }],
      events: [],
      ...over,
    });
  }

  test.each<[string, string | undefined, Partial<Rollout>, ReturnType<typeof lastDeploymentOf>]>([
    ['that ECS calls COMPLETED, whatever runs', 'COMPLETED', { runningCount: 1 }, 'completed'],
    ['that ECS calls FAILED', 'FAILED', {}, 'failed'],
    ['that ECS calls IN_PROGRESS, whatever runs', 'IN_PROGRESS', {}, 'inProgress'],
    ['of which no state is told and all of which runs', undefined, {}, 'completed'],
    ['of no task, of which no state is told', undefined, { desiredCount: 0, runningCount: 0 }, 'completed'],
    ['of which no state is told and a part runs', undefined, { runningCount: 1 }, 'inProgress'],
    ['of which no state is told and more is pending', undefined, { pendingCount: 1 }, 'inProgress'],
    [
      'of which no state is told beside a former one',
      undefined,
      { deployments: [PRIMARY, { ...PRIMARY, id: 'ecs-svc/0', isPrimary: false }] },
      'inProgress',
    ],
    ['that there is none of', undefined, { deployments: [] }, undefined],
  ])('%s', (_, state, over, outcome) => {
    expect(lastOf(state, over)).toBe(outcome);
  });
});

describe('the memory of deployments', () => {
  const CREATED = Date.UTC(2026, 10, 2, 8);
  const NOW = CREATED + 3_600_000;

  function serviceThat(over: Partial<Service> = {}, rolloutState = 'COMPLETED'): Service {
    return {
      serviceArn: 'arn:aws:ecs:us-east-1:385605022855:service/daemons/xray',
      clusterArn: 'arn:aws:ecs:us-east-1:385605022855:cluster/daemons',
      deployments: [
        {
          id: 'ecs-svc/1',
          status: 'PRIMARY',
          createdAt: new Date(CREATED),
          rolloutState: rolloutState as 'COMPLETED',
        },
      ],
      currentServiceRevisions: [{ arn: 'service-revision/1' }],
      ...over,
    };
  }

  const IN_PROGRESS: ServiceDeploymentBrief = { createdAt: new Date(CREATED), status: 'IN_PROGRESS' };
  const SUCCESSFUL: ServiceDeploymentBrief = {
    createdAt: new Date(CREATED),
    finishedAt: new Date(CREATED + 60_000),
    status: 'SUCCESSFUL',
  };
  const SUCCEEDED = {
    deployments: [{ createdAt: CREATED, finishedAt: CREATED + 60_000, state: 'succeeded' }],
  };

  /** An ECS whose list is what it was told last, or which fails so; each look counts what it was asked. */
  function stage() {
    const clock = new VirtualClock();
    let asked = 0;
    let answer: readonly ServiceDeploymentBrief[] | StationkeeperError = [];
    const deployments = createDeployments(
      {
        listServiceDeployments: () => {
          asked += 1;
          if (answer instanceof StationkeeperError) return Promise.reject(answer);
          return Promise.resolve({ serviceDeployments: [...answer], $metadata: {} });
        },
      },
      clock,
    );
    return {
      clock,
      answers: (next: typeof answer) => {
        answer = next;
      },
      look: async (service: Service, { since = CREATED, now = NOW } = {}) => {
        asked = 0;
        const tags = { [ROLLOUT_TAG]: heldText(TARGET, since) };
        const found = await deployments.look([{ service, tags }], now);
        return { found: found.get(service.serviceArn ?? ''), asked };
      },
    };
  }

  const EVENT = {
    id: 'e1',
    message: '(service xray) (deployment ecs-svc/0) deployment failed: alarm detected.',
  };
  const STEADY = { id: 'e2', message: '(service xray) has reached a steady state.' };

  test.each<[string, Service, { readonly since?: number }, number]>([
    ['nothing has changed', serviceThat(), {}, 0],
    ['ECS has said that it is steady', serviceThat({ events: [STEADY] }), {}, 0],
    ['the target is another', serviceThat(), { since: CREATED - 5 }, 1],
    ['the deployment goes on again', serviceThat({}, 'IN_PROGRESS'), {}, 1],
    [
      'another deployment is in force',
      serviceThat({ deployments: [{ ...serviceThat().deployments![0], id: 'ecs-svc/2' }] }),
      {},
      1,
    ],
    ['one came and went in between', serviceThat({ events: [STEADY, EVENT] }), {}, 1],
  ])('asks again of what had ended where %s: %#', async (_, service, at, asked) => {
    const { look, answers } = stage();
    answers([SUCCESSFUL]);
    expect(await look(serviceThat())).toEqual({ found: SUCCEEDED, asked: 1 });
    expect(await look(service, at)).toEqual({ found: SUCCEEDED, asked });
  });

  test('asks again while the list is behind the service that has completed, and no longer', async () => {
    const { look, answers } = stage();
    answers([IN_PROGRESS]);
    const behind = { deployments: [{ createdAt: CREATED, state: 'inProgress' }] };
    expect(await look(serviceThat({}, 'IN_PROGRESS'))).toEqual({ found: behind, asked: 1 });
    expect((await look(serviceThat({}, 'IN_PROGRESS'))).asked).toBe(0);
    expect(await look(serviceThat())).toEqual({ found: behind, asked: 1 });
    expect((await look(serviceThat())).asked).toBe(1);
    answers([SUCCESSFUL]);
    expect(await look(serviceThat())).toEqual({ found: SUCCEEDED, asked: 1 });
    expect((await look(serviceThat())).asked).toBe(0);
  });

  test('asks again for a minute where the list lacks the deployment that has just begun', async () => {
    const { look } = stage();
    for (const seconds of [0, 30, 59, 61]) {
      const { asked } = await look(serviceThat(), { now: CREATED + seconds * 1000 });
      expect(asked).toBe(1);
    }
    expect((await look(serviceThat(), { now: CREATED + 62_000 })).asked).toBe(0);
  });

  test('leaves out what was deployed before the target was begun, and puts the oldest first', async () => {
    const { look, answers } = stage();
    const at = (ms: number) => ({ ...SUCCESSFUL, createdAt: new Date(CREATED + ms) });
    answers([at(10), at(0), at(-1)]);
    const { found } = await look(serviceThat());
    expect(found?.deployments?.map(({ createdAt }) => createdAt - CREATED)).toEqual([0, 10]);
  });

  test('tells why it does not know, and asks again with the next look', async () => {
    const { look, answers } = stage();
    answers([SUCCESSFUL]);
    await look(serviceThat());
    answers(failure('AccessDeniedException', 'AWS denies ecs:ListServiceDeployments'));
    const refused = { deploymentsUnread: 'AWS denies ecs:ListServiceDeployments' };
    expect((await look(serviceThat({}, 'IN_PROGRESS'))).found).toEqual(refused);
    expect((await look(serviceThat({}, 'IN_PROGRESS'))).found).toEqual(refused);
    answers([SUCCESSFUL]);
    expect((await look(serviceThat({}, 'IN_PROGRESS'))).found).toEqual(SUCCEEDED);
  });

  const WITHOUT_REVISIONS = serviceThat({ currentServiceRevisions: undefined });

  test.each<[string, Service, boolean]>([
    ['UnknownOperationException', serviceThat(), true],
    ['NotImplemented', serviceThat(), true],
    // What moto says: a page of HTML.
    ['SyntaxError', WITHOUT_REVISIONS, true],
    ['SyntaxError', serviceThat(), false],
    ['InternalFailure', WITHOUT_REVISIONS, true],
    ['InternalFailure', serviceThat(), false],
    ['AccessDeniedException', WITHOUT_REVISIONS, false],
    ['ThrottlingException', WITHOUT_REVISIONS, false],
  ])(
    'takes %s for an endpoint without the operation, or for a failure: %#',
    async (code, service, isWithout) => {
      const { look, answers } = stage();
      answers(failure(code, 'failed'));
      expect(await look(service)).toEqual({
        found: isWithout ? {} : { deploymentsUnread: 'failed' },
        asked: 1,
      });
      expect((await look(service)).asked).toBe(isWithout ? 0 : 1);
    },
  );

  test('forgets a service that has not been seen for an hour', async () => {
    const { look, answers, clock } = stage();
    answers([SUCCESSFUL]);
    await look(serviceThat());
    await clock.advance(3_599_000);
    expect((await look(serviceThat())).asked).toBe(0);
    await clock.advance(3_601_000);
    expect((await look(serviceThat())).asked).toBe(1);
  });

  function failure(code: string, message: string): StationkeeperError {
    return new StationkeeperError({ code, message, retry: 'backoff' });
  }
});

describe('a service that goes through a Rollout', () => {
  const STAGED: Desired<ServiceSpec> = { ...desiredService(), target: TARGET };
  const PLAIN = desiredService();

  let world: SandboxAws;
  let outputs: Record<string, Readonly<Record<string, string | readonly string[]>>>;
  let register: XrayAccount['register'];
  let driver: ReturnType<typeof serviceKind.driver>;
  const needs: Needs = (id) => needsByKind(outputs)(id);

  beforeEach(async () => {
    ({ world, outputs, register } = await xrayAccount());
    driver = serviceKind.driver(world.context);
  });

  const create = async (desired = STAGED) =>
    doneOf(await world.run(driver.create(desired, { ...tagsFor(world, desired), ...begunNow() }, needs)));
  const begunNow = () => ({ [ROLLOUT_TAG]: heldText(TARGET, world.context.awsClock.now() ?? 0) });

  /** Begins the target anew, as of now. */
  async function begin(): Promise<void> {
    await world.run(driver.tag(await observe(), begunNow(), []));
  }

  async function observe(desired = STAGED): Promise<Observed<ServiceState>> {
    world.context.inventory.startPass();
    const { items } = await world.run(
      driver.observe({ desired: [desired], scope: 'all-owned', needs, findings: nothingFound }),
    );
    return items[0] as Observed<ServiceState>;
  }

  async function workload(desired = STAGED): Promise<Workload> {
    return (await observe(desired)).workload!;
  }

  const asked = () => world.requests.filter(({ operation }) => operation === 'ListServiceDeployments').length;

  async function until(isSo: (seen: Workload) => boolean): Promise<Workload> {
    for (let seconds = 0; seconds < 3600; seconds += 5) {
      const seen = await workload();
      if (isSo(seen)) return seen;
      await world.clock.advance(5000);
    }
    throw new Error('It never came to be so.');
  }

  const isCompleted = ({ deployment }: Workload) => deployment?.outcome === 'completed';
  const update = (input: { readonly taskDefinition?: string; readonly forceNewDeployment?: true }) =>
    world.aws.ecs.updateService({ cluster: 'daemons', service: 'xray', ...input });
  const states = ({ deployments = [] }: Workload) => deployments.map(({ state }) => state);

  test('has one that completes, from the moment of its creation, with the time of its end', async () => {
    await create();
    const createdAt = world.context.awsClock.now();
    const begun = await workload();
    expect(begun.deployment?.outcome).toBe('inProgress');
    expect(begun.deployments).toEqual([{ createdAt, state: 'inProgress' }]);
    const { deployments } = await until(isCompleted);
    expect(deployments).toEqual([{ createdAt, state: 'succeeded', finishedAt: expect.any(Number) }]);
    expect(deployments![0]!.finishedAt).toBeGreaterThan(createdAt!);
  });

  test('has those alone that its target has begun', async () => {
    await create();
    await until(isCompleted);
    await world.clock.advance(60_000);
    await begin();
    expect((await workload()).deployments).toEqual([]);
    await update({ forceNewDeployment: true });
    await until(isCompleted);
    expect(states(await workload())).toEqual(['succeeded']);
  });

  test('has one failed that ECS rolled back, also where that came and went between two looks', async () => {
    await create();
    await until(isCompleted);
    await world.clock.advance(60_000);
    await begin();
    const before = await workload();
    expect(states(before)).toEqual([]);
    await update({ taskDefinition: await register(BAD_IMAGE) });
    await world.clock.advance(3_600_000);
    const after = await workload();
    expect(after.deployment).toEqual(before.deployment);
    expect(after.deployments).toEqual([
      { createdAt: expect.any(Number), finishedAt: expect.any(Number), state: 'failed' },
    ]);
  });

  test('has one stopped that a newer one superseded, oldest first', async () => {
    await create();
    await until(isCompleted);
    await world.clock.advance(60_000);
    await begin();
    await update({ forceNewDeployment: true });
    expect(states(await workload())).toEqual(['inProgress']);
    await world.clock.advance(5000);
    await update({ forceNewDeployment: true });
    expect(states(await workload())).toEqual(['stopped', 'inProgress']);
    expect(states(await until(isCompleted))).toEqual(['stopped', 'succeeded']);
  });

  test('is asked about once as long as nothing changes, and once more after a restart, with the same facts', async () => {
    await create();
    const before = await until(isCompleted);
    world.resetRequests();
    for (let look = 0; look < 5; look += 1) {
      await world.clock.advance(600_000);
      expect((await workload()).deployments).toEqual(before.deployments);
    }
    expect(asked()).toBe(0);
    driver = serviceKind.driver(world.context);
    expect((await workload()).deployments).toEqual(before.deployments);
    expect((await workload()).deployments).toEqual(before.deployments);
    expect(asked()).toBe(1);
  });

  test('is asked about as often as its deployment changes its state while it goes on', async () => {
    await create();
    world.resetRequests();
    await until(isCompleted);
    expect(asked()).toBe(2);
  });

  test.each<[string, Desired<ServiceSpec>, boolean]>([
    ['that names no Rollout', PLAIN, true],
    ['that has begun no target', STAGED, false],
  ])('%s is not asked about', async (_, desired, isBegun) => {
    await create(desired);
    if (!isBegun) await world.run(driver.tag(await observe(), {}, [ROLLOUT_TAG]));
    world.resetRequests();
    const seen = await workload(desired);
    expect(seen).not.toHaveProperty('deployments');
    expect(seen).not.toHaveProperty('deploymentsUnread');
    expect(asked()).toBe(0);
  });

  test('of another owner is not asked about', async () => {
    await create();
    const { items } = await serviceKind
      .driver({ ...world.context, claim: { ...world.context.claim, owner: 'another' } })
      .observe({ desired: [STAGED], scope: 'these', needs, findings: nothingFound });
    expect(items).toMatchObject([{ owner: 'another' }]);
    expect(items[0]?.workload).not.toHaveProperty('deployments');
    expect(asked()).toBe(0);
  });

  test('is seen where ECS refuses to tell its deployments, with why these are not known', async () => {
    await create();
    world.failNext('ecs:ListServiceDeployments', 'AccessDeniedException', { status: 403 });
    const { workload: seen } = await observe();
    expect(seen).not.toHaveProperty('deployments');
    expect(seen?.deploymentsUnread).toContain('AWS denies ecs:ListServiceDeployments');
    expect(await workload()).toMatchObject({ deployments: [{ state: 'inProgress' }] });
  });

  test('of an endpoint without the operation has neither deployments nor a reason, and is asked about once', async () => {
    await create();
    await until(isCompleted);
    driver = serviceKind.driver(world.context);
    world.resetRequests();
    world.failNext('ecs:ListServiceDeployments', 'UnknownOperationException', { times: 2 });
    for (let look = 0; look < 2; look += 1) {
      const seen = await workload();
      expect(seen.deployment?.outcome).toBe('completed');
      expect(seen).not.toHaveProperty('deployments');
      expect(seen).not.toHaveProperty('deploymentsUnread');
    }
    expect(asked()).toBe(1);
  });
});
