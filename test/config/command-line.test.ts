import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../controller/config.ts';
import type { Config } from '../../controller/config/commands.ts';
import { COMMANDS, GLOBAL_FLAGS } from '../../controller/config/flags.ts';
import type { Flag } from '../../controller/config/flags.ts';

type Environment = Readonly<Record<string, string>>;

function parse(line: string, env: Environment = {}, isTerminal = false) {
  const argv = line.split(' ').filter((word) => word !== '');
  return parseCommandLine(argv, env, { version: '1.2.3', isTerminal });
}

function configOf(line: string, env: Environment = {}, isTerminal = false): Config {
  const parsed = parse(line, env, isTerminal);
  if (parsed.type !== 'config') throw new Error(JSON.stringify(parsed));
  return parsed.config;
}

function errorsOf(line: string, env: Environment = {}): readonly string[] {
  const parsed = parse(line, env);
  return parsed.type === 'errors' ? parsed.errors : [];
}

const CONTROLLER = 'arn:aws:iam::123456789012:role/stationkeeper';
const OIDC_PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE';

const SANDBOX_WORLD = {
  speed: 20,
  seed: 1,
  quotas: 1,
  breaker: 'healthy',
  newAccount: false,
} as const;

const BUDGET = { pruneBudget: { count: 3, percent: 10 } };

const DEFAULTS = {
  sandbox: false,
  sandboxWorld: SANDBOX_WORLD,
  endpointUrl: undefined,
  region: undefined,
  owner: 'stationkeeper',
  sourceId: undefined,
  takeOverSource: [],
  secretPatterns: [],
  logLevel: 'info',
  logFormat: 'json',
};

