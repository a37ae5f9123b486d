import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const CHART = join(import.meta.dirname, '..', '..', 'charts', 'stationkeeper');

const README = readFileSync(join(CHART, 'README.md'), 'utf8');

/** Values that are given as a whole, though they are maps. */
const WHOLE =
  /^(source\.git\.(token|sshKey|knownHosts|allowedSigners)|api\.token|webhook\.secret|metrics\.dashboards\.labels|resources\.\w+)$/;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

describe('the chart', () => {
  it('has the version of the program', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    const { version: chart, appVersion } = parsed('Chart.yaml') as Readonly<Record<string, unknown>>;
    expect({ chart, appVersion }).toEqual({ chart: version, appVersion: version });
  });

  it('says of every value what it is, and of no other', () => {
    const table = README.slice(README.indexOf('## Values'));
    const rows = [...table.matchAll(/^\| `([\w.]+)` \| `(.*?)` \| (\S.*) \|$/gm)];
    const said = rows.map(([, path, text]) => [path, parse(text!) as unknown]);
    expect(said).toEqual(leavesOf(parsed('values.yaml')));
  });

  it('lets its schema know of every value, and of no other but what Helm hands down', () => {
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Schema;
    const paths = leavesOf(parsed('values.yaml')).map(([path]) => path);
    const known = propertiesOf(schema).filter((path) => path !== 'global');
    expect(known.toSorted()).toEqual(paths.toSorted());
  });

  it('names every alert it makes', () => {
    const templates = readFileSync(join(CHART, 'templates', '_alerts.tpl'), 'utf8');
    const made = [...templates.matchAll(/- alert: (\w+)/g)].map(([, alert]) => alert);
    const said = [...README.matchAll(/^\| `(Stationkeeper\w+)` \|/gm)].map(([, alert]) => alert);
    expect(said).toEqual(made);
    expect(made.length).toBeGreaterThan(0);
  });
});

function parsed(file: string): unknown {
  return parse(readFileSync(join(CHART, file), 'utf8'));
}

function leavesOf(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || Object.keys(value).length === 0 || WHOLE.test(path)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

/** Every object with named properties is closed, so that a typo is refused. */
function propertiesOf(schema: Schema, path = ''): readonly string[] {
  if (schema.properties === undefined || WHOLE.test(path)) return [path];
  expect({ path, closed: schema.additionalProperties }).toEqual({ path, closed: false });
  return Object.entries(schema.properties).flatMap(([key, inner]) =>
    propertiesOf(inner, path === '' ? key : `${path}.${key}`),
  );
}
