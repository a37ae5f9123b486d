/** Simulated milliseconds, drawn from the world's seeded random. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * How long AWS takes for what it does not do at once. Sources: the service's documentation, samples in it, and what
 * people saw (reference: hazards, deployments and failures, ECS ↔ Cloud Map); where nobody published a figure, a
 * plausible one. Every one can be set for a sandbox, and `speed` scales all of them.
 */
export const AWS_TIMING = {
  ecs: {
    /** From a change to the service scheduler's acting on it. */
    schedulerReaction: seconds(1, 3),
    /** A task's phases on its way up. */
    provisioning: seconds(5, 12),
    pending: seconds(4, 12),
    activating: seconds(2, 5),
    /** A RUNNING task without health check counts as healthy after this (API reference, DeploymentConfiguration). */
    healthyAfterRunning: seconds(40),
    /** A task's phases on its way down. */
    deactivating: seconds(1, 3),
    stopping: seconds(1, 5),
    deprovisioning: seconds(5, 15),
    /** First pause after launches that failed; doubled with each further round. */
    launchRetry: seconds(10),
    launchRetryMost: minutes(15),
    /** How long a task waits to become an instance of its registry (reference: ECS ↔ Cloud Map). */
    discoveryTimeout: seconds(180),
    /** Pause after a launch whose role could not be assumed, or for which there was no room. */
    launchBlocked: seconds(30),
    /** A stopped task can be described for at least this long. */
    stoppedTaskVisible: minutes(60),
    /** From DeregisterTaskDefinition until the revision is refused to new users. */
    inactiveRevisionRefused: minutes(10),
    /** From DeleteTaskDefinitions to the earliest disappearance of an unused revision. */
    taskDefinitionDeletion: seconds(2, 10),
    /** A capacity provider is changed or deleted, or attached to a cluster. */
    capacityProviderChange: seconds(5, 20),
    /** A new container instance is REGISTERING until its trunk is attached. */
    trunkAttachment: seconds(10, 30),
    /** From UpdateContainerAgent until the agent is the newest. */
    agentUpdate: seconds(30, 90),
  },
  servicediscovery: {
    /** From SUBMITTED to PENDING. */
    operationPending: seconds(0.3),
    /** Operations that make or remove a hosted zone. */
    namespaceOperation: seconds(3, 90),
    /** All other operations. */
    operation: seconds(1.5, 6),
    /** One interval: the failure threshold is always 1 (Cloud Map API reference, HealthCheckCustomConfig). */
    customHealthChange: seconds(30),
  },
  route53: {
    /** From a change until all name servers have it (Route 53 API reference, GetChange). */
    change: seconds(5, 60),
  },
  elasticloadbalancing: {
    /** A new load balancer is provisioning before it is active. */
    provisioning: seconds(60, 150),
    /** A target is registered before its first health check. */
    targetRegistration: seconds(5, 20),
    /** From a load balancer's end until its network interfaces are gone. */
    interfaceDetachment: seconds(10, 60),
  },
  iam: {
    /**
     * From creating a role until it can be passed to another service. In AWS it seldom shows, and within a second (reference:
     * hazards, new roles); Terraform, which registers about 25 ms after the role and does not try again, has to get through.
     */
    passRole: seconds(0.005, 0.02),
    /** From creating a role until another service can assume it. */
    propagation: seconds(4, 12),
    /** From DeleteServiceLinkedRole until the role is gone. */
    serviceLinkedRoleDeletion: seconds(2, 10),
  },
  ec2: {
    /** From creating a security group until every read shows it. */
    visibility: seconds(0, 0.5),
    /** From a task's end until its network interface is gone. */
    interfaceDetachment: seconds(10, 60),
    /** From CreateNatGateway until the gateway is available, or has failed. */
    natGatewayCreation: seconds(60, 120),
    /** From DeleteNatGateway until it is deleted, and its address is free. */
    natGatewayDeletion: seconds(30, 60),
    /** A deleted NAT gateway can be described for about this long (Work with NAT gateways, Amazon VPC user guide). */
    deletedNatGatewayVisible: minutes(60),
    /** From AcceptVpcPeeringConnection until the connection is active. */
    peeringProvisioning: seconds(1, 5),
    /** One that failed or was deleted is to be seen for two hours (VPC peering connection lifecycle, Amazon VPC peering guide). */
    endedPeeringVisible: minutes(120),
    /** From CreateVpcEndpoint until an interface endpoint is available; a gateway endpoint is at once. */
    endpointCreation: seconds(30, 90),
    /** From DeleteVpcEndpoints until an interface endpoint and its interfaces are gone. */
    endpointDeletion: seconds(20, 60),
  },
  scaling: {
    /** How long a tracked metric is beyond its target until the alarm of its policy tells (User Guide, target tracking). */
    scaleOutAlarm: minutes(3),
    scaleInAlarm: minutes(15),
  },
  tagging: {
    /** From a change of tags until GetResources shows it. */
    visibility: seconds(1, 15),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Range>>>>;

export type Timing = {
  readonly [Service in keyof typeof AWS_TIMING]: {
    readonly [Name in keyof (typeof AWS_TIMING)[Service]]: Range;
  };
};

export type TimingChanges = { readonly [Service in keyof Timing]?: Partial<Timing[Service]> };

/** AWS's timing, with changes. */
export function timingWith(changes: TimingChanges = {}): Timing {
  const services = Object.entries(AWS_TIMING).map(([service, ranges]) => [
    service,
    { ...ranges, ...changes[service as keyof Timing] },
  ]);
  return Object.fromEntries(services) as Timing;
}

/** The same, each time divided by `factor`. */
export function fasterBy(factor: number, timing: Timing): Timing {
  const services = Object.entries(timing).map(([service, ranges]) => [
    service,
    Object.fromEntries(
      Object.entries(ranges as Readonly<Record<string, Range>>).map(([name, { least, most }]) => [
        name,
        { least: least / factor, most: most / factor },
      ]),
    ),
  ]);
  return Object.fromEntries(services) as Timing;
}

function seconds(least: number, most = least): Range {
  return { least: least * 1000, most: most * 1000 };
}

function minutes(least: number): Range {
  return seconds(least * 60);
}
