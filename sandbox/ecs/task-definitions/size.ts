import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';

/** Task-level sizes in units and MiB, where set. */
export interface TaskSize {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/**
 * `256`, `.25 vCPU` and `512`, `0.5 GB` in units and MiB (API reference, RegisterTaskDefinition).
 * Throws ClientException for anything else.
 */
export function readTaskSize(
  input: Partial<Pick<RegisterTaskDefinitionCommandInput, 'cpu' | 'memory'>>,
): TaskSize {
  return {
    cpu: readAmount(input.cpu, /^(\d*\.?\d+)\s*vcpu$/i, "Invalid 'cpu' setting for task."),
    memory: readAmount(input.memory, /^(\d*\.?\d+)\s*gb$/i, "Invalid 'memory' setting for task."),
  };
}

function readAmount(text: string | undefined, large: RegExp, refusal: string): number | undefined {
  if (text === undefined) return undefined;
  const inLargeUnits = large.exec(text.trim())?.[1];
  const plain = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  const amount = inLargeUnits === undefined ? plain : Number(inLargeUnits) * 1024;
  if (!Number.isInteger(amount) || amount <= 0) throw clientError(refusal);
  return amount;
}
