import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { errorsOf, daemonText, placeIn } from '../support/manifests/errors.ts';
import { cluster, namesOf, yamlOf } from '../support/manifests/documents.ts';

const good = yamlOf(cluster());

function clusterText(...lines: readonly string[]): string {
  return ['apiVersion: stationkeeper.dev/v1', 'kind: Cluster', ...lines, ''].join('\n');
}

const METADATA = 'metadata: { name: main }';

const REFUSED: readonly {
  readonly rule: string;
  readonly text: string;
  readonly at: string;
  readonly occurrence?: number;
  readonly path: string;
  readonly says: RegExp;
}[] = [
  {
    rule: 'an alias',
    text: clusterText(METADATA, 'spec: { containerInsights: *insights }'),
    at: '*insights',
    path: 'spec.containerInsights',
    says: /aliases are not allowed.*\*insights/,
  },
  {
    rule: 'an anchor',
    text: clusterText(METADATA, 'spec: { containerInsights: &insights enabled }'),
    at: 'enabled',
    path: 'spec.containerInsights',
    says: /anchors are not allowed.*&insights/,
  },
  {
    rule: 'a custom tag',
    text: clusterText(METADATA, 'spec: { containerInsights: !env INSIGHTS }'),
    at: 'INSIGHTS',
    path: 'spec.containerInsights',
    says: /tags are not allowed/,
  },
  {
    rule: 'a standard tag',
    text: clusterText(METADATA, 'spec: { containerInsights: !!str enabled }'),
    at: 'enabled',
    path: 'spec.containerInsights',
    says: /tags are not allowed/,
  },
  {
    rule: 'a merge key',
    text: clusterText(METADATA, 'spec:', '  <<: { containerInsights: enabled }'),
    at: '<<',
    path: 'spec["<<"]',
    says: /merge keys/,
  },
  {
    rule: 'a duplicate key',
    text: clusterText(METADATA, 'spec:', '  containerInsights: enabled', '  containerInsights: disabled'),
    at: 'containerInsights',
    occurrence: 2,
    path: 'spec.containerInsights',
    says: /given twice/,
  },
  {
    rule: 'a key that is no text',
    text: clusterText('metadata: { name: main, labels: { 012: a } }', 'spec: {}'),
    at: '012',
    path: 'metadata.labels',
    says: /keys must be text; write "012" in quotes/,
  },
  {
    rule: 'a key __proto__',
    text: clusterText('metadata: { name: main, labels: { __proto__: a } }', 'spec: {}'),
    at: '__proto__',
    path: 'metadata.labels.__proto__',
    says: /not allowed as a key/,
  },
  {
    rule: 'a key constructor',
    text: clusterText('metadata: { name: main, labels: { constructor: a } }', 'spec: {}'),
    at: 'constructor',
    path: 'metadata.labels.constructor',
    says: /not allowed as a key/,
  },
  {
    rule: 'a key prototype',
    text: clusterText('metadata: { name: main, labels: { prototype: a } }', 'spec: {}'),
    at: 'prototype',
    path: 'metadata.labels.prototype',
    says: /not allowed as a key/,
  },
  {
    rule: 'a NUL',
    text: clusterText(METADATA, 'spec: {} # a\u0000b'),
    at: '\u0000',
    path: '',
    says: /U\+0000 is not allowed/,
  },
  {
    rule: 'a text-direction override',
    text: clusterText(METADATA, 'spec: {} # \u202E'),
    at: '\u202E',
    path: '',
    says: /U\+202E is not allowed/,
  },
  {
    rule: 'an escaped control character',
    text: clusterText('metadata: { name: main, labels: { team: "a\\u0007" } }', 'spec: {}'),
    at: '"a\\u0007"',
    path: 'metadata.labels.team',
    says: /U\+0007 is not allowed/,
  },
  {
    rule: 'another YAML version',
    text: ['%YAML 1.1', '---', good].join('\n'),
    at: '%YAML',
    path: '',
    says: /directives are not allowed/,
  },
  {
    rule: 'a tab as indentation',
    text: clusterText(METADATA, 'spec:', '\tcontainerInsights: enabled'),
    at: '\tcontainerInsights',
    path: '',
    says: /tabs cannot indent/,
  },
  {
    rule: 'a tab as indentation, and not what follows from it',
    text: clusterText(METADATA, 'spec:', '\tcontainerInsights: enabled', '  other: { a: 1 }', '  last: [2]'),
    at: '\tcontainerInsights',
    path: '',
    says: /tabs cannot indent/,
  },
  {
    rule: 'a list that is not closed',
    text: clusterText('metadata:', '  name: [main', '  labels: {}', 'spec: {}'),
    at: 'labels',
    path: '',
    says: /in \[ \] or a mapping in \{ \} that began above is not closed/,
  },
  {
    rule: 'a list of manifests in one document',
    text: '- apiVersion: stationkeeper.dev/v1\n- b\n',
    at: '- apiVersion',
    path: '',
    says: /a manifest is a mapping with apiVersion, kind, metadata and spec/,
  },
];

