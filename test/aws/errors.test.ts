import { describe, expect, it } from 'vitest';
import { isTransient, translate as translateBy } from '../../controller/aws/errors.ts';
import type { AwsService } from '../../controller/aws/operations.ts';
import { FACTS, waitCodesOf } from '../../controller/kinds/facts.ts';

function translate(thrown: unknown, service: AwsService, operation: string) {
  return translateBy(thrown, service, operation, waitCodesOf(FACTS));
}

/** An error as the SDK throws it. */
function refusal(name: string, status: number, members: object = {}): Error {
  const error = Object.assign(new Error('AWS said so'), {
    $metadata: { httpStatusCode: status },
    ...members,
  });
  error.name = name;
  return error;
}

const USER = 'User: arn:aws:sts::1:assumed-role/a/b';

describe('an error of AWS', () => {
  it.each([
    ['ThrottlingException', 400, 'backoff', true],
    ['RequestLimitExceeded', 503, 'backoff', true],
    ['InternalError', 500, 'backoff', true],
    ['AccessDeniedException', 400, 'backoff', false],
    ['UnauthorizedOperation', 403, 'backoff', false],
    ['ExpiredTokenException', 400, 'backoff', false],
    ['ResourceInUse', 400, 'wait', false],
    ['DependencyViolation', 400, 'wait', false],
    ['ClusterNotFoundException', 400, 'wait', false],
    ['NoSuchEntity', 404, 'wait', false],
    ['ConcurrentModificationException', 400, 'wait', false],
    ['InvalidParameterException', 400, 'never', false],
    ['LimitExceededException', 400, 'backoff', false],
  ] as const)('%s (%d) is retried by %s; another attempt at once: %s', (code, status, retry, transient) => {
    const error = translate(refusal(code, status), 'ecs', 'CreateService');
    expect(error).toMatchObject({ code, retry, operation: 'ecs:CreateService' });
    expect(isTransient(error)).toBe(transient);
  });

  it("has the code that AWS sent where the SDK's class is called otherwise", () => {
    expect(
      translate(refusal('NoSuchEntityException', 404, { Code: 'NoSuchEntity' }), 'iam', 'DeleteRole').code,
    ).toBe('NoSuchEntity');
  });

  it.each(['EMFILE', 'ENFILE'])('of the system, %s, says which limit to raise', (code) => {
    const refused = Object.assign(new Error('connect'), { code });
    expect(translate(refused, 'ecs', 'ListTasks')).toMatchObject({
      code: 'TooManyOpenFiles',
      retry: 'backoff',
      operation: 'ecs:ListTasks',
      message: expect.stringContaining('raise the limit of open files'),
    });
  });

  it('that refuses a permission names the statement to add, its action as IAM spells it', () => {
    expect(translate(refusal('AccessDeniedException', 400), 'tagging', 'GetResources').message).toContain(
      '; add {"Effect":"Allow","Action":"tag:GetResources","Resource":"*"} to the controller\'s policy; `stationkeeper policy` prints',
    );
  });

  it.each([
    [
      'names action and resource as AWS does, which for a role that is passed are not those of the call',
      `${USER} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/xray-task because no identity-based policy allows the iam:PassRole action`,
      'add {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::1:role/xray-task"} to the controller\'s policy',
    ],
    [
      'takes no full stop for a part of the resource',
      `You are not authorized to perform this operation. ${USER} is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:1:vpc/vpc-1. Encoded authorization failure message: ${'Blob-_'.repeat(50)}`,
      'add {"Effect":"Allow","Action":"ec2:CreateTags","Resource":"arn:aws:ec2:us-east-1:1:vpc/vpc-1"} to',
    ],
    [
      'says where a permissions boundary is too narrow',
      `${USER} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::1:role/x because no permissions boundary allows the iam:CreateRole action`,
      'to the permissions boundary too',
    ],
    [
      'says that nothing can be added where a policy forbids it',
      `${USER} is not authorized to perform: ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:1:cluster/x with an explicit deny in a service control policy`,
      '; an explicit deny in a service control policy forbids ecs:CreateCluster, which no other statement overrides: change that policy',
    ],
  ])('that refuses a permission %s', (_rule, said, advice) => {
    const denied = Object.assign(new Error(said), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    const { message, isAdvised } = translate(denied, 'ecs', 'RegisterTaskDefinition');
    expect(message).toContain(advice);
    expect(isAdvised).toBe(true);
    expect(message).not.toContain('Blob');
    expect(message).not.toContain('\n');
  });

  it('keeps what was thrown as its cause, for its modelled members', () => {
    const thrown = refusal('ServiceAlreadyExists', 400, { ServiceId: 'srv-1' });
    expect(translate(thrown, 'servicediscovery', 'CreateService').cause).toBe(thrown);
  });
});

describe('a failure on the way to AWS', () => {
  it.each([
    [
      'a closed port',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'EndpointUnreachable',
      'check the network',
    ],
    ['a missing region', new Error('Region is missing'), 'RegionMissing', '--region'],
    ['a deadline', new DOMException('given up', 'AbortError'), 'RequestTimeout', 'tries again'],
    [
      'missing credentials',
      refusal('CredentialsProviderError', 0),
      'CredentialsProviderError',
      'configure the AWS credentials',
    ],
  ])('such as %s says what to do', (_what, thrown, code, advice) => {
    const error = translate(thrown, 'sts', 'GetCallerIdentity');
    expect(error).toMatchObject({ code, retry: 'backoff', isAdvised: false });
    expect(error.message).toContain(advice);
  });
});
