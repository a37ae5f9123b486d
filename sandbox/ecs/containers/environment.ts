import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { giveTaskRole } from '../../sts/credentials.ts';
import type { TaskRecord } from '../state.ts';
import { lookUp } from '../tasks/secret-values.ts';

/**
 * What ECS puts into a container: what Fargate or the agent says of itself, the credentials of the task's role, the variables of the container's
 * definition, those of RunTask in their place, and the values of its secrets. Files of variables lie in S3, which the sandbox has not, and give none.
 */
export function environmentOf(
  context: CallContext,
  task: TaskRecord,
  { name, environment = [], secrets = [] }: ContainerDefinition,
): Readonly<Record<string, string>> {
  const { overrides, host } = task;
  const overridden = overrides.containerOverrides?.find((override) => override.name === name)?.environment;
  return {
    AWS_EXECUTION_ENV: host === undefined ? 'AWS_ECS_FARGATE' : 'AWS_ECS_EC2',
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    ...credentialsOf(context, task),
    ...Object.fromEntries([...environment, ...(overridden ?? [])].map((one) => [one.name, one.value ?? ''])),
    ...Object.fromEntries(
      secrets.flatMap((secret) => {
        const found = lookUp(context, secret.valueFrom ?? '');
        return found !== undefined && 'value' in found ? [[secret.name ?? '', found.value]] : [];
      }),
    ),
  };
}

/** ECS gives them at an address that containers ask; a process on this machine finds them in its variables. Without a role there are none. */
function credentialsOf(context: CallContext, { id, overrides, rollout }: TaskRecord): Record<string, string> {
  const roleArn = overrides.taskRoleArn ?? rollout.taskDefinition.definition.taskRoleArn ?? '';
  if (roleArn === '') return {};
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = giveTaskRole(context, roleArn, id);
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}
