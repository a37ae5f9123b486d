import { describe, expect, it, test } from 'vitest';
import { resourceKey } from '../../controller/core/resource.ts';
import type { Desired, Observed } from '../../controller/core/resource.ts';
import { heldText } from '../../controller/core/rollout/held.ts';
import { recordText } from '../../controller/core/rollout/record.ts';
import { memberFacts } from '../../controller/plan/member-facts.ts';
import { planSteps } from '../../controller/plan/plan.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Snapshot } from '../../controller/plan/snapshot.ts';
import {
  desiredResource,
  observedResource,
  planInput,
  resourceId,
  snapshotOf,
} from '../support/plans/resources.ts';
import type { SampleSpec } from '../support/plans/resources.ts';

type Fields = Readonly<Record<string, string>>;

const SINCE = Date.parse('2026-11-28T13:00:00Z');
const TARGET = { definition: '0123456789abcdef', expansion: 'fedcba9876543210' };
const FORMER = { ...TARGET, definition: 'aaaaaaaaaaaaaaaa' };
const SERVICE = { ...resourceId('service', 'xray'), scope: 'main' };

function group(fields: Fields = { rule: '1' }): Desired<SampleSpec> {
  return { ...desiredResource({ kind: 'security-group', name: 'xray', fields }), target: TARGET };
}

function service(fields: Fields = { count: '2' }): Desired<SampleSpec> {
  return { ...desiredResource({ kind: 'service', name: 'xray', fields }), id: SERVICE, target: TARGET };
}

function tagged(observed: Observed, tags: Observed['tags']): Observed {
  return { ...observed, tags: { ...observed.tags, ...tags } };
}

/** A service that says what was begun, and which resources were wanted then. */
function running(target = TARGET, recorded = [group().id, SERVICE]): Observed {
  return tagged(observedResource(service()), {
    'stationkeeper:rollout': heldText(target, SINCE),
    'stationkeeper:rollout-resources': recordText(recorded),
  });
}

function factsOf(
  desired: readonly Desired[],
  there: readonly Observed[],
  snapshot: Snapshot = snapshotOf(there),
) {
  const input = planInput({ desired, snapshot });
  const manifest = { kind: 'DaemonService', name: 'xray' } as const;
  return memberFacts({ ...input, environment: 'default', manifest, desired, steps: planSteps(input) });
}

test('an object that is as git wants it has no step left, and holds what its service says', () => {
  const facts = factsOf([group(), service()], [observedResource(group()), running()]);
  expect(facts).toEqual({
    environment: 'default',
    isThere: true,
    held: { ...TARGET, since: SINCE },
    isMissing: false,
    deployments: [],
  });
});

test('nothing of it is there, and so nothing is held', () => {
  expect(factsOf([group(), service()], [])).toMatchObject({
    isThere: false,
    isMissing: true,
    stepOfGit: 'create security-group/xray',
  });
});

describe('a step that is left', () => {
  const former = (fields: Fields) =>
    observedResource(group({ rule: '2' }), { applied: group(fields), fields });

  it('is told where git made it', () => {
    expect(
      factsOf([group({ rule: '2' }), service()], [former({ rule: '1' }), running(FORMER)]),
    ).toMatchObject({
      stepOfGit: 'update security-group/xray: rule',
      held: FORMER,
    });
  });

  it('is none where somebody in AWS made it', () => {
    const meddled = observedResource(group(), { fields: { rule: 'open' } });
    expect(factsOf([group(), service()], [meddled, running(FORMER)]).stepOfGit).toBeUndefined();
  });

  it('is none where it makes anew what is gone', () => {
    expect(factsOf([group(), service()], [running(FORMER)]).stepOfGit).toBeUndefined();
  });

  it('is one where git has added the resource since', () => {
    expect(factsOf([group(), service()], [running(FORMER, [SERVICE])]).stepOfGit).toBe(
      'create security-group/xray',
    );
  });

  it('is one as long as what was begun is not made, though it was written down with that', () => {
    expect(factsOf([group(), service()], [running(TARGET)]).stepOfGit).toBe('create security-group/xray');
  });

  it('is one where git has dropped a resource', () => {
    expect(factsOf([service()], [observedResource(group()), running(FORMER)]).stepOfGit).toMatch(
      /^delete security-group\/xray/,
    );
  });
});

describe('what cannot be read', () => {
  it('is told, whatever else was seen', () => {
    const seen = snapshotOf([observedResource(group()), running()]);
    const blind = withSeen(seen, 'default', 'security-group', { type: 'unseen', why: 'ec2: AccessDenied' });
    expect(factsOf([group(), service()], [], blind).unread).toBe('ec2: AccessDenied');
  });

  test('its deployments are among it', () => {
    const workload = { desired: 2, running: 2, pending: 0, deploymentsUnread: 'ecs: AccessDenied' };
    const there = [observedResource(group()), { ...running(), workload }];
    expect(factsOf([group(), service()], there).unread).toBe('ecs: AccessDenied');
  });
});

test('what is Degraded is told with what it is', () => {
  const ill = { status: 'Degraded', message: '0 of 2 tasks running' } as const;
  const there = [observedResource(group()), { ...running(), health: ill }];
  expect(factsOf([group(), service()], there).degraded).toBe('service/xray: 0 of 2 tasks running');
});

describe('where there is no service', () => {
  const made = (target: typeof TARGET, since: number) =>
    tagged(observedResource(group()), { 'stationkeeper:rollout': heldText(target, since) });

  it('and it could not be read, what was made for it says nothing', () => {
    const there = [made(FORMER, SINCE)];
    const blind = withSeen(snapshotOf(there), 'default', 'service', { type: 'unseen', why: 'ecs: denied' });
    expect(factsOf([group(), service()], [], blind)).not.toHaveProperty('held');
  });

  it('what was made for it says what was begun', () => {
    expect(factsOf([group(), service()], [made(TARGET, SINCE)])).toMatchObject({
      held: { ...TARGET, since: SINCE },
      isThere: true,
      isMissing: true,
    });
  });

  it('says nothing where nobody wrote it down', () => {
    expect(factsOf([group(), service()], [observedResource(group())]).held).toBeUndefined();
  });
});

test('a service that git has renamed says what was begun until the new one is there', () => {
  const renamed = { ...service(), id: { ...SERVICE, name: 'xray-2' } };
  expect(resourceKey(renamed.id)).not.toBe(resourceKey(SERVICE));
  const facts = factsOf([group(), renamed], [observedResource(group()), running(FORMER)]);
  expect(facts).toMatchObject({ held: FORMER, isMissing: false });
  expect(facts.stepOfGit).toMatch(/service\/xray-2/);
});
