import type { Fields } from '../../core/fields/field.ts';
import { CONTAINER } from '../../kinds/task-definition/container-fields.ts';
import { TASK } from '../../kinds/task-definition/fields.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { FARGATE_SIZES, nearestTaskSizes, sizeInUnits } from '../../kinds/task-definition/size.ts';
import type { TaskSize } from '../../kinds/task-definition/size.ts';
import { checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const asPairs = (sizes: readonly TaskSize[]) =>
  sizes.map(({ cpu, memory }) => `(${cpu}, ${memory})`).join(', ');

/** Fargate has certain pairs of CPU and memory only (reference: Fargate validity). */
const taskSize = check(['cpu', 'memory'], (spec, { report }) => {
  const wish = { cpu: sizeInUnits(spec.cpu), memory: sizeInUnits(spec.memory) };
  const memories = FARGATE_SIZES.get(wish.cpu);
  if (memories?.includes(wish.memory) === true) return;
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

/** The platform version from which on Fargate has 8 vCPU and more (reference: Fargate validity). */
const LARGE_SIZES_SINCE = '1.4.0';

/** What of the task asks for a Fargate platform, and since which version it is there. */
function platformNeeds(
  spec: Pick<DaemonServiceManifestSpec, 'cpu' | 'ephemeralStorage' | 'containers'>,
): readonly (readonly [what: string, since: string])[] {
  return [
    ...(sizeInUnits(spec.cpu) >= 8192 ? [['this cpu', LARGE_SIZES_SINCE] as const] : []),
    ...fieldNeeds(TASK.fields, spec, ''),
    ...spec.containers.flatMap((container) =>
      fieldNeeds(CONTAINER.fields, container, `of container ${container.name}`),
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

const platform = check(['cpu', 'platformVersion', 'ephemeralStorage', 'containers'], (spec, { report }) => {
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
  const task = { cpu: sizeInUnits(spec.cpu), memory: sizeInUnits(spec.memory) };
  const cpu = spec.containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (cpu > task.cpu) {
    report(
      ['spec', 'containers'],
      `the containers' cpu adds up to ${cpu} units, the task has ${task.cpu}; lower them or raise spec.cpu`,
    );
  }
  const memory = spec.containers.reduce((sum, one) => sum + (one.memory ?? one.memoryReservation ?? 0), 0);
  if (memory > task.memory) {
    report(
      ['spec', 'containers'],
      `the containers' memory adds up to ${memory} MiB, the task has ${task.memory}; lower them or raise spec.memory`,
    );
  }
});

export const taskChecks = [taskSize, platform, containerSums];
