import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { cluster, namesOf, yamlOf } from '../support/manifests/documents.ts';

function parsed(...lines: readonly string[]) {
  return parseManifests([{ file: 'a.yaml', text: `${lines.join('\n')}\n` }]);
}

const REST = ['metadata: { name: main }', 'spec: {}'];

const IGNORED: readonly (readonly [what: string, lines: readonly string[], says: RegExp])[] = [
  [
    'a Deployment',
    ['apiVersion: apps/v1', 'kind: Deployment'],
    /^has an apiVersion that is not ours: apps\/v1$/,
  ],
  ["Kubernetes' Namespace", ['apiVersion: v1', 'kind: Namespace', ...REST], /not ours: v1$/],
  ["Cluster API's Cluster", ['apiVersion: cluster.x-k8s.io/v1beta1', 'kind: Cluster', ...REST], /not ours/],
  ['a pipeline', ['kind: pipeline', 'type: docker'], /^has a kind that is not ours: pipeline$/],
  ['a workflow', ['on: [push]', 'jobs: {}'], /^is no manifest: it has neither an apiVersion nor a kind$/],
  ['a compose file', ['version: "3"', 'services: {}'], /neither an apiVersion nor a kind/],
  ['a playbook', ['- hosts: all', '  tasks: []'], /^is no manifest: it is no mapping$/],
  ['a text', ['just a text'], /it is no mapping/],
  [
    'a template with tags',
    ['Resources: { A: !Ref B, C: !GetAtt [D, E] }'],
    /neither an apiVersion nor a kind/,
  ],
  ['aliases and anchors', ['a: &b { c: 1 }', 'd: *b', 'd: *b'], /neither an apiVersion nor a kind/],
  [
    'a Helm template, which is no YAML',
    ['{{- if .Values.on }}', 'apiVersion: apps/v1', 'kind: Deployment', '{{- end }}'],
    /not ours: apps\/v1/,
  ],
  [
    'one whose apiVersion is a template',
    ['apiVersion: {{ include "v" . }}', 'kind: Deployment', 'a: ["'],
    /^has an apiVersion that is not ours$/,
  ],
  ['another YAML version', ['%YAML 1.1', '---', 'apiVersion: v1', 'kind: List'], /not ours: v1/],
  [
    'something that is not to be shown',
    ['apiVersion: "not a version"'],
    /^has an apiVersion that is not ours$/,
  ],
];

describe('a document of another tool', () => {
  it.each(IGNORED)('is ignored where it is %s', (_what, lines, says) => {
    const { manifests, errors, ignored } = parsed(...lines);
    expect({ manifests, errors }).toEqual({ manifests: [], errors: [] });
    expect(ignored).toEqual([
      { file: 'a.yaml', line: expect.any(Number), message: expect.stringMatching(says) },
    ]);
  });

  it('is ignored beside one of ours in the same file, at its own line', () => {
    const text = `${yamlOf(cluster())}---\napiVersion: v1\nkind: Secret\n---\n${yamlOf(cluster({ name: 'b' }))}`;
    const { manifests, errors, ignored } = parsed(text);
    expect(namesOf(manifests)).toEqual(['Cluster/main', 'Cluster/b']);
    expect(errors).toEqual([]);
    expect(ignored).toMatchObject([
      { file: 'a.yaml', line: text.slice(0, text.indexOf('v1\nkind: Secret')).split('\n').length },
    ]);
  });

  it('claims no name: a namespace of Kubernetes is no double of ours', () => {
    const theirs = yamlOf(cluster()).replace('stationkeeper.dev/v1', 'cluster.x-k8s.io/v1beta1');
    expect(parsed(`${yamlOf(cluster())}---\n${theirs}`).errors).toEqual([]);
  });
});

