import { describe, expect, it } from 'vitest';
import { filesNamedIn } from '../../../controller/manifest/named-files.ts';
import type { NamedFile } from '../../../controller/manifest/named-files.ts';
import { parseManifests } from '../../../controller/manifest/parse.ts';

const ENVIRONMENTS = ['dev', 'prod', 'tools']
  .map(
    (name) => `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: ${name}, labels: { stage: ${name} } }
spec: { region: us-east-1 }
`,
  )
  .join('---\n');

/** A definition in all Environments, with more variables for some. */
function definition(variables: string, overrides: Readonly<Record<string, string>>): string {
  return `apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: otel }
spec:
  environments: {}
  cluster: daemons-\${environment.name}
  family: otel-\${environment.name}
  logs: { group: "/otel/\${environment.name}" }
  securityGroup: { name: "otel-\${environment.name}" }
  cpu: 256
  memory: 512
  containers:
    - name: otel
      image: example.org/otel:1
      environment: ${variables}
  overrides:
${Object.entries(overrides)
  .map(
    ([stage, its]) => `    - environments: { matchLabels: { stage: ${stage} } }
      spec: { containers: [{ name: otel, environment: ${its} }] }
`,
  )
  .join('')}`;
}

function parsed(text: string, named: readonly NamedFile[]) {
  const { manifests, errors } = parseManifests(
    [
      { file: 'environments.yaml', text: ENVIRONMENTS },
      { file: 'daemons/otel.yaml', text },
    ],
    [],
    [],
    named,
  );
  return {
    variables: Object.fromEntries(
      manifests.flatMap((one) =>
        one.kind === 'DaemonService' ? [[one.spec.environment, one.spec.containers[0]?.environment]] : [],
      ),
    ),
    errors: errors.map(({ file, line, path, message }) => `${file}:${line} ${path} ${message}`),
  };
}

const FILES = [
  { file: 'daemons/all.yaml', text: 'region: ${environment.region}, home: ${HOME}\n' },
  { file: 'daemons/dev.yaml', text: 'debug\n' },
];
const OF_DEV = { dev: '{ CONFIG: { fromFile: dev.yaml }, MORE: { fromFile: dev.yaml } }' };

describe('an override', () => {
  it('may have values in files, of which the source is told', () => {
    const text = definition('{ CONFIG: { fromFile: all.yaml } }', OF_DEV);
    expect(filesNamedIn({ file: 'daemons/otel.yaml', text })).toEqual([
      'daemons/all.yaml',
      'daemons/dev.yaml',
      'daemons/dev.yaml',
    ]);
    const all = { CONFIG: 'region: us-east-1, home: ${HOME}\n' };
    expect(parsed(text, FILES)).toEqual({
      variables: { dev: { CONFIG: 'debug\n', MORE: 'debug\n' }, prod: all, tools: all },
      errors: [],
    });
  });

  it('may say itself what its definition has in a file, and the other way round', () => {
    const text = definition('{ A: { fromFile: all.yaml }, B: said }', {
      dev: '{ A: said, B: { fromFile: dev.yaml } }',
      prod: '{ A: null }',
    });
    expect(parsed(text, FILES).variables).toMatchObject({
      dev: { A: 'said', B: 'debug\n' },
      prod: { B: 'said' },
    });
  });

  it('is told of a file that is not there, where it names it', () => {
    const text = definition('{ CONFIG: text }', { dev: '{ CONFIG: { fromFile: none.yaml } }' });
    expect(parsed(text, FILES).errors).toEqual([
      'daemons/otel.yaml:18 spec.overrides[0].spec.containers[0].environment.CONFIG.fromFile daemons/none.yaml was not read with the manifests',
    ]);
  });

  it('has as much in files as a task definition may have, by itself', () => {
    const big = { file: 'daemons/big.yaml', text: 'x'.repeat(40_000) };
    const one = '{ CONFIG: { fromFile: big.yaml } }';
    expect(parsed(definition(one, { dev: one, prod: one }), [big]).errors).toEqual([]);
    const two = '{ CONFIG: { fromFile: big.yaml }, MORE: { fromFile: big.yaml } }';
    expect(parsed(definition(one, { dev: one, prod: two }), [big]).errors).toEqual([
      'daemons/otel.yaml:20 spec.overrides[1].spec.containers[0].environment.MORE.fromFile with this file, those of the override have 80000 bytes, and ECS allows 65536 in all of a task definition; make them shorter',
    ]);
  });

  it('has no more in files with all others than a manifest file has', () => {
    const big = { file: 'daemons/big.yaml', text: 'x'.repeat(60_000) };
    const many = Array.from({ length: 20 }, (_, nth) => [`a${nth}`, '{ CONFIG: { fromFile: big.yaml } }']);
    const text = definition('{ CONFIG: text }', Object.fromEntries(many)).replaceAll(
      /stage: a\d+/g,
      'stage: dev',
    );
    expect(parsed(text, [big]).errors).toEqual([
      'daemons/otel.yaml:52 spec.overrides[17].spec.containers[0].environment.CONFIG.fromFile with this file, those of the manifest and its overrides have 1080000 bytes, and may have 1048576; make them shorter',
    ]);
  });
});
