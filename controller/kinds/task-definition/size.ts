/** Steps from `first` to `last`, in MiB. */
function steps(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);
}

/** CPU units → memory in MiB that Fargate offers with them (reference: Fargate validity). */
export const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16384, 1024)],
  [4096, steps(8192, 30720, 1024)],
  [8192, steps(16384, 61440, 4096)],
  [16384, steps(32768, 122880, 8192)],
  [32768, [61440, 122880, 249856]],
]);

/** Of these, what Fargate has for Windows (ECS API reference, RegisterTaskDefinition; cdk-preflight, pf-ecs-fargate-windows-cpu-under-1vcpu). */
export const FARGATE_WINDOWS_SIZES: ReadonlyMap<number, readonly number[]> = new Map(
  [...FARGATE_SIZES].filter(([cpu]) => cpu >= 1024 && cpu <= 4096),
);

/**
 * CPU units of `256`, `"256"` or `"0.25 vCPU"`; memory in MiB of `512`, `"512"` or `"0.5 GB"`: a vCPU and a GB have 1024 (reference:
 * task definitions, normalised). May be no whole number.
 */
export function sizeInUnits(size: number | string): number {
  if (typeof size === 'number') return size;
  const amount = Number.parseFloat(size);
  return /vcpu|gb/i.test(size) ? amount * 1024 : amount;
}

export interface TaskSize {
  readonly cpu: number;
  readonly memory: number;
}

/** The valid pairs nearest to a wish, nearest first. A doubling counts the same everywhere. */
export function nearestTaskSizes(
  wish: TaskSize,
  count: number,
  sizes: ReadonlyMap<number, readonly number[]> = FARGATE_SIZES,
): readonly TaskSize[] {
  const distance = (from: number, to: number) => Math.abs(Math.log2(Math.max(from, 1) / to));
  return [...sizes]
    .flatMap(([cpu, memories]) => memories.map((memory) => ({ cpu, memory })))
    .map((size) => ({ size, away: distance(wish.cpu, size.cpu) + distance(wish.memory, size.memory) }))
    .toSorted((a, b) => a.away - b.away)
    .slice(0, count)
    .map(({ size }) => size);
}
