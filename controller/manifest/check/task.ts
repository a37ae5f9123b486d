import type { Fields } from '../../core/fields/field.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { TASK } from '../../kinds/task-definition/fields.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import {
  FARGATE_SIZES,
  FARGATE_WINDOWS_SIZES,
  nearestTaskSizes,
  sizeInUnits,
} from '../../kinds/task-definition/size.ts';
import type { TaskSize } from '../../kinds/task-definition/size.ts';
import { closest } from '../../core/suggest.ts';
import { checksOf } from './check.ts';
import type { Subject } from './check.ts';
import { checkedFor, ON_WINDOWS } from './launch-types.ts';
import { saidIn } from './pairs.ts';
import { isPartOfSecret } from './container-variables.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const asPairs = (sizes: readonly TaskSize[]) =>
  sizes.map(({ cpu, memory }) => `(${cpu}, ${memory})`).join(', ');

const NEWEST_CPU = 32_768;

/** Fargate has certain pairs of CPU and memory only (reference: Fargate validity). */
const taskSize = check(['cpu', 'memory'], (spec, subject) => {
  const { report, warn } = subject;
  const fargate = saidIn(subject, checkedFor('FARGATE'));
  if (fargate === undefined) return;
  for (const name of ['cpu', 'memory'] as const) {
    // A key that was probably meant to be it is an error already.
    if (spec[name] !== undefined || isMisspelt(name, subject)) continue;
    report(['spec', name], `${name} is missing (${meaningOf(name)}); add it, or ${fargate.orElse}`);
  }
  if (spec.cpu === undefined || spec.memory === undefined) return;
  const windows = saidIn(subject, ON_WINDOWS);
  const sizes = windows === undefined ? FARGATE_SIZES : FARGATE_WINDOWS_SIZES;
  const wish = { cpu: sizeInUnits(spec.cpu), memory: sizeInUnits(spec.memory) };
  const memories = sizes.get(wish.cpu);
  if (memories?.includes(wish.memory) === true) {
    // ECS refused it in Tokyo in August 2026, and the developer guide lists it (reference: Fargate validity).
    if (wish.cpu === NEWEST_CPU) {
      warn(['spec', 'cpu'], 'not every Region has tasks of 32 vCPU yet; where ECS refuses it, write 16384');
    }
    return;
  }
  const written = `cpu ${spec.cpu} with memory ${spec.memory}${windows === undefined ? '' : ` and ${windows.as}`}`;
  const nearest = `the nearest valid pairs of CPU units and MiB are ${asPairs(nearestTaskSizes(wish, 3, sizes))}`;
  if (memories === undefined) {
    const valid = [...sizes.keys()].join(', ');
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

function meaningOf(name: 'cpu' | 'memory'): string {
  const { description = '' } = TASK.fields[name].schema as { readonly description?: string };
  return description;
}

function isMisspelt(name: string, { schemaFindings }: Subject): boolean {
  return schemaFindings.some(
    ({ path, unknownKey }) =>
      unknownKey === true && path.length === 2 && closest(String(path[1]), [name]) !== undefined,
  );
}

/** "At least one of 'memory' or 'memoryReservation' must be specified" (cdk-preflight, pf-ecs-container-memory-required). */
const containerMemory = check(['memory', 'containers'], ({ memory, containers }, subject) => {
  if (memory !== undefined || saidIn(subject, checkedFor('FARGATE')) !== undefined) return;
  containers.forEach((container, index) => {
    if (container.memory !== undefined || container.memoryReservation !== undefined) return;
    subject.report(
      ['spec', 'containers', index, 'memory'],
      `memory is missing: container ${container.name} needs memory or memoryReservation where the task has no memory; add one, or spec.memory`,
    );
  });
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
      ...fieldNeeds(CONTAINER.fields, container, `in container ${container.name}`),
      ...valueNeeds(container),
    ]),
  ];
}

/** Values of a container that not every platform has (ECS developer guide, Fargate platform versions; secrets). */
function valueNeeds({ name, linuxParameters, secrets = {} }: ContainerManifest) {
  const added = linuxParameters?.capabilities?.add ?? [];
  const inParts = Object.entries(secrets).filter(([, valueFrom]) => isPartOfSecret(valueFrom));
  return [
    ...added.map((capability) => [`${capability} in container ${name}`, '1.4.0'] as const),
    ...inParts.map(
      ([secret]) => [`the JSON key or version of secret ${secret} in container ${name}`, '1.4.0'] as const,
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

const platform = check(PLATFORM_READS, (spec, subject) => {
  const version = spec.platformVersion ?? 'LATEST';
  // What Windows has is all in its first version.
  if (version === 'LATEST' || saidIn(subject, ON_WINDOWS) !== undefined) return;
  const missing = platformNeeds(spec).find(([, since]) => compareVersions(version, since) < 0);
  if (missing === undefined) return;
  const [what, since] = missing;
  subject.report(
    ['spec', 'platformVersion'],
    `${what} needs platform version ${since} or LATEST, not ${version}`,
  );
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

export const taskChecks = [taskSize, platform, containerMemory, containerSums];
