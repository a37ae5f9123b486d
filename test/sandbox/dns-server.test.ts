import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { decode, encode, streamEncode } from 'dns-packet';
import type { Packet } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { allZones } from '../../sandbox/route53/zones.ts';
import { serveDns } from '../../sandbox/dns/server.ts';
import type { DnsServer, DnsSource } from '../../sandbox/dns/server.ts';
import { A_RECORD, cloudMapSandbox } from '../support/sandbox/cloud-map.ts';
import { zoneWith, instancesOf } from '../support/sandbox/dns-zones.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const HOST = '127.0.0.1';
const servers: DnsServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(source: DnsSource, port = 0): Promise<{ resolver: Resolver; port: number }> {
  const server = await serveDns(source, { host: HOST, port });
  servers.push(server);
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([server.address]);
  return { resolver, port: Number(server.address.split(':')[1]) };
}

const FIXED: DnsSource = {
  settle: () => undefined,
  zones: () => [
    zoneWith('svc.local', {
      xray: { instances: instancesOf(20) },
      '_xray._tcp': { types: ['SRV'], instances: instancesOf(20) },
    }),
  ],
};

describe('what an application sees', () => {
  it('eight of many addresses, with their TTL', async () => {
    const { resolver } = await serve(FIXED);
    const found = await resolver.resolve4('xray.svc.local', { ttl: true });
    expect(found).toHaveLength(8);
    expect(new Set(found.map(({ ttl }) => ttl))).toEqual(new Set([60]));
  });

  it('SRV records that do not fit in UDP, over TCP', async () => {
    const { resolver } = await serve(FIXED);
    const found = await resolver.resolveSrv('_xray._tcp.svc.local');
    expect(found).toHaveLength(8);
    expect(found[0]).toMatchObject({ priority: 1, weight: 1, port: 2000 });
    expect(await resolver.resolve4(found[0]!.name)).toHaveLength(1);
  });

  it.each([
    ['ENOTFOUND', 'none.svc.local'],
    ['EREFUSED', 'example.org'],
  ])('%s for %s', async (code, name) => {
    const { resolver } = await serve(FIXED);
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code });
  });

  it('ENODATA for a name without records of the type', async () => {
    const { resolver } = await serve(FIXED);
    await expect(resolver.resolve6('xray.svc.local')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('instances as they are registered, and healthy, in the sandbox now', async () => {
    const { cloudMap, create, register, ended } = await cloudMapSandbox();
    const { world, places } = cloudMap.sandbox;
    const { resolver } = await serve({
      settle: () => world.settle(),
      zones: () => allZones(places),
    });
    const addresses = async () => (await resolver.resolve4('xray.svc.local')).toSorted();
    const ServiceId = await create({ DnsConfig: A_RECORD });
    await expect(addresses()).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await register(ServiceId, 'a', { AWS_INSTANCE_IPV4: '172.31.0.1' });
    await register(ServiceId, 'b', { AWS_INSTANCE_IPV4: '172.31.0.2' });
    expect(await addresses()).toEqual(['172.31.0.1', '172.31.0.2']);
    const ill = { ServiceId, InstanceId: 'a', Status: 'UNHEALTHY' } as const;
    await cloudMap.call('UpdateInstanceCustomHealthStatus', ill);
    expect(await addresses()).toEqual(['172.31.0.1', '172.31.0.2']);
    cloudMap.advance(30_000);
    expect(await addresses()).toEqual(['172.31.0.2']);
    await ended(cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'b' }));
    expect(await addresses()).toEqual(['172.31.0.1']);
  });

  it('changes nothing by looking', async () => {
    const nextId = async (looks: number) => {
      const { cloudMap, create, register } = await cloudMapSandbox();
      await register(await create(), 'a');
      const { world, places } = cloudMap.sandbox;
      const { resolver } = await serve({
        settle: () => world.settle(),
        zones: () => allZones(places),
      });
      for (let index = 0; index < looks; index++) await resolver.resolve4('xray.svc.local');
      return create({ Name: 'next' });
    };
    expect(await nextId(0)).toBe(await nextId(3));
  });
});

describe('sockets', () => {
  const query: Packet = { type: 'query', id: 1, questions: [{ name: 'xray.svc.local', type: 'A' }] };

  it('UDP and TCP have the same port, and a port in use is EADDRINUSE', async () => {
    const { port } = await serve(FIXED);
    expect(port).toBeGreaterThan(0);
    await expect(serveDns(FIXED, { host: HOST, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('a port that was given up can be taken again', async () => {
    const { port } = await serve(FIXED);
    await servers.pop()?.close();
    const { resolver } = await serve(FIXED, port);
    expect(await resolver.resolve4('xray.svc.local')).toHaveLength(8);
  });

  it('TCP takes several questions, in pieces', async () => {
    const { port } = await serve(FIXED);
    const socket = connect(port, HOST);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    for (const id of [1, 2]) {
      const message = streamEncode({ ...query, id });
      socket.write(message.subarray(0, 1));
      socket.write(message.subarray(1, 9));
      socket.write(message.subarray(9));
    }
    const ids: (number | undefined)[] = [];
    let received = Buffer.alloc(0);
    while (ids.length < 2) {
      const [data] = (await once(socket, 'data')) as [Buffer];
      received = Buffer.concat([received, data]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        ids.push(decode(received.subarray(2)).id);
        received = received.subarray(2 + received.readUInt16BE(0));
      }
    }
    socket.destroy();
    expect(ids).toEqual([1, 2]);
  });

  it('goes on after noise', async () => {
    const { resolver, port } = await serve(FIXED);
    const udp = createSocket('udp4');
    for (const noise of [Buffer.from('x'), Buffer.alloc(600, 0xff), encode(query).subarray(0, 20)]) {
      await new Promise((sent) => {
        udp.send(noise, port, HOST, sent);
      });
    }
    udp.close();
    const socket = connect(port, HOST);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(Buffer.from([0, 3, 1, 2, 3]));
    await once(socket, 'close');
    expect(await resolver.resolve4('xray.svc.local')).toHaveLength(8);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
    each?.some(({ address }) => address === '::1'),
  );
  const lack = hasIpv6 ? undefined : 'this machine has no IPv6';

  it('answers over IPv6', skippedFor(lack), async () => {
    const server = await serveDns(FIXED, { host: '::1', port: 0 });
    servers.push(server);
    expect(server.address).toMatch(/^\[::1\]:\d+$/);
    const resolver = new Resolver();
    resolver.setServers([server.address]);
    expect(await resolver.resolve4('xray.svc.local')).toHaveLength(8);
  });
});
