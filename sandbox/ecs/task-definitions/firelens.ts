import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireObjectArn, requireText, requireWord } from './values.ts';

/**
 * What every launch type asks of a log router: its kind and where its own configuration comes from (API reference, FirelensConfiguration).
 * Throws ClientException.
 */
export function checkRouter({ firelensConfiguration }: ContainerDefinition, setting: string): void {
  if (firelensConfiguration === undefined) return;
  const { type, options = {} } = firelensConfiguration;
  requireText('FirelensConfiguration.type', type);
  requireWord(`${setting} 'firelensConfiguration.type'`, type, ['fluentd', 'fluentbit']);
  const metadata = options['enable-ecs-log-metadata'];
  requireWord(`${setting} The FireLens option 'enable-ecs-log-metadata'`, metadata, ['true', 'false']);
  const { 'config-file-type': fileType, 'config-file-value': file } = options;
  requireWord(`${setting} The FireLens option 'config-file-type'`, fileType, ['file', 's3']);
  if (fileType === 's3') requireObjectArn(file);
  if ((fileType === undefined) !== (file === undefined) || file === '') {
    throw clientError(
      `${setting} The FireLens options 'config-file-type' and 'config-file-value' must be specified together.`,
    );
  }
}

/**
 * One router at most, and one exactly where containers log through it (developer guide, "Send Amazon ECS logs to an AWS service or AWS
 * Partner"; AWS's texts as cdk-preflight measured them in September 2026). Throws ClientException.
 */
export function checkRouters(containers: readonly ContainerDefinition[]): void {
  const routers = containers.filter(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  if (routers.length > 1) throw clientError('Only one container can have a firelensConfiguration.');
  const usesRouter = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens');
  if (usesRouter && routers.length === 0) {
    throw clientError(
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
    );
  }
  if (!usesRouter && routers.length > 0) {
    throw clientError(
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
    );
  }
}
