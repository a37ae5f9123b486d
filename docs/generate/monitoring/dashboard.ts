import { ROWS } from './dashboard-rows.ts';
import type { Panel, Row } from './dashboard-rows.ts';

/** Grafana counts widths of a row in this. */
const COLUMNS = 24;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** Of Grafana 10.4; later ones bring it up to date by themselves. */
const SCHEMA_VERSION = 39;

/** deploy/monitoring/dashboard.json: a dashboard as Grafana imports it, with the data source, the controller and the Environments to choose. */
export function dashboardFile(): string {
  const panels = layOut(ROWS);
  const dashboard = {
    uid: 'stationkeeper',
    title: 'Stationkeeper',
    description:
      'Daemon services that Stationkeeper keeps on ECS. Made of docs/generate/monitoring by `npm run docs`.',
    tags: ['stationkeeper'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: VARIABLES },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/** Every query of the dashboard, those of its variables included, each with what it is for. */
export function dashboardQueries(): readonly (readonly [what: string, expr: string])[] {
  return ROWS.flatMap(({ title, panels }) =>
    panels.flatMap((panel) => panel.queries.map(({ expr }) => [`${title}: ${panel.title}`, expr] as const)),
  );
}

const VARIABLES = [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1 },
  valuesOf('job', 'Controller', 'label_values(stationkeeper_build_info, job)'),
  valuesOf(
    'environment',
    'Environment',
    'label_values(stationkeeper_object_state{job=~"$job"}, environment)',
  ),
];

function valuesOf(name: string, label: string, query: string) {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    // A Rollout is in no Environment.
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

function layOut(rows: readonly Row[]): readonly object[] {
  const laid: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    laid.push({
      id: laid.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        y += height;
        x = 0;
        height = 0;
      }
      laid.push({ id: laid.length + 1, ...shown(panel), gridPos: { x, y, w: panel.width, h: panel.height } });
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  return laid;
}

const REF_IDS = 'ABCDEFGH';

function shown({ type, title, description, unit, queries, stacked = false, warnAbove }: Panel): object {
  const steps = [
    { color: 'green', value: 0 },
    ...(warnAbove === undefined ? [] : [{ color: 'red', value: warnAbove }]),
  ];
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: REF_IDS[index],
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      // A table shows what is so now.
      ...(type === 'timeseries' ? { range: true } : { instant: true, range: false }),
      ...(type === 'table' ? { format: 'table' } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        ...(stacked ? { custom: { stacking: { mode: 'normal' }, fillOpacity: 30 } } : {}),
      },
      overrides: [],
    },
    ...(type === 'table'
      ? { transformations: [{ id: 'organize', options: { excludeByName: { Time: true } } }] }
      : {}),
    options: optionsOf(type),
  };
}

function optionsOf(type: Panel['type']): object {
  switch (type) {
    case 'stat':
      return { colorMode: 'value', graphMode: 'none', reduceOptions: { calcs: ['lastNotNull'] } };
    case 'table':
      return { showHeader: true };
    case 'timeseries':
      return {
        legend: { displayMode: 'list', placement: 'bottom' },
        tooltip: { mode: 'multi', sort: 'desc' },
      };
  }
}
