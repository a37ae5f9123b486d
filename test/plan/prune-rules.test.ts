import { expect, test } from 'vitest';
import { periodText } from '../../controller/plan/prune-rules.ts';

test.each([
  [3_600_000, '1h'],
  [7_200_000, '2h'],
  [5_400_000, '90m'],
  [60_000, '1m'],
  [90_000, '90s'],
  [1_000, '1s'],
  [1_500, '1500ms'],
])('a time of %i ms is written as the option takes it, %s', (ms, text) => {
  expect(periodText(ms)).toBe(text);
});
