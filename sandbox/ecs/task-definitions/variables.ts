import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireObjectArn, requireText, requireWord } from './values.ts';

const MOST_ENVIRONMENT_FILES = 10;
/** What ECS takes for a parameter's name, as all is that is no ARN of a secret or parameter. */
const PARAMETER_NAME = /^[A-Za-z0-9_.\-/]{1,2048}$/;
const SECRET_ARN =
  /^arn:[a-z-]+:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+|ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9_.\-/]+)$/;

/**
 * What every launch type asks of a container's variables, plain, secret and in files, and of its registry's credentials (API reference,
 * Secret, EnvironmentFile, RepositoryCredentials; developer guide, task execution role). AWS's texts: dagster#11622,
 * containers-roadmap#859, cdk-preflight. Throws ClientException.
 */
export function checkVariables(
  container: ContainerDefinition,
  executionRoleArn: string | undefined,
  setting: string,
): void {
  const { secrets = [], environment = [], environmentFiles = [], repositoryCredentials } = container;
  for (const { name } of environment) {
    if (!name) throw clientError(`${setting} Environment variable names should not be null or empty.`);
  }
  checkSecrets(secrets, new Set(environment.map(({ name }) => name)));
  if (environmentFiles.length > MOST_ENVIRONMENT_FILES) {
    throw clientError(
      'The maximum number of environment files was exceeded. Specify ten or less and try again.',
    );
  }
  for (const { type, value } of environmentFiles) {
    requireText('EnvironmentFile.type', type);
    requireWord('Environment file type', type, ['s3']);
    requireObjectArn(value);
  }
  if (repositoryCredentials !== undefined) {
    requireText('RepositoryCredentials.credentialsParameter', repositoryCredentials.credentialsParameter);
  }
  if (executionRoleArn !== undefined) return;
  const needed = "you must also specify a value for 'executionRoleArn'.";
  if (secrets.length > 0) throw clientError(`When you are specifying container secrets, ${needed}`);
  if (repositoryCredentials !== undefined) {
    throw clientError(`When you are specifying repository credentials, ${needed}`);
  }
  if (environmentFiles.length > 0) {
    throw clientError(`When you are specifying environment files, ${needed}`);
  }
}

function checkSecrets(
  secrets: NonNullable<ContainerDefinition['secrets']>,
  named: Set<string | undefined>,
): void {
  for (const { name, valueFrom } of secrets) {
    if (!name || !valueFrom) {
      throw clientError('Secret.name and Secret.valueFrom should not be null or empty.');
    }
    if (named.has(name)) {
      throw clientError(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      );
    }
    if (!SECRET_ARN.test(valueFrom) && !PARAMETER_NAME.test(valueFrom)) {
      throw clientError(
        `The Systems Manager parameter name specified for secret ${name} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-`,
      );
    }
    named.add(name);
  }
}
