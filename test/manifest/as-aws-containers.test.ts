import { describe, expect, it } from 'vitest';
import { daemonText } from '../support/manifests/errors.ts';
import { judged, said } from '../support/manifests/verdicts.ts';
import type { Verdict } from '../support/manifests/verdicts.ts';

const named = (name: string, fields: string) => `{ name: ${name}, image: "example.org/daemon:1", ${fields} }`;
const daemon = (fields: string, spec: Readonly<Record<string, string>> = {}) =>
  daemonText({ containers: `[${named('main', fields)}]`, ...spec });
const image = (reference: string) => daemonText({ containers: `[{ name: main, image: "${reference}" }]` });
const secret = (valueFrom: string) => daemon(`secrets: { KEY: "${valueFrom}" }`);
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:prod/db-AbCdEf';
const logging = (options: string, driver = 'awslogs') =>
  daemon(`logConfiguration: { logDriver: ${driver}, options: { ${options} } }`, {
    executionRole:
      '{ statements: [{ actions: ["logs:Create*", "logs:PutLogEvents"], resources: ["arn:aws:logs:*:*:log-group:*"] }] }',
  });
const AWSLOGS = 'awslogs-group: /elsewhere, awslogs-region: us-east-1, awslogs-stream-prefix: xray';
const DIGEST = `sha256:${'a'.repeat(64)}`;

const REFUSED: readonly Verdict[] = [
  {
    what: 'an image of more than 255 characters',
    text: image(`example.org/${'x'.repeat(250)}`),
    at: '"example',
    path: 'spec.containers[0].image',
    says: /must be an image/,
  },
  {
    what: 'a container with more memory than its task',
    text: daemon('memory: 600, memoryReservation: 100'),
    at: '600',
    path: 'spec.containers[0].memory',
    says: /container main has 600 MiB and the task 512; lower it or raise spec\.memory/,
  },
  {
    what: 'more memory reserved than the task has',
    text: daemonText({
      containers: `[${named('a', 'memory: 400, memoryReservation: 300')}, ${named('b', 'memory: 213')}]`,
    }),
    at: '[{ name: a',
    path: 'spec.containers',
    says: /reserved adds up to 513 MiB, the task has 512/,
  },
  {
    what: 'more memory reserved than a container may use',
    text: daemon('memory: 100, memoryReservation: 101'),
    at: '101',
    path: 'spec.containers[0].memoryReservation',
    says: /must not be more than memory, which is 100 MiB/,
  },
  {
    what: 'an unlimited soft limit below a hard one',
    text: daemon('ulimits: [{ name: core, softLimit: -1, hardLimit: 1024 }]'),
    at: '-1',
    path: 'spec.containers[0].ulimits[0].softLimit',
    says: /must not be more than its hard limit, 1024/,
  },
  {
    what: 'a variable without a name',
    text: daemon('environment: { "": x }'),
    at: 'x }',
    path: 'spec.containers[0].environment[""]',
    says: /has no name/,
  },
  {
    what: 'a version of a parameter, which ECS does not know',
    text: secret('/prod/db:3'),
    at: '"/prod',
    path: 'spec.containers[0].secrets.KEY',
    says: /must say where the secret is/,
  },
  {
    what: 'the name of a secret with a JSON key, without its ARN',
    text: secret('prod/db:password::'),
    at: '"prod',
    path: 'spec.containers[0].secrets.KEY',
    says: /must say where the secret is/,
  },
  {
    what: 'splunk without a token',
    text: logging('splunk-url: "https://splunk.example.com:8088"', 'splunk'),
    at: '{ splunk-url',
    path: 'spec.containers[0].logConfiguration.options',
    says: /splunk needs splunk-token; add it/,
  },
  {
    what: 'splunk with a mode of logging that there is not',
    text: logging('splunk-url: "https://a.example", splunk-token: "${a}", mode: async', 'splunk'),
    at: 'async',
    path: 'spec.containers[0].logConfiguration.options.mode',
    says: /blocking or non-blocking/,
  },
  {
    what: 'a stream prefix that leaves no room for the rest of the stream’s name',
    text: daemon('cpu: 1', { logs: `{ streamPrefix: ${'p'.repeat(475)} }` }),
    at: 'ppp',
    path: 'spec.logs.streamPrefix',
    says: /log streams of container main would have 513 characters and CloudWatch Logs allows 512/,
  },
  {
    what: 'ARM on a platform from before it',
    text: daemon('cpu: 1', { runtimePlatform: '{ cpuArchitecture: ARM64 }', platformVersion: '1.3.0' }),
    at: '1.3.0',
    path: 'spec.platformVersion',
    says: /cpuArchitecture ARM64 needs platform version 1\.4\.0/,
  },
  {
    what: 'SYS_PTRACE on a platform from before it',
    text: daemon('linuxParameters: { capabilities: { add: [SYS_PTRACE] } }', { platformVersion: '1.3.0' }),
    at: '1.3.0',
    path: 'spec.platformVersion',
    says: /SYS_PTRACE in container main needs platform version 1\.4\.0/,
  },
  {
    what: 'a JSON key of a secret on a platform from before it',
    text: daemon(`secrets: { KEY: "${SECRET_ARN}:password::" }`, { platformVersion: '1.3.0' }),
    at: '1.3.0',
    path: 'spec.platformVersion',
    says: /JSON key or version of secret KEY in container main needs platform version 1\.4\.0/,
  },
];

