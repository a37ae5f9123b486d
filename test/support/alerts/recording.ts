import { recordInMetrics } from '../../../controller/cli/pass-metrics.ts';
import type { Metrics, MetricsOptions } from '../../../controller/metrics/metrics.ts';
import { createLoop } from '../../../controller/reconcile/loop.ts';
import { fleetOf } from '../../../controller/status/fleet.ts';
import { reportInputOf, sourceStatusOf } from '../../../controller/status/pass-report.ts';
import { createStatusStore } from '../../../controller/status/store.ts';
import { metricsOf } from '../reports/metrics.ts';
import { SILENT_LOG } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** So often a Prometheus scrapes, in virtual time. */
const SCRAPE_MS = 30_000;
const INTERVAL_MS = 60_000;

const SOURCE = { type: 'git', url: 'https://git.example.org/daemons.git' } as const;

/** What a Prometheus would have scraped of a controller, as series of promtool: a sample for each scrape. */
export interface Recording {
  /** Lets time go on, scraping, for so many minutes. */
  minutes(count: number): Promise<void>;
  /** Minutes that have been recorded. */
  now(): number;
  /** The loop hangs from now on: no pass ends any more, and what is served stays as it is. */
  hang(): void;
  /** The process ends: nothing can be scraped. */
  end(): void;
  /** By series, with values as promtool writes them. */
  series(): ReadonlyMap<string, string>;
  /** Those of the controller, for what is not part of it here. */
  readonly metrics: Metrics;
  /** The last text that was scraped. */
  text(): string;
}

/**
 * Runs the real controller on a world: its loop, passes, report and metrics as `run` wires them. Time begins at 0, where promtool's
 * begins.
 */
export async function recordingOf(
  world: World,
  { detail = 'object' }: Partial<Pick<MetricsOptions, 'detail'>> = {},
): Promise<Recording> {
  const { clock, host } = world;
  const beganAt = clock.now();
  const metrics = metricsOf({ detail, startedAt: beganAt, intervalMs: INTERVAL_MS });
  world.watchRequests((request) => {
    metrics.recordAwsRequest(request);
    if (request.attempt > 0) metrics.recordAwsRetry(request);
  });
  const controller = { version: '0.1.0', owner: 'stationkeeper', startedAt: new Date(beganAt).toISOString() };
  const store = createStatusStore(controller, sourceStatusOf(SOURCE));
  let hangs = false;
  let isScraped = true;
  let served = await metrics.text();
  const never = new Promise<never>(() => undefined);
  const loop = createLoop({
    runPass: (request) => (hangs ? never : world.runPass(request)),
    clock: host,
    log: SILENT_LOG,
    intervalMs: INTERVAL_MS,
    onPass(result, pass) {
      const report = store.record(reportInputOf(result, { ...pass, controller, source: SOURCE }));
      const fleet = fleetOf(report.objects, result.courses);
      recordInMetrics(metrics, { result, report, fleet, now: clock.now() });
    },
    onFailedPass: () => metrics.recordPass({ result: 'failure', seconds: 0, endedAt: clock.now() }),
    async onEnd() {
      served = await metrics.text();
    },
  });
  void loop.run(new AbortController().signal);

  const samples = new Map<string, (string | undefined)[]>();
  let scrapes = 0;

  function scrape(): void {
    const lines = isScraped ? served.split('\n').filter((line) => TOLD.test(line)) : [];
    for (const line of lines) {
      const at = line.lastIndexOf(' ');
      const name = line.slice(0, at);
      const value = Number(line.slice(at + 1));
      const values = samples.get(name) ?? [];
      // Scrapes in which it was not there.
      values[scrapes] = String(IS_TIME.test(name) ? value - beganAt / 1000 : value);
      samples.set(name, values);
    }
    scrapes += 1;
  }

  // At time 0, when no pass has ended.
  scrape();
  return {
    async minutes(count) {
      for (let left = count * 60_000; left > 0; left -= SCRAPE_MS) {
        await clock.advance(SCRAPE_MS);
        scrape();
      }
    },
    now: () => ((scrapes - 1) * SCRAPE_MS) / 60_000,
    hang: () => {
      hangs = true;
    },
    end: () => {
      isScraped = false;
    },
    series: () => new Map([...samples].map(([name, values]) => [name, promtoolValues(values, scrapes)])),
    metrics,
    text: () => served,
  };
}

/** Of our own metrics; buckets and the process's own are in no alert. */
const TOLD = /^stationkeeper_(?!\w+_(bucket|sum|count)[{ ])/;
const IS_TIME = /^stationkeeper_(\w+_timestamp_seconds|start_time_seconds)\b/;

/** What was there and is no more is stale, as Prometheus marks it. */
function promtoolValues(values: readonly (string | undefined)[], length: number): string {
  const all = Array.from({ length }, (_, index) => {
    const value = values[index];
    if (value !== undefined) return value;
    return index > 0 && values[index - 1] !== undefined ? 'stale' : '_';
  });
  return all.join(' ');
}
