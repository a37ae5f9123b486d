import type { Compatibility, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { whyNotOnExternal, whyNotOnInstances } from './instances.ts';
import { whyNotOnFargate } from './fargate.ts';
import { whyNotOnManagedInstances } from './managed-instances.ts';
import type { TaskSize } from './size.ts';

type WhyNot = (definition: RegisterTaskDefinitionCommandInput, size: TaskSize) => string | undefined;

/** In the order in which AWS lists them. */
const WHY_NOT: readonly (readonly [Compatibility, WhyNot])[] = [
  ['EXTERNAL', whyNotOnExternal],
  ['EC2', whyNotOnInstances],
  ['MANAGED_INSTANCES', whyNotOnManagedInstances],
  ['FARGATE', whyNotOnFargate],
];

/**
 * What a definition can run on, whatever it asks for. Throws ClientException where that lacks what it asks for, or is nothing
 * (API reference, RegisterTaskDefinition, `requiresCompatibilities`).
 */
export function compatibilitiesOf(
  definition: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
): Compatibility[] {
  const { requiresCompatibilities = [] } = definition;
  const judged = WHY_NOT.map(([type, whyNot]) => ({ type, reason: whyNot(definition, size) }));
  for (const { type, reason } of judged) {
    if (reason !== undefined && requiresCompatibilities.includes(type)) throw clientError(reason);
  }
  const compatible = judged.flatMap(({ type, reason }) => (reason === undefined ? [type] : []));
  const onInstances = judged.find(({ type }) => type === 'EC2')?.reason;
  if (compatible.length === 0 && onInstances !== undefined) throw clientError(onInstances);
  return compatible;
}
