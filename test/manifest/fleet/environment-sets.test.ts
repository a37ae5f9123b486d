import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../controller/manifest/parse.ts';

const HEAD = [
  'apiVersion: stationkeeper.dev/v1',
  'kind: EnvironmentSet',
  'metadata: { name: company }',
  'spec:',
];
const ACCOUNTS = [
  '  accounts:',
  '    - { id: "111111111111", name: shop, labels: { stage: prod } }',
  '    - { id: "222222222222", name: tools, labels: { stage: dev, team: ops } }',
];
const REGIONS = '  regions: [eu-west-1, us-east-1]';
const TEMPLATE = [
  '  template:',
  '    name: "${account.name}-${region}"',
  '    labels: { tier: web }',
  '    spec: { roleName: stationkeeper, vpc: { tags: { Name: main } } }',
];
const ALL = ['shop-eu-west-1', 'shop-us-east-1', 'tools-eu-west-1', 'tools-us-east-1'];

interface Parts {
  readonly accounts?: readonly string[];
  readonly regions?: string;
  readonly template?: readonly string[];
}

/** Of two accounts in two Regions, with other lines for some. */
function setOf({ accounts = ACCOUNTS, regions = REGIONS, template = TEMPLATE }: Parts = {}): string {
  return [...HEAD, ...accounts, regions, ...template, ''].join('\n');
}

function template(...lines: readonly string[]): readonly string[] {
  return ['  template:', ...lines.map((line) => `    ${line}`)];
}

function parsed(...texts: readonly string[]) {
  const { manifests, errors, warnings } = parseManifests(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
  );
  return {
    environments: manifests.filter(({ kind }) => kind === 'Environment').map(({ metadata }) => metadata.name),
    manifests,
    errors: errors.map(({ file, line, path, message }) => `${file}:${line} | ${path} | ${message}`),
    objects: errors.flatMap(({ objects = [] }) => objects.map(({ environment }) => environment)),
    warnings,
  };
}

describe('a set of Environments', () => {
  it('is one for each account in each Region, which have the rest in common', () => {
    const { manifests, errors } = parsed(setOf());
    expect(errors).toEqual([]);
    expect(manifests.map(({ metadata, spec }) => [metadata.name, metadata.labels, spec])).toEqual(
      ALL.map((name) => {
        const isShop = name.startsWith('shop');
        return [
          name,
          isShop ? { stage: 'prod', tier: 'web' } : { stage: 'dev', tier: 'web', team: 'ops' },
          {
            region: name.slice(name.indexOf('-') + 1),
            account: isShop ? '111111111111' : '222222222222',
            roleName: 'stationkeeper',
            vpc: { tags: { Name: 'main' } },
          },
        ];
      }),
    );
    expect(manifests.map(({ from }) => from)).toEqual(ALL.map(() => ({ file: '0.yaml', line: 1 })));
  });

  it('is as if each were written', () => {
    const written = ALL.map((name) => {
      const isShop = name.startsWith('shop');
      return `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: ${name}, labels: { ${isShop ? 'stage: prod' : 'stage: dev, team: ops'}, tier: web } }
spec:
  region: ${name.slice(name.indexOf('-') + 1)}
  account: "${(isShop ? '1' : '2').repeat(12)}"
  roleName: stationkeeper
  vpc: { tags: { Name: main } }
`;
    });
    const here = (text: string) => parsed(text).manifests.map(({ from: _written, ...manifest }) => manifest);
    expect(here(setOf())).toEqual(here(written.join('---\n')));
  });

  it('may say in the spec of its template what an account, a Region or the Environment is', () => {
    const { manifests, errors } = parsed(
      setOf({
        template: template(
          'name: "${account.id}-${region}"',
          'labels: { stack: "${account.labels.stage}-${region}" }',
          'annotations: { stationkeeper.dev/reconcile: observe }',
          'spec:',
          '  vpc: { tags: { Stack: "${environment.labels.stack}", Literally: "$${region} ${HOME}" } }',
          '  iam: { permissionsBoundary: "arn:${environment.partition}:iam::${account.id}:policy/boundary" }',
        ),
      }),
    );
    expect(errors).toEqual([]);
    expect(manifests[0]).toMatchObject({
      metadata: {
        name: '111111111111-eu-west-1',
        labels: { stage: 'prod', stack: 'prod-eu-west-1' },
        annotations: { 'stationkeeper.dev/reconcile': 'observe' },
      },
      spec: {
        vpc: { tags: { Stack: 'prod-eu-west-1', Literally: '${region} ${HOME}' } },
        iam: { permissionsBoundary: 'arn:aws:iam::111111111111:policy/boundary' },
      },
    });
  });

  it('has the labels of its template where the account has none of its own', () => {
    const { manifests } = parsed(
      setOf({ template: template('name: "${account.name}-${region}"', 'labels: { tier: web, team: all }') }),
    );
    expect(manifests.map(({ metadata }) => metadata.labels)).toEqual([
      { tier: 'web', team: 'all', stage: 'prod' },
      { tier: 'web', team: 'all', stage: 'prod' },
      { tier: 'web', team: 'ops', stage: 'dev' },
      { tier: 'web', team: 'ops', stage: 'dev' },
    ]);
  });

  it('may say itself where each of its Environments is', () => {
    const spec = 'spec: { account: "333333333333", region: us-west-2 }';
    const { manifests } = parsed(setOf({ template: template('name: "${account.name}-${region}"', spec) }));
    expect(manifests.map((one) => one.spec)).toEqual(
      ALL.map(() => ({ account: '333333333333', region: 'us-west-2' })),
    );
  });
});

