import { describe, expect, it } from 'vitest';
import { createGapSightings } from '../../controller/kinds/service/gap-sightings.ts';
import type { GapSightings } from '../../controller/kinds/service/gap-sightings.ts';
import { hostOf } from '../../controller/kinds/service/host.ts';
import type { Host } from '../../controller/kinds/service/host.ts';
import { createHostClock } from '../support/world/host-clock.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const ARN = 'arn:aws:ecs:eu-west-1:385605022855:container-instance/main/h1';
const HOST: Host = { ...hostOf({ containerInstanceArn: ARN, agentConnected: false }, []) };
const MINUTE_MS = 60_000;

function begun(): { readonly clock: VirtualClock; readonly sightings: GapSightings } {
  const clock = new VirtualClock();
  return { clock, sightings: createGapSightings(clock) };
}

/** One look, in which something is asked. */
function look<Told>(sightings: GapSightings, ask: () => Told): Told {
  sightings.begin();
  const told = ask();
  sightings.end();
  return told;
}

describe('an agent that is disconnected', () => {
  it('is a cause once it has been seen so for two minutes, and not one look before', async () => {
    const { clock, sightings } = begun();
    const first = clock.now();
    const ask = (): number | undefined =>
      look(sightings, () => sightings.disconnectedSince(HOST, clock.now()));
    expect(ask()).toBeUndefined();
    await clock.advance(2 * MINUTE_MS - 1);
    expect(ask()).toBeUndefined();
    await clock.advance(1);
    expect(ask()).toBe(first);
  });

  it('begins anew where it was connected in between', async () => {
    const { clock, sightings } = begun();
    const ask = (agentConnected: boolean): number | undefined =>
      look(sightings, () => sightings.disconnectedSince({ ...HOST, agentConnected }, clock.now()));
    ask(false);
    await clock.advance(MINUTE_MS);
    expect(ask(true)).toBeUndefined();
    await clock.advance(MINUTE_MS);
    expect(ask(false)).toBeUndefined();
  });

  it('is one at once where ECS tells since when', () => {
    const { clock, sightings } = begun();
    const ask = (impairedSince: number): number | undefined =>
      look(sightings, () => sightings.disconnectedSince({ ...HOST, impairedSince }, clock.now()));
    expect(ask(clock.now() - MINUTE_MS)).toBeUndefined();
    expect(ask(clock.now() - 3 * MINUTE_MS)).toBe(clock.now() - 3 * MINUTE_MS);
  });
});

describe('a gap', () => {
  it('counts from the first look on, and lasts after five minutes, whatever becomes of the wall clock', async () => {
    const clock = new VirtualClock();
    const hostClock = createHostClock(clock);
    const sightings = createGapSightings(hostClock);
    const since = clock.now();
    const ask = () => look(sightings, () => sightings.lacked('agent', HOST, undefined));
    expect(ask()).toEqual({ since, isLasting: false });
    hostClock.step(60 * MINUTE_MS);
    await clock.advance(5 * MINUTE_MS - 1);
    expect(ask()).toEqual({ since, isLasting: false });
    await clock.advance(1);
    expect(ask()).toEqual({ since, isLasting: true });
  });

  it('that closes is forgotten, and so is that of another daemon on the same host', async () => {
    const { clock, sightings } = begun();
    look(sightings, () => sightings.lacked('agent', HOST, undefined));
    await clock.advance(10 * MINUTE_MS);
    look(sightings, () => sightings.lacked('proxy', HOST, undefined));
    const again = look(sightings, () => sightings.lacked('agent', HOST, undefined));
    expect(again).toEqual({ since: clock.now(), isLasting: false });
  });

  it('counts from when its task stopped there, where that is earlier', () => {
    const { clock, sightings } = begun();
    const at = clock.now() - MINUTE_MS;
    const stops = { count: 1, reason: 'r', onHosts: { [ARN]: { reason: 'r', at } } };
    expect(look(sightings, () => sightings.lacked('agent', HOST, stops))).toEqual({
      since: at,
      isLasting: false,
    });
  });
});

describe('a host that a task has left', () => {
  it('is one for two minutes, unless the task comes back', async () => {
    const { clock, sightings } = begun();
    const ask = (...hosts: string[]): readonly string[] =>
      look(sightings, () => [...sightings.left('agent', new Set(hosts))]);
    expect(ask('a', 'b')).toEqual([]);
    await clock.advance(MINUTE_MS);
    expect(ask('a')).toEqual(['b']);
    await clock.advance(2 * MINUTE_MS - 1);
    expect(ask()).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(ask()).toEqual(['a']);
    expect(ask('a')).toEqual([]);
  });
});
