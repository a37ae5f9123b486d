import type { Judgement } from './judgement.ts';
import type { Mutant } from './mutant.ts';

export function sampleMutant(overrides: Partial<Mutant> = {}): Mutant {
  return {
    file: 'controller/plan/rules.ts',
    line: 12,
    column: 7,
    mutator: 'ConditionalExpression',
    context: 'if (a && b) return hold;',
    original: 'a && b',
    replacement: 'true',
    ...overrides,
  };
}

export function sampleJudgement(overrides: Partial<Judgement> = {}): Judgement {
  const { file, mutator, context, original, replacement } = sampleMutant();
  return {
    file,
    mutator,
    context,
    original,
    replacement,
    changes: 'nothing',
    why: 'b follows from a',
    ...overrides,
  };
}
