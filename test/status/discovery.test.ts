import { describe, expect, test } from 'vitest';
import type { Discovery, HeldRecord, Registration } from '../../controller/core/resource.ts';
import { answerRows, discoveryOf, sourceText } from '../../controller/status/discovery.ts';
import { joinInstances } from '../../controller/status/instances.ts';

const NAME = 'xray.services.example.org';
const READ_AT = Date.UTC(2026, 10, 30, 8);

function registered(count: number, health = 'HEALTHY', first = 1): readonly Registration[] {
  return Array.from({ length: count }, (_, nth) => ({
    id: `t${first + nth}`,
    ipv4: `172.31.0.${first + nth}`,
    port: 2000,
    health,
  }));
}

function heldOf(registrations: readonly Registration[]): readonly HeldRecord[] {
  return registrations.map(({ ipv4 = '' }) => ({ type: 'A', ttl: 60, value: ipv4 }));
}

function discovery(fields: Partial<Discovery> = {}, held?: readonly HeldRecord[]): Discovery {
  const own = held === undefined ? {} : { held: { readAt: READ_AT, records: held, differences: [] } };
  return { name: NAME, records: ['A'], routingPolicy: 'MULTIVALUE', ...own, ...fields };
}

const sick = registered(2, 'UNHEALTHY', 5);

describe('what a resolver answers', () => {
  test.each([
    ['every healthy instance', {}, [...registered(2), ...sick], '172.31.0.1, 172.31.0.2', 'all 2'],
    ['those whose health is not known', {}, registered(2, 'UNKNOWN'), '172.31.0.1, 172.31.0.2', 'all 2'],
    ['all of them where none is healthy', {}, sick, '172.31.0.5, 172.31.0.6', 'all 2, as none is healthy'],
    [
      'one with WEIGHTED',
      { routingPolicy: 'WEIGHTED' },
      registered(2),
      '172.31.0.1, 172.31.0.2',
      '1 of 2, by chance',
    ],
    ['nothing where nothing is registered', {}, [], '-', 'nothing: no instance is registered'],
  ] as const)('is %s', (_what, fields, registrations, values, atOnce) => {
    const found = discovery(fields, heldOf(registrations));
    const told = discoveryOf({ discovery: found, registrations });
    expect(answerRows(told)).toEqual([
      [`${NAME} A`, registrations.length === 0 ? '-' : '60 s', atOnce, values],
    ]);
  });

  test('is eight of many', () => {
    const registrations = registered(12);
    const told = discoveryOf({ discovery: discovery({}, heldOf(registrations)), registrations });
    expect(told?.answers[0]).toMatchObject({ atOnce: 8, healthy: true });
    expect(told?.answers[0]?.values).toHaveLength(12);
  });

  test('is what Route 53 holds, whatever Cloud Map has', () => {
    const stray = { type: 'A', ttl: 30, value: '172.31.9.9' } as const;
    const told = discoveryOf({ discovery: discovery({}, [stray]), registrations: registered(1) });
    expect(told).toMatchObject({
      source: 'Route 53',
      readAt: '2026-11-30T08:00:00.000Z',
      answers: [{ type: 'A', ttl: 30, values: ['172.31.9.9'] }],
    });
    expect(sourceText(told!)).toBe(
      'A resolver answers, with MULTIVALUE, by Route 53 at 2026-11-30T08:00:00.000Z',
    );
  });

  test('is what Cloud Map has, where Route 53 was not read, and says so', () => {
    const told = discoveryOf({ discovery: discovery(), registrations: registered(1) });
    expect(told).toMatchObject({ source: 'Cloud Map', answers: [{ type: 'A', values: ['172.31.0.1'] }] });
    expect(told).not.toHaveProperty('readAt');
    expect(sourceText(told!)).toContain('by Cloud Map, as Route 53 was not read');
  });

  test('is not known where neither could be read', () => {
    expect(discoveryOf({ discovery: discovery() })?.answers).toEqual([]);
  });
});

test('DiscoverInstances answers with addresses and ports of what has no name in DNS', () => {
  const found = discovery({ name: 'shared/xray', records: [] });
  const told = discoveryOf({ discovery: found, registrations: [...registered(1), ...sick] });
  expect(answerRows(told)).toEqual([['shared/xray DiscoverInstances', '-', 'all 1', '172.31.0.1:2000']]);
  expect(sourceText(told!)).toBe('DiscoverInstances answers');
});

test('an instance stands beside its records in Route 53, and one without any is told', () => {
  const [one, two] = registered(2);
  const held = heldOf([one!]);
  const instances = joinInstances({
    tasks: [],
    registrations: [one!, two!],
    discovery: discovery({ records: ['A', 'SRV'] }, held),
  });
  expect(instances.map(({ id, records }) => [id, records])).toEqual([
    ['t1', ['A 172.31.0.1']],
    ['t2', []],
  ]);
});
