import type { Alert } from './alert.ts';
import { ALERTS } from './alerts.ts';
import { anchorOf } from './rules.ts';

const FROM = '## Alerts';
const TO = '\n## Logs';

const INTRODUCTION = `One list of alerts makes the chart's PrometheusRule (\`metrics.prometheusRule.enabled\`), and \`deploy/monitoring/rules.yaml\` for a Prometheus with rule files.

Every alert has these labels: \`severity\` (\`critical\`: wake somebody; \`warning\`: look today; \`info\`: know of it), \`environment\` (\`all\` for the controller as a whole and for a Rollout), \`reason\`, and for an object \`kind\` and
\`name\`. The annotation \`runbook_url\` leads to its section here. With \`--metrics-detail environment\` an alert covers all objects of an Environment and kind, without a name.

Most expressions look back over a window and fire if nine tenths of it are bad. So one good pass in between, or a changed reason, does not restart the window, as it would with \`for\`. A cause that many
objects share, such as expired credentials, is one alert for an Environment.`;

/** docs/operations.md with the section on alerts as the list has them now. Throws where the document has no such section. */
export function withRunbooks(document: string): string {
  const from = document.indexOf(FROM);
  const to = document.indexOf(TO, from);
  if (from < 0 || to < 0) throw new Error(`the document has no section "${FROM}" before "${TO.trim()}"`);
  const sections = [FROM, INTRODUCTION, table(), ...ALERTS.map(runbook)];
  return `${document.slice(0, from)}${sections.join('\n\n')}\n${document.slice(to)}`;
}

/** The README of the chart with its table of alerts as the list has them now. Throws where it has none. */
export function withAlertTable(readme: string): string {
  const rows = /\| alert \| severity \| when \|\n(\|.*\n)+/;
  if (!rows.test(readme)) throw new Error('the document has no table of alerts');
  return readme.replace(rows, () => `${plainTable()}\n`);
}

function table(): string {
  return tableOf(({ name }) => `[\`${name}\`](#${anchorOf(name)})`);
}

function plainTable(): string {
  return tableOf(({ name }) => `\`${name}\``);
}

function tableOf(nameOf: (alert: Alert) => string): string {
  const rows = ALERTS.map((alert) => `| ${nameOf(alert)} | ${alert.severity} | ${alert.when} |`);
  return ['| alert | severity | when |', '|---|---|---|', ...rows].join('\n');
}

function runbook({ name, severity, when, runbook: { means, look, do: deeds } }: Alert): string {
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
  return [
    `### ${name}`,
    `${severity}: ${when}.`,
    means,
    `Look at:\n\n${list(look)}`,
    `Do:\n\n${list(deeds)}`,
  ].join('\n\n');
}
