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
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { roleReadiness } from '../../iam/role-store.ts';
import { tagsChanged } from '../../tagging/state.ts';
import { AwsError } from '../../error.ts';
import { partitionOf } from '../../partition.ts';
import { clientError, requireBatch, requireOneOf } from '../errors.ts';
import { callerArn, ecsArn, roleArn } from '../names.ts';
import { filtered, readPage, readPageFrom } from '../pages.ts';
import { revisionKey } from '../state.ts';
import type { EcsState, TaskDefinitionRecord } from '../state.ts';
import { readTags, showTags } from '../tags.ts';
import { checkTaskDefinition } from './checks.ts';
import { compatibilitiesOf } from './launch-types.ts';
import { normaliseTaskDefinition } from './normal-form.ts';
import { readTaskSize } from './size.ts';
import {
  deactivate,
  familyOf,
  findTaskDefinition,
  newestActive,
  requireRevision,
  startDeletion,
} from './store.ts';

const MOST_DELETED = 10;

/** Every call makes a new revision, however much it is like the last one. */
export function registerTaskDefinition(
  request: RegisterTaskDefinitionCommandInput,
  context: CallContext,
): Answer<RegisterTaskDefinitionCommandOutput> {
  const input = withoutEmptyRoles(request);
  const size = readTaskSize(input);
  checkTaskDefinition(input, size);
  const compatibilities = compatibilitiesOf(input, size);
  const roles = {
    ...roleMember('executionRoleArn', readRole(context, input.executionRoleArn)),
    ...roleMember('taskRoleArn', readRole(context, input.taskRoleArn)),
  };
  const tags = readTags(input.tags);
  const family = familyOf(context.state.ecs, input.family!);
  const revision = ++family.lastRevision;
  const arn = ecsArn(context, `task-definition/${family.name}:${revision}`);
  const definition = normaliseTaskDefinition({ ...input, ...roles }, size, {
    taskDefinitionArn: arn,
    revision,
    registeredAt: context.world.date(),
    registeredBy: callerArn(context),
    compatibilities,
  });
  family.revisions.set(revisionKey(revision), {
    arn,
    family: family.name,
    revision,
    definition,
    refusedFrom: Number.POSITIVE_INFINITY,
    tags,
  });
  tagsChanged(context, arn, tags);
  return { taskDefinition: definition, ...(tags.size === 0 ? {} : { tags: showTags(tags) }) };
}

/** An empty role is none: Ansible and ecs-deploy send it where a definition has none, and always have. */
function withoutEmptyRoles({
  taskRoleArn,
  executionRoleArn,
  ...rest
}: RegisterTaskDefinitionCommandInput): RegisterTaskDefinitionCommandInput {
  return {
    ...rest,
    ...roleMember('executionRoleArn', executionRoleArn === '' ? undefined : executionRoleArn),
    ...roleMember('taskRoleArn', taskRoleArn === '' ? undefined : taskRoleArn),
  };
}

function roleMember(name: 'executionRoleArn' | 'taskRoleArn', arn: string | undefined) {
  return arn === undefined ? {} : { [name]: arn };
}

/**
 * The ARN of the role that a request names by its ARN or, in the caller's account, by its path and name. Refuses one
 * that cannot be passed to ECS, perhaps only yet (reference: hazards, new roles).
 */
function readRole(context: CallContext, role: string | undefined): string | undefined {
  if (role === undefined) return undefined;
  const arn = role.startsWith('arn:') ? role : roleArn(context, role);
  const isArn = /^arn:[^:]+:iam::\d{12}:role\/(?!aws-service-role\/).+$/.test(arn);
  const [, partition, , , accountId] = arn.split(':');
  // What IAM says of every service that a role is passed to.
  if (isArn && (accountId !== context.accountId || partition !== partitionOf(context.region))) {
    throw new AwsError('AccessDeniedException', 'Cross-account pass role is not allowed.', 400);
  }
  if (!isArn || roleReadiness(context, arn) === 'unknown') throw clientError('Role is not valid');
  return arn;
}

