import { describe, expect, it } from 'vitest';
import { filesNamedIn } from '../../controller/manifest/named-files.ts';
import type { NamedFile } from '../../controller/manifest/named-files.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { cluster, yamlOf } from '../support/manifests/documents.ts';
import { daemonText, placeIn } from '../support/manifests/errors.ts';

/** A manifest whose one container has these environment variables, written in YAML. */
function withVariables(environment: string): string {
  return daemonText({
    containers: `[{ name: main, image: "example.org/daemon:1", environment: ${environment} }]`,
  });
}

const CONFIG = 'receivers:\n  otlp: {}\n';

interface Given {
  readonly text?: string;
  readonly named?: readonly NamedFile[];
  /** Where the manifest lies. */
  readonly file?: string;
  /** Other manifest files. */
  readonly others?: Readonly<Record<string, string>>;
}

function parse({
  text = withVariables('{ CONFIG: { fromFile: otel.yaml } }'),
  named = [{ file: 'otel.yaml', text: CONFIG }],
  file = 'xray.yaml',
  others = {},
}: Given = {}) {
  const files = Object.entries({ [file]: text, ...others }).map(([name, content]) => ({
    file: name,
    text: content,
  }));
  const parsed = parseManifests(files, [], [], named);
  const manifest = parsed.manifests.find(({ from }) => from.file === file);
  const environment =
    manifest?.kind === 'DaemonService' ? manifest.spec.containers[0]?.environment : undefined;
  return {
    ...parsed,
    environment,
    messages: parsed.errors.map((error) => `${error.file} ${error.path}: ${error.message}`),
  };
}

const AT = 'xray.yaml spec.containers[0].environment.CONFIG.fromFile';

describe('a variable that a file says', () => {
  it('has the text of the file for its value', () => {
    const { environment, errors } = parse();
    expect(errors).toEqual([]);
    expect(environment).toEqual({ CONFIG });
  });

  it('means the same as the text itself', () => {
    const inline = parseManifests([
      { file: 'xray.yaml', text: withVariables(JSON.stringify({ CONFIG })) },
    ]).manifests;
    expect(expandManifests(parse().manifests)).toEqual(expandManifests(inline));
    const changed = parse({ named: [{ file: 'otel.yaml', text: `${CONFIG}# more\n` }] });
    expect(expandManifests(changed.manifests)).not.toEqual(expandManifests(inline));
  });

  it('may be empty, as ECS has it', () => {
    expect(parse({ named: [{ file: 'otel.yaml', text: '' }] }).environment).toEqual({ CONFIG: '' });
  });

  it.each([
    ['xray.yaml', 'otel.yaml', 'otel.yaml'],
    ['xray.yaml', './a//b/./otel.yaml', 'a/b/otel.yaml'],
    ['live/xray.yaml', 'otel.yaml', 'live/otel.yaml'],
    ['live/eu/xray.yaml', '../../shared/otel.yaml', 'shared/otel.yaml'],
    ['live/xray.yaml', '../live/otel.yaml', 'live/otel.yaml'],
    ['xray.yaml', 'a b/ü.conf', 'a b/ü.conf'],
  ])('of %s as %s stands in %s', (file, written, at) => {
    const text = withVariables(JSON.stringify({ CONFIG: { fromFile: written } }));
    expect(filesNamedIn({ file, text })).toEqual([at]);
    expect(parse({ file, text, named: [{ file: at, text: CONFIG }] }).environment).toEqual({ CONFIG });
  });

  it.each([
    ['../otel.yaml', /^"\.\.\/otel\.yaml" leads out of the source path; commit the file below it/],
    ['a/../../manifests/otel.yaml', /leads out of the source path/],
    ['/etc/passwd', /^"\/etc\/passwd" is absolute; write the path from the folder of the manifest/],
    ['https://example.org/otel.yaml', /is a URL, and nothing is fetched; commit the file beside/],
    ['FILE:///etc/passwd', /is a URL/],
    ['a\\otel.yaml', /has a backslash; write \/ between folders/],
    ['config/', /is a folder; name a file in it/],
    ['.', /is a folder/],
    ['..', /is a folder/],
    ['a/..', /is a folder/],
    ['', /must be the path of a file, and is empty/],
    ['a/'.repeat(600), /must be the path of a file, and has 1200 characters/],
  ])('is refused as %j, and asked of no source', (written, message) => {
    const text = withVariables(JSON.stringify({ CONFIG: { fromFile: written } }));
    expect(filesNamedIn({ file: 'xray.yaml', text })).toEqual([]);
    const { errors, manifests } = parse({ text });
    expect(manifests).toEqual([]);
    expect(errors).toMatchObject([
      { path: 'spec.containers[0].environment.CONFIG.fromFile', message: expect.stringMatching(message) },
    ]);
  });

  it('is an error of its own manifest alone, at the name, where the file cannot be read', () => {
    const text = withVariables('{ CONFIG: { fromFile: otel.yml } }');
    const problem = 'otel.yml does not exist; did you mean "otel.yaml"?';
    const { errors, manifests } = parse({
      text,
      named: [{ file: 'otel.yml', problem }],
      others: { 'cluster.yaml': yamlOf(cluster()) },
    });
    expect(errors).toEqual([
      {
        file: 'xray.yaml',
        ...placeIn(text, 'otel.yml'),
        path: 'spec.containers[0].environment.CONFIG.fromFile',
        message: problem,
        objects: [{ manifest: { kind: 'DaemonService', name: 'xray' } }],
      },
    ]);
    expect(manifests.map(({ kind }) => kind)).toEqual(['Cluster']);
  });

  it('is an error where nobody has read the file', () => {
    expect(parse({ named: [] }).messages).toEqual([`${AT}: otel.yaml was not read with the manifests`]);
  });

  it.each([
    ['a bell', 'a: b\nc: \u0007\n', /^otel\.yaml, line 2: the character U\+0007 is not allowed/],
    ['text that runs backwards', 'a\u202E', /^otel\.yaml, line 1: the character U\+202E/],
    ['what SOPS encrypted', 'password: ENC[AES256_GCM,data:abc=,iv:x]\n', /is encrypted by SOPS/],
  ])('is refused with %s', (_what, content, message) => {
    const { errors } = parse({ named: [{ file: 'otel.yaml', text: content }] });
    expect(errors).toMatchObject([{ message: expect.stringMatching(message) }]);
  });

  it('counts towards the size of a task definition', () => {
    const { messages } = parse({ named: [{ file: 'otel.yaml', text: 'x'.repeat(65_500) }] });
    expect(messages).toEqual([
      expect.stringMatching(
        /spec\.containers: the containers have \d{5} bytes as JSON, and ECS allows 65536 in all of a task definition/,
      ),
    ]);
  });

  it('is told once where all files together are more than ECS takes', () => {
    const many = Array.from({ length: 1000 }, (_, index) => [`V${index}`, { fromFile: 'otel.yaml' }]);
    const { errors } = parse({
      text: withVariables(JSON.stringify(Object.fromEntries(many))),
      named: [{ file: 'otel.yaml', text: 'x'.repeat(30_000) }],
    });
    expect(errors).toMatchObject([
      {
        path: 'spec.containers[0].environment.V2.fromFile',
        message:
          'with this file, those of the manifest have 90000 bytes, and ECS allows 65536 in all of a task definition; make them shorter',
      },
    ]);
  });

  it.each([
    ['{ CONFIG: 5 }', /must be text, or \{ fromFile: <path of a file> \}; put the value in quotes/],
    ['{ CONFIG: }', /must be text, or .*, but is empty/],
    ['{ CONFIG: [a] }', /must be text, or .*, not a list/],
    ['{ CONFIG: { fromfile: a } }', /did you mean "fromFile"\?/],
    ['{ CONFIG: { fromFile: 5 } }', /must be text; put the value in quotes/],
    ['{ CONFIG: { fromFile: a, more: b } }', /unknown key "more"/],
    ['{ CONFIG: {} }', /fromFile is missing/],
  ])('is either text or a file, and not %s', (written, message) => {
    const { errors } = parse({ text: withVariables(written) });
    expect(errors).toMatchObject([{ message: expect.stringMatching(message) }]);
  });
});

