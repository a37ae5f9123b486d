import { manifestKey } from '../core/resource.ts';
import type { Schedule, Stage, StagedDefinition, Window } from '../core/rollout/schedule.ts';
import { durationText } from '../core/duration.ts';
import { someOf } from '../core/some-of.ts';

/** Which Rollout an object goes through, and what its stage asks of it. Lines. */
export function stagedLines(definition: StagedDefinition, environment: string): readonly string[] {
  const { rollout, digest, schedule, members, unscheduled } = definition;
  const member = members.find((one) => one.environment === environment);
  const head = `It goes through Rollout/${rollout}, digest ${digest}${modeText(definition)}.`;
  if (schedule === undefined) return [head, `${unscheduled ?? ''}.`];
  const stage = member?.stage === undefined ? undefined : schedule.stages[member.stage];
  if (stage === undefined || member?.stage === undefined)
    return [
      head,
      'No stage takes this Environment, so that nothing begins in it; add a stage without environments.',
    ];
  const before = schedule.stages.slice(0, member.stage).map(({ name }) => name);
  const place = `Stage ${member.stage + 1} of ${schedule.stages.length}, ${stage.name}`;
  return [
    head,
    `${place}: ${demandsOf(stage, inStage(definition, member.stage).length)}.`,
    before.length === 0
      ? 'It waits for no other stage.'
      : `It begins once ${before.join(', ')} ${before.length === 1 ? 'is' : 'are'} done and soaked.`,
    ...scheduleLines(schedule),
  ];
}

/** A Rollout: its stages with the Environments that each takes of the definitions that go through it. Lines. */
export function rolloutExplanation(
  schedule: Schedule,
  staged: readonly StagedDefinition[],
): readonly string[] {
  const users = staged.filter(({ rollout }) => rollout === schedule.name);
  if (users.length === 0) return ['No DaemonService names it in spec.rollout.', ...scheduleLines(schedule)];
  return [
    ...users.flatMap((definition) => [
      `${manifestKey(definition.manifest)} goes through it, digest ${definition.digest}${modeText(definition)}:`,
      ...schedule.stages.map((stage, index) => {
        const names = inStage(definition, index);
        const where = names.length === 0 ? 'no Environment' : `${names.length}: ${someOf(names)}`;
        return `  ${index + 1}. ${stage.name} (${where}): ${demandsOf(stage, names.length)}`;
      }),
    ]),
    ...scheduleLines(schedule),
  ];
}

function inStage({ members }: StagedDefinition, index: number): readonly string[] {
  return members.filter(({ stage }) => stage === index).map(({ environment }) => environment);
}

function modeText({ mode, modeSaidBy }: StagedDefinition): string {
  if (mode === 'staged') return '';
  const means = mode === 'skip' ? 'which waives all of it' : 'so that nothing begins';
  return `; ${modeSaidBy ?? 'an annotation'} says stationkeeper.dev/rollout: ${mode}, ${means}`;
}

function demandsOf({ maxConcurrent, maxFailures, soakMs, needsApproval }: Stage, size: number): string {
  const atOnce =
    maxConcurrent === undefined
      ? 'all at once'
      : 'count' in maxConcurrent
        ? `${maxConcurrent.count} at once`
        : `${maxConcurrent.percent}% at once, which is ${Math.max(1, Math.floor((size * maxConcurrent.percent) / 100))}`;
  return [
    atOnce,
    maxFailures === 0 ? 'none may fail' : `${maxFailures} may fail`,
    ...(soakMs === 0 ? [] : [`soaks ${durationText(soakMs)}`]),
    ...(needsApproval ? ['waits for approval'] : []),
  ].join(', ');
}

function scheduleLines({ progressDeadlineMs, windows }: Schedule): readonly string[] {
  return [
    `An Environment has failed where it is not done after ${durationText(progressDeadlineMs)}.`,
    ...(windows.length === 0 ? [] : [`It may begin ${windows.map(windowText).join(', or ')}.`]),
  ];
}

function windowText({ days, from, to, timeZone }: Window): string {
  return `${days.join(', ')} from ${timeText(from)} to ${timeText(to)}${to > from ? '' : ' of the next day'} (${timeZone})`;
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
