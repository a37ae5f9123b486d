import { attachInterface, detachInterface } from '../interfaces.ts';
import type { VpcEndpoint } from '../network-state.ts';
import { newId } from '../state.ts';
import type { Ec2Context } from '../state.ts';
import { forgetTags, setTags } from '../tag-store.ts';

/** What a request says of an endpoint. */
export type NewVpcEndpoint = Pick<
  VpcEndpoint,
  | 'vpcId'
  | 'serviceName'
  | 'type'
  | 'policyDocument'
  | 'privateDnsEnabled'
  | 'routeTableIds'
  | 'securityGroupIds'
> & {
  readonly subnetIds: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
};

/** An endpoint; one with interfaces becomes available after `timing.ec2.endpointCreation`, one with routes at once. */
export function startEndpoint(context: Ec2Context, wanted: NewVpcEndpoint): VpcEndpoint {
  const { world, state } = context;
  const { subnetIds, tags, ...endpoint } = wanted;
  const vpcEndpointId = newId(world, 'vpce');
  const started: VpcEndpoint = {
    ...endpoint,
    vpcEndpointId,
    creationTimestamp: world.date(),
    interfaceIds: new Map(),
    state: endpoint.type === 'Gateway' ? 'available' : 'pending',
  };
  for (const subnetId of subnetIds) addInterface(context, started, subnetId);
  state.ec2.vpcEndpoints.set(vpcEndpointId, started);
  setTags(context, vpcEndpointId, tags);
  if (started.state === 'pending') {
    world.after(world.pick(world.timing.ec2.endpointCreation), () => {
      if (started.state === 'pending') started.state = 'available';
    });
  }
  return started;
}

/** Gives an endpoint an interface in a subnet. Throws what attachInterface throws. */
export function addInterface(context: Ec2Context, endpoint: VpcEndpoint, subnetId: string): void {
  const { networkInterfaceId } = attachInterface(context, {
    subnetId,
    securityGroupIds: endpoint.securityGroupIds,
    description: `VPC Endpoint Interface ${endpoint.vpcEndpointId}`,
    kind: 'vpcEndpoint',
  });
  endpoint.interfaceIds.set(subnetId, networkInterfaceId);
}

export function removeInterface(context: Ec2Context, endpoint: VpcEndpoint, subnetId: string): void {
  const networkInterfaceId = endpoint.interfaceIds.get(subnetId);
  if (networkInterfaceId === undefined) return;
  detachInterface(context, networkInterfaceId);
  endpoint.interfaceIds.delete(subnetId);
}

/** A gateway endpoint goes with its routes at once, one with interfaces after `timing.ec2.endpointDeletion`. */
export function endEndpoint(context: Ec2Context, endpoint: VpcEndpoint): void {
  const { world, state } = context;
  const forget = () => {
    for (const subnetId of endpoint.interfaceIds.keys()) removeInterface(context, endpoint, subnetId);
    state.ec2.vpcEndpoints.delete(endpoint.vpcEndpointId);
    forgetTags(context, endpoint.vpcEndpointId);
  };
  if (endpoint.type === 'Gateway') return forget();
  if (endpoint.state === 'deleting') return;
  endpoint.state = 'deleting';
  world.after(world.pick(world.timing.ec2.endpointDeletion), forget);
}
