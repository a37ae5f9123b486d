import { findingsFrom, needsFrom } from '../../../controller/core/outputs.ts';
import type { Findings, Needs } from '../../../controller/core/outputs.ts';
import type { KindFacts } from '../../../controller/core/facts.ts';
import type { KindName, Outputs } from '../../../controller/core/resource.ts';

export const nothingNeeded: Needs = () => undefined;
export const nothingFound: Findings = () => undefined;

/** Every resource of a kind gives the same. */
export function needsByKind(outputs: Readonly<Record<KindName, Outputs>>): Needs {
  return needsFrom(({ kind }) => {
    const given = outputs[kind];
    return given && { outputs: given };
  });
}

/** Findings for a kind with these facts, where the driver finds out the same of every resource of a kind. */
export function findingsByKind(facts: KindFacts, findings: Readonly<Record<KindName, object>>): Findings {
  return findingsFrom(({ kind }) => {
    const found = findings[kind];
    return found && { outputs: {}, findings: found };
  }, facts);
}
