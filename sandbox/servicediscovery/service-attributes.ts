import type {
  DeleteServiceAttributesCommandInput,
  DeleteServiceAttributesCommandOutput,
  GetServiceAttributesCommandInput,
  GetServiceAttributesCommandOutput,
  UpdateServiceAttributesCommandInput,
  UpdateServiceAttributesCommandOutput,
} from '@aws-sdk/client-servicediscovery';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkLength, invalidInput, required } from './checks.ts';
import { requireService } from './services.ts';

const MAX_ATTRIBUTES = 30;

export function getServiceAttributes(
  input: GetServiceAttributesCommandInput,
  { state, accountId }: CallContext,
): Answer<GetServiceAttributesCommandOutput> {
  const { arn, attributes } = requireService(state.servicediscovery, input.ServiceId);
  return {
    ServiceAttributes: {
      ServiceArn: arn,
      ResourceOwner: accountId,
      Attributes: Object.fromEntries(attributes),
    },
  };
}

/** Adds to those that are there. Throws ServiceNotFound, InvalidInput, ServiceAttributesLimitExceededException. */
export function updateServiceAttributes(
  input: UpdateServiceAttributesCommandInput,
  { state }: CallContext,
): Answer<UpdateServiceAttributesCommandOutput> {
  const { attributes } = requireService(state.servicediscovery, input.ServiceId);
  const changes = Object.entries(input.Attributes ?? {});
  if (changes.length === 0) throw invalidInput('Attributes must not be empty.');
  for (const [key, value] of changes) {
    checkLength('Attributes', required(key, 'Attributes'), 255);
    checkLength('Attributes', value, 1024);
  }
  const after = new Map([...attributes, ...changes]);
  if (after.size > MAX_ATTRIBUTES) {
    throw new AwsError(
      'ServiceAttributesLimitExceededException',
      `A service can have at most ${MAX_ATTRIBUTES} attributes.`,
    );
  }
  for (const [key, value] of after) attributes.set(key, value);
  return {};
}

/** Takes keys that are not there for deleted. Throws ServiceNotFound, InvalidInput. */
export function deleteServiceAttributes(
  input: DeleteServiceAttributesCommandInput,
  { state }: CallContext,
): Answer<DeleteServiceAttributesCommandOutput> {
  const { attributes } = requireService(state.servicediscovery, input.ServiceId);
  const keys = input.Attributes ?? [];
  if (keys.length === 0) throw invalidInput('Attributes must not be empty.');
  checkLength('Attributes', keys, MAX_ATTRIBUTES);
  for (const key of keys) checkLength('Attributes', required(key, 'Attributes'), 255);
  for (const key of keys) attributes.delete(key);
  return {};
}
