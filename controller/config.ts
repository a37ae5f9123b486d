import { readArguments } from './config/command-line.ts';
import type { Arguments } from './config/command-line.ts';
import {
  APPLY_FLAGS,
  APPROVE_FLAGS,
  COMMANDS,
  EXPLAIN_FLAGS,
  EXPORT_FLAGS,
  GIT_FLAGS,
  GLOBAL_FLAGS,
  LOGS_FLAGS,
  NOTIFY_FLAGS,
  PATH_FLAGS,
  PLAN_FLAGS,
  POLICY_FLAGS,
  RUNTIME_FLAGS,
  RUN_FLAGS,
  SANDBOX_FLAGS,
  STATUS_FLAGS,
  VALIDATE_FLAGS,
} from './config/flags.ts';
import type { SecretFlag, Switch } from './config/flags.ts';
import { readGiven } from './config/given.ts';
import type { Given } from './config/given.ts';
import type {
  ApproveConfig,
  Config,
  GlobalConfig,
  ProcessesConfig,
  RunConfig,
  SourceConfig,
} from './config/commands.ts';
import { parseGitUrl } from './source/git-url.ts';
import type { Host } from './policy/trust.ts';

export type CommandLine =
  | { readonly type: 'config'; readonly config: Config }
  /** Help or version, to be printed as it is. */
  | { readonly type: 'text'; readonly text: string }
  /** One line each. */
  | { readonly type: 'errors'; readonly errors: readonly string[] };

export interface Surroundings {
  readonly version: string;
  /** Whether the log goes to a terminal. */
  readonly isTerminal: boolean;
  /** Columns of the terminal that help is shown on; undefined: it is not shown on one. */
  readonly columns?: number | undefined;
}

/**
 * Reads flags and environment into a frozen Config, with every error at once. Writes nothing, reads no file,
 * never ends the process. An environment variable without a value counts as not set; one that is no flag of the
 * command is not looked at (Kubernetes puts STATIONKEEPER_SERVICE_HOST beside a Service of our name).
 *
 * @param argv without node and script
 */
export function parseCommandLine(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  surroundings: Surroundings,
): CommandLine {
  const read = readArguments(argv, surroundings);
  if (read.type === 'text') return read;
  if (read.found === undefined) return { type: 'errors', errors: read.errors };
  const errors = [...read.errors];
  const given = readGiven(read.found.flags, env, errors);
  // The value of a flag that nobody knows is left over as an operand.
  const operands = errors.length > 0 ? [] : read.found.operands;
  const config = configOf(read.found.command, operands, given, surroundings);
  return errors.length > 0 ? { type: 'errors', errors } : { type: 'config', config: deepFreeze(config) };
}

