import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../controller/status/fleet.ts';
import type { FleetDefinition } from '../../controller/status/fleet-schema.ts';
import { rolloutObjects } from '../../controller/status/rollouts.ts';
import type { ObjectStatus } from '../../controller/status/schema.ts';
import { onlyObject, reportOf } from '../support/reports/reports.ts';
import {
  courseOfFleet,
  deployment,
  holding,
  NEW,
  NOTHING,
  OLD,
  old,
  stage,
  underWay,
} from '../support/rollouts/members.ts';
import type { Fleet } from '../support/rollouts/members.ts';

function objectIn(environment: string, overrides: Partial<ObjectStatus> = {}): ObjectStatus {
  return { ...onlyObject(reportOf()), environment, ...overrides };
}

function onlyDefinition(definitions: readonly FleetDefinition[]): FleetDefinition {
  const [definition, ...others] = definitions;
  if (definition === undefined || others.length > 0) throw new Error('there is not exactly one definition');
  return definition;
}

const DONE = holding(NEW, -120, { deployments: [deployment(-120, 'succeeded', -115)] });

/** One done and one soaking in canary; in eu one failed; in the rest one that waits, and one where nothing is. */
const FLEET: Fleet = {
  stages: [
    stage('canary', { soakMs: 3_600_000 }),
    stage('eu', { maxFailures: 1, maxConcurrent: { count: 1 } }),
    stage('rest', { needsApproval: true }),
  ],
  members: [
    { a: DONE, b: holding(NEW, -30, { deployments: [deployment(-30, 'succeeded', -20)] }) },
    { c: holding(NEW, -10, { degraded: 'service/xray: no task runs' }) },
    { d: old(), e: NOTHING },
  ],
};

describe('a definition that goes through a Rollout', () => {
  const course = courseOfFleet(FLEET);

  it('is counted by state, health and target, and stage by stage', () => {
    const objects = [
      objectIn('a'),
      objectIn('b'),
      objectIn('c', { health: 'Degraded' }),
      objectIn('d', { sync: 'OutOfSync' }),
    ];
    const none = { done: 0, soaking: 0, progressing: 0, begins: 0, waiting: 0, failed: 0 };
    expect(onlyDefinition(fleetOf(objects, [course]))).toMatchObject({
      kind: 'DaemonService',
      name: 'xray',
      rollout: 'fleet',
      digest: NEW,
      mode: 'staged',
      condition: 'progressing',
      says: 'stage 1 of 3 (canary): 2 of 2 done, soaks until 12:40 UTC',
      nextAt: '2026-11-27T12:40:00.000Z',
      counts: {
        environments: 5,
        states: { ...none, done: 1, soaking: 1, failed: 1, waiting: 2 },
        health: { Degraded: 1, Healthy: 3 },
        targets: { [NEW]: 3, [OLD]: 1, none: 1 },
      },
      stages: [
        {
          name: 'canary',
          environments: 2,
          states: { ...none, done: 1, soaking: 1 },
          open: true,
          approval: 'notNeeded',
          maxConcurrent: 2,
        },
        {
          name: 'eu',
          environments: 1,
          states: { ...none, failed: 1 },
          open: false,
          approval: 'notNeeded',
          maxConcurrent: 1,
        },
        {
          name: 'rest',
          environments: 2,
          states: { ...none, waiting: 2 },
          open: false,
          approval: 'needed',
          maxConcurrent: 2,
        },
      ],
    });
  });

  it('tells of each Environment its turn beside how its object is', () => {
    const waits = objectIn('d', { sync: 'OutOfSync', lastAppliedRevision: 'c0ffee0' });
    const { environments } = onlyDefinition(fleetOf([waits], [course]));
    const told = environments.find(({ environment }) => environment === 'd');
    expect(told).toEqual({
      environment: 'd',
      stage: 'rest',
      state: 'waiting',
      says: 'stage 3 of 3 (rest) waits for canary: 2 of 2 done, soaks until 12:40 UTC',
      digest: OLD,
      since: '2026-11-26T19:20:00.000Z',
      sync: 'OutOfSync',
      health: 'Healthy',
      reason: 'ReconcileSuccess',
      message: expect.any(String),
      lastAppliedRevision: 'c0ffee0',
    });
  });

  it('has an Environment of which there is no object yet, with its turn alone', () => {
    const { counts, environments } = onlyDefinition(fleetOf([], [course]));
    expect(counts.health).toEqual({});
    expect(environments.find(({ environment }) => environment === 'e')).toEqual({
      environment: 'e',
      stage: 'rest',
      state: 'waiting',
      says: expect.stringContaining('waits for canary'),
    });
  });

  it('has an Environment that no stage takes without a stage', () => {
    const stray = courseOfFleet({ stages: [stage('all')], members: [{ a: DONE }, { z: old() }] });
    const { environments } = onlyDefinition(fleetOf([], [stray]));
    expect(environments.map(({ environment, stage: its }) => [environment, its])).toEqual([
      ['a', 'all'],
      ['z', undefined],
    ]);
  });

  it('is told also where it is in one Environment alone', () => {
    const alone = courseOfFleet({ stages: [stage('all')], members: [{ a: underWay(-1) }] });
    expect(onlyDefinition(fleetOf([objectIn('a')], [alone])).counts.environments).toBe(1);
  });
});

