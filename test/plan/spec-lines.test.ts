import { describe, expect, it } from 'vitest';
import { withoutSecretSources } from '../../controller/plan/secret-sources.ts';
import { show } from '../../controller/plan/show.ts';
import { specLines } from '../../controller/plan/spec-lines.ts';

describe('the fields of what will be created', () => {
  it.each<readonly [string, object, readonly string[]]>([
    ['nothing of what is not said', { a: undefined, b: null, c: {}, d: [], e: 0, f: '' }, ['e: 0', 'f: ""']],
    ['a field by its path', { a: { b: { c: true } } }, ['a.b.c: true']],
    ['a plain list on one line', { a: ['x', 'y'] }, ['a: ["x","y"]']],
    ['a list of nothing much, too', { a: ['x', null] }, ['a: ["x",null]']],
    ['entries by their name', { a: [{ name: 'x', port: 1 }] }, ['a[x].name: "x"', 'a[x].port: 1']],
    [
      'entries with something in them field by field',
      { a: [{ b: { c: 1 } }, { d: 1 }] },
      ['a[0].b.c: 1', 'a[1]: {"d":1}'],
    ],
    [
      'entries that are both flat and deep field by field',
      { a: [{ b: 1, c: { d: 2 } }] },
      ['a[0].b: 1', 'a[0].c.d: 2'],
    ],
    [
      'a list with plain and other entries one by one',
      { a: ['x', { b: 1 }] },
      ['a[0]: "x"', 'a[1]: {"b":1}'],
    ],
    [
      'an entry whose name is no text by its place',
      { a: [{ name: 1, port: 2 }] },
      ['a[0]: {"name":1,"port":2}'],
    ],
    [
      'references by what they name, and not the environment',
      {
        env: { environment: 'default', kind: 'environment', name: 'default' },
        role: { environment: 'default', kind: 'role', name: 'x' },
        groups: [{ environment: 'default', kind: 'security-group', name: 'y' }],
      },
      ['role: role/x', 'groups[y]: security-group/y'],
    ],
    [
      'what only looks like a reference as what it is',
      { a: { kind: 'x', name: 'y' } },
      ['a.kind: "x"', 'a.name: "y"'],
    ],
  ])('show %s', (_what, spec, lines) => {
    expect(specLines({ spec })).toEqual(lines);
  });

  it('hide a secret with all that is in it', () => {
    const spec = {
      containers: [
        {
          name: 'xray',
          secrets: { KEY: 'k', DEEP: { er: 'k' } },
          list: ['k'],
          rules: [{ a: 'k' }],
          open: 'o',
        },
      ],
    };
    const secrets = ['containers.secrets', 'containers.list', 'containers.rules'];
    expect(specLines({ spec, secrets })).toEqual([
      'containers[xray].name: "xray"',
      'containers[xray].secrets.KEY: (sensitive)',
      'containers[xray].secrets.DEEP.er: (sensitive)',
      'containers[xray].list: (sensitive)',
      'containers[xray].rules[0].a: (sensitive)',
      'containers[xray].open: "o"',
    ]);
  });

  it('hide secrets and environment entries that read like one', () => {
    const spec = {
      containers: [
        {
          name: 'x',
          environment: { API_TOKEN: 'hunter2', LEVEL: 'debug' },
          secrets: { KEY: 'arn:aws:ssm:::p' },
        },
      ],
    };
    const lines = specLines({ spec, secrets: ['containers.secrets'] });
    expect(lines).toContain('containers[x].environment.LEVEL: "debug"');
    expect(lines).toContain('containers[x].environment.API_TOKEN: (sensitive)');
    expect(lines.join('\n')).not.toMatch(/hunter2|arn:aws:ssm/);
  });

  it('show a flat entry on one line, a reference by its id, and cut what is long', () => {
    const spec = {
      cluster: { environment: 'default', kind: 'cluster', name: 'fleet' },
      rules: [{ protocol: 'udp', port: 2000 }],
      config: 'x'.repeat(500),
      nothing: [],
    };
    expect(specLines({ spec })).toEqual([
      'cluster: cluster/fleet',
      'rules[0]: {"protocol":"udp","port":2000}',
      expect.stringMatching(/^config: "x{99}… \(502 characters\)$/),
    ]);
  });

  it('hide what looks like a secret in a container, and there alone', () => {
    const environment = { API_TOKEN: { deep: 'k' }, LEVEL: 'info' };
    expect(specLines({ spec: { containers: [{ name: 'x', environment }], token: 'not one' } })).toEqual([
      'containers[x].name: "x"',
      'containers[x].environment.API_TOKEN.deep: (sensitive)',
      'containers[x].environment.LEVEL: "info"',
      'token: "not one"',
    ]);
  });
});

describe('where a secret comes from', () => {
  it.each([
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:db-x1',
    'arn:aws-cn:ssm:cn-north-1:111111111111:parameter/db',
  ])('is hidden, however deep: %s', (arn) => {
    expect(withoutSecretSources({ a: [{ b: arn }, arn], c: 1, d: null })).toEqual({
      a: [{ b: '(sensitive)' }, '(sensitive)'],
      c: 1,
      d: null,
    });
  });

  it.each([
    'arn:aws:iam::111111111111:role/x',
    'arn:aws:ssm:us-east-1:111111111111:document/x',
    'see arn:aws:ssm:us-east-1:111111111111:parameter/x',
    '',
  ])('is nothing else: %s', (text) => {
    expect(withoutSecretSources({ a: text, b: [text] })).toEqual({ a: text, b: [text] });
  });

  it('is hidden by the name of a parameter, too', () => {
    expect(withoutSecretSources({ ssmParameter: '/db/password', other: 'x' })).toEqual({
      ssmParameter: '(sensitive)',
      other: 'x',
    });
  });
});

describe('a value on one line', () => {
  it.each([
    ['x'.repeat(98), `"${'x'.repeat(98)}"`],
    ['x'.repeat(99), `"${'x'.repeat(99)}… (101 characters)`],
    [undefined, 'null'],
    [null, 'null'],
    [{ a: 1 }, '{"a":1}'],
  ])('is whole up to a hundred characters: %j', (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});
