import type {
  DeleteServiceLinkedRoleCommandInput,
  DeleteServiceLinkedRoleCommandOutput,
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput,
} from '@aws-sdk/client-iam';
import type { Answer } from '../answer.ts';
import type { CallContext } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkLength, isServiceLinked } from './checks.ts';
import { requireRole } from './role-store.ts';
import type { DeletionTask, Role } from './state.ts';

/** Deletions that are remembered; the oldest beyond these are forgotten. */
const MAX_TASKS = 100;

/**
 * Asks for the deletion; the role goes later, unless its service still uses it. Asking again meanwhile answers the same task.
 * Throws NoSuchEntity.
 */
export function deleteServiceLinkedRole(
  input: DeleteServiceLinkedRoleCommandInput,
  context: CallContext,
): Answer<DeleteServiceLinkedRoleCommandOutput> {
  const { account, world } = context;
  const { deletionTasks, roles } = account.iam;
  const role = requireRole(account.iam, input.RoleName);
  if (!isServiceLinked(role)) {
    throw new AwsError('NoSuchEntity', `No service-linked role with name ${role.roleName} was found.`, 404);
  }
  for (const [id, task] of deletionTasks) {
    if (task.roleId === role.roleId && task.status === 'IN_PROGRESS') return { DeletionTaskId: id };
  }
  const hex = (length: number) => world.randomText(length);
  const uuid = `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
  const id = `task${role.path}${role.roleName}/${uuid}`;
  const task: DeletionTask = { roleId: role.roleId, status: 'IN_PROGRESS', usedBy: [] };
  deletionTasks.set(id, task);
  const [oldest] = deletionTasks.keys();
  if (deletionTasks.size > MAX_TASKS && oldest !== undefined) deletionTasks.delete(oldest);
  world.after(world.pick(world.timing.iam.serviceLinkedRoleDeletion), () => {
    task.usedBy = usersOf(role, context);
    task.status = task.usedBy.length === 0 ? 'SUCCEEDED' : 'FAILED';
    if (task.status === 'SUCCEEDED') roles.delete(role.roleName.toLowerCase());
  });
  return { DeletionTaskId: id };
}

/** Throws NoSuchEntity. */
export function getServiceLinkedRoleDeletionStatus(
  input: GetServiceLinkedRoleDeletionStatusCommandInput,
  { account, region }: CallContext,
): Answer<GetServiceLinkedRoleDeletionStatusCommandOutput> {
  const id = checkLength(input.DeletionTaskId, 'deletionTaskId', { min: 1, max: 1000 });
  const task = account.iam.deletionTasks.get(id);
  if (task === undefined) {
    throw new AwsError('NoSuchEntity', `The deletion task ${id} cannot be found.`, 404);
  }
  if (task.status !== 'FAILED') return { Status: task.status };
  return {
    Status: task.status,
    Reason: {
      Reason: 'The service-linked role is still in use.',
      RoleUsageList: [{ Region: region, Resources: [...task.usedBy] }],
    },
  };
}

/** ECS needs its role while there is a cluster, Application Auto Scaling while a service is registered. Only the region of the call is looked at. */
function usersOf(role: Role, { state }: CallContext): readonly string[] {
  if (role.roleName === 'AWSServiceRoleForApplicationAutoScaling_ECSService') {
    return [...state.applicationAutoScaling.targets.values()].map(({ arn }) => arn);
  }
  if (role.roleName !== 'AWSServiceRoleForECS') return [];
  return [...state.ecs.clusters.values()].flatMap(({ arn, status }) => (status === 'ACTIVE' ? [arn] : []));
}
