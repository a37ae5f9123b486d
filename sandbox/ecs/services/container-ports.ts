import { invalidParameter } from '../errors.ts';
import type { TaskDefinitionRecord } from '../state.ts';

/** Checks that a container of the definition has that port. Throws InvalidParameterException. */
export function checkContainerPort({ definition }: TaskDefinitionRecord, name: string, port: number): void {
  const container = definition.containerDefinitions?.find((candidate) => candidate.name === name);
  if (container === undefined) {
    throw invalidParameter(`The container ${name} does not exist in the task definition.`);
  }
  if (container.portMappings?.some(({ containerPort }) => containerPort === port) !== true) {
    throw invalidParameter(`The container ${name} did not have a container port ${port} defined.`);
  }
}
