import { describe, expect, it } from 'vitest';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { settled } from '../../controller/plan/yielding.ts';
import { desiredResource, observedResource, planInput, snapshotOf } from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

const OWNER = 'stationkeeper';
const { models: MODELS } = planInput();
const RELEASED = 'stationkeeper:released-from';

/** The group as each of these daemons wants it, the first by name before the others. */
function wanted(...names: readonly string[]): Desired<SampleSpec> {
  const [first, ...others] = names.map((name) => ({
    ...desiredResource({ kind: 'log-group', name: '/audit', manifest: name }),
    yields: { others: [] },
  }));
  return { ...first!, yields: { others } };
}

function chosen(desired: Desired, items: readonly Observed[]): readonly string[] {
  return settled([desired], { owner: OWNER, snapshot: snapshotOf(items), models: MODELS }).map(
    ({ manifest, management }) => `${management} ${manifest.name}`,
  );
}

describe('what is wanted only where nobody else has it', () => {
  it('is the first one’s by name where there is none', () => {
    expect(chosen(wanted('a', 'b'), [])).toEqual(['managed a']);
  });

  it('is whose it was made for, wherever that stands by name', () => {
    const theirs = observedResource(wanted('b'));
    expect(chosen(wanted('a', 'b', 'c'), [theirs])).toEqual(['managed b']);
  });

  it('is whose it was when that let it go, and of nobody else', () => {
    const by = (name: string): Observed => {
      const { manifest: _none, ...item } = observedResource(wanted('b'), { owner: 'nobody' });
      return { ...item, tags: { [RELEASED]: `${OWNER}/default/DaemonService/${name}` } };
    };
    expect(chosen(wanted('a', 'b'), [by('b')])).toEqual(['managed b']);
    expect(chosen(wanted('a', 'b'), [by('c')])).toEqual(['external a']);
  });

  it('is only used where it was made for a manifest that does not name it', () => {
    expect(chosen(wanted('a', 'b'), [observedResource(wanted('gone'))])).toEqual(['external a']);
  });

  it('leaves all else as it is', () => {
    const desired = [desiredResource({ kind: 'role' })];
    expect(settled(desired, { owner: OWNER, snapshot: snapshotOf([]), models: MODELS })).toBe(desired);
  });
});