describe('what AWS always refuses of a container', () => {
  it.each(REFUSED)('$what is an error', (row) => {
    expect(judged(row.text).errors).toEqual([said(row)]);
  });
});

const TAKEN: readonly (readonly [what: string, text: string])[] = [
  ['a digest after a name of 255 characters', image(`example.org/${'x'.repeat(243)}@${DIGEST}`)],
  ['a registry with a port', image('registry.example.org:5000/team/agent:1.2-rc_3')],
  ['a name of many parts', image('public.ecr.aws/team__a/b.c-d/e--f:latest')],
  ['as much memory reserved as a container may use', daemon('memory: 100, memoryReservation: 100')],
  [
    'more hard limits of memory together than the task has',
    daemonText({
      containers: `[${named('a', 'memory: 512, memoryReservation: 200')}, ${named('b', 'memory: 512, memoryReservation: 200')}]`,
    }),
  ],
  [
    "no limit to core dumps, as AWS's own log router asks for",
    daemon('ulimits: [{ name: core, softLimit: -1, hardLimit: -1 }]'),
  ],
  ['a soft limit below none', daemon('ulimits: [{ name: memlock, softLimit: 64, hardLimit: -1 }]')],
  [
    'a secret that RDS keeps',
    secret('arn:aws:secretsmanager:us-east-1:385605022855:secret:rds!db-1234-AbCdEf:password::'),
  ],
  ['a parameter with a name of 2048 characters', secret(`/${'x'.repeat(2047)}`)],
  ['splunk with what it needs', logging('splunk-url: "https://a.example", splunk-token: "t"', 'splunk')],
  ['a stream prefix with a space', daemon('cpu: 1', { logs: '{ streamPrefix: "my daemon" }' })],
  ['a stream prefix of 474 characters', daemon('cpu: 1', { logs: `{ streamPrefix: ${'p'.repeat(474)} }` })],
  ['a buffer where logging blocks nobody', logging(`${AWSLOGS}, mode: non-blocking, max-buffer-size: 25m`)],
  [
    'a buffer where the mode is left to ECS',
    logging(`${AWSLOGS}, max-buffer-size: "1048576", awslogs-multiline-pattern: "^INFO"`),
  ],
  ['timeouts at their bounds', daemon('startTimeout: 2, stopTimeout: 120')],
  [
    'a definition for Managed Instances too',
    daemon('cpu: 1', { requiresCompatibilities: '[FARGATE, MANAGED_INSTANCES]' }),
  ],
];

describe('what AWS takes of a container', () => {
  it.each(TAKEN)('%s is valid, without a word', (_what, text) => {
    expect(judged(text)).toMatchObject({ errors: [], warnings: [] });
  });
});

