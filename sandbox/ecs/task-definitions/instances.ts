import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { networkModeOf } from './network-modes.ts';
import type { TaskSize } from './size.ts';

/** CPU units of a task on an instance (API reference, RegisterTaskDefinition). */
const LEAST_CPU = 128;
const MOST_CPU = 196_608;

/** Why a definition cannot run on instances of EC2; undefined where it can. */
export function whyNotOnInstances(
  definition: RegisterTaskDefinitionCommandInput,
  { cpu }: TaskSize,
): string | undefined {
  if (cpu !== undefined && (cpu < LEAST_CPU || cpu > MOST_CPU)) return "Invalid 'cpu' setting for task.";
  const wantsNeuron = definition.containerDefinitions?.some(({ resourceRequirements = [] }) =>
    resourceRequirements.some(({ type }) => type === 'NeuronDevice'),
  );
  return wantsNeuron === true
    ? 'Tasks using the EC2 launch type do not support NeuronDevice resources.'
    : undefined;
}

/**
 * Why a definition cannot run on instances of one's own: what instances of EC2 lack, and the network, the file systems and the sharing of GPUs
 * that they have (developer guide, Amazon ECS Anywhere; API reference, ResourceRequirement). The texts are like AWS's of other launch types.
 */
export function whyNotOnExternal(
  definition: RegisterTaskDefinitionCommandInput,
  size: TaskSize,
): string | undefined {
  if (networkModeOf(definition) === 'awsvpc') return unsupported('networkMode awsvpc');
  const { volumes = [], containerDefinitions = [] } = definition;
  for (const member of [
    'efsVolumeConfiguration',
    's3filesVolumeConfiguration',
    'fsxWindowsFileServerVolumeConfiguration',
  ] as const) {
    if (volumes.some((volume) => volume[member] !== undefined)) return unsupported(member);
  }
  if (volumes.some(({ configuredAtLaunch }) => configuredAtLaunch === true)) {
    return unsupported('volumes that are configured at launch');
  }
  const sharesGpus = containerDefinitions.some(({ resourceRequirements = [] }) =>
    resourceRequirements.some(({ sharingStrategy }) => sharingStrategy !== undefined),
  );
  if (sharesGpus) return unsupported('GPU sharing');
  return whyNotOnInstances(definition, size)?.replace('the EC2 launch type', 'the EXTERNAL launch type');
}

function unsupported(what: string): string {
  return `Tasks using the EXTERNAL launch type do not support ${what}.`;
}
