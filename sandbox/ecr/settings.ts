import type {
  PutImageScanningConfigurationCommandInput,
  PutImageScanningConfigurationCommandOutput,
  PutImageTagMutabilityCommandInput,
  PutImageTagMutabilityCommandOutput,
} from '@aws-sdk/client-ecr';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { readMutability } from './mutability.ts';
import { requireRepository } from './registries.ts';
import { showRepository } from './repositories.ts';

/** Throws InvalidParameterException, RepositoryNotFoundException. */
export function putImageTagMutability(
  input: PutImageTagMutabilityCommandInput,
  context: CallContext,
): Answer<PutImageTagMutabilityCommandOutput> {
  const mutability = readMutability(input);
  const repository = requireRepository(context, input, 'PutImageTagMutability');
  repository.mutability = mutability;
  const { registryId, repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters } =
    showRepository(repository);
  return {
    registryId,
    repositoryName,
    imageTagMutability,
    ...(imageTagMutabilityExclusionFilters === undefined ? {} : { imageTagMutabilityExclusionFilters }),
  };
}

/** Throws InvalidParameterException, RepositoryNotFoundException. */
export function putImageScanningConfiguration(
  input: PutImageScanningConfigurationCommandInput,
  context: CallContext,
): Answer<PutImageScanningConfigurationCommandOutput> {
  const repository = requireRepository(context, input, 'PutImageScanningConfiguration');
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  const { registryId, repositoryName, imageScanningConfiguration } = showRepository(repository);
  return { registryId, repositoryName, imageScanningConfiguration };
}