describe('a command line', () => {
  it.each([
    ['validate', { command: 'validate', path: 'manifests', output: 'text' }],
    ['validate a/b.yaml --output wide', { command: 'validate', path: 'a/b.yaml', output: 'wide' }],
    [
      'explain DaemonService/xray --environment prod --manifests a',
      { command: 'explain', subject: 'DaemonService/xray', path: 'a', environment: 'prod' },
    ],
    ['explain ImageNotFound', { command: 'explain', subject: 'ImageNotFound', path: 'manifests' }],
    ['plan', { command: 'plan', path: 'manifests', output: 'text', detailedExitcode: false, ...BUDGET }],
    [
      'plan live --output markdown --detailed-exitcode',
      { command: 'plan', path: 'live', output: 'markdown', detailedExitcode: true, ...BUDGET },
    ],
    [
      'apply',
      { command: 'apply', path: 'manifests', wait: true, timeoutMs: 600_000, ...BUDGET, confirm: undefined },
    ],
    [
      'apply --no-wait --timeout=90s',
      { command: 'apply', path: 'manifests', wait: false, timeoutMs: 90_000, ...BUDGET, confirm: undefined },
    ],
    [
      'apply live --prune-budget 0 --confirm 0123456789abcdef',
      {
        command: 'apply',
        path: 'live',
        wait: true,
        timeoutMs: 600_000,
        pruneBudget: { count: 0 },
        confirm: '0123456789abcdef',
      },
    ],
    [
      'run',
      {
        command: 'run',
        source: { type: 'directory', path: 'manifests' },
        intervalMs: 60_000,
        listen: { host: '127.0.0.1', port: 8080 },
        mode: 'enforce',
        pruneBudget: { count: 3, percent: 10 },
        token: undefined,
        webhookSecret: undefined,
        allowedHosts: undefined,
        metricsDetail: 'object',
        ownService: undefined,
        sandboxListen: { host: '127.0.0.1', port: 4566 },
        dns: undefined,
      },
    ],
    [
      'status',
      {
        command: 'status',
        name: undefined,
        server: 'http://127.0.0.1:8080',
        serverGiven: false,
        environment: undefined,
        output: 'table',
        fleet: false,
        watch: false,
      },
    ],
    [
      'status DaemonService/xray --server https://keeper.example.com/ --environment prod --output json --fleet --watch',
      {
        command: 'status',
        name: 'DaemonService/xray',
        server: 'https://keeper.example.com',
        serverGiven: true,
        environment: 'prod',
        output: 'json',
        fleet: true,
        watch: true,
      },
    ],
    [
      'approve fleet rest 0123456789abcdef --server http://keeper:8080 --token-file token',
      {
        command: 'approve',
        rollout: 'fleet',
        stage: 'rest',
        digest: '0123456789abcdef',
        server: 'http://keeper:8080',
        token: { type: 'file', path: 'token', by: '--token-file' },
      },
    ],
    ['skip fleet', { command: 'skip', name: 'fleet', path: 'manifests' }],
    ['pause DaemonService/xray live', { command: 'pause', name: 'DaemonService/xray', path: 'live' }],
    ['paused fleet', { command: 'pause', name: 'fleet', path: 'manifests' }],
    [
      'path xray',
      {
        command: 'path',
        name: 'xray',
        from: undefined,
        path: 'manifests',
        environment: undefined,
        output: 'table',
      },
    ],
    [
      'path DaemonService/xray --from sg-0a1b --manifests live --environment prod --output json',
      {
        command: 'path',
        name: 'DaemonService/xray',
        from: 'sg-0a1b',
        path: 'live',
        environment: 'prod',
        output: 'json',
      },
    ],
    [
      'logs xray',
      {
        command: 'logs',
        name: 'xray',
        sinceMs: 600_000,
        follow: false,
        container: undefined,
        path: 'manifests',
        environment: undefined,
      },
    ],
    [
      'logs DaemonService/xray --since 2d --follow --container side --manifests live --environment prod',
      {
        command: 'logs',
        name: 'DaemonService/xray',
        sinceMs: 172_800_000,
        follow: true,
        container: 'side',
        path: 'live',
        environment: 'prod',
      },
    ],
    ['export', { command: 'export', names: [], out: undefined, force: false }],
    [
      'export xray shop/web --out exported --force',
      { command: 'export', names: ['xray', 'shop/web'], out: 'exported', force: true },
    ],
    ['sandbox', { command: 'sandbox', listen: { host: '127.0.0.1', port: 4566 }, dns: undefined }],
    [
      'sandbox --listen [::]:0 --dns 127.0.0.1:5353 --speed 2.5 --seed 7 --quotas off --breaker running --new-account',
      {
        command: 'sandbox',
        listen: { host: '::', port: 0 },
        dns: { host: '127.0.0.1', port: 5353 },
        sandboxWorld: { speed: 2.5, seed: 7, quotas: 'off', breaker: 'running', newAccount: true },
      },
    ],
    [
      'plan --sandbox --speed 1 --quotas 0.5',
      {
        command: 'plan',
        path: 'manifests',
        output: 'text',
        detailedExitcode: false,
        ...BUDGET,
        sandbox: true,
        sandboxWorld: { ...SANDBOX_WORLD, speed: 1, quotas: 0.5 },
      },
    ],
    [
      'policy',
      {
        command: 'policy',
        path: 'manifests',
        access: 'converge',
        document: undefined,
        controller: false,
        host: undefined,
        controllerArn: undefined,
        output: 'policy',
      },
    ],
    [
      `policy daemons --access read --host irsa --oidc-provider ${OIDC_PROVIDER} --service-account infra/keeper --document controller/trust`,
      {
        command: 'policy',
        path: 'daemons',
        access: 'read',
        document: 'controller/trust',
        controller: false,
        host: {
          type: 'irsa',
          oidcProvider: OIDC_PROVIDER,
          serviceAccount: { namespace: 'infra', name: 'keeper' },
        },
        controllerArn: undefined,
        output: 'policy',
      },
    ],
    [
      `policy --controller --controller-arn ${CONTROLLER}`,
      {
        command: 'policy',
        path: 'manifests',
        access: 'converge',
        controller: true,
        controllerArn: CONTROLLER,
        output: 'policy',
      },
    ],
    ['schema', { command: 'schema' }],
  ])('%s', (line, config) => {
    expect(configOf(line)).toEqual({ ...DEFAULTS, ...config });
  });

  it('takes every flag of run', () => {
    const line = `run --git-url git@example.com:acme/daemons --branch live --path ./daemons/ --git-cache /var/cache
      --git-timeout 2m --interval 1s --listen 0.0.0.0:80 --mode observe --prune-budget 25% --token-file /t
      --webhook-secret-file /w --allowed-hosts Hooks.example.com,keeper --metrics-detail environment --git-ssh-key-file /k --git-known-hosts-file /h
      --verify-signatures /s --own-service arn:aws:ecs:us-east-1:385605022855:service/platform/stationkeeper
      --sandbox --sandbox-listen localhost:0 --dns localhost:53`;
    expect(configOf(line.replaceAll('\n', ' '))).toEqual({
      ...DEFAULTS,
      command: 'run',
      sandbox: true,
      source: {
        type: 'git',
        url: 'git@example.com:acme/daemons',
        branch: 'live',
        path: 'daemons',
        cacheDir: '/var/cache',
        timeoutMs: 120_000,
        username: 'x-access-token',
        token: undefined,
        keyFile: '/k',
        knownHostsFile: '/h',
        allowedSignersFile: '/s',
      },
      intervalMs: 1000,
      listen: { host: '0.0.0.0', port: 80 },
      mode: 'observe',
      pruneBudget: { percent: 25 },
      token: { type: 'file', path: '/t', by: '--token-file' },
      webhookSecret: { type: 'file', path: '/w', by: '--webhook-secret-file' },
      allowedHosts: ['hooks.example.com', 'keeper'],
      metricsDetail: 'environment',
      ownService: {
        region: 'us-east-1',
        accountId: '385605022855',
        cluster: 'platform',
        service: 'stationkeeper',
      },
      sandboxListen: { host: 'localhost', port: 0 },
      dns: { host: 'localhost', port: 53 },
    });
  });

  it('takes global flags before and after the command', () => {
    const flags =
      '--endpoint-url http://127.0.0.1:5000 --region us-gov-west-1 --owner platform --source-id daemons --take-over-source git.example.com/acme/old,/srv/live --log-level debug';
    const config = {
      ...DEFAULTS,
      endpointUrl: 'http://127.0.0.1:5000',
      region: 'us-gov-west-1',
      owner: 'platform',
      sourceId: 'daemons',
      takeOverSource: ['git.example.com/acme/old', '/srv/live'],
      logLevel: 'debug',
    };
    for (const line of [`${flags} schema`, `schema ${flags}`]) {
      expect(configOf(line)).toEqual({ ...config, command: 'schema' });
    }
  });

  it('takes patterns with white space between them, in a variable of several lines too', () => {
    const secretPatterns = [/^INTERNAL_/u, /acme-\d{4}/u];
    expect(configOf('plan --secret-patterns ^INTERNAL_')).toMatchObject({ secretPatterns: [/^INTERNAL_/u] });
    const env = { STATIONKEEPER_SECRET_PATTERNS: '^INTERNAL_\n  acme-\\d{4}\n' };
    expect(configOf('plan', env)).toMatchObject({ secretPatterns });
  });

  it("takes a command's flags before the command too, each with its value", () => {
    expect(configOf('--interval 5s --mode=observe run')).toMatchObject({
      command: 'run',
      intervalMs: 5000,
      mode: 'observe',
    });
  });

  it('takes the last of a flag that is given twice', () => {
    expect(configOf('run --interval 5s --interval 7s')).toMatchObject({ intervalMs: 7000 });
  });

  it('has operands behind -- only, flags as they may look', () => {
    expect(configOf('export --force -- --out')).toMatchObject({
      names: ['--out'],
      out: undefined,
      force: true,
    });
  });

  it('has flags that take a value with every command or with none', () => {
    const flags: readonly Flag[] = [
      GLOBAL_FLAGS,
      ...Object.values(COMMANDS).map((command) => command.flags),
    ].flatMap((some) => Object.values(some));
    const takesValue = new Map(flags.map((flag) => [flag.name, 'parse' in flag]));
    expect(flags.filter((flag) => takesValue.get(flag.name) !== 'parse' in flag)).toEqual([]);
  });

  it('logs pretty on a terminal unless told otherwise', () => {
    expect(configOf('schema', {}, true).logFormat).toBe('pretty');
    expect(configOf('schema --log-format json', {}, true).logFormat).toBe('json');
    expect(configOf('schema --log-format pretty').logFormat).toBe('pretty');
  });

  it('becomes data that nobody can change', () => {
    const config = configOf('run --listen 127.0.0.1:1');
    expect(() => Object.assign(config, { mode: 'observe' })).toThrow(TypeError);
    expect(() => Object.assign(config.command === 'run' ? config.listen : {}, { port: 2 })).toThrow(
      TypeError,
    );
  });
});

