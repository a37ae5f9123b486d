import { awsOf, specOf } from '../../core/fields/table.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { TASK } from '../../kinds/task-definition/fields.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { TASK_DEFINITION_BYTES } from '../../core/sizes.ts';
import { checkEach, checksOf } from './check.ts';
import { logChecks } from './container-logs.ts';
import { variables } from './container-variables.ts';
import { dependencyChecks } from './dependencies.ts';
import { firelensChecks } from './firelens.ts';
import { images } from './images.ts';
import { paths } from './paths.ts';
import { portChecks } from './ports.ts';
import { settingChecks } from './container-settings.ts';

const check = checksOf<DaemonServiceManifestSpec>();
const each = (run: Parameters<typeof checkEach<ContainerManifest>>[1]) => checkEach(['containers'], run);

const UNLIMITED = -1;

const limits = each(({ memory, memoryReservation, ulimits = [] }, at, { report }) => {
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
    if (ulimits.findIndex((other) => other.name === name) !== nth) {
      report([...limit, 'name'], `${name} is limited twice; remove one`);
    }
  });
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

const size = check(['containers', 'volumes'], ({ containers, volumes = [] }, { report }) => {
  const asked = {
    ...awsOf({ volumes: TASK.fields.volumes }, { volumes }),
    containerDefinitions: containers.map((container) =>
      awsOf(CONTAINER.fields, specOf(CONTAINER.fields, container)),
    ),
  };
  const bytes = Buffer.byteLength(JSON.stringify(asked));
  if (bytes <= TASK_DEFINITION_BYTES) return;
  report(
    ['spec', 'containers'],
    `the containers have ${bytes} bytes as JSON, and ECS allows ${TASK_DEFINITION_BYTES} in all of a task definition; make them shorter`,
  );
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

export const containerChecks = [
  limits,
  executable,
  images,
  paths,
  healthChecks,
  ...logChecks,
  size,
  variables,
  names,
  essential,
  ...portChecks,
  ...dependencyChecks,
  ...settingChecks,
  ...firelensChecks,
];
