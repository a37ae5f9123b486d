import type { RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve } from '../../sandbox/dns/resolve.ts';
import type { Resolution } from '../../sandbox/dns/resolve.ts';
import { seededRandom } from '../../sandbox/seeded-random.ts';
import { zoneWith, instancesOf } from '../support/sandbox/dns-zones.ts';

const IPV6 = { AWS_INSTANCE_IPV6: '2001:db8::1' };
const ZONE = zoneWith('svc.local', {
  xray: { instances: instancesOf(2) },
  dual: { types: ['A', 'AAAA'], instances: { both: { AWS_INSTANCE_IPV4: '10.0.1.1', ...IPV6 } } },
  '_xray._tcp': { types: ['SRV'], ttl: 30, instances: { One: { ...instancesOf(1)['i-1'], ...IPV6 } } },
  both: { types: ['A', 'SRV'], ttl: 30, instances: instancesOf(2) },
  alias: {
    types: ['CNAME'],
    routingPolicy: 'WEIGHTED',
    instances: { i: { AWS_INSTANCE_CNAME: 'xray.svc.local' } },
  },
  outside: {
    types: ['CNAME'],
    routingPolicy: 'WEIGHTED',
    instances: { i: { AWS_INSTANCE_CNAME: 'example.org' } },
  },
  circle: {
    types: ['CNAME'],
    routingPolicy: 'WEIGHTED',
    instances: { i: { AWS_INSTANCE_CNAME: 'circle.svc.local' } },
  },
  'api-only': { types: [], instances: instancesOf(1) },
  empty: {},
  'deep.down': { instances: instancesOf(1) },
  '.': { instances: instancesOf(1) },
});

function ask(name: string, type: string = 'A', zones = [ZONE]): Resolution {
  return resolve({ name, type: type as RecordType }, zones, seededRandom(1));
}

/** `name ttl type data`, sorted. */
function lines({ answers }: Pick<Resolution, 'answers'>): readonly string[] {
  return answers
    .map(({ name, ttl, type, data }) => `${name} ${ttl} ${type} ${JSON.stringify(data).replaceAll('"', '')}`)
    .toSorted();
}

describe('names of services', () => {
  it.each([
    ['an A record per instance', 'xray.svc.local', 'A', ['60 A 10.0.0.1', '60 A 10.0.0.2']],
    ['whatever the case', 'XRAY.svc.LOCAL', 'A', ['60 A 10.0.0.1', '60 A 10.0.0.2']],
    ['IPv4 of two families', 'dual.svc.local', 'A', ['60 A 10.0.1.1']],
    ['IPv6 of two families', 'dual.svc.local', 'AAAA', ['60 AAAA 2001:db8::1']],
    ['all types at once', 'dual.svc.local', 'ANY', ['60 A 10.0.1.1', '60 AAAA 2001:db8::1']],
    [
      'an SRV record with priority 1, weight 1 and the port',
      '_xray._tcp.svc.local',
      'SRV',
      ['30 SRV {priority:1,weight:1,port:2000,target:One._xray._tcp.svc.local}'],
    ],
    ['what an SRV record points to', 'one._xray._tcp.svc.local', 'A', ['30 A 10.0.0.1']],
    ['what an SRV record points to, in IPv6', 'One._xray._tcp.svc.local', 'AAAA', ['30 AAAA 2001:db8::1']],
    [
      'addresses of a service with A and SRV records',
      'both.svc.local',
      'A',
      ['30 A 10.0.0.1', '30 A 10.0.0.2'],
    ],
    [
      'SRV records of a service with A and SRV records',
      'both.svc.local',
      'SRV',
      ['i-1', 'i-2'].map((id) => `30 SRV {priority:1,weight:1,port:2000,target:${id}.both.svc.local}`),
    ],
    ['what SRV records beside A records point to', 'i-2.both.svc.local', 'A', ['30 A 10.0.0.2']],
    ['a CNAME', 'alias.svc.local', 'CNAME', ['60 CNAME xray.svc.local']],
    ['a CNAME to elsewhere', 'outside.svc.local', 'A', ['60 CNAME example.org']],
    ['a name of several labels', 'deep.down.svc.local', 'A', ['60 A 10.0.0.1']],
    ['a service named like the namespace', 'svc.local', 'A', ['60 A 10.0.0.1']],
  ])('%s', (_what, name, type, expected) => {
    const found = ask(name, type);
    expect(found.rcode).toBe('NOERROR');
    expect(lines(found)).toEqual(expected.map((line) => `${name} ${line}`));
    expect(found.authority).toEqual([]);
  });

  it('a CNAME to a name of the sandbox is followed', () => {
    expect(lines(ask('alias.svc.local'))).toEqual([
      'alias.svc.local 60 CNAME xray.svc.local',
      'xray.svc.local 60 A 10.0.0.1',
      'xray.svc.local 60 A 10.0.0.2',
    ]);
  });

  it('a CNAME that leads to itself ends', () => {
    expect(ask('circle.svc.local').answers.length).toBeLessThan(20);
  });

  it('SRV records bring the addresses of their targets', () => {
    expect(lines({ answers: ask('_xray._tcp.svc.local', 'SRV').additional })).toEqual([
      'One._xray._tcp.svc.local 30 A 10.0.0.1',
      'One._xray._tcp.svc.local 30 AAAA 2001:db8::1',
    ]);
  });
});

