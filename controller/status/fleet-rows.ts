import { alike } from '../core/alike.ts';
import type { EnvironmentPlace } from '../core/alike.ts';
import { groupBy } from '../core/order.ts';
import { namedWhere } from '../plan/where.ts';
import type { Condition, ObjectStatus, StatusReport } from './schema.ts';
import { BUCKETS, bucketOf } from './summary.ts';

/** A line of the table: one object, or what has its kind and name in several Environments. */
export interface FleetRow {
  readonly kind: string;
  readonly name: string;
  readonly environment: string;
  readonly sync: string;
  readonly health: string;
  readonly ready: string;
  readonly revision: string | undefined;
  readonly message: string;
}

/** The table, and what it has no room for. */
export interface FleetTable {
  readonly rows: readonly FleetRow[];
  /** What of rows of several Environments is not Ready, and where, the worst first. */
  readonly notReady: readonly string[];
}

/** Values of an object's own, the worst first. */
const SYNCS: readonly string[] = ['OutOfSync', 'Unknown', 'Synced'];
const HEALTHS: readonly string[] = ['Degraded', 'Missing', 'Unknown', 'Progressing', 'Suspended', 'Healthy'];

/**
 * The objects as rows, those of one kind and name in several Environments as one. Where there is such a row, the Environments themselves are
 * one too. Pure.
 */
export function fleetTable(
  { objects, environments }: Pick<StatusReport, 'objects' | 'environments'>,
  messageOf: (object: ObjectStatus) => string,
): FleetTable {
  const isFleet = new Set(objects.map(({ kind, name }) => `${kind}/${name}`)).size < objects.length;
  const groups = groupBy(objects, ({ kind, name }) =>
    isFleet && kind === 'Environment' ? kind : `${kind}/${name}`,
  );
  const places = new Map(environments.map((one) => [one.name, one]));
  const placeOf = (name: string): EnvironmentPlace => places.get(name) ?? { name };
  const told = [...groups.values()].flatMap((own) => {
    const [first, ...others] = own;
    if (first === undefined) return [];
    if (others.length === 0) return [{ row: rowOf(first, messageOf(first)), notReady: [] }];
    return [{ row: foldedRow(first, own, messageOf), notReady: notReadyOf(own, messageOf, placeOf) }];
  });
  return { rows: told.map(({ row }) => row), notReady: told.flatMap(({ notReady }) => notReady) };
}

function rowOf(object: ObjectStatus, message: string): FleetRow {
  const { kind, name, environment, sync, health, lastAppliedRevision: revision } = object;
  return {
    kind,
    name,
    environment,
    sync,
    health,
    ready: readyOf(object)?.status ?? 'Unknown',
    revision,
    message,
  };
}

function foldedRow(
  first: ObjectStatus,
  own: readonly ObjectStatus[],
  messageOf: (object: ObjectStatus) => string,
): FleetRow {
  const buckets = groupBy(own, bucketOf);
  const ready = own.filter((object) => readyOf(object)?.status === 'True').length;
  const messages = new Set(own.map(messageOf));
  const revisions = new Set(own.map(({ lastAppliedRevision }) => lastAppliedRevision));
  const counts = [...BUCKETS].toReversed().flatMap(([bucket]) => {
    const count = buckets.get(bucket)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${bucket}`];
  });
  return {
    kind: first.kind,
    name: own.every(({ name }) => name === first.name) ? first.name : '*',
    environment: `${own.length} Environments`,
    sync: worst(
      SYNCS,
      own.map(({ sync }) => sync),
    ),
    health: worst(
      HEALTHS,
      own.map(({ health }) => health),
    ),
    ready: ready === own.length ? 'True' : `${ready} of ${own.length}`,
    revision: revisions.size === 1 ? first.lastAppliedRevision : 'several',
    message: messages.size === 1 && buckets.size === 1 ? messageOf(first) : counts.join(', '),
  };
}

/** `DaemonService/xray: 0 of 2 tasks running (2 Environments: eu, us)`. */
function notReadyOf(
  own: readonly ObjectStatus[],
  messageOf: (object: ObjectStatus) => string,
  placeOf: (environment: string) => EnvironmentPlace,
): readonly string[] {
  const ranks = BUCKETS.map(([bucket]) => bucket);
  const concerned = own
    .filter((object) => !['ready', 'suspended'].includes(bucketOf(object)))
    .toSorted((a, b) => ranks.indexOf(bucketOf(a)) - ranks.indexOf(bucketOf(b)));
  return alike(concerned, (object) => ({
    key: bucketOf(object),
    texts: [`${object.kind}/${object.name}`, messageOf(object)],
    place: placeOf(object.environment),
  })).map(({ items, texts: [name = '', message = ''] }) => {
    const where = namedWhere(items.map(({ environment }) => environment));
    return `${name}: ${message}${where}`;
  });
}

function readyOf({ conditions }: ObjectStatus): Condition | undefined {
  return conditions.find(({ type }) => type === 'Ready');
}

function worst(order: readonly string[], values: readonly string[]): string {
  return order.find((value) => values.includes(value)) ?? values[0] ?? '';
}
