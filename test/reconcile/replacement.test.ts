import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo, describeAccount, withoutDigests } from '../support/world/account.ts';
import type { Account } from '../support/world/account.ts';
import { MANIFESTS, createWorld, isRead, stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const XRAY = MANIFESTS['xray.yaml'];

const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';

/** What AWS cannot change in place: how git changes it, the path at which it shows, and what is interrupted. */
const CHANGES = {
  'the type of the DNS records': {
    change: (text: string) =>
      text.replace(
        'dnsRecords: [{ type: A, ttl: 60 }]',
        'dnsRecords: [{ type: SRV, ttl: 60 }]\n    port: 2000',
      ),
    held: 'hold policy discovery-service/xray',
    path: 'dnsRecords[SRV]',
    interrupts: 'its name, which resolves again once new tasks, or their hosts, are registered',
  },
  'an SRV record beside the A record': {
    change: (text: string) =>
      text.replace(
        'dnsRecords: [{ type: A, ttl: 60 }]',
        'dnsRecords: [{ type: A, ttl: 60 }, { type: SRV, ttl: 60 }]\n    port: 2000',
      ),
    held: 'hold policy discovery-service/xray',
    path: 'dnsRecords[SRV]',
    interrupts: 'its name, which resolves again once new tasks, or their hosts, are registered',
  },
  "the security group's description": {
    change: (text: string) => text.replace('securityGroup:\n', 'securityGroup:\n    description: traces\n'),
    held: 'hold policy security-group/xray',
    path: 'description',
    interrupts: "in the VPC's default group",
  },
  "the security group's name": {
    change: (text: string) => text.replace('securityGroup:\n', 'securityGroup:\n    name: tracing\n'),
    held: 'hold policy security-group/tracing',
    path: 'name',
    interrupts: 'by a rolling deployment, which interrupts nothing, and delete security-group/xray',
  },
} as const;

function allowed(text: string): string {
  return text.replace(
    '  labels: { team: platform }',
    '  labels: { team: platform }\n  annotations: { stationkeeper.dev/allow-replace: "true" }',
  );
}

async function converged(text = XRAY): Promise<World> {
  const world = createWorld({ files: { 'xray.yaml': text } });
  await world.settle();
  await world.clock.advance(300_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

/** The account as it would be, had it never been otherwise. */
async function madeAnew(text: string): Promise<Account> {
  return withoutDigests(await describeAccount((await converged(text)).sandbox));
}

async function endOf(world: World): Promise<Account> {
  const results = await world.loopFor(900_000);
  expect(stepsOf(results.at(-1)!.plan)).toEqual([]);
  return withoutDigests(await describeAccount(world.sandbox));
}

async function servicesOf(
  world: World,
): Promise<readonly { readonly createdAt: Date; readonly runningCount: number }[]> {
  const { services } = await callsTo(world.sandbox)('ecs', 'DescribeServices', {
    cluster: 'xray-daemon-cluster',
    services: ['xray'],
  });
  return services as { createdAt: Date; runningCount: number }[];
}

function stepOn({ plan }: PassResult, kind: string) {
  return plan.steps.find(({ id, type }) => id.kind === kind && type === 'hold');
}

describe.each(Object.entries(CHANGES))('%s', (_what, { change, held, path, interrupts }) => {
  test('is held until it is allowed, and the plan says what that would interrupt', async () => {
    const world = await converged();
    world.files.set('xray.yaml', change(XRAY));
    const [, last] = [await world.pass(), await world.pass()];
    expect(stepsOf(last.plan)).toContain(held);
    const kind = held.split(' ').at(-1)!.split('/')[0]!;
    expect(stepOn(last, kind)).toMatchObject({ intent: 'replace', why: 'policy' });
    expect(stepOn(last, kind)?.changes.map((each) => each.path)).toContain(path);
    expect(stepOn(last, kind)?.reason).toContain(interrupts);
    const deleted = world.mutations().filter((name) => name.includes('Delete'));
    expect(deleted).toEqual([]);
  });

  test('is made where it is allowed, in the order that AWS demands, and all tasks go on running', async () => {
    const world = await converged();
    world.files.set('xray.yaml', allowed(change(XRAY)));
    let fewest = Infinity;
    world.intercept(async (_call, perform) => {
      for (const { runningCount } of await servicesOf(world)) fewest = Math.min(fewest, runningCount);
      return perform();
    });
    expect(await endOf(world)).toEqual(await madeAnew(allowed(change(XRAY))));
    expect(fewest).toBeGreaterThanOrEqual(2);
    world.calls.length = 0;
    await world.loopFor(300_000);
    expect(world.mutations()).toEqual([]);
  });

  test('waits while another document is invalid, and is made once it is mended', async () => {
    const world = await converged();
    world.files.set('xray.yaml', allowed(change(XRAY)));
    world.files.set('other.yaml', OTHER.replace('spec: {}', 'spec: { wrong: 1 }'));
    const results = await world.loopFor(300_000);
    expect(stepOn(results.at(-1)!, held.split(' ').at(-1)!.split('/')[0]!)).toMatchObject({
      intent: 'replace',
      why: 'policy',
      reason: 'nothing is replaced: 1 document is invalid',
    });
    expect(world.mutations().filter((name) => /Delete|Deregister/.test(name))).toEqual([]);
    world.files.delete('other.yaml');
    expect(await endOf(world)).toEqual(await madeAnew(allowed(change(XRAY))));
  });

  test('comes to the same end with a controller that dies at any call', async () => {
    const wanted = allowed(change(XRAY));
    const expected = await madeAnew(wanted);
    const whole = await converged();
    whole.files.set('xray.yaml', wanted);
    await endOf(whole);
    const mutations = whole.mutations().length;
    expect(mutations).toBeGreaterThan(3);
    expect(mutations).toBeLessThan(20);
    for (let mutation = 0; mutation < mutations; mutation += 1) {
      const world = await converged();
      world.files.set('xray.yaml', wanted);
      await dieBefore(world, mutation);
      expect({ mutation, end: await endOf(world) }).toEqual({ mutation, end: expected });
    }
    // As many lives as calls: four minutes were not enough on a busy machine.
  }, 600_000);
});

describe.each([{ launchType: 'EC2' }, { schedulingStrategy: 'DAEMON' }])('a service with %o', (otherwise) => {
  /** The sandbox has no EC2 instances: its service is shown as one that somebody made on them. */
  async function madeOtherwise(text: string): Promise<World> {
    const world = await converged();
    const [made] = await servicesOf(world);
    world.intercept(async ({ name }, perform) => {
      const answer = await perform();
      if (name !== 'ecs:DescribeServices') return answer;
      const { services } = answer as {
        readonly services: readonly { createdAt: Date }[];
      };
      const shown = services.map((service) =>
        service.createdAt.getTime() === made?.createdAt.getTime() ? { ...service, ...otherwise } : service,
      );
      return { ...answer, services: shown };
    });
    world.files.set('xray.yaml', text);
    return world;
  }

  test('is held until it is allowed, and the plan says what that would interrupt', async () => {
    const world = await madeOtherwise(XRAY);
    const result = await world.pass();
    expect(result.plan.steps.find(({ id }) => id.kind === 'service')).toMatchObject({
      type: 'hold',
      why: 'policy',
      intent: 'replace',
      reason: expect.stringContaining('all its tasks stop before new ones start'),
    });
    expect(world.mutations()).toEqual([]);
  });

  test('is made where it is allowed: the former service drains before the new one is created', async () => {
    const world = await madeOtherwise(allowed(XRAY));
    expect(await endOf(world)).toEqual(await madeAnew(allowed(XRAY)));
    expect(world.mutations()).toEqual(['ecs:DeleteService', 'ecs:CreateService']);
  });
});

/** Lets the controller die instead of making its n-th mutation. */
async function dieBefore(world: World, mutation: number): Promise<void> {
  const death = new AbortController();
  world.intercept((_call, perform) => {
    if (world.calls.filter(({ name }) => !isRead(name)).length > mutation) death.abort();
    return death.signal.aborted ? new Promise(() => undefined) : perform();
  });
  const died = new Promise<void>((resolve) => {
    death.signal.addEventListener('abort', () => resolve());
  });
  await world.clock.run(Promise.race([died, world.loopFor(900_000)]));
  world.restart();
  world.intercept(undefined);
}