describe('names without the records asked for', () => {
  it.each([
    ['another type', 'NOERROR', 'xray.svc.local', 'AAAA'],
    ['an address of an SRV service', 'NOERROR', '_xray._tcp.svc.local', 'A'],
    ['only names below it', 'NOERROR', 'down.svc.local', 'A'],
    ['only names below it, of SRV services', 'NOERROR', '_tcp.svc.local', 'SRV'],
    ['no such service', 'NXDOMAIN', 'none.svc.local', 'A'],
    ['no instance', 'NXDOMAIN', 'empty.svc.local', 'A'],
    ['no DNS records', 'NXDOMAIN', 'api-only.svc.local', 'A'],
    ['no such instance', 'NXDOMAIN', 'two._xray._tcp.svc.local', 'A'],
    ['an instance of a service without SRV records', 'NXDOMAIN', 'i-1.xray.svc.local', 'A'],
  ])('%s: %s, with the SOA for negative caching', (_what, rcode, name, type) => {
    expect(ask(name, type)).toMatchObject({
      rcode,
      answers: [],
      authority: [{ type: 'SOA', name: 'svc.local', ttl: 15, data: { minimum: 15 } }],
    });
  });

  it.each([
    ['outside every namespace', 'example.org', 'A'],
    ['that only ends like a namespace', 'xsvc.local', 'A'],
    ['above a namespace', 'local', 'A'],
    ['of the root', '.', 'NS'],
    ['for a zone transfer', 'svc.local', 'AXFR'],
  ])('a question %s is refused', (_what, name, type) => {
    expect(ask(name, type)).toEqual({ rcode: 'REFUSED', answers: [], authority: [], additional: [] });
  });

  it('another class than IN is refused', () => {
    const question = { name: 'xray.svc.local', type: 'A', class: 'CH' } as const;
    expect(resolve(question, [ZONE], seededRandom(1)).rcode).toBe('REFUSED');
  });
});

it('a zone has an SOA record with the TTL of its namespace, and the name servers of private zones', () => {
  expect(ask('svc.local', 'SOA').answers).toMatchObject([
    { type: 'SOA', ttl: 15, data: { mname: 'ns-1536.awsdns-00.co.uk', minimum: 15 } },
  ]);
  expect(ask('svc.local', 'NS').answers).toHaveLength(4);
});

