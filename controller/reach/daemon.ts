import type { Discovery, Registration, Task } from '../core/resource.ts';
import type { Read } from '../core/read.ts';
import type { Listener } from '../core/consumer.ts';

/** A daemon as its manifest wants it and as it was last seen. */
export interface Daemon {
  /** Of its Environment. */
  readonly vpcId: string;
  /** What its containers map. */
  readonly listeners: readonly Listener[];
  /** What the manifest lets its tasks call, as IAM's actions. */
  readonly actions: readonly string[];
  /** How clients find it; undefined where its manifest gives it no name. */
  readonly discovery: Read<Discovery> | undefined;
  /** Of a name that private DNS alone knows: the hosted zone that has it. */
  readonly zoneId: string | undefined;
  readonly registrations: readonly Registration[];
  readonly tasks: Read<readonly Task[]>;
  /** ARN of the revision that it runs. */
  readonly revision: Read<string>;
}

/** IPv4 addresses that a client is given: what Route 53 has, else what Cloud Map has, else, without a name, those of its tasks. */
export function addressesOf({ discovery, registrations, tasks }: Daemon): readonly string[] {
  const registered = registrations.flatMap(({ ipv4 }) => ipv4 ?? []);
  if (discovery === undefined) return runningAddresses(tasks);
  const held = 'value' in discovery ? discovery.value.held : undefined;
  const records = held?.records.filter(({ type }) => type === 'A').map(({ value }) => value);
  return [...new Set(records !== undefined && records.length > 0 ? records : registered)];
}

export function runningAddresses(tasks: Daemon['tasks']): readonly string[] {
  return 'value' in tasks ? tasks.value.filter(isRunning).flatMap(({ ipv4 }) => ipv4 ?? []) : [];
}

export function isRunning({ lastStatus }: Pick<Task, 'lastStatus'>): boolean {
  return lastStatus === 'RUNNING';
}