const NAME = 'name: "${account.name}-${region}"';
const SHOP = ['shop-eu-west-1', 'shop-us-east-1'];
const TOOLS = ['tools-eu-west-1', 'tools-us-east-1'];

function accounts(...lines: readonly string[]): readonly string[] {
  return ['  accounts:', ...lines.map((line) => `    - ${line}`)];
}

const OTHER = '{ id: "222222222222", name: tools }';

/** What is wrong, what is told of it and of which Environments, and which are valid. */
const WRONG: readonly (readonly [string, Parts, string, readonly string[], readonly string[]])[] = [
  [
    'an account id that is too short',
    { accounts: accounts('{ id: "1111", name: shop }', OTHER) },
    '0.yaml:6 | spec.accounts[0].id | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): "1111" must be an AWS account id: 12 digits, in quotes',
    SHOP,
    TOOLS,
  ],
  [
    'an account id that is a number to YAML',
    { accounts: accounts('{ id: 111111111111, name: shop }', OTHER) },
    '0.yaml:6 | spec.accounts[0].id | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): must be an AWS account id: 12 digits, in quotes; write "111111111111" in quotes',
    SHOP,
    TOOLS,
  ],
  [
    'no account id',
    { accounts: accounts('{ name: shop }', OTHER) },
    '0.yaml:6 | spec.accounts[0].id | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): id is missing (AWS account. Write it in quotes.)',
    SHOP,
    TOOLS,
  ],
  [
    'an account twice',
    { accounts: accounts('{ id: "111111111111", name: shop }', '{ id: "111111111111", name: tools }') },
    '0.yaml:7 | spec.accounts[1].id | in 2 of 4 Environments (tools-eu-west-1, tools-us-east-1): account 111111111111 is accounts[0] already; remove one of them',
    TOOLS,
    SHOP,
  ],
  [
    'a Region twice',
    { regions: '  regions: [eu-west-1, us-east-1, eu-west-1]' },
    '0.yaml:8 | spec.regions[2] | in 2 of 6 Environments (shop-eu-west-1, tools-eu-west-1): repeats item 1 of the list; remove one',
    ['shop-eu-west-1', 'tools-eu-west-1'],
    ALL,
  ],
  [
    'no Region of AWS',
    { regions: '  regions: [eu-west-1, ireland]' },
    '0.yaml:8 | spec.regions[1] | in 2 of 4 Environments (shop-ireland, tools-ireland): "ireland" must be an AWS region such as us-east-1',
    ['shop-ireland', 'tools-ireland'],
    ['shop-eu-west-1', 'tools-eu-west-1'],
  ],
  [
    'a label of an account that is no text',
    { accounts: accounts('{ id: "111111111111", name: shop, labels: { level: 3 } }', OTHER) },
    '0.yaml:6 | spec.accounts[0].labels.level | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): must be text; write "3" in quotes',
    SHOP,
    TOOLS,
  ],
  [
    'a label of an account that every Environment has by itself',
    { accounts: accounts('{ id: "111111111111", name: shop, labels: { region: eu } }', OTHER) },
    '0.yaml:6 | spec.accounts[0].labels.region | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): every Environment has the label region by itself, which is its spec.region; remove this one',
    SHOP,
    TOOLS,
  ],
  [
    'a label of the template that every Environment has by itself',
    { template: template(NAME, 'labels: { account: x }') },
    '0.yaml:11 | spec.template.labels.account | every Environment has the label account by itself, which is its spec.account; remove this one',
    ALL,
    [],
  ],
  [
    'a variable in the spec that there is not',
    { template: template(NAME, 'spec: { roleName: "${account.nmae}" }') },
    '0.yaml:11 | spec.template.spec.roleName | ${account.nmae} means nothing here; did you mean ${account.name}?; write $${… for a text that begins so',
    ALL,
    [],
  ],
  [
    'a variable that one account has not',
    {
      accounts: accounts('{ id: "111111111111", name: shop, labels: { stage: prod } }', OTHER),
      template: template(NAME, 'labels: { stage: "${account.labels.stage}" }'),
    },
    '0.yaml:11 | spec.template.labels.stage | in 2 of 4 Environments (tools-eu-west-1, tools-us-east-1): ${account.labels.stage} means nothing here; there are ${account.id}, ${account.name}, ${region}; write $${… for a text that begins so',
    TOOLS,
    SHOP,
  ],
  [
    'a variable of the Environment in its own labels',
    { template: template(NAME, 'labels: { at: "${environment.region}" }') },
    '0.yaml:11 | spec.template.labels.at | ${environment.region} means nothing here; did you mean ${region}?; write $${… for a text that begins so',
    ALL,
    [],
  ],
  [
    'a name for which an account has no word',
    { accounts: accounts('{ id: "111111111111" }', OTHER) },
    '0.yaml:10 | spec.template.name | in 2 of 4 Environments (account 111111111111 in eu-west-1, account 111111111111 in us-east-1): ${account.name} means nothing here; there are ${account.id}, ${region}; write $${… for a text that begins so',
    [],
    TOOLS,
  ],
  [
    'a name that does not tell Regions apart',
    { template: template('name: "${account.name}"') },
    '0.yaml:10 | spec.template.name | 2 Environments of the set get this name; add ${region} to it, so that each has its own',
    ['shop', 'shop', 'tools', 'tools'],
    [],
  ],
  [
    'a name that tells nothing apart',
    { template: template('name: all') },
    '0.yaml:10 | spec.template.name | 4 Environments of the set get this name; add ${account.id} or ${account.name} and ${region} to it, so that each has its own',
    ['all', 'all', 'all', 'all'],
    [],
  ],
  [
    'a spec that no Environment has',
    { template: template(NAME, 'spec: { subnet: default }') },
    '0.yaml:11 | spec.template.spec.subnet | unknown key "subnet"; did you mean "subnets"?',
    ALL,
    [],
  ],
  [
    'a spec that is no mapping',
    { template: template(NAME, 'spec: none') },
    '0.yaml:11 | spec.template.spec | must be a mapping, not text',
    ALL,
    [],
  ],
  [
    'a key that it has not',
    { template: template(NAME, 'label: { tier: web }') },
    '0.yaml:11 | spec.template.label | unknown key "label"; did you mean "labels"?',
    ALL,
    [],
  ],
  [
    'a key twice in an account',
    { accounts: accounts('{ id: "111111111111", name: shop, name: shop }', OTHER) },
    '0.yaml:6 | spec.accounts[0].name | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): "name" is given twice in this mapping; remove one',
    SHOP,
    TOOLS,
  ],
  [
    'no accounts',
    { accounts: ['  accounts: []'] },
    '0.yaml:5 | spec.accounts | needs at least 1 item',
    [],
    [],
  ],
  [
    'accounts that are no list',
    { accounts: ['  accounts: { id: x }'] },
    '0.yaml:5 | spec.accounts | must be a list, not a mapping',
    [],
    [],
  ],
];