describe('the environment', () => {
  it('sets every flag by its variable', () => {
    const env = {
      STATIONKEEPER_GIT_URL: 'https://example.com/acme/daemons',
      STATIONKEEPER_BRANCH: 'live',
      STATIONKEEPER_INTERVAL: '5m',
      STATIONKEEPER_SANDBOX: 'true',
      STATIONKEEPER_SANDBOX_LISTEN: '127.0.0.1:1',
      STATIONKEEPER_LOG_LEVEL: 'warn',
    };
    expect(configOf('run', env)).toMatchObject({
      sandbox: true,
      logLevel: 'warn',
      intervalMs: 300_000,
      source: { type: 'git', url: 'https://example.com/acme/daemons', branch: 'live' },
    });
    expect(configOf('apply', { STATIONKEEPER_NO_WAIT: '1' })).toMatchObject({ wait: false });
  });

  it('gives way to the command line', () => {
    const env = { STATIONKEEPER_INTERVAL: 'nonsense', STATIONKEEPER_OWNER: 'a' };
    expect(configOf('run --interval 2s --owner b', env)).toMatchObject({ intervalMs: 2000, owner: 'b' });
  });

  it('counts an empty variable as not set, and leaves those of other commands and programs alone', () => {
    const env = {
      STATIONKEEPER_REGION: '',
      STATIONKEEPER_SANDBOX: 'false',
      STATIONKEEPER_INTERVAL: 'nonsense',
      STATIONKEEPER_SERVICE_HOST: '10.0.0.1',
      STATIONKEEPER_PORT: 'tcp://10.0.0.1:8080',
    };
    expect(configOf('plan', env)).toMatchObject({ ...DEFAULTS, command: 'plan' });
  });
});