function configOf(
  command: Arguments['command'],
  operands: readonly string[],
  given: Given,
  surroundings: Surroundings,
): Config {
  const globals = globalConfig(command, given, surroundings);
  const operand = soleOperand(command, operands, given);
  switch (command) {
    case 'validate':
      return {
        command,
        ...globals,
        path: operand ?? 'manifests',
        output: given.value(VALIDATE_FLAGS.output),
      };
    case 'explain':
      if (operand === undefined || !/^[A-Za-z]+(\/.+)?$/.test(operand))
        given.report(
          'explain needs a reason, such as ImageNotFound, or the KIND/NAME of an object, such as DaemonService/xray',
        );
      return {
        command,
        ...globals,
        subject: operand ?? '',
        path: given.value(EXPLAIN_FLAGS.manifests),
        environment: given.value(EXPLAIN_FLAGS.environment),
        server: given.value(EXPLAIN_FLAGS.server),
      };
    case 'plan':
      return {
        command,
        ...globals,
        path: operand ?? 'manifests',
        output: given.value(PLAN_FLAGS.output),
        detailedExitcode: given.on(PLAN_FLAGS.detailedExitcode),
        pruneBudget: given.value(PLAN_FLAGS.pruneBudget),
      };
    case 'apply':
      return {
        command,
        ...globals,
        path: operand ?? 'manifests',
        wait: !given.on(APPLY_FLAGS.noWait),
        timeoutMs: given.value(APPLY_FLAGS.timeout),
        pruneBudget: given.value(APPLY_FLAGS.pruneBudget),
        confirm: given.value(APPLY_FLAGS.confirm),
      };
    case 'run':
      return { command, ...globals, ...runConfig(operand, globals.sandbox, given) };
    case 'status':
      return {
        command,
        ...globals,
        name: operand,
        server: given.value(STATUS_FLAGS.server),
        serverGiven: given.by(STATUS_FLAGS.server) !== undefined,
        environment: given.value(STATUS_FLAGS.environment),
        output: given.value(STATUS_FLAGS.output),
        fleet: given.on(STATUS_FLAGS.fleet),
        watch: given.on(STATUS_FLAGS.watch),
      };
    case 'approve':
      return { command, ...globals, ...approveConfig(operands, given) };
    case 'pause':
    case 'skip':
      if (operand === undefined)
        given.report(`${command} needs the NAME of a Rollout, or DaemonService/NAME`);
      return { command, ...globals, name: operand ?? '', path: operands[1] ?? 'manifests' };
    case 'path':
      if (operand === undefined) given.report('path needs the NAME of a daemon service');
      return {
        command,
        ...globals,
        name: operand ?? '',
        from: given.value(PATH_FLAGS.from),
        path: given.value(PATH_FLAGS.manifests),
        environment: given.value(PATH_FLAGS.environment),
        output: given.value(PATH_FLAGS.output),
      };
    case 'logs':
      if (operand === undefined) given.report('logs needs the NAME of a daemon service');
      return {
        command,
        ...globals,
        name: operand ?? '',
        sinceMs: given.value(LOGS_FLAGS.since),
        follow: given.on(LOGS_FLAGS.follow),
        container: given.value(LOGS_FLAGS.container),
        path: given.value(LOGS_FLAGS.manifests),
        environment: given.value(LOGS_FLAGS.environment),
      };
    case 'notify':
      if (operand !== 'test') given.report("notify needs the word test: 'stationkeeper notify test'");
      if (given.value(NOTIFY_FLAGS.notifyConfig) === undefined)
        given.report(`notify needs a file of receivers: --${NOTIFY_FLAGS.notifyConfig.name} FILE`);
      return {
        command,
        ...globals,
        notifyConfig: given.value(NOTIFY_FLAGS.notifyConfig) ?? '',
        receiver: given.value(NOTIFY_FLAGS.receiver),
      };
    case 'export':
      return {
        command,
        ...globals,
        names: operands,
        out: given.value(EXPORT_FLAGS.out),
        force: given.on(EXPORT_FLAGS.force),
      };
    case 'sandbox':
      return {
        command,
        ...globals,
        listen: given.value(SANDBOX_FLAGS.listen),
        dns: given.value(SANDBOX_FLAGS.dns),
        processes: processesOf(given),
      };
    case 'policy':
      return {
        command,
        ...globals,
        path: operand ?? 'manifests',
        access: given.value(POLICY_FLAGS.access),
        ...documentsOf(given),
        host: hostOf(given),
        controllerArn: given.value(POLICY_FLAGS.controllerArn),
        externalId: externalIdOf(given),
        anyName: given.value(POLICY_FLAGS.anyName),
        output: given.value(POLICY_FLAGS.output),
      };
    case 'schema':
      return { command, ...globals };
  }
}

function approveConfig(
  [rollout = '', stage = '', digest = '']: readonly string[],
  given: Given,
): Omit<ApproveConfig, keyof GlobalConfig | 'command'> {
  const isWhole = rollout !== '' && stage !== '' && digest !== '';
  if (!isWhole)
    given.report(
      'approve needs ROLLOUT STAGE DIGEST, such as: approve fleet rest 0123456789abcdef; status --fleet shows all three',
    );
  const { server, token } = APPROVE_FLAGS;
  const secret = given.secret(token);
  if (secret === undefined && given.by(token) === undefined)
    given.report(`approve needs the token of the controller: --${token.name}, or ${token.secretVariable}`);
  return { rollout, stage, digest, server: given.value(server), token: secret };
}

/** Which of the documents are meant. */
function documentsOf(given: Given): { readonly document: string | undefined; readonly controller: boolean } {
  const { document, controller } = POLICY_FLAGS;
  const chosen = { document: given.value(document), controller: given.on(controller) };
  if (chosen.document !== undefined && chosen.controller) {
    given.report(
      `${given.by(document)} and ${given.by(controller)} exclude each other: which documents are meant?`,
    );
  }
  return chosen;
}

/** An external id is asked for where the controller assumes roles, so of nobody whom no trust policy is made for. */
function externalIdOf(given: Given): string | undefined {
  const { controllerArn, externalId } = POLICY_FLAGS;
  const by = given.by(externalId);
  if (by !== undefined && given.by(controllerArn) === undefined) {
    given.report(`${by} needs --${controllerArn.name}`);
  }
  return given.value(externalId);
}

