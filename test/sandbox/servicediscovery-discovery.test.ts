import { describe, expect, it } from 'vitest';
import { LONGEST_OPERATION_MS, cloudMapSandbox } from '../support/sandbox/cloud-map.ts';

const NAMES = { NamespaceName: 'svc.local', ServiceName: 'xray' };

describe('custom health', () => {
  it('shows 30 seconds after the first report, unless it is taken back', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create();
    await register(ServiceId, 'i-1');
    const report = (Status: 'HEALTHY' | 'UNHEALTHY') =>
      cloudMap.call('UpdateInstanceCustomHealthStatus', { ServiceId, InstanceId: 'i-1', Status });
    const health = async () =>
      (await cloudMap.call('GetInstancesHealthStatus', { ServiceId })).Status?.['i-1'];
    await report('UNHEALTHY');
    cloudMap.advance(29_000);
    expect(await health()).toBe('HEALTHY');
    await report('HEALTHY');
    cloudMap.advance(60_000);
    expect(await health()).toBe('HEALTHY');
    await report('UNHEALTHY');
    cloudMap.advance(20_000);
    await report('UNHEALTHY');
    cloudMap.advance(10_000);
    expect(await health()).toBe('UNHEALTHY');
  });

  it('without a custom health check there is none to report', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create({ HealthCheckCustomConfig: undefined });
    await register(ServiceId, 'i-1');
    const report = { ServiceId, InstanceId: 'i-1', Status: 'HEALTHY' as const };
    expect(await cloudMap.refusal('UpdateInstanceCustomHealthStatus', report)).toMatchObject({
      name: 'CustomHealthNotFound',
    });
    expect((await cloudMap.call('GetInstancesHealthStatus', { ServiceId })).Status).toEqual({
      'i-1': 'UNKNOWN',
    });
  });

  it('is HEALTHY or UNHEALTHY', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create();
    await register(ServiceId, 'i-1');
    const report = { ServiceId, InstanceId: 'i-1', Status: 'UNKNOWN' as 'HEALTHY' };
    expect(await cloudMap.refusal('UpdateInstanceCustomHealthStatus', report)).toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('DiscoverInstances', () => {
  it.each([
    [undefined, ['well']],
    ['HEALTHY', ['well']],
    ['UNHEALTHY', ['ill']],
    ['ALL', ['ill', 'well']],
    ['HEALTHY_OR_ELSE_ALL', ['well']],
  ] as const)('with health %s finds %j', async (HealthStatus, expected) => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create();
    await register(ServiceId, 'well');
    await register(ServiceId, 'ill', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    const { Instances = [] } = await cloudMap.call('DiscoverInstances', { ...NAMES, HealthStatus });
    expect(Instances.map(({ InstanceId = '' }) => InstanceId).toSorted()).toEqual(expected);
  });

  it('HEALTHY_OR_ELSE_ALL fails open, HEALTHY does not', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create();
    await register(ServiceId, 'ill', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    const count = async (HealthStatus: 'HEALTHY' | 'HEALTHY_OR_ELSE_ALL') =>
      (await cloudMap.call('DiscoverInstances', { ...NAMES, HealthStatus })).Instances?.length;
    expect(await count('HEALTHY_OR_ELSE_ALL')).toBe(1);
    expect(await count('HEALTHY')).toBe(0);
  });

  it('finds every instance of a service without health check, whatever health is asked for', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    await register(await create({ HealthCheckCustomConfig: undefined }), 'i');
    const { Instances } = await cloudMap.call('DiscoverInstances', { ...NAMES, HealthStatus: 'UNHEALTHY' });
    expect(Instances).toMatchObject([{ InstanceId: 'i', ...NAMES, HealthStatus: 'UNKNOWN' }]);
  });

  it('finds by attributes; optional ones count only where an instance has them', async () => {
    const { cloudMap, create, register } = await cloudMapSandbox();
    const ServiceId = await create();
    await register(ServiceId, 'a', { zone: '1' });
    await register(ServiceId, 'b', { zone: '2' });
    const ids = async (input: object) => {
      const { Instances = [] } = await cloudMap.call('DiscoverInstances', { ...NAMES, ...input });
      return Instances.map(({ InstanceId = '' }) => InstanceId).toSorted();
    };
    expect(await ids({ QueryParameters: { zone: '2' } })).toEqual(['b']);
    expect(await ids({ QueryParameters: { zone: '3' } })).toEqual([]);
    expect(await ids({ OptionalParameters: { zone: '1' } })).toEqual(['a']);
    expect(await ids({ OptionalParameters: { zone: '3' } })).toEqual(['a', 'b']);
  });

  it('gives 100 of many, at most 1000, in random order', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    const ServiceId = await create();
    for (let index = 0; index < 150; index++) {
      await cloudMap.call('RegisterInstance', {
        ServiceId,
        InstanceId: `i-${index}`,
        Attributes: { AWS_INSTANCE_IPV4: '172.31.0.4' },
      });
    }
    cloudMap.advance(LONGEST_OPERATION_MS);
    const ids = async (MaxResults?: number) => {
      const { Instances = [] } = await cloudMap.call('DiscoverInstances', { ...NAMES, MaxResults });
      return Instances.map(({ InstanceId = '' }) => InstanceId);
    };
    expect(await ids()).toHaveLength(100);
    const all = await ids(1000);
    cloudMap.advance(1000);
    const later = await ids(1000);
    expect(all).toHaveLength(150);
    expect(later).not.toEqual(all);
    expect(later.toSorted()).toEqual(all.toSorted());
    expect(await cloudMap.refusal('DiscoverInstances', { ...NAMES, MaxResults: 1001 })).toMatchObject({
      name: 'InvalidInput',
    });
  });

  it('changes nothing: what is created afterwards is the same', async () => {
    const ids = async (looks: number) => {
      const { cloudMap, create } = await cloudMapSandbox();
      await create();
      for (let index = 0; index < looks; index++) await cloudMap.call('DiscoverInstances', NAMES);
      return create({ Name: 'next' });
    };
    expect(await ids(0)).toBe(await ids(3));
  });

  it('an unknown namespace or service is not found', async () => {
    const { cloudMap, create } = await cloudMapSandbox();
    await create();
    const refusal = async (change: object) =>
      (await cloudMap.refusal('DiscoverInstances', { ...NAMES, ...change })).name;
    expect(await refusal({ ServiceName: 'y' })).toBe('ServiceNotFound');
    expect(await refusal({ NamespaceName: 'y' })).toBe('NamespaceNotFound');
  });
});

it('the revision moves with every registration and deregistration, and not with health', async () => {
  const { cloudMap, create, register, ended } = await cloudMapSandbox();
  const ServiceId = await create();
  const revision = async () =>
    (await cloudMap.call('DiscoverInstancesRevision', NAMES)).InstancesRevision ?? Number.NaN;
  const first = await revision();
  await register(ServiceId, 'a');
  const second = await revision();
  expect(second).toBeGreaterThan(first);
  await cloudMap.call('UpdateInstanceCustomHealthStatus', {
    ServiceId,
    InstanceId: 'a',
    Status: 'UNHEALTHY',
  });
  cloudMap.advance(30_000);
  const { Instances, InstancesRevision } = await cloudMap.call('DiscoverInstances', NAMES);
  expect(Instances).toMatchObject([{ HealthStatus: 'UNHEALTHY' }]);
  expect(InstancesRevision).toBe(second);
  await ended(cloudMap.call('DeregisterInstance', { ServiceId, InstanceId: 'a' }));
  expect(await revision()).toBeGreaterThan(second);
});