const WARNED: readonly Verdict[] = [
  {
    what: 'a tag that no registry has',
    text: image('example.org/agent:a:b'),
    at: '"example',
    path: 'spec.containers[0].image',
    says: /a tag is at most 128 letters, digits, underscores, dots and hyphens/,
  },
  {
    what: 'an empty part of a name',
    text: image('example.org/team//agent:1'),
    at: '"example',
    path: 'spec.containers[0].image',
    says: /each part of a repository's name/,
  },
  {
    what: 'a variable with a space in its name',
    text: daemon('environment: { "MY VAR": x }'),
    at: 'x }',
    path: 'spec.containers[0].environment["MY VAR"]',
    says: /ECS takes the name "MY VAR", and no shell does/,
  },
  {
    what: 'a variable with an equals sign in its name',
    text: daemon('environment: { "A=B": x }'),
    at: 'x }',
    path: 'spec.containers[0].environment["A=B"]',
    says: /what comes after "=" becomes part of the value/,
  },
  {
    what: 'a JSON key without the two colons that end it',
    text: secret(`${SECRET_ARN}:password`),
    at: '"arn',
    path: 'spec.containers[0].secrets.KEY',
    says: /the task does not start: .*end it with :<JSON key>:<version stage>:<version id>/,
  },
  {
    what: 'more open files than Fargate has',
    text: daemon('ulimits: [{ name: nofile, softLimit: 1024, hardLimit: 1048577 }]'),
    at: '1048577',
    path: 'spec.containers[0].ulimits[0].hardLimit',
    says: /at most 1048576/,
  },
  {
    what: 'a start timeout that Fargate does not know',
    text: daemon('startTimeout: 121'),
    at: '121',
    path: 'spec.containers[0].startTimeout',
    says: /from 2 to 120 seconds/,
  },
  {
    what: 'a stop timeout that Fargate does not know',
    text: daemon('stopTimeout: 1'),
    at: '1 }',
    path: 'spec.containers[0].stopTimeout',
    says: /from 2 to 120 seconds/,
  },
  {
    what: 'a relative working directory',
    text: daemon('workingDirectory: srv/x'),
    at: 'srv/x',
    path: 'spec.containers[0].workingDirectory',
    says: /does not start: a working directory begins with \//,
  },
  {
    what: 'a relative working directory of two lines, in a line',
    text: daemon('workingDirectory: "srv\\nx"'),
    at: '"srv',
    path: 'spec.containers[0].workingDirectory',
    says: /^[^\n]*begins with \/; write \/ before it$/,
  },
  {
    what: 'ECS Exec into a container that cannot be written to',
    text: daemon('readonlyRootFilesystem: true', {
      enableExecuteCommand: 'true',
      taskRole: '{ statements: [{ actions: ["ssmmessages:*"], resources: ["*"] }] }',
    }),
    at: 'true }',
    path: 'spec.containers[0].readonlyRootFilesystem',
    says: /ECS Exec .* writes to the root file system/,
  },
  {
    what: 'two ways of telling where an event begins',
    text: logging(`${AWSLOGS}, awslogs-datetime-format: "%Y", awslogs-multiline-pattern: "^A"`),
    at: '"^A"',
    path: 'spec.containers[0].logConfiguration.options.awslogs-multiline-pattern',
    says: /awslogs takes one of the two/,
  },
  {
    what: 'a buffer where logging blocks',
    text: logging(`${AWSLOGS}, mode: blocking, max-buffer-size: 25m`),
    at: '25m',
    path: 'spec.containers[0].logConfiguration.options.max-buffer-size',
    says: /is for mode non-blocking/,
  },
  {
    what: 'a buffer of no size',
    text: logging(`${AWSLOGS}, max-buffer-size: large`),
    at: 'large',
    path: 'spec.containers[0].logConfiguration.options.max-buffer-size',
    says: /must be a size such as 25m/,
  },
  {
    what: 'a log group by a name that CloudWatch Logs has not',
    text: logging(AWSLOGS.replace('/elsewhere', '"/else where"')),
    at: '"/else',
    path: 'spec.containers[0].logConfiguration.options.awslogs-group',
    says: /the task does not start: the name must be at most 512/,
  },
  {
    what: 'a log stream by a name that CloudWatch Logs has not',
    text: logging(AWSLOGS.replace('xray', '"a:b"')),
    at: '"a:b"',
    path: 'spec.containers[0].logConfiguration.options.awslogs-stream-prefix',
    says: /the task does not start: .*without colons and asterisks/,
  },
  {
    what: 'logs in a Region that there is not',
    text: logging(AWSLOGS.replace('us-east-1', 'us-esat-1')),
    at: 'us-esat-1',
    path: 'spec.containers[0].logConfiguration.options.awslogs-region',
    says: /knows no Region us-esat-1/,
  },
  {
    what: '32 vCPU, which not every Region has',
    text: daemon('cpu: 1', { cpu: '32768', memory: '61440' }),
    at: '32768',
    path: 'spec.cpu',
    says: /not every Region has tasks of 32 vCPU/,
  },
];

describe('what AWS takes of a container and will yet not work', () => {
  it.each(WARNED)('$what is valid, with a warning', (row) => {
    expect(judged(row.text)).toEqual({ errors: [], warnings: [said(row)], manifests: 1 });
  });
});
