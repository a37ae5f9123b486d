import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  desiredResource,
  modelsWith,
  observedResource,
  planFor,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { DesiredOverrides } from '../support/plans/resources.ts';

/** The step of the first that is desired. */
function stepOf(desired: Desired, items: readonly Observed[] = [], input: Partial<PlanInput> = {}): Step {
  const { steps } = planFor({ desired: [desired], snapshot: snapshotOf(items), ...input });
  return steps.find(({ id }) => resourceKey(id) === resourceKey(desired.id))!;
}

describe('another name of what AWS cannot rename', () => {
  const models = modelsWith('security-group', { renameReplaces: true });
  const wanted = (overrides: DesiredOverrides = {}) =>
    desiredResource({ kind: 'security-group', name: 'new', manifest: 'xray', ...overrides });
  const former = observedResource(wanted({ name: 'old' }));
  const ALLOWED = { policy: { allowReplace: true } };

  it('is held, and tells what allowing it would do', () => {
    expect(stepOf(wanted(), [former], { models }).reason).toMatch(
      /^AWS cannot change name in place; .* to create security-group\/new, .* and delete security-group\/old$/,
    );
  });

  it('takes the place of the former one, and says so', () => {
    expect(stepOf(wanted(ALLOWED), [former], { models })).toMatchObject({
      type: 'create',
      reason: 'takes the place of security-group/old',
      changes: [],
    });
    expect(stepOf(wanted(ALLOWED), [former]).reason).toBe('');
  });

  it('is none where it exists already', () => {
    const there = observedResource(wanted());
    expect(stepOf(wanted(), [former, there], { models }).type).toBe('keep');
  });

  it.each<readonly [string, Observed]>([
    ['another manifest', observedResource(wanted({ name: 'old', manifest: 'other' }))],
    ['another kind', observedResource(wanted({ name: 'old', kind: 'role' }))],
    ['another environment', observedResource(wanted({ name: 'old', environment: 'other' }))],
    ['nobody', observedResource(wanted({ name: 'old' }), { owner: 'nobody' })],
    ['an owner who is not us, whatever its manifest tag says', { ...former, tags: {} }],
  ])('is not that of what belongs to %s', (_what, item) => {
    const step = stepOf(wanted(), [], { models, snapshot: snapshotOf([item], ['default', 'other']) });
    expect(step).toMatchObject({ type: 'create', reason: '' });
  });

  it('waits as something to be made, where it is allowed, for what it needs', () => {
    const missing = desiredResource({ kind: 'role', name: 'missing' });
    const waiting = wanted({ ...ALLOWED, needs: [missing.id] });
    expect(stepOf(waiting, [former], { models })).toMatchObject({
      why: 'waiting',
      intent: 'create',
      changes: [],
    });
    expect(stepOf(wanted(), [former], { models })).toMatchObject({
      why: 'policy',
      intent: 'replace',
      changes: [{ path: 'name', from: 'old', to: 'new' }],
      upkeep: [],
    });
  });

  it('is not that of what another source has', () => {
    const tags = { ...former.tags, 'stationkeeper:source': 'github.com/acme/there' };
    const source = { id: 'github.com/acme/here', takesOver: [] };
    expect(stepOf(wanted(), [{ ...former, tags }], { models, source })).toMatchObject({
      type: 'create',
      reason: '',
    });
  });

  it('is not that of what its manifest still names', () => {
    const both = [wanted(), wanted({ name: 'old' })];
    expect(stepOf(both[0]!, [former], { models, desired: both }).type).toBe('create');
  });
});
