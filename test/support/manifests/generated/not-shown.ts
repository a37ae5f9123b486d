const NO_CLASSIC = 'there are no Classic Load Balancers';
const NO_PEERING = 'nobody peers a VPC with that of the world';

/** What of the schema no generated manifest shows, and why. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  'DaemonService.spec.loadBalancers[].loadBalancerName given': NO_CLASSIC,
  'DaemonService.spec.loadBalancers[].targetGroupArn left out': NO_CLASSIC,
  'Environment.metadata.annotations.stationkeeper.dev/ignore-drift given':
    'nothing of an Environment is compared, so that it has no such path',
  'Environment.spec.roleArn given': 'it is a way into an account, and no part of what is in it',
  'Environment.spec.roleName given': 'it stands for a roleArn',
  'Environment.spec.externalId given': 'it goes with roleArn',
  'DaemonService.spec.serviceDiscovery.namespaceId given':
    'AWS makes it up, of a namespace that no manifest of the fleet declares',
  'DaemonService.spec.securityGroup.ingress[].securityGroup.vpcPeeringConnectionId given': NO_PEERING,
  'DaemonService.spec.securityGroup.egress[].securityGroup.vpcPeeringConnectionId given': NO_PEERING,
  'DaemonService.spec.containers[].resourceRequirements[].type = "NeuronDevice"':
    'only Managed Instances have them, and no service runs there yet',
  'DaemonService.spec.proxyConfiguration.properties left out': 'ECS takes no proxy without its ports',
  'DaemonService.spec.containers[].environment.* is of type object':
    'there is no file beside a generated manifest',
  'DaemonService.spec.containers[].environment.*.fromFile given':
    'there is no file beside a generated manifest',
};
