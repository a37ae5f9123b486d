import type { TraceSummary } from '@aws-sdk/client-xray';
import type { Transition } from '../../controller/status/schema.ts';

/** What is told of the world as it goes on, in lines. */

/** Traces that are whole and have not been told, oldest first. */
export function newTraces(
  summaries: readonly TraceSummary[],
  told: ReadonlySet<string>,
): readonly TraceSummary[] {
  return summaries
    .filter(({ Id = '', IsPartial = false }) => !IsPartial && !told.has(Id))
    .toSorted((one, other) => startOf(one) - startOf(other));
}

/** `17:31:05  trace  todo  POST http://127.31.0.5:8000/  200  41 ms, with todo.sqlite3  1-…`. */
export function traceTold(trace: TraceSummary): string {
  const { Id = '', Http = {}, ResponseTime = 0, ServiceIds = [], EntryPoint } = trace;
  const root = EntryPoint?.Name ?? '';
  const others = [...new Set(ServiceIds.flatMap(({ Name }) => Name ?? []))].filter((name) => name !== root);
  const behind = others.length === 0 ? '' : `, with ${others.join(' and ')}`;
  const request = [Http.HttpMethod, Http.HttpURL, Http.HttpStatus]
    .filter((part) => part !== undefined)
    .join(' ');
  const took = `${Math.round(ResponseTime * 1000)} ms`;
  return `${clock(trace.StartTime)}  trace  ${root}  ${request}  ${took}${behind}  ${Id}`;
}

/** What the controller has put right and nobody has been told of, oldest first. */
export function newRepairs(history: readonly Transition[], told: ReadonlySet<string>): readonly Transition[] {
  return history
    .filter((each) => (each.why === 'Drifted' || each.why === 'Missing') && !told.has(keyOf(each)))
    .toReversed();
}

export function keyOf({ at, resource }: Transition): string {
  return `${at} ${resource}`;
}

/** `17:31:05  drift  service/xray: desiredCount 0 -> 2, done`. */
export function repairTold({ at, resource, why, changes, result }: Transition): string {
  const fields = changes.map(
    ({ path, from, to }) => `${path} ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
  );
  const what = why === 'Missing' ? 'was missing' : fields.join(', ');
  return `${clock(new Date(at))}  drift  ${resource}: ${what}; put right: ${result}`;
}

function startOf({ StartTime }: TraceSummary): number {
  return StartTime?.getTime() ?? 0;
}

function clock(time: Date | undefined): string {
  return time === undefined ? '--:--:--' : time.toTimeString().slice(0, 8);
}
