import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import { environmentId } from '../../controller/core/reference.ts';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired } from '../../controller/core/resource.ts';
import { seenWhole, whyUnseen } from '../../controller/plan/snapshot.ts';
import { observe } from '../../controller/reconcile/observe.ts';
import { createAccount } from '../support/plans/account.ts';
import { desiredResource, observedResource } from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

const ENVIRONMENT: Desired<SampleSpec> = {
  ...desiredResource({ kind: 'environment', management: 'external' }),
  id: environmentId('default'),
};
const ROLE = desiredResource({ kind: 'role' });
const DEFINITION = desiredResource({ kind: 'task-definition', needs: [ROLE.id] });
const LEFT = desiredResource({ kind: 'role', name: 'left' });
const WANTED = [ENVIRONMENT, ROLE, DEFINITION];

function account() {
  return createAccount([...WANTED, LEFT].map((one) => observedResource(one)));
}

function denied(operation: string, code = 'AccessDenied'): StationkeeperError {
  return new StationkeeperError({ code, message: `${operation}: ${code}`, retry: 'backoff', operation });
}

describe('a reading', () => {
  test('sees what is wanted and what is left over, kind after kind, with the outputs of the kinds before', async () => {
    const aws = account();
    const { snapshot, refused } = await observe(aws.runtime, WANTED, 'all-owned');
    expect([...snapshot.items.keys()].toSorted()).toEqual([...aws.items.keys()].toSorted());
    expect(aws.needed.get(resourceKey(DEFINITION.id))).toEqual([ROLE.id]);
    expect(refused.size).toBe(0);
    expect(aws.asked.indexOf('read all-owned role/*')).toBeLessThan(
      aws.asked.indexOf('read all-owned task-definition/*'),
    );
  });

  test('of what the manifests name only asks for no other kind, and takes that for seen', async () => {
    const aws = account();
    const { snapshot } = await observe(aws.runtime, WANTED, 'these');
    expect(aws.asked).toEqual([
      'read these environment/*',
      'read these role/*',
      'read these task-definition/*',
    ]);
    expect(snapshot.items.has(resourceKey(LEFT.id))).toBe(false);
    expect(seenWhole(snapshot, 'default', 'service')).toBe(true);
  });

  test('asks a kind for what is wanted of that kind', async () => {
    const aws = account();
    await observe(aws.runtime, WANTED, 'these');
    expect([...aws.needed.keys()]).toEqual(WANTED.map(({ id }) => resourceKey(id)));
  });

  test('that is refused leaves its kind unseen, says why, and holds up no other', async () => {
    const aws = account();
    const error = denied('iam:GetAccountAuthorizationDetails');
    aws.answers.set('read all-owned role', error);
    const { snapshot, refused } = await observe(aws.runtime, WANTED, 'all-owned');
    expect([...refused]).toEqual([['role', error]]);
    expect(whyUnseen(snapshot, ROLE.id)).toBe(error.message);
    expect(snapshot.items.has(resourceKey(DEFINITION.id))).toBe(true);
  });

  test('of nothing else is made where the environment could not be looked up', async () => {
    const aws = account();
    aws.answers.set('read all-owned environment', denied('sts:GetCallerIdentity'));
    const { snapshot, refused } = await observe(aws.runtime, WANTED, 'all-owned');
    expect(aws.asked).toEqual(['read all-owned environment/*']);
    expect([...refused.keys()]).toEqual(['environment']);
    expect(whyUnseen(snapshot, DEFINITION.id)).toBe('sts:GetCallerIdentity: AccessDenied');
  });
});

describe('while the list of what is ours cannot be had', () => {
  test('each wanted resource is asked for itself, and nothing left over is known', async () => {
    const aws = account();
    aws.answers.set('read all-owned role', denied('tagging:GetResources', 'InternalServiceException'));
    const { snapshot, refused } = await observe(aws.runtime, WANTED, 'all-owned');
    expect(refused.size).toBe(0);
    expect(whyUnseen(snapshot, ROLE.id)).toBeUndefined();
    expect(snapshot.items.has(resourceKey(ROLE.id))).toBe(true);
    expect(seenWhole(snapshot, 'default', 'role')).toBe(false);
    expect(seenWhole(snapshot, 'default', 'task-definition')).toBe(true);
  });

  test('what cannot be asked for itself either is unseen', async () => {
    const aws = account();
    aws.answers.set('read all-owned role', denied('tagging:GetResources', 'InternalServiceException'));
    aws.answers.set('read these role', denied('iam:GetRole'));
    const { snapshot, refused } = await observe(aws.runtime, WANTED, 'all-owned');
    expect(refused.get('role')?.message).toBe('iam:GetRole: AccessDenied');
    expect(whyUnseen(snapshot, ROLE.id)).toBe('iam:GetRole: AccessDenied');
  });

  test('for lack of a permission, that is told instead', async () => {
    const aws = account();
    aws.answers.set('read all-owned role', denied('tagging:GetResources'));
    expect([...(await observe(aws.runtime, WANTED, 'all-owned')).refused.keys()]).toEqual(['role']);
  });
});