describe('a secret', () => {
  const HTTPS = 'run --git-url https://example.com/x';

  it('is in a file, or in the variable of its own name, and never in the configuration', () => {
    const env = {
      STATIONKEEPER_TOKEN: 'hunter2',
      STATIONKEEPER_WEBHOOK_SECRET: 'hunter2',
      STATIONKEEPER_GIT_TOKEN_FILE: '/g',
    };
    const config = configOf(`${HTTPS} --git-username deploy`, env);
    expect(config).toMatchObject({
      token: { type: 'variable', by: 'STATIONKEEPER_TOKEN' },
      webhookSecret: { type: 'variable', by: 'STATIONKEEPER_WEBHOOK_SECRET' },
      source: {
        username: 'deploy',
        token: { type: 'file', path: '/g', by: 'STATIONKEEPER_GIT_TOKEN_FILE' },
      },
    });
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  it.each([
    ['TOKEN', '--token-file /f'],
    ['WEBHOOK_SECRET', '--webhook-secret-file /f'],
    ['GIT_TOKEN', '--git-token-file /f'],
  ])('given twice as %s is an error that names both', (name, flag) => {
    const variable = `STATIONKEEPER_${name}`;
    expect(errorsOf(`${HTTPS} ${flag}`, { [variable]: 'hunter2' })).toEqual([
      `${flag.split(' ')[0]} and ${variable} are both set; set only one of them`,
    ]);
  });

  it.each([
    ['--token hunter2', 'token'],
    ['--token=hunter2', 'token'],
    ['--webhook-secret hunter2', 'webhook-secret'],
    ['--git-token=hunter2', 'git-token'],
    ['--git-token hunter2', 'git-token'],
  ])('is not taken from the command line (%s), nor shown', (argument, name) => {
    const variable = `STATIONKEEPER_${name.replaceAll('-', '_').toUpperCase()}`;
    expect(errorsOf(`${HTTPS} ${argument}`)).toEqual([
      `a secret does not belong on a command line, as in --${name}; put it in a file (--${name}-file) or in the variable ${variable}`,
    ]);
  });

  it('is told of in the help, with both ways', () => {
    const help = parse('run --help');
    expect(help.type === 'text' && help.text.replaceAll(/\s+/g, ' ')).toContain(
      '(env: STATIONKEEPER_GIT_TOKEN_FILE, or the secret itself in STATIONKEEPER_GIT_TOKEN)',
    );
  });
});

describe('help and version', () => {
  it('are text', () => {
    expect(parse('--version')).toEqual({ type: 'text', text: '1.2.3\n' });
    for (const line of ['--help', '-h', 'help', 'help run', 'run --help', 'run --foo -h'])
      expect(parse(line).type).toBe('text');
    expect(parse('run --version')).toEqual(parse('--version'));
    expect(parse('help run')).toEqual(parse('run --help'));
    expect(parse('help')).toEqual(parse('--help'));
  });

  it('fit the terminal, down to the width at which nothing is broken any more', () => {
    const linesAt = (columns: number | undefined): readonly string[] => {
      const help = parseCommandLine(['run', '--help'], {}, { version: '1.2.3', isTerminal: true, columns });
      return help.type === 'text' ? help.text.split('\n') : [];
    };
    for (const columns of [100, 120]) {
      const longest = Math.max(...linesAt(columns).map(({ length }) => length));
      expect(longest).toBeLessThanOrEqual(columns);
      expect(longest).toBeGreaterThan(columns - 15);
    }
    expect(linesAt(undefined)).toEqual(linesAt(80));
    expect(linesAt(50)).toContain(
      '  --interval <duration>            time between passes (default: 60s; env: STATIONKEEPER_INTERVAL)',
    );
  });

  it('name every command, flag, default and variable', () => {
    const program = parse('--help');
    for (const name of [
      'validate',
      'plan',
      'apply',
      'run',
      'status',
      'approve',
      'pause',
      'skip',
      'path',
      'logs',
      'sandbox',
      'policy',
      'schema',
    ]) {
      expect(program.type === 'text' && program.text).toContain(`  ${name} `);
    }
    const run = parse('run --help');
    const text = run.type === 'text' ? run.text.replaceAll(/\s+/g, ' ') : '';
    expect(text).toContain(
      '--interval <duration> time between passes (default: 60s; env: STATIONKEEPER_INTERVAL)',
    );
    expect(text).toContain(
      '--sandbox start an AWS inside this process and use it (env: STATIONKEEPER_SANDBOX)',
    );
  });
});

describe('a wrong command line', () => {
  it.each([
    [
      '',
      'no command is given; commands: validate, explain, plan, apply, run, status, approve, pause, skip, path, logs, notify, sandbox, export, policy, schema; see stationkeeper --help',
    ],
    [
      '--sandbox',
      'no command is given; commands: validate, explain, plan, apply, run, status, approve, pause, skip, path, logs, notify, sandbox, export, policy, schema; see stationkeeper --help',
    ],
    ['path', 'path needs the NAME of a daemon service'],
    ['skip', 'skip needs the NAME of a Rollout, or DaemonService/NAME'],
    ['skip fleet live prod', "too many arguments: 'prod'; skip takes NAME [PATH]"],
    [
      'approve fleet rest --token-file token',
      'approve needs ROLLOUT STAGE DIGEST, such as: approve fleet rest 0123456789abcdef; status --fleet shows all three',
    ],
    [
      'approve fleet rest 0123456789abcdef',
      'approve needs the token of the controller: --token-file, or STATIONKEEPER_TOKEN',
    ],
    [
      'approve fleet rest 0123456789abcdef xray --token-file token',
      "too many arguments: 'xray'; approve takes ROLLOUT STAGE DIGEST",
    ],
    ['logs', 'logs needs the NAME of a daemon service'],
    ['logs xray --since 10', "--since '10': expected how long ago, such as 30s, 10m, 2h, 1d or 1w"],
    ['run --runtime process', '--runtime needs --sandbox'],
    ['run --sandbox --run xray=./xray', '--run needs --runtime process'],
    ['sandbox --health-check xray=./check', '--health-check needs --runtime process'],
    ['sandbox --task-network 127.31.0.0/16', '--task-network needs --runtime process'],
    ['sandbox --runtime process --run app=./app,{dns}', '{dns} in --run needs --dns'],
    ['sandbox --enforce-groups', '--enforce-groups needs --runtime process'],
    [
      'sandbox --consumer sg-0123456789abcdef0,subnet-0123456789abcdef0',
      '--consumer needs --runtime process',
    ],
    [
      'sandbox --runtime process --consumer sg-0123456789abcdef0,subnet-0123456789abcdef0',
      '--consumer needs --enforce-groups',
    ],
    [
      'sandbox --runtime process --enforce-groups --consumer sg-0123456789abcdef0',
      "--consumer 'sg-0123456789abcdef0': expected the ids of security groups and of one subnet, such as sg-0123456789abcdef0,subnet-0123456789abcdef0",
    ],
    [
      'sandbox --runtime process --enforce-groups --task-network 127.0.0.0/8',
      '--enforce-groups needs a --task-network with a prefix from 9 to 16: in the other half of 127.0.0.0/8 the processes of tasks are bound',
    ],
    [
      'sandbox --runtime process --task-network 10.0.0.0/16',
      "--task-network '10.0.0.0/16': expected a block of 127.0.0.0/8 with a prefix from 8 to 16, such as 127.31.0.0/16",
    ],
    [
      'sandbox --runtime process --run ./xray',
      "--run './xray': expected IMAGE=COMMAND, such as 'public.ecr.aws/xray/aws-xray-daemon=./xray -b {address}:2000', with closed quotation marks",
    ],
    [
      'aply',
      "unknown command 'aply' (Did you mean apply?); commands: validate, explain, plan, apply, run, status, approve, pause, skip, path, logs, notify, sandbox, export, policy, schema; see stationkeeper --help",
    ],
    ['run --foo', "unknown option '--foo'"],
    ['run --intervall 5s', "unknown option '--intervall' (Did you mean --interval?)"],
    ['plan --interval 5s', "unknown option '--interval'"],
    ['run --foo=bar', "unknown option '--foo=bar'"],
    ['run -x', "unknown option '-x'"],
    ['run -xyz', "unknown option '-xyz'"],
    ['run --sandbox=true', "option '--sandbox' takes no value"],
    ['apply --nowait', "unknown option '--nowait' (Did you mean --no-wait?)"],
    [
      'help aply',
      "unknown command 'aply' (Did you mean apply?); commands: validate, explain, plan, apply, run, status, approve, pause, skip, path, logs, notify, sandbox, export, policy, schema; see stationkeeper --help",
    ],
    ['--foo bar run', "unknown option '--foo'"],
    ['run --interval', "option '--interval <duration>' argument missing"],
    ['plan a b c', "too many arguments: 'b', 'c'; plan takes one PATH"],
    ['schema a', "too many arguments: 'a'; schema takes nothing"],
    ['run --interval 5', "--interval '5': expected a duration from 1s to 24h, such as 60s, 10m or 1h"],
    ['run --mode observ', "--mode 'observ': expected one of enforce, observe"],
    [
      'plan --secret-patterns (a+)+',
      '--secret-patterns: expected regular expressions with spaces between them, and the first repeats a group',
    ],
    ['plan --output yaml', "--output 'yaml': expected one of text, json, markdown"],
    ['status --output text', "--output 'text': expected one of table, json"],
    [
      'run manifests --git-url /srv/x',
      "PATH 'manifests' and --git-url exclude each other; --path names a path in the git repository",
    ],
    ['run --path x', '--path needs --git-url'],
    ['run --branch x', '--branch needs --git-url'],
    ['run --git-cache x', '--git-cache needs --git-url'],
    ['run --git-token-file x', '--git-token-file needs --git-url'],
    ['run --git-ssh-key-file x', '--git-ssh-key-file needs --git-url'],
    ['run --git-known-hosts-file x', '--git-known-hosts-file needs --git-url'],
    ['run --verify-signatures x', '--verify-signatures needs --git-url'],
    ['run --git-url git@h:x --git-token-file x', '--git-token-file needs an https URL in --git-url'],
    ['run --git-url /srv/x --git-token-file x', '--git-token-file needs an https URL in --git-url'],
    [
      'run --git-url https://h/x --git-username x',
      '--git-username needs --git-token-file or STATIONKEEPER_GIT_TOKEN',
    ],
    ['run --git-url https://h/x --git-ssh-key-file x', '--git-ssh-key-file needs an ssh URL in --git-url'],
    [
      'run --git-url https://h/x --git-known-hosts-file x',
      '--git-known-hosts-file needs an ssh URL in --git-url',
    ],
    [
      'run --git-url git@h:x --git-ssh-key-file /a"b',
      "--git-ssh-key-file '/a\"b': expected the path of a file, without quotation marks, backslashes and ${",
    ],
    [
      'run --allowed-hosts http://a',
      "--allowed-hosts 'http://a': expected host names without scheme and port, such as hooks.example.com,keeper.internal",
    ],
    ['run --sandbox-listen localhost:1', '--sandbox-listen needs --sandbox'],
    ['run --dns localhost:1', '--dns needs --sandbox'],
    ['plan --speed 1', '--speed needs --sandbox'],
    [`policy --host irsa --oidc-provider ${OIDC_PROVIDER}`, '--host irsa needs --service-account'],
    ['policy --host irsa --service-account infra/keeper', '--host irsa needs --oidc-provider'],
    [`policy --host ecs --oidc-provider ${OIDC_PROVIDER}`, '--oidc-provider needs --host irsa'],
    ['policy --service-account a/b', '--service-account needs --host irsa or --host pod-identity'],
    [
      'policy --host pod-identity --service-account keeper',
      "--service-account 'keeper': expected namespace/name of a ServiceAccount, such as stationkeeper/stationkeeper",
    ],
    [
      'policy --controller --document controller',
      '--document and --controller exclude each other: which documents are meant?',
    ],
    [
      'policy --controller-arn stationkeeper',
      "--controller-arn 'stationkeeper': expected the ARN of an IAM role or user, such as arn:aws:iam::123456789012:role/stationkeeper",
    ],
    [
      'plan --sandbox --endpoint-url http://localhost:1',
      '--endpoint-url and --sandbox exclude each other: which AWS is meant?',
    ],
  ])('%s', (line, error) => {
    expect(errorsOf(line)).toEqual([error]);
  });

  it('may be wrong in a variable that holds a secret', () => {
    const git = { STATIONKEEPER_GIT_TOKEN: 'hunter2' };
    expect(errorsOf('run', git)).toEqual(['STATIONKEEPER_GIT_TOKEN needs --git-url']);
    expect(errorsOf('run --git-url git@h:x', git)).toEqual([
      'STATIONKEEPER_GIT_TOKEN needs an https URL in --git-url',
    ]);
  });

  it('is told every mistake at once', () => {
    const env = { STATIONKEEPER_REGION: 'mars', STATIONKEEPER_SANDBOX: 'yes', STATIONKEEPER_BRANCH: 'x' };
    expect(errorsOf('run --foo 1 --listen 8080 --bar --interval 10ms', env)).toEqual([
      "unknown option '--foo'",
      "unknown option '--bar'",
      "STATIONKEEPER_SANDBOX 'yes': expected true or false",
      "STATIONKEEPER_REGION 'mars': expected an AWS region, such as us-east-1",
      'STATIONKEEPER_BRANCH needs --git-url',
      "--interval '10ms': expected a duration from 1s to 24h, such as 60s, 10m or 1h",
      "--listen '8080': expected host:port with a port from 0 to 65535, such as 127.0.0.1:8080 or [::1]:8080",
    ]);
  });

  it.each([
    'run --git-url https://u:hunter2@example.com/x',
    'run --git-url https://example.com/x?token=hunter2',
    'status --server http://u:hunter2@example.com',
    'plan --endpoint-url hunter2@nowhere',
  ])('shows no credential: %s', (line) => {
    const errors = errorsOf(line);
    expect(errors).toHaveLength(1);
    expect(errors[0]).not.toContain('hunter2');
    expect(errors[0]).toMatch(/^--[a-z-]+: expected /);
  });
});
