/**
 * What well-known agents call at AWS, by the last part of their image's name, whatever registry it is pulled from: X-Ray developer guide,
 * daemon permissions; CloudWatch user guide, IAM roles for the CloudWatch agent.
 */
const CALLED_BY: Readonly<Record<string, readonly string[]>> = {
  'aws-xray-daemon': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  'cloudwatch-agent': ['cloudwatch:PutMetricData'],
};

export function actionsOfImage(image: string): readonly string[] {
  const name = image.split('/').at(-1)?.split(/[:@]/)[0] ?? '';
  return Object.hasOwn(CALLED_BY, name) ? (CALLED_BY[name] ?? []) : [];
}

/** Names of VPC endpoint services that are not the prefix of the service's actions (AWS PrivateLink guide, services that integrate). */
const ENDPOINTS: Readonly<Record<string, string>> = {
  aps: 'aps-workspaces',
  cloudwatch: 'monitoring',
  kinesis: 'kinesis-streams',
  firehose: 'kinesis-firehose',
};

/** The services that actions are called of, as VPC endpoints name them. */
export function servicesCalled(actions: readonly string[]): readonly string[] {
  const prefixes = actions.flatMap((action) => (action.includes(':') ? action.split(':')[0]! : []));
  return [...new Set(prefixes)].toSorted().map((prefix) => ENDPOINTS[prefix] ?? prefix);
}
