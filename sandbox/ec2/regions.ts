import type { DescribeRegionsCommandInput, DescribeRegionsCommandOutput } from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { hostSuffixOf, partitionOf } from '../partition.ts';
import { REGIONS } from '../regions.ts';
import { filterBy, listed } from './filters.ts';

/** Enabled in every account by default (AWS Regions, account management reference); elsewhere one opts in. */
const ENABLED_BY_DEFAULT: ReadonlySet<string> = new Set([
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
]);

interface Region {
  readonly name: string;
  readonly endpoint: string;
  readonly optInStatus: 'opt-in-not-required' | 'opted-in' | 'not-opted-in';
}

/** Answers the Regions of the caller's partition that are enabled; with `AllRegions` the others too. */
export function describeRegions(
  input: DescribeRegionsCommandInput,
  { region: own }: CallContext,
): Answer<DescribeRegionsCommandOutput> {
  const regions = REGIONS.filter((name) => partitionOf(name) === partitionOf(own)).map((name) =>
    describe(name, own),
  );
  const wanted = listed(input.RegionNames);
  const unknown = (wanted ?? []).filter((name) => regions.every((region) => region.name !== name));
  if (unknown.length > 0) {
    throw new AwsError('InvalidParameterValue', `Invalid region: [${unknown.join(', ')}]`);
  }
  const keep = filterBy<Region>(input.Filters, {
    endpoint: ({ endpoint }) => [endpoint],
    'opt-in-status': ({ optInStatus }) => [optInStatus],
    'region-name': ({ name }) => [name],
  });
  return {
    Regions: regions
      .filter(({ name }) => wanted?.includes(name) ?? true)
      .filter(({ optInStatus }) => input.AllRegions === true || optInStatus !== 'not-opted-in')
      .filter(keep)
      .map(({ name, endpoint, optInStatus }) => ({
        RegionName: name,
        Endpoint: endpoint,
        OptInStatus: optInStatus,
      })),
  };
}

/** An account uses its opt-in Region once somebody calls from there. */
function describe(name: string, own: string): Region {
  const everywhere = ENABLED_BY_DEFAULT.has(name) || partitionOf(name) !== 'aws';
  const optIn = name === own ? 'opted-in' : 'not-opted-in';
  return {
    name,
    endpoint: `ec2.${name}.${hostSuffixOf(name)}`,
    optInStatus: everywhere ? 'opt-in-not-required' : optIn,
  };
}
