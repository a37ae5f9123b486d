import { getHostedZone, listHostedZonesByVPC } from './hosted-zones.ts';

export const route53Operations = {
  GetHostedZone: getHostedZone,
  ListHostedZonesByVPC: listHostedZonesByVPC,
} as const;
