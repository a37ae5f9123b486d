import { getHostedZone, listHostedZones, listHostedZonesByVPC } from './hosted-zones.ts';

export const route53Operations = {
  GetHostedZone: getHostedZone,
  ListHostedZones: listHostedZones,
  ListHostedZonesByVPC: listHostedZonesByVPC,
} as const;
