import type { NetworkInterfaceType } from '@aws-sdk/client-ec2';

/** What tells whose an interface is: each is made by a service of AWS, and is that service's to delete. */
interface InterfaceKindFacts {
  readonly interfaceType: NetworkInterfaceType;
  /** Who asked for it; of most, an account of AWS. Undefined where that is the account's own. */
  readonly requesterId: string | undefined;
  /** Who holds what it is attached to. Undefined where that is the account. */
  readonly instanceOwnerId: string | undefined;
  readonly attachmentPrefix: 'eni-attach' | 'ela-attach';
}

export const INTERFACE_KINDS = {
  /** Fargate's. */
  task: {
    interfaceType: 'interface',
    requesterId: '578734482556',
    instanceOwnerId: '209853563923',
    attachmentPrefix: 'eni-attach',
  },
  /** The first one of an instance. */
  instance: {
    interfaceType: 'interface',
    requesterId: undefined,
    instanceOwnerId: undefined,
    attachmentPrefix: 'eni-attach',
  },
  applicationLoadBalancer: {
    interfaceType: 'interface',
    requesterId: 'amazon-elb',
    instanceOwnerId: 'amazon-elb',
    attachmentPrefix: 'ela-attach',
  },
  networkLoadBalancer: {
    interfaceType: 'network_load_balancer',
    requesterId: 'amazon-elb',
    instanceOwnerId: 'amazon-elb',
    attachmentPrefix: 'ela-attach',
  },
  natGateway: {
    // EC2 writes it so, and its model does not (filters of DescribeNetworkInterfaces, EC2 API reference).
    interfaceType: 'nat_gateway' as NetworkInterfaceType,
    requesterId: 'amazon-aws',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'ela-attach',
  },
  vpcEndpoint: {
    interfaceType: 'vpc_endpoint',
    requesterId: 'amazon-aws',
    instanceOwnerId: 'amazon-aws',
    attachmentPrefix: 'ela-attach',
  },
} as const satisfies Readonly<Record<string, InterfaceKindFacts>>;

export type InterfaceKind = keyof typeof INTERFACE_KINDS;
