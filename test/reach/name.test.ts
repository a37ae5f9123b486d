import { describe, expect, test } from 'vitest';
import type { HeldRecords } from '../../controller/core/resource.ts';
import type { Daemon } from '../../controller/reach/daemon.ts';
import { nameJudgement } from '../../controller/reach/name.ts';

const READ_AT = 1_700_000_000_000;
const NETWORK = { zones: new Map(), resolvers: new Map() };

/** Of a running task: when it was made; undefined where AWS does not tell. */
interface TaskParts {
  readonly createdAt?: number | undefined;
}

function daemon(held: Partial<HeldRecords> | undefined, tasks: readonly TaskParts[] = [{}]): Daemon {
  return {
    vpcId: 'vpc-1',
    listeners: [{ protocol: 'udp', port: 2000 }],
    actions: [],
    zoneId: undefined,
    revision: { unread: 'nobody asks' },
    registrations: [{ id: 'one', ipv4: '172.31.0.9', health: 'HEALTHY' }],
    tasks: {
      value: tasks.map((task, nth) => {
        const { createdAt } = { createdAt: READ_AT - 3_600_000, ...task };
        return {
          id: `task-${nth}`,
          lastStatus: 'RUNNING',
          healthStatus: 'HEALTHY',
          ...(createdAt === undefined ? {} : { createdAt }),
        };
      }),
    },
    discovery: {
      value: {
        name: 'xray.example.org',
        records: ['A'],
        routingPolicy: 'MULTIVALUE',
        ...(held && { held: { readAt: READ_AT, records: [], differences: [], ...held } }),
      },
    },
  };
}

describe('the name of a daemon', () => {
  test('is blocked where Route 53 lacks its record long after its tasks were made', () => {
    expect(nameJudgement(daemon({}), NETWORK, [])).toEqual({
      status: 'blocked',
      evidence: 'Route 53 has no A record of xray.example.org, though Cloud Map has 1 instance',
      advice: 'check the hosted zone of the namespace: only Cloud Map makes its records',
    });
  });

  test('is unknown where its record may only not be there yet', () => {
    const young = daemon({}, [{ createdAt: READ_AT - 30_000 }]);
    expect(nameJudgement(young, NETWORK, [])).toEqual({
      status: 'unknown',
      evidence:
        'Route 53 has no A record of xray.example.org, though Cloud Map has 1 instance since a moment ago',
      advice: 'wait a minute: Route 53 follows Cloud Map within one',
    });
  });

  test.each<[string, readonly TaskParts[]]>([
    ['one of its tasks is old', [{ createdAt: READ_AT - 30_000 }, {}]],
    ['AWS does not tell when its tasks were made', [{ createdAt: undefined }]],
  ])('is not taken for young where %s', (_what, tasks) => {
    expect(nameJudgement(daemon({}, tasks), NETWORK, []).status).toBe('blocked');
  });

  test.each<[string, Partial<HeldRecords> | undefined, string]>([
    ['what Route 53 has', { records: [{ type: 'A', ttl: 60, value: '172.31.0.8' }] }, '172.31.0.8'],
    ['what Cloud Map has, where Route 53 may not be read', undefined, '172.31.0.9'],
  ])('leads to %s', (_what, held, address) => {
    expect(nameJudgement(daemon(held), NETWORK, [])).toEqual({
      status: 'ok',
      evidence: `xray.example.org is ${address}`,
    });
  });
});
