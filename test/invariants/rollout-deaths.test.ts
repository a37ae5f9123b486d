import { describe, expect, it, test } from 'vitest';
import { commit, condition, stagedWorld, statesOf, until, versionsIn } from '../support/world/rollouts.ts';

describe('a controller that dies', () => {
  test.each([
    ['before it has begun anything', 0],
    ['when the first call that changes anything is answered', 1],
    ['in the first stage', 2],
    ['in the second stage', 6],
    ['while the second stage soaks', 12],
    ['in the last stage', 16],
  ])('%s is followed by one that decides the same', async (_when, deaths) => {
    const world = await stagedWorld();
    commit(world, { version: '2' });
    let left = deaths;
    world.intercept(async (call, perform) => {
      const answer = await perform();
      if (left > 0 && !/Describe|List|Get/.test(call.name)) {
        left -= 1;
        if (left === 0) world.restart();
      }
      return answer;
    });
    if (deaths === 0) world.restart();
    for (let pass = 0; pass < 400; pass += 1) {
      const ended = await Promise.race([world.pass(), world.clock.advance(120_000).then(() => undefined)]);
      const states = ended === undefined ? {} : statesOf(ended);
      const inEu = ['eu-a', 'eu-b'].filter((name) => ['progressing', 'begins'].includes(states[name] ?? ''));
      expect(inEu.length).toBeLessThanOrEqual(1);
      if (ended !== undefined && condition(ended) === 'done' && left === 0) break;
      await world.clock.advance(30_000);
    }
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['2']));
  });

  it('has approved a stage for as long as it lived, unless somebody has begun in it', async () => {
    const stages = [
      { name: 'canary', environments: { matchLabels: { stage: 'dev' } } },
      { name: 'rest', approval: 'required', maxConcurrent: 1 },
    ];
    const world = await stagedWorld({ stages });
    commit(world, { stages, version: '2' });
    const waiting = await until(world, (result) => condition(result) === 'approval');
    const { digest } = waiting.courses[0]!.definition;
    world.approve({ rollout: 'fleet', stage: 'rest', digest });
    world.restart();
    expect(condition(await world.pass())).toBe('approval');
    world.approve({ rollout: 'fleet', stage: 'rest', digest });
    await world.pass();
    world.restart();
    await until(world, (result) => condition(result) === 'done');
    expect(new Set(Object.values(await versionsIn(world)))).toEqual(new Set(['2']));
  });
});
