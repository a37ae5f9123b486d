import { describe, expect, test } from 'vitest';
import { displayId } from '../../controller/core/resource.ts';
import { FACTS } from '../../controller/kinds/facts.ts';
import { wavesOf } from '../../controller/kinds/waves.ts';
import type { PlanInput } from '../../controller/plan/input.ts';
import { withSeen } from '../../controller/plan/snapshot.ts';
import type { Step } from '../../controller/plan/step.ts';
import { statementsFor } from '../../controller/policy/statements.ts';
import { testContract } from '../support/kinds/promises.ts';
import {
  desiredResource,
  observedResource,
  planFor,
  planInput,
  snapshotOf,
} from '../support/plans/resources.ts';
import { queueFacts } from '../support/kinds/toy/facts.ts';
import { queueModel } from '../support/kinds/toy/model.ts';
import { QUEUE, QUEUE_CASE } from '../support/kinds/toy/stage.ts';

/** A kind that nobody knows but the list that it stands in. */

describe('a kind that is only listed', () => {
  testContract(QUEUE_CASE);

  test('is read in the first wave after all that it is read after', () => {
    const last = { ...queueFacts, readAfter: ['task-definition'] };
    expect(wavesOf([...FACTS, last]).at(-1)).toEqual([last]);
  });

  test('is planned where the list has it: made after the kinds before it, and removed before them', () => {
    const models: PlanInput['models'] = new Map([...planInput().models, [queueFacts.name, queueModel]]);
    const service = desiredResource({ kind: 'service' });
    const told = (steps: readonly Step[]) => steps.map(({ id, type }) => `${type} ${displayId(id)}`);

    const environment = desiredResource({ kind: 'environment', name: 'default', management: 'external' });
    const empty = snapshotOf([observedResource(environment)]);
    const { steps } = planFor({ models, desired: [QUEUE, service, environment], snapshot: empty });
    expect(told(steps)).toEqual(['keep environment/default', 'create service/xray', 'create queue/traces']);

    const queue = { ...observedResource(service), id: QUEUE.id };
    const snapshot = withSeen(snapshotOf([observedResource(service)]), 'default', queueFacts.name, {
      type: 'seen',
      items: [queue],
      unseen: [],
    });
    expect(told(planFor({ models, snapshot }).steps)).toEqual(['delete queue/traces', 'hold service/xray']);
  });

  test('is in the policy with what its facts say, and not without them', () => {
    const place = { partition: 'aws', region: 'us-east-1', accountId: '123456789012', vpcId: '*' };
    const statements = (kinds: typeof FACTS) =>
      statementsFor({
        kinds,
        desired: [QUEUE],
        moreToCome: false,
        access: 'converge',
        scope: 'all-owned',
        place,
        owner: 'stationkeeper',
        environment: 'default',
      });
    const withQueue = statements([...FACTS, queueFacts]);
    expect(withQueue.find(({ Sid }) => Sid === 'Create')).toMatchObject({
      Action: ['sqs:CreateQueue', 'sqs:TagQueue'],
      Resource: ['arn:aws:sqs:us-east-1:123456789012:traces'],
      Condition: { StringEquals: { 'aws:RequestTag/stationkeeper:owner': ['stationkeeper'] } },
    });
    expect(withQueue.flatMap(({ Action }) => Action).filter((action) => action.startsWith('sqs:'))).toEqual(
      expect.arrayContaining(['sqs:ListQueues', 'sqs:SetQueueAttributes', 'sqs:DeleteQueue']),
    );
    expect(statements(FACTS).flatMap(({ Action }) => Action)).not.toContainEqual(
      expect.stringMatching(/^sqs:/),
    );
  });
});
