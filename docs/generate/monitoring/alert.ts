/** An alert as Prometheus has it, and what somebody who is woken by it has to know. */
export interface Alert {
  /** `StationkeeperAbsent`. */
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** When it fires, in a few words, for the table of all. */
  readonly when: string;
  /** PromQL, made of `series`. Its result has all labels that the alert has besides `labels`. */
  readonly expr: string;
  /** How long it has to hold before it fires; absent where the expression itself looks back as far as is needed. */
  readonly for?: string;
  /** Labels that are always the same: `environment` where it concerns all of them, `reason` where there is one alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** One line with Prometheus's templates: what is so. */
  readonly summary: string;
  /** The same at more length: what it means, and where to look first. */
  readonly description: string;
  readonly runbook: Runbook;
}

interface Runbook {
  readonly means: string;
  /** Each a sentence; commands are in backticks. */
  readonly look: readonly string[];
  readonly do: readonly string[];
}

/** Stands for the matchers that say whose series are meant, which depend on how they are scraped. */
export const OURS = 'OURS';

/** A selector of a metric of ours: `series('daemon_tasks', 'state="desired"')`. */
export function series(name: string, ...matchers: readonly string[]): string {
  return `stationkeeper_${name}{${[OURS, ...matchers].join(', ')}}`;
}

/** The labels of a scrape that tell one controller from another. */
export const CONTROLLER = ['namespace', 'job'] as const;
export const ENVIRONMENT = [...CONTROLLER, 'environment'] as const;
export const OBJECT = [...ENVIRONMENT, 'kind', 'name'] as const;
/** An object whose metric has no label for its kind, since only one kind has it. */
export const DAEMON = [...ENVIRONMENT, 'name'] as const;

export function by(labels: readonly string[]): string {
  return `by (${labels.join(', ')})`;
}

/** How far an expression looks back, and how often it looks: all but a tenth of the looks must find it so. */
const WINDOWS = {
  '2m': { step: '30s', least: 4 },
  '5m': { step: '30s', least: 9 },
  '10m': { step: '30s', least: 18 },
  '15m': { step: '30s', least: 27 },
  '30m': { step: '1m', least: 27 },
  '1h': { step: '1m', least: 54 },
} as const;
export type Window = keyof typeof WINDOWS;

/** Those label sets of `by` for which there was something in at least nine of ten looks: one that fails in between begins nothing anew. */
function lasting(samples: string, labels: readonly string[], window: Window): string {
  const { step, least } = WINDOWS[window];
  return `count_over_time((sum ${by(labels)} (${samples}))[${window}:${step}]) >= ${least}`;
}

/**
 * The same for series that are there only while something is so, with their value, and as a label the reason that they had most of the time. A
 * reason that changes would otherwise make another alert of it, which waits from the beginning.
 */
export function lastingWithReason(selector: string, labels: readonly string[], window: Window): string {
  const { step } = WINDOWS[window];
  return [
    `max_over_time((sum ${by(labels)} (${selector}))[${window}:${step}])`,
    `  * on (${labels.join(', ')}) group_left (reason)`,
    `    (topk ${by(labels)} (1, sum ${by([...labels, 'reason'])} (sum_over_time(${selector}[${window}]))) > bool 0)`,
    `  and on (${labels.join(', ')})`,
    `    ${lasting(selector, labels, window)}`,
  ].join('\n');
}

/** A gauge that is there all the time, and above 0 while something is so; the value is its largest. */
export function lastingAboveZero(selector: string, labels: readonly string[], window: Window): string {
  const { step } = WINDOWS[window];
  const samples = `${selector} > 0`;
  return [
    `max_over_time((sum ${by(labels)} (${samples}))[${window}:${step}])`,
    `  and on (${labels.join(', ')})`,
    `    ${lasting(samples, labels, window)}`,
  ].join('\n');
}

/** A matcher of any of these values. */
export function anyOf(label: string, values: readonly string[]): string {
  return `${label}=~"${values.join('|')}"`;
}

export function noneOf(label: string, values: readonly string[]): string {
  return `${label}!~"${values.join('|')}"`;
}

/** How many of something the alert is about, in a template: `1 object`, `3 objects`. */
export function counted(noun: string): string {
  return `{{ $value }} ${noun}{{ if ne $value 1.0 }}s{{ end }}`;
}

/** A verb after a name, or after `counted` where the metrics count objects. */
export function verb(ofOne: string, ofMany: string): string {
  return `{{ if or $labels.name (eq $value 1.0) }}${ofOne}{{ else }}${ofMany}{{ end }}`;
}
