import type { Attribute } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';

const CAPABILITY = 'ecs.capability';
const AWS_CAPABILITY = `com.amazonaws.${CAPABILITY}`;
/** API reference, Attribute. */
const NAME = /^[A-Za-z0-9_/\\.-]{1,128}$/;
const VALUE = /^(?! )[A-Za-z0-9_.@/\\: -]{1,128}(?<! )$/;

/** What an agent on the Linux of Amazon's images can do (amazon-ecs-agent, capabilities). */
const OF_EVERY_AGENT: readonly string[] = [
  ...['awsfirelens', 'awslogs', 'fluentd', 'json-file', 'none', 'syslog'].map(
    (driver) => `${AWS_CAPABILITY}.logging-driver.${driver}`,
  ),
  ...Array.from({ length: 28 }, (_, index) => `${AWS_CAPABILITY}.docker-remote-api.1.${17 + index}`),
  `${AWS_CAPABILITY}.ecr-auth`,
  `${AWS_CAPABILITY}.privileged-container`,
  `${AWS_CAPABILITY}.task-iam-role`,
  `${AWS_CAPABILITY}.task-iam-role-network-host`,
  ...[
    'container-health-check',
    'container-ordering',
    'docker-plugin.local',
    'ecr-endpoint',
    'env-files.s3',
    'execution-role-awslogs',
    'execution-role-ecr-pull',
    'firelens.fluentbit',
    'firelens.fluentd',
    'firelens.options.config.file',
    'firelens.options.config.s3',
    'full-sync',
    'pid-ipc-namespace-sharing',
    'private-registry-authentication.secretsmanager',
    'secrets.asm.bootstrap.log-driver',
    'secrets.asm.environment-variables',
    'secrets.ssm.bootstrap.log-driver',
    'secrets.ssm.environment-variables',
    'task-cpu-mem-limit',
  ].map((name) => `${CAPABILITY}.${name}`),
];

/** What only instances of EC2 can. */
const OF_EC2: readonly string[] = [
  'aws-appmesh',
  'efs',
  'efsAuth',
  'service-connect-v1',
  'storage.ebs-task-volume-attach',
  'task-eni',
].map((name) => `${CAPABILITY}.${name}`);

/** What tells an instance that is not EC2's. */
export const EXTERNAL_CAPABILITY = `${CAPABILITY}.external`;

/** The attributes with which an agent registers its instance. */
export function agentAttributes(instance: {
  readonly isExternal: boolean;
  readonly isArm: boolean;
  readonly hasGpus: boolean;
}): Map<string, string | undefined> {
  const names = [
    ...OF_EVERY_AGENT,
    ...(instance.isExternal ? [EXTERNAL_CAPABILITY] : OF_EC2),
    ...(instance.hasGpus ? [`${CAPABILITY}.nvidia-driver-version.550.90.07`] : []),
  ];
  return new Map([
    ...names.map((name) => [name, undefined] as const),
    ['ecs.os-type', 'linux'],
    ['ecs.os-family', 'LINUX'],
    ['ecs.cpu-architecture', instance.isArm ? 'arm64' : 'x86_64'],
  ]);
}

/** Throws InvalidParameterException for a name or value that AWS refuses; the texts are the sandbox's. */
export function checkAttribute({ name = '', value }: Partial<Attribute>): void {
  if (!NAME.test(name)) {
    throw invalidParameter(
      `The attribute name '${name}' is invalid. It must have 1 to 128 letters, digits, hyphens, underscores, slashes and periods.`,
    );
  }
  if (value !== undefined && !VALUE.test(value)) {
    throw invalidParameter(`The value of the attribute '${name}' is invalid.`);
  }
}

/** Those that the instance has, sorted by name. */
export function showAttributes(attributes: ReadonlyMap<string, string | undefined>): Attribute[] {
  return [...attributes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, ...(value === undefined ? {} : { value }) }));
}
