import { describe, expect, it } from 'vitest';
import { daemonText } from '../support/manifests/errors.ts';
import { judged, said } from '../support/manifests/verdicts.ts';
import type { Verdict } from '../support/manifests/verdicts.ts';

const container = (fields: string) => `[{ name: main, image: "example.org/daemon:1", ${fields} }]`;
const logging = (options: string, driver = 'awslogs') =>
  container(`logConfiguration: { logDriver: ${driver}, options: { ${options} } }`);
const AWSLOGS = 'awslogs-group: /elsewhere, awslogs-region: us-east-1, awslogs-stream-prefix: xray';
const ALLOWED =
  '{ statements: [{ actions: ["logs:Create*", "logs:PutLogEvents"], resources: ["arn:aws:logs:*:*:log-group:/elsewhere:*"] }] }';
const environment = (spec: string) =>
  `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: default }\nspec: { ${spec} }\n`;
const roleOf = (account: string, role = 'yonder', partition = 'aws') =>
  `{ arn: "arn:${partition}:iam::${account}:role/${role}" }`;
const condition = (text: string) =>
  `{ statements: [{ actions: ["a:b"], resources: ["*"], conditions: ${text} }] }`;

const REFUSED: readonly Verdict[] = [
  {
    what: 'a name that would make a security group of the form of an id',
    text: daemonText({}, 'name: sg-agent'),
    at: 'sg-agent',
    path: 'metadata.name',
    says: /derived security group name sg-agent must not start with sg-.*set spec\.securityGroup\.name/,
  },
  {
    what: "a name that would make a second default group of the VPC's",
    text: daemonText({}, 'name: default'),
    at: 'default',
    path: 'metadata.name',
    says: /derived security group name default must not be default/,
  },
  {
    what: 'a role name that is too long, of either role',
    text: daemonText(
      { taskRole: '{}', executionRole: '{ omit: true }', logs: '{ logDriver: none }' },
      `name: ${'x'.repeat(60)}`,
    ),
    at: 'xxx',
    path: 'metadata.name',
    says: /65 characters and IAM allows 64; set spec\.taskRole\.name/,
  },
  {
    what: 'a log group that AWS keeps for itself',
    text: daemonText({ logs: '{ group: AWS/xray }' }),
    at: 'AWS/xray',
    path: 'spec.logs.group',
    says: /not start with aws\//,
  },
  {
    what: 'a name in Cloud Map of one underscore',
    text: daemonText({ serviceDiscovery: '{ namespace: a.example, name: _ }' }),
    at: '_ }',
    path: 'spec.serviceDiscovery.name',
    says: /must be DNS labels/,
  },
  {
    what: 'a label whose value ECS keeps for AWS',
    text: daemonText({}, 'name: xray, labels: { team: "AWS:platform" }'),
    at: '"AWS',
    path: 'metadata.labels.team',
    says: /must not start with aws:/,
  },
  {
    what: 'labels that IAM takes for one',
    text: daemonText({}, 'name: xray, labels: { team: a, Team: b }'),
    at: 'b }',
    path: 'metadata.labels.Team',
    says: /differs from label "team" in case alone/,
  },
  {
    what: "a label whose key is longer than EC2's",
    text: daemonText({}, `name: xray, labels: { ${'k'.repeat(128)}: a }`),
    at: 'a }',
    path: `metadata.labels.${'k'.repeat(128)}`,
    says: /1 to 127/,
  },
  {
    what: 'an awslogs option that there is not',
    text: daemonText({ containers: logging(`${AWSLOGS}, awslogs-strem-prefix: x`), executionRole: ALLOWED }),
    at: 'x }',
    path: 'spec.containers[0].logConfiguration.options.awslogs-strem-prefix',
    says: /awslogs has no option "awslogs-strem-prefix"; did you mean "awslogs-stream-prefix"\?/,
  },
  {
    what: 'awslogs without what it needs on Fargate',
    text: daemonText({
      containers: logging('awslogs-group: /a, awslogs-region: us-east-1'),
      executionRole: ALLOWED,
    }),
    at: '{ awslogs-group',
    path: 'spec.containers[0].logConfiguration.options',
    says: /awslogs needs awslogs-stream-prefix; add it/,
  },
  {
    what: 'awslogs-create-group: "false"',
    text: daemonText({
      containers: logging(`${AWSLOGS}, awslogs-create-group: "false"`),
      executionRole: ALLOWED,
    }),
    at: '"false"',
    path: 'spec.containers[0].logConfiguration.options.awslogs-create-group',
    says: /must be "true", or left out/,
  },
  {
    what: 'a mode of logging that there is not',
    text: daemonText({ containers: logging(`${AWSLOGS}, mode: nonblocking`), executionRole: ALLOWED }),
    at: 'nonblocking',
    path: 'spec.containers[0].logConfiguration.options.mode',
    says: /blocking or non-blocking/,
  },
  {
    what: 'awsfirelens without a log router',
    text: daemonText({ containers: logging('Name: cloudwatch', 'awsfirelens') }),
    at: 'awsfirelens',
    path: 'spec.containers[0].logConfiguration.logDriver',
    says: /needs a log router: a container of the task with a firelensConfiguration/,
  },
  {
    what: 'an empty health check',
    text: daemonText({ containers: container('healthCheck: { command: [] }') }),
    at: '[] }',
    path: 'spec.containers[0].healthCheck.command',
    says: /must be a command such as \["CMD", "\/healthcheck"\]/,
  },
  {
    what: 'a health check of CMD alone',
    text: daemonText({ containers: container('healthCheck: { command: [CMD] }') }),
    at: '[CMD]',
    path: 'spec.containers[0].healthCheck.command',
    says: /after CMD comes what to run/,
  },
  {
    what: 'a private image without an execution role to pull it',
    text: daemonText({
      containers: '[{ name: main, image: "385605022855.dkr.ecr.eusc-de-east-1.amazonaws.eu/agent:1" }]',
      executionRole: '{ omit: true }',
      logs: '{ logDriver: none }',
    }),
    at: 'true',
    path: 'spec.executionRole.omit',
    says: /ECS pulls the image of container main from ECR with the execution role/,
  },
  {
    what: 'a service-linked role for tasks',
    text: daemonText({
      taskRole: roleOf('123456789012', 'aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'),
    }),
    at: '"arn',
    path: 'spec.taskRole.arn',
    says: /service-linked role is for its own service/,
  },
  {
    what: "a role of another account than the Environment's",
    text: `${environment('account: "385605022855"')}---\n${daemonText({ taskRole: roleOf('123456789012') })}`,
    at: '"arn:aws:iam::123456789012',
    path: 'spec.taskRole.arn',
    says: /of account 123456789012, and Environment\/default is 385605022855/,
  },
  {
    what: 'a role of another account than the role that the Environment assumes',
    text: `${environment('roleArn: "arn:aws:iam::385605022855:role/x"')}---\n${daemonText({ executionRole: roleOf('123456789012') })}`,
    at: '"arn:aws:iam::123456789012',
    path: 'spec.executionRole.arn',
    says: /of account 123456789012/,
  },
  {
    what: 'a role of another partition',
    text: `${environment('region: eusc-de-east-1')}---\n${daemonText({ executionRole: roleOf('123456789012') })}`,
    at: '"arn:aws:iam::123456789012',
    path: 'spec.executionRole.arn',
    says: /of partition aws, and Environment\/default of aws-eusc/,
  },
  {
    what: "an Environment's role of another partition than its Region",
    text: environment('region: cn-north-1, roleArn: "arn:aws:iam::123456789012:role/x"'),
    at: '"arn:aws',
    path: 'spec.roleArn',
    says: /of partition aws, and Region cn-north-1 of aws-cn/,
  },
  {
    what: 'a condition operator that IAM has not',
    text: daemonText({ taskRole: condition('{ StringEqual: { "aws:SourceAccount": "1" } }') }),
    at: '{ "aws:SourceAccount"',
    path: 'spec.taskRole.statements[0].conditions.StringEqual',
    says: /did you mean "StringEquals"\?/,
  },
  {
    what: 'a condition key without its service',
    text: daemonText({ executionRole: condition('{ StringEquals: { SourceAccount: "1" } }') }),
    at: '"1"',
    path: 'spec.executionRole.statements[0].conditions.StringEquals.SourceAccount',
    says: /names its service/,
  },
  {
    what: 'an ARN as a resource without its service',
    text: daemonText({ taskRole: '{ statements: [{ actions: ["s3:Get*"], resources: ["arn:aws"] }] }' }),
    at: '"arn:aws"',
    path: 'spec.taskRole.statements[0].resources[0]',
    says: /must be an ARN/,
  },
  {
    what: 'more than ECS takes of a task definition',
    text: daemonText({ containers: container(`environment: { CONFIG: ${'x'.repeat(65_536)} }`) }),
    at: '[{ name',
    path: 'spec.containers',
    says: /bytes as JSON, and ECS allows 65536/,
  },
];

