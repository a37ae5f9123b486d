import { DAYS } from './schedule.ts';
import type { Window } from './schedule.ts';

/** When windows change next, in epoch milliseconds: one that opens is told in the hours of its own time zone. */
export type WindowChange =
  | { readonly opensAt: number; readonly timeZone: string }
  | { readonly closesAt: number };

interface Span {
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
}

/** The clocks of a place: what its hours are ahead of UTC at a moment, in milliseconds. */
type Offset = (at: number) => number;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A window of one day a week, which a change of clocks may swallow once, opens again within these. */
const DAYS_AHEAD = 15;

/** Whether one of the windows is open; where there is none, it is always. */
export function isOpen(windows: readonly Window[], now: number): boolean {
  return windows.length === 0 || windows.flatMap((window) => spansOf(window, now)).some(includes(now));
}

/** When time alone opens or closes windows the next time; undefined where it never does. */
export function nextChange(windows: readonly Window[], now: number): WindowChange | undefined {
  const spans = windows.flatMap((window) => spansOf(window, now)).toSorted((a, b) => a.from - b.from);
  if (!spans.some(includes(now))) {
    const next = spans.find(({ from }) => from > now);
    return next === undefined ? undefined : { opensAt: next.from, timeZone: next.timeZone };
  }
  let closesAt = now;
  // One that opens as another closes goes on with it.
  for (const { from, to } of spans) if (from <= closesAt) closesAt = Math.max(closesAt, to);
  return closesAt < now + (DAYS_AHEAD - 2) * DAY_MS ? { closesAt } : undefined;
}

/** `2026-11-30 08:00`: a moment as the clocks of a time zone show it. */
export function localTime(at: number, timeZone: string): string {
  return new Date(at + offsetIn(timeZone)(at)).toISOString().slice(0, 16).replace('T', ' ');
}

function includes(now: number): (span: Span) => boolean {
  return ({ from, to }) => from <= now && now < to;
}

/** When a window is open around now: one that runs into the next day belongs to the day on which it opens. */
function spansOf({ days, from, to, timeZone }: Window, now: number): readonly Span[] {
  const offset = offsetIn(timeZone);
  const today = Math.floor((now + offset(now)) / DAY_MS);
  const spans: Span[] = [];
  for (let day = today - 2; day <= today + DAYS_AHEAD; day += 1) {
    if (!days.includes(weekday(day))) continue;
    const opens = momentOf(day * DAY_MS + from * MINUTE_MS, offset);
    const closes = momentOf((to > from ? day : day + 1) * DAY_MS + to * MINUTE_MS, offset);
    if (opens < closes) spans.push({ from: opens, to: closes, timeZone });
  }
  return spans;
}

/** Of a day by its number since 1 January 1970, which was a Thursday. */
function weekday(day: number): Window['days'][number] {
  return DAYS[(((day + 3) % 7) + 7) % 7]!;
}

/**
 * The moment at which clocks show a local time, given as if it were UTC: the first of two where they go back, and where they jump over it
 * the moment at which they do.
 */
function momentOf(local: number, offset: Offset): number {
  const [before, after] = [local - DAY_MS, local + DAY_MS];
  const shown = [local - offset(before), local - offset(after)].filter((at) => at + offset(at) === local);
  return shown.length > 0 ? Math.min(...shown) : changeBetween(before, after, offset);
}

/** The first moment of the clocks' new hours, of two moments with one change between them. */
function changeBetween(before: number, after: number, offset: Offset): number {
  const old = offset(before);
  let [last, first] = [before, after];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offset(middle) === old) last = middle;
    else first = middle;
  }
  return first;
}

function offsetIn(timeZone: string): Offset {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return shown - Math.floor(at / 1000) * 1000;
  };
}