describe('what is wrong in a set', () => {
  it.each(WRONG)(
    'is told once, where it is written, and leaves the others: %s',
    (_, parts, says, objects, left) => {
      const { errors, objects: named, environments } = parsed(setOf(parts));
      expect(errors).toEqual([says]);
      expect(named).toEqual(objects);
      expect(environments).toEqual(left);
    },
  );

  it('is told for each name that another document has, too', () => {
    const written =
      'apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: shop-eu-west-1 }\nspec: {}\n';
    const { environments, errors } = parsed(setOf(), written);
    expect(environments).toEqual(ALL.slice(1));
    expect(errors).toEqual([
      '0.yaml:10 | spec.template.name | in Environment/shop-eu-west-1: Environment/shop-eu-west-1 is declared more than once, also at 1.yaml:3; keep one',
      '1.yaml:3 | metadata.name | Environment/shop-eu-west-1 is declared more than once, also at 0.yaml:10; keep one',
    ]);
  });

  it('is told of two sets that give the same names', () => {
    const { environments, errors } = parsed(setOf(), setOf({ accounts: ACCOUNTS.slice(0, 2) }));
    expect(environments).toEqual(TOOLS);
    expect(errors).toEqual([
      '0.yaml:10 | spec.template.name | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): the Environment is declared more than once, also at 1.yaml:9; keep one',
      '1.yaml:9 | spec.template.name | the Environment is declared more than once, also at 0.yaml:10; keep one',
    ]);
  });
});