const ERRORS: readonly (readonly [what: string, lines: readonly string[], says: RegExp])[] = [
  [
    'another version of ours',
    ['apiVersion: stationkeeper.dev/v2', 'kind: Cluster', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'our group misspelt',
    ['apiVersion: stationkeper.dev/v1', 'kind: Cluster', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'our group in capitals',
    ['apiVersion: StationKeeper.dev/v1', 'kind: Cluster', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'our group without a version',
    ['apiVersion: stationkeeper.dev', 'kind: Cluster', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'our group misspelt, and a kind',
    ['apiVersion: stationkeper.dev/v1', 'kind: Clutser', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'no apiVersion, and a kind of ours',
    ['kind: Cluster', ...REST],
    /apiVersion is missing; write apiVersion: stationkeeper\.dev\/v1/,
  ],
  [
    'no apiVersion, and a kind of ours misspelt',
    ['kind: DeamonService', ...REST],
    /did you mean "DaemonService"/,
  ],
  [
    'an apiVersion that is a number',
    ['apiVersion: 1', 'kind: Cluster', ...REST],
    /write "1" in quotes|must be/,
  ],
  [
    'a kind that nobody else has',
    ['apiVersion: v1', 'kind: DaemonService', ...REST],
    /must be stationkeeper\.dev\/v1/,
  ],
  [
    'the key misspelt',
    ['apiversion: stationkeeper.dev/v1', 'kind: Cluster', ...REST],
    /did you mean "apiVersion"/,
  ],
  ['the other key misspelt', ['Kind: Cluster', ...REST], /kind is missing.*is it meant by "Kind"/],
  [
    'the list of kubectl, with one of ours in it',
    ['apiVersion: v1', 'kind: List', 'items:', '  - apiVersion: stationkeeper.dev/v1', '    kind: Cluster'],
    /^a List is no manifest; write its items as documents/,
  ],
  ['no space behind a colon', ['apiVersion:stationkeeper.dev/v1'], /a manifest is a mapping/],
  ['no YAML, and may be anything', ['a: [', 'b'], /./],
  ['no YAML, and ours', ['apiVersion: "stationkeeper.dev/v1', 'kind: Cluster'], /./],
  [
    'no YAML, with our group somewhere',
    ['  apiVersion: stationkeeper.dev/v1', 'kind: Deployment', 'a: ['],
    /./,
  ],
  ['a directive before one of ours', ['%YAML 1.1', '---', yamlOf(cluster())], /directives are not allowed/],
];

describe('a document that may be meant for us', () => {
  it.each(ERRORS)('is an error and not ignored: %s', (_what, lines, says) => {
    const { errors, ignored } = parsed(...lines);
    expect(ignored).toEqual([]);
    expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
  });
});

describe('a document that SOPS encrypted', () => {
  const sealed = (data: string): string => `ENC[AES256_GCM,data:${data},iv:AA==,tag:AA==,type:str]`;
  const records = ['sops:', `  mac: ${sealed('bWFj')}`, '  version: 3.9.0'];
  const says = expect.stringMatching(
    /^this document is encrypted by SOPS, .*commit it as plain text/,
  ) as string;

  it('is one error that says so, of the object that it still names', () => {
    const { manifests, errors } = parsed(
      'apiVersion: stationkeeper.dev/v1',
      'kind: DaemonService',
      'metadata: { name: xray }',
      'spec:',
      `  environment: ${sealed('ZGV2')}`,
      `  cpu: ${sealed('MjU2')}`,
      ...records,
    );
    const manifest = { kind: 'DaemonService', name: 'xray' };
    expect(manifests).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ line: 1, message: says, objects: [{ manifest }] })]);
  });

  it.each([
    ['all of it', [`apiVersion: ${sealed('YQ==')}`, `kind: ${sealed('Yg==')}`]],
    ['its apiVersion', [`apiVersion: ${sealed('YQ==')}`, 'kind: Cluster']],
    ['its kind', ['apiVersion: stationkeeper.dev/v1', `kind: ${sealed('Yg==')}`]],
  ])('is an error and not ignored where %s is encrypted, for it may be ours', (_what, head) => {
    const { errors, ignored } = parsed(...head, 'metadata:', `  name: ${sealed('eA==')}`, ...records);
    expect(ignored).toEqual([]);
    expect(errors.map(({ message }) => message)).toEqual([says]);
  });

  it('may be an Environment, so that nothing falls back to the implicit one', () => {
    const hidden = [`apiVersion: ${sealed('YQ==')}`, `kind: ${sealed('Yg==')}`, ...records];
    const { manifests, errors } = parseManifests([
      { file: 'a.yaml', text: `${hidden.join('\n')}\n` },
      { file: 'b.yaml', text: yamlOf(cluster()) },
    ]);
    expect(manifests).toEqual([]);
    expect(errors[1]?.message).toContain('unless a.yaml does');
  });

  it("is ignored where it is another tool's", () => {
    const secret = ['apiVersion: v1', 'kind: Secret', 'stringData:', `  a: ${sealed('YQ==')}`, ...records];
    const { errors, ignored } = parsed(...secret);
    expect({ errors, ignored: ignored.length }).toEqual({ errors: [], ignored: 1 });
  });
});
