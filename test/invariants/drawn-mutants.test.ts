import { describe, expect, test } from 'vitest';
import { drawn } from '../support/mutants/draw.ts';
import { judged } from '../support/mutants/judgement.ts';
import { inBrief } from '../support/mutants/mutant.ts';
import { sampleJudgement, sampleMutant } from '../support/mutants/samples.ts';
import { verdictOf } from '../support/mutants/verdict.ts';
import type { Fate, Tried } from '../support/mutants/verdict.ts';

/** What `npm run soak -- --mutants` draws, and what it makes of how they fared. */

const HUNDRED = Array.from({ length: 100 }, (_, index) =>
  sampleMutant({ line: index, original: `a${index}` }),
);

describe('what is drawn', () => {
  test('is as many as asked, in the order of the code', () => {
    const lines = drawn(HUNDRED, 40, 1).map(({ line }) => line);
    expect(lines).toHaveLength(40);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });

  test('is the same for the same seed, and something else for another', () => {
    expect(drawn(HUNDRED, 40, 1)).toEqual(drawn(HUNDRED, 40, 1));
    expect(drawn(HUNDRED, 40, 1)).not.toEqual(drawn(HUNDRED, 40, 2));
  });

  test('stays the same where code above it grows', () => {
    const moved = HUNDRED.map((mutant) => ({ ...mutant, line: mutant.line + 10 }));
    const texts = (mutants: typeof HUNDRED): readonly string[] => mutants.map(({ original }) => original);
    expect(texts([...drawn(moved, 40, 1)])).toEqual(texts([...drawn(HUNDRED, 40, 1)]));
  });
});

describe('a judgement', () => {
  const here = sampleMutant();
  const elsewhere = sampleMutant({ file: 'controller/plan/work.ts' });

  test('is of the mutant with its text, wherever that stands in the file', () => {
    const moved = { ...here, line: 99, column: 3 };
    expect([...judged([elsewhere, moved], [sampleJudgement()]).keys()]).toEqual([moved]);
  });

  test.each([
    ['of a line that has changed', [{ ...here, context: 'if (a && b && c) return hold;' }], [{}]],
    ['of another replacement', [{ ...here, replacement: 'false' }], [{}]],
    ['of one of two alike, without saying which', [here, { ...here, line: 40 }], [{}]],
    ['of the third of two alike', [here, { ...here, line: 40 }], [{ nth: 3 }]],
    ['of what is judged already', [here], [{}, { why: 'once more' }]],
  ])('is an error: %s', (_what, mutants, judgements) => {
    expect(() => judged(mutants, judgements.map(sampleJudgement))).toThrow('judge these anew');
  });

  test('may say which of several alike it is of', () => {
    const second = { ...here, line: 40 };
    expect([...judged([here, second], [sampleJudgement({ nth: 2 })]).keys()]).toEqual([second]);
  });
});

describe('the verdict', () => {
  const caught: Fate = { type: 'caught', by: 'staysWithinBudget', tier: 'model', seed: 3 };
  const survived: Fate = { type: 'survived', worlds: { model: 10, real: 1 } };
  const notReached: Fate = { type: 'not reached' };
  const tried = (count: number, fate: Fate, judgement?: Tried['judgement']): readonly Tried[] =>
    Array.from({ length: count }, () => ({ mutant: sampleMutant(), fate, judgement }));

  test.each([
    ['all are caught', tried(40, caught), true],
    ['one of twenty survives', [...tried(19, caught), ...tried(1, survived)], true],
    ['two of twenty survive', [...tried(18, caught), ...tried(2, survived)], false],
    [
      'two of twenty survive, and change nothing but words',
      [...tried(18, caught), ...tried(2, survived, sampleJudgement({ changes: 'words' }))],
      true,
    ],
    [
      'two of twenty survive, and it is known why',
      [...tried(18, caught), ...tried(2, survived, sampleJudgement({ changes: 'behaviour' }))],
      false,
    ],
    ['two of twenty are not reached', [...tried(18, caught), ...tried(2, notReached)], true],
    ['one is caught that is judged to change nothing', tried(1, caught, sampleJudgement()), false],
  ])('where %s', (_what, all, holds) => {
    expect(verdictOf(all).holds).toBe(holds);
  });

  test('counts everyone once', () => {
    const {
      caught: noticed,
      survived: left,
      unchanged,
      notReached: never,
    } = verdictOf([
      ...tried(5, caught),
      ...tried(1, caught, sampleJudgement()),
      ...tried(2, survived),
      ...tried(3, survived, sampleJudgement()),
      ...tried(4, notReached, sampleJudgement()),
    ]);
    expect({ noticed, left, unchanged, never }).toEqual({ noticed: 6, left: 2, unchanged: 3, never: 4 });
  });
});

test('text of several lines is told in one, and a long one by its beginning', () => {
  expect(inBrief('{\n  a();\n}')).toBe('{ a(); }');
  expect(inBrief('x'.repeat(200))).toHaveLength(101);
});
