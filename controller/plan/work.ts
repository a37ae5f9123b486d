import type { FieldChange, Upkeep, Work } from '../core/resource.ts';

export const NO_WORK: Work = { changes: [], upkeep: [] };

export function isWork({ changes, upkeep }: Work): boolean {
  return changes.length > 0 || upkeep.length > 0;
}

/** The path under which upkeep is listed among fields: `registrations`, `revisions[xray:7]`. */
export function upkeepPath({ what, which }: Upkeep): string {
  return which === undefined ? what : `${what}[${which}]`;
}

/** All that there is to do in the words that people are shown, where upkeep is listed behind the fields. */
export function listed({ changes, upkeep }: Work): readonly FieldChange[] {
  return [
    ...changes,
    ...upkeep.map((one) => ({ path: upkeepPath(one), from: one.from, to: one.to, by: 'update' }) as const),
  ];
}
