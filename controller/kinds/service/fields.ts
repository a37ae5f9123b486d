import { Type } from 'typebox';
import type { TString } from 'typebox';
import type { Field, Table } from '../../core/fields/field.ts';
import { always, called, omissible, set, unwritten, value } from '../../core/fields/shapes.ts';
import { CAPACITY_FIELDS } from './capacity-fields.ts';
import { DEPLOYMENT } from './deployment-fields.ts';
import { monitoring } from './monitoring-fields.ts';
import { TRAFFIC_FIELDS } from './traffic-fields.ts';
import { volumeConfigurations } from './volume-configuration-fields.ts';

/** What CreateService and UpdateService take: the service's own fields, those of its deployments, those of its network. */

/** What manifests say of a service itself. */
const WRITTEN = {
  ...CAPACITY_FIELDS,
  desiredCount: always(
    value(
      Type.Integer({
        minimum: 0,
        maximum: 5000,
        description: 'Tasks to keep running. Default: 1. DAEMON has none: it has a task on each host.',
      }),
    ),
    1,
  ),
  enableExecuteCommand: {
    ...always(
      value(
        Type.Boolean({
          description: 'Let people run commands in the containers (ECS Exec). Default: false.',
        }),
      ),
      false,
    ),
    written: (aws: boolean | undefined) => (aws === true ? true : undefined),
  },
  enableECSManagedTags: value(
    Type.Boolean({
      description: 'Let ECS tag new tasks with the names of their cluster and service.',
    }),
  ),
  /** A service is made with SERVICE; what it then has is compared only where it is written. */
  propagateTags: {
    ...omissible(
      Type.Enum(['SERVICE', 'TASK_DEFINITION', 'NONE'], {
        description: 'Whose tags new tasks get. Default: SERVICE, and not compared.',
      }),
      'NONE',
    ),
    written: (aws: 'SERVICE' | 'TASK_DEFINITION' | 'NONE' | undefined) => aws,
  },
  ...TRAFFIC_FIELDS,
  volumeConfigurations,
  monitoring,
  /** Always wanted, by maximumPercent (rebalancingOf). */
  availabilityZoneRebalancing: value(
    Type.Enum(['ENABLED', 'DISABLED'], {
      description:
        'Whether ECS evens tasks out over zones. Default: ENABLED, and DISABLED on EXTERNAL and where maximumPercent is 100.',
    }),
  ),
} as const;

/** A place in service discovery, as it is wanted and compared. */
export interface RegistryState {
  readonly arn: string;
  readonly port: number | null;
  readonly containerName: string | null;
  readonly containerPort: number | null;
}

interface ServiceRegistry {
  registryArn?: string | undefined;
  port?: number | undefined;
  containerName?: string | undefined;
  containerPort?: number | undefined;
}

/** ECS takes one registry a service (reference: ECS and Cloud Map). */
const registry: Field<TString, RegistryState | null | undefined, ServiceRegistry[], RegistryState | null> = {
  schema: Type.String(),
  compared: 'members',
  wanted: () => undefined,
  toAws: (spec) => {
    if (spec === undefined || spec === null) return spec === null ? [] : undefined;
    const { arn, port, containerName, containerPort } = spec;
    return [
      {
        registryArn: arn,
        ...(port === null ? {} : { port }),
        ...(containerName === null ? {} : { containerName }),
        ...(containerPort === null ? {} : { containerPort }),
      },
    ];
  },
  observed: ([first] = []) =>
    first === undefined
      ? null
      : {
          arn: first.registryArn ?? '',
          port: first.port ?? null,
          containerName: first.containerName ?? null,
          containerPort: first.containerPort ?? null,
        },
  written: () => undefined,
  holds: {
    fields: {},
    elsewhere: {
      registryArn: 'serviceDiscovery.namespace and name say it',
      port: 'write serviceDiscovery.port',
      containerName: 'write serviceDiscovery.containerName',
      containerPort: 'write serviceDiscovery.containerPort',
    },
    notOffered: {},
  },
};

export const SERVICE = {
  fields: {
    taskDefinition: unwritten(value(Type.String())),
    ...WRITTEN,
    registry: unwritten(called('serviceRegistries', registry)),
  },
  elsewhere: {
    service: 'write serviceName',
    serviceName: 'write serviceName',
    cluster: 'write cluster',
    taskDefinition:
      'a DaemonService has its own: write family, containers and the other fields of a task definition',
    serviceRegistries: 'write serviceDiscovery: { namespace: … }',
    deploymentConfiguration: 'write deployment: { minimumHealthyPercent, maximumPercent, circuitBreaker, … }',
    placementConstraints:
      'write servicePlacementConstraints: placementConstraints are those of the task definition',
    networkConfiguration:
      'write securityGroup or securityGroupIds; subnets and assignPublicIp belong to the Environment',
    tags: 'write metadata.labels: they become the tags',
    clientToken: 'stationkeeper makes its own',
    forceNewDeployment: 'stationkeeper forces one where it is needed',
  },
  notOffered: {
    role: 'ECS has a linked role for load balancers',
    deploymentController: 'ECS deploys: the type is ECS',
    vpcLatticeConfigurations: 'it carries HTTP and TLS alone: write serviceDiscovery or loadBalancers',
    gatewayConnectors: 'they are for web services: write serviceDiscovery or loadBalancers',
  },
} satisfies Table;

const ids = {
  ...set(Type.String(), { description: 'Ids.' }),
  observed: (aws: readonly string[] | undefined) => aws ?? null,
};

/** The Environment decides, and the bundle's security group. */
export const NETWORK = {
  fields: {
    subnets: unwritten(ids),
    securityGroups: unwritten(ids),
    assignPublicIp: unwritten({
      ...value(Type.Boolean()),
      toAws: (spec: boolean | undefined) => {
        if (spec === undefined) return undefined;
        return spec ? 'ENABLED' : 'DISABLED';
      },
      observed: (aws: 'ENABLED' | 'DISABLED' | undefined) => aws === 'ENABLED',
      written: () => undefined,
    } satisfies Field<ReturnType<typeof Type.Boolean>, boolean | undefined, 'ENABLED' | 'DISABLED', boolean>),
  },
  elsewhere: {
    subnets: 'it belongs to the Environment: spec.subnets',
    securityGroups: 'write securityGroup or securityGroupIds',
    assignPublicIp: 'it belongs to the Environment: spec.assignPublicIp',
  },
  notOffered: {},
} satisfies Table;

/** All that a service is compared by. */
export const SERVICE_FIELDS = { ...SERVICE.fields, ...DEPLOYMENT.fields, ...NETWORK.fields };

/** What of it manifests decide. */
export const WRITTEN_FIELDS = { ...WRITTEN, ...DEPLOYMENT.fields };
