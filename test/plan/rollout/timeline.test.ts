import { expect, test } from 'vitest';
import type { MemberFacts } from '../../../controller/core/rollout/facts.ts';
import { definitionOf, memberFacts, MINUTE, NOON, old, stage } from '../../support/rollouts/members.ts';
import { momentsOf } from '../../support/rollouts/virtual-rollout.ts';
import type { Moment } from '../../support/rollouts/virtual-rollout.ts';

const STAGES = [
  stage('canary'),
  stage('eu', { maxConcurrent: { percent: 25 }, soakMs: 15 * MINUTE }),
  stage('rest', {
    maxConcurrent: { count: 10 },
    maxFailures: 2,
    soakMs: 30 * MINUTE,
    needsApproval: true,
  }),
];

function environments(name: string, count: number): Readonly<Record<string, Partial<MemberFacts>>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name}-${String(index + 1).padStart(2, '0')}`, old()]),
  );
}

/** One line for a moment in which anything happened: who completed, who begins, and what the whole says. */
function line({ now, course, completed }: Moment): string {
  const begins = [...course.turns.values()].filter(({ state }) => state === 'begins');
  return [
    new Date(now).toISOString().slice(11, 16),
    ...(completed.length > 0 ? [`${completed.join(' ')} completed;`] : []),
    ...(begins.length > 0 ? [`${begins.map(({ environment }) => environment).join(' ')} begin;`] : []),
    `${course.condition}: ${course.says}`,
  ].join(' ');
}

test('forty Environments go through three stages', () => {
  const members = [environments('dev', 2), environments('eu', 12), environments('us', 26)];
  const definition = definitionOf({ stages: STAGES, members });
  const facts = new Map(
    definition.members.map(({ environment }) => [environment, memberFacts(environment, old())]),
  );
  const moments = momentsOf({
    definition,
    facts,
    now: NOON,
    minutesOf: (environment) => (environment.endsWith('5') ? 12 : 4),
  });
  expect(moments.map(line).join('\n')).toMatchInlineSnapshot(`
    "12:00 dev-01 dev-02 begin; progressing: stage 1 of 3 (canary): 0 of 2 done, 2 begin now
    12:04 dev-01 dev-02 completed; eu-01 eu-02 eu-03 begin; progressing: stage 2 of 3 (eu): 0 of 12 done, 3 begin now
    12:08 eu-01 eu-02 eu-03 completed; eu-04 eu-05 eu-06 begin; progressing: stage 2 of 3 (eu): 3 of 12 done, soaks until 12:23 UTC, 3 begin now
    12:12 eu-04 eu-06 completed; eu-07 eu-08 begin; progressing: stage 2 of 3 (eu): 5 of 12 done, 1 under way, soaks until 12:27 UTC, 2 begin now
    12:16 eu-07 eu-08 completed; eu-09 eu-10 begin; progressing: stage 2 of 3 (eu): 7 of 12 done, 1 under way, soaks until 12:31 UTC, 2 begin now
    12:20 eu-05 eu-09 eu-10 completed; eu-11 eu-12 begin; progressing: stage 2 of 3 (eu): 10 of 12 done, soaks until 12:35 UTC, 2 begin now
    12:23 progressing: stage 2 of 3 (eu): 10 of 12 done, 2 under way, soaks until 12:35 UTC
    12:24 eu-11 eu-12 completed; progressing: stage 2 of 3 (eu): 12 of 12 done, soaks until 12:39 UTC
    12:27 progressing: stage 2 of 3 (eu): 12 of 12 done, soaks until 12:39 UTC
    12:31 progressing: stage 2 of 3 (eu): 12 of 12 done, soaks until 12:39 UTC
    12:35 progressing: stage 2 of 3 (eu): 12 of 12 done, soaks until 12:39 UTC
    12:39 approval: stage 3 of 3 (rest) waits for approval of digest 00000000000000bb: stationkeeper approve fleet rest 00000000000000bb, or approved: { xray: 00000000000000bb } in Rollout/fleet
    12:49 us-01 us-02 us-03 us-04 us-05 us-06 us-07 us-08 us-09 us-10 begin; progressing: stage 3 of 3 (rest): 0 of 26 done, 10 begin now
    12:53 us-01 us-02 us-03 us-04 us-06 us-07 us-08 us-09 us-10 completed; us-11 us-12 us-13 us-14 us-15 us-16 us-17 us-18 us-19 begin; progressing: stage 3 of 3 (rest): 9 of 26 done, 1 under way, soaks until 13:23 UTC, 9 begin now
    12:57 us-11 us-12 us-13 us-14 us-16 us-17 us-18 us-19 completed; us-20 us-21 us-22 us-23 us-24 us-25 us-26 begin; progressing: stage 3 of 3 (rest): 17 of 26 done, 2 under way, soaks until 13:27 UTC, 7 begin now
    13:01 us-05 us-20 us-21 us-22 us-23 us-24 us-26 completed; progressing: stage 3 of 3 (rest): 24 of 26 done, 2 under way, soaks until 13:31 UTC
    13:05 us-15 completed; progressing: stage 3 of 3 (rest): 25 of 26 done, 1 under way, soaks until 13:35 UTC
    13:09 us-25 completed; progressing: stage 3 of 3 (rest): 26 of 26 done, soaks until 13:39 UTC
    13:23 progressing: stage 3 of 3 (rest): 26 of 26 done, soaks until 13:39 UTC
    13:27 progressing: stage 3 of 3 (rest): 26 of 26 done, soaks until 13:39 UTC
    13:31 progressing: stage 3 of 3 (rest): 26 of 26 done, soaks until 13:39 UTC
    13:35 progressing: stage 3 of 3 (rest): 26 of 26 done, soaks until 13:39 UTC
    13:39 done: done in all 40 Environments"
  `);
});
