import type { NetworkMode } from '../../kinds/task-definition/fields.ts';
import { sharesHostAddress } from '../registration.ts';
import { HOST_READS, unfitWith } from './pairs.ts';
import type { Circumstance, Unfit } from './pairs.ts';

/** What the network of a task allows, and what its inter-process communication does. */

function networkOf(...modes: readonly NetworkMode[]): Circumstance {
  return {
    reads: ['networkMode', ...HOST_READS],
    saidIn: ({ networkMode, host }) => {
      if (!modes.includes(networkMode)) return undefined;
      const other =
        networkMode === 'awsvpc'
          ? `write networkMode: bridge${host === 'FARGATE' ? ', on EC2' : ''}`
          : 'write networkMode: awsvpc';
      return { as: `networkMode ${networkMode}`, orElse: other };
    },
  };
}

/** The host, bridge and none: tasks without a network interface of their own. */
const WITHOUT_INTERFACE = networkOf('bridge', 'host', 'none');

/** ECS's answers: cdk-preflight, pf-ecs-awsvpc-*, pf-ecs-fargate-dns-servers and -disable-networking, measured in September 2026. */
export const UNFIT_FOR_AWSVPC: readonly Unfit[] = [
  'disableNetworking',
  'dnsSearchDomains',
  'dnsServers',
  'extraHosts',
  'hostname',
].map((name) => ({ at: `containers[].${name}` }));

/** ECS developer guide, Classic Load Balancers: tasks with an interface of their own are no targets of one. */
export const UNFIT_FOR_SERVICES_WITH_AWSVPC: readonly Unfit[] = [
  { at: 'loadBalancers[].loadBalancerName', instead: 'write targetGroupArn' },
];

/** A task without a network has no port; Service Connect is for awsvpc and bridge (reference: ECS and Cloud Map, Service Connect). */
export const UNFIT_FOR_SERVICES_WITHOUT_PORTS: readonly Unfit[] = [{ at: 'loadBalancers' }];
export const UNFIT_BUT_FOR_PROXIES: readonly Unfit[] = [
  { at: 'serviceConnectConfiguration.enabled', called: 'serviceConnectConfiguration' },
];

/** ECS API reference, ContainerDefinition: "only supported if the network mode of a task definition is bridge". */
export const UNFIT_BUT_FOR_BRIDGE: readonly Unfit[] = [{ at: 'containers[].links' }];

/** ECS API reference, PortMapping and SystemControl. */
export const UNFIT_FOR_HOST: readonly Unfit[] = [
  { at: 'containers[].portMappings[].containerPortRange', instead: 'write one containerPort each' },
  {
    at: 'containers[].systemControls[].namespace',
    called: 'the system control',
    when: (namespace) => String(namespace).startsWith('net.'),
  },
];

/** ECS API reference, ContainerDefinition; ECS developer guide, service discovery. */
export const UNFIT_FOR_NONE: readonly Unfit[] = [
  { at: 'containers[].portMappings' },
  { at: 'serviceDiscovery' },
];

const OPENED_BY_HOSTS = 'remove it and open the port in the security group of the hosts';

/**
 * ECS API reference, ProxyConfiguration; CreateService: "Network Configuration is not valid for the given networkMode of this task definition."
 * (cdk-preflight, pf-ecs-service-network-config-mode and pf-ecs-proxy-configuration-awsvpc-required).
 */
export const UNFIT_WITHOUT_INTERFACE: readonly Unfit[] = [
  { at: 'securityGroup', instead: OPENED_BY_HOSTS },
  { at: 'securityGroupIds', when: () => true, instead: OPENED_BY_HOSTS },
  { at: 'proxyConfiguration' },
];

/** ECS developer guide, fault injection. */
export const UNFIT_FOR_BRIDGE_AND_NONE: readonly Unfit[] = [{ at: 'enableFaultInjection' }];

/** ECS developer guide, service discovery: tasks in the network of their host have SRV records, of a container and its port. */
export const UNFIT_IN_HOST_NETWORKS: readonly Unfit[] = [
  { at: 'serviceDiscovery.port', instead: 'write containerName and containerPort' },
];
export const UNFIT_FOR_ECS_IN_HOST_NETWORKS: readonly Unfit[] = [
  {
    at: 'serviceDiscovery.dnsRecords[].type',
    called: 'records of type',
    when: (type) => type !== 'SRV',
    instead: 'write registration: controller, or SRV with containerName and containerPort',
  },
];

/** What ECS is told to register there, where the controller could. */
const BY_ECS_IN_HOST_NETWORK: Circumstance = {
  reads: ['networkMode', 'serviceDiscovery', ...HOST_READS],
  saidIn: ({ networkMode, serviceDiscovery }) =>
    sharesHostAddress({ networkMode }) && serviceDiscovery?.registration === 'ecs'
      ? { as: `networkMode ${networkMode} and registration ecs`, orElse: 'write networkMode: awsvpc' }
      : undefined,
};

/** Kernel parameters of inter-process communication (ECS API reference, SystemControl). */
export const OF_IPC =
  /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+)$/;

const SHARES_IPC: Circumstance = {
  reads: ['ipcMode'],
  saidIn: ({ ipcMode }) =>
    ipcMode === 'host' ? { as: 'ipcMode host', orElse: 'write ipcMode: task' } : undefined,
};

/** ECS API reference, RegisterTaskDefinition, ipcMode. */
export const UNFIT_FOR_SHARED_IPC: readonly Unfit[] = [
  {
    at: 'containers[].systemControls[].namespace',
    called: 'the system control',
    when: (namespace) => OF_IPC.test(String(namespace)),
  },
];

export const networkModeChecks = [
  unfitWith(networkOf('awsvpc'), UNFIT_FOR_SERVICES_WITH_AWSVPC),
  unfitWith(networkOf('none'), UNFIT_FOR_SERVICES_WITHOUT_PORTS),
  unfitWith(networkOf('host', 'none'), UNFIT_BUT_FOR_PROXIES),
  unfitWith(networkOf('awsvpc'), UNFIT_FOR_AWSVPC),
  unfitWith(networkOf('awsvpc', 'host', 'none'), UNFIT_BUT_FOR_BRIDGE),
  unfitWith(networkOf('host'), UNFIT_FOR_HOST),
  unfitWith(networkOf('none'), UNFIT_FOR_NONE),
  unfitWith(WITHOUT_INTERFACE, UNFIT_WITHOUT_INTERFACE),
  unfitWith(networkOf('bridge', 'none'), UNFIT_FOR_BRIDGE_AND_NONE),
  unfitWith(networkOf('bridge', 'host'), UNFIT_IN_HOST_NETWORKS),
  unfitWith(BY_ECS_IN_HOST_NETWORK, UNFIT_FOR_ECS_IN_HOST_NETWORKS),
  unfitWith(SHARES_IPC, UNFIT_FOR_SHARED_IPC),
];
