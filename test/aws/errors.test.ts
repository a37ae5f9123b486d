import { describe, expect, it } from 'vitest';
import { isTransient, translate } from '../../controller/aws/errors.ts';

/** An error as the SDK throws it. */
function refusal(name: string, status: number, members: object = {}): Error {
  const error = Object.assign(new Error('AWS said so'), {
    $metadata: { httpStatusCode: status },
    ...members,
  });
  error.name = name;
  return error;
}

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
    ['InvalidParameterException', 400, 'never', false],
    ['LimitExceededException', 400, 'never', false],
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

  it('that refuses a permission names the action to allow, as IAM spells it', () => {
    expect(translate(refusal('AccessDeniedException', 400), 'tagging', 'GetResources').message).toContain(
      'tag:GetResources',
    );
  });

  it('that refuses to pass a role names that action, not the call', () => {
    const denied = Object.assign(
      new Error(
        'User: arn:aws:sts::1:assumed-role/a is not authorized to perform: iam:PassRole on resource: x',
      ),
      { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } },
    );
    expect(translate(denied, 'ecs', 'RegisterTaskDefinition').message).toContain(
      'allow the action iam:PassRole',
    );
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
    ['a deadline', new DOMException('given up', 'AbortError'), 'RequestTimeout', 'tried again'],
    [
      'missing credentials',
      refusal('CredentialsProviderError', 0),
      'CredentialsProviderError',
      'configure the AWS credentials',
    ],
  ])('such as %s says what to do', (_what, thrown, code, advice) => {
    const error = translate(thrown, 'sts', 'GetCallerIdentity');
    expect(error).toMatchObject({ code, retry: 'backoff' });
    expect(error.message).toContain(advice);
  });
});
