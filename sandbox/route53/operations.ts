import {
  getHostedZone,
  listHostedZones,
  listHostedZonesByName,
  listHostedZonesByVPC,
  listResourceRecordSets,
  listTagsForResource,
} from './hosted-zones.ts';

export const route53Operations = {
  GetHostedZone: getHostedZone,
  ListHostedZones: listHostedZones,
  ListHostedZonesByName: listHostedZonesByName,
  ListHostedZonesByVPC: listHostedZonesByVPC,
  ListResourceRecordSets: listResourceRecordSets,
  ListTagsForResource: listTagsForResource,
} as const;
