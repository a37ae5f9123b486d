import { describe, expect, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Tags } from '../../controller/core/resource.ts';
import { ensureStillOurs } from '../../controller/reconcile/still-ours.ts';
import { createAccount } from '../support/plans/account.ts';
import { deleteStep, replaceStep, updateStep } from '../support/plans/steps.ts';

type Changing = Parameters<typeof ensureStillOurs>[0];

const UPDATE = updateStep() as Changing;
const REPLACE = replaceStep() as Changing;
const DELETE = deleteStep() as Changing;
const ADOPT = { ...UPDATE, adopts: true } as Changing;
const RELEASE = { ...DELETE, release: true } as Changing;

const OUR_SOURCE = 'git.example.org/daemons';
const US = { owner: 'stationkeeper', source: { id: OUR_SOURCE, takesOver: [] } };

const OURS = DELETE.observed.tags;
const SOURCED: Tags = { ...OURS, 'stationkeeper:source': OUR_SOURCE };
const DELETE_SOURCED = { ...DELETE, observed: { ...DELETE.observed, tags: SOURCED } } as Changing;
const RELEASE_SOURCED = { ...DELETE_SOURCED, release: true } as Changing;
const RETAINED: Tags = { ...OURS, 'stationkeeper:deletion-policy': 'retain' };
const UNPRUNED: Tags = { ...OURS, 'stationkeeper:prune': 'disabled' };
const ANOTHERS: Tags = { ...OURS, 'stationkeeper:owner': 'somebody-else' };
const ELSEWHERE: Tags = { ...OURS, 'stationkeeper:environment': 'other' };

/** Whether the step may be taken where the resource carries these tags by now; undefined: it is gone. */
async function isAllowed(step: Changing, tags: Tags | undefined): Promise<boolean> {
  const { runtime } = createAccount(tags === undefined ? [] : [{ ...step.observed, tags }]);
  return ensureStillOurs(step, runtime.drivers.get(step.id.kind)!, US).then(
    () => true,
    () => false,
  );
}

describe('right before it is taken', () => {
  test.each<readonly [string, Changing, Tags | undefined, boolean]>([
    ['an update of what is ours', UPDATE, OURS, true],
    ['a replacement of what is ours', REPLACE, OURS, true],
    ['a replacement of what is to be retained once no manifest names it', REPLACE, RETAINED, true],
    ['a deletion of what is ours', DELETE, OURS, true],
    ['a release of what is ours', RELEASE, OURS, true],
    ['a release of what says retain', RELEASE, RETAINED, true],
    ['an adoption of what is nobody’s', ADOPT, {}, true],
    ['a step on what is gone, which is its driver’s to find out', UPDATE, undefined, true],
    ['an update of what is nobody’s', UPDATE, {}, false],
    ['a replacement of what is another’s', REPLACE, ANOTHERS, false],
    ['an update of what is of another environment', UPDATE, ELSEWHERE, false],
    ['a deletion of what is another’s', DELETE, ANOTHERS, false],
    ['a deletion of what says retain by now', DELETE, RETAINED, false],
    ['a deletion of what is not to be pruned by now', DELETE, UNPRUNED, false],
    ['a release of what is not to be pruned by now', RELEASE, UNPRUNED, false],
    ['a release of what is nobody’s', RELEASE, {}, false],
    ['a deletion of what said no source when that was confirmed', DELETE, OURS, true],
    ['a deletion of what says its source', DELETE_SOURCED, SOURCED, true],
    ['a deletion of what says no source by now', DELETE_SOURCED, OURS, false],
    ['a release of what says no source by now', RELEASE_SOURCED, OURS, false],
    ['an adoption of what is ours already', ADOPT, OURS, false],
    ['an adoption of what is another’s', ADOPT, ANOTHERS, false],
  ])('%s is allowed or not', async (_what, step, tags, allowed) => {
    expect(await isAllowed(step, tags)).toBe(allowed);
  });

  test('what is not allowed says what happened, and is looked at again soon', async () => {
    const { runtime, items } = createAccount([DELETE.observed]);
    items.set(resourceKey(DELETE.id), { ...DELETE.observed, tags: {} });
    await expect(ensureStillOurs(DELETE, runtime.drivers.get('service')!, US)).rejects.toMatchObject({
      code: 'NotOurs',
      retry: 'wait',
      message:
        'the owner tags of service/xray have just changed, so the controller did not delete it; the next pass looks again',
    });
  });
});
