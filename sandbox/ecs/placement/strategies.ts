import type { PlacementStrategy } from '@aws-sdk/client-ecs';
import { remaining } from '../instances/reservations.ts';
import type { HostRecord } from '../instances/state.ts';

/** What a service's tasks are placed by where nobody says how: over the zones, then over the instances. */
export const BEST_SPREAD: readonly PlacementStrategy[] = [
  { type: 'spread', field: 'attribute:ecs.availability-zone' },
  { type: 'spread', field: 'instanceId' },
];

interface Chances {
  /** All that the task fits on, at least one. */
  readonly fitting: readonly HostRecord[];
  /** Among which tasks are spread: those too that it does not fit on. */
  readonly all: readonly HostRecord[];
  /** How many tasks of its group each has, by id. */
  readonly tasksOn: ReadonlyMap<string, number>;
  readonly random: () => number;
}

/** The instance that the strategies prefer, each among what the one before it left (developer guide, task placement strategies). */
export function preferred(strategies: readonly PlacementStrategy[], chances: Chances): HostRecord {
  let left = chances.fitting;
  for (const { type, field = '' } of strategies) {
    if (type === 'random') return pick(left, chances.random);
    if (type === 'binpack') left = least(left, (host) => remainingOf(host, field));
    else left = least(left, loads(field, chances));
  }
  return strategies.length === 0 ? pick(left, chances.random) : left[0]!;
}

function pick(hosts: readonly HostRecord[], random: () => number): HostRecord {
  return hosts[Math.floor(random() * hosts.length)]!;
}

function least(hosts: readonly HostRecord[], measure: (host: HostRecord) => number): readonly HostRecord[] {
  const measures = hosts.map(measure);
  const lowest = measures.reduce((low, each) => Math.min(low, each), Number.POSITIVE_INFINITY);
  return hosts.filter((_, index) => measures[index] === lowest);
}

function remainingOf(host: HostRecord, field: string): number {
  const { cpu, memoryMiB } = remaining(host);
  return field === 'CPU' ? cpu : memoryMiB;
}

/** How many tasks of the group run on all instances that have the same value as one. */
function loads(field: string, { all, tasksOn }: Chances): (host: HostRecord) => number {
  const sums = new Map<string, number>();
  for (const host of all) {
    const value = valueOf(host, field);
    sums.set(value, (sums.get(value) ?? 0) + (tasksOn.get(host.id) ?? 0));
  }
  return (host) => sums.get(valueOf(host, field)) ?? 0;
}

function valueOf({ id, attributes }: HostRecord, field: string): string {
  return field === 'instanceId' ? id : (attributes.get(field.replace(/^attribute:/, '')) ?? '');
}
