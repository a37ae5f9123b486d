import { Type } from 'typebox';
import type { TString } from 'typebox';
import type { Field, Table } from '../../core/fields/field.ts';
import { always, called, constant, omissible, set, unwritten, value } from '../../core/fields/shapes.ts';
import { objectOf } from '../../core/fields/table.ts';
import { text } from '../../core/schema.ts';

/** What CreateService and UpdateService take: the service's own fields, those of its deployments, those of its network. */

const ON_FARGATE = 'Fargate does not allow it; remove it';
const ROLLING = 'every deployment is a rolling one; remove it';

const platformVersion = value(
  text(
    '^(LATEST|1\\.[0-9]\\.[0-9])$',
    'must be LATEST or a Fargate platform version such as 1.4.0',
    'Fargate platform version. Default: LATEST.',
  ),
);
/** ECS may show the latest as an empty text. */
const shownVersion = (aws: string | undefined) => (aws === '' ? 'LATEST' : aws);

/** What manifests say of a service itself. */
const WRITTEN = {
  launchType: {
    ...always(
      value(
        Type.Enum(['FARGATE', 'EC2', 'EXTERNAL'], {
          description:
            'Where tasks run: EC2 and EXTERNAL on hosts that are in the cluster. Default: FARGATE.',
        }),
      ),
      'FARGATE',
    ),
    observed: (aws: string | undefined) => aws ?? null,
    replaces: true,
  },
  platformVersion: {
    ...always(platformVersion, 'LATEST'),
    observed: (aws: string | undefined) => shownVersion(aws) ?? null,
    written: (aws: string | undefined) => (shownVersion(aws) === 'LATEST' ? undefined : aws),
  },
  desiredCount: always(
    value(Type.Integer({ minimum: 0, maximum: 5000, description: 'Tasks to keep running. Default: 1.' })),
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
    schedulingStrategy: {
      ...unwritten(constant(Type.Literal('REPLICA'), 'REPLICA', 'REPLICA')),
      replaces: true,
    },
  },
  elsewhere: {
    service: 'write serviceName',
    serviceName: 'write serviceName',
    cluster: 'write cluster',
    taskDefinition: 'a DaemonService has its own: write family, containers and what else it is made of',
    serviceRegistries: 'write serviceDiscovery: { namespace: … }',
    deploymentConfiguration: 'write deployment: { minimumHealthyPercent, maximumPercent, circuitBreaker }',
    networkConfiguration:
      'write securityGroup or securityGroupIds; subnets and assignPublicIp belong to the Environment',
    tags: 'write metadata.labels: they become the tags',
    clientToken: 'stationkeeper makes its own',
    forceNewDeployment: 'stationkeeper forces one where it is needed',
  },
  notOffered: {
    schedulingStrategy: 'a service has as many tasks as desiredCount says',
    capacityProviderStrategy: 'tasks run on FARGATE as launchType has it',
    loadBalancers: 'daemons are found by service discovery',
    role: 'it is for load balancers without awsvpc',
    placementConstraints: ON_FARGATE,
    placementStrategy: ON_FARGATE,
    healthCheckGracePeriodSeconds: 'it is for load balancers',
    deploymentController: 'ECS deploys: the type is ECS',
    propagateTags: 'tasks get the tags of their service',
    serviceConnectConfiguration: 'daemons are found by service discovery',
    volumeConfigurations: 'volumes that are configured at launch come with it',
    vpcLatticeConfigurations: 'daemons are found by service discovery',
    gatewayConnectors: 'daemons are found by service discovery',
    monitoring: 'metrics come as often as ECS sends them',
  },
} satisfies Table;

const BREAKER = {
  fields: {
    enable: omissible(Type.Boolean({ description: 'Stop a rollout that fails. Default: true.' }), false),
    rollback: omissible(
      Type.Boolean({ description: 'Then go back to the last one that worked. Default: as enable.' }),
      false,
    ),
  },
  elsewhere: {},
  notOffered: {
    resetOnHealthyTask: 'the breaker counts as ECS has it',
    thresholdConfiguration: 'the breaker opens as ECS has it',
  },
} satisfies Table;

interface Breaker {
  readonly enable: boolean;
  readonly rollback: boolean;
}

const breakerSchema = objectOf(BREAKER, { description: 'What happens to a rollout that fails.' });

/** Rolling back is as usual as the breaker: it is on where that is. */
const circuitBreaker: Field<typeof breakerSchema, Breaker, Breaker, Breaker> = {
  schema: breakerSchema,
  compared: 'members',
  holds: BREAKER,
  wanted: ({ enable = true, rollback = enable } = {}) => ({ enable, rollback }),
  toAws: (spec) => spec,
  observed: (aws) => ({ enable: aws?.enable ?? false, rollback: aws?.rollback ?? false }),
  written: (aws) => ({ enable: aws?.enable ?? false, rollback: aws?.rollback ?? false }),
};

export const DEPLOYMENT = {
  fields: {
    minimumHealthyPercent: always(
      value(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          description: 'Tasks that stay up during a rollout, in percent of desiredCount. Default: 100.',
        }),
      ),
      100,
    ),
    maximumPercent: always(
      value(
        Type.Integer({
          minimum: 100,
          maximum: 2147483647,
          description: 'Tasks that may run during a rollout, in percent of desiredCount. Default: 200.',
        }),
      ),
      200,
    ),
    circuitBreaker: called('deploymentCircuitBreaker', circuitBreaker),
  },
  elsewhere: { deploymentCircuitBreaker: 'write circuitBreaker' },
  notOffered: {
    alarms: 'deployments watch no alarms',
    strategy: ROLLING,
    bakeTimeInMinutes: ROLLING,
    lifecycleHooks: ROLLING,
    linearConfiguration: ROLLING,
    canaryConfiguration: ROLLING,
    earlySuccessCriteria: 'a deployment has succeeded when all its tasks are healthy',
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
