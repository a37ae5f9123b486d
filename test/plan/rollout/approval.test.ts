import { describe, expect, it } from 'vitest';
import type { Approval, Course } from '../../../controller/core/rollout/course.ts';
import { approvalOf } from '../../../controller/plan/rollout/approval.ts';
import { courseOfFleet, holding, NEW, OLD, old, stage } from '../../support/rollouts/members.ts';
import type { Fleet } from '../../support/rollouts/members.ts';

const REST: Approval = { rollout: 'fleet', stage: 'rest', digest: NEW };

function course(overrides: Partial<Fleet> = {}): Course {
  return courseOfFleet({
    stages: [stage('canary'), stage('rest', { needsApproval: true })],
    members: [{ a: old() }, { b: old(), c: old() }],
    ...overrides,
  });
}

/** The same of a definition of another name and digest. */
function other(overrides: Partial<Fleet['definition']> = {}): Course {
  const manifest = { kind: 'DaemonService', name: 'adot' } as const;
  return course({ definition: { manifest, digest: '00000000000000cc', ...overrides } });
}

describe('an approval', () => {
  it('counts for a stage that waits for it, open or not', () => {
    expect(approvalOf([course()], REST)).toEqual({
      type: 'approved',
      message: `stage rest of Rollout/fleet for xray (${NEW}) is approved for as long as this controller runs`,
    });
  });

  it.each<[string, Course, string, string]>([
    ['asks for none', course(), 'canary', 'asks for no approval'],
    ['was approved over HTTP', course({ approvals: [REST] }), 'rest', 'is approved already'],
    ['was approved in git', course({ schedule: { approved: { xray: NEW } } }), 'rest', 'is approved already'],
    [
      'has an Environment that has begun',
      course({ members: [{ a: old() }, { b: holding(NEW, -5), c: old() }] }),
      'rest',
      'is approved already',
    ],
  ])('is not needed where the stage %s', (_why, standing, name, message) => {
    const verdict = approvalOf([standing], { ...REST, stage: name });
    expect(verdict).toEqual({ type: 'notNeeded', message: expect.stringContaining(message) });
  });

  it('is still needed where git approves another digest, or the digest of another definition', () => {
    for (const approved of [{ xray: OLD }, { adot: NEW }]) {
      expect(approvalOf([course({ schedule: { approved } })], REST).type).toBe('approved');
    }
  });

  it('is of the definition that has the digest, of several that go through the Rollout', () => {
    const verdict = approvalOf([course(), other()], { ...REST, digest: '00000000000000cc' });
    expect(verdict).toMatchObject({ type: 'approved', message: expect.stringContaining('for adot') });
  });
});

describe('an approval that can be none', () => {
  it.each<[string, readonly Course[], Partial<Approval>, string, string]>([
    [
      'a Rollout that is misspelt',
      [course()],
      { rollout: 'flee' },
      'unknownRollout',
      'no definition goes through a Rollout "flee"; did you mean "fleet"?',
    ],
    [
      'a Rollout where there is none',
      [],
      {},
      'unknownRollout',
      'no definition goes through a Rollout "fleet"; no definition goes through one',
    ],
    [
      'a stage that is misspelt',
      [course()],
      { stage: 'canry' },
      'unknownStage',
      'Rollout/fleet has no stage "canry"; did you mean "canary"?',
    ],
    [
      'a stage of a Rollout without any',
      [course({ definition: { schedule: undefined } })],
      {},
      'unknownStage',
      'Rollout/fleet has no stage "rest"; it has no valid stages: correct its document',
    ],
    [
      'a digest that was current once',
      [course(), other()],
      { digest: OLD },
      'stale',
      `no definition that goes through Rollout/fleet has the digest "${OLD}" now; current is ${NEW} of xray, 00000000000000cc of adot; look at what that changes, and approve it`,
    ],
    [
      'the digest of a definition of another Rollout',
      [course(), other({ rollout: 'weekend' })],
      { digest: '00000000000000cc' },
      'stale',
      `no definition that goes through Rollout/fleet has the digest "00000000000000cc" now; current is ${NEW} of xray; look at what that changes, and approve it`,
    ],
  ])('is told why: %s', (_what, courses, asked, type, message) => {
    expect(approvalOf(courses, { ...REST, ...asked })).toEqual({ type, message });
  });

  it('shows no more of a long digest than its beginning', () => {
    const { message } = approvalOf([course()], { ...REST, digest: 'f'.repeat(128) });
    expect(message).toContain(`"${'f'.repeat(64)}"`);
  });
});
