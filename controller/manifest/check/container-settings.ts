import { isIP } from 'node:net';
import { didYouMean } from '../../core/suggest.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import type { Check } from './check.ts';
import { OF_IPC } from './network-modes.ts';
import { soundPlaces } from './pairs.ts';

/** What the parts of one container say together. */

const check = checksOf<DaemonServiceManifestSpec>();
const each = (run: Parameters<typeof checkEach<ContainerManifest>>[1]) => checkEach(['containers'], run);

/** How a tmpfs may be mounted; some of them take a value, such as mode=755 (ECS API reference, Tmpfs). */
const MOUNT_OPTIONS = (
  'defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime nodiratime bind rbind ' +
  'unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime strictatime nostrictatime mode uid gid ' +
  'nr_inodes nr_blocks mpol'
).split(' ');

/** ECS API reference, LinuxParameters and Tmpfs. */
const linuxParameters = each(
  ({ linuxParameters: { tmpfs = [], swappiness, maxSwap } = {} }, at, { report, warn }) => {
    const path = [...at, 'linuxParameters'];
    if (swappiness !== undefined && maxSwap === undefined) {
      warn(
        [...path, 'swappiness'],
        `ECS takes swappiness ${swappiness} without maxSwap, and nothing comes of it; add maxSwap, or remove it`,
      );
    }
    tmpfs.forEach(({ containerPath, mountOptions = [] }, nth) => {
      if (!containerPath.startsWith('/')) {
        report([...path, 'tmpfs', nth, 'containerPath'], 'must be an absolute path; write / before it');
      }
      mountOptions.forEach((option, index) => {
        const [name = ''] = option.split('=');
        if (MOUNT_OPTIONS.includes(name)) return;
        report(
          [...path, 'tmpfs', nth, 'mountOptions', index],
          `a tmpfs has no mount option ${JSON.stringify(name)}; ${didYouMean(name, MOUNT_OPTIONS, 'its options are')}`,
        );
      });
    });
  },
);

/** ECS API reference, ContainerRestartPolicy. */
const restarts = each(({ restartPolicy }, at, { warn }) => {
  if (restartPolicy?.enabled !== false) return;
  for (const field of ['ignoredExitCodes', 'restartAttemptPeriod'] as const) {
    if (restartPolicy[field] === undefined) continue;
    warn(
      [...at, 'restartPolicy', field],
      `ECS takes it, and nothing is started again with enabled: false; remove it, or write enabled: true`,
    );
  }
});

/** ECS API reference, SystemControl. */
const systemControls = each(({ systemControls: controls = [] }, at, { report }) => {
  const seen = new Set<string>();
  controls.forEach(({ namespace }, nth) => {
    const path = [...at, 'systemControls', nth, 'namespace'];
    if (seen.has(namespace)) report(path, `${namespace} is set twice; remove one`);
    else if (!/^net\..+/.test(namespace) && !OF_IPC.test(namespace)) {
      report(
        path,
        `${JSON.stringify(namespace)} is not one that containers have of their own: those begin with net. or fs.mqueue., or are kernel.msgmax, msgmnb, msgmni, sem, shmall, shmmax, shmmni, shm_rmid_forced; correct or remove it`,
      );
    }
    seen.add(namespace);
  });
});

/** ECS API reference, ResourceRequirement. */
const resources = each(({ resourceRequirements = [] }, at, { report }) => {
  resourceRequirements.forEach(({ type, value, sharingStrategy }, nth) => {
    const path = [...at, 'resourceRequirements', nth];
    if (resourceRequirements.findIndex((other) => other.type === type) !== nth) {
      report([...path, 'type'], `${type} is asked for twice; add them up`);
    } else if (type === 'NeuronDevice') {
      if (sharingStrategy !== undefined) {
        report(
          [...path, 'sharingStrategy'],
          'only a GPU is shared, and the type is NeuronDevice; write value: ALL',
        );
      } else if (value !== 'ALL') {
        report([...path, 'value'], 'a container gets all Neuron devices or none: write ALL');
      }
    } else if (value !== undefined && sharingStrategy !== undefined) {
      report(
        [...path, 'sharingStrategy'],
        `value ${value} gives whole GPUs and sharingStrategy a part of one; remove one`,
      );
    } else if (value === undefined && sharingStrategy === undefined) {
      report(path, 'a GPU needs value, such as "1", or sharingStrategy; add one');
    } else if (value !== undefined && value !== 'ALL' && !/^[1-9]\d*$/.test(value)) {
      report([...path, 'value'], `${JSON.stringify(value)} must be a number of GPUs such as "1", or ALL`);
    }
  });
});

/** "The containers in a task that request GPUs must all use the same option"; Neuron devices are one container's (ECS API reference, ResourceRequirement). */
const resourcesTogether = check(['containers'], ({ containers }, { report }) => {
  let sharing: { readonly container: string; readonly isShared: boolean } | undefined;
  let neuron: string | undefined;
  containers.forEach(({ name, resourceRequirements = [] }, index) => {
    resourceRequirements.forEach(({ type, sharingStrategy }, nth) => {
      const at = ['spec', 'containers', index, 'resourceRequirements', nth];
      const isShared = sharingStrategy !== undefined;
      if (type === 'NeuronDevice') {
        if (neuron !== undefined && neuron !== name) {
          report(at, `container ${neuron} has the Neuron devices of the task already; remove one`);
        }
        neuron ??= name;
        return;
      }
      if (sharing !== undefined && sharing.isShared !== isShared) {
        report(
          at,
          `container ${sharing.container} has ${sharing.isShared ? 'a shared GPU' : 'whole GPUs'}, and all of a task have the same: write ${sharing.isShared ? 'sharingStrategy' : 'value'} here too`,
        );
      }
      sharing ??= { container: name, isShared };
    });
  });
});

/** Docker refuses them when it starts the container. */
const addresses = each(({ extraHosts = [], dnsServers = [] }, at, { warn }) => {
  const written = [
    ...extraHosts.map(({ ipAddress }, nth) => [['extraHosts', nth, 'ipAddress'], ipAddress] as const),
    ...dnsServers.map((address, nth) => [['dnsServers', nth], address] as const),
  ];
  for (const [path, address] of written) {
    if (isIP(address) !== 0) continue;
    warn(
      [...at, ...path],
      `ECS takes it, and the container does not start: ${JSON.stringify(address)} is no IP address; write one such as 10.0.0.2`,
    );
  }
});

/** The bounds of lists (ECS API reference, PortMapping, ContainerDefinition, RegisterTaskDefinition). */
export const MOST = [
  ['containers[].portMappings', 100, 'ports'],
  ['containers[].environmentFiles', 10, 'environment files'],
  ['containers[].credentialSpecs', 1, 'credential specifications'],
  ['placementConstraints', 10, 'placement constraints'],
] as const;

const counts: Check = (subject) => {
  for (const [at, most, what] of MOST) {
    for (const { path, value } of soundPlaces(subject, at)) {
      const { length } = value as readonly unknown[];
      if (length > most) subject.report(path, `has ${length} ${what} and ECS allows ${most}; remove some`);
    }
  }
};

export const settingChecks = [
  linuxParameters,
  restarts,
  systemControls,
  resources,
  resourcesTogether,
  addresses,
  counts,
];
