import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../controller/http/pace.ts';

describe('requests', () => {
  it('go at once as long as there is room', () => {
    const inTurn = createPace({ perSecond: 1, atOnce: 2 });
    const gone: string[] = [];
    for (const name of ['a', 'b', 'c']) inTurn(new Socket(), () => gone.push(name));
    expect(gone).toEqual(['a', 'b']);
  });

  it('go in turn where there are many, without those who have gone away', async () => {
    const inTurn = createPace({ perSecond: 100, atOnce: 1 });
    const gone: string[] = [];
    const away = new Socket();
    inTurn(new Socket(), () => gone.push('a'));
    inTurn(away, () => gone.push('b'));
    inTurn(new Socket(), () => gone.push('c'));
    away.destroy();
    await new Promise<void>((resolve) => {
      inTurn(new Socket(), resolve);
    });
    expect(gone).toEqual(['a', 'c']);
  });
});
