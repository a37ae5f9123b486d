import type { Attribute } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { HostAttributes, HostRecord } from './state.ts';

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

interface Agent {
  readonly isExternal: boolean;
  readonly isArm: boolean;
  readonly hasGpus: boolean;
}

const SHARED = new Map<string, HostAttributes>();

/** The attributes with which an agent registers its instance: thousands of instances have the same, so that they share them. */
export function agentAttributes(agent: Agent): HostAttributes {
  const key = [agent.isExternal, agent.isArm, agent.hasGpus].join();
  const shared = SHARED.get(key) ?? attributesOfAgent(agent);
  SHARED.set(key, shared);
  return shared;
}

function attributesOfAgent(instance: Agent): HostAttributes {
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

type Attributed = Pick<HostRecord, 'agentAttributes' | 'attributes'>;

export function hasAttribute({ agentAttributes, attributes }: Attributed, name: string): boolean {
  return attributes.has(name) || agentAttributes.has(name);
}

/** Undefined also where it has no value. */
export function attributeOf({ agentAttributes, attributes }: Attributed, name: string): string | undefined {
  return attributes.has(name) ? attributes.get(name) : agentAttributes.get(name);
}

export function setAttribute(host: Attributed, name: string, value: string | undefined): void {
  removeAttribute(host, name);
  host.attributes.set(name, value);
}

export function removeAttribute(host: Attributed, name: string): void {
  host.attributes.delete(name);
  if (!host.agentAttributes.has(name)) return;
  host.agentAttributes = new Map([...host.agentAttributes].filter(([each]) => each !== name));
}

/** Sorted. */
export function attributeNames({ agentAttributes, attributes }: Attributed): readonly string[] {
  return [...agentAttributes.keys(), ...attributes.keys()].toSorted();
}

/** Those that the instance has, sorted by name. */
export function showAttributes(host: Attributed): Attribute[] {
  return attributeNames(host).map((name) => {
    const value = attributeOf(host, name);
    return value === undefined ? { name } : { name, value };
  });
}
