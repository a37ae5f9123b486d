/** A selector in a PromQL expression: a metric, and the labels that it matches. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** Labels that the scrape gives, or Prometheus where the scrape gives one of the same name. */
const OF_THE_SCRAPE: ReadonlySet<string> = new Set(['namespace', 'job', 'instance', 'exported_service']);

const METRIC = String.raw`\b(?:stationkeeper|process|nodejs)_\w+`;

/** The selectors of an expression, without the labels that a scrape gives. */
export function selectorsIn(expr: string): readonly Selector[] {
  return [...expr.matchAll(new RegExp(String.raw`(${METRIC})(?:\{([^}]*)\})?`, 'g'))].map(
    ([, metric = '', matchers = '']) => ({
      metric,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=|!)/g)].map(([, label]) => label!).filter(isOurs),
    }),
  );
}

/** The labels that an expression groups, matches or joins by, without those that a scrape gives. */
export function groupingsIn(expr: string): readonly string[] {
  const lists = [...expr.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right) \(([^)]*)\)/g)];
  const labels = lists.flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
  return [...new Set(labels)].filter((label) => label !== '' && isOurs(label));
}

function isOurs(label: string): boolean {
  return !OF_THE_SCRAPE.has(label);
}

/** Metric → the labels that any sample of it has, in Prometheus text; histograms by the names of their parts. */
export function labelsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, metric = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(metric) ?? new Set();
    for (const [, label] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label!);
    found.set(metric, known);
  }
  return found;
}
