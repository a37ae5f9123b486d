import type {
  CreateHttpNamespaceCommandInput,
  CreateHttpNamespaceCommandOutput,
  CreatePrivateDnsNamespaceCommandInput,
  CreatePrivateDnsNamespaceCommandOutput,
  CreatePublicDnsNamespaceCommandInput,
  CreatePublicDnsNamespaceCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { findVpc } from '../ec2/lookups.ts';
import { AwsError } from '../error.ts';
import { partitionOf } from '../partition.ts';
import { ZONE_ID_ALPHABET, conflictingZone } from '../route53/own-zones.ts';
import { tagsChanged } from '../tagging/state.ts';
import { duplicateRequest, hasEnded, startOperation } from './async-operations.ts';
import {
  checkDescription,
  checkResourceId,
  checkTtl,
  invalidInput,
  newCloudMapId,
  newRequestId,
  required,
} from './checks.ts';
import { checkNamespaceName, httpNameFor, nameKey } from './names.ts';
import type { CloudMapOperation, CloudMapState, Namespace, NamespaceType } from './state.ts';
import { withTags } from './tag-rules.ts';

/** Most namespaces of a Region, before any increase (Cloud Map quotas). */
const MAX_NAMESPACES = 50;
/** The SOA record's TTL in seconds, where a request says none. */
const DEFAULT_SOA_TTL = 15;

type Input = CreateHttpNamespaceCommandInput &
  Partial<Pick<CreatePrivateDnsNamespaceCommandInput, 'Vpc' | 'Properties'>>;

/** A namespace that is found by API calls only. Throws what `createNamespace` throws. */
export function createHttpNamespace(
  input: CreateHttpNamespaceCommandInput,
  context: CallContext,
): Answer<CreateHttpNamespaceCommandOutput> {
  return createNamespace('HTTP', input, context);
}

/** What a service of AWS does that wants an HTTP namespace: the ARN of the one that is being made. Throws what `createNamespace` throws. */
export function startHttpNamespace(
  input: Pick<CreateHttpNamespaceCommandInput, 'Name' | 'Tags'>,
  context: CallContext,
): string {
  const { busy, operations } = context.state.servicediscovery;
  const underWay = busy.get(creationKey('HTTP', checkNamespaceName('HTTP', input.Name)));
  const operationId = underWay?.operationId ?? createNamespace('HTTP', input, context).OperationId;
  return namespaceArn(context, operations.get(operationId)?.targets.NAMESPACE ?? '');
}

/** A namespace with a private zone of a VPC. Throws what `createNamespace` throws. */
export function createPrivateDnsNamespace(
  input: CreatePrivateDnsNamespaceCommandInput,
  context: CallContext,
): Answer<CreatePrivateDnsNamespaceCommandOutput> {
  checkResourceId(required(input.Vpc, 'Vpc'), 'Vpc');
  return createNamespace('DNS_PRIVATE', input, context);
}

/**
 * A namespace with a public zone, which the two Regions of GovCloud have not (API reference; the text is the sandbox's). Throws what
 * `createNamespace` throws.
 */
export function createPublicDnsNamespace(
  input: CreatePublicDnsNamespaceCommandInput,
  context: CallContext,
): Answer<CreatePublicDnsNamespaceCommandOutput> {
  if (partitionOf(context.region) === 'aws-us-gov') {
    throw invalidInput(`Public DNS namespaces are not supported in the Region ${context.region}.`);
  }
  return createNamespace('DNS_PUBLIC', input, context);
}

/**
 * Starts the creation; the namespace is there when the operation has succeeded. The same CreatorRequestId with
 * the same request answers the same operation. Throws InvalidInput, DuplicateRequest, NamespaceAlreadyExists,
 * ResourceLimitExceeded, TooManyTagsException.
 */
function createNamespace(
  type: NamespaceType,
  input: Input,
  context: CallContext,
): { readonly OperationId: string } {
  const { world } = context;
  const state = context.state.servicediscovery;
  const creatorRequestId = checkResourceId(input.CreatorRequestId, 'CreatorRequestId') ?? newRequestId(world);
  const request = JSON.stringify([
    type,
    input.Name,
    input.Vpc,
    input.Description,
    input.Properties,
    input.Tags,
  ]);
  const earlier = repeatedCreation(state, creatorRequestId, request);
  if (earlier !== undefined) return { OperationId: earlier };
  const namespace = newNamespace(type, { ...input, CreatorRequestId: creatorRequestId }, context);
  refuseNameInUse(state, namespace);
  // Those being created count too: `creations` has both.
  if (state.creations.size >= MAX_NAMESPACES) {
    throw new AwsError(
      'ResourceLimitExceeded',
      'The namespace cannot be created because the quota on namespaces has been reached.',
    );
  }
  const operationId = startOperation(context, {
    type: 'CREATE_NAMESPACE',
    targets: { NAMESPACE: namespace.id },
    changes: isAloneWithItsName(type) ? creationKey(type, namespace.name) : namespace.id,
    complete: () => {
      const error = hostedZoneError(context, namespace);
      if (error === undefined) {
        state.namespaces.set(namespace.id, namespace);
        tagsChanged(context, namespace.arn, namespace.tags);
      } else state.creations.delete(creatorRequestId);
      return error;
    },
  });
  state.creations.set(creatorRequestId, { operationId, request });
  return { OperationId: operationId };
}

function newNamespace(
  type: NamespaceType,
  input: Input & { readonly CreatorRequestId: string },
  context: CallContext,
): Namespace {
  const { world } = context;
  const id = newCloudMapId(world, 'ns');
  const name = checkNamespaceName(type, input.Name);
  return {
    id,
    arn: namespaceArn(context, id),
    type,
    name,
    httpName: httpNameFor(context, { type, name }),
    zone:
      type === 'HTTP'
        ? undefined
        : {
            hostedZoneId: `Z${world.randomText(20, ZONE_ID_ALPHABET)}`,
            vpcId: input.Vpc,
            soaTtl: checkTtl(input.Properties?.DnsProperties?.SOA?.TTL ?? DEFAULT_SOA_TTL),
          },
    creatorRequestId: input.CreatorRequestId,
    createDate: world.date(),
    description: checkDescription(input.Description),
    tags: withTags(new Map(), input.Tags, id),
    services: new Map(),
    instanceCount: 0,
  };
}

function namespaceArn({ region, accountId }: CallContext, id: string): string {
  return `arn:${partitionOf(region)}:servicediscovery:${region}:${accountId}:namespace/${id}`;
}

/** What the creation of a namespace keeps others from, whose name is to be the only one. */
function creationKey(type: NamespaceType, name: string): string {
  return `${type}/${nameKey(type, name)}`;
}

/** The operation of an equal request with the same id; undefined where the id is new. */
function repeatedCreation(
  state: CloudMapState,
  creatorRequestId: string,
  request: string,
): string | undefined {
  const earlier = state.creations.get(creatorRequestId);
  if (earlier === undefined || earlier.request === request) return earlier?.operationId;
  const operation = state.operations.get(earlier.operationId);
  if (!hasEnded(operation)) throw duplicateRequest(earlier.operationId);
  throw alreadyExists(creatorRequestId, operation?.targets.NAMESPACE);
}

/** Whether a Region has one namespace of a type and name; of private ones each VPC can have one, which its zones tell. */
function isAloneWithItsName(type: NamespaceType): boolean {
  return type !== 'DNS_PRIVATE';
}

/** Throws NamespaceAlreadyExists. */
function refuseNameInUse(state: CloudMapState, wanted: Namespace): void {
  if (!isAloneWithItsName(wanted.type)) return;
  for (const other of state.namespaces.values()) {
    if (other.type === wanted.type && nameKey(other.type, other.name) === nameKey(wanted.type, wanted.name)) {
      throw alreadyExists(other.creatorRequestId, other.id);
    }
  }
}

function alreadyExists(creatorRequestId: string, namespaceId: string | undefined): AwsError {
  return new AwsError('NamespaceAlreadyExists', 'The namespace that you specified already exists.', 400, {
    CreatorRequestId: creatorRequestId,
    NamespaceId: namespaceId,
  });
}

/** Route 53 has one private zone of a name per VPC, whoever made it; public zones of one name stand beside each other. */
function hostedZoneError(context: CallContext, { name, zone }: Namespace): CloudMapOperation['error'] {
  const vpcId = zone?.vpcId;
  if (vpcId === undefined) return undefined;
  const code = 'CANNOT_CREATE_HOSTED_ZONE';
  if (findVpc(context.state.ec2, vpcId) === undefined) {
    return {
      code,
      message: `The VPC ${vpcId} in region ${context.region} does not exist. (InvalidVPCId)`,
    };
  }
  const conflict = conflictingZone(context, { vpcId, region: context.region }, name);
  return conflict === undefined ? undefined : { code, message: `${conflict} (ConflictingDomainExists)` };
}