function hostOf(given: Given): Host | undefined {
  const { host, oidcProvider: providerFlag, serviceAccount: accountFlag } = POLICY_FLAGS;
  const type = given.value(host);
  const oidcProvider = given.value(providerFlag);
  const serviceAccount = given.value(accountFlag);
  const surplus = (flag: typeof providerFlag | typeof accountFlag, hosts: string): void => {
    const by = given.by(flag);
    if (by !== undefined) given.report(`${by} needs --host ${hosts}`);
  };
  if (type !== 'irsa') surplus(providerFlag, 'irsa');
  switch (type) {
    case undefined:
    case 'ecs':
    case 'ec2':
      surplus(accountFlag, 'irsa or --host pod-identity');
      return type === undefined ? undefined : { type };
    case 'pod-identity':
      return { type, serviceAccount };
    case 'irsa':
      if (oidcProvider !== undefined && serviceAccount !== undefined)
        return { type, oidcProvider, serviceAccount };
      for (const flag of [providerFlag, accountFlag]) {
        if (given.by(flag) === undefined) given.report(`--host irsa needs --${flag.name}`);
      }
      return undefined;
  }
}

function globalConfig(
  command: Arguments['command'],
  given: Given,
  { isTerminal }: Surroundings,
): GlobalConfig {
  const sandbox = given.on(GLOBAL_FLAGS.sandbox);
  const endpointBy = given.by(GLOBAL_FLAGS.endpointUrl);
  if (sandbox && endpointBy !== undefined) {
    given.report(
      `${endpointBy} and ${given.by(GLOBAL_FLAGS.sandbox)} exclude each other: which AWS is meant?`,
    );
  }
  if (!sandbox && command !== 'sandbox') {
    const { speed, seed, quotas, breaker, newAccount } = GLOBAL_FLAGS;
    for (const flag of [speed, seed, quotas, breaker, newAccount]) needsSandbox(flag, given);
  }
  return {
    sandbox,
    sandboxWorld: {
      speed: given.value(GLOBAL_FLAGS.speed),
      seed: given.value(GLOBAL_FLAGS.seed),
      quotas: given.value(GLOBAL_FLAGS.quotas),
      breaker: given.value(GLOBAL_FLAGS.breaker),
      newAccount: given.on(GLOBAL_FLAGS.newAccount),
    },
    endpointUrl: given.value(GLOBAL_FLAGS.endpointUrl),
    region: given.value(GLOBAL_FLAGS.region),
    owner: given.value(GLOBAL_FLAGS.owner),
    sourceId: given.value(GLOBAL_FLAGS.sourceId),
    takeOverSource: given.value(GLOBAL_FLAGS.takeOverSource),
    secretPatterns: given.value(GLOBAL_FLAGS.secretPatterns),
    logLevel: given.value(GLOBAL_FLAGS.logLevel),
    logFormat: given.value(GLOBAL_FLAGS.logFormat) ?? (isTerminal ? 'pretty' : 'json'),
  };
}

function runConfig(
  operand: string | undefined,
  sandbox: boolean,
  given: Given,
): Omit<RunConfig, keyof GlobalConfig | 'command'> {
  if (!sandbox) {
    for (const flag of [RUN_FLAGS.sandboxListen, RUN_FLAGS.dns, ...Object.values(RUNTIME_FLAGS)])
      needsSandbox(flag, given);
  }
  return {
    source: sourceConfig(operand, given),
    intervalMs: given.value(RUN_FLAGS.interval),
    listen: given.value(RUN_FLAGS.listen),
    mode: given.value(RUN_FLAGS.mode),
    pruneBudget: given.value(RUN_FLAGS.pruneBudget),
    token: given.secret(RUN_FLAGS.token),
    webhookSecret: given.secret(RUN_FLAGS.webhookSecret),
    allowedHosts: given.value(RUN_FLAGS.allowedHosts),
    metricsDetail: given.value(RUN_FLAGS.metricsDetail),
    notifyConfig: given.value(RUN_FLAGS.notifyConfig),
    ownService: given.value(RUN_FLAGS.ownService),
    sandboxListen: given.value(RUN_FLAGS.sandboxListen),
    dns: given.value(RUN_FLAGS.dns),
    processes: processesOf(given),
  };
}

