import { describe, expect, test } from 'vitest';
import { compareRecords, differenceLines } from '../../controller/kinds/discovery-service/records.ts';
import type { HeldRecord, Registration } from '../../controller/core/resource.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';

const DOMAIN = 'xray.services.example.org';

const one: Registration = { id: 't1', ipv4: '172.31.0.4', ipv6: 'fd00::4', port: 2000, health: 'HEALTHY' };
const two: Registration = { id: 't2', ipv4: '172.31.0.5', port: 2000, health: 'UNHEALTHY' };

function held(type: HeldRecord['type'], value: string, ttl = 60): HeldRecord {
  return { type, value, ttl };
}

const A = { A: { ttl: 60 } };
const SRV = { SRV: { ttl: 10 } };

describe('what Route 53 holds', () => {
  test.each([
    [
      'the same of every instance, well or not',
      A,
      [one, two],
      [held('A', '172.31.0.4'), held('A', '172.31.0.5')],
    ],
    ['IPv6 of those that have it', { AAAA: { ttl: 60 } }, [one, two], [held('AAAA', 'FD00::4')]],
    ['a port and a host, with a last dot', SRV, [two], [held('SRV', `1 1 2000 T2.${DOMAIN}.`, 10)]],
    [
      'other records at the name, which nobody registers',
      A,
      [one],
      [held('A', '172.31.0.4'), held('SRV', '0 0 1 a')],
    ],
    ['nothing, where nothing is registered', A, [], []],
  ] as const)('is as it should be: %s', (_what, dnsRecords, registrations, records) => {
    expect(
      compareRecords(deepFreeze({ dnsRecords }), deepFreeze([...registrations]), records, DOMAIN),
    ).toEqual([]);
  });

  test.each([
    [
      'lacks a record',
      A,
      [one, two],
      [held('A', '172.31.0.4')],
      [
        'Route 53 lacks 1 A record that Cloud Map has: 172.31.0.5; Cloud Map makes them itself, as whoever registers: look for a denied route53:ChangeResourceRecordSets',
      ],
    ],
    [
      'has one of no instance',
      A,
      [one],
      [held('A', '172.31.0.4'), held('A', '172.31.9.9')],
      [
        'Route 53 answers with 1 A record of no instance in Cloud Map: 172.31.9.9; remove them from the hosted zone where nobody means them',
      ],
    ],
    [
      'has another TTL',
      A,
      [one],
      [held('A', '172.31.0.4', 300)],
      ['the TTL of the A records is 300 seconds in Route 53 and 60 in Cloud Map'],
    ],
    [
      'has another port',
      SRV,
      [two],
      [held('SRV', `1 1 2001 t2.${DOMAIN}`, 10)],
      [
        `Route 53 lacks 1 SRV record that Cloud Map has: 1 1 2000 t2.${DOMAIN}; Cloud Map makes them itself, as whoever registers: look for a denied route53:ChangeResourceRecordSets`,
        `Route 53 answers with 1 SRV record of no instance in Cloud Map: 1 1 2001 t2.${DOMAIN}; remove them from the hosted zone where nobody means them`,
      ],
    ],
  ] as const)('is told where it %s', (_what, dnsRecords, registrations, records, lines) => {
    const differences = compareRecords({ dnsRecords }, registrations, records, DOMAIN);
    expect(differenceLines(differences)).toEqual(lines);
  });

  test('is told in one line, however much differs in one way', () => {
    const many = Array.from({ length: 5 }, (_, nth) => ({ ...two, id: `t${nth}`, ipv4: `172.31.1.${nth}` }));
    expect(differenceLines(compareRecords({ dnsRecords: A }, many, [], DOMAIN))).toEqual([
      expect.stringMatching(
        /^Route 53 lacks 5 A records .*: 172\.31\.1\.0, 172\.31\.1\.1, 172\.31\.1\.2 and 2 more;/,
      ),
    ]);
  });
});
