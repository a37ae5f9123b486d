import type { World } from '../world.ts';
import { uuid } from './ids.ts';
import type { ServiceRecord } from './state.ts';

/** AWS shows this many, and tells the same once in six hours (reference: deployments). */
const MOST_EVENTS = 100;
const REPEATED_AFTER_MS = 6 * 60 * 60_000;

/** Adds `(service <name>) <message>`. */
export function addEvent(world: World, service: ServiceRecord, message: string): void {
  service.events.unshift({ id: uuid(world), createdAt: world.date(), message: about(service, message) });
  if (service.events.length > MOST_EVENTS) service.events.length = MOST_EVENTS;
}

/** Adds a complaint, unless it was made within the last hours. */
export function complainOnce(world: World, service: ServiceRecord, message: string): void {
  const since = world.now() - REPEATED_AFTER_MS;
  const text = about(service, message);
  const isKnown = service.events.some((event) => event.message === text && Number(event.createdAt) > since);
  if (!isKnown) addEvent(world, service, message);
}

/** `has started 2 tasks: (task a) (task b).` */
export function tellTasks(
  world: World,
  service: ServiceRecord,
  what: 'has started' | 'has stopped',
  tasks: readonly { readonly id: string }[],
): void {
  if (tasks.length === 0) return;
  const list = tasks.map(({ id }) => `(task ${id})`).join(' ');
  const noun = what === 'has started' ? 'tasks' : 'running tasks';
  addEvent(world, service, `${what} ${tasks.length} ${noun}: ${list}.`);
}

function about(service: ServiceRecord, message: string): string {
  return `(service ${service.name}) ${message}`;
}
