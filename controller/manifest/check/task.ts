import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { FARGATE_SIZES, nearestTaskSizes, sizeInUnits } from '../../kinds/task-definition/size.ts';
import type { TaskSize } from '../../kinds/task-definition/size.ts';
import { checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const asPairs = (sizes: readonly TaskSize[]) =>
  sizes.map(({ cpu, memory }) => `(${cpu}, ${memory})`).join(', ');

/** Reference: Fargate validity. */
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

/** Sizes from 8 vCPU on, and more than the default disk, came with platform version 1.4.0. */
const platform = check(['cpu', 'platformVersion', 'ephemeralStorage'], (spec, { report }) => {
  const version = spec.platformVersion ?? 'LATEST';
  if (version === 'LATEST' || Number(version.split('.')[1]) >= 4) return;
  const why = sizeInUnits(spec.cpu) >= 8192 ? 'this cpu' : spec.ephemeralStorage && 'ephemeralStorage';
  if (why !== undefined) {
    report(['spec', 'platformVersion'], `${why} needs platform version 1.4.0 or LATEST, not ${version}`);
  }
});

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
