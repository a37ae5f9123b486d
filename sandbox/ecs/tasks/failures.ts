import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Range } from '../../timing.ts';
import type { TaskDefinitionRecord } from '../state.ts';
import { imageReference, tagOf } from './images.ts';
import type { ImageReference } from './images.ts';
import type { TaskFailure } from './state.ts';
import { exits, secretsUnreachable, uninitialized, unpullable, whyUnpullable } from './stops.ts';

interface Failing {
  readonly container: string;
  readonly image: ImageReference;
  readonly region: string;
  readonly architecture: string;
}

const AFTER_A_WHILE: Range = { least: 60_000, most: 90_000 };
const HEALTHY_FOR_MS = 120_000;
const EXIT = /^fail-exit-(\d{1,3})$/;

/**
 * The failures by the tag of the image that provokes them. The texts are AWS's own where it documents them (ECS Developer Guide, stopped
 * task error messages, CannotPullContainer errors, TaskFailedToStart errors; reference: explain map), else as people quoted them. Every
 * other tag beginning with `fail-` does what `fail-pull` does.
 */
const FAILURES: Readonly<Record<string, (failing: Failing) => TaskFailure>> = {
  /** The image or its tag does not exist. */
  'fail-pull': ({ container, image }) => unpullable(container, whyUnpullable(image, 'missing')),
  /** No way to the registry: no NAT, public address or endpoint. */
  'fail-pull-timeout': ({ container, image }) => unpullable(container, whyUnpullable(image, 'unreachable')),
  /** The repository does not exist, or the execution role may not pull from it. */
  'fail-pull-denied': ({ container, image }) => unpullable(container, whyUnpullable(image, 'denied')),
  /** The registry limits pulls. */
  'fail-pull-rate': ({ container, image }) =>
    unpullable(
      container,
      `failed to resolve ref ${image.text}: unexpected status from HEAD request to ${image.manifestUrl}: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit`,
    ),
  /** The image was built for another platform than the task's. */
  'fail-pull-platform': ({ container, architecture }) =>
    unpullable(
      container,
      `image Manifest does not contain descriptor matching platform 'linux/${architecture}'`,
    ),
  /** The network keeps the task from its secrets. */
  'fail-secrets': ({ region }) => uninitialized(secretsUnreachable(region)),
  'fail-logging': () => uninitialized(LOG_GROUP_MISSING),
  /** The subnet has no free address. */
  'fail-address': () => ({ at: 'network', code: 'InsufficientFreeAddressesInSubnet' }),
  /** The container's command does not exist. */
  'fail-start': (failing) =>
    unstartable(failing, 'unable to start container process: exec: "/missing": no such file or directory'),
  /** The image's binary is for another CPU. */
  'fail-architecture': (failing) =>
    unstartable(failing, 'unable to start container process: exec /entrypoint: exec format error'),
  'fail-exit': (failing) => exits(failing.container, 1),
  /** Runs for a while, then is killed. */
  'fail-memory': ({ container }) => ({
    at: 'exit',
    after: AFTER_A_WHILE,
    stop: {
      code: 'EssentialContainerExited',
      reason: OUT_OF_MEMORY,
      containerReason: OUT_OF_MEMORY,
      exitCode: 137,
      container,
    },
  }),
  /** The health check never passes. */
  'fail-health': () => ({ at: 'health', from: 0 }),
  /** The health check passes for two minutes, then fails. */
  'fail-health-later': () => ({ at: 'health', from: HEALTHY_FOR_MS }),
  /** No load balancer finds it healthy. */
  'fail-target': () => ({ at: 'target' }),
  /** ECS does not get to deregister the task from Cloud Map: its instance stays when it is gone. */
  'fail-deregister': () => ({ at: 'deregistration' }),
};

const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** Why a task stops whose log group does not exist. */
export const LOG_GROUP_MISSING = logsRefused(
  'ResourceNotFoundException: The specified log group does not exist.',
);

/** What the first container with a failing image does to a task; `fail-exit-3` exits with 3. */
export function failureOf(taskDefinition: TaskDefinitionRecord, region: string): TaskFailure | undefined {
  const { containerDefinitions = [], runtimePlatform } = taskDefinition.definition;
  const failing = containerDefinitions.find(({ image = '' }) => tagOf(image).startsWith('fail-'));
  if (failing === undefined) return undefined;
  const image = imageReference(failing.image ?? '');
  const architecture = runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64';
  const facts: Failing = { container: failing.name ?? '', image, region, architecture };
  const exitCode = EXIT.exec(image.tag)?.[1];
  const failure =
    exitCode === undefined
      ? (Object.hasOwn(FAILURES, image.tag) ? FAILURES[image.tag]! : FAILURES['fail-pull']!)(facts)
      : exits(facts.container, Number(exitCode));
  return concernsTask(failing, failure) ? failure : undefined;
}

/** What an inessential container does after its start leaves its task running. */
function concernsTask({ essential }: ContainerDefinition, { at }: TaskFailure): boolean {
  return essential !== false || (at !== 'exit' && at !== 'health');
}

/** What becomes of a task whose log stream CloudWatch Logs does not make. */
export function logsRefused(why: string): string {
  return `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: operation error CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, ${why} : exit status 1`;
}

function unstartable({ container }: Failing, why: string): TaskFailure {
  const reason = `CannotStartContainerError: failed to get container status: OCI runtime create failed: runc create failed: ${why}: unknown`;
  return {
    at: 'pending',
    stop: { code: 'TaskFailedToStart', reason, containerReason: reason, container },
  };
}
