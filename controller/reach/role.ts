import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { RoleDetail } from '@aws-sdk/client-iam';
import type { Workings } from '../aws/workings.ts';
import { parsePolicy } from '../core/policy-document.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import type { Read } from '../core/read.ts';
import { actionsOfImage } from './agents.ts';
import { blocked, ok, unknown, unread } from './hop.ts';
import type { Judgement } from './hop.ts';

/** What the tasks of a revision are to call: what their manifest allows them, and what their images are known to. */
export function actionsOf(
  allowed: readonly string[],
  { containerDefinitions = [] }: TaskDefinition,
): readonly string[] {
  const known = containerDefinitions.flatMap(({ image = '' }) => actionsOfImage(image));
  return [...new Set([...allowed, ...known])].toSorted();
}

/** Whether the task role allows what the tasks are to call, as far as its policies tell: organizations may forbid more. */
export function roleJudgement(
  definition: TaskDefinition,
  actions: readonly string[],
  { roles, policies }: Pick<Workings, 'roles' | 'policies'>,
): Judgement {
  const { taskRoleArn: arn, requiresCompatibilities = [] } = definition;
  if (actions.length === 0) return ok('it calls no AWS service that Stationkeeper knows of');
  const called = actions.join(', ');
  if (arn === undefined && !requiresCompatibilities.includes('FARGATE')) {
    return unknown(`it has no task role, and calls ${called} with its host's`, 'check the role of the hosts');
  }
  if (arn === undefined) return blocked(`it has no task role, and calls ${called}`, 'add spec.taskRole');
  if ('unread' in roles) return unread('its task role', roles.unread);
  const role = roles.value.find(({ Arn }) => Arn === arn);
  if (role === undefined)
    return blocked(`its task role ${arn} does not exist`, 'apply the manifest, or create that role');
  return allowing(role, actions, policies);
}

function allowing(role: RoleDetail, actions: readonly string[], policies: Workings['policies']): Judgement {
  const {
    RoleName: name = '',
    RolePolicyList = [],
    AttachedManagedPolicies = [],
    PermissionsBoundary,
  } = role;
  const inline = RolePolicyList.map(({ PolicyDocument: document = '{}' }) => ({
    value: parsePolicy(document),
  }));
  const managed = (arn: string | undefined): Read<PolicyDocument> =>
    policies.get(arn ?? '') ?? { unread: `ask again for ${arn ?? 'it'}` };
  const attached = AttachedManagedPolicies.map(({ PolicyArn }) => managed(PolicyArn));
  const boundary = PermissionsBoundary?.PermissionsBoundaryArn;
  const layers: readonly (readonly [says: string, documents: readonly Read<PolicyDocument>[]])[] = [
    [`role ${name}`, [...inline, ...attached]],
    ...(boundary === undefined ? [] : [[`its boundary ${boundary}`, [managed(boundary)]] as const]),
  ];
  for (const [says, documents] of layers) {
    const decided = actions.map((action) => ({ action, decision: decide(documents, action) }));
    const by = (decision: Decision) =>
      decided.filter((one) => one.decision === decision).map(({ action }) => action);
    const denied = [...by('denied'), ...by('absent')];
    if (denied.length > 0) {
      return blocked(
        `${says} does not allow ${denied.join(', ')}`,
        'allow it in spec.taskRole, or remove what denies it',
      );
    }
    const missing = documents.find((one) => 'unread' in one);
    if (by('unread').length > 0 && missing !== undefined && 'unread' in missing) {
      return unread(`a policy of ${says}`, missing.unread);
    }
    const some = by('conditional');
    if (some.length > 0) {
      return unknown(
        `${says} allows ${some.join(', ')} only sometimes`,
        'check the conditions and resources of its policies',
      );
    }
  }
  return ok(`role ${name} allows ${actions.join(', ')}`);
}

type Decision = 'allowed' | 'denied' | 'absent' | 'conditional' | 'unread';

/**
 * What the documents say of an action on whatever resource: what one denies outright no other allows (IAM user guide, policy evaluation logic).
 * A statement under a condition, or one that denies some resources alone, holds sometimes.
 */
function decide(documents: readonly Read<PolicyDocument>[], action: string): Decision {
  const statements = documents
    .flatMap((one) => ('value' in one ? one.value.Statement : []))
    .filter((statement) => isAbout(statement, action));
  const denying = statements.filter(({ Effect }) => Effect === 'Deny');
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  if (denying.some((one) => one['Condition'] === undefined && textsOf(one['Resource']).includes('*'))) {
    return 'denied';
  }
  if (documents.some((one) => 'unread' in one)) return 'unread';
  if (allowing.length === 0) return 'absent';
  const isPlain = allowing.some(({ Condition }) => Condition === undefined) && denying.length === 0;
  return isPlain ? 'allowed' : 'conditional';
}

function isAbout({ Action, NotAction }: Readonly<Record<string, unknown>>, action: string): boolean {
  const names = (patterns: unknown): boolean => textsOf(patterns).some((pattern) => matches(pattern, action));
  return Action === undefined ? NotAction !== undefined && !names(NotAction) : names(Action);
}

/** `*` and `?` stand for characters, and case means nothing; an action that is a pattern itself is covered by what covers its text. */
function matches(pattern: string, action: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
