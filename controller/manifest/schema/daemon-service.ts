import { Type } from 'typebox';
import type { Static } from 'typebox';
import { knowledgeOf, objectOf, schemasOf } from '../../core/fields/table.ts';
import { ECS_NAMING } from '../../core/name-rules.ts';
import { text } from '../../core/schema.ts';
import { DISCOVERY_SERVICE_NAMING } from '../../kinds/discovery-service/facts.ts';
import { LOG_GROUP_NAMING } from '../../kinds/log-group/facts.ts';
import { NAMESPACE_NAMING } from '../../kinds/namespace/facts.ts';
import { SCALING } from '../../kinds/scalable-target/fields.ts';
import { DEPLOYMENT } from '../../kinds/service/deployment-fields.ts';
import { NETWORK, SERVICE } from '../../kinds/service/fields.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { RUNTIME_PLATFORM, TASK } from '../../kinds/task-definition/fields.ts';
import { consumers } from './consumers.ts';
import { executionRole, role } from './role.ts';
import { securityGroup } from './security-group.ts';
import { fleetMembers } from './fleet.ts';
import { DNS_LABEL, environmentName, nameText } from './text.ts';

/** Days that CloudWatch Logs accepts (PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logs = Type.Object(
  {
    group: Type.Optional(
      nameText(LOG_GROUP_NAMING, 'Name of the log group. Default: /stationkeeper/<metadata.name>.'),
    ),
    retentionInDays: Type.Optional(
      Type.Integer({
        description: `How long CloudWatch keeps events: ${RETENTION_DAYS.join(', ')}. Default: for ever.`,
      }),
    ),
    streamPrefix: Type.Optional(
      text(
        '^([^:*\\s]| ){1,512}$',
        'must be text of one line without colons and asterisks',
        'awslogs-stream-prefix. Default: metadata.name.',
      ),
    ),
    deletionPolicy: Type.Optional(
      Type.Enum(['retain', 'delete'], {
        description:
          'When the manifest is removed: retain releases the log group, delete deletes it. Default: retain.',
      }),
    ),
    logDriver: Type.Optional(
      Type.Enum(['awslogs', 'none'], {
        description:
          'awslogs: into this log group. none: there is no log group, and a container logs as its own logConfiguration says, or nowhere. Default: awslogs.',
      }),
    ),
  },
  { additionalProperties: false, description: 'The log group of the containers.' },
);

const serviceDiscovery = Type.Object(
  {
    namespace: text(
      NAMESPACE_NAMING.pattern,
      'must be the domain name of a Cloud Map namespace',
      'A Cloud Map namespace: the metadata.name of a Namespace of this Environment, or else its name in Cloud Map.',
      NAMESPACE_NAMING.most,
    ),
    namespaceId: Type.Optional(
      text(
        '^ns-[0-9a-z]{1,61}$',
        'must be the id of a Cloud Map namespace such as ns-abcdefgh23456722',
        'Id of the namespace, if several VPCs of the account have one of that name, or there are several types. The controller never changes it. Default: the private one of the VPC of the Environment, otherwise the public one, otherwise the HTTP one.',
      ),
    ),
    name: Type.Optional(
      nameText(DISCOVERY_SERVICE_NAMING, 'Name below the namespace. Default: metadata.name.'),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: 'Shown in Cloud Map.' })),
    dnsRecords: Type.Optional(
      Type.Array(
        Type.Object(
          {
            type: Type.Enum(['A', 'AAAA', 'SRV'], { description: 'DNS record type.' }),
            ttl: Type.Optional(
              Type.Integer({ minimum: 0, maximum: 2147483647, description: 'Seconds. Default: 60.' }),
            ),
          },
          { additionalProperties: false },
        ),
        {
          description:
            'A, AAAA and SRV in any combination, each once. [] is no name in DNS: clients ask DiscoverInstances. Default: A with a TTL of 60 seconds; [] in a Namespace of type http, which has no DNS.',
        },
      ),
    ),
    routingPolicy: Type.Optional(
      Type.Enum(['MULTIVALUE', 'WEIGHTED'], {
        description:
          "Route 53's answer. MULTIVALUE: up to eight healthy instances. WEIGHTED: one, by chance. Default: MULTIVALUE for a new discovery service; an adopted one keeps its own.",
      }),
    ),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'For SRV, with awsvpc: the port to publish.' }),
    ),
    containerName: Type.Optional(
      Type.String({ description: 'For SRV: the container to publish. Default: the one that maps a port.' }),
    ),
    containerPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: 'For SRV: its port. Default: the one that is mapped.',
      }),
    ),
    registration: Type.Optional(
      Type.Enum(['ecs', 'controller'], {
        description:
          'ecs: ECS registers each task. controller: the controller registers the address of each host on which the service runs, with networkMode bridge or host. Default: ecs; controller for A and AAAA records in these network modes, which ECS does not make.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'The name under which applications find the service.',
    knowledge: {
      service: 'Cloud Map',
      elsewhere: {
        healthCheckCustomConfig:
          'every discovery service has it, as ECS ends the tasks of one without; remove it',
        failureThreshold: 'Cloud Map no longer reads it; remove it',
      },
      notOffered: {
        healthCheckConfig:
          "Route 53's health checkers reach no private address, and ECS registers no other; write a healthCheck of the container, which ECS tells Cloud Map",
      },
      secrets: [],
    },
  },
);

const scaling = Type.Union(
  [
    Type.Literal('external', {
      description: 'Others change the desired count; desiredCount is only the first one.',
    }),
    objectOf(SCALING, {
      description: 'Application Auto Scaling changes the desired count within these bounds.',
    }),
  ],
  {
    description:
      'Who changes the desired count of the running service: external, or { min: 2, max: 10, targetTracking: […] }. Default: nobody; the controller keeps desiredCount.',
    errorMessage: 'must be external, or { min: 2, max: 10, targetTracking: […] }',
  },
);

const container = objectOf(CONTAINER);
export type ContainerManifest = Static<typeof container>;

export const daemonServiceSpec = Type.Object(
  {
    environment: Type.Optional(environmentName()),
    ...fleetMembers,
    rollout: Type.Optional(
      text(
        DNS_LABEL,
        'must be the name of a Rollout: lower-case letters, digits and hyphens',
        'The Rollout through whose stages changes of this definition go, Environment by Environment. Default: everywhere at once.',
      ),
    ),
    cluster: text(
      ECS_NAMING.pattern,
      'must be the name of an ECS cluster: at most 255 letters, digits, hyphens and underscores',
      'An ECS cluster: the metadata.name of a Cluster of this Environment, or else its name in ECS.',
      ECS_NAMING.most,
    ),
    serviceName: Type.Optional(nameText(ECS_NAMING, 'Name of the ECS service, instead of metadata.name.')),
    family: Type.Optional(nameText(ECS_NAMING, 'Task definition family, instead of metadata.name.')),
    ...schemasOf(SERVICE.fields),
    ...schemasOf(TASK.fields),
    runtimePlatform: Type.Optional(objectOf(RUNTIME_PLATFORM, { description: 'The platform of the task.' })),
    containers: Type.Array(container, {
      minItems: 1,
      maxItems: 10,
      description: 'The containers of the task; at least one is essential.',
    }),
    logs: Type.Optional(logs),
    taskRole: Type.Optional(role('The role of the containers. Without it they have none.')),
    executionRole: Type.Optional(
      executionRole(
        'The role that ECS starts tasks with. Default: pulls from ECR and writes to exactly its log groups.',
      ),
    ),
    securityGroup: Type.Optional(securityGroup),
    securityGroupIds: Type.Optional(
      Type.Array(
        text(
          '^sg-[0-9a-f]{8,17}$',
          'must be a security group id such as sg-0a1b2c3d',
          'A security group id.',
        ),
        {
          maxItems: 5,
          uniqueItems: true,
          description:
            "Existing security groups, at most five, which the controller never changes; [] is the VPC's default group. Instead of securityGroup.",
        },
      ),
    ),
    consumers: Type.Optional(consumers),
    serviceDiscovery: Type.Optional(serviceDiscovery),
    scaling: Type.Optional(scaling),
    deployment: Type.Optional(objectOf(DEPLOYMENT, { description: 'How ECS deploys a new revision.' })),
  },
  {
    additionalProperties: false,
    description: 'A daemon service: everything it needs in AWS, as one object.',
    knowledge: knowledgeOf(SERVICE, TASK, NETWORK),
  },
);
export type DaemonServiceManifestSpec = Static<typeof daemonServiceSpec>;