describe('what YAML may do in a manifest', () => {
  it.each(REFUSED)('refuses $rule and says where', ({ text, at, occurrence, path, says }) => {
    const errors = errorsOf(text);
    expect(errors[0]).toMatchObject({ file: '0.yaml', ...placeIn(text, at, occurrence), path });
    expect(errors[0]?.message).toMatch(says);
    expect(errors).toHaveLength(1);
  });

  it.each([
    ['no text', ''],
    ['comments only', '# nothing\n# here\n'],
    ['empty documents', '---\n---\n# nothing\n---\n'],
  ])('takes a file with %s for one without manifests', (_, text) => {
    const none = {
      manifests: [],
      errors: [],
      warnings: [],
      ignored: [],
      declaring: [],
      rollouts: [],
      unfit: [],
    };
    expect(parseManifests([{ file: 'a.yaml', text }])).toEqual(none);
  });

  it('reads several documents of a file, with empty ones between, and a byte order mark', () => {
    const text = `\uFEFF${good}---\n---\n# second\n${yamlOf(cluster({ name: 'other' }))}...\n`;
    const { manifests, errors } = parseManifests([{ file: 'a.yaml', text }]);
    expect(errors).toEqual([]);
    expect(namesOf(manifests)).toEqual(['Cluster/main', 'Cluster/other']);
    expect(manifests.map(({ from }) => from)).toEqual([
      { file: 'a.yaml', line: 1 },
      { file: 'a.yaml', line: placeIn(text, 'apiVersion', 2).line },
    ]);
  });

  it('keeps the good documents of a file in which another is not even YAML', () => {
    const text = `${good}---\nkind: Cluster\nmetadata:\n  name: broken\nspec: { a: [ }\n---\n${yamlOf(cluster({ name: 'last' }))}`;
    const { manifests, errors } = parseManifests([{ file: 'a.yaml', text }]);
    expect(namesOf(manifests)).toEqual(['Cluster/main', 'Cluster/last']);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]).toMatchObject({
      ...placeIn(text, '}', 2),
      objects: [{ manifest: { kind: 'Cluster', name: 'broken' } }],
    });
  });

  it.each(['"', "'", '[', '{ a: '])('lets an open %s reach no further than its document', (open) => {
    const text = `kind: Cluster\nmetadata: { name: broken }\nspec: ${open}\n---\n${good}`;
    const { manifests, errors } = parseManifests([{ file: 'a.yaml', text }]);
    expect(namesOf(manifests)).toEqual(['Cluster/main']);
    expect(errors.map(({ objects }) => objects?.[0]?.manifest.name)).toContain('broken');
    for (const { line } of errors) expect(line).toBeLessThanOrEqual(4);
  });

  it('never shows the text around a syntax error, which may be a secret', () => {
    const secret = 'hunter2';
    const text = daemonText({
      containers: `[{ name: main, environment: { TOKEN: "${secret}" "${secret}" } }]`,
    });
    const errors = errorsOf(text);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain(secret);
  });

  it.each([
    [
      'a conflict of git',
      clusterText(METADATA, '<<<<<<< HEAD', 'spec: {}', '=======', 'spec: { x: 1 }', '>>>>>>> b'),
      4,
      /conflict marks/,
    ],
    [
      'a template in a line of its own',
      `{{- if .Values.on }}\n${good}{{- end }}\n`,
      1,
      /templates are not filled/,
    ],
    [
      'a template for a value',
      clusterText('metadata: { name: {{ .Values.name }} }', 'spec: {}'),
      3,
      /templates/,
    ],
    ['a space that is none', clusterText(METADATA, 'spec:\u00A0{}', 'a:'), 4, /write a plain space/],
  ])('tells of %s instead of what follows from it', (_what, text, line, says) => {
    expect(errorsOf(text)).toEqual([
      expect.objectContaining({ line, message: expect.stringMatching(says) as string }),
    ]);
  });

  it('takes what looks like a template, in quotes', () => {
    const text = daemonText({ containers: '[{ name: main, image: x, environment: { A: "{{ x }}" } }]' });
    expect(errorsOf(text)).toEqual([]);
  });

  it('reports every error of a document at once', () => {
    const text = clusterText(
      'metadata: { name: &a main, labels: { team: 1, team: x } }',
      'spec: { typo: 1 }',
    );
    expect(errorsOf(text).map(({ path }) => path)).toEqual([
      'metadata.name',
      'metadata.labels.team',
      'metadata.labels.team',
      'spec.typo',
    ]);
  });
});

