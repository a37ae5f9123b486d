import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { SortedMap } from '../../sorted-map.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { clientError } from '../errors.ts';
import { resourcePath } from '../names.ts';
import { revisionKey } from '../state.ts';
import type { EcsState, Family, TaskDefinitionRecord } from '../state.ts';

/** How many INACTIVE revisions are remembered; AWS keeps them without promising for how long. */
const INACTIVE_REMEMBERED = 5000;
/** How many of those are forgotten together, so that looking for users is rare. */
const FORGOTTEN_TOGETHER = 500;
/** How often users of a revision that is being deleted are looked for. */
const LOOK_AGAIN_MS = 30_000;

export function familyOf(state: EcsState, name: string): Family {
  const known = state.families.get(name) ?? { name, lastRevision: 0, revisions: new SortedMap() };
  state.families.set(name, known);
  return known;
}

/** `family` (its newest ACTIVE revision), `family:revision` or an ARN. */
export function findTaskDefinition(
  context: CallContext,
  reference: string | undefined,
): TaskDefinitionRecord | undefined {
  const path = resourcePath(context, 'task-definition', reference ?? '') ?? '';
  const [name = '', revision, ...rest] = path.split(':');
  if (rest.length > 0) return undefined;
  const family = context.state.ecs.families.get(name);
  if (family === undefined) return undefined;
  if (revision === undefined) return newestActive(family);
  return /^[1-9]\d*$/.test(revision) ? family.revisions.get(revisionKey(Number(revision))) : undefined;
}

export function newestActive(family: Family): TaskDefinitionRecord | undefined {
  for (let revision = family.lastRevision; revision > 0; revision -= 1) {
    const found = family.revisions.get(revisionKey(revision));
    if (found?.definition.status === 'ACTIVE') return found;
  }
  return undefined;
}

/** `family:revision` or an ARN. Throws ClientException, for a bare family too. */
export function requireRevision(context: CallContext, reference: string | undefined): TaskDefinitionRecord {
  const revision = resourcePath(context, 'task-definition', reference ?? '')?.split(':')[1];
  if (revision === undefined || !/^\d+$/.test(revision)) {
    throw clientError(`Invalid revision number. Number: ${revision ?? 'null'}`);
  }
  const found = findTaskDefinition(context, reference);
  if (found !== undefined) return found;
  throw clientError(
    'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
  );
}

/**
 * Makes a revision INACTIVE. Its users keep it; new ones are refused some minutes later (API reference,
 * DeregisterTaskDefinition).
 */
export function deactivate(context: CallContext, record: TaskDefinitionRecord): void {
  const { world, state } = context;
  change(record, { status: 'INACTIVE', deregisteredAt: world.date() });
  record.refusedFrom = world.now() + world.pick(world.timing.ecs.inactiveRevisionRefused);
  state.ecs.inactiveRevisions.push(record);
  if (state.ecs.inactiveRevisions.length >= INACTIVE_REMEMBERED + FORGOTTEN_TOGETHER) {
    forgetInactive(context);
  }
}

/** Puts an INACTIVE revision into DELETE_IN_PROGRESS: refused to new users at once, gone when it has none. */
export function startDeletion(context: CallContext, record: TaskDefinitionRecord): void {
  const { world } = context;
  change(record, { status: 'DELETE_IN_PROGRESS', deleteRequestedAt: world.date() });
  endDeletion(context, record, world.pick(world.timing.ecs.taskDefinitionDeletion));
}

/** New services, and services that change to it, may use the revision. */
export function isUsable({ world }: CallContext, { definition, refusedFrom }: TaskDefinitionRecord): boolean {
  if (definition.status === 'INACTIVE') return world.now() < refusedFrom;
  return definition.status === 'ACTIVE';
}

function change(record: TaskDefinitionRecord, changes: Partial<TaskDefinition>): void {
  record.definition = { ...record.definition, ...changes };
}

/** A revision goes once nobody uses it any more. */
function endDeletion(context: CallContext, record: TaskDefinitionRecord, delayMs: number): void {
  context.world.after(delayMs, () => {
    if (usedTaskDefinitions(context.state.ecs).has(record)) endDeletion(context, record, LOOK_AGAIN_MS);
    else forget(context, record);
  });
}

function forgetInactive(context: CallContext): void {
  const { ecs } = context.state;
  const used = usedTaskDefinitions(ecs);
  const oldest = ecs.inactiveRevisions.slice(0, FORGOTTEN_TOGETHER);
  const kept = oldest.filter((record) => record.definition.status === 'INACTIVE' && used.has(record));
  for (const record of oldest) {
    if (record.definition.status === 'INACTIVE' && !used.has(record)) forget(context, record);
  }
  ecs.inactiveRevisions = [...ecs.inactiveRevisions.slice(FORGOTTEN_TOGETHER), ...kept];
}

function forget(context: CallContext, { arn, family, revision }: TaskDefinitionRecord): void {
  context.state.ecs.families.get(family)?.revisions.delete(revisionKey(revision));
  tagsChanged(context, arn, undefined);
}

function usedTaskDefinitions(ecs: EcsState): Set<TaskDefinitionRecord> {
  const used = new Set<TaskDefinitionRecord>();
  for (const cluster of ecs.clusters.values()) {
    for (const service of cluster.services.values()) {
      for (const { rollout } of service.deployments) used.add(rollout.taskDefinition);
    }
    for (const { lastStatus, rollout } of cluster.tasks.values()) {
      if (lastStatus !== 'STOPPED') used.add(rollout.taskDefinition);
    }
  }
  return used;
}