describe('what AWS always refuses', () => {
  it.each(REFUSED)('$what is an error', (row) => {
    expect(judged(row.text).errors).toEqual([said(row)]);
  });
});

const TAKEN: readonly (readonly [what: string, text: string])[] = [
  ['.25 vCPU', daemonText({ cpu: '.25 vCPU', memory: '.5 GB' })],
  ['1vCPU and 2GB', daemonText({ cpu: '1vCPU', memory: '2GB' })],
  ['0.5  vcpu with two spaces', daemonText({ cpu: '"0.5  vcpu"', memory: '"1 gb"' })],
  ['units as text', daemonText({ cpu: '"256"', memory: '"512"' })],
  ['the European Sovereign Cloud', environment('region: eusc-de-east-1')],
  ['the isolated partitions', environment('region: us-isof-south-1')],
  [
    'a role with a path of any characters',
    daemonText({ taskRole: roleOf('123456789012', 'a/b:c/(d)/yonder') }),
  ],
  [
    'awslogs elsewhere, as the execution role allows it',
    daemonText({ containers: logging(AWSLOGS), executionRole: ALLOWED }),
  ],
  [
    'a name like an id, with another for the group',
    daemonText({ securityGroup: '{ name: agent }' }, 'name: sg-agent'),
  ],
  [
    'a name like an id, and no group to be made',
    daemonText({ securityGroupIds: '[sg-00000001]' }, 'name: sg-agent'),
  ],
  [
    'a resource with a space in it',
    daemonText({
      taskRole: '{ statements: [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::bucket/a b/*"] }] }',
    }),
  ],
  [
    'condition operators in any case',
    daemonText({ taskRole: condition('{ "forAnyValue:stringlikeIfExists": { "aws:TagKeys": a } }') }),
  ],
  [
    'a condition key of an identity provider',
    daemonText({
      taskRole: condition('{ StringEquals: { "oidc.eks.us-east-1.amazonaws.com/id/A:sub": x } }'),
    }),
  ],
  [
    'labels that differ in case, where no role is made',
    'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: a, labels: { team: a, Team: b } }\nspec: {}\n',
  ],
];

