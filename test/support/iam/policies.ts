import type { ServiceSandbox } from '../sandbox/service.ts';

/** A policy document of these statements. */
export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Who may assume a role of an ECS task. */
export const TRUST = policy({
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
});

export const ALLOW_LOGS = { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: '*' };

/** Each test has a role of its own making. */
export async function newRole(iam: ServiceSandbox<'iam'>, RoleName = 'xray-task', Path?: string) {
  return (await iam.call('CreateRole', { RoleName, Path, AssumeRolePolicyDocument: TRUST })).Role!;
}