describe('limits of what is read', () => {
  it.each([
    [32, /must be text/],
    [33, /nested at most 32 deep/],
  ])('counts %i levels of nesting against the limit of 32', (depth, says) => {
    // The document, metadata and labels are levels already.
    const value = `${'['.repeat(depth - 3)}1${']'.repeat(depth - 3)}`;
    const text = clusterText(`metadata: { name: main, labels: { team: ${value} } }`, 'spec: {}');
    const [error] = errorsOf(text);
    expect(error?.objects?.[0]?.manifest).toEqual({ kind: 'Cluster', name: 'main' });
    expect(error?.message).toMatch(says);
  });

  it('survives nesting that would exhaust the stack', () => {
    const [error] = errorsOf('['.repeat(100_000));
    expect(error?.message).toMatch(/nested at most 32 deep/);
  });

  it('refuses a file of more than 1 MiB, and reads the others', () => {
    const big = `# ${'x'.repeat(1024 * 1024)}\n${good}`;
    const { manifests, errors } = parseManifests([
      { file: 'big.yaml', text: big },
      { file: 'good.yaml', text: good },
    ]);
    expect(namesOf(manifests)).toEqual(['Cluster/main']);
    expect(errors).toEqual([
      {
        file: 'big.yaml',
        line: 1,
        column: 1,
        path: '',
        message: expect.stringMatching(/larger than 1 MiB/) as string,
      },
    ]);
  });

  it('refuses more than 20000 files, and reads none', () => {
    const files = Array.from({ length: 20_001 }, (_, index) => ({ file: `${index}.yaml`, text: '' }));
    const { manifests, errors } = parseManifests([...files.slice(1), { file: 'good.yaml', text: good }]);
    expect(manifests).toEqual([]);
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/20000 files/) as string }),
    ]);
  });

  it('refuses more than 64 MiB in all, and reads none', () => {
    const text = ' '.repeat(1024 * 1024);
    const files = Array.from({ length: 64 }, (_, index) => ({ file: `${index}.yaml`, text }));
    const { manifests, errors } = parseManifests([...files, { file: 'good.yaml', text: good }]);
    expect(manifests).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(/64 MiB/) as string })]);
  });

  it('tells at most 100 errors of one document', () => {
    const labels = Array.from({ length: 500 }, () => 'team: a').join(', ');
    const errors = errorsOf(clusterText(`metadata: { name: main, labels: { ${labels} } }`, 'spec: {}'));
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)?.message).toMatch(/400 more errors/);
  });
});
