import type { ContainerDefinition, ResourceRequirement } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireText, requireWord } from './values.ts';

/**
 * GPUs are counted, all of them, or shared; Neuron devices go to one container whole (API reference, ResourceRequirement). Of inference
 * accelerators there are none left to name. The texts are the sandbox's. Throws ClientException.
 */
export function checkResources(containers: readonly ContainerDefinition[]): void {
  for (const { name, resourceRequirements = [] } of containers) {
    for (const requirement of resourceRequirements) {
      checkRequirement(requirement, `Invalid setting for container '${name}'.`);
    }
  }
  const required = containers.map(({ resourceRequirements = [] }) => resourceRequirements);
  if (required.filter((each) => each.some(({ type }) => type === 'NeuronDevice')).length > 1) {
    throw clientError('Only one container in a task can specify NeuronDevice resources.');
  }
  const gpus = required.flat().filter(({ type }) => type === 'GPU');
  if (new Set(gpus.map(({ sharingStrategy }) => sharingStrategy !== undefined)).size > 1) {
    throw clientError('Containers in a task must all specify a sharing strategy for GPUs, or none.');
  }
}

function checkRequirement({ type, value, sharingStrategy }: ResourceRequirement, setting: string): void {
  requireText('ResourceRequirement.type', type);
  requireWord(`${setting} 'resourceRequirements.type'`, type, [
    'GPU',
    'InferenceAccelerator',
    'NeuronDevice',
  ]);
  if (type === 'InferenceAccelerator') {
    throw clientError(`${setting} There is no inference accelerator '${value}' in the task definition.`);
  }
  if (type === 'NeuronDevice' && value !== 'ALL') {
    throw clientError(`${setting} The value of a NeuronDevice resource must be ALL.`);
  }
  if (type !== 'GPU') {
    if (sharingStrategy === undefined) return;
    throw clientError(`${setting} Only GPU resources can have a sharing strategy.`);
  }
  if ((value === undefined) === (sharingStrategy === undefined)) {
    throw clientError(`${setting} A GPU resource must have either a value or a sharing strategy.`);
  }
  if (value !== undefined && value !== 'ALL' && !/^[1-9]\d*$/.test(value)) {
    throw clientError(`${setting} The value of a GPU resource must be a number of GPUs, or ALL.`);
  }
}
