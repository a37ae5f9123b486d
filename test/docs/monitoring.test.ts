import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../controller/config.ts';
import { ALERTS } from '../../docs/generate/monitoring/alerts.ts';
import { WAITING_FOR_PEOPLE } from '../../docs/generate/monitoring/reasons.ts';
import { dashboardFile } from '../../docs/generate/monitoring/dashboard.ts';
import { chartTemplate, ruleFile } from '../../docs/generate/monitoring/rules.ts';
import { withAlertTable, withRunbooks } from '../../docs/generate/monitoring/runbooks.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

describe('what is made of the list of alerts, which npm run docs writes anew', () => {
  it('is the rule file', async () => {
    await expect(ruleFile()).toMatchFileSnapshot('../../deploy/monitoring/rules.yaml');
  });

  it("is the chart's template", async () => {
    await expect(chartTemplate()).toMatchFileSnapshot('../../charts/stationkeeper/templates/_alerts.tpl');
  });

  it.each(['deploy/monitoring/dashboard.json', 'charts/stationkeeper/dashboard.json'])(
    'is the dashboard: %s',
    async (file) => {
      await expect(dashboardFile()).toMatchFileSnapshot(`../../${file}`);
    },
  );

  it("is the table in the chart's README", async () => {
    const readme = 'charts/stationkeeper/README.md';
    await expect(withAlertTable(textOf(readme))).toMatchFileSnapshot(`../../${readme}`);
  });

  it('is the section with runbooks in docs/operations.md', async () => {
    const document = 'docs/operations.md';
    await expect(withRunbooks(textOf(document))).toMatchFileSnapshot(`../../${document}`);
  });

  it('is refused where a document has no place for it', () => {
    expect(() => withRunbooks('# Nothing')).toThrow('no section "## Alerts"');
    expect(() => withAlertTable('# Nothing')).toThrow('no table of alerts');
  });
});

describe('the list of alerts', () => {
  it('names each once', () => {
    const names = ALERTS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.every((name) => /^Stationkeeper[A-Z]\w+$/.test(name))).toBe(true);
  });

  it.each(ALERTS)('has environment and reason, as a label or of its series: $name', ({ expr, labels }) => {
    const grouped = [...expr.matchAll(/by \(([^)]*)\)|group_left \((\w+)\)/g)].flatMap(
      ([, by = '', pulled = '']) => [...by.split(', '), pulled],
    );
    const carried = new Set([...Object.keys(labels), ...grouped]);
    expect([...carried]).toEqual(expect.arrayContaining(['environment', 'reason']));
    expect(carried.has('name') && !carried.has('kind')).toBe(false);
  });

  it.each(ALERTS)('tells no label that it has not: $name', ({ expr, labels, summary, description }) => {
    const told = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
    for (const label of told) expect(Object.hasOwn(labels, label) || expr.includes(label)).toBe(true);
  });

  it('waits only for reasons that there are', () => {
    const reasons = textOf('docs/operations.md').split('## Reasons and what to do').at(-1)!;
    expect(WAITING_FOR_PEOPLE.filter((reason) => !reasons.includes(`\`${reason}\``))).toEqual([]);
  });

  it('names commands that the program takes', () => {
    const commands = ALERTS.flatMap(({ runbook: { look, do: deeds } }) =>
      [...look, ...deeds].flatMap((line) =>
        [...line.matchAll(/`stationkeeper ([^`]+)`/g)].map(([, command]) => command!),
      ),
    );
    expect(new Set(commands).size).toBeGreaterThan(8);
    const refused = [...new Set(commands)].filter((command) => {
      const words = command.replace('DIGEST', '2e889a1957e891d5').toLowerCase().split(' ');
      return parseCommandLine(words, {}, { version: '0.1.0', isTerminal: false }).type !== 'config';
    });
    expect(refused).toEqual([]);
  });
});
