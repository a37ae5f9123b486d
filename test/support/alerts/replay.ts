import { join } from 'node:path';
import { writeFiles } from '../programs/folder.ts';
import { scratchFolder } from '../programs/cli.ts';
import { ruleFile } from '../../../docs/generate/monitoring/rules.ts';
import { testRules } from './promtool.ts';
import type { Recording } from './recording.ts';

/** One alert at one time, by the labels that tell it from others. */
export interface Expected {
  readonly alertname: string;
  readonly severity: string;
  readonly environment: string;
  readonly reason: string;
  readonly kind?: string;
  readonly name?: string;
}

/** What Prometheus is to find. */
export interface Expectation {
  /** Minute → the alerts that fire then, and no others. */
  readonly firing: Readonly<Record<number, readonly Expected[]>>;
  /** Names of all alerts that fire at any time of the recording; `any`: or that wait to fire. */
  readonly ever: readonly string[];
  readonly state?: 'firing' | 'any';
}

/** Replays a recording through the rules. What promtool finds otherwise; empty where all is as expected. */
export function replay(
  recording: Recording,
  { firing, ever, state = 'firing' }: Expectation,
): Promise<string> {
  const rules = join(writeFiles(scratchFolder(), { 'rules.yaml': ruleFile() }), 'rules.yaml');
  const input = [...recording.series()].map(([series, values]) => ({ series, values }));
  const length = `${recording.now()}m`;
  const now = Object.entries(firing).map(([minute, alerts]) => ({
    expr: 'max by (alertname, severity, environment, reason, kind, name) (ALERTS{alertstate="firing"})',
    eval_time: `${minute}m`,
    exp_samples: alerts.map((alert) => ({ labels: labelsOf({ ...alert }), value: 1 })),
  }));
  const all = {
    expr: `max by (alertname) (max_over_time(ALERTS${state === 'any' ? '' : '{alertstate="firing"}'}[${length}]))`,
    eval_time: length,
    exp_samples: ever.map((alertname) => ({ labels: labelsOf({ alertname }), value: 1 })),
  };
  return testRules(rules, [{ interval: '30s', input_series: input, promql_expr_test: [...now, all] }]);
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
