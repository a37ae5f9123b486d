import { stringify } from 'yaml';
import type { Alert } from './alert.ts';
import { OURS } from './alert.ts';
import { ALERTS } from './alerts.ts';

/** The document that runbooks stand in; whoever publishes it says where. */
const RUNBOOKS = 'docs/operations.md';

const HEADER = [
  '# Made of docs/generate/monitoring/alerts.ts by `npm run docs`: do not change it here.',
  '# docs/operations.md has a runbook for each alert.',
];

/** deploy/monitoring/rules.yaml: a rule file of a Prometheus that is configured by files. Every controller that is scraped is meant. */
export function ruleFile(): string {
  const rules = ALERTS.map((alert) => ruleOf(alert, RUNBOOKS));
  const text = stringify({ groups: [{ name: 'stationkeeper', rules }] }, YAML);
  return `${HEADER.join('\n')}\n# Replace "${RUNBOOKS}" by the address at which your people read that document.\n${text}`;
}

/**
 * The template of the chart: the list of rules, about the controller of the release alone. The labels namespace and service are those that
 * the ServiceMonitor gives.
 */
export function chartTemplate(): string {
  const rules = ALERTS.flatMap((alert) => {
    const lines = stringify([ruleOf(alert, RUNBOOK_MARK)], YAML)
      .trimEnd()
      .split('\n');
    return lines.flatMap((line) => [
      forHelm(line),
      ...(line === '  labels:' ? ['    {{- include "stationkeeper.alertLabels" . | nindent 4 }}'] : []),
    ]);
  });
  return [
    ...HEADER.map((line) => `{{- /* ${line.slice(2)} */ -}}`),
    '{{- /* What people add to every alert; what the rules say themselves stays. */ -}}',
    '{{- define "stationkeeper.alertLabels" -}}',
    '{{- with omit .Values.metrics.prometheusRule.alertLabels "severity" "environment" "kind" "name" "reason" }}',
    '{{- toYaml . }}',
    '{{- end }}',
    '{{- end -}}',
    '',
    '{{- define "stationkeeper.alerts" -}}',
    '{{- $ours := printf "namespace=%q, service=%q" .Release.Namespace (include "stationkeeper.fullname" .) -}}',
    '{{- $runbooks := .Values.metrics.prometheusRule.runbookUrl -}}',
    ...rules,
    '{{- end -}}',
    '',
  ].join('\n');
}

const RUNBOOK_MARK = 'RUNBOOKS';
/** Long lines stay whole: what is broken in two is found by nobody who searches for it. */
const YAML = { lineWidth: 0 } as const;

function ruleOf(
  { name, severity, expr, for: lasting, labels, summary, description }: Alert,
  runbooks: string,
) {
  return {
    alert: name,
    expr: runbooks === RUNBOOK_MARK ? expr : everybodys(expr),
    ...(lasting === undefined ? {} : { for: lasting }),
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbooks}#${anchorOf(name)}` },
  };
}

/** The anchor that a heading of this text has on the pages of git hosts. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase();
}

/** Of every controller, whosever it is. */
function everybodys(expr: string): string {
  return expr.replaceAll(`${OURS}, `, '').replaceAll(`{${OURS}}`, '');
}

/** Helm has the same braces as Prometheus, which must come through as they are. */
function forHelm(line: string): string {
  return line
    .replaceAll(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`)
    .replaceAll(`{${OURS}`, '{ {{- $ours -}} ')
    .replaceAll(RUNBOOK_MARK, '{{ $runbooks }}');
}
