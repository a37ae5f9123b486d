import type { Course, Turn } from '../../../controller/core/rollout/course.ts';
import type { World } from './world.ts';

/** What a rollout was seen to do, as lines with the time since it began to be watched: `0:05:30 eu-01 to eu-03 begin`. */
export interface Timeline {
  readonly lines: string[];
  /** Lets the controller look at its fleet until a look finds it so; fails where it does not within so many looks. */
  until(isSo: (course: Course) => boolean, most?: number): Promise<Course>;
  /** Something that people do. */
  note(what: string): void;
}

/** So often the fleet is looked at while something is under way; else when time alone decides something. */
const LOOK_MS = 30_000;

export function timelineOf(world: World): Timeline {
  const startedAt = world.clock.now();
  const lines: string[] = [];
  let before: Course | undefined;

  function note(what: string): void {
    lines.push(`${timeText(world.clock.now() - startedAt)} ${what}`);
  }

  function look(course: Course): void {
    for (const what of newsOf(course, before)) note(what);
    before = course;
  }

  return {
    lines,
    note,
    async until(isSo, most = 400) {
      for (let looks = 0; looks < most; looks += 1) {
        const [course] = (await world.pass()).courses;
        if (course === undefined) throw new Error('nothing goes through a Rollout');
        look(course);
        if (isSo(course)) return course;
        const isUnderWay = [...course.turns.values()].some(({ state }) => state === 'progressing');
        const { nextAt = 0 } = course;
        await world.clock.advance(isUnderWay ? LOOK_MS : Math.max(LOOK_MS, nextAt - world.clock.now()));
      }
      throw new Error(`it has not become so:\n${lines.join('\n')}`);
    },
  };
}

/** In the order of the stages: what opened, then who is done, who failed, and who begins; what is said of the whole comes last. */
function newsOf(course: Course, before: Course | undefined): readonly string[] {
  const turns = [...course.turns.values()];
  const was = (environment: string): Turn | undefined => before?.turns.get(environment);
  const now = (isNews: (turn: Turn, old: Turn | undefined) => boolean): readonly string[] =>
    turns.filter((turn) => isNews(turn, was(turn.environment))).map(({ environment }) => environment);
  const isRunning = (state: Turn['state'] | undefined): boolean => state === 'soaking' || state === 'done';
  const opened = course.stages.filter(
    ({ isOpen, name }) => isOpen && before?.stages.find((old) => old.name === name)?.isOpen === false,
  );
  const completed = now((turn, old) => isRunning(turn.state) && old !== undefined && !isRunning(old.state));
  const begun = now((turn, old) => turn.state === 'progressing' && old?.state !== 'progressing');
  const failed = turns.flatMap((turn) =>
    turn.state === 'failed' && was(turn.environment)?.state !== 'failed'
      ? [[turn.environment, turn.why] as const]
      : [],
  );
  return [
    ...(completed.length > 0 ? [`${spansText(completed)} done`] : []),
    ...failed.map(([environment, why]) => `${environment} failed: ${why}`),
    ...opened.map(({ name, approval }) =>
      approval === 'needed' ? `${name} opens, but for its approval` : `${name} opens`,
    ),
    ...(begun.length > 0 ? [`${spansText(begun)} begin`] : []),
    ...(course.condition === before?.condition ? [] : [`${course.condition}: ${course.says}`]),
  ];
}

/** `eu-01 to eu-03, eu-05`: names that follow each other become one. */
function spansText(names: readonly string[]): string {
  const spans: (readonly [first: string, last: string])[] = [];
  for (const name of names) {
    const last = spans.at(-1);
    if (last !== undefined && numbered(last[1]) + 1 === numbered(name))
      spans[spans.length - 1] = [last[0], name];
    else spans.push([name, name]);
  }
  return spans.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ');
}

function numbered(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

/** `1:04:30`. */
function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
