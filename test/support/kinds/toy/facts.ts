import { regionalArn } from '../../../../controller/core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../../../controller/core/authorization.ts';
import type { KindFacts } from '../../../../controller/core/facts.ts';

export const queueFacts: KindFacts = {
  name: 'queue',
  resourceType: {
    name: 'queue',
    all: (place) => [regionalArn(place, 'sqs', '*')],
    named: (place, { id }) => [regionalArn(place, 'sqs', id.name)],
  },
  calls: {
    sqs: {
      listQueues: calls(SEEN, reads('sqs:ListQueues')),
      createQueue: calls(
        ['create'],
        writes('sqs:CreateQueue', 'own', 'request'),
        writes('sqs:TagQueue', 'own', 'request'),
      ),
      setQueueAttributes: calls(['update'], writes('sqs:SetQueueAttributes', 'own', 'resource')),
      deleteQueue: calls(['delete'], writes('sqs:DeleteQueue', 'own', 'resource')),
      tagQueue: calls(TAGGED, writes('sqs:TagQueue', 'own', 'either')),
      untagQueue: calls(['release'], writes('sqs:UntagQueue', 'own', 'resource')),
    },
  },
};
