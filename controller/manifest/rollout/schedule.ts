import { milliseconds } from '../../core/duration.ts';
import type { Amount, Schedule, Stage, Window } from '../../core/rollout/schedule.ts';
import type { RolloutManifestSpec } from '../schema/rollout.ts';

const PROGRESS_DEADLINE = '30m';

type StageManifest = RolloutManifestSpec['stages'][number];
type WindowManifest = NonNullable<RolloutManifestSpec['windows']>[number];

/** What a valid Rollout says, with its defaults. */
export function scheduleOf(name: string, spec: RolloutManifestSpec): Schedule {
  const { stages, approved = {}, progressDeadline = PROGRESS_DEADLINE, windows = [] } = spec;
  return {
    name,
    stages: stages.map(stageOf),
    approved,
    progressDeadlineMs: milliseconds(progressDeadline) ?? 0,
    windows: windows.map(windowOf),
  };
}

function stageOf({ name, maxConcurrent, maxFailures = 0, soak = '0s', approval }: StageManifest): Stage {
  return {
    name,
    ...(maxConcurrent !== undefined && { maxConcurrent: amountOf(maxConcurrent) }),
    maxFailures,
    soakMs: milliseconds(soak) ?? 0,
    needsApproval: approval === 'required',
  };
}

function amountOf(written: string | number): Amount {
  return typeof written === 'number' ? { count: written } : { percent: Number(written.slice(0, -1)) };
}

function windowOf({ days, from, to, timeZone }: WindowManifest): Window {
  return { days, from: minutesOf(from), to: minutesOf(to), timeZone };
}

/** Minutes since midnight. */
export function minutesOf(timeOfDay: string): number {
  const [hours, minutes] = timeOfDay.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
