import { describe, expect, it } from 'vitest';
import { writeFiles } from '../support/programs/folder.ts';
import { createShell } from '../support/world/shell.ts';
import type { Shell } from '../support/world/shell.ts';

const ENVIRONMENTS = `
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: dev, labels: { stage: dev } }
spec: { region: us-east-1 }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod-eu, labels: { stage: prod } }
spec: { region: eu-west-1 }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod-us, labels: { stage: prod } }
spec: { region: us-west-2 }
`;

const DEFINITIONS = `
apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: daemons }
spec: { environments: {} }
---
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray }
spec:
  environments: {}
  cluster: daemons
  cpu: 256
  memory: 512
  containers:
    - name: xray
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      environment: { AWS_REGION: "\${environment.region}" }
  overrides:
    - environments: { matchLabels: { stage: dev } }
      spec: { cpu: 512, memory: 1024 }
`;

/** A company of three Environments, whose one daemon they all run. */
function company(definitions = DEFINITIONS): Shell {
  const shell = createShell();
  writeFiles(shell.folder, { 'environments.yaml': ENVIRONMENTS, 'xray.yaml': definitions });
  return shell;
}

describe('a definition of three Environments', () => {
  it('is planned once, and where an override makes it differ for itself', async () => {
    const { out } = await company().plan();
    expect(out).toContain('DaemonService/xray: new in 3 Environments\n');
    expect(out.match(/\+ role\/xray-\$\{environment\.name\}-execution$/gm)).toHaveLength(1);
    expect(out.match(/\+ task-definition\/xray/g)).toHaveLength(2);
    expect(out).toMatch(
      /^DaemonService\/xray \(2 Environments: prod-eu, prod-us\)\n {4}\+ task-definition\/xray/m,
    );
    expect(out).toContain('environment.AWS_REGION: "${environment.region}"');
    expect(out).toContain('environment.AWS_REGION: "us-east-1"');
  });

  it('is applied and its state told in one line, in which it is the same everywhere', async () => {
    const shell = company();
    const applied = await shell.apply();
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out).toContain('cluster/daemons (3 Environments): creating\n');
    const { code, out } = await shell.status();
    expect(code).toBe(0);
    expect(out).toMatch(/^daemons +Cluster +3 Environments +Synced +Healthy +True /m);
    expect(out).toMatch(/^xray +DaemonService +3 Environments +Synced +Healthy +True /m);
    const unclear = await shell.status({ name: 'xray' });
    expect(unclear.out).toContain(
      'several Environments have xray: choose one with --environment to see all of it, of dev, prod-eu, prod-us\n',
    );
    const named = await shell.status({ name: 'xray', environment: 'prod-eu' });
    expect(named.out).toMatch(/^Environment: +prod-eu$/m);
    expect(named.out).not.toContain('several Environments');
    const here = await shell.status({ environment: 'dev' });
    expect(here.out.split('\n').slice(1)).toMatchObject([
      expect.stringMatching(/^dev /),
      expect.stringMatching(/^daemons /),
      expect.stringMatching(/^xray /),
      '',
    ]);
    await expect(shell.status({ name: 'xray', environment: 'test' })).rejects.toThrow(
      'Environment test has no object named "xray"; one is in dev, prod-eu, prod-us',
    );
  });

  it('tells by its edit what that does to how many Environments', async () => {
    const shell = company();
    await shell.apply();
    writeFiles(shell.folder, {
      'xray.yaml': DEFINITIONS.replace(
        'environments: {}\n  cluster',
        'environments: { matchLabels: { stage: prod } }\n  cluster',
      )
        .replace('3.x', '4.x')
        .replace(/ {2}overrides:[^]*$/, ''),
    });
    const { out } = await shell.plan();
    expect(out).toContain('DaemonService/xray: updated in 2 Environments, removed in 1\n');
    expect(out).toMatch(
      /^DaemonService\/xray \(2 Environments: prod-eu, prod-us\)\n {4}~ task-definition\/xray\n {10}~ containers\[xray\]\.image: .*3\.x" → .*4\.x"$/m,
    );
    expect(out).toMatch(/^DaemonService\/xray \(environment dev\)\n {4}- service\/xray/m);
  });
});

