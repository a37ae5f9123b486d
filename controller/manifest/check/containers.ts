import { AWSLOGS_NEEDS, AWSLOGS_OPTIONS } from '../../kinds/task-definition/container-structures.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { didYouMean } from '../../core/suggest.ts';
import { checkEach, checksOf } from './check.ts';
import type { CheckContext } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();
const each = (run: Parameters<typeof checkEach<ContainerManifest>>[1]) => checkEach(['containers'], run);

const limits = each(({ memory, memoryReservation, ulimits = [] }, at, { report }) => {
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation >= memory) {
    report([...at, 'memoryReservation'], `must be less than memory, which is ${memory} MiB`);
  }
  ulimits.forEach(({ name, softLimit, hardLimit }, nth) => {
    if (softLimit > hardLimit) {
      report(
        [...at, 'ulimits', nth, 'softLimit'],
        `the soft limit of ${name} must not be more than its hard limit, ${hardLimit}`,
      );
    }
    if (ulimits.findIndex((other) => other.name === name) !== nth) {
      report([...at, 'ulimits', nth, 'name'], `${name} is limited twice; remove one`);
    }
  });
});

/** ECS takes any reference to an image that has no odd characters; one that no registry knows ends tasks with CannotPullContainerError. */
const images = each(({ image }, at, { warn }) => {
  const problem = imageProblem(image);
  if (problem !== undefined) warn([...at, 'image'], `ECS takes it, and no registry does: ${problem}`);
});

function imageProblem(image: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(image)) {
    return `an image is named without a scheme; write ${image.replace(/^[a-z]+:\/\//i, '')}`;
  }
  const [named = '', digest] = image.split('@');
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    return 'a digest is sha256: and 64 hexadecimal digits';
  }
  // A first part with a dot or a port is the registry, whose case does not matter.
  const repository = named.replace(/:[^/]*$/, '').replace(/^[^/]*[.:][^/]*\//, '');
  return repository === repository.toLowerCase()
    ? undefined
    : `a repository is named in lower case; write ${image.replace(repository, repository.toLowerCase())}`;
}

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

/**
 * Secrets Manager ARNs may name a JSON key, a version stage and a version id; SSM parameters are given by ARN or name.
 * The value is never shown: somebody may have put the secret itself there.
 */
const SECRET_SOURCES = [
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:\s]*:[^:\s]*:[^:\s]*)?$/,
  /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter\/[A-Za-z0-9_.\-/]+$/,
  /^[A-Za-z0-9_.\-/]{1,1011}$/,
];
const VARIABLE_NAME = /^[^=\s]{1,255}$/;
const VARIABLE_NAME_ERROR =
  'the name of an environment variable is 1 to 255 characters without "=" and spaces';

const variables = each(({ environment = {}, secrets = {} }, at, { report }) => {
  for (const name of Object.keys(environment)) {
    if (!VARIABLE_NAME.test(name)) report([...at, 'environment', name], VARIABLE_NAME_ERROR);
  }
  for (const [name, valueFrom] of Object.entries(secrets)) {
    const path = [...at, 'secrets', name];
    if (!VARIABLE_NAME.test(name)) report(path, VARIABLE_NAME_ERROR);
    if (Object.hasOwn(environment, name)) report(path, `${name} is set in environment too; remove one`);
    if (SECRET_SOURCES.some((source) => source.test(valueFrom))) continue;
    const arns =
      'arn:aws:secretsmanager:<region>:<account>:secret:<name>, arn:aws:ssm:<region>:<account>:parameter/<name>';
    report(path, `must say where the secret is, not what it is: ${arns}, or the name of an SSM parameter`);
  }
});

const logOptions = each(({ logConfiguration }, at, { report }) => {
  if (logConfiguration?.logDriver !== 'awslogs') return;
  const { options = {} } = logConfiguration;
  const path = [...at, 'logConfiguration', 'options'];
  for (const name of Object.keys(options)) {
    if (AWSLOGS_OPTIONS.includes(name)) continue;
    report(
      [...path, name],
      `awslogs has no option ${JSON.stringify(name)}; ${didYouMean(name, AWSLOGS_OPTIONS, 'its options are')}`,
    );
  }
  const missing = AWSLOGS_NEEDS.filter((name) => (options[name] ?? '') === '');
  if (missing.length > 0)
    report(path, `awslogs needs ${missing.join(', ')}; add ${missing.length === 1 ? 'it' : 'them'}`);
  const { 'awslogs-create-group': create = 'true', mode = 'blocking' } = options;
  if (create !== 'true') report([...path, 'awslogs-create-group'], 'must be "true", or left out');
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    report([...path, 'mode'], 'must be blocking or non-blocking');
  }
});

/** A log router is a container with a firelensConfiguration, which no manifest can say. */
const routers = each(({ logConfiguration }, at, { report }) => {
  if (logConfiguration?.logDriver !== 'awsfirelens') return;
  report(
    [...at, 'logConfiguration', 'logDriver'],
    'awsfirelens needs a container of the task with a firelensConfiguration, which stationkeeper does not offer yet; write awslogs, splunk or none',
  );
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
  images,
  hostPorts,
  healthChecks,
  logOptions,
  routers,
  size,
  variables,
  names,
  essential,
  ports,
  portNames,
  dependencies,
];
