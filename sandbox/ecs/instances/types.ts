/** What an instance type is (Amazon EC2 instance types; developer guide, elastic network interface trunking). */
export interface InstanceType {
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Network interfaces, its own included. */
  readonly interfaces: number;
  /** Tasks with an interface of their own that one with a trunk takes; undefined where it can have none. */
  readonly trunkedTasks?: number;
  readonly isArm?: true;
  readonly gpus?: number;
}

const TYPES: Readonly<Record<string, InstanceType>> = {
  't3.micro': { vcpus: 2, memoryMiB: 1024, interfaces: 2 },
  't3.small': { vcpus: 2, memoryMiB: 2048, interfaces: 3 },
  't3.medium': { vcpus: 2, memoryMiB: 4096, interfaces: 3 },
  't3.large': { vcpus: 2, memoryMiB: 8192, interfaces: 3 },
  't3.xlarge': { vcpus: 4, memoryMiB: 16_384, interfaces: 4 },
  't4g.small': { vcpus: 2, memoryMiB: 2048, interfaces: 3, isArm: true },
  't4g.medium': { vcpus: 2, memoryMiB: 4096, interfaces: 3, isArm: true },
  'c5.large': { vcpus: 2, memoryMiB: 4096, interfaces: 3, trunkedTasks: 10 },
  'c5.xlarge': { vcpus: 4, memoryMiB: 8192, interfaces: 4, trunkedTasks: 18 },
  'c5.2xlarge': { vcpus: 8, memoryMiB: 16_384, interfaces: 4, trunkedTasks: 38 },
  'c5.4xlarge': { vcpus: 16, memoryMiB: 32_768, interfaces: 8, trunkedTasks: 58 },
  'c6g.large': { vcpus: 2, memoryMiB: 4096, interfaces: 3, trunkedTasks: 10, isArm: true },
  'c7g.large': { vcpus: 2, memoryMiB: 4096, interfaces: 3, trunkedTasks: 10, isArm: true },
  'm5.large': { vcpus: 2, memoryMiB: 8192, interfaces: 3, trunkedTasks: 10 },
  'm5.xlarge': { vcpus: 4, memoryMiB: 16_384, interfaces: 4, trunkedTasks: 18 },
  'm5.2xlarge': { vcpus: 8, memoryMiB: 32_768, interfaces: 4, trunkedTasks: 38 },
  'm5.4xlarge': { vcpus: 16, memoryMiB: 65_536, interfaces: 8, trunkedTasks: 58 },
  'm6g.large': { vcpus: 2, memoryMiB: 8192, interfaces: 3, trunkedTasks: 10, isArm: true },
  'm6i.large': { vcpus: 2, memoryMiB: 8192, interfaces: 3, trunkedTasks: 10 },
  'm7g.large': { vcpus: 2, memoryMiB: 8192, interfaces: 3, trunkedTasks: 10, isArm: true },
  'r5.large': { vcpus: 2, memoryMiB: 16_384, interfaces: 3, trunkedTasks: 10 },
  'r5.xlarge': { vcpus: 4, memoryMiB: 32_768, interfaces: 4, trunkedTasks: 18 },
  'r6g.large': { vcpus: 2, memoryMiB: 16_384, interfaces: 3, trunkedTasks: 10, isArm: true },
  'g4dn.xlarge': { vcpus: 4, memoryMiB: 16_384, interfaces: 3, gpus: 1 },
  'g5.xlarge': { vcpus: 4, memoryMiB: 16_384, interfaces: 4, gpus: 1 },
};

export const INSTANCE_TYPES: readonly string[] = Object.keys(TYPES);

/** What tasks do not get: the kernel's and the agent's, about a twentieth. */
const KEPT_SHARE = 0.05;

export function instanceType(name: string): InstanceType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}

/** CPU units, and the MiB that the agent finds. */
export function sizeOf({ vcpus, memoryMiB }: InstanceType): {
  readonly cpu: number;
  readonly memoryMiB: number;
} {
  return { cpu: vcpus * 1024, memoryMiB: Math.floor(memoryMiB * (1 - KEPT_SHARE)) };
}
