import type { DescribeRegionsCommandInput, DescribeRegionsCommandOutput } from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import { AwsError } from '../error.ts';
import type { CallContext } from '../sandbox.ts';
import { filterBy, listed } from './filters.ts';

/** Enabled in every account by default (AWS Regions, account management reference). */
const ALWAYS_ENABLED = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

/** The caller's own is among them, whichever it is: the sandbox serves every region. */
export function describeRegions(
  input: DescribeRegionsCommandInput,
  { region }: CallContext,
): Answer<DescribeRegionsCommandOutput> {
  const names = [...new Set<string>([...ALWAYS_ENABLED, region])].toSorted();
  const wanted = listed(input.RegionNames);
  const unknown = (wanted ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new AwsError('InvalidParameterValue', `Invalid region: [${unknown.join(', ')}]`);
  }
  const keep = filterBy<string>(input.Filters, {
    endpoint: (name) => [endpointOf(name)],
    'opt-in-status': () => ['opt-in-not-required'],
    'region-name': (name) => [name],
  });
  return {
    Regions: names
      .filter((name) => (wanted?.includes(name) ?? true) && keep(name))
      .map((name) => ({
        RegionName: name,
        Endpoint: endpointOf(name),
        OptInStatus: 'opt-in-not-required',
      })),
  };
}

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
