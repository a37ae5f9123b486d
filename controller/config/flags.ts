import { DEFAULT_PRUNE_BUDGET } from '../plan/prune-rules.ts';
import { outsideConsumer } from './consumer.ts';
import { imageCommands, taskNetwork } from './image-commands.ts';
import {
  address,
  ago,
  branchName,
  consumerName,
  containerName,
  documentName,
  duration,
  externalId,
  filePath,
  gitPath,
  gitUrl,
  hostNames,
  httpUrl,
  integer,
  namePrefix,
  oidcProviderArn,
  oneOf,
  planHash,
  principalArn,
  pruneBudget,
  sourceIds,
  quotaScale,
  region,
  secretPatterns,
  serviceAccount,
  serviceArn,
  speed,
  sshFilePath,
  tagValue,
  userName,
} from './values.ts';
import type { ParseValue } from './values.ts';

/** A flag with a value. `Absent` is the type of what holds when it is not given. */
export interface ValueFlag<T, Absent = T> {
  readonly name: string;
  readonly placeholder: string;
  readonly description: string;
  readonly parse: ParseValue<T>;
  readonly absent: Absent;
  /** The default, for the help; empty where the description says it. */
  readonly shown: string;
  /** It may be given several times: its text is all of theirs, one a line. */
  readonly repeats?: true;
}

/** A flag without a value: given or not. */
export interface Switch {
  readonly name: string;
  readonly description: string;
}

/** A file that holds a secret. Its variable without `_FILE` holds the secret itself; no flag ever does. */
export interface SecretFlag extends ValueFlag<string, undefined> {
  readonly secretVariable: string;
}

export type Flag = ValueFlag<unknown> | SecretFlag | Switch;

function flag<T>(
  name: string,
  placeholder: string,
  description: string,
  parse: ParseValue<T>,
  fallback: { readonly value: T; readonly shown: string },
): ValueFlag<T> {
  return { name, placeholder, description, parse, absent: fallback.value, shown: fallback.shown };
}

function optional<T>(
  name: string,
  placeholder: string,
  description: string,
  parse: ParseValue<T>,
): ValueFlag<T, undefined> {
  return { name, placeholder, description, parse, absent: undefined, shown: '' };
}

function secretFile(name: `${string}-file`, description: string): SecretFlag {
  const secretVariable = variableOf(name.replace(/-file$/, ''));
  return { ...optional(name, 'file', description, filePath), secretVariable };
}

