import { describe, expect, test } from 'vitest';
import { wantedTags } from '../../controller/core/ownership.ts';
import type { FieldChange } from '../../controller/core/resource.ts';
import { SENSITIVE } from '../../controller/core/secrets.ts';
import {
  desiredResource,
  factsOf,
  modelsWith,
  observedResource,
  planFor,
  snapshotOf,
} from '../support/plans/resources.ts';

/** What people are shown of one difference. */
function shown(change: Pick<FieldChange, 'path' | 'from' | 'to'>, rule?: RegExp): readonly unknown[] {
  const desired = desiredResource();
  const secretRules = rule === undefined ? {} : { secretRules: [rule] };
  const models = modelsWith('log-group', { diff: () => [{ ...change, by: 'update' }] });
  const snapshot = snapshotOf([observedResource(desired)]);
  const [step] = planFor({ desired: [{ ...desired, ...secretRules }], snapshot, models }).steps;
  const told = step?.changes.find(({ path }) => path === change.path);
  return [told?.from, told?.to];
}

const BEARER = 'Bearer abc123def456';
const LEVEL = 'containers[x].environment[LEVEL]';

describe('of a difference', () => {
  test.each<readonly [what: string, from: unknown, to: unknown, shown: readonly unknown[]]>([
    ['plain texts are shown', 'info', 'debug', ['info', 'debug']],
    ['a secret is hidden with what it takes the place of', 'info', BEARER, [SENSITIVE, SENSITIVE]],
    ['a secret is hidden with what takes its place', BEARER, 'info', [SENSITIVE, SENSITIVE]],
    ['what is no text is shown beside a secret', 7, BEARER, [7, SENSITIVE]],
    ['that there was nothing is shown beside a secret', null, BEARER, [null, SENSITIVE]],
    ['a text is shown beside the words for a secret', 'info', SENSITIVE, ['info', SENSITIVE]],
    [
      'a secret in a command is hidden where it stands, on both sides',
      ['run', '--password', 'hunter1'],
      ['run', '--password', 'hunter2'],
      [
        ['run', '--password', SENSITIVE],
        ['run', '--password', SENSITIVE],
      ],
    ],
    [
      'what stands in the place of a secret in a command is hidden too',
      ['run', 'info'],
      ['run', BEARER],
      [
        ['run', SENSITIVE],
        ['run', SENSITIVE],
      ],
    ],
    [
      'commands of other lengths have no places in common',
      ['run', 'info'],
      [BEARER],
      [['run', 'info'], [SENSITIVE]],
    ],
    ['a command is shown beside a secret that is none', ['run'], BEARER, [['run'], SENSITIVE]],
  ])('%s', (_what, from, to, expected) => {
    expect(shown({ path: LEVEL, from, to })).toEqual(expected);
  });

  test.each<readonly [path: string, isHidden: boolean]>([
    [LEVEL, true],
    ['dockerLabels.LEVEL', true],
    ['LEVEL', true],
    ['containers[LEVEL].image', false],
    ['LEVEL.size', false],
    ['environment[LOG_LEVEL]', false],
  ])('at %s people may name what is hidden: %s', (path, isHidden) => {
    const expected = isHidden ? [SENSITIVE, SENSITIVE] : ['info', 'debug'];
    expect(shown({ path, from: 'info', to: 'debug' }, /^LEVEL$/)).toEqual(expected);
  });
});

describe('who made it differ, where it is made of what others give', () => {
  const role = desiredResource({ kind: 'role' });
  const desired = desiredResource({ kind: 'service', needs: [role.id] });
  const own: FieldChange = { path: 'size', from: 'big', to: 'small', by: 'update' };
  const following: FieldChange = { path: 'roleArn', from: 'old', to: 'new', by: 'update' };

  /** The step where it was last made of this, and these differ. */
  function changedBy(madeOf: unknown, changes: readonly FieldChange[]): unknown {
    const models = modelsWith('service', {
      parts: (_desired, needs) => needs(role.id),
      // What follows is compared only where the need is known.
      diff: (_desired, _observed, needs) =>
        changes.filter((change) => change !== following || needs(role.id) !== undefined),
    });
    const claim = { owner: 'stationkeeper', environment: 'default' };
    const tags = wantedTags(claim, desired, factsOf('service'), madeOf);
    const items = [observedResource(role), { ...observedResource(desired), tags }];
    const { steps } = planFor({ desired: [role, desired], snapshot: snapshotOf(items), models });
    return steps.at(-1)?.changedBy;
  }

  test.each([
    ['what follows a need that gives something else is git’s', { arn: 'arn:old' }, [following], 'git'],
    [
      'what follows a need that gives the same is somebody’s',
      { arn: 'arn:aws:sample:::xray' },
      [following],
      'aws',
    ],
    ['a field of its own is somebody’s, whatever the need gives', { arn: 'arn:old' }, [own], 'aws'],
    ['both together are git’s', { arn: 'arn:old' }, [own, following], 'git'],
  ])('%s', (_what, madeOf, changes, expected) => {
    expect(changedBy(madeOf, changes)).toBe(expected);
  });
});

test('what there is to do may follow from what was found out of something that it needs', () => {
  const service = desiredResource({ kind: 'service' });
  const definition = desiredResource({ kind: 'task-definition' });
  const models = modelsWith('task-definition', {
    facts: { ...factsOf('task-definition'), learnsFrom: ['service'] },
    upkeep: (_desired, _observed, findings) => [
      { what: 'revisions', from: JSON.stringify(findings(service.id)), to: null, isTidying: true },
    ],
  });
  const items = [{ ...observedResource(service), findings: { running: 7 } }, observedResource(definition)];
  const { steps } = planFor({ desired: [definition, service], snapshot: snapshotOf(items), models });
  expect(steps.find(({ id }) => id.kind === 'task-definition')).toMatchObject({
    upkeep: [{ from: '{"running":7}' }],
  });
});
