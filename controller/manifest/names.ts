import type { DaemonServiceManifestSpec } from './schema/daemon-service.ts';

/** What the AWS resources of a daemon service are called: derived from `metadata.name`, or set in the spec. */
export interface AwsNames {
  readonly serviceName: string;
  readonly family: string;
  readonly logGroup: string;
  readonly executionRole: string;
  readonly taskRole: string;
  readonly securityGroup: string;
  readonly discoveryService: string;
}

type NamingFields = Pick<
  DaemonServiceManifestSpec,
  'serviceName' | 'family' | 'logs' | 'executionRole' | 'taskRole' | 'securityGroup' | 'serviceDiscovery'
>;

export function awsNames(name: string, spec: NamingFields): AwsNames {
  return {
    serviceName: spec.serviceName ?? name,
    family: spec.family ?? name,
    logGroup: spec.logs?.group ?? `/stationkeeper/${name}`,
    executionRole: spec.executionRole?.name ?? `${name}-execution`,
    taskRole: spec.taskRole?.name ?? `${name}-task`,
    securityGroup: spec.securityGroup?.name ?? name,
    discoveryService: spec.serviceDiscovery?.name ?? name,
  };
}
