import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { cloudEvent, EventDataSchema } from '../../controller/notifications/cloud-event.ts';
import { readNotifyConfig } from '../../controller/notifications/config.ts';
import { notifyConfigSchema } from '../../controller/notifications/schema.ts';
import { severityOf } from '../../controller/notifications/severity.ts';
import { blocksOf } from '../support/documents/blocks.ts';

const FILE = 'docs/notifications.md';
const TEXT = readFileSync(join(import.meta.dirname, '..', '..', FILE), 'utf8');

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: object;
  readonly required?: readonly string[];
  readonly items?: Node;
}

function asNode(schema: object): Node {
  return JSON.parse(JSON.stringify(schema)) as Node;
}

/** A row of a table for every field of a schema: its path, whether it must be there, and what it says of itself. */
function rowsOf(schema: Node, around = ''): readonly string[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, node]) => {
    const path = `${around}${name}`;
    const shown = node.items === undefined ? path : `${path}[]`;
    const must = required.includes(name) ? 'yes' : '';
    const row = `| \`${shown}\` | ${must} | ${(node.description ?? '').replaceAll('|', '\\|')} |`;
    return [row, ...rowsOf(node.items ?? node, `${shown}.`)];
  });
}

function sectionOf(heading: string): string {
  const start = TEXT.indexOf(`## ${heading}\n`);
  const end = TEXT.indexOf('\n## ', start + 1);
  return TEXT.slice(start, end === -1 ? undefined : end);
}

function tableIn(heading: string): readonly string[] {
  return sectionOf(heading)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
}

it('has a row for every field of the file, in the words of its schema', () => {
  expect(tableIn('The file')).toEqual(rowsOf(asNode(notifyConfigSchema)));
});

it('has a row for all that an event tells, in the words of its schema', () => {
  expect(tableIn('The event')).toEqual(
    rowsOf(asNode(EventDataSchema)).filter((row) => !/members\[\]\./.test(row)),
  );
});

it('shows notification files that are valid', () => {
  const files = blocksOf({ file: FILE, text: TEXT }).filter(
    ({ language, text }) => language === 'yaml' && text.startsWith('receivers:'),
  );
  expect(files.length).toBeGreaterThan(1);
  for (const { text } of files) expect(readNotifyConfig(text)).toMatchObject({ type: 'config' });
});

it('shows an event that has the members of a real one', () => {
  const [shown] = blocksOf({ file: FILE, text: sectionOf('The event') }).filter(
    ({ language }) => language === 'json',
  );
  const real = cloudEvent(
    {
      id: '',
      type: 'incident.opened',
      subject: '',
      sequence: 0,
      time: '',
      severity: 'critical',
      reason: '',
      title: '',
      lines: [],
      links: [],
      objects: [],
      environments: [],
      since: '',
      foundAtStart: false,
      members: [],
    },
    'stationkeeper',
  );
  const event = parse(shown!.text) as typeof real;
  expect(Object.keys(event)).toEqual(Object.keys(real));
  expect(Object.keys(event.data)).toEqual(Object.keys(real.data));
});

test.each([
  ['critical', 'stalled', 'ImageNotFound'],
  ['critical', 'degraded', 'CrashLooping'],
  ['critical', 'rollout-failed', 'RolloutFailed'],
  ['critical', 'source', ''],
  ['critical', 'unknown', 'ExpiredToken'],
  ['warning', 'unknown', 'Unseen'],
  ['warning', 'removals', ''],
  ['warning', 'stalled', 'Contested'],
  ['warning', 'approval', ''],
  ['warning', 'stopping', ''],
] as const)('says which troubles are %s: %s %s', (severity, sort, reason) => {
  expect(severityOf(sort, reason)).toBe(severity);
  expect(sectionOf('What is told')).toContain(`| ${severity} |`);
});
