import { describe, expect, test } from 'vitest';
import { DAYS } from '../../../controller/core/rollout/schedule.ts';
import type { Window } from '../../../controller/core/rollout/schedule.ts';
import { isOpen, localTime, nextChange } from '../../../controller/core/rollout/windows.ts';

/** `Mon-Fri 08:00-16:00 Europe/Berlin`, or `daily …`. */
function windowOf(text: string): Window {
  const [, days = '', from = '', to = '', timeZone = ''] =
    /^(\S+) (\d\d:\d\d)-(\d\d:\d\d) (\S+)$/.exec(text) ?? [];
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const named = DAYS.filter((day) => days === 'daily' || days.split(',').includes(day));
  return { days: named, from: minutes(from), to: minutes(to), timeZone };
}

const HOURS = 'Mon,Tue,Wed,Thu 08:00-16:00 Europe/Berlin';
const at = (text: string): number => Date.parse(text);

describe('windows', () => {
  test.each([
    ['before its hour', HOURS, '2026-11-30T06:59:59Z', false],
    ['from the first moment of its hour', HOURS, '2026-11-30T07:00:00Z', true],
    ['until the last', HOURS, '2026-11-30T14:59:59Z', true],
    ['not at the moment it closes', HOURS, '2026-11-30T15:00:00Z', false],
    ['not on another day', HOURS, '2026-12-04T10:00:00Z', false],
    [
      'on the day of the week there, not in UTC',
      'Tue 00:00-02:00 Asia/Kolkata',
      '2026-11-30T19:00:00Z',
      true,
    ],
    ['at half hours', 'daily 09:00-10:00 Asia/Kolkata', '2026-11-30T03:30:00Z', true],
    ['not before half hours', 'daily 09:00-10:00 Asia/Kolkata', '2026-11-30T03:29:59Z', false],
    ['over midnight, still its day', 'Mon 22:00-02:00 UTC', '2026-12-01T01:59:00Z', true],
    ['over midnight, of the day on which it opens', 'Mon 22:00-02:00 UTC', '2026-11-30T01:00:00Z', false],
    ['all day, where it ends as it begins', 'Mon 08:00-08:00 UTC', '2026-12-01T07:59:00Z', true],
  ])('are open %s', (_when, text, now, expected) => {
    expect(isOpen([windowOf(text)], at(now))).toBe(expected);
  });

  test('are always open where there are none, which never changes', () => {
    expect(isOpen([], at('2026-11-29T00:00:00Z'))).toBe(true);
    expect(nextChange([], at('2026-11-29T00:00:00Z'))).toBeUndefined();
  });

  test('never change where they leave nothing out', () => {
    const always = windowOf('daily 00:00-00:00 Europe/Berlin');
    expect(isOpen([always], at('2026-10-25T00:30:00Z'))).toBe(true);
    expect(nextChange([always], at('2026-10-20T00:30:00Z'))).toBeUndefined();
  });

  test('that touch close together', () => {
    const both = [windowOf('Mon 08:00-12:00 UTC'), windowOf('Mon 12:00-16:00 UTC')];
    expect(nextChange(both, at('2026-11-30T09:00:00Z'))).toEqual({ closesAt: at('2026-11-30T16:00:00Z') });
  });

  test('tell the first to open, in its time zone', () => {
    const both = [windowOf('Wed 08:00-12:00 UTC'), windowOf('Tue 08:00-12:00 Europe/Berlin')];
    const opensAt = at('2026-12-01T07:00:00Z');
    expect(nextChange(both, at('2026-11-30T09:00:00Z'))).toEqual({ opensAt, timeZone: 'Europe/Berlin' });
    expect(localTime(opensAt, 'Europe/Berlin')).toBe('2026-12-01 08:00');
  });
});

/** When a window opens and closes next, from noon UTC of the day before. */
describe('where clocks change', () => {
  test.each([
    [
      'the hours before',
      'Sun 08:00-16:00 Europe/Berlin',
      '2026-03-28',
      '2026-03-29T06:00Z',
      '2026-03-29T14:00Z',
    ],
    [
      'the hours after',
      'Sun 08:00-16:00 Europe/Berlin',
      '2026-10-24',
      '2026-10-25T07:00Z',
      '2026-10-25T15:00Z',
    ],
    [
      'one that does not exist',
      'daily 02:30-05:00 Europe/Berlin',
      '2026-03-28',
      '2026-03-29T01:00Z',
      '2026-03-29T03:00Z',
    ],
    [
      'one that closes while they jump',
      'daily 01:00-02:30 Europe/Berlin',
      '2026-03-28',
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'one that happens twice',
      'daily 02:30-05:00 Europe/Berlin',
      '2026-10-24',
      '2026-10-25T00:30Z',
      '2026-10-25T04:00Z',
    ],
    [
      'one over both hours',
      'daily 01:00-04:00 Europe/Berlin',
      '2026-10-24',
      '2026-10-24T23:00Z',
      '2026-10-25T03:00Z',
    ],
    [
      'one that clocks swallow, the day after',
      'daily 02:10-02:50 Europe/Berlin',
      '2026-03-28',
      '2026-03-30T00:10Z',
      '2026-03-30T00:50Z',
    ],
    [
      'one of a week that clocks swallow',
      'Sun 02:10-02:50 Europe/Berlin',
      '2026-03-28',
      '2026-04-05T00:10Z',
      '2026-04-05T00:50Z',
    ],
    [
      'New York in spring',
      'daily 02:30-06:00 America/New_York',
      '2026-03-07',
      '2026-03-08T07:00Z',
      '2026-03-08T10:00Z',
    ],
    [
      'New York in autumn',
      'daily 01:30-06:00 America/New_York',
      '2026-10-31',
      '2026-11-01T05:30Z',
      '2026-11-01T11:00Z',
    ],
    [
      'New York over midnight',
      'Sat 22:00-04:00 America/New_York',
      '2026-10-31',
      '2026-11-01T02:00Z',
      '2026-11-01T09:00Z',
    ],
    [
      'UTC, where they never do',
      'daily 02:30-03:00 UTC',
      '2026-03-28',
      '2026-03-29T02:30Z',
      '2026-03-29T03:00Z',
    ],
    [
      'Kolkata, where they never do',
      'daily 19:30-20:00 Asia/Kolkata',
      '2026-03-28',
      '2026-03-28T14:00Z',
      '2026-03-28T14:30Z',
    ],
    [
      'Lord Howe by half an hour, in spring',
      'daily 02:15-04:00 Australia/Lord_Howe',
      '2026-10-03',
      '2026-10-03T15:30Z',
      '2026-10-03T17:00Z',
    ],
    [
      'Lord Howe by half an hour, in autumn',
      'daily 01:45-04:00 Australia/Lord_Howe',
      '2026-04-04',
      '2026-04-04T14:45Z',
      '2026-04-04T17:30Z',
    ],
  ])('a window opens and closes by its clocks: %s', (_what, text, day, opens, closes) => {
    const window = windowOf(text);
    const opensAt = at(opens);
    expect(nextChange([window], at(`${day}T12:00:00Z`))).toEqual({ opensAt, timeZone: window.timeZone });
    expect(isOpen([window], opensAt - 1)).toBe(false);
    expect(isOpen([window], opensAt)).toBe(true);
    expect(nextChange([window], opensAt)).toEqual({ closesAt: at(closes) });
  });
});
