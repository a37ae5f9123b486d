import {
  FARGATE_SIZES,
  FARGATE_WINDOWS_SIZES,
  sizeInUnits,
} from '../../../../controller/kinds/task-definition/size.ts';
import { launchTypeOf } from '../../../../controller/manifest/host.ts';
import type { ManifestDocument } from '../documents.ts';
import { withField } from './with-field.ts';

type DaemonSpec = ManifestDocument<'DaemonService'>['spec'];
type Container = DaemonSpec['containers'][number];
type PortMapping = NonNullable<Container['portMappings']>[number];
type Dependency = NonNullable<Container['dependsOn']>[number];

/** A task of a size that Fargate has, whose containers share its CPU, memory, ports and names, and wait for those before them. */
export function repairedTask(before: DaemonSpec): DaemonSpec {
  const spec = withTaskSize(before);
  const shareOf = (size: number | string) => Math.floor(sizeInUnits(size) / spec.containers.length);
  const share = { cpu: shareOf(spec.cpu ?? 256), memory: shareOf(spec.memory ?? 512) };
  const containers: Container[] = [];
  for (const container of spec.containers) {
    const sized = withContainerSize(withoutContradictions(container), share, spec.memory === undefined);
    containers.push(besideOthers(sized, containers));
  }
  return withEssential({ ...spec, containers });
}

/** The last container is made essential where no other is: no container waits for its end. */
export function withEssential(spec: DaemonSpec): DaemonSpec {
  const { essential: _optional, ...last } = spec.containers.at(-1)!;
  const isOptional = spec.containers.every(({ essential }) => essential === false);
  return isOptional ? { ...spec, containers: [...spec.containers.slice(0, -1), last] } : spec;
}

/** One of the memories that Fargate has with this CPU, in the same kind of words; elsewhere a task may have no size. */
function withTaskSize(before: DaemonSpec): DaemonSpec {
  const { requiresCompatibilities = [], runtimePlatform = {}, ...rest } = before;
  if (launchTypeOf(before) !== 'FARGATE' && !requiresCompatibilities.includes('FARGATE')) return before;
  const { operatingSystemFamily = 'LINUX' } = runtimePlatform;
  const sizes = operatingSystemFamily === 'LINUX' ? FARGATE_SIZES : FARGATE_WINDOWS_SIZES;
  const { cpu: wished = 256, memory: written = 512 } = rest;
  const cpu = sizes.has(sizeInUnits(wished)) ? wished : 1024;
  const spec = { ...before, cpu, memory: written };
  const memories = sizes.get(sizeInUnits(cpu)) ?? [];
  const wish = sizeInUnits(written);
  if (memories.includes(wish)) return spec;
  const memory = memories[wish % memories.length] ?? wish;
  return { ...spec, memory: typeof spec.memory === 'string' ? `${memory / 1024}GB` : memory };
}

function withContainerSize(
  before: Container,
  share: { readonly cpu: number; readonly memory: number },
  isItsOwn: boolean,
): Container {
  const between = (least: number, most: number) => (wish: number) => least + (wish % (most - least + 1));
  const container = withField(
    withField(before, 'cpu', between(0, share.cpu)),
    'memory',
    between(7, share.memory),
  );
  const { memory = share.memory, memoryReservation } = container;
  if (isItsOwn && (container.memory ?? memoryReservation) === undefined) return { ...container, memory };
  return withField(container, 'memoryReservation', between(6, memory - 1));
}

/** What one container says of itself, without what it says twice. */
function withoutContradictions(before: Container): Container {
  const { secrets = {} } = before;
  const container = withField(before, 'environment', (environment) =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => !Object.hasOwn(secrets, name))),
  );
  return withField(container, 'ulimits', (ulimits) =>
    ulimits
      .filter(({ name }, nth) => ulimits.findIndex((other) => other.name === name) === nth)
      .map((limit) => ({ ...limit, softLimit: softLimitOf(limit) })),
  );
}

/** -1 is no limit. */
function softLimitOf({ softLimit, hardLimit }: NonNullable<Container['ulimits']>[number]): number {
  if (hardLimit === -1) return softLimit;
  return softLimit === -1 ? hardLimit : Math.min(softLimit, hardLimit);
}

function besideOthers(before: Container, others: readonly Container[]): Container {
  const named = { ...before, name: unused(before.name, namesOf(others)) };
  const container = withField(named, 'portMappings', (mappings) => portsBeside(others, mappings));
  return withField(container, 'dependsOn', (dependencies) => dependenciesOn(others, dependencies));
}

function portsBeside(others: readonly Container[], mappings: readonly PortMapping[]): PortMapping[] {
  const all = others.flatMap(({ portMappings = [] }) => portMappings);
  const own: PortMapping[] = [];
  for (const mapping of mappings) {
    const taken = [...all, ...own];
    const { protocol = 'tcp' } = mapping;
    const ports = new Set(
      taken
        .filter((other) => (other.protocol ?? 'tcp') === protocol)
        .flatMap((other) => other.containerPort ?? []),
    );
    const named = withField(mapping, 'name', (name) => unused(name, namesOf(taken)));
    if (mapping.containerPort === undefined) {
      own.push(named);
      continue;
    }
    const containerPort = freePort(mapping.containerPort, ports);
    own.push(withField({ ...named, containerPort }, 'hostPort', () => containerPort));
  }
  return own;
}

function freePort(port: number, taken: ReadonlySet<number>): number {
  return taken.has(port) ? freePort((port % 65_535) + 1, taken) : port;
}

function namesOf(named: readonly { readonly name?: string }[]): ReadonlySet<string> {
  return new Set(named.flatMap(({ name }) => name ?? []));
}

function unused(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? unused(`${name}-2`, taken) : name;
}

function dependenciesOn(others: readonly Container[], dependencies: readonly Dependency[]): Dependency[] {
  return others.slice(0, dependencies.length).map((other, nth) => {
    const { condition, ...rest } = dependencies[nth]!;
    const isPossible =
      condition === 'HEALTHY'
        ? other.healthCheck !== undefined
        : condition === 'START' || other.essential === false;
    return { ...rest, containerName: other.name, condition: isPossible ? condition : 'START' };
  });
}