describe('which of many', () => {
  const names = (found: Resolution): number =>
    new Set(found.answers.map(({ data }) => JSON.stringify(data))).size;

  it('MULTIVALUE: any eight, each sometimes', () => {
    const zone = zoneWith('svc.local', { xray: { instances: instancesOf(20) } });
    const random = seededRandom(7);
    const seen = new Set<string>();
    for (let times = 0; times < 100; times++) {
      const found = resolve({ name: 'xray.svc.local', type: 'A' }, [zone], random);
      expect(names(found)).toBe(8);
      for (const { data } of found.answers) seen.add(JSON.stringify(data));
    }
    expect(seen.size).toBe(20);
  });

  it('WEIGHTED: any one', () => {
    const zone = zoneWith('svc.local', {
      xray: { instances: instancesOf(20), routingPolicy: 'WEIGHTED' },
    });
    expect(ask('xray.svc.local', 'A', [zone]).answers).toHaveLength(1);
  });

  it.each(['MULTIVALUE', 'WEIGHTED'] as const)('%s: healthy ones, and any where none is', (routingPolicy) => {
    const all = Object.keys(instancesOf(20));
    fc.assert(
      fc.property(fc.subarray(all), fc.integer(), (unhealthy, seed) => {
        const zone = zoneWith('svc.local', {
          xray: { instances: instancesOf(20), routingPolicy, unhealthy },
        });
        const found = resolve({ name: 'xray.svc.local', type: 'A' }, [zone], seededRandom(seed));
        const candidates =
          unhealthy.length === all.length ? all : all.filter((id) => !unhealthy.includes(id));
        const most = routingPolicy === 'WEIGHTED' ? 1 : 8;
        expect(names(found)).toBe(Math.min(most, candidates.length));
        for (const { data } of found.answers) {
          expect(candidates).toContain(JSON.stringify(data).replace(/^"10\.0\.0\.(\d+)"$/, 'i-$1'));
        }
      }),
    );
  });

  it('instances of a service without health check count as healthy', () => {
    const instances = instancesOf(2);
    const zone = zoneWith('svc.local', {
      xray: { instances, customHealthCheck: false, unhealthy: ['i-1'] },
    });
    expect(ask('xray.svc.local', 'A', [zone]).answers).toHaveLength(2);
  });
});

describe('several namespaces', () => {
  it('the one with the longest name answers', () => {
    const long = zoneWith('a.svc.local', { xray: { instances: instancesOf(1) } });
    expect(ask('xray.a.svc.local', 'A', [ZONE, long]).answers).toHaveLength(1);
    expect(ask('none.a.svc.local', 'A', [ZONE, long]).authority).toMatchObject([{ name: 'a.svc.local' }]);
  });

  it('of those with one name, the one that was made first', () => {
    const service = { xray: { instances: { i: { AWS_INSTANCE_IPV4: '10.9.9.9' } } } };
    const older = zoneWith('svc.local', service, { createDate: new Date(-1) });
    const newer = zoneWith('svc.local', service, { createDate: new Date(1) });
    expect(ask('xray.svc.local', 'A', [ZONE, older]).answers).toHaveLength(1);
    expect(ask('xray.svc.local', 'A', [ZONE, newer]).answers).toHaveLength(2);
    expect(ask('dual.svc.local', 'A', [ZONE, older]).rcode).toBe('NXDOMAIN');
  });

  it('a private one answers before a public one of its name', () => {
    const instances = { i: { AWS_INSTANCE_IPV4: '203.0.113.1' } };
    const zone = { hostedZoneId: 'Z2', vpcId: undefined, soaTtl: 60 };
    const changes = { type: 'DNS_PUBLIC', zone, createDate: new Date(-1) } as const;
    const everybodys = zoneWith('svc.local', { xray: { instances } }, changes);
    expect(ask('xray.svc.local', 'A', [everybodys]).answers).toMatchObject([{ data: '203.0.113.1' }]);
    expect(ask('xray.svc.local', 'A', [everybodys, ZONE]).answers).toHaveLength(2);
    const [soa] = ask('svc.local', 'SOA', [everybodys]).answers;
    expect(soa).toMatchObject({
      ttl: 60,
      data: { mname: expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.com$/) },
    });
  });
});
