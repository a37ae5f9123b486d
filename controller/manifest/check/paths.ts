import type { Check } from './check.ts';
import { ON_WINDOWS } from './launch-types.ts';
import { saidIn, soundPlaces } from './pairs.ts';

/** What Docker and the agent of ECS take absolute only, and what a reader calls it. Paths of Windows begin otherwise. */
export const ABSOLUTE = [
  ['containers[].workingDirectory', 'a working directory'],
  ['containers[].mountPoints[].containerPath', 'where a volume is mounted'],
  ['containers[].linuxParameters.devices[].hostPath', 'a device'],
  ['containers[].linuxParameters.devices[].containerPath', 'a device'],
  ['volumes[].host.sourcePath', 'a path of the host'],
  ['volumes[].efsVolumeConfiguration.rootDirectory', 'a root directory'],
  ['volumes[].s3filesVolumeConfiguration.rootDirectory', 'a root directory'],
] as const;

export const paths: Check = (subject) => {
  if (saidIn(subject, ON_WINDOWS) !== undefined) return;
  for (const [at, what] of ABSOLUTE) {
    for (const { path, value } of soundPlaces(subject, at)) {
      if (value === '' || String(value).startsWith('/')) continue;
      subject.warn(
        path,
        `ECS takes it, and the container does not start: ${what} begins with /; write / before it`,
      );
    }
  }
};
