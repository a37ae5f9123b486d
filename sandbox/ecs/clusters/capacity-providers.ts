import type {
  AutoScalingGroupProvider,
  CapacityProvider,
  CreateCapacityProviderCommandInput,
  CreateCapacityProviderCommandOutput,
  DeleteCapacityProviderCommandInput,
  DeleteCapacityProviderCommandOutput,
  DescribeCapacityProvidersCommandInput,
  DescribeCapacityProvidersCommandOutput,
  Failure,
  UpdateCapacityProviderCommandInput,
  UpdateCapacityProviderCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { AwsError } from '../../error.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { clientError, invalidParameter, requireOneOf } from '../errors.ts';
import { ECS_NAME, ecsArn, resourcePath } from '../names.ts';
import { readPage } from '../pages.ts';
import { readTags, showTags } from '../tags.ts';
import { readGroup } from './auto-scaling-groups.ts';
import { FARGATE_PROVIDERS } from './capacity-strategies.ts';
import type { CapacityProviderRecord } from './state.ts';

/**
 * A provider of an Auto Scaling group, which the sandbox does not hold: it is judged by its name. Throws ClientException (a name in use),
 * InvalidParameterException.
 */
export function createCapacityProvider(
  input: CreateCapacityProviderCommandInput,
  context: CallContext,
): Answer<CreateCapacityProviderCommandOutput> {
  const { name = '', autoScalingGroupProvider } = input;
  if (!ECS_NAME.test(name) || /^(aws|ecs|fargate)/i.test(name)) {
    throw invalidParameter(
      'The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with "aws", "ecs", or "fargate". Specify a valid name and try again.',
    );
  }
  if (input.managedInstancesProvider !== undefined) {
    throw invalidParameter(
      'There are no managed instances. The sandbox holds providers of Auto Scaling groups.',
    );
  }
  if (autoScalingGroupProvider === undefined) {
    throw invalidParameter('An Auto Scaling group must be specified for the capacity provider.');
  }
  const group = readGroup(context, autoScalingGroupProvider);
  const { capacityProviders } = context.state.ecs;
  if (capacityProviders.get(name)?.status === 'ACTIVE') {
    throw clientError(
      'The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.',
    );
  }
  const provider: CapacityProviderRecord = {
    arn: ecsArn(context, `capacity-provider/${name}`),
    name,
    status: 'ACTIVE',
    updateStatus: undefined,
    group,
    tags: readTags(input.tags),
  };
  capacityProviders.set(name, provider);
  tagsChanged(context, provider.arn, provider.tags);
  return { capacityProvider: showProvider(provider, true) };
}

/** Takes a while. Throws ClientException where there is none, UpdateInProgressException, InvalidParameterException. */
export function updateCapacityProvider(
  input: UpdateCapacityProviderCommandInput,
  context: CallContext,
): Answer<UpdateCapacityProviderCommandOutput> {
  const provider = requireProvider(context, input.name);
  if (input.autoScalingGroupProvider === undefined) {
    throw invalidParameter('An Auto Scaling group must be specified for the capacity provider.');
  }
  const { managedScaling, ...others } = input.autoScalingGroupProvider;
  const asked: AutoScalingGroupProvider = {
    ...provider.group,
    ...others,
    managedScaling: { ...provider.group.managedScaling, ...managedScaling },
  };
  const group = readGroup(context, asked);
  change(context, provider, 'UPDATE', () => {
    provider.group = group;
  });
  return { capacityProvider: showProvider(provider, true) };
}

/** Takes a while, and is for providers of no cluster (API reference). It stays describable as INACTIVE. */
export function deleteCapacityProvider(
  input: DeleteCapacityProviderCommandInput,
  context: CallContext,
): Answer<DeleteCapacityProviderCommandOutput> {
  const provider = requireProvider(context, input.capacityProvider);
  for (const { capacityProviders, status } of context.state.ecs.clusters.values()) {
    if (status === 'INACTIVE' || !capacityProviders.includes(provider.name)) continue;
    throw clientError('The specified capacity provider is in use and cannot be removed.');
  }
  change(context, provider, 'DELETE', () => {
    provider.status = 'INACTIVE';
    provider.tags.clear();
    tagsChanged(context, provider.arn, undefined);
  });
  return { capacityProvider: showProvider(provider, true) };
}

function requireProvider(context: CallContext, reference = ''): CapacityProviderRecord {
  const name = resourcePath(context, 'capacity-provider', reference) ?? '';
  if (FARGATE_PROVIDERS.includes(name)) {
    throw clientError('The capacity providers of Fargate cannot be changed.');
  }
  const found = context.state.ecs.capacityProviders.get(name);
  if (found?.status === 'ACTIVE') return found;
  throw clientError(
    'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
  );
}

function change(
  { world }: CallContext,
  provider: CapacityProviderRecord,
  what: 'UPDATE' | 'DELETE',
  apply: () => void,
): void {
  if (provider.updateStatus?.endsWith('IN_PROGRESS') === true) {
    throw new AwsError(
      'UpdateInProgressException',
      'The specified capacity provider is in a busy state. Wait until its update has ended and try again.',
    );
  }
  provider.updateStatus = `${what}_IN_PROGRESS`;
  world.after(world.pick(world.timing.ecs.capacityProviderChange), () => {
    provider.updateStatus = `${what}_COMPLETE`;
    apply();
  });
}

/** Throws InvalidParameterException for a page size that is not from 1 to 10. */
export function describeCapacityProviders(
  input: DescribeCapacityProvidersCommandInput,
  context: CallContext,
): Answer<DescribeCapacityProvidersCommandOutput> {
  const { capacityProviders: asked = [], include = [] } = input;
  for (const field of include) requireOneOf('include', field, ['TAGS']);
  const own = context.state.ecs.capacityProviders;
  const active = [...own.values()].filter(({ status }) => status === 'ACTIVE').map(({ name }) => name);
  const names = asked.length === 0 ? [...FARGATE_PROVIDERS, ...active] : [...new Set(asked)];
  const failures: Failure[] = [];
  const found: [string, CapacityProvider][] = [];
  for (const reference of names) {
    const name = resourcePath(context, 'capacity-provider', reference) ?? '';
    const capacityProviderArn = ecsArn(context, `capacity-provider/${name}`);
    const provider = own.get(name);
    if (FARGATE_PROVIDERS.includes(name)) {
      found.push([name, { capacityProviderArn, name, status: 'ACTIVE', tags: [] }]);
    } else if (provider !== undefined) {
      found.push([name, showProvider(provider, include.includes('TAGS'))]);
    } else {
      failures.push({ arn: name === '' ? reference : capacityProviderArn, reason: 'MISSING' });
    }
  }
  const { items, nextToken } = readPage(
    found.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    input,
    { size: 10, most: 10 },
  );
  return { capacityProviders: [...items], failures, nextToken };
}

function showProvider(provider: CapacityProviderRecord, withTags: boolean): CapacityProvider {
  const { arn, name, status, updateStatus, group, tags } = provider;
  return {
    capacityProviderArn: arn,
    name,
    status,
    type: 'EC2_AUTOSCALING',
    autoScalingGroupProvider: group,
    ...(updateStatus === undefined ? {} : { updateStatus }),
    tags: withTags ? showTags(tags) : [],
  };
}