describe('a file that a manifest names', () => {
  it.each([
    ['has neither apiVersion nor kind', CONFIG],
    ['is a template and no YAML', 'a: {{ .Values.x }}\n  b: [\n'],
    ['has the documents of another tool', 'apiVersion: v1\nkind: ConfigMap\n---\nkind: Deployment\n'],
    ['has tabs and repeated keys', '\ta: b\na: c\na: d\n'],
  ])('is no manifest, and is not listed, although it %s', (_what, text) => {
    const { environment, errors, ignored } = parse({
      others: { 'otel.yaml': text },
      named: [{ file: 'otel.yaml', text }],
    });
    expect({ environment, errors, ignored }).toEqual({
      environment: { CONFIG: text },
      errors: [],
      ignored: [],
    });
  });

  it.each([
    ['a manifest', yamlOf(cluster())],
    ['a manifest behind another document', `a: b\n---\n${yamlOf(cluster())}`],
    ['a manifest of a misspelt group', 'apiVersion: stationkeper.dev/v1\nkind: Cluster\n'],
    ['a manifest that is broken', 'apiVersion: stationkeeper.dev/v1\nkind: Cluster\n  a: [\n'],
    ['a kind of ours that is broken', 'kind: DaemonService\n  a: [\n'],
  ])('stays a manifest file, and is refused as a value, where it holds %s', (_what, text) => {
    const { messages, manifests, errors } = parse({
      others: { 'otel.yaml': text },
      named: [{ file: 'otel.yaml', text }],
    });
    expect(messages).toContain(`${AT}: otel.yaml holds manifests itself; keep the text in a file of its own`);
    const told = errors.some(({ file }) => file === 'otel.yaml');
    expect(told || manifests.some(({ from }) => from.file === 'otel.yaml')).toBe(true);
  });

  it('is not the manifest itself', () => {
    const text = withVariables('{ CONFIG: { fromFile: xray.yaml } }');
    expect(parse({ text, named: [{ file: 'xray.yaml', text }] }).messages).toEqual([
      `${AT}: xray.yaml holds manifests itself; keep the text in a file of its own`,
    ]);
  });

  it('is named by valid documents of ours alone', () => {
    const ours = withVariables('{ A: { fromFile: a }, B: { "from\\u0046ile": b } }');
    const others = ours.replace('stationkeeper.dev/v1', 'example.org/v1').replace('DaemonService', 'Other');
    const broken = `${withVariables('{ A: { fromFile: c } }')}  x: [\n`;
    const text = [ours, others, broken].join('---\n');
    expect(filesNamedIn({ file: 'x/all.yaml', text })).toEqual(['x/a', 'x/b']);
  });
});
