import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { GIT_SOURCE, LACK_OF_HELM, render } from '../support/chart/helm.ts';
import { skippedFor } from '../support/runs/skipped.ts';

interface Values {
  readonly source?: object;
  readonly webhook?: object;
}

interface HelmRelease {
  readonly kind?: string;
  readonly spec: { readonly values: Values };
}

/** The values that docs/kubernetes.md shows: blocks of their own, and in a HelmRelease. */
const SHOWN: readonly (readonly [string, Values])[] = [
  ...readFileSync('docs/kubernetes.md', 'utf8').matchAll(/^```yaml\n([^]*?)^```/gm),
]
  .flatMap(([, text]) => parseAllDocuments(text!).map((document) => document.toJS() as Values | HelmRelease))
  .flatMap((shown): readonly Values[] => {
    if (!('kind' in shown)) return [shown as Values];
    return shown.kind === 'HelmRelease' ? [shown.spec.values] : [];
  })
  .map((values) => [Object.keys(values).join(', '), values]);

describe('docs/kubernetes.md', skippedFor(LACK_OF_HELM), () => {
  it('shows values', () => {
    expect(SHOWN.length).toBeGreaterThan(5);
  });

  it.each(SHOWN)('shows values that the chart takes: %s', async (_keys, values) => {
    const kinds = (await render({ ...GIT_SOURCE, ...values })).map(({ kind }) => kind);
    expect(kinds).toContain('Deployment');
    expect(kinds.includes('Ingress')).toBe(values.webhook !== undefined);
  });
});