function processesOf(given: Given): ProcessesConfig | undefined {
  const { runtime, run, healthCheck, taskNetwork, enforceGroups, consumer } = RUNTIME_FLAGS;
  const isProcess = given.value(runtime) === 'process';
  for (const flag of [run, healthCheck, taskNetwork, enforceGroups, consumer]) {
    const by = given.by(flag);
    if (by !== undefined && !isProcess) given.report(`${by} needs --${runtime.name} process`);
  }
  const commands = given.value(run);
  if (commands.some(({ command }) => command.join(' ').includes('{dns}'))) {
    if (given.by(RUN_FLAGS.dns) === undefined)
      given.report(`{dns} in --${run.name} needs --${RUN_FLAGS.dns.name}`);
  }
  const network = given.value(taskNetwork);
  const outside = given.value(consumer);
  const isEnforced = given.on(enforceGroups);
  const consumerBy = given.by(consumer);
  if (isProcess && consumerBy !== undefined && !isEnforced) {
    given.report(`${consumerBy} needs --${enforceGroups.name}`);
  }
  if (isEnforced && network.endsWith('/8')) {
    given.report(
      `${given.by(enforceGroups)} needs a --${taskNetwork.name} with a prefix from 9 to 16: in the other half of 127.0.0.0/8 the processes of tasks are bound`,
    );
  }
  return isProcess
    ? {
        commands,
        healthChecks: given.value(healthCheck),
        taskNetwork: network,
        enforcement: isEnforced ? { consumer: outside } : undefined,
      }
    : undefined;
}

function needsSandbox(flag: { readonly name: string; readonly description: string }, given: Given): void {
  const by = given.by(flag);
  if (by !== undefined) given.report(`${by} needs --sandbox`);
}

function sourceConfig(operand: string | undefined, given: Given): SourceConfig {
  const url = given.value(RUN_FLAGS.gitUrl);
  const urlBy = given.by(RUN_FLAGS.gitUrl);
  if (urlBy !== undefined && operand !== undefined) {
    given.report(
      `PATH '${operand}' and ${urlBy} exclude each other; --path names a path in the git repository`,
    );
  }
  if (urlBy === undefined) {
    for (const flag of Object.values(GIT_FLAGS)) {
      const by = given.by(flag);
      if (by !== undefined) given.report(`${by} needs --git-url`);
    }
  }
  const git = {
    branch: given.value(GIT_FLAGS.branch),
    path: given.value(GIT_FLAGS.path),
    cacheDir: given.value(GIT_FLAGS.gitCache),
    timeoutMs: given.value(GIT_FLAGS.gitTimeout),
    username: given.value(GIT_FLAGS.gitUsername),
    token: given.secret(GIT_FLAGS.gitToken),
    keyFile: given.value(GIT_FLAGS.gitSshKeyFile),
    knownHostsFile: given.value(GIT_FLAGS.gitKnownHostsFile),
    allowedSignersFile: given.value(GIT_FLAGS.verifySignatures),
  };
  if (url !== undefined) reportMisfits(url, given);
  return url === undefined
    ? { type: 'directory', path: operand ?? 'manifests' }
    : { type: 'git', url, ...git };
}

/** Credentials that the URL has no use for are meant for another one, so that they are an error. */
function reportMisfits(url: string, given: Given): void {
  const parsed = parseGitUrl(url);
  const protocol = parsed.ok ? parsed.remote.protocol : undefined;
  const { gitToken, gitUsername, gitSshKeyFile, gitKnownHostsFile } = GIT_FLAGS;
  const fits: readonly (readonly [SecretFlag | Switch, boolean, string])[] = [
    [gitToken, protocol === 'https' || protocol === 'http', 'an https URL in --git-url'],
    [gitUsername, given.by(gitToken) !== undefined, `--${gitToken.name} or ${gitToken.secretVariable}`],
    [gitSshKeyFile, protocol === 'ssh', 'an ssh URL in --git-url'],
    [gitKnownHostsFile, protocol === 'ssh', 'an ssh URL in --git-url'],
  ];
  for (const [flag, isFitting, what] of fits) {
    const by = given.by(flag);
    if (by !== undefined && !isFitting) given.report(`${by} needs ${what}`);
  }
}

function soleOperand(
  command: Arguments['command'],
  operands: readonly string[],
  given: Given,
): string | undefined {
  const { operand } = COMMANDS[command];
  const [first, ...others] = operand === undefined ? [undefined, ...operands] : operands;
  const words = operand !== undefined && 'words' in operand ? operand.words : 1;
  const more = others.slice(words - 1);
  if (more.length > 0 && (operand === undefined || !('several' in operand))) {
    const taken = operand === undefined ? 'nothing' : words > 1 ? operand.name : `one ${operand.name}`;
    given.report(`too many arguments: '${more.join("', '")}'; ${command} takes ${taken}`);
  }
  if (first === '') given.report(`${operand?.name ?? 'the argument'} is empty`);
  return first;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
