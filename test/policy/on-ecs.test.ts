import { expect, test } from 'vitest';
import { DRIFTS } from '../support/drifts/table.ts';
import { guard } from '../support/iam/guard.ts';
import { policyOfAccountRole, policyOfOwnRole } from '../support/iam/shipped-roles.ts';
import { makeFetched, pushImage } from '../support/world/fetched.ts';
import { MANIFESTS, OWN_MANIFEST, createWorld, stepsOf } from '../support/world/world.ts';

const MINUTE_MS = 60_000;
const DAEMONS = {
  'xray.yaml': MANIFESTS['xray.yaml'],
  'otel-collector.yaml': MANIFESTS['otel-collector.yaml'],
};

test.each([
  ['deploy/ecs gives the controller', policyOfOwnRole],
  ['deploy/accounts makes', policyOfAccountRole],
])(
  'the role that %s lets it keep itself and the examples, from an empty account to their end',
  async (_whose, policyOf) => {
    const files = { ...DAEMONS, 'stationkeeper.yaml': OWN_MANIFEST };
    const world = createWorld({ files, newAccount: true, pruneBudget: { count: 1000 } });
    await makeFetched(world);
    await pushImage(world, 'stationkeeper', '0.2.0');
    const iam = guard(world);
    iam.grant([policyOf()]);
    const kept = async (): Promise<void> => {
      const last = (await world.settle()).at(-1);
      expect({ denied: iam.denied, left: stepsOf(last!.plan) }).toEqual({ denied: [], left: [] });
    };
    await kept();
    for (const { meddle } of Object.values(DRIFTS)) {
      await meddle(world);
      await world.clock.advance(MINUTE_MS);
      await world.settle();
      await world.clock.advance(180 * MINUTE_MS);
    }
    expect(iam.denied).toEqual([]);
    world.files.set('stationkeeper.yaml', OWN_MANIFEST.replace('stationkeeper:0.1.0', 'stationkeeper:0.2.0'));
    await kept();
    for (const file of Object.keys(DAEMONS)) world.files.delete(file);
    await kept();
    expect(iam.used.size).toBeGreaterThan(50);
  },
);
