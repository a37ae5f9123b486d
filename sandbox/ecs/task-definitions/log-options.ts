import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireText } from './values.ts';

type Options = Readonly<Record<string, string>>;

/** Of all launch types together (API reference, LogConfiguration; developer guide of 2023, which has logentries too). */
const LOG_DRIVERS: readonly string[] = [
  'awslogs',
  'fluentd',
  'gelf',
  'json-file',
  'journald',
  'logentries',
  'splunk',
  'syslog',
  'awsfirelens',
];

/** Options of awslogs (API reference, LogConfiguration). */
const AWSLOGS_OPTIONS: readonly string[] = [
  'awslogs-create-group',
  'awslogs-datetime-format',
  'awslogs-group',
  'awslogs-multiline-pattern',
  'awslogs-region',
  'awslogs-stream-prefix',
  'max-buffer-size',
  'mode',
];

/** The options that drivers cannot do without wherever they run; AWS's text: terraform-provider-aws#8596. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  awslogs: ['awslogs-group', 'awslogs-region'],
  splunk: ['splunk-token', 'splunk-url'],
};

/** Bytes, 512 MiB (developer guide, FireLens, `log-driver-buffer-limit`). */
const MOST_BUFFERED = 536_870_912;

/** What AWS says of a driver that is not among those (cdk-preflight, measured in September 2026). */
export function badDriver(logDriver: string | undefined, drivers: readonly string[]): string {
  return `${logDriver} is not a valid log driver. Must be one of [${drivers.join(',')}]`;
}

/** What every launch type asks of a log driver and its options. Throws ClientException. */
export function checkLogs(
  { logConfiguration }: ContainerDefinition,
  executionRoleArn: string | undefined,
): void {
  if (logConfiguration === undefined) return;
  const { logDriver = '', options = {}, secretOptions = [] } = logConfiguration;
  requireText('LogConfiguration.logDriver', logDriver);
  if (!LOG_DRIVERS.includes(logDriver)) throw clientError(badDriver(logDriver, LOG_DRIVERS));
  if (logDriver === 'awslogs') checkAwslogs(options);
  if (logDriver === 'awsfirelens') checkBuffer(options['log-driver-buffer-limit']);
  const { mode = 'blocking' } = options;
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    throw clientError(`Log driver ${logDriver} option 'mode' should be one of [blocking, non-blocking].`);
  }
  for (const { name, valueFrom } of secretOptions) {
    if (!name || !valueFrom)
      throw clientError('Secret.name and Secret.valueFrom should not be null or empty.');
  }
  if (secretOptions.length > 0 && executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying secret options of a log driver, you must also specify a value for 'executionRoleArn'.",
    );
  }
  const secret = new Set(secretOptions.map(({ name }) => name));
  const needed = (NEEDED[logDriver] ?? []).filter((name) => !secret.has(name));
  const missing = needed.filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    throw clientError(`Log driver ${logDriver} requires options: ${missing.join(', ')}`);
  }
  const empty = needed.find((name) => options[name] === '');
  if (empty !== undefined) {
    throw clientError(`Log driver ${logDriver} option '${empty}' should not be null or empty.`);
  }
}

function checkAwslogs(options: Options): void {
  const unknown = Object.keys(options).filter((name) => !AWSLOGS_OPTIONS.includes(name));
  // AWS's text (amazon-ecs-agent#872).
  if (unknown.length > 0) throw clientError(`Log driver awslogs disallows options: ${unknown.join(', ')}`);
  // AWS's text (tflint-ruleset-aws#348).
  // AWS's own templates write True (amazon-cloudwatch-container-insights, ecs-task-definition-templates).
  const { 'awslogs-create-group': create = 'true' } = options;
  if (create.toLowerCase() !== 'true') {
    throw clientError(
      "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.",
    );
  }
}

function checkBuffer(limit: string | undefined): void {
  if (limit === undefined || (/^\d+$/.test(limit) && Number(limit) <= MOST_BUFFERED)) return;
  throw clientError(
    `Log driver awsfirelens option 'log-driver-buffer-limit' must be between 0 and ${MOST_BUFFERED}.`,
  );
}
