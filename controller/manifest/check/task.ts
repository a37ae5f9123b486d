import type { Fields } from '../../core/fields/field.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { TASK } from '../../kinds/task-definition/fields.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { FARGATE_SIZES, nearestTaskSizes, sizeInUnits } from '../../kinds/task-definition/size.ts';
import type { TaskSize } from '../../kinds/task-definition/size.ts';
import { checksOf } from './check.ts';
import { isPartOfSecret } from './container-variables.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const asPairs = (sizes: readonly TaskSize[]) =>
  sizes.map(({ cpu, memory }) => `(${cpu}, ${memory})`).join(', ');

const NEWEST_CPU = 32_768;

/** Whether ECS checks the task definition for Fargate. */
function isForFargate({
  launchType = 'FARGATE',
  requiresCompatibilities = [],
}: Pick<DaemonServiceManifestSpec, 'launchType' | 'requiresCompatibilities'>): boolean {
  return launchType === 'FARGATE' || requiresCompatibilities.includes('FARGATE');
}

/** Fargate has certain pairs of CPU and memory only (reference: Fargate validity). */
const taskSize = check(['cpu', 'memory', 'launchType', 'requiresCompatibilities'], (spec, context) => {
  const { report, warn } = context;
  if (!isForFargate(spec)) return;
  for (const name of ['cpu', 'memory'] as const) {
    if (spec[name] !== undefined) continue;
    report(['spec'], `${name} is missing: Fargate has tasks of certain sizes only; add it`);
  }
  if (spec.cpu === undefined || spec.memory === undefined) return;
  const wish = { cpu: sizeInUnits(spec.cpu), memory: sizeInUnits(spec.memory) };
  const memories = FARGATE_SIZES.get(wish.cpu);
  if (memories?.includes(wish.memory) === true) {
    // ECS refused it in Tokyo in August 2026, and the developer guide lists it (reference: Fargate validity).
    if (wish.cpu === NEWEST_CPU) {
      warn(['spec', 'cpu'], 'not every Region has tasks of 32 vCPU yet; where ECS refuses it, write 16384');
    }
    return;
  }
  const written = `cpu ${spec.cpu} with memory ${spec.memory}`;
  const nearest = `the nearest valid pairs of CPU units and MiB are ${asPairs(nearestTaskSizes(wish, 3))}`;
  if (memories === undefined) {
    const valid = [...FARGATE_SIZES.keys()].join(', ');
    report(['spec', 'cpu'], `Fargate has no ${written}; ${nearest}; cpu must be one of ${valid}`);
  } else {
    const [first, second] = memories;
    const valid =
      memories.length <= 3
        ? `one of ${memories.join(', ')}`
        : `from ${first} to ${memories.at(-1)} in steps of ${(second ?? 0) - (first ?? 0)}`;
    report(
      ['spec', 'memory'],
      `Fargate has no ${written}; ${nearest}; with cpu ${wish.cpu}, memory must be ${valid}`,
    );
  }
});

/** What of the task asks for a Fargate platform, and since which version it is there (reference: Fargate validity). */
function platformNeeds(
  spec: Pick<DaemonServiceManifestSpec, 'cpu' | 'ephemeralStorage' | 'containers' | 'runtimePlatform'>,
): readonly (readonly [what: string, since: string])[] {
  const architecture = spec.runtimePlatform?.cpuArchitecture;
  return [
    ...(sizeInUnits(spec.cpu ?? 0) >= 8192 ? [['this cpu', '1.4.0'] as const] : []),
    ...(architecture === 'ARM64' ? [['cpuArchitecture ARM64', '1.4.0'] as const] : []),
    ...fieldNeeds(TASK.fields, spec, ''),
    ...spec.containers.flatMap((container) => [
      ...fieldNeeds(CONTAINER.fields, container, `of container ${container.name}`),
      ...valueNeeds(container),
    ]),
  ];
}

/** Values of a container that not every platform has (ECS developer guide, Fargate platform versions; secrets). */
function valueNeeds({ name, linuxParameters, secrets = {} }: ContainerManifest) {
  const added = linuxParameters?.capabilities?.add ?? [];
  const inParts = Object.entries(secrets).filter(([, valueFrom]) => isPartOfSecret(valueFrom));
  return [
    ...added.map((capability) => [`${capability} of container ${name}`, '1.4.0'] as const),
    ...inParts.map(
      ([secret]) => [`the JSON key or version of secret ${secret} of container ${name}`, '1.4.0'] as const,
    ),
  ];
}

function fieldNeeds(fields: Fields, written: object, where: string) {
  return Object.entries(fields).flatMap(([name, { fargatePlatform }]) =>
    fargatePlatform === undefined || !(name in written)
      ? []
      : [[[name, where].filter((word) => word !== '').join(' '), fargatePlatform] as const],
  );
}

const PLATFORM_READS = [
  'cpu',
  'platformVersion',
  'ephemeralStorage',
  'containers',
  'runtimePlatform',
] as const;

const platform = check(PLATFORM_READS, (spec, { report }) => {
  const version = spec.platformVersion ?? 'LATEST';
  if (version === 'LATEST') return;
  const missing = platformNeeds(spec).find(([, since]) => compareVersions(version, since) < 0);
  if (missing === undefined) return;
  const [what, since] = missing;
  report(['spec', 'platformVersion'], `${what} needs platform version ${since} or LATEST, not ${version}`);
});

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

const containerSums = check(['cpu', 'memory', 'containers'], (spec, { report }) => {
  const unitsOf = (size: number | string | undefined): number =>
    size === undefined ? Number.POSITIVE_INFINITY : sizeInUnits(size);
  const task = { cpu: unitsOf(spec.cpu), memory: unitsOf(spec.memory) };
  const cpu = spec.containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpu > task.cpu) {
    report(
      ['spec', 'containers'],
      `the containers' cpu adds up to ${cpu} units, the task has ${task.cpu}; lower them or raise spec.cpu`,
    );
  }
  spec.containers.forEach(({ name, memory = 0 }, index) => {
    if (memory <= task.memory) return;
    report(
      ['spec', 'containers', index, 'memory'],
      `container ${name} has ${memory} MiB and the task ${task.memory}; lower it or raise spec.memory`,
    );
  });
  // What is reserved counts: hard limits may add up to more than the task has (ECS API reference, ContainerDefinition).
  const reserved = spec.containers.reduce((sum, one) => sum + (one.memoryReservation ?? one.memory ?? 0), 0);
  const isTooMuchOfOne = spec.containers.some(({ memory = 0 }) => memory > task.memory);
  if (reserved > task.memory && !isTooMuchOfOne) {
    report(
      ['spec', 'containers'],
      `the containers' memory reserved adds up to ${reserved} MiB, the task has ${task.memory}; lower them or raise spec.memory`,
    );
  }
});

export const taskChecks = [taskSize, platform, containerSums];
