import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { didYouMean } from '../../core/suggest.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext } from './check.ts';
import { logChecks } from './container-logs.ts';
import { variables } from './container-variables.ts';
import { images } from './images.ts';

const check = checksOf<DaemonServiceManifestSpec>();
const each = (run: Parameters<typeof checkEach<ContainerManifest>>[1]) => checkEach(['containers'], run);

/** How much a container may have open on Fargate, 1024 × 1024 (reown-com/blockchain-api#1183). */
const MOST_OPEN_FILES = 1_048_576;
const UNLIMITED = -1;

const limits = each(({ memory, memoryReservation, ulimits = [] }, at, { report, warn }) => {
  // Equal is taken, whatever the API reference says (awsdocs/amazon-ecs-developer-guide#242).
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    report([...at, 'memoryReservation'], `must not be more than memory, which is ${memory} MiB`);
  }
  ulimits.forEach(({ name, softLimit, hardLimit }, nth) => {
    const limit = [...at, 'ulimits', nth];
    if (hardLimit !== UNLIMITED && (softLimit === UNLIMITED || softLimit > hardLimit)) {
      report(
        [...limit, 'softLimit'],
        `the soft limit of ${name} must not be more than its hard limit, ${hardLimit}`,
      );
    }
    if (name === 'nofile' && (hardLimit === UNLIMITED || hardLimit > MOST_OPEN_FILES)) {
      warn(
        [...limit, 'hardLimit'],
        `ECS takes it, and Fargate lets a container open at most ${MOST_OPEN_FILES} files; write that`,
      );
    }
    if (ulimits.findIndex((other) => other.name === name) !== nth) {
      report([...limit, 'name'], `${name} is limited twice; remove one`);
    }
  });
});

/** Seconds that Fargate knows (ECS API reference, ContainerDefinition). ECS takes others (containers-roadmap#991, #1532). */
const TIMEOUT = { least: 2, most: 120 };

const timeouts = each((container, at, { warn }) => {
  for (const name of ['startTimeout', 'stopTimeout'] as const) {
    const seconds = container[name] ?? TIMEOUT.least;
    if (seconds >= TIMEOUT.least && seconds <= TIMEOUT.most) continue;
    warn(
      [...at, name],
      `ECS takes it, and Fargate knows a ${name} from ${TIMEOUT.least} to ${TIMEOUT.most} seconds; write one of these`,
    );
  }
});

const workingDirectories = each(({ workingDirectory = '/' }, at, { warn }) => {
  if (workingDirectory.startsWith('/')) return;
  warn(
    [...at, 'workingDirectory'],
    'ECS takes it, and the container does not start: a working directory begins with /; write / before it',
  );
});

/** ECS developer guide, ECS Exec: its agent keeps files in the container. */
const executable = check(['enableExecuteCommand', 'containers'], (spec, { warn }) => {
  if (spec.enableExecuteCommand !== true) return;
  spec.containers.forEach(({ name, readonlyRootFilesystem }, index) => {
    if (readonlyRootFilesystem !== true) return;
    warn(
      ['spec', 'containers', index, 'readonlyRootFilesystem'],
      `ECS Exec does not work in container ${name}: its agent writes to the root file system; leave one of the two out`,
    );
  });
});

const hostPorts = each(({ portMappings = [] }, at, { report }) => {
  portMappings.forEach(({ containerPort, hostPort }, nth) => {
    if (hostPort === undefined || hostPort === containerPort) return;
    report(
      [...at, 'portMappings', nth, 'hostPort'],
      `must be ${containerPort}, as containerPort, or left out: awsvpc maps no ports`,
    );
  });
});

const healthChecks = each(({ healthCheck }, at, { report, warn }) => {
  if (healthCheck === undefined) return;
  const [form, ...rest] = healthCheck.command;
  const command = [...at, 'healthCheck', 'command'];
  if (form !== 'CMD' && form !== 'CMD-SHELL') {
    // ECS takes it, and AWS's own templates have it (aws-cdk#34389, aws-otel-community#1320).
    warn(
      [...command, 0],
      `ECS takes a health check that starts with neither CMD nor CMD-SHELL, and does not say what it makes of it; write ${JSON.stringify(['CMD', ...healthCheck.command].slice(0, 4))}`,
    );
  } else if (rest.length === 0) {
    report(command, `after ${form} comes what to run, such as ["CMD", "/healthcheck"]`);
  } else if (form === 'CMD-SHELL' && rest.length > 1) {
    warn(
      command,
      'the shell runs the first item after CMD-SHELL alone: write the whole command line as one item',
    );
  }
});

