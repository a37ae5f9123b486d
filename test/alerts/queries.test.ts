import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ALERTS } from '../../docs/generate/monitoring/alerts.ts';
import { dashboardQueries } from '../../docs/generate/monitoring/dashboard.ts';
import { LACK_OF_PROMTOOL, checkRules } from '../support/alerts/promtool.ts';
import { groupingsIn, labelsIn, selectorsIn } from '../support/alerts/promql.ts';
import { recordingOf } from '../support/alerts/recording.ts';
import { TROUBLES } from '../support/alerts/troubles.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { skippedFor } from '../support/runs/skipped.ts';
import { createWorld } from '../support/world/world.ts';

/** Every query that is shipped, held to what a controller serves. */

const QUERIES: readonly (readonly [what: string, expr: string])[] = [
  ...ALERTS.map(({ name, expr }) => [name, expr] as const),
  ...dashboardQueries(),
];

/** Troubles in which between them all metrics have samples. */
const TELLING = [
  'a consumer is cut off',
  'a host lacks its daemon',
  'a rollout fails',
  'AWS throttles',
  'more is to be deleted than the prune budget allows',
  'notifications do not arrive',
];

async function servedIn(name: string): Promise<string> {
  const trouble = TROUBLES.find((one) => one.name === name);
  if (trouble === undefined) throw new Error(`there is no trouble "${name}"`);
  const world = await (trouble.world ?? createWorld)();
  const recording = await recordingOf(world);
  await recording.minutes(5);
  await trouble.goesWrong(world, recording);
  recording.metrics.recordNotification({ receiver: 'on-call', result: 'failed', queued: 1 });
  await recording.minutes(5);
  return recording.text();
}

describe('a query', () => {
  let served: ReturnType<typeof labelsIn>;
  beforeAll(async () => {
    const texts: string[] = [];
    for (const name of TELLING) texts.push(await servedIn(name));
    served = labelsIn(texts.join('\n'));
  });

  it.each(QUERIES)('asks for metrics and labels that a controller serves: %s', (_what, expr) => {
    const selectors = selectorsIn(expr.replaceAll(/OURS(, )?/g, ''));
    expect(selectors).not.toEqual([]);
    const missing = selectors.flatMap(({ metric, labels }) => {
      const has = served.get(metric);
      return has === undefined
        ? [metric]
        : labels.filter((label) => !has.has(label)).map((label) => `${metric}{${label}}`);
    });
    expect(missing).toEqual([]);
    const carried = new Set(selectors.flatMap(({ metric }) => [...(served.get(metric) ?? [])]));
    expect(groupingsIn(expr).filter((label) => !carried.has(label))).toEqual([]);
  });

  it('finds what a query misses', () => {
    expect(selectorsIn('sum by (a) (stationkeeper_x{b="1", job="j", c!~"{2}"}) > stationkeeper_y')).toEqual([
      { metric: 'stationkeeper_x', labels: ['b', 'c'] },
      { metric: 'stationkeeper_y', labels: [] },
    ]);
    expect(groupingsIn('sum by (a, job) (x) * on (b) group_left (c) y')).toEqual(['a', 'b', 'c']);
    expect(served.get('stationkeeper_build_info')).toEqual(new Set(['version', 'owner', 'mode']));
  });

  it('uses every metric that is served, so that none is for nothing', () => {
    const used = new Set(QUERIES.flatMap(([, expr]) => selectorsIn(expr)).map(({ metric }) => metric));
    const ours = [...served.keys()].filter((metric) => metric.startsWith('stationkeeper_'));
    expect(ours.filter((metric) => !used.has(metric) && !/_(sum|count)$/.test(metric))).toEqual([
      'stationkeeper_pass_number',
    ]);
  });
});

describe('promtool', skippedFor(LACK_OF_PROMTOOL), () => {
  it('reads every query of the dashboard', async () => {
    const rules = dashboardQueries().map(([, expr], index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const text = stringify({ groups: [{ name: 'dashboard', rules }] });
    const file = join(writeFiles(scratchFolder(), { 'rules.yaml': text }), 'rules.yaml');
    expect(await checkRules(file)).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});
