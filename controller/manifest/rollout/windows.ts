import { milliseconds, UNIT_MS } from '../../core/duration.ts';
import { closest } from '../../core/suggest.ts';
import type { Report } from '../check/check.ts';
import type { RolloutManifestSpec } from '../schema/rollout.ts';
import { minutesOf } from './schedule.ts';

/** A soak or a deadline of more than a week is a slip of the keyboard. */
const LONGEST_MS = 7 * 24 * UNIT_MS.h;

/** Checks what a schema cannot say of durations, as far as they are valid by that. */
export function checkDurations(
  { stages, progressDeadline }: Partial<RolloutManifestSpec>,
  report: Report,
): void {
  const soaks = (stages ?? []).map(({ soak }, index) => ({
    text: soak,
    at: ['spec', 'stages', index, 'soak'],
  }));
  for (const { text, at } of [...soaks, { text: progressDeadline, at: ['spec', 'progressDeadline'] }]) {
    const ms = text === undefined ? undefined : milliseconds(text);
    if (ms !== undefined && ms > LONGEST_MS)
      report(at, `${text} is longer than a week; at most 168h is taken`);
  }
  if (progressDeadline !== undefined && milliseconds(progressDeadline) === 0) {
    report(['spec', 'progressDeadline'], 'an Environment that begins would fail at once; write at least 1s');
  }
}

/** Checks what a schema cannot say of windows: that they open, and where. */
export function checkWindows(windows: NonNullable<RolloutManifestSpec['windows']>, report: Report): void {
  for (const [index, { from, to, timeZone }] of windows.entries()) {
    const at = ['spec', 'windows', index];
    if (minutesOf(from) === minutesOf(to)) {
      report([...at, 'to'], `the window never opens, as it closes at ${from} too; write another time`);
    }
    if (from === '24:00')
      report([...at, 'from'], 'a window opens at 24:00 on no day; write "00:00" of the next');
    if (!isTimeZone(timeZone)) report([...at, 'timeZone'], unknownZone(timeZone));
  }
}

function isTimeZone(name: string): boolean {
  // Intl takes an offset too, which knows no summer time.
  if (/^[+-]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function unknownZone(name: string): string {
  const near = closest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  const helps =
    near === undefined ? 'write one such as Europe/Berlin or UTC' : `did you mean ${JSON.stringify(near)}?`;
  return `${JSON.stringify(name.slice(0, 64))} is no time zone of the IANA database; ${helps}`;
}
