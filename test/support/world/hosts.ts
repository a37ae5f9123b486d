import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { CoverageStatus } from '../../../controller/status/coverage.ts';
import { cluster, daemonService, yamlOf } from '../manifests/documents.ts';
import type { ManifestDocument } from '../manifests/documents.ts';
import { createReporter, objectIn } from '../reports/reporter.ts';
import { callsTo } from './account.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** A cluster `hosts` in a world, its hosts, and who else is on them. */

export type KnownCoverage = Exclude<CoverageStatus, { readonly unknown: string }>;

type Daemon = ManifestDocument<'DaemonService'>;

/** In the cluster, one task on every host. */
export function daemonOnHosts(spec: Partial<Daemon['spec']> & { readonly name: string }): Daemon {
  return daemonService({ cluster: 'hosts', schedulingStrategy: 'DAEMON', networkMode: 'bridge', ...spec });
}

/** An agent on the network of its hosts, on those of one stack. */
export function agent(image = 'example.org/agent:1'): Daemon {
  const portMappings = [{ containerPort: 8125, protocol: 'udp' as const }];
  return daemonOnHosts({
    name: 'agent',
    networkMode: 'host',
    servicePlacementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    containers: [{ name: 'agent', image, privileged: true, portMappings }],
  });
}

/** What is told of a daemon after another pass. */
export async function told(world: World, reporter = createReporter(), name = 'agent') {
  return objectIn(reporter.record(await world.pass()), name);
}

export function known(coverage: CoverageStatus | undefined): KnownCoverage {
  if (coverage === undefined || 'unknown' in coverage) throw new Error(`unknown: ${coverage?.unknown ?? ''}`);
  return coverage;
}

/** Hosts of the stack prod, of the type m5.large where nothing else is said. */
export function launch(
  { sandbox }: World,
  changes: Parameters<World['sandbox']['control']['launchInstances']>[0] = {},
): readonly ContainerInstance[] {
  const usual = { cluster: 'hosts', instanceType: 'm5.large', attributes: { stack: 'prod' } };
  return sandbox.control.launchInstances({ ...usual, ...changes });
}

/** A cluster with hosts of the stack prod. */
export async function withHosts(
  count: number,
): Promise<{ world: World; hosts: readonly ContainerInstance[] }> {
  const world = createWorld({ files: { 'cluster.yaml': yamlOf(cluster({ name: 'hosts' })) } });
  await world.settle();
  return { world, hosts: launch(world, { count }) };
}

/** Somebody's task on a host, which takes something of it. */
export async function occupy(
  { sandbox }: World,
  { ec2InstanceId, attributes = [] }: ContainerInstance,
  takes: {
    readonly cpu?: number;
    readonly memory?: number;
    readonly udpPort?: number;
    readonly gpus?: number;
    readonly interfaces?: number;
  },
): Promise<void> {
  const call = callsTo(sandbox);
  const { cpu = 0, memory = 16, udpPort, gpus = 0, interfaces = 0 } = takes;
  const container = {
    name: 'main',
    image: 'example.org/squatter:1',
    cpu,
    memory,
    portMappings:
      udpPort === undefined ? [] : [{ hostPort: udpPort, containerPort: udpPort, protocol: 'udp' }],
    resourceRequirements: gpus === 0 ? [] : [{ type: 'GPU', value: String(gpus) }],
  };
  await call('ecs', 'RegisterTaskDefinition', {
    family: 'squatter',
    networkMode: interfaces > 0 ? 'awsvpc' : 'bridge',
    requiresCompatibilities: ['EC2'],
    containerDefinitions: [container],
  });
  const subnet = attributes.find(({ name }) => name === 'ecs.subnet-id')?.value;
  await call('ecs', 'RunTask', {
    cluster: 'hosts',
    taskDefinition: 'squatter',
    group: 'squatters',
    launchType: 'EC2',
    count: Math.max(1, interfaces),
    placementConstraints: [{ type: 'memberOf', expression: `ec2InstanceId == ${ec2InstanceId}` }],
    ...(interfaces > 0 ? { networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } } } : {}),
  });
}