const DAEMON = `apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray }
spec:
  environments: { matchLabels: { tier: web } }
  cluster: daemons
  cpu: 256
  memory: 512
  containers: [{ name: xray, image: "example/xray:1" }]
`;

describe('a definition for Environments of a set', () => {
  const wherever = (...texts: readonly string[]) => {
    const { manifests, errors } = parsed(...texts);
    const daemons = manifests.flatMap((one) => (one.kind === 'DaemonService' ? [one.spec.environment] : []));
    return { daemons, errors: errors.filter((error) => error.startsWith('1.yaml')) };
  };

  it('is in each that it selects', () => {
    expect(wherever(setOf(), DAEMON)).toEqual({ daemons: ALL, errors: [] });
  });

  it('waits for those that are wrong, and is told of once', () => {
    const set = setOf({ accounts: accounts('{ id: "1111", name: shop }', OTHER) });
    expect(wherever(set, DAEMON)).toEqual({
      daemons: TOOLS,
      errors: [
        '1.yaml:5 | spec.environments | in 2 of 4 Environments (shop-eu-west-1, shop-us-east-1): the Environment at 0.yaml:10 is wrong itself; correct it first',
      ],
    });
  });

  it.each([
    ['cannot be read', setOf({ template: ['  template: {'] }), '0.yaml:3'],
    ['has nothing to call them by', setOf({ template: template('labels: { tier: web }') }), '0.yaml:9'],
    [
      'gives them what is no name',
      setOf({ template: template('name: "My ${account.name}-${region}"') }),
      '0.yaml:10',
    ],
  ])('is told of a set that %s, and not that it selects nothing', (_, set, place) => {
    expect(wherever(set, DAEMON)).toEqual({
      daemons: [],
      errors: [
        `1.yaml:5 | spec.environments | it selects no Environment that can be read, and there may be others at ${place}; correct these first`,
      ],
    });
  });

  it('is not told that a label is unknown while some may have it that cannot be read', () => {
    const set = setOf({ accounts: accounts('{ id: "111111111111", labels: { team: a } }', OTHER) });
    expect(wherever(set, DAEMON.replace('tier: web', 'tier: web, team: a'))).toEqual({
      daemons: [],
      errors: [expect.stringContaining('it selects no Environment that can be read')],
    });
  });
});

describe('an Environment that writes a label that it has by itself', () => {
  it.each([
    ['name', 'metadata.name'],
    ['region', 'spec.region'],
    ['account', 'spec.account'],
  ])('is told so: %s', (label, field) => {
    const text = `apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod, labels: { ${label}: x, stage: prod } }
spec: {}
`;
    const { environments, errors, objects } = parsed(text);
    expect(environments).toEqual([]);
    expect(objects).toEqual(['prod']);
    expect(errors).toEqual([
      `0.yaml:3 | metadata.labels.${label} | every Environment has the label ${label} by itself, which is its ${field}; remove this one`,
    ]);
  });
});
