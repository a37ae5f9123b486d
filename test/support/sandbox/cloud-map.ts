import type { CreateServiceCommandInput, Operation } from '@aws-sdk/client-servicediscovery';
import { serviceSandbox } from './service.ts';
import type { ServiceSandbox } from './service.ts';

/** What the slowest operations of the sandbox's timing take. */
export const LONGEST_NAMESPACE_OPERATION_MS = 90_000;
export const LONGEST_OPERATION_MS = 6000;

export interface CloudMap {
  readonly cloudMap: ServiceSandbox<'servicediscovery'>;
  readonly vpcId: string;
  /** Of the namespace `svc.local`. */
  readonly namespaceId: string;
  /** Id of another namespace, when its operation has succeeded. */
  readonly newNamespace: (name: string, vpcId?: string) => Promise<string>;
  /** The same for one without a VPC. */
  readonly newNamespaceOf: (type: 'Http' | 'PublicDns', name: string) => Promise<string>;
  readonly operation: (id: string | undefined) => Promise<Operation>;
  /** Id of a service, `xray` with an A record and custom health where nothing else is said. */
  readonly create: (changes?: Partial<CreateServiceCommandInput>) => Promise<string>;
  /** The operation of a registration, when it has ended. */
  readonly register: (
    serviceId: string,
    instanceId: string,
    attributes?: Record<string, string>,
  ) => Promise<Operation>;
  /** What an operation started, when it has ended. */
  readonly ended: (started: Promise<{ readonly OperationId?: string | undefined }>) => Promise<Operation>;
}

export const A_RECORD = { DnsRecords: [{ Type: 'A' as const, TTL: 60 }] };

/** A Cloud Map with the namespace `svc.local` in the default VPC. */
export async function cloudMapSandbox(): Promise<CloudMap> {
  const cloudMap = serviceSandbox('servicediscovery');
  const vpcId = await defaultVpc(cloudMap);
  async function operation(OperationId: string | undefined): Promise<Operation> {
    return (await cloudMap.call('GetOperation', { OperationId })).Operation ?? {};
  }
  async function ended(started: Promise<{ readonly OperationId?: string | undefined }>): Promise<Operation> {
    const { OperationId } = await started;
    cloudMap.advance(LONGEST_NAMESPACE_OPERATION_MS);
    return operation(OperationId);
  }
  async function newNamespace(Name: string, Vpc = vpcId): Promise<string> {
    const { Targets } = await ended(cloudMap.call('CreatePrivateDnsNamespace', { Name, Vpc }));
    return Targets?.NAMESPACE ?? '';
  }
  async function newNamespaceOf(type: 'Http' | 'PublicDns', Name: string): Promise<string> {
    const { Targets } = await ended(cloudMap.call(`Create${type}Namespace`, { Name }));
    return Targets?.NAMESPACE ?? '';
  }
  const namespaceId = await newNamespace('svc.local');
  return {
    cloudMap,
    vpcId,
    namespaceId,
    newNamespace,
    newNamespaceOf,
    operation,
    ended,
    async create(changes = {}) {
      const { Service } = await cloudMap.call('CreateService', {
        Name: 'xray',
        NamespaceId: namespaceId,
        DnsConfig: A_RECORD,
        HealthCheckCustomConfig: {},
        ...changes,
      });
      return Service?.Id ?? '';
    },
    register(ServiceId, InstanceId, attributes = {}) {
      const Attributes = { AWS_INSTANCE_IPV4: '172.31.0.4', AWS_INSTANCE_PORT: '2000', ...attributes };
      return ended(cloudMap.call('RegisterInstance', { ServiceId, InstanceId, Attributes }));
    },
  };
}

export async function defaultVpc(cloudMap: ServiceSandbox<'servicediscovery'>): Promise<string> {
  const { Vpcs = [] } = await cloudMap.other('ec2').call('DescribeVpcs', {});
  return Vpcs[0]?.VpcId ?? '';
}
