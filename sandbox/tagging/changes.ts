import type {
  FailureInfo,
  TagResourcesCommandInput,
  TagResourcesCommandOutput,
  UntagResourcesCommandInput,
  UntagResourcesCommandOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Answer } from '../answer.ts';
import * as scaling from '../application-autoscaling/tagging.ts';
import type { CallContext } from '../call.ts';
import * as ecr from '../ecr/tagging.ts';
import { createTags, deleteTags } from '../ec2/tags.ts';
import * as ecs from '../ecs/tags.ts';
import * as loadBalancing from '../elasticloadbalancing/tags.ts';
import { AwsError } from '../error.ts';
import * as logs from '../logs/tagging.ts';
import { partitionOf } from '../partition.ts';
import * as secretsManager from '../secretsmanager/tagging.ts';
import * as cloudMap from '../servicediscovery/tagging.ts';
import * as ssm from '../ssm/tagging.ts';
import { checkArns, checkTagKeys, checkTags, invalidParameter } from './checks.ts';

const MAX_RESOURCES = 20;

type Tags = Readonly<Record<string, string>>;

/** How each service changes tags of one of its own. */
interface TaggingService {
  readonly tag: (arn: string, tags: Tags, context: CallContext) => void;
  readonly untag: (arn: string, keys: string[], context: CallContext) => void;
}

const SERVICES: ReadonlyMap<string, TaggingService> = new Map([
  [
    'application-autoscaling',
    {
      tag: (ResourceARN, tags, context) =>
        void scaling.tagResource({ ResourceARN, Tags: { ...tags } }, context),
      untag: (ResourceARN, TagKeys, context) => void scaling.untagResource({ ResourceARN, TagKeys }, context),
    },
  ],
  [
    'ec2',
    {
      tag: (arn, tags, context) => void createTags({ Resources: [idOf(arn)], Tags: tagList(tags) }, context),
      untag: (arn, keys, context) =>
        void deleteTags({ Resources: [idOf(arn)], Tags: keys.map((Key) => ({ Key })) }, context),
    },
  ],
  [
    'ecr',
    {
      tag: (resourceArn, tags, context) =>
        void ecr.tagResource({ resourceArn, tags: tagList(tags) }, context),
      untag: (resourceArn, tagKeys, context) => void ecr.untagResource({ resourceArn, tagKeys }, context),
    },
  ],
  [
    'ecs',
    {
      tag: (resourceArn, tags, context) => {
        const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
        ecs.tagResource({ resourceArn, tags: list }, context);
      },
      untag: (resourceArn, tagKeys, context) => void ecs.untagResource({ resourceArn, tagKeys }, context),
    },
  ],
  [
    'elasticloadbalancing',
    {
      tag: (arn, tags, context) =>
        void loadBalancing.addTags({ ResourceArns: [arn], Tags: tagList(tags) }, context),
      untag: (arn, TagKeys, context) =>
        void loadBalancing.removeTags({ ResourceArns: [arn], TagKeys }, context),
    },
  ],
  [
    'logs',
    {
      tag: (resourceArn, tags, context) => void logs.tagResource({ resourceArn, tags }, context),
      untag: (resourceArn, tagKeys, context) => void logs.untagResource({ resourceArn, tagKeys }, context),
    },
  ],
  [
    'secretsmanager',
    {
      tag: (SecretId, tags, context) =>
        void secretsManager.tagResource({ SecretId, Tags: tagList(tags) }, context),
      untag: (SecretId, TagKeys, context) =>
        void secretsManager.untagResource({ SecretId, TagKeys }, context),
    },
  ],
  [
    'ssm',
    {
      tag: (ResourceId, tags, context) =>
        void ssm.addTagsToResource({ ResourceType: 'Parameter', ResourceId, Tags: tagList(tags) }, context),
      untag: (ResourceId, TagKeys, context) =>
        void ssm.removeTagsFromResource({ ResourceType: 'Parameter', ResourceId, TagKeys }, context),
    },
  ],
  [
    'servicediscovery',
    {
      tag: (ResourceARN, tags, context) =>
        void cloudMap.tagResource({ ResourceARN, Tags: tagList(tags) }, context),
      untag: (ResourceARN, TagKeys, context) =>
        void cloudMap.untagResource({ ResourceARN, TagKeys }, context),
    },
  ],
]);

/** What a service refuses for one resource is answered for that one; the others are tagged. Throws InvalidParameterException. */
export function tagResources(
  input: TagResourcesCommandInput,
  context: CallContext,
): Answer<TagResourcesCommandOutput> {
  const tags = checkTags(input.Tags);
  return forEach(input.ResourceARNList, context, (service, arn) => service.tag(arn, tags, context));
}

/** Throws InvalidParameterException. */
export function untagResources(
  input: UntagResourcesCommandInput,
  context: CallContext,
): Answer<UntagResourcesCommandOutput> {
  const keys = checkTagKeys(input.TagKeys);
  return forEach(input.ResourceARNList, context, (service, arn) => service.untag(arn, [...keys], context));
}

function forEach(
  arns: readonly string[] | undefined,
  context: CallContext,
  change: (service: TaggingService, arn: string) => void,
): { FailedResourcesMap: Record<string, FailureInfo> } {
  const failed: [string, FailureInfo][] = [];
  for (const arn of new Set(checkArns(arns, MAX_RESOURCES))) {
    try {
      change(serviceOf(arn, context), arn);
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      const { name, message, statusCode } = thrown;
      // The SDK's type names two codes only; the API reference, any code of the resource's own service.
      const ErrorCode = name as FailureInfo['ErrorCode'] & string;
      failed.push([arn, { StatusCode: statusCode, ErrorCode, ErrorMessage: message }]);
    }
  }
  return { FailedResourcesMap: Object.fromEntries(failed) };
}

function serviceOf(arn: string, { region, accountId }: CallContext): TaggingService {
  const [, partition, name = '', itsRegion, itsAccount] = arn.split(':');
  if (partition !== partitionOf(region)) throw invalidParameter(`${arn} is of another partition.`);
  if (itsRegion !== region || itsAccount !== accountId) {
    throw invalidParameter(`${arn} is of another region or account.`);
  }
  const service = SERVICES.get(name);
  if (service === undefined) throw invalidParameter(`Resources of ${name} cannot be tagged here.`);
  return service;
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
