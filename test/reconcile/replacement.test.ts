import { describe, expect, test } from 'vitest';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { callsTo } from '../support/world/account.ts';
import { CHANGES, XRAY, allowed, converged, endOf, madeAnew } from '../support/world/replacements.ts';
import { stepsOf } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

const OTHER = 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: other }\nspec: {}\n';

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
