import type { ByOperation } from '../../aws/operations.ts';
import { regionalArn } from '../../core/arn.ts';
import { SEEN, TAGGED, calls, reads, writes } from '../../core/authorization.ts';
import type { Call } from '../../core/authorization.ts';
import type { KindFacts } from '../../core/facts.ts';
import type { NameRules } from '../../core/name-rules.ts';
import type { ResourcePolicy } from '../../core/resource.ts';

export interface LogGroupOutputs {
  readonly name: string;
  /** Without the trailing `:*`. */
  readonly arn: string;
}

export const LOG_GROUP_NAMING: NameRules = {
  service: 'CloudWatch Logs',
  pattern: '^(?![aA][wW][sS]/)[.\\-_/#A-Za-z0-9]+$',
  most: 512,
  says: 'must be at most 512 letters, digits and . - _ / #, and not start with aws/',
};

export const logGroupFacts: KindFacts<LogGroupOutputs> = {
  name: 'log-group',
  naming: LOG_GROUP_NAMING,
  builtOn: [],
  paths: { retentionInDays: {} },
  retainedByDefault: true,
  resourceType: {
    name: 'log-group',
    all: (place) => [regionalArn(place, 'logs', 'log-group:*')],
    // CloudWatch Logs asks for its streams (`…:log-stream:`) when the group is changed, and for the group itself when it is tagged.
    named: (place, { id }) => {
      const arn = regionalArn(place, 'logs', `log-group:${id.name}`);
      return [arn, `${arn}:*`];
    },
  },
  waitCodes: ['OperationAbortedException'],
  inventoryType: 'logs',
  calls: {
    logs: {
      describeLogGroups: calls(SEEN, reads('logs:DescribeLogGroups')),
      // No pass does, so that no policy allows it: the command `logs` reads what daemons write as whoever runs it.
      filterLogEvents: calls([], reads('logs:FilterLogEvents')),
      createLogGroup: calls(
        ['create'],
        writes('logs:CreateLogGroup', 'own', 'request'),
        writes('logs:TagResource', 'own', 'request'),
      ),
      putRetentionPolicy: calls(['create', 'update'], writes('logs:PutRetentionPolicy', 'own', 'resource')),
      deleteRetentionPolicy: calls(['update'], writes('logs:DeleteRetentionPolicy', 'own', 'resource')),
      deleteLogGroup: calls(['delete'], writes('logs:DeleteLogGroup', 'own', 'resource')),
      listTagsForResource: calls(SEEN, reads('logs:ListTagsForResource')),
      tagResource: calls([...TAGGED, 'release'], writes('logs:TagResource', 'own', 'either')),
      untagResource: calls(['adopt', 'release'], writes('logs:UntagResource', 'own', 'resource')),
    },
    tagging: { getResources: calls(SEEN, reads('tag:GetResources')) },
  } satisfies ByOperation<Call>,
};

/**
 * A log group outlives its daemon, unless its manifest says of the group itself that it goes (docs/manifests.md, "When a manifest goes").
 */
export function deletionOfLogGroup(
  { deletion }: Pick<ResourcePolicy, 'deletion'>,
  own: ResourcePolicy['deletion'] | undefined,
): ResourcePolicy['deletion'] {
  return own === 'delete' ? deletion : 'retain';
}
