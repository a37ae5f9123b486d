import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from '../errors.ts';
import { networkModeOf } from './network-modes.ts';

/** Kernel parameters of an IPC namespace (API reference, SystemControl). */
const OF_IPC: readonly string[] = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

/**
 * Takes the parameters that have a namespace, and not those of a namespace that the task shares with its host (API reference,
 * SystemControl; developer guide, task definition parameters). The texts are the sandbox's. Throws ClientException.
 */
export function checkSystemControls(
  { systemControls = [] }: ContainerDefinition,
  definition: RegisterTaskDefinitionCommandInput,
  setting: string,
): void {
  for (const { namespace, value } of systemControls) {
    if (!namespace || !value) {
      throw clientError('SystemControl.namespace and SystemControl.value should not be null or empty.');
    }
    const isOfNetwork = /^net\..+/.test(namespace);
    const isOfIpc = OF_IPC.includes(namespace) || /^fs\.mqueue\..+/.test(namespace);
    if (!isOfNetwork && !isOfIpc) {
      throw clientError(`${setting} The system control ${namespace} is not supported.`);
    }
    if (isOfNetwork && networkModeOf(definition) === 'host') {
      throw clientError(`${setting} The system control ${namespace} is not supported when networkMode=host.`);
    }
    if (isOfIpc && definition.ipcMode === 'host') {
      throw clientError(`${setting} The system control ${namespace} is not supported when ipcMode=host.`);
    }
  }
}
