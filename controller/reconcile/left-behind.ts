import { isEnvironment } from '../core/reference.ts';
import { resourceKey } from '../core/resource.ts';
import { seenWhole, whyUnseen } from '../plan/snapshot.ts';
import type { Step } from '../plan/step.ts';
import type { EnvironmentPass } from './environment-pass.ts';

/**
 * What is left where an environment was, under a name of its own: where the environment is now, it may be there under the same one.
 * Pure.
 */
export function leftBehind(name: string, pass: EnvironmentPass): EnvironmentPass {
  const left = (steps: readonly Step[]): readonly Step[] =>
    steps
      .filter(({ id }) => !isEnvironment(id))
      .map((step) => ({ ...step, id: { ...step.id, environment: name } }));
  return { ...pass, name, before: left(pass.before), steps: left(pass.steps), unread: new Map() };
}

/** With what the look before found and this one could not read: no manifest names it, so that no step would tell of it. Pure. */
export function withUnread(pass: EnvironmentPass, before: EnvironmentPass | undefined): EnvironmentPass {
  const planned = new Set(pass.steps.map(({ id }) => resourceKey(id)));
  const unread = (before?.steps ?? []).flatMap((step): readonly Step[] => {
    const { id, manifest, owner } = step;
    const isRead = seenWhole(pass.snapshot, pass.name, id.kind);
    if (isRead || owner !== 'us' || planned.has(resourceKey(id))) return [];
    const reason = whyUnseen(pass.snapshot, id) ?? `not every ${id.kind} could be read`;
    const nothing = { changes: [], upkeep: [], changedBy: 'git' } as const;
    return [{ id, manifest, owner, ...nothing, type: 'hold', why: 'unseen', intent: 'delete', reason }];
  });
  return { ...pass, steps: [...pass.steps, ...unread] };
}
