import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { requireText, requireWord } from './values.ts';

const CONDITIONS = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'];

/** What containers may wait for (API reference, ContainerDependency; AWS's texts: cdk-preflight, measured in 2026). Throws ClientException. */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = byName.get(containerName);
      if (other === undefined) {
        throw clientError(`Cannot depend on container + '${containerName}' because it does not exist`);
      }
      if (containerName === name) throw clientError(`Container ${name} cannot depend on itself.`);
      requireText('ContainerDependency.condition', condition);
      requireWord('Container dependency condition', condition, CONDITIONS);
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        throw clientError('A dependency container with HEALTHY condition must have health check configured.');
      }
      if ((condition === 'COMPLETE' || condition === 'SUCCESS') && (other.essential ?? true)) {
        throw clientError(
          'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
        );
      }
    }
  }
  refuseCycles(containers);
}

/** Takes away containers that wait for nobody left, until none or a cycle remains. */
function refuseCycles(containers: readonly ContainerDefinition[]): void {
  let waiting = containers;
  for (;;) {
    const names = new Set(waiting.map(({ name }) => name));
    const stillWaiting = waiting.filter(({ dependsOn = [] }) =>
      dependsOn.some(({ containerName }) => names.has(containerName)),
    );
    if (stillWaiting.length === 0) return;
    if (stillWaiting.length === waiting.length) throw clientError('Container dependencies form a cycle.');
    waiting = stillWaiting;
  }
}
