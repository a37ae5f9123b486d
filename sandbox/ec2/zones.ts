import type {
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { filterBy, neverMatching } from './filters.ts';

/** Every region of the sandbox has three zones. */
const ZONE_SUFFIXES = ['a', 'b', 'c'] as const;

export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** us-east-1a has the id use1-az1. */
export function zonesOf(region: string): readonly Zone[] {
  return ZONE_SUFFIXES.map((suffix, index) => ({
    name: `${region}${suffix}`,
    id: `${shortRegionName(region)}-az${index + 1}`,
  }));
}

/** Throws InvalidParameterValue for a zone of another region. */
export function requireZone(region: string, zoneName: string): Zone {
  const zone = zonesOf(region).find(({ name }) => name === zoneName);
  if (zone === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${zoneName}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zonesOf(
        region,
      )
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  }
  return zone;
}

export function describeAvailabilityZones(
  input: DescribeAvailabilityZonesCommandInput,
  { region }: CallContext,
): Answer<DescribeAvailabilityZonesCommandOutput> {
  const zones = zonesOf(region);
  const unknown = [
    ...(input.ZoneNames ?? []).filter((name) => !zones.some((zone) => zone.name === name)),
    ...(input.ZoneIds ?? []).filter((id) => !zones.some((zone) => zone.id === id)),
  ];
  if (unknown.length > 0) {
    throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${unknown.join(', ')}]`);
  }
  const keep = filterBy<Zone>(input.Filters, {
    'zone-name': (zone) => [zone.name],
    'zone-id': (zone) => [zone.id],
    'zone-type': () => ['availability-zone'],
    'region-name': () => [region],
    'group-name': () => [groupOf(region)],
    'opt-in-status': () => ['opt-in-not-required'],
    state: () => ['available'],
    ...neverMatching('message', 'parent-zone-id', 'parent-zone-name', 'group-long-name'),
  });
  return {
    AvailabilityZones: zones
      .filter(({ name }) => input.ZoneNames?.includes(name) ?? true)
      .filter(({ id }) => input.ZoneIds?.includes(id) ?? true)
      .filter(keep)
      .map(({ name, id }) => ({
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        Messages: [],
        RegionName: region,
        ZoneName: name,
        ZoneId: id,
        GroupName: groupOf(region),
        NetworkBorderGroup: region,
        ZoneType: 'availability-zone',
      })),
  };
}

/** The zones of a Region are one group here. */
function groupOf(region: string): string {
  return `${region}-zg-1`;
}

/** ap-southeast-2 is apse2, us-gov-west-1 is usgw1. */
function shortRegionName(region: string): string {
  return region
    .split('-')
    .map((part, index) =>
      index === 0 ? part : part.replace(/^(north|south|east|west|central|gov)/, initial),
    )
    .map((part, index) => (index === 0 ? part : part.replace(/(east|west)$/, initial)))
    .join('');
}

function initial(word: string): string {
  return word.slice(0, 1);
}
