import { describe, expect, test } from 'vitest';
import { reasonText } from '../../controller/cli/explain-reason.ts';
import { REASON_GROUPS, REASON_NAMES } from '../../controller/reasons/index.ts';

const REASONS = REASON_GROUPS.flatMap(({ reasons }) => reasons);

describe('explain REASON', () => {
  test('says what the reason means and what to do, with links as people read them on a terminal', () => {
    expect(reasonText('PruneBudgetExceeded')).toBe(
      `PruneBudgetExceeded

The plan would delete more objects than the prune budget allows within its time.

What to do: Confirm the plan (docs/operations.md#the-prune-budget), wait, or restore the manifests.
`,
    );
  });

  test('names the reasons that mean the same', () => {
    expect(reasonText('OutOfMemory')).toContain('\n\nThe same: ContainerKilled.\n');
  });

  test.each([
    ['ImageNotfound', 'Did you mean ImageNotFound?'],
    ['Nonsense', 'A reason may also be any error code of AWS'],
  ])('refuses %s with a hint', (name, hint) => {
    expect(() => reasonText(name)).toThrow(expect.objectContaining({ code: 'UnknownReason' }));
    expect(() => reasonText(name)).toThrow(hint);
  });
});

describe('every reason', () => {
  test('is listed once', () => {
    expect(new Set(REASONS.flatMap(({ names }) => names)).size).toBe(
      REASONS.flatMap(({ names }) => names).length,
    );
  });

  test.each(REASON_NAMES)('is a word that a condition may have: %s', (name) => {
    expect(name).toMatch(/^[A-Z][A-Za-z]*$/);
  });

  test.each(REASONS)('is told in whole sentences: $names.0', ({ meaning, remedy }) => {
    for (const text of [meaning, remedy]) expect(text).toMatch(/^[A-Z`[][^]*\.$/);
  });
});
