import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext } from './check.ts';
import { withDefaults } from './pairs.ts';
import type { Path } from '../position.ts';

/** Port mappings (ECS API reference, PortMapping). What each network mode forbids of them as a whole is in network-modes.ts. */

const check = checksOf<DaemonServiceManifestSpec>();

type PortMapping = NonNullable<ContainerManifest['portMappings']>[number];

interface Ports {
  readonly first: number;
  readonly last: number;
  readonly protocol: 'tcp' | 'udp';
}

const HIGHEST = 65_535;

/** The ports of the container; undefined where the mapping does not say them. */
function portsOf({ containerPort, containerPortRange, protocol = 'tcp' }: PortMapping): Ports | undefined {
  if (containerPort !== undefined) return { first: containerPort, last: containerPort, protocol };
  if (containerPortRange === undefined) return undefined;
  const [first = 0, last = 0] = containerPortRange.split('-').map(Number);
  const isRange = first >= 1 && first < last && last <= HIGHEST;
  return isRange ? { first, last, protocol } : undefined;
}

/** ECS's answers: cdk-preflight, pf-ecs-port-range-*, measured in September 2026. */
const forms = checkEach<ContainerManifest>(['containers'], ({ portMappings = [] }, at, { report }) => {
  portMappings.forEach((mapping, nth) => {
    const path = [...at, 'portMappings', nth];
    const { containerPort, containerPortRange, hostPort, name, appProtocol } = mapping;
    if (containerPort === undefined && containerPortRange === undefined) {
      report(path, 'a port mapping needs containerPort, or containerPortRange; add one');
    } else if (containerPort !== undefined && containerPortRange !== undefined) {
      report(
        [...path, 'containerPortRange'],
        `ECS refuses containerPortRange ${containerPortRange} with containerPort ${containerPort}; remove one`,
      );
    } else if (containerPortRange !== undefined && hostPort !== undefined) {
      report(
        [...path, 'hostPort'],
        `ECS refuses hostPort ${hostPort} with containerPortRange ${containerPortRange}: it chooses the ports of the host; remove it`,
      );
    } else if (portsOf(mapping) === undefined) {
      report(
        [...path, 'containerPortRange'],
        `${containerPortRange} is no range: the first port is from 1, lower than the last, and the last at most ${HIGHEST}`,
      );
    }
    // Service Connect finds the port by its name (AWS CDK, Service Connect).
    if (appProtocol !== undefined && name === undefined) {
      report(
        [...path, 'appProtocol'],
        `appProtocol ${appProtocol} is for a port with a name; add name, or remove it`,
      );
    }
  });
});

/** Ports of hosts that others have: of SSH, Docker and the agent of ECS; and from where on Docker chooses (ECS API reference, PortMapping). */
const TAKEN = [22, 2375, 2376, 51_678, 51_679, 51_680];
const EPHEMERAL = 32_768;

const hostPorts = check(['containers', 'networkMode'], (written, context) => {
  const { networkMode, containers = [] } = withDefaults(written);
  const seen = new Map<string, string>();
  for (const [index, { name, portMappings = [] }] of containers.entries()) {
    for (const [nth, { containerPort, hostPort, protocol = 'tcp' }] of portMappings.entries()) {
      if (hostPort === undefined || containerPort === undefined) continue;
      const at = ['spec', 'containers', index, 'portMappings', nth, 'hostPort'];
      if (networkMode !== 'bridge') {
        if (hostPort === containerPort) continue;
        context.report(
          at,
          `must be ${containerPort}, as containerPort, or left out: ${networkMode} maps no ports`,
        );
      } else if (hostPort !== 0) {
        const port = `${protocol} ${hostPort}`;
        checkHostPort(hostPort, port, seen.get(port), at, context);
        seen.set(port, name);
      }
    }
  }
});

function checkHostPort(
  hostPort: number,
  port: string,
  other: string | undefined,
  at: Path,
  { warn }: CheckContext,
): void {
  if (other !== undefined) {
    warn(
      at,
      `ECS takes it, and no host has room: container ${other} has ${port} of the host already; write 0`,
    );
  } else if (TAKEN.includes(hostPort)) {
    warn(
      at,
      `ECS takes it, and no host has room: ${port} of hosts is taken by SSH, Docker or the agent of ECS; write another`,
    );
  } else if (hostPort >= EPHEMERAL) {
    warn(
      at,
      `ECS takes it, and Docker may have given ${port} of the host to another container: ports from ${EPHEMERAL} on are for it to choose; write a lower one, or 0`,
    );
  }
}

/**
 * Containers of a task share its network, except behind a bridge: there each has its own, in which only a range is exclusive
 * (aws-cli#7288; cdk-preflight, pf-ecs-port-range-overlap).
 */
const shared = check(['containers', 'networkMode'], (written, { report }) => {
  const { networkMode, containers = [] } = withDefaults(written);
  const before: (Ports & { readonly index: number; readonly container: string })[] = [];
  containers.forEach(({ name, portMappings = [] }, index) => {
    portMappings.forEach((mapping, nth) => {
      const ports = portsOf(mapping);
      if (ports === undefined) return;
      const other = before.find((one) => {
        if (one.protocol !== ports.protocol || one.last < ports.first || ports.last < one.first) return false;
        const isRange = one.first < one.last || ports.first < ports.last;
        return networkMode !== 'bridge' || (one.index === index && isRange);
      });
      if (other !== undefined) {
        const field = mapping.containerPort === undefined ? 'containerPortRange' : 'containerPort';
        const port = Math.max(other.first, ports.first);
        report(
          ['spec', 'containers', index, 'portMappings', nth, field],
          `${ports.protocol} ${port} is mapped already, by container ${other.container}; remove one`,
        );
      }
      before.push({ ...ports, index, container: name });
    });
  });
});

/** cdk-preflight, pf-ecs-port-mapping-duplicate-name. */
const names = check(['containers'], ({ containers }, { report }) => {
  const seen = new Set<string>();
  containers.forEach(({ portMappings = [] }, index) => {
    portMappings.forEach(({ name }, nth) => {
      if (name === undefined) return;
      if (seen.has(name)) {
        report(
          ['spec', 'containers', index, 'portMappings', nth, 'name'],
          `another port of this task is called ${name} already; choose another name`,
        );
      }
      seen.add(name);
    });
  });
});

export const portChecks = [forms, hostPorts, shared, names];
