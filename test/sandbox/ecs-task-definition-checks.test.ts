import { describe, expect, test } from 'vitest';
import { TASK_ROLE, ecsSandbox, taskDefinitionInput } from '../support/sandbox/ecs.ts';
import {
  AWSLOGS,
  awslogs,
  beside,
  container,
  refusals,
} from '../support/sandbox/task-definition-refusals.ts';

describe('execution roles', () => {
  const needs = 'Fargate requires task definition to have execution role ARN to support';
  refusals([
    [
      'awslogs without one',
      { executionRoleArn: undefined, ...awslogs(AWSLOGS) },
      `${needs} log driver awslogs.`,
    ],
    [
      'an ECR image without one',
      {
        executionRoleArn: undefined,
        ...container({ image: '385605022855.dkr.ecr.us-east-1.amazonaws.com/xray:3' }),
      },
      `${needs} ECR images.`,
    ],
    [
      'a secret without one',
      { executionRoleArn: undefined, ...container({ secrets: [{ name: 'KEY', valueFrom: 'key' }] }) },
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'registry credentials without one',
      {
        executionRoleArn: undefined,
        ...container({ repositoryCredentials: { credentialsParameter: 'arn' } }),
      },
      "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'.",
    ],
    ['one that does not exist', { executionRoleArn: `${TASK_ROLE}-other` }, 'Role is not valid'],
    [
      'awslogs with an empty one',
      { executionRoleArn: '', ...awslogs(AWSLOGS) },
      `${needs} log driver awslogs.`,
    ],
    ['a task role that does not exist', { taskRoleArn: `${TASK_ROLE}-other` }, 'Role is not valid'],
    [
      'a service-linked role',
      {
        taskRoleArn: 'arn:aws:iam::385605022855:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
      },
      'Role is not valid',
    ],
    ['an ARN of something else', { taskRoleArn: 'arn:aws:iam::385605022855:user/xray' }, 'Role is not valid'],
  ]);

  test.each([
    ['another account', 'arn:aws:iam::123456789012:role/theirs'],
    ['another partition', 'arn:aws-cn:iam::385605022855:role/xray-task'],
  ])('one of %s cannot be passed', async (_what, executionRoleArn) => {
    const aws = await ecsSandbox();
    expect(await aws.refusal('RegisterTaskDefinition', taskDefinitionInput({ executionRoleArn }))).toBe(
      'AccessDeniedException: Cross-account pass role is not allowed.',
    );
  });

  test('a new role is not valid within about a second of its creation', async () => {
    const aws = await ecsSandbox();
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const { Role } = await aws.call('iam', 'CreateRole', {
      RoleName: 'new',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    const input = taskDefinitionInput({ executionRoleArn: Role!.Arn });
    expect(await aws.refusal('RegisterTaskDefinition', input)).toBe('ClientException: Role is not valid');
    aws.advance(2000);
    expect(await aws.refusal('RegisterTaskDefinition', input)).toBe('accepted');
  });

  test('a role may be given by its name, and is shown by its ARN', async () => {
    const aws = await ecsSandbox();
    await aws.register({ taskRoleArn: 'xray-task' });
    const { taskDefinition } = await aws.ecs('DescribeTaskDefinition', { taskDefinition: 'xray' });
    expect(taskDefinition?.taskRoleArn).toBe(TASK_ROLE);
  });
});

describe('containers', () => {
  const invalid = "Invalid setting for container 'xray'.";
  const check = (healthCheck: object) =>
    container({ healthCheck: { command: ['CMD', '/healthcheck'], ...healthCheck } });
  refusals([
    ['none', { containerDefinitions: [] }, 'Container list cannot be empty.'],
    [
      'eleven',
      beside(...Array.from({ length: 10 }, (_, index) => ({ name: `c${index}` }))),
      'Too many containers.',
    ],
    ['two of one name', beside({ name: 'xray' }), 'Container names must be unique within a task definition.'],
    [
      'none that is essential',
      container({ essential: false }),
      "Task definition doesn't have any essential container.",
    ],
    ['no name', container({ name: undefined }), 'Container.name should not be null or empty.'],
    ['a bad name', container({ name: 'x ray' }), 'Container.name contains invalid characters.'],
    ['no image', container({ image: undefined }), 'Container.image should not be null or empty.'],
    [
      'a port of 0',
      container({ portMappings: [{ containerPort: 0 }] }),
      "Invalid 'containerPort' setting for container 'xray'.",
    ],
    [
      'another protocol',
      container({ portMappings: [{ containerPort: 1, protocol: 'sctp' as 'tcp' }] }),
      `${invalid} 'protocol' must be tcp or udp.`,
    ],
    [
      'a port and a range',
      container({ portMappings: [{ containerPort: 1, containerPortRange: '1-2' }] }),
      "Invalid port mapping for container 'xray', cannot specify both single port and port range.",
    ],
    [
      'a range backwards',
      container({ portMappings: [{ containerPortRange: '9-2' }] }),
      "Invalid 'containerPortRange' setting for container 'xray'.",
    ],
    ['an unknown volume', container({ mountPoints: [{ sourceVolume: 'data' }] }), "Unknown volume 'data'."],
    [
      'more memory than the task has',
      container({ memory: 1024 }),
      "The 'memory' setting for container 'xray' is greater than for the task.",
    ],
    [
      'less memory than is reserved',
      container({ memory: 256, memoryReservation: 257 }),
      `${invalid} 'memory' must be greater than or equal to 'memoryReservation'.`,
    ],
    [
      'a start timeout in the past',
      container({ startTimeout: -1 }),
      `${invalid} 'startTimeout' must not be negative.`,
    ],
    ['4 MiB', container({ memory: 4 }), `${invalid} 'memory' must be at least 6.`],
    [
      'together more CPU than the task has',
      container({ cpu: 257 }),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      'together more memory than the task has',
      beside({ name: 'a', memory: 300 }, { name: 'b', memory: 300 }),
      "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'.",
    ],
    [
      'eleven environment files',
      container({
        environmentFiles: Array.from({ length: 11 }, () => ({
          type: 's3' as const,
          value: 'arn:aws:s3:::a/b',
        })),
      }),
      'The maximum number of environment files was exceeded. Specify ten or less and try again.',
    ],
    [
      'no log group',
      awslogs({ 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'x' }),
      'Log driver awslogs requires options: awslogs-group',
    ],
    [
      'neither log group nor region',
      awslogs({}),
      'Log driver awslogs requires options: awslogs-group, awslogs-region',
    ],
    [
      'an empty log group',
      awslogs({ ...AWSLOGS, 'awslogs-group': '' }),
      "Log driver awslogs option 'awslogs-group' should not be null or empty.",
    ],
    [
      'options that awslogs does not have',
      awslogs({ ...AWSLOGS, log_key: 'log', 'awslogs-endpoint': 'x' }),
      'Log driver awslogs disallows options: log_key, awslogs-endpoint',
    ],
    [
      'a log group that is not to be created',
      awslogs({ ...AWSLOGS, 'awslogs-create-group': 'false' }),
      "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.",
    ],
    [
      'a mode that awslogs does not have',
      awslogs({ ...AWSLOGS, mode: 'nonblocking' }),
      "Log driver awslogs option 'mode' should be one of [blocking, non-blocking].",
    ],
    [
      'no stream prefix',
      awslogs({ 'awslogs-group': 'a', 'awslogs-region': 'us-east-1' }),
      'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
    ],
    [
      'awsfirelens without a router',
      container({ logConfiguration: { logDriver: 'awsfirelens' } }),
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
    ],
    [
      'a health check of nothing',
      check({ command: [] }),
      `${invalid} The health check command should not be empty.`,
    ],
    [
      'a health check of CMD alone',
      check({ command: ['CMD'] }),
      `${invalid} The health check command should not be empty.`,
    ],
    [
      'a health check every 4 s',
      check({ interval: 4 }),
      "Health check interval must be greater than or equal to the minimum allowed value 5 for container 'xray'",
    ],
    [
      'a health check that may take 61 s',
      check({ timeout: 61 }),
      "Health check timeout must be less than or equal to the maximum allowed value 60 for container 'xray'",
    ],
    [
      'eleven retries',
      check({ retries: 11 }),
      "Health check retries must be less than or equal to the maximum allowed value 10 for container 'xray'",
    ],
    [
      'a start period of 301 s',
      check({ startPeriod: 301 }),
      "Health check startPeriod must be less than or equal to the maximum allowed value 300 for container 'xray'",
    ],
  ]);
});

test.each([
  ['without CMD', ['/healthcheck']],
  ['in pieces after CMD-SHELL', ['CMD-SHELL', 'curl', 'localhost']],
])('a health check %s is taken, as ECS takes it', async (_what, command) => {
  const aws = await ecsSandbox();
  const input = taskDefinitionInput(container({ healthCheck: { command: [...command] } }));
  expect(await aws.refusal('RegisterTaskDefinition', input)).toBe('accepted');
});

describe('dependencies between containers', () => {
  const on = (containerName: string, condition: 'START' | 'COMPLETE' | 'HEALTHY' = 'START') => ({
    dependsOn: [{ containerName, condition }],
  });
  refusals([
    [
      'on one that does not exist',
      container(on('other')),
      "Cannot depend on container + 'other' because it does not exist",
    ],
    ['on itself', container(on('xray')), 'Container xray cannot depend on itself.'],
    [
      'on the health of one without a check',
      beside({ name: 'other', ...on('xray', 'HEALTHY') }),
      'A dependency container with HEALTHY condition must have health check configured.',
    ],
    [
      'on the end of an essential one',
      beside({ name: 'other', ...on('xray', 'COMPLETE') }),
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
    ],
    [
      'in a cycle',
      beside({ name: 'a', ...on('b') }, { name: 'b', ...on('c') }, { name: 'c', ...on('a') }),
      'Container dependencies form a cycle.',
    ],
  ]);

  test('in a chain are taken', async () => {
    const aws = await ecsSandbox();
    expect(await aws.register(beside({ name: 'a', ...on('xray') }, { name: 'b', ...on('a') }))).toMatch(
      /:2$/,
    );
  });
});

describe('families, sizes and tags', () => {
  refusals([
    ['no family', { family: '' }, 'Family should not be null or empty.'],
    ['a bad family', { family: 'x ray' }, 'Family contains invalid characters.'],
    ['a family of 256 characters', { family: 'x'.repeat(256) }, 'Family contains invalid characters.'],
    [
      'another compatibility',
      { requiresCompatibilities: ['LAMBDA' as 'EC2'] },
      'Compatibility should be one of [EC2,FARGATE,EXTERNAL,MANAGED_INSTANCES]',
    ],
  ]);

  test('a definition over 64 KiB is refused', async () => {
    const aws = await ecsSandbox();
    const environment = [{ name: 'LARGE', value: 'x'.repeat(65_536) }];
    expect(
      await aws.refusal('RegisterTaskDefinition', taskDefinitionInput(container({ environment }))),
    ).toMatch(/^ClientException: Actual length: '\d+'\. Max allowed length is '65536' bytes\.$/);
  });

  test.each([
    ['51 tags', Array.from({ length: 51 }, (_, index) => ({ key: `tag-${index}`, value: '' }))],
    ['a reserved key', [{ key: 'aws:owner', value: 'x' }]],
  ])('%s are refused', async (_, tags) => {
    const aws = await ecsSandbox();
    expect(await aws.refusal('RegisterTaskDefinition', taskDefinitionInput({ tags }))).toMatch(
      /^InvalidParameterException: /,
    );
  });
});
