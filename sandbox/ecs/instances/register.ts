import type {
  DeregisterContainerInstanceCommandInput,
  DeregisterContainerInstanceCommandOutput,
  RegisterContainerInstanceCommandInput,
  RegisterContainerInstanceCommandOutput,
  Resource,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { knowInstance } from '../../ec2/instances.ts';
import { effectiveSetting } from '../account/settings.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { invalidParameter } from '../errors.ts';
import { taskContext } from '../services/scheduler.ts';
import { readTags } from '../tags.ts';
import { EXTERNAL_CAPABILITY, checkAttribute, setAttribute } from './attributes.ts';
import { readIdentity } from './identity.ts';
import { addHost, changeHost, connectAgent, removeHost } from './lifecycle.ts';
import type { HostResources } from './state.ts';
import { registeredHosts, requireHost, tasksOn } from './store.ts';
import { instanceType, sizeOf } from './types.ts';
import { showHost } from './view.ts';

/** SSH, Docker, and the agent's own (amazon-ecs-agent, reserved ports). */
export const AGENT_PORTS: readonly number[] = [22, 2375, 2376, 51_678, 51_679, 51_680];
/** The interfaces of a type that the table does not have: those of most small ones. */
const INTERFACES = 3;

/**
 * What an agent calls: a new instance, or again the one of that ARN. Of EC2 the identity document tells what the instance is (its signature
 * is not checked), another one has the attribute `ecs.capability.external`. Throws ClusterNotFoundException, InvalidParameterException.
 */
export function registerContainerInstance(
  input: RegisterContainerInstanceCommandInput,
  context: CallContext,
): Answer<RegisterContainerInstanceCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const tasks = taskContext(context);
  const attributes = new Map<string, string | undefined>();
  for (const attribute of input.attributes ?? []) {
    checkAttribute(attribute);
    attributes.set(attribute.name ?? '', attribute.value);
  }
  if (input.containerInstanceArn !== undefined && input.containerInstanceArn !== '') {
    const host = requireHost(context, cluster, input.containerInstanceArn);
    for (const [name, value] of attributes) setAttribute(host, name, value);
    connectAgent(tasks, cluster, host, true);
    changeHost(tasks, cluster, host, {
      resources: input.totalResources === undefined ? host.resources : readResources(input, undefined),
      versionInfo: input.versionInfo ?? host.versionInfo,
    });
    return { containerInstance: showHost(cluster, host, ['TAGS']) };
  }
  const isExternal = attributes.has(EXTERNAL_CAPABILITY);
  const identity = readIdentity(context, input.instanceIdentityDocument, { isExternal, attributes });
  const type = identity.instanceType === undefined ? undefined : instanceType(identity.instanceType);
  // An agent that has lost its data registers anew; the instance that it was is not heard of any more.
  for (const other of registeredHosts(cluster)) {
    if (other.ec2InstanceId === identity.ec2InstanceId) connectAgent(tasks, cluster, other, false);
  }
  const trunkedTasks = isTrunking(context) ? type?.trunkedTasks : undefined;
  if (!isExternal) {
    const { ec2InstanceId: instanceId, instanceType: typeName, attributes: _attributes, ...place } = identity;
    knowInstance(context, { instanceId, instanceType: typeName, ...place });
  }
  const host = addHost(tasks, cluster, {
    ec2InstanceId: identity.ec2InstanceId,
    isExternal,
    availabilityZone: identity.availabilityZone,
    subnetId: identity.subnetId,
    privateIpv4Address: identity.privateIpv4Address,
    interfaces: trunkedTasks ?? (type?.interfaces ?? INTERFACES) - 1,
    hasTrunk: trunkedTasks !== undefined,
    resources: readResources(input, identity.instanceType),
    versionInfo: input.versionInfo ?? {},
    agentAttributes: new Map(),
    attributes: [...identity.attributes, ...attributes],
    tags: readTags(input.tags),
  });
  return { containerInstance: showHost(cluster, host, ['TAGS']) };
}

/** Whether new instances get a trunk, by the account's setting (developer guide, elastic network interface trunking). */
export function isTrunking(context: CallContext): boolean {
  return effectiveSetting(context, 'awsvpcTrunking').value === 'enabled';
}

/** What the agent counts; of what it does not tell, what the type has. Throws InvalidParameterException. */
function readResources(
  { totalResources = [], platformDevices = [] }: RegisterContainerInstanceCommandInput,
  typeName: string | undefined,
): HostResources {
  const type = typeName === undefined ? undefined : instanceType(typeName);
  const size = type === undefined ? undefined : sizeOf(type);
  const named = (name: string) => totalResources.find((resource) => resource.name === name);
  return {
    cpu: amountOf('CPU', named('CPU'), size?.cpu),
    memoryMiB: amountOf('MEMORY', named('MEMORY'), size?.memoryMiB),
    gpus:
      named('GPU')?.stringSetValue ??
      platformDevices.filter((device) => device.type === 'GPU').map(({ id = '' }) => id),
    tcpPorts: portsOf(named('PORTS')) ?? AGENT_PORTS,
    udpPorts: portsOf(named('PORTS_UDP')) ?? [],
  };
}

function amountOf(name: string, resource: Resource | undefined, otherwise: number | undefined): number {
  const amount = resource?.integerValue ?? otherwise;
  if (amount !== undefined && amount > 0) return amount;
  throw invalidParameter(`totalResources must tell the ${name} of the container instance.`);
}

function portsOf(resource: Resource | undefined): readonly number[] | undefined {
  const ports = resource?.stringSetValue?.map(Number);
  if (ports?.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535) === true) {
    throw invalidParameter('totalResources has ports that are none.');
  }
  return ports;
}

/** Refused of an instance with tasks, unless it is forced: then they have stopped, as far as ECS knows. */
export function deregisterContainerInstance(
  input: DeregisterContainerInstanceCommandInput,
  context: CallContext,
): Answer<DeregisterContainerInstanceCommandOutput> {
  const cluster = requireActiveCluster(context, input.cluster);
  const host = requireHost(context, cluster, input.containerInstance);
  if (input.force !== true && tasksOn(cluster, host).length > 0) {
    throw invalidParameter('Found running tasks on the instance.');
  }
  removeHost(taskContext(context), cluster, host, {
    code: 'UserInitiated',
    reason: 'Container instance deregistration forced by user',
  });
  return { containerInstance: showHost(cluster, host) };
}
