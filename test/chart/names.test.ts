import { describe, expect, it } from 'vitest';
import { LACK_OF_HELM, render } from '../support/chart/helm.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const LONG = 'a-release-with-a-name-as-long-as-helm-allows-it-to-be';

describe('names of the chart', skippedFor(LACK_OF_HELM), () => {
  it.each(['configmap', 'observability'])(
    'are DNS labels for the longest release name (%s)',
    async (values) => {
      expect(LONG).toHaveLength(53);
      for (const { kind, metadata } of await render(values, { release: LONG })) {
        expect(metadata.name, `name of a ${kind}`).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
        for (const value of Object.values(metadata.labels)) expect(value).toMatch(/^\w([\w.-]{0,61}\w)?$/);
      }
    },
  );

  it.each([
    ['short', 'blue', 'green'],
    ['long and alike', `${LONG.slice(0, 52)}a`, `${LONG.slice(0, 52)}b`],
  ])('of two releases in one namespace do not collide (%s)', async (_how, one, another) => {
    const named = async (release: string): Promise<readonly string[]> =>
      (await render('configmap', { release })).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    const names = [...(await named(one)), ...(await named(another))];
    expect(names.length).toBeGreaterThan(12);
    expect(new Set(names).size).toBe(names.length);
  });

  it('stay text where the name of the release reads like a number', async () => {
    const wrong = (await render('everything', { release: '1e3' })).flatMap(({ metadata }) =>
      Object.values(metadata.labels).filter((value) => typeof value !== 'string'),
    );
    expect(wrong).toEqual([]);
  });

  it('follow nameOverride and fullnameOverride', async () => {
    const names = (await render('everything')).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => !name.startsWith('daemon-keeper') && name !== 'keeper')).toEqual([]);
  });
});
