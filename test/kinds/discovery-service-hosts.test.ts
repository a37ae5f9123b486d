import { describe, expect, it } from 'vitest';
import { compareHosts } from '../../controller/kinds/discovery-service/hosts.ts';
import type { HostsWanted } from '../../controller/kinds/discovery-service/hosts.ts';
import type { Registration } from '../../controller/core/resource.ts';

const MARKS = { 'stationkeeper:owner': 'stationkeeper' };
const HOST = { id: 'ci1', ec2InstanceId: 'i-1', health: 'HEALTHY' } as const;
const ATTRIBUTES = {
  AWS_INSTANCE_IPV4: '10.0.0.1',
  AWS_INSTANCE_PORT: '9125',
  AWS_INIT_HEALTH_STATUS: 'HEALTHY',
  EC2_INSTANCE_ID: 'i-1',
  ...MARKS,
};
const OURS: Registration = { id: 'ci1', health: 'HEALTHY', ours: ATTRIBUTES };

function wanted(changes: Partial<HostsWanted> = {}): HostsWanted {
  return {
    port: 9125,
    awaitsHealth: false,
    recordTypes: ['A'],
    hosts: [HOST],
    addressOf: () => ({ ipv4: '10.0.0.1' }),
    marks: MARKS,
    ...changes,
  };
}

const NOTHING = { running: 1, register: [], leave: [], report: [], unable: [] };
const REGISTERED = { register: [{ id: 'ci1', attributes: ATTRIBUTES, isThere: false }] };
const unable = (why: string) => ({ unable: [{ id: 'ci1', why }] });

describe('a host that runs the daemon', () => {
  it.each<[string, Partial<HostsWanted>, readonly Registration[], object]>([
    ['is registered where Cloud Map lacks it', {}, [], REGISTERED],
    ['is left alone where it is registered', {}, [OURS], {}],
    [
      'counts as well where no task of it has a health check',
      { hosts: [{ ...HOST, health: 'UNKNOWN' }] },
      [],
      REGISTERED,
    ],
    ['waits for its health check', { awaitsHealth: true, hosts: [{ ...HOST, health: 'UNKNOWN' }] }, [], {}],
    ['is not registered while it is ill', { hosts: [{ ...HOST, health: 'UNHEALTHY' }] }, [], {}],
    [
      'is registered again where its port is another',
      { port: 9126 },
      [OURS],
      { register: [{ id: 'ci1', attributes: { ...ATTRIBUTES, AWS_INSTANCE_PORT: '9126' }, isThere: true }] },
    ],
    [
      'is left alone where its tasks have the port that it is registered with',
      { hosts: [{ ...HOST, ports: [80, 9125] }] },
      [OURS],
      {},
    ],
    [
      'is registered with the port that its tasks have while they have not yet the one of the manifest',
      { port: 9126, hosts: [{ ...HOST, ports: [9125] }] },
      [],
      REGISTERED,
    ],
    [
      'keeps the port that it is registered with while its tasks have that one, of several, and not yet the one of the manifest',
      { port: 9126, hosts: [{ ...HOST, ports: [80, 9125] }] },
      [OURS],
      {},
    ],
    [
      'is not registered while its tasks have several ports, and not yet the one of the manifest',
      { port: 9126, hosts: [{ ...HOST, ports: [80, 9125] }] },
      [],
      unable('its task has the ports 80, 9125, and not yet 9126, which its manifest publishes'),
    ],
    ['stays as it is while its address cannot be found out', { addressOf: () => undefined }, [OURS], {}],
    [
      'is told to be ill',
      { hosts: [{ ...HOST, health: 'UNHEALTHY' }] },
      [OURS],
      { report: [{ id: 'ci1', status: 'UNHEALTHY' }] },
    ],
    [
      'is told to be well again',
      {},
      [{ ...OURS, health: 'UNHEALTHY' }],
      { report: [{ id: 'ci1', status: 'HEALTHY' }] },
    ],
    [
      'keeps its health while its task starts anew',
      { awaitsHealth: true, hosts: [{ ...HOST, health: 'UNKNOWN' }] },
      [{ ...OURS, health: 'UNHEALTHY' }],
      {},
    ],
    [
      'is not taken for the instance of others under its id',
      {},
      [{ id: 'ci1', health: 'HEALTHY' }],
      unable('somebody else has registered an instance with its id: deregister that one'),
    ],
    [
      'cannot be registered outside of EC2',
      { hosts: [{ ...HOST, ec2InstanceId: 'mi-1' }] },
      [],
      unable('mi-1 is no instance of EC2, which tells the addresses of hosts'),
    ],
    [
      'cannot be registered in AAAA records without an IPv6 address',
      { recordTypes: ['AAAA'] },
      [],
      unable('i-1 has no IPv6 address'),
    ],
    [
      'cannot be registered while EC2 cannot be asked',
      { addressOf: () => undefined, unreadable: 'denied' },
      [],
      unable('the address of i-1 is not known: denied'),
    ],
  ])('%s', (_name, changes, registrations, expected) => {
    expect(compareHosts(wanted(changes), registrations)).toEqual({ ...NOTHING, ...expected });
  });
});

it('registers no port where the manifest publishes none, whatever the tasks have', () => {
  const { port: _published, ...without } = wanted({ hosts: [{ ...HOST, ports: [9125] }] });
  const { AWS_INSTANCE_PORT: _port, ...attributes } = ATTRIBUTES;
  expect(compareHosts(without, []).register).toEqual([{ id: 'ci1', attributes, isThere: false }]);
});

it('leaves what others registered, and takes out ours on whose host no task runs', () => {
  const foreign: Registration = { id: 'task', health: 'HEALTHY', registeredBy: 'hosts/agent' };
  expect(compareHosts(wanted({ hosts: [] }), [OURS, foreign])).toEqual({
    ...NOTHING,
    running: 0,
    leave: ['ci1'],
  });
});
