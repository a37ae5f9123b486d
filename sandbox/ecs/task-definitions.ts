import type {
  DeleteTaskDefinitionsCommandInput,
  DeleteTaskDefinitionsCommandOutput,
  DeregisterTaskDefinitionCommandInput,
  DeregisterTaskDefinitionCommandOutput,
  DescribeTaskDefinitionCommandInput,
  DescribeTaskDefinitionCommandOutput,
  Failure,
  ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionFamiliesCommandOutput,
  ListTaskDefinitionsCommandInput,
  ListTaskDefinitionsCommandOutput,
  RegisterTaskDefinitionCommandInput,
  RegisterTaskDefinitionCommandOutput,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { findRoleByArn } from '../iam/roles.ts';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../sandbox.ts';
import { tagsChanged } from '../tagging/state.ts';
import { SortedMap } from '../sorted-map.ts';
import { clientError, invalidParameter } from './errors.ts';
import { whyNotOnFargate } from './fargate.ts';
import { callerArn, ecsArn, resourcePath } from './names.ts';
import { readPage } from './pages.ts';
import { revisionKey } from './state.ts';
import type { EcsState, Family, TaskDefinitionRecord } from './state.ts';
import { readTags, showTags } from './tags.ts';
import { checkTaskDefinition, readTaskSize } from './task-definition-checks.ts';
import { normaliseTaskDefinition } from './task-definition-normal-form.ts';

const MOST_DELETED = 10;

/** Every call makes a new revision, however much it is like the last one. */
export function registerTaskDefinition(
  input: RegisterTaskDefinitionCommandInput,
  context: CallContext,
): Answer<RegisterTaskDefinitionCommandOutput> {
  const size = readTaskSize(input);
  checkTaskDefinition(input, size);
  const whyNot = whyNotOnFargate(input, size);
  if (whyNot !== undefined && input.requiresCompatibilities?.includes('FARGATE') === true) {
    throw clientError(whyNot);
  }
  for (const arn of [input.executionRoleArn, input.taskRoleArn]) checkRole(context, arn);
  const tags = readTags(input.tags);
  const family = familyOf(context.state.ecs, input.family!);
  const revision = ++family.lastRevision;
  const arn = ecsArn(context, `task-definition/${family.name}:${revision}`);
  const definition = normaliseTaskDefinition(input, size, {
    taskDefinitionArn: arn,
    revision,
    registeredAt: context.world.date(),
    registeredBy: callerArn(context),
    onFargate: whyNot === undefined,
  });
  family.revisions.set(revisionKey(revision), {
    arn,
    family: family.name,
    revision,
    definition,
    refusedFrom: Number.POSITIVE_INFINITY,
    tags,
  });
  tagsChanged(context.state.tagging, arn, tags);
  return { taskDefinition: definition, ...(tags.size === 0 ? {} : { tags: showTags(tags) }) };
}

/** A role of the caller's account must exist; roles of other accounts are not this sandbox's to know. */
function checkRole(context: CallContext, arn: string | undefined): void {
  if (arn === undefined) return;
  const [, accountId] = /^arn:[^:]+:iam::(\d{12}):role\/.+$/.exec(arn) ?? [];
  const known = accountId !== context.accountId || findRoleByArn(context.account.iam, arn) !== undefined;
  if (accountId === undefined || !known) throw clientError('Role is not valid');
}

function familyOf(state: EcsState, name: string): Family {
  const known = state.families.get(name) ?? { name, lastRevision: 0, revisions: new SortedMap() };
  state.families.set(name, known);
  return known;
}

/** `family` (its newest ACTIVE revision), `family:revision` or an ARN. */
export function findTaskDefinition(
  context: CallContext,
  reference: string | undefined,
): TaskDefinitionRecord | undefined {
  forgetDeleted(context);
  const [name = '', revision] = (resourcePath(context, 'task-definition', reference ?? '') ?? '').split(':');
  const family = context.state.ecs.families.get(name);
  if (family === undefined) return undefined;
  if (revision !== undefined) return family.revisions.get(revisionKey(Number(revision)));
  return [...family.revisions.values()].findLast(({ definition }) => definition.status === 'ACTIVE');
}

export function describeTaskDefinition(
  input: DescribeTaskDefinitionCommandInput,
  context: CallContext,
): Answer<DescribeTaskDefinitionCommandOutput> {
  const found = findTaskDefinition(context, input.taskDefinition);
  if (found === undefined) throw clientError('Unable to describe task definition.');
  return {
    taskDefinition: found.definition,
    ...(input.include?.includes('TAGS') === true ? { tags: showTags(found.tags) } : {}),
  };
}

export function listTaskDefinitions(
  input: ListTaskDefinitionsCommandInput,
  context: CallContext,
): Answer<ListTaskDefinitionsCommandOutput> {
  forgetDeleted(context);
  const status = input.status ?? 'ACTIVE';
  const descending = input.sort === 'DESC';
  const entries: [string, string][] = [];
  for (const family of families(context.state.ecs, input.familyPrefix)) {
    for (const [key, { arn, definition }] of family.revisions.from('')) {
      if (definition.status === status) entries.push([`${family.name}:${key}`, arn]);
    }
  }
  if (descending) entries.reverse();
  const { items, nextToken } = readPage(entries, input, { size: 100, descending });
  return { taskDefinitionArns: [...items], nextToken };
}

/** `familyPrefix` of ListTaskDefinitions is a whole name, whatever its name says (API reference). */
function families(state: EcsState, name: string | undefined): Iterable<Family> {
  if (name === undefined) return state.families.values();
  const family = state.families.get(name);
  return family === undefined ? [] : [family];
}

export function listTaskDefinitionFamilies(
  input: ListTaskDefinitionFamiliesCommandInput,
  context: CallContext,
): Answer<ListTaskDefinitionFamiliesCommandOutput> {
  forgetDeleted(context);
  const status = input.status ?? 'ALL';
  const entries: [string, string][] = [];
  for (const family of context.state.ecs.families.values()) {
    if (!family.name.startsWith(input.familyPrefix ?? '') || family.revisions.size === 0) continue;
    const isActive = [...family.revisions.values()].some(({ definition }) => definition.status === 'ACTIVE');
    if (status === 'ALL' || isActive === (status === 'ACTIVE')) entries.push([family.name, family.name]);
  }
  const { items, nextToken } = readPage(entries, input, { size: 100 });
  return { families: [...items], nextToken };
}

/** Running services and tasks keep using an INACTIVE revision; nothing new may (reference: task definitions). */
export function deregisterTaskDefinition(
  input: DeregisterTaskDefinitionCommandInput,
  context: CallContext,
): Answer<DeregisterTaskDefinitionCommandOutput> {
  const found = requireRevision(context, input.taskDefinition);
  if (found.definition.status === 'ACTIVE') {
    change(found, { status: 'INACTIVE', deregisteredAt: context.world.date() });
  }
  return { taskDefinition: found.definition };
}

export function deleteTaskDefinitions(
  input: DeleteTaskDefinitionsCommandInput,
  context: CallContext,
): Answer<DeleteTaskDefinitionsCommandOutput> {
  const references = input.taskDefinitions ?? [];
  if (references.length === 0) throw invalidParameter('taskDefinitions cannot be empty.');
  if (references.length > MOST_DELETED) {
    throw invalidParameter(`taskDefinitions can have at most ${MOST_DELETED} items.`);
  }
  const taskDefinitions: TaskDefinition[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const found = requireRevision(context, reference);
    if (found.definition.status === 'ACTIVE') {
      const reason =
        'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
      failures.push({ arn: found.arn, reason });
      continue;
    }
    if (found.definition.status === 'INACTIVE') {
      change(found, { status: 'DELETE_IN_PROGRESS', deleteRequestedAt: context.world.date() });
      const { world } = context;
      context.state.ecs.deleting.set(
        found,
        world.now() + world.pick(world.timing.ecs.taskDefinitionDeletion),
      );
    }
    taskDefinitions.push(found.definition);
  }
  return { taskDefinitions, failures };
}

function requireRevision(context: CallContext, reference: string | undefined): TaskDefinitionRecord {
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

function change(record: TaskDefinitionRecord, changes: Partial<TaskDefinition>): void {
  record.definition = { ...record.definition, ...changes };
}

/** A revision whose deletion was asked for goes once nobody uses it any more. */
function forgetDeleted(context: CallContext): void {
  const { deleting, families } = context.state.ecs;
  if (deleting.size === 0) return;
  const used = usedTaskDefinitions(context.state.ecs);
  for (const [record, notBefore] of deleting) {
    if (used.has(record) || context.world.now() < notBefore) continue;
    families.get(record.family)?.revisions.delete(revisionKey(record.revision));
    tagsChanged(context.state.tagging, record.arn, undefined);
    deleting.delete(record);
  }
}

function usedTaskDefinitions(state: EcsState): Set<TaskDefinitionRecord> {
  const used = new Set<TaskDefinitionRecord>();
  for (const cluster of state.clusters.values()) {
    for (const service of cluster.services.values()) {
      for (const { rollout } of service.deployments) used.add(rollout.taskDefinition);
      for (const { deployment } of service.tasks) used.add(deployment.rollout.taskDefinition);
    }
  }
  return used;
}