export function describeTaskDefinition(
  input: DescribeTaskDefinitionCommandInput,
  context: CallContext,
): Answer<DescribeTaskDefinitionCommandOutput> {
  for (const field of input.include ?? []) requireOneOf('include', field, ['TAGS']);
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
  const { familyPrefix: family, status = 'ACTIVE', sort = 'ASC' } = input;
  requireOneOf('Task definition status', status, ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']);
  requireOneOf('Sort order', sort, ['ASC', 'DESC']);
  const { ecs } = context.state;
  const from = (start: string) =>
    filtered(revisionsFrom(ecs, family, start), ([, { definition }]) => definition.status === status);
  const { items, nextToken } =
    sort === 'ASC'
      ? readPageFrom(from, input, { size: 100 })
      : readPage([...from('')].toReversed(), input, { size: 100, descending: true });
  return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken };
}

/**
 * Revisions by family and number, their keys parted by a space, which sorts before anything that a name holds.
 * `familyPrefix` of ListTaskDefinitions is a whole name, whatever its name says (API reference).
 */
function* revisionsFrom(
  { families }: EcsState,
  only: string | undefined,
  start: string,
): Generator<readonly [string, TaskDefinitionRecord]> {
  const [firstFamily = '', firstRevision = ''] = start.split(' ');
  for (const [name, family] of families.from(only ?? firstFamily)) {
    if (only !== undefined && name !== only) return;
    const revisions = family.revisions.from(name === firstFamily ? firstRevision : '');
    for (const [key, revision] of revisions) yield [`${name} ${key}`, revision];
  }
}

export function listTaskDefinitionFamilies(
  input: ListTaskDefinitionFamiliesCommandInput,
  context: CallContext,
): Answer<ListTaskDefinitionFamiliesCommandOutput> {
  const { familyPrefix: prefix = '', status = 'ALL' } = input;
  requireOneOf('Task definition family status', status, ['ACTIVE', 'INACTIVE', 'ALL']);
  const { families } = context.state.ecs;
  const { items, nextToken } = readPageFrom(
    (start) =>
      filtered(withPrefix(families.from(start === '' ? prefix : start), prefix), ([, family]) => {
        if (family.revisions.size === 0) return false;
        return status === 'ALL' || (newestActive(family) !== undefined) === (status === 'ACTIVE');
      }),
    input,
    { size: 100 },
  );
  return { families: items.map(({ name }) => name), nextToken };
}

function* withPrefix<Item>(
  entries: Iterable<readonly [string, Item]>,
  prefix: string,
): Generator<readonly [string, Item]> {
  for (const entry of entries) {
    if (!entry[0].startsWith(prefix)) return;
    yield entry;
  }
}

/** Running services and tasks keep using an INACTIVE revision; nothing new may (reference: task definitions). */
export function deregisterTaskDefinition(
  input: DeregisterTaskDefinitionCommandInput,
  context: CallContext,
): Answer<DeregisterTaskDefinitionCommandOutput> {
  const found = requireRevision(context, input.taskDefinition);
  if (found.definition.status === 'ACTIVE') deactivate(context, found);
  return { taskDefinition: found.definition };
}

export function deleteTaskDefinitions(
  input: DeleteTaskDefinitionsCommandInput,
  context: CallContext,
): Answer<DeleteTaskDefinitionsCommandOutput> {
  const { taskDefinitions: references = [] } = input;
  requireBatch('taskDefinitions', references, MOST_DELETED);
  const taskDefinitions: TaskDefinition[] = [];
  const failures: Failure[] = [];
  for (const found of references.map((reference) => requireRevision(context, reference))) {
    if (found.definition.status === 'ACTIVE') {
      const reason =
        'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
      failures.push({ arn: found.arn, reason });
      continue;
    }
    if (found.definition.status === 'INACTIVE') startDeletion(context, found);
    taskDefinitions.push(found.definition);
  }
  return { taskDefinitions, failures };
}