describe('a definition that goes through no Rollout', () => {
  it('is told of where it is in several Environments, with counts of health alone', () => {
    const cluster = { kind: 'Cluster', name: 'daemons' } as const;
    const objects = [objectIn('a', cluster), objectIn('b', { ...cluster, health: 'Missing' })];
    const definition = onlyDefinition(fleetOf(objects, []));
    expect(definition).toEqual({
      kind: 'Cluster',
      name: 'daemons',
      counts: { environments: 2, health: { Healthy: 1, Missing: 1 } },
      environments: [
        expect.objectContaining({ environment: 'a', health: 'Healthy' }),
        expect.objectContaining({ environment: 'b', health: 'Missing' }),
      ],
    });
  });

  it('is none where one Environment alone has it', () => {
    expect(fleetOf([objectIn('a'), objectIn('b', { name: 'adot' })], [])).toEqual([]);
  });

  it('is no Rollout and no Environment', () => {
    const rollouts = rolloutObjects(
      { now: '2026-11-27T12:00:00.000Z', courses: [courseOfFleet(FLEET)], schedules: [] },
      [],
    );
    const places = ['a', 'b'].map((name) => objectIn(name, { kind: 'Environment', name: 'same' }));
    expect(fleetOf([...rollouts, ...rollouts, ...places], [])).toEqual([]);
  });
});

it('keeps two definitions of one name apart, each with its own Environments', () => {
  const [one, other] = [
    courseOfFleet({ stages: [stage('all')], members: [{ a: DONE }] }),
    courseOfFleet({
      stages: [stage('all')],
      members: [{ b: old(), c: old() }],
      definition: { digest: OLD },
    }),
  ];
  const objects = [objectIn('a'), objectIn('b', { health: 'Degraded' }), objectIn('c')];
  expect(
    fleetOf(objects, [one, other]).map(({ digest, counts, environments }) => [
      digest,
      counts.health,
      environments.map(({ environment }) => environment),
    ]),
  ).toEqual([
    [OLD, { Degraded: 1, Healthy: 1 }, ['b', 'c']],
    [NEW, { Healthy: 1 }, ['a']],
  ]);
});

it('orders definitions by kind and name, whether they are staged or not', () => {
  const objects = ['a', 'b'].flatMap((environment) => [
    objectIn(environment, { name: 'zipkin' }),
    objectIn(environment, { kind: 'Cluster', name: 'daemons' }),
    objectIn(environment, { name: 'adot' }),
  ]);
  expect(fleetOf(objects, [courseOfFleet(FLEET)]).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'Cluster/daemons',
    'DaemonService/adot',
    'DaemonService/xray',
    'DaemonService/zipkin',
  ]);
});
