import type { ServiceEvent } from '@aws-sdk/client-ecs';
import { createHash } from 'node:crypto';
import type { World } from '../../world.ts';
import { uuid, uuidOf } from '../ids.ts';
import type { ServiceRecord, TaskOwner } from '../state.ts';

/** AWS shows this many, and tells the same once in six hours (reference: deployments). */
const MOST_EVENTS = 100;
const REPEATED_AFTER_MS = 6 * 60 * 60_000;
const STEADY = 'has reached a steady state.';

/** Newest first. A service at rest says so again every six hours. */
export function eventsOf(world: World, service: ServiceRecord): ServiceEvent[] {
  return [...steadyRepeats(world, service), ...service.events].slice(0, MOST_EVENTS);
}

/** Adds `(service <name>) <message>`. */
export function addEvent(world: World, service: ServiceRecord, message: string): void {
  rememberRepeats(world, service);
  prepend(service, { id: uuid(world), createdAt: world.date(), message: about(service, message) });
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

/** A task's targets drain. */
export function tellDraining(world: World, { service, deployment }: TaskOwner): void {
  rememberRepeats(world, service);
  const message = `(service ${service.name}, taskSet ${deployment.id}) has begun draining connections on 1 tasks.`;
  prepend(service, { id: uuid(world), createdAt: world.date(), message });
}

/** The service is at rest: said once, until it moves. */
export function tellSteady(world: World, service: ServiceRecord): void {
  if (service.steadySince !== undefined) return;
  addEvent(world, service, STEADY);
  service.steadySince = world.now();
}

export function noLongerSteady(world: World, service: ServiceRecord): void {
  rememberRepeats(world, service);
  service.steadySince = undefined;
}

/** Lists the steady-state events that are due by now, so that what happens next comes after them. */
function rememberRepeats(world: World, service: ServiceRecord): void {
  const repeats = steadyRepeats(world, service);
  const [newest] = repeats;
  if (newest === undefined) return;
  prepend(service, ...repeats);
  service.steadySince = newest.createdAt.getTime();
}

function prepend(service: ServiceRecord, ...events: ServiceEvent[]): void {
  service.events.unshift(...events);
  if (service.events.length > MOST_EVENTS) service.events.length = MOST_EVENTS;
}

interface SteadyEvent extends ServiceEvent {
  createdAt: Date;
}

/** Newest first; their ids come from no randomness of the world's, so that looking changes nothing. */
function steadyRepeats(world: World, service: ServiceRecord): SteadyEvent[] {
  const { steadySince } = service;
  if (steadySince === undefined) return [];
  const last = Math.floor((world.now() - steadySince) / REPEATED_AFTER_MS);
  return Array.from({ length: Math.min(last, MOST_EVENTS) }, (_, index) => {
    const at = steadySince + (last - index) * REPEATED_AFTER_MS;
    const digest = createHash('sha256').update(`${service.arn} ${at}`).digest('hex');
    return { id: uuidOf(digest), createdAt: new Date(at), message: about(service, STEADY) };
  });
}

function about(service: ServiceRecord, message: string): string {
  return `(service ${service.name}) ${message}`;
}