/** The rows of a table, in which columns stand three spaces apart. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.split(/ {3,}/));
}

describe('validate', () => {
  it('shows with --output wide what objects a definition is, and which overrides it has where', async () => {
    const shell = company();
    const { code, out, err, mutations } = await shell.validate({ output: 'wide' });
    expect({ code, err, mutations }).toEqual({ code: 0, err: '', mutations: [] });
    expect(rowsOf(out)).toEqual([
      ['OBJECT', 'WRITTEN AT', 'ENVIRONMENTS'],
      ['Environment/dev', `${shell.folder}/environments.yaml:2`, 'dev'],
      ['Environment/prod-eu', `${shell.folder}/environments.yaml:7`, 'prod-eu'],
      ['Environment/prod-us', `${shell.folder}/environments.yaml:12`, 'prod-us'],
      ['Cluster/daemons', `${shell.folder}/xray.yaml:2`, '3: dev, prod-eu, prod-us'],
      ['DaemonService/xray', `${shell.folder}/xray.yaml:7`, '3'],
      ['', 'overrides[0] stage=dev', '1: dev'],
      ['', 'as written', '2: prod-eu, prod-us'],
      [''],
      ['ok 9 valid manifests'],
      [''],
    ]);
  });

  it('shows with --output json all of it in one document, with secrets hidden', async () => {
    const shell = company(
      DEFINITIONS.replace('environment: { ', 'environment: { DB_PASSWORD: hunter2, ')
        .replace('image:', 'secrets: { SIGNING: /team/signing-key }\n      image:')
        .replace('cpu: 512,', 'cpu: 512, containers: [{ name: xray, environment: { DB_PASSWORD: tiger } }],'),
    );
    const { code, out, err } = await shell.validate({ output: 'json' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(/hunter2|tiger|signing-key/);
    const { errors, warnings, objects } = JSON.parse(out) as Record<string, { name: string }[]>;
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(objects?.filter(({ name }) => name === 'xray')).toMatchObject([
      {
        kind: 'DaemonService',
        environment: 'dev',
        file: `${shell.folder}/xray.yaml`,
        line: 7,
        overrides: [{ index: 0, line: 21, environments: { matchLabels: { stage: 'dev' } } }],
        spec: {
          environment: 'dev',
          cpu: 512,
          containers: [{ environment: { DB_PASSWORD: '(sensitive)', AWS_REGION: 'us-east-1' } }],
        },
      },
      { environment: 'prod-eu', overrides: [], spec: { cpu: 256 } },
      { environment: 'prod-us', overrides: [], spec: { cpu: 256 } },
    ]);
    expect(out).not.toContain('"matchExpressions"');
  });

  it('says in JSON, and in nothing else, what is wrong', async () => {
    const shell = company(DEFINITIONS.replace('cpu: 512', 'cpu: 513'));
    const { code, out, err } = await shell.validate({ output: 'json' });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const { errors, objects } = JSON.parse(out) as Record<string, { environment: string; kind: string }[]>;
    expect(errors).toMatchObject([
      {
        file: `${shell.folder}/xray.yaml`,
        line: 21,
        message: expect.stringMatching(/^in Environment\/dev: /) as string,
        objects: [{ manifest: { kind: 'DaemonService', name: 'xray' }, environment: 'dev' }],
      },
    ]);
    const daemons = objects?.filter(({ kind }) => kind === 'DaemonService');
    expect(daemons?.map(({ environment }) => environment)).toEqual(['prod-eu', 'prod-us']);
    const nowhere = await shell.validate({ output: 'json', path: `${shell.folder}/nowhere` });
    expect(nowhere).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(nowhere.out)).toMatchObject({
      errors: [{ message: expect.stringContaining('nowhere does not exist') as string }],
      objects: [],
    });
  });

  it('shows manifests of one Environment, too', async () => {
    const shell = createShell();
    const single = DEFINITIONS.replaceAll('environments: {}', 'containerInsights: enabled');
    writeFiles(shell.folder, { 'a.yaml': single.slice(0, single.indexOf('---')) });
    const { out } = await shell.validate({ output: 'wide' });
    expect(rowsOf(out)[1]).toEqual(['Cluster/daemons', `${shell.folder}/a.yaml:2`, 'default']);
    expect(JSON.parse((await shell.validate({ output: 'json' })).out)).toMatchObject({
      objects: [{ kind: 'Cluster', environment: 'default', spec: { containerInsights: 'enabled' } }],
    });
  });

  it('tells of 120 Environments of a set in one row', async () => {
    const shell = createShell();
    const accounts = Array.from({ length: 40 }, (_, index) => {
      const id = String(100_000_000_000 + index);
      return `{ id: "${id}", name: shop-${index + 1}, labels: { stage: ${index < 4 ? 'dev' : 'prod'} } }`;
    });
    writeFiles(shell.folder, {
      'set.yaml': [
        'apiVersion: stationkeeper.dev/v1',
        'kind: EnvironmentSet',
        'metadata: { name: company }',
        'spec:',
        `  accounts: [${accounts.join(', ')}]`,
        '  regions: [eu-west-1, us-east-1, ap-south-1]',
        '  template: { name: "${account.name}-${region}", spec: { roleName: stationkeeper } }',
      ].join('\n'),
      'xray.yaml': DEFINITIONS,
    });
    const { code, out } = await shell.validate({ output: 'wide' });
    expect(code).toBe(0);
    const rows = rowsOf(out).filter(
      ([object, at = '']) => object !== '' || /^(overrides|as written)/.test(at),
    );
    expect(rows.map(([object, at, names]) => [object, at?.replace(/^.*\//, ''), names?.slice(0, 5)])).toEqual(
      [
        ['OBJECT', 'WRITTEN AT', 'ENVIR'],
        ['EnvironmentSet/company', 'set.yaml:1', '120: '],
        ['Cluster/daemons', 'xray.yaml:2', 'all 1'],
        ['DaemonService/xray', 'xray.yaml:7', '120'],
        ['', 'overrides[0] stage=dev', '12: s'],
        ['', 'as written', '108: '],
        ['ok 360 valid manifests', undefined, undefined],
      ],
    );
    const { out: environment } = await shell.explain({ object: 'Environment/shop-7-eu-west-1' });
    expect(environment).toContain('EnvironmentSet/company generates it from its template.\n');
  });
});

describe('explain', () => {
  it('says which override or variable set which field in an Environment, where, and what it was before', async () => {
    const shell = company();
    const { code, out, mutations } = await shell.explain({ environment: 'dev' });
    expect({ code, mutations }).toEqual({ code: 0, mutations: [] });
    const file = `${shell.folder}/xray.yaml`;
    const variables = 'spec.containers[0].environment.AWS_REGION';
    expect(rowsOf(out)).toEqual([
      [`DaemonService/xray in Environment dev, written at ${file}:7`],
      [`overrides[0] stage=dev, ${file}:20`],
      [''],
      ['FIELD', 'VALUE', 'BEFORE', 'SET BY'],
      ['spec.cpu', '512', '256', `overrides[0], ${file}:21`],
      ['spec.memory', '1024', '512', `overrides[0], ${file}:21`],
      [variables, '"us-east-1"', '"${environment.region}"', `its variables, ${file}:18`],
      [''],
    ]);
    expect((await shell.explain({ environment: 'prod-eu' })).out).toContain(
      'No override of it is for this Environment.\n',
    );
  });

  it('summarizes which overrides apply in which Environments, where none is named', async () => {
    const { code, out } = await company().explain();
    expect(code).toBe(0);
    expect(rowsOf(out).slice(2)).toEqual([
      ['', 'overrides[0] stage=dev', '1: dev'],
      ['', 'as written', '2: prod-eu, prod-us'],
      [''],
      ['--environment NAME says which fields these set there.'],
      [''],
    ]);
  });

  it('hides secrets, and says what was removed and what was set twice', async () => {
    const shell = company(
      DEFINITIONS.replace('environment: { ', 'environment: { API_TOKEN: "${environment.name}-hunter2", ') +
        '    - environments: { matchLabels: { name: dev } }\n' +
        '      spec: { cpu: 1024, memory: 2048, containers: [{ name: xray, environment: { AWS_REGION: null } }] }\n',
    );
    const { out } = await shell.explain({ environment: 'dev' });
    expect(out).not.toContain('hunter2');
    const settings = rowsOf(out).map(([field, value, before]) => [field, value, before]);
    expect(settings).toContainEqual(['spec.cpu', '512', '256']);
    expect(settings).toContainEqual(['spec.cpu', '1024', '512']);
    expect(settings).toContainEqual([
      'spec.containers[0].environment.AWS_REGION',
      'removed',
      '"${environment.region}"',
    ]);
    expect(settings).toContainEqual([
      'spec.containers[0].environment.API_TOKEN',
      '"(sensitive)"',
      '"(sensitive)"',
    ]);
  });

  it.each([
    [{ environment: 'test' }, 'Environment test has no DaemonService/xray; one is in dev, prod-eu, prod-us'],
    [
      { object: 'DaemonService/xry' },
      'no valid manifest declares DaemonService/xry; there are: DaemonService/xray',
    ],
    [{ object: 'Repository/a' }, 'no valid manifest declares Repository/a; there are: Environment/dev, '],
  ])('is told of %j what there is', async (options, message) => {
    await expect(company().explain(options)).rejects.toThrow(message);
  });

  it('says of a document of one Environment that nothing overrides it', async () => {
    const { out } = await company().explain({ object: 'Environment/dev' });
    expect(out).toMatch(
      /^Environment\/dev, written at .*environments\.yaml:2\nIts document names one Environment/,
    );
  });
});
