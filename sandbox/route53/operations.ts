import { listHostedZonesByVPC } from './hosted-zones.ts';

export const route53Operations = {
  ListHostedZonesByVPC: listHostedZonesByVPC,
} as const;