/** Most bytes of a task definition (ECS quotas), and most ports of a container (ECS API reference). */
const MOST_BYTES = 65_536;
const MOST_PORTS = 100;

const size = check(['containers'], ({ containers }, { report }) => {
  const bytes = Buffer.byteLength(JSON.stringify(containers));
  if (bytes > MOST_BYTES) {
    report(
      ['spec', 'containers'],
      `the containers have ${bytes} bytes as JSON, and ECS allows ${MOST_BYTES} in all of a task definition; make them shorter`,
    );
  }
  containers.forEach(({ portMappings = [] }, index) => {
    if (portMappings.length <= MOST_PORTS) return;
    report(
      ['spec', 'containers', index, 'portMappings'],
      `has ${portMappings.length} ports and ECS allows ${MOST_PORTS}; remove some`,
    );
  });
});

const names = check(['containers'], ({ containers }, { report }) => {
  const seen = new Set<string>();
  containers.forEach(({ name }, index) => {
    if (seen.has(name)) {
      report(
        ['spec', 'containers', index, 'name'],
        `another container of this task is called ${name} already; choose another name`,
      );
    }
    seen.add(name);
  });
});

const essential = check(['containers'], ({ containers }, { report }) => {
  if (containers.some((container) => container.essential !== false)) return;
  report(
    ['spec', 'containers'],
    'at least one container must be essential; leave essential out of one (it is true by default)',
  );
});

/** Containers of a task share one network (awsvpc), so a port is one container's. */
const ports = check(['containers'], ({ containers }, { report }) => {
  const seen = new Map<string, string>();
  containers.forEach((container, index) => {
    container.portMappings?.forEach(({ containerPort, protocol = 'tcp' }, nth) => {
      const port = `${protocol} ${containerPort}`;
      const other = seen.get(port);
      if (other !== undefined) {
        report(
          ['spec', 'containers', index, 'portMappings', nth, 'containerPort'],
          `${port} is mapped already, by container ${other}; remove one`,
        );
      }
      seen.set(port, container.name);
    });
  });
});

const portNames = check(['containers'], ({ containers }, { report }) => {
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

const dependencies = check(['containers'], ({ containers }, context) => {
  const { report } = context;
  const byName = new Map(containers.map((container) => [container.name, container]));
  containers.forEach((container, index) => {
    container.dependsOn?.forEach(({ containerName, condition }, nth) => {
      const at = ['spec', 'containers', index, 'dependsOn', nth];
      const other = byName.get(containerName);
      if (other === undefined) {
        const help = didYouMean(containerName, [...byName.keys()], 'the containers are');
        report([...at, 'containerName'], `no container is called ${JSON.stringify(containerName)}; ${help}`);
      } else if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        report([...at, 'condition'], `HEALTHY needs a healthCheck on container ${containerName}`);
      } else if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
        report(
          [...at, 'condition'],
          `${condition} waits for the end of ${containerName}, which ends the task while it is essential; set essential: false there`,
        );
      }
    });
  });
  reportCycle(containers, byName, context);
});

function reportCycle(
  containers: readonly ContainerManifest[],
  byName: ReadonlyMap<string, ContainerManifest>,
  { report }: CheckContext,
): void {
  const done = new Set<string>();
  const findCycle = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const { containerName } of byName.get(name)?.dependsOn ?? []) {
      const cycle = findCycle(containerName, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const [index, { name }] of containers.entries()) {
    const cycle = findCycle(name, []);
    if (cycle === undefined) continue;
    report(
      ['spec', 'containers', index, 'dependsOn'],
      `containers wait for each other: ${cycle.join(' → ')}; remove one dependsOn`,
    );
    return;
  }
}

export const containerChecks = [
  limits,
  timeouts,
  workingDirectories,
  executable,
  images,
  hostPorts,
  healthChecks,
  ...logChecks,
  size,
  variables,
  names,
  essential,
  ports,
  portNames,
  dependencies,
];