function choice<const T extends string>(
  name: string,
  description: string,
  first: T,
  ...others: readonly T[]
): ValueFlag<T> {
  const choices = [first, ...others];
  return flag(name, choices.join('|'), description, oneOf(...choices), { value: first, shown: first });
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const GLOBAL_FLAGS = {
  sandbox: { name: 'sandbox', description: 'start an AWS inside this process and use it' },
  speed: flag('speed', 'number', 'sandbox clock: simulated seconds per real second', speed, {
    value: 20,
    shown: '20',
  }),
  seed: flag('seed', 'number', "seed of the sandbox's ids, times and faults", integer(0, 4_294_967_295), {
    value: 1,
    shown: '1',
  }),
  quotas: flag('quotas', 'aws|off|factor', "the sandbox's request quotas", quotaScale, {
    value: 1,
    shown: 'aws',
  }),
  breaker: choice(
    'breaker',
    'state that a task must have reached so that its exit does not fail a deployment in the sandbox',
    'healthy',
    'running',
  ),
  newAccount: {
    name: 'new-account',
    description: 'start the sandbox with an account that has never used ECS and has no service-linked role',
  },
  endpointUrl: optional('endpoint-url', 'url', 'send every AWS call to this URL', httpUrl),
  region: optional('region', 'region', "AWS region (default: the SDK's own)", region),
  owner: flag('owner', 'name', 'owner tag of everything that is created or adopted', tagValue, {
    value: 'stationkeeper',
    shown: 'stationkeeper',
  }),
  sourceId: optional(
    'source-id',
    'name',
    'name of a folder of manifests that is in no git work tree with an origin (default: its real path)',
    tagValue,
  ),
  takeOverSource: flag(
    'take-over-source',
    'ids',
    'comma-separated sources whose resources this source takes over, as their tag stationkeeper:source names them',
    sourceIds,
    { value: [], shown: 'none' },
  ),
  secretPatterns: flag(
    'secret-patterns',
    'regexes',
    'regular expressions, separated by spaces: names and values that match are hidden, beside what is known to be secret',
    secretPatterns,
    { value: [], shown: 'none' },
  ),
  logLevel: flag<LogLevel>(
    'log-level',
    'level',
    `minimum level to log: ${LOG_LEVELS.join(', ')}`,
    oneOf(...LOG_LEVELS),
    {
      value: 'info',
      shown: 'info',
    },
  ),
  logFormat: optional(
    'log-format',
    'json|pretty',
    'format of the log (default: pretty on a terminal, otherwise json)',
    oneOf('json', 'pretty'),
  ),
} as const;

const PRUNE_BUDGET = flag(
  'prune-budget',
  'count|percent%',
  'maximum number of objects that may be deleted or released in an hour ("3 per 10m": in that time) without a confirmation',
  pruneBudget,
  { value: DEFAULT_PRUNE_BUDGET, shown: 'the larger of 3 and 10% per 1h' },
);

export const VALIDATE_FLAGS = {
  output: choice('output', 'wide also lists the objects that the manifests declare', 'text', 'wide', 'json'),
} as const;

export const PLAN_FLAGS = {
  output: choice('output', 'format of the plan', 'text', 'json', 'markdown'),
  detailedExitcode: { name: 'detailed-exitcode', description: 'exit with 2 where there are changes' },
  pruneBudget: PRUNE_BUDGET,
} as const;

export const APPLY_FLAGS = {
  noWait: { name: 'no-wait', description: 'exit after the last change, without waiting for Ready' },
  timeout: flag('timeout', 'duration', 'give up after this time', duration('1s'), {
    value: 600_000,
    shown: '10m',
  }),
  pruneBudget: PRUNE_BUDGET,
  confirm: optional('confirm', 'hash', 'delete the objects that the plan with this hash holds', planHash),
} as const;

export const GIT_FLAGS = {
  branch: flag('branch', 'name', 'branch to follow', branchName, { value: 'main', shown: 'main' }),
  path: flag('path', 'path', 'file or folder of manifests in the git repository', gitPath, {
    value: '',
    shown: 'its root',
  }),
  gitCache: optional(
    'git-cache',
    'folder',
    "folder for the clone (default: the system's folder for temporary files)",
    filePath,
  ),
  gitTimeout: flag('git-timeout', 'duration', 'time limit of one reading of git', duration('1s'), {
    value: 30_000,
    shown: '30s',
  }),
  gitToken: secretFile('git-token-file', 'file with the token for git over https'),
  gitUsername: flag('git-username', 'name', 'user name to send with the token', userName, {
    value: 'x-access-token',
    shown: 'x-access-token, which fits GitHub and GitLab',
  }),
  gitSshKeyFile: optional('git-ssh-key-file', 'file', 'private key for git over ssh', sshFilePath),
  gitKnownHostsFile: optional(
    'git-known-hosts-file',
    'file',
    "known_hosts with the keys of the git host (default: ssh's own)",
    sshFilePath,
  ),
  verifySignatures: optional(
    'verify-signatures',
    'file',
    'accept a commit only if a key of this allowed-signers file signed it with ssh',
    filePath,
  ),
} as const;

/** Of whoever serves a sandbox. */
export const RUNTIME_FLAGS = {
  runtime: choice(
    'runtime',
    'how the sandbox runs containers: not at all, or as processes of this machine for images that have a command (Linux)',
    'none',
    'process',
  ),
  run: {
    ...flag(
      'run',
      'image=command',
      'command to run in place of an image, with {address}, {port}, {region}, {endpoint} and {dns}; may be given several times',
      imageCommands,
      { value: [], shown: 'none' },
    ),
    repeats: true,
  },
  healthCheck: {
    ...flag(
      'health-check',
      'image=command',
      'command to run in place of the health checks of an image, as --run does for its entry point; may be given several times',
      imageCommands,
      { value: [], shown: 'none' },
    ),
    repeats: true,
  },
  taskNetwork: flag(
    'task-network',
    'block',
    'block of 127.0.0.0/8 for the addresses of tasks on this machine',
    taskNetwork,
    { value: '127.31.0.0/16', shown: '127.31.0.0/16' },
  ),
  enforceGroups: {
    name: 'enforce-groups',
    description: 'pass to tasks only packets that security groups and network ACLs allow',
  },
  consumer: optional(
    'consumer',
    'sg-…,subnet-…',
    'security groups and subnet that count for packets from outside of tasks (default: such packets are dropped)',
    outsideConsumer,
  ),
} as const;

const DNS = optional(
  'dns',
  'host:port',
  'address at which the sandbox resolves the names of its namespaces',
  address,
);

export const RUN_FLAGS = {
  gitUrl: optional('git-url', 'url', 'git repository to read manifests from: https, ssh or file', gitUrl),
  ...GIT_FLAGS,
  interval: flag('interval', 'duration', 'time between passes', duration('1s'), {
    value: 60_000,
    shown: '60s',
  }),
  listen: flag('listen', 'host:port', 'address of the HTTP API', address, {
    value: { host: '127.0.0.1', port: 8080 },
    shown: '127.0.0.1:8080',
  }),
  mode: choice('mode', 'observe reports drift and changes nothing', 'enforce', 'observe'),
  pruneBudget: PRUNE_BUDGET,
  token: secretFile('token-file', 'file with the token for POST requests'),
  webhookSecret: secretFile('webhook-secret-file', "file with the secret of the git host's webhook"),
  allowedHosts: optional(
    'allowed-hosts',
    'names',
    'comma-separated host names that the HTTP API answers to, besides localhost and addresses (default: no other on loopback, any elsewhere)',
    hostNames,
  ),
  metricsDetail: flag<'object' | 'environment'>(
    'metrics-detail',
    'detail',
    'object: metrics name each object; environment: they count the objects of each Environment and kind, for a large fleet',
    oneOf('object', 'environment'),
    { value: 'object', shown: 'object' },
  ),
  notifyConfig: optional(
    'notify-config',
    'file',
    'YAML file of receivers of notifications: Slack, webhooks, SNS',
    filePath,
  ),
  ownService: optional(
    'own-service',
    'arn',
    'ECS service that the controller runs as and never removes (default: as ECS tells its tasks)',
    serviceArn,
  ),
  dns: DNS,
  ...RUNTIME_FLAGS,
  sandboxListen: flag('sandbox-listen', 'host:port', 'address of the AWS of --sandbox', address, {
    value: { host: '127.0.0.1', port: 4566 },
    shown: '127.0.0.1:4566',
  }),
} as const;

export const STATUS_FLAGS = {
  server: flag('server', 'url', 'controller to ask', httpUrl, {
    value: 'http://127.0.0.1:8080',
    shown: 'http://127.0.0.1:8080',
  }),
  environment: optional('environment', 'name', 'only what is in this Environment', tagValue),
  output: choice('output', 'format of the report', 'table', 'json'),
  fleet: {
    name: 'fleet',
    description: 'show a row for each definition: the progress of its Environments, and what they wait for',
  },
  watch: { name: 'watch', description: 'refresh every 2 s' },
} as const;

/** Of whoever asks a controller to do something. */
export const APPROVE_FLAGS = {
  server: STATUS_FLAGS.server,
  token: secretFile('token-file', 'file with the token that the controller was started with'),
} as const;

export const NOTIFY_FLAGS = {
  notifyConfig: RUN_FLAGS.notifyConfig,
  receiver: optional('receiver', 'name', 'only this receiver of the file (default: all)', tagValue),
} as const;

const MANIFESTS = flag('manifests', 'path', 'file or folder of manifests', filePath, {
  value: 'manifests',
  shown: 'manifests',
});

export const EXPLAIN_FLAGS = {
  manifests: MANIFESTS,
  environment: optional(
    'environment',
    'name',
    'in which Environment (default: a summary, where several have the object)',
    tagValue,
  ),
  server: optional(
    'server',
    'url',
    'controller to ask what it waits for now (default: the manifests alone are read)',
    httpUrl,
  ),
} as const;

export const PATH_FLAGS = {
  from: optional(
    'from',
    'consumer',
    'one consumer: a name of spec.consumers, or the id of a security group (default: all that the manifest declares)',
    consumerName,
  ),
  manifests: MANIFESTS,
  environment: optional('environment', 'name', 'which Environment, where several have the name', tagValue),
  output: choice('output', 'format of the answer', 'table', 'json'),
} as const;

export const LOGS_FLAGS = {
  since: flag('since', 'time', 'how far back to start: 30s, 10m, 2h, 1d, 1w', ago, {
    value: 600_000,
    shown: '10m',
  }),
  follow: { name: 'follow', description: 'keep printing new lines until Ctrl-C' },
  container: optional('container', 'name', 'one container (default: all that log there)', containerName),
  manifests: PATH_FLAGS.manifests,
  environment: PATH_FLAGS.environment,
} as const;

export const EXPORT_FLAGS = {
  out: optional('out', 'folder', 'folder to write files to (default: all to standard output)', filePath),
  force: {
    name: 'force',
    description: 'overwrite existing files that differ; without it, export writes nothing if there is one',
  },
} as const;

export const POLICY_FLAGS = {
  access: choice('access', 'read is enough to plan and to report', 'converge', 'read'),
  document: optional('document', 'name', 'print this one document, where there are several', documentName),
  controller: {
    name: 'controller',
    description: 'print what the controller itself has to be allowed, and say which roles have to trust it',
  },
  host: optional(
    'host',
    'ecs|ec2|irsa|pod-identity',
    "platform that the controller runs on: also prints the trust policy of the controller's role",
    oneOf('ecs', 'ec2', 'irsa', 'pod-identity'),
  ),
  oidcProvider: optional(
    'oidc-provider',
    'arn',
    "the cluster's OIDC provider, for --host irsa",
    oidcProviderArn,
  ),
  serviceAccount: optional(
    'service-account',
    'namespace/name',
    'the ServiceAccount of the controller, for --host irsa and pod-identity',
    serviceAccount,
  ),
  controllerArn: optional(
    'controller-arn',
    'arn',
    'role or user that the controller runs as: also prints the trust policies of the roles that Environments name',
    principalArn,
  ),
  externalId: optional(
    'external-id',
    'id',
    'the external id that those trust policies ask for, where an Environment names none of its own',
    externalId,
  ),
  anyName: optional(
    'any-name',
    'prefix',
    'also allow future daemon services whose names begin with this, so that one policy serves all of them',
    namePrefix,
  ),
  output: choice(
    'output',
    'policy is one document for IAM, json is all of them, text says what they are for',
    'policy',
    'json',
    'text',
  ),
} as const;

export const SANDBOX_FLAGS = {
  listen: flag('listen', 'host:port', 'address of the AWS', address, {
    value: { host: '127.0.0.1', port: 4566 },
    shown: '127.0.0.1:4566',
  }),
  dns: DNS,
  ...RUNTIME_FLAGS,
} as const;

const MANIFESTS_OPERAND = { name: 'PATH', description: 'file or folder of manifests (default: manifests)' };

const MODE_OPERAND = {
  name: 'NAME [PATH]',
  description:
    "a Rollout's name, or Rollout/NAME or DaemonService/NAME; and the manifests that declare it (default: manifests)",
  words: 2,
};

/** Other words for a command, as the annotation has them. */
export const ALIASES: Readonly<Record<string, CommandName>> = { paused: 'pause' };

/** Every command: what it does and what it takes. */
export const COMMANDS = {
  validate: {
    description: 'check manifests and print every error; calls no AWS',
    operand: MANIFESTS_OPERAND,
    flags: VALIDATE_FLAGS,
  },
  explain: {
    description:
      'say what a reason means and what to do about it, or which document, overrides and variables made an object; calls no AWS',
    operand: {
      name: 'REASON|KIND/NAME',
      description:
        'a reason, such as ImageNotFound, or an object of the manifests, such as DaemonService/xray',
    },
    flags: EXPLAIN_FLAGS,
  },
  plan: {
    description: 'show what apply would do; changes nothing',
    operand: MANIFESTS_OPERAND,
    flags: PLAN_FLAGS,
  },
  apply: {
    description: 'apply the manifests to AWS and wait until every object is Ready',
    operand: MANIFESTS_OPERAND,
    flags: APPLY_FLAGS,
  },
  run: {
    description: 'run the controller: reconcile in a loop and serve the HTTP API until SIGTERM',
    operand: MANIFESTS_OPERAND,
    flags: RUN_FLAGS,
  },
  status: {
    description: 'show sync and health of every object',
    operand: { name: 'NAME', description: 'one object: a name or Kind/name' },
    flags: STATUS_FLAGS,
  },
  approve: {
    description: 'approve a stage of a Rollout for one digest, until the controller ends',
    operand: {
      name: 'ROLLOUT STAGE DIGEST',
      description: "the Rollout's name, its stage, and the digest that plan and status --fleet show",
      words: 3,
    },
    flags: APPROVE_FLAGS,
  },
  pause: {
    description: 'print the lines to commit to pause a Rollout; changes nothing itself',
    operand: MODE_OPERAND,
    flags: {},
  },
  skip: {
    description:
      'print the lines to commit to skip every stage, window, soak and approval of a Rollout; changes nothing itself',
    operand: MODE_OPERAND,
    flags: {},
  },
  path: {
    description: 'show hop by hop whether consumers reach a daemon service',
    operand: { name: 'NAME', description: 'a daemon service, as name or DaemonService/name' },
    flags: PATH_FLAGS,
  },
  logs: {
    description: 'print what a daemon service has logged in CloudWatch Logs',
    operand: { name: 'NAME', description: 'a daemon service, as name or DaemonService/name' },
    flags: LOGS_FLAGS,
  },
  notify: {
    description: 'send one test message to the receivers of a notification file, and say whether it arrived',
    operand: { name: 'test', description: 'what to send' },
    flags: NOTIFY_FLAGS,
  },
  sandbox: {
    description: 'serve an AWS for this tool, the AWS CLI or any SDK',
    operand: undefined,
    flags: SANDBOX_FLAGS,
  },
  export: {
    description: 'write manifests of the services that run in the account, so that apply adopts them',
    operand: {
      name: 'NAME',
      description: 'ECS services, as name or cluster/name (default: all)',
      several: true,
    },
    flags: EXPORT_FLAGS,
  },
  policy: {
    description: 'print the IAM policy that the manifests need; calls no AWS',
    operand: MANIFESTS_OPERAND,
    flags: POLICY_FLAGS,
  },
  schema: {
    description: 'print the JSON Schema of the manifests, for editors',
    operand: undefined,
    flags: {},
  },
} as const;

export type CommandName = keyof typeof COMMANDS;

/** STATIONKEEPER_DETAILED_EXITCODE for `detailed-exitcode`. */
export function variableOf(name: string): string {
  return `STATIONKEEPER_${name.replaceAll('-', '_').toUpperCase()}`;
}
