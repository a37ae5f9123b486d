import { describe, expect, it } from 'vitest';
import { fleetStatus } from '../../controller/cli/fleet-status.ts';
import type { FleetAsked } from '../../controller/cli/fleet-status.ts';
import { fleetOf } from '../../controller/status/fleet.ts';
import { courseOfFleet, holding, NEW, old, stage, underWay } from '../support/rollouts/members.ts';
import type { Fleet } from '../support/rollouts/members.ts';

const UNDER_WAY: Fleet = {
  stages: [stage('canary'), stage('rest', { needsApproval: true })],
  members: [
    { a: holding(NEW, -60), b: underWay(-5) },
    { c: old(), d: old(), e: old() },
  ],
};

const DONE: Fleet = { stages: [stage('canary')], members: [{ a: holding(NEW, -60), b: holding(NEW, -60) }] };

function ask(asked: Partial<FleetAsked> = {}, fleet = UNDER_WAY) {
  const definitions = fleetOf([], [courseOfFleet(fleet)]);
  return fleetStatus(
    { name: undefined, environment: undefined, output: 'table', ...asked },
    {
      fleet: () =>
        Promise.resolve({ definitions: definitions.map(({ environments: _each, ...one }) => one) }),
      definition: ({ name }) => Promise.resolve(definitions.find((one) => one.name === name)!),
    },
    { colour: false },
  );
}

describe('status --fleet', () => {
  it('shows each definition with what is done, the others by state, and its stages with their gates', async () => {
    const { text, isReady } = await ask();
    expect(text.replaceAll(/ +/g, ' ')).toContain(
      `DEFINITION ROLLOUT DIGEST DONE OTHERS HEALTH\nDaemonService/xray fleet ${NEW} 1/5 1 under way, 3 waiting -\n`,
    );
    const lines = text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
    expect(lines).toContain('STAGE DONE UNDER WAY GATE APPROVAL OTHERS');
    expect(lines).toContain('canary 1/2 1 of at most 2 open - -');
    expect(lines).toContain('rest 0/3 0 of at most 3 closed NEEDED 3 waiting');
    expect(lines.filter((line) => line.startsWith('DaemonService/xray: '))).toHaveLength(1);
    expect(isReady).toBe(false);
  });

  it('is ready where all is done', async () => {
    expect(await ask({}, DONE)).toMatchObject({ isReady: true });
  });

  it.each(['xray', 'DaemonService/xray'])(
    'shows of %s each Environment, and those that wait for the same together',
    async (name) => {
      const { text } = await ask({ name });
      expect(text).toMatch(/^a +canary +done/m);
      expect(text).toMatch(/^b +canary +under way +2026-11-27T11:55:00\.000Z/m);
      expect(text).toMatch(/^ {2}3: c, d, e: stage 2 of 2/m);
      expect(text).not.toMatch(/^c /m);
    },
  );

  it('shows of one Environment only that', async () => {
    const { text } = await ask({ environment: 'b' });
    expect(text).toMatch(/^b +canary/m);
    expect(text).not.toMatch(/^a +canary/m);
  });

  it('is the document of the API as JSON', async () => {
    expect(JSON.parse((await ask({ output: 'json' })).text)).toMatchObject({
      definitions: [{ name: 'xray', digest: NEW, counts: { environments: 5 } }],
    });
    expect(JSON.parse((await ask({ output: 'json', name: 'xray' })).text)).toMatchObject({
      name: 'xray',
      environments: [{ environment: 'a', state: 'done' }, {}, {}, {}, {}],
    });
  });

  it.each([
    [
      { name: 'xrai' },
      'no definition named "xrai" is in several Environments or goes through a Rollout; did you mean "xray"?',
    ],
    [{ name: 'xray', environment: 'f' }, 'xray is in no Environment "f"; did you mean'],
  ])('refuses %j with what was meant', async (asked, message) => {
    await expect(ask(asked)).rejects.toThrow(message);
  });
});
