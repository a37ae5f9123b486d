import { getChange } from './changes.ts';
import {
  getHostedZone,
  getHostedZoneCount,
  listHostedZones,
  listHostedZonesByName,
  listHostedZonesByVPC,
  listResourceRecordSets,
} from './hosted-zones.ts';
import { createHostedZone, deleteHostedZone, updateHostedZoneComment } from './own-zones.ts';
import { changeResourceRecordSets } from './record-changes.ts';
import { changeTagsForResource, listTagsForResource, listTagsForResources } from './tags.ts';
import { testDNSAnswer } from './test-dns-answer.ts';

export const route53Operations = {
  ChangeResourceRecordSets: changeResourceRecordSets,
  ChangeTagsForResource: changeTagsForResource,
  CreateHostedZone: createHostedZone,
  DeleteHostedZone: deleteHostedZone,
  GetChange: getChange,
  GetHostedZone: getHostedZone,
  GetHostedZoneCount: getHostedZoneCount,
  ListHostedZones: listHostedZones,
  ListHostedZonesByName: listHostedZonesByName,
  ListHostedZonesByVPC: listHostedZonesByVPC,
  ListResourceRecordSets: listResourceRecordSets,
  ListTagsForResource: listTagsForResource,
  ListTagsForResources: listTagsForResources,
  TestDNSAnswer: testDNSAnswer,
  UpdateHostedZoneComment: updateHostedZoneComment,
} as const;
