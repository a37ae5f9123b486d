import { AwsError } from '../../error.ts';
import { invalidParameter } from '../errors.ts';
import type { RunsOn, TaskDefinitionRecord } from '../state.ts';
import { LARGE_CPU } from './fargate.ts';

/** What Fargate runs tasks on (reference: Fargate validity; developer guide, platform versions). */
interface Platform {
  /** As services and tasks show it: `Linux`, `Windows_Server_2022_Core`. */
  readonly family: string;
  /** What LATEST means. */
  readonly latest: string;
  readonly versions: readonly string[];
}

const LINUX: Platform = { family: 'Linux', latest: '1.4.0', versions: ['1.4.0', '1.3.0'] };

export function platformOf({ definition }: TaskDefinitionRecord): Platform {
  const system = definition.runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  if (system === 'LINUX') return LINUX;
  const family = system
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('_');
  return { family, latest: '1.0.0', versions: ['1.0.0'] };
}

/** The version that a platform version asked for means now; none means none. */
export function runningVersion(
  taskDefinition: TaskDefinitionRecord,
  platformVersion: string | undefined,
): string | undefined {
  return platformVersion === 'LATEST' ? platformOf(taskDefinition).latest : platformVersion;
}

/**
 * The platform version that was asked for or is in force, which instances do not have (AWS's text: cdk-preflight, measured in September 2026).
 * Throws PlatformUnknownException, PlatformTaskDefinitionIncompatibilityException, InvalidParameterException.
 */
export function readPlatformVersion(
  taskDefinition: TaskDefinitionRecord,
  asked: string | undefined,
  launchType: RunsOn,
  before?: string,
): string | undefined {
  if (launchType === 'FARGATE') {
    const platformVersion = asked ?? before ?? 'LATEST';
    checkPlatformVersion(taskDefinition, platformVersion);
    return platformVersion;
  }
  if (asked === undefined) return undefined;
  throw invalidParameter(`The platform version must be null when specifying an ${launchType} launch type.`);
}

function checkPlatformVersion(taskDefinition: TaskDefinitionRecord, platformVersion: string): void {
  const { latest, versions } = platformOf(taskDefinition);
  if (platformVersion === 'LATEST' || platformVersion === latest) return;
  if (!versions.includes(platformVersion)) {
    throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
  }
  if (needsLatest(taskDefinition.definition)) {
    throw new AwsError(
      'PlatformTaskDefinitionIncompatibilityException',
      'The specified platform does not satisfy the task definition’s required capabilities.',
    );
  }
}

/** What came with 1.4.0 (developer guide, Fargate platform versions; secrets from Secrets Manager). */
function needsLatest({
  cpu,
  ephemeralStorage,
  runtimePlatform,
  containerDefinitions = [],
}: TaskDefinitionRecord['definition']): boolean {
  return (
    Number(cpu) >= LARGE_CPU ||
    ephemeralStorage !== undefined ||
    runtimePlatform?.cpuArchitecture === 'ARM64' ||
    containerDefinitions.some(
      ({ linuxParameters, secrets = [] }) =>
        (linuxParameters?.capabilities?.add ?? []).length > 0 ||
        secrets.some(({ valueFrom = '' }) => PART_OF_SECRET.test(valueFrom)),
    )
  );
}

/** A JSON key, version stage or version id follows the name of a secret. */
const PART_OF_SECRET = /:secretsmanager:[^:]*:\d+:secret:[^:]+:.*[^:]/;
