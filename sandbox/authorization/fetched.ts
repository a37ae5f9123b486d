import { made } from './rows.ts';
import type { Row } from './rows.ts';
import { requestedTags } from './where.ts';

const onRepository =
  (action: string): Row =>
  ({ repositoryName }, where) => [where.repository(repositoryName)(action)];

const onRepositoryArn =
  (action: string): Row =>
  (input, where) => {
    const name = String(input['resourceArn']).split(':repository/')[1] ?? '';
    return [where.repository(name, requestedTags(input))(action)];
  };

/** The calls that are about what tasks fetch before they start. */
export const FETCHED: Readonly<Record<string, Row>> = {
  'ecr:CreateRepository': (input, { at }) =>
    made(
      'ecr:CreateRepository',
      'ecr:TagResource',
      at('ecr', `repository/${String(input['repositoryName'])}`),
      input,
    ),
  ...rowsOf('ecr', onRepository, [
    'BatchDeleteImage',
    'BatchGetImage',
    'DeleteLifecyclePolicy',
    'DeleteRepository',
    'DeleteRepositoryPolicy',
    'DescribeImages',
    'GetLifecyclePolicy',
    'GetRepositoryPolicy',
    'ListImages',
    'PutImage',
    'PutImageScanningConfiguration',
    'PutImageTagMutability',
    'PutLifecyclePolicy',
    'SetRepositoryPolicy',
  ]),
  ...rowsOf('ecr', onRepositoryArn, ['ListTagsForResource', 'TagResource', 'UntagResource']),
};

function rowsOf(
  service: string,
  row: (action: string) => Row,
  operations: readonly string[],
): Readonly<Record<string, Row>> {
  return Object.fromEntries(
    operations.map((operation) => [`${service}:${operation}`, row(`${service}:${operation}`)]),
  );
}
