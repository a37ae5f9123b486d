import { beforeEach, describe, expect, test } from 'vitest';
import type { Aws } from '../../controller/aws/operations.ts';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { createTurns } from '../../controller/core/turns.ts';
import { createRegistrationReader } from '../../controller/kinds/discovery-service/registrations.ts';
import type { Discoverable } from '../../controller/kinds/discovery-service/registrations.ts';

/** Cloud Map's data plane: the health of each service's instances. */
let instances: Map<string, string[]>;
let failure: { readonly service: string; readonly code: string } | undefined;
let asked: string[];
let read: ReturnType<typeof createRegistrationReader>;

beforeEach(() => {
  instances = new Map();
  failure = undefined;
  asked = [];
  read = createRegistrationReader(
    {
      servicediscovery: { discoverInstances, listInstances },
    } as unknown as Aws,
    { owner: 'stationkeeper', environment: 'default' },
    createTurns().in('default'),
  );
});

function discoverInstances({ ServiceName = '' }: { readonly ServiceName?: string }) {
  asked.push(ServiceName);
  if (failure?.service === ServiceName) {
    const init = { code: failure.code, message: 'refused', retry: 'never' } as const;
    return Promise.reject(new StationkeeperError(init));
  }
  const Instances = (instances.get(ServiceName) ?? []).map((HealthStatus, index) => ({
    InstanceId: `i${index}`,
    HealthStatus,
    Attributes: { AWS_INSTANCE_IPV4: `10.0.0.${index}`, AWS_INSTANCE_PORT: '2000' },
  }));
  return Promise.resolve({ $metadata: {}, Instances });
}

/** Cloud Map's control plane: what is registered in the first service. */
function listInstances({ ServiceId }: { readonly ServiceId?: string }) {
  const Instances = ServiceId === 'srv-0' ? [{ Id: 'i0', Attributes: {} }] : [];
  return Promise.resolve({ $metadata: {}, Instances });
}

function services(count: number): Discoverable[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `s${index}`;
    if (!instances.has(name)) instances.set(name, ['HEALTHY', 'HEALTHY']);
    return { id: `srv-${index}`, name, namespace: 'example.org', instanceCount: 2 };
  });
}

/** What the next pass asks for. */
async function askedFor(wanted: readonly Discoverable[]): Promise<readonly string[]> {
  asked = [];
  await read(wanted);
  return asked.toSorted();
}

describe('a steady world', () => {
  test('is read whole once, and then a share of it in each pass', async () => {
    const wanted = services(1_000);
    expect(await askedFor(wanted)).toHaveLength(1_000);
    expect(await askedFor(wanted)).toHaveLength(30);
  });

  test('is read whole twice where ListServices does not count instances', async () => {
    const wanted = services(1_000).map(({ id, name, namespace }) => ({
      id,
      name,
      namespace,
      instanceCount: undefined,
    }));
    expect(await askedFor(wanted)).toHaveLength(1_000);
    expect(await askedFor(wanted)).toHaveLength(1_000);
    expect(await askedFor(wanted)).toHaveLength(30);
  });

  test('costs no call for a service that ListServices counts no instance in', async () => {
    const wanted = services(3).map((each) => ({ ...each, instanceCount: 0 }));
    expect(await askedFor(wanted)).toEqual([]);
    expect([...(await read(wanted)).values()]).toEqual(
      wanted.map(() => ({ type: 'read', registrations: [] })),
    );
  });

  test('is read whole in every pass while it is small', async () => {
    const wanted = services(20);
    for (let pass = 0; pass < 4; pass += 1) expect(await askedFor(wanted)).toHaveLength(20);
  });

  test('is read in turn: every service within the passes that the share needs', async () => {
    const wanted = services(105);
    await read(wanted);
    await read(wanted);
    const turns = new Set<string>();
    for (let pass = 0; pass < 6; pass += 1) {
      for (const name of await askedFor(wanted)) turns.add(name);
    }
    expect(turns.size).toBe(105);
  });

  test('shows the last reading of what is not read again', async () => {
    const wanted = services(100);
    await read(wanted);
    await read(wanted);
    const readings = await read(wanted);
    const expected = [
      { id: 'i0', ipv4: '10.0.0.0', port: 2000, health: 'HEALTHY' },
      { id: 'i1', ipv4: '10.0.0.1', port: 2000, health: 'HEALTHY' },
    ];
    expect([...readings.values()]).toEqual(wanted.map(() => ({ type: 'read', registrations: expected })));
  });
});

describe('a service among a hundred is read in every pass while', () => {
  async function settle(): Promise<Discoverable[]> {
    const wanted = services(100);
    for (let pass = 0; pass < 3; pass += 1) await read(wanted);
    return wanted;
  }

  test('it has no instance', async () => {
    instances.set('s99', []);
    const wanted = await settle();
    for (let pass = 0; pass < 3; pass += 1) expect(await askedFor(wanted)).toContain('s99');
  });

  test('an instance is not healthy', async () => {
    instances.set('s99', ['HEALTHY', 'UNHEALTHY']);
    const wanted = await settle();
    for (let pass = 0; pass < 3; pass += 1) expect(await askedFor(wanted)).toContain('s99');
  });

  test('it is new', async () => {
    const wanted = await settle();
    const more = [...wanted, ...services(101).slice(100)];
    expect(await askedFor(more)).toContain('s100');
  });

  test('ListServices counts other than when it was read', async () => {
    const wanted = await settle();
    const changed = wanted.map((each) => (each.name === 's99' ? { ...each, instanceCount: 1 } : each));
    expect(await askedFor(changed)).toContain('s99');
  });
});

const BY_ID = { type: 'read', registrations: [{ id: 'i0', health: 'UNKNOWN' }] };

describe('a service that the data plane does not know', () => {
  test.each(['ServiceNotFound', 'NamespaceNotFound'])(
    'has no instances where none are counted (%s)',
    async (code) => {
      const [wanted] = services(1);
      failure = { service: 's0', code };
      const readings = await read([{ ...wanted!, instanceCount: undefined }]);
      expect(readings).toEqual(new Map([['srv-0', { type: 'read', registrations: [] }]]));
    },
  );

  test('is asked for by its id where instances are counted, so that nobody takes them for gone', async () => {
    const [wanted] = services(1);
    failure = { service: 's0', code: 'NamespaceNotFound' };
    expect(await read([wanted!])).toEqual(new Map([['srv-0', BY_ID]]));
  });
});

test('a service whose namespace has no name of its own is asked for by its id', async () => {
  const [wanted] = services(1);
  expect(await read([{ ...wanted!, namespace: undefined }])).toEqual(new Map([['srv-0', BY_ID]]));
  expect(asked).toEqual([]);
});

test('a failed reading is told as such, without its last instances, and the others are read', async () => {
  const wanted = services(2);
  await read(wanted);
  failure = { service: 's0', code: 'AccessDeniedException' };
  const readings = await read(wanted);
  expect(readings.get('srv-0')).toEqual({ type: 'failed', why: 'refused' });
  expect(readings.get('srv-1')).toMatchObject({ type: 'read' });
});
