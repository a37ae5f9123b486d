import type { ManifestDocument } from '../documents.ts';
import type { Existing } from './existing.ts';

type Logs = NonNullable<ManifestDocument<'DaemonService'>['spec']['containers'][number]['logConfiguration']>;

/** What splunk cannot do without. */
const SPLUNK = { mode: 'blocking', 'splunk-url': 'https://splunk.example:8088', 'splunk-token': 'generated' };

/** Drivers have the options that they cannot do without; a log group is there already. */
export function withDriverOptions<Written extends Pick<Logs, 'logDriver' | 'options'>>(
  logs: Written,
  existing: Existing | undefined,
): Written {
  if (logs.logDriver === 'splunk') return { ...logs, options: { ...logs.options, ...SPLUNK } };
  if (logs.logDriver !== 'awslogs') return logs;
  if (existing === undefined) return { ...logs, logDriver: 'none' };
  // The mode is what spec.logs cannot say: the group is not taken for the service's own.
  const where = {
    mode: 'non-blocking',
    'awslogs-group': existing.logGroup,
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'generated',
  };
  return { ...logs, options: where };
}
