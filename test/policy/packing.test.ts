import { describe, expect, test } from 'vitest';
import { MOST_CHARACTERS, packed } from '../../controller/policy/packing.ts';
import type { Packed } from '../../controller/policy/packing.ts';
import { purposeOf } from '../../controller/policy/statements.ts';
import type { Statement } from '../../controller/policy/statements.ts';

const OURS = { StringEquals: { 'aws:ResourceTag/owner': ['us'] } };
const THEIRS = { StringEquals: { 'aws:ResourceTag/owner': ['them'] } };

function statement(Sid: string, changes: Partial<Statement> = {}): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Action: ['ecs:UpdateService'],
    Resource: ['arn:aws:ecs:us-east-1:*:*'],
    Condition: OURS,
    ...changes,
  };
}

/** So many resources of one statement that a document is nearly full. */
function filler(characters: number): Statement {
  const Resource = Array.from({ length: characters / 50 }, (_, nth) =>
    `arn:aws:iam::385605022855:role/${nth}-`.padEnd(47, 'x'),
  );
  return { Sid: 'PassRoles', Effect: 'Allow', Action: ['iam:PassRole'], Resource };
}

/** Each action with each resource of its service and the condition: what is allowed. */
function allowed(documents: readonly Packed[]): ReadonlySet<string> {
  return new Set(
    documents
      .flatMap(({ policy }) => policy.Statement)
      .flatMap(({ Action, Resource = [], Condition }) =>
        [Action].flat().flatMap((action) =>
          [Resource]
            .flat()
            .filter((arn) => arn === '*' || arn.split(':')[2] === action.split(':')[0])
            .map((arn) => JSON.stringify([action, arn, Condition])),
        ),
      ),
  );
}

function idsOf(documents: readonly Packed[]): readonly (readonly string[])[] {
  return documents.map(({ policy }) => policy.Statement.map(({ Sid = '' }) => Sid));
}

const CHANGE = statement('ChangeOwned');
const REMOVE = statement('RemoveOwned', {
  Action: ['ecs:DeleteService', 'iam:DeleteRole'],
  Resource: ['arn:aws:ecs:us-east-1:*:*', 'arn:aws:iam::*:role/*'],
});

describe('statements', () => {
  test('stand by themselves while they fit into one document', () => {
    expect(idsOf(packed([CHANGE, REMOVE]))).toEqual([['ChangeOwned', 'RemoveOwned']]);
  });

  test('of one condition are said in one where that spares a document, and allow no more and no less by it', () => {
    const statements = [filler(5700), CHANGE, REMOVE];
    const documents = packed(statements);
    expect(idsOf(documents)).toEqual([['PassRoles', 'ChangeOwnedAndRemoveOwned']]);
    expect(documents[0]!.characters).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(allowed(documents)).toEqual(allowed(statements.flatMap((one) => packed([one]))));
  });

  test('stand by themselves where no document is spared', () => {
    expect(idsOf(packed([filler(6000), CHANGE, REMOVE]))).toEqual([
      ['PassRoles'],
      ['ChangeOwned', 'RemoveOwned'],
    ]);
  });

  test.each([
    ['another condition', { Condition: THEIRS }],
    ['no condition', { Condition: undefined }],
    ['more of the same service', { Resource: ['arn:aws:ecs:us-east-1:*:*', 'arn:aws:ecs:eu-west-1:*:*'] }],
    ['everything', { Resource: ['*'] }],
    ['nothing that the first is about', { Resource: ['arn:aws:iam::*:role/*'], Action: ['iam:DeleteRole'] }],
  ])('are not said in one where the other is about %s', (_what, changes) => {
    const documents = packed([filler(5700), CHANGE, { ...REMOVE, ...changes } as Statement]);
    expect(idsOf(documents).flat()).toEqual(['PassRoles', 'ChangeOwned', 'RemoveOwned']);
  });

  test('that are said in one are each explained', () => {
    expect(purposeOf('ChangeOwnedStagingAndRemoveOwnedStaging')).toBe(
      'changes what carries our tags; deletes what carries our tags and no manifest names any more',
    );
    expect(purposeOf('CreateProductionAndStaging')).toBe(purposeOf('Create'));
    expect(purposeOf('ReadAndorra')).toBe(purposeOf('Read'));
  });
});