describe('what AWS takes', () => {
  it.each(TAKEN)('%s is valid, without a word', (_what, text) => {
    expect(judged(text)).toMatchObject({ errors: [], warnings: [] });
  });
});

const WARNED: readonly Verdict[] = [
  {
    what: 'an image named by its URL',
    text: daemonText({ containers: '[{ name: main, image: "https://example.org/agent:1" }]' }),
    at: '"https',
    path: 'spec.containers[0].image',
    says: /no registry does: .*; write example\.org\/agent:1$/,
  },
  {
    what: 'an image in capitals',
    text: daemonText({ containers: '[{ name: main, image: "Example.org/Acme/Agent:V1" }]' }),
    at: '"Example',
    path: 'spec.containers[0].image',
    says: /lower case; write Example\.org\/acme\/agent:V1$/,
  },
  {
    what: 'a digest that is cut off',
    text: daemonText({ containers: '[{ name: main, image: "example.org/agent@sha256:abc" }]' }),
    at: '"example',
    path: 'spec.containers[0].image',
    says: /a digest is sha256: and 64 hexadecimal digits/,
  },
  {
    what: "a health check without CMD, as AWS's own templates have it",
    text: daemonText({ containers: container('healthCheck: { command: ["/healthcheck"] }') }),
    at: '"/healthcheck"',
    path: 'spec.containers[0].healthCheck.command[0]',
    says: /starts with neither CMD nor CMD-SHELL.*write \["CMD","\/healthcheck"\]/,
  },
  {
    what: 'a command line in pieces after CMD-SHELL',
    text: daemonText({ containers: container('healthCheck: { command: [CMD-SHELL, curl, localhost] }') }),
    at: '[CMD-SHELL',
    path: 'spec.containers[0].healthCheck.command',
    says: /the shell runs the first item after CMD-SHELL alone/,
  },
  {
    what: 'a Region that this SDK does not know',
    text: environment('region: us-esat-1'),
    at: 'us-esat-1',
    path: 'spec.region',
    says: /knows no Region us-esat-1/,
  },
  {
    what: 'ECS Exec with a role that does not allow it',
    text: daemonText({
      enableExecuteCommand: 'true',
      taskRole: '{ statements: [{ actions: ["ssmmessages:Create*"], resources: ["*"] }] }',
    }),
    at: 'true',
    path: 'spec.enableExecuteCommand',
    says: /does not work without ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel; add a statement/,
  },
  {
    what: 'a log group that the driver makes, where the execution role may not write',
    text: daemonText({ containers: logging(`${AWSLOGS}, awslogs-create-group: "true"`) }),
    at: '{ logDriver',
    path: 'spec.containers[0].logConfiguration',
    says: /allows no logs:CreateLogStream, logs:PutLogEvents, logs:CreateLogGroup on log group \/elsewhere/,
  },
  {
    what: 'a log group whose name is none, which no role may write into',
    text: daemonText({ containers: logging(AWSLOGS.replace('/elsewhere', '"/else where"')) }),
    at: '"/else',
    path: 'spec.containers[0].logConfiguration.options.awslogs-group',
    says: /the task does not start: the name must be at most 512/,
  },
  ...['true', 'True'].map((create) => ({
    what: `a log group that the execution role may not create (${create})`,
    text: daemonText({
      containers: logging(
        `awslogs-group: /stationkeeper/xray, awslogs-region: us-east-1, awslogs-stream-prefix: a, awslogs-create-group: "${create}"`,
      ),
    }),
    at: '{ logDriver',
    path: 'spec.containers[0].logConfiguration',
    says: /allows no logs:CreateLogGroup on/,
  })),
];

describe('what AWS takes and will yet not work', () => {
  it.each(WARNED)('$what is valid, with a warning', (row) => {
    expect(judged(row.text)).toEqual({ errors: [], warnings: [said(row)], manifests: 1 });
  });
});
