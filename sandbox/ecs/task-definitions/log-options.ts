import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';

type Options = Readonly<Record<string, string>>;

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

/** What every launch type asks of the options of a log driver. Throws ClientException. */
export function checkLogOptions({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration === undefined) return;
  const { logDriver = '', options = {}, secretOptions = [] } = logConfiguration;
  if (logDriver === 'awslogs') checkAwslogs(options);
  const { mode = 'blocking' } = options;
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    throw clientError(`Log driver ${logDriver} option 'mode' should be one of [blocking, non-blocking].`);
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
  if (options['awslogs-create-group'] !== undefined && options['awslogs-create-group'] !== 'true') {
    throw clientError(
      "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.",
    );
  }
}
