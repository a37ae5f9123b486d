import { compareText } from '../../core/order.ts';
import { environmentId } from '../../core/reference.ts';
import type { Desired } from '../../core/resource.ts';
import { managedPolicyId } from '../../kinds/managed-policy/facts.ts';
import { roleFacts } from '../../kinds/role/facts.ts';
import type { LogGroupResource, RoleSpec } from '../../kinds/role/spec.ts';
import type { RoleReference } from '../../kinds/task-definition/spec.ts';
import { sharedExecutionRole } from '../names.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { EnvironmentManifestSpec } from '../schema/environment.ts';
import type { RoleManifest } from '../schema/role.ts';
import { executionStatements, withTexts } from './statements.ts';

/** What an Environment says of the roles in it. */
export type IamDefaults = NonNullable<EnvironmentManifestSpec['iam']>;

const TRUSTED = 'ecs-tasks.amazonaws.com';
const POLICY_NAME = 'stationkeeper';

/** A role that a manifest has made; what it says itself wins over its Environment. */
export function roleSpec(
  { policyName = POLICY_NAME, managedPolicyArns, trust, ...own }: Omit<RoleManifest, 'arn'>,
  made: Pick<RoleSpec, 'name' | 'description' | 'statements'>,
  environment: string,
  defaults: IamDefaults,
): RoleSpec {
  const { path, permissionsBoundary } = { ...defaults, ...own };
  const { conditions = {} } = trust ?? {};
  const named = [...(managedPolicyArns ?? []), permissionsBoundary ?? 'none'].filter((arn) => arn !== 'none');
  const policies = [...new Set(named)].toSorted(compareText).map((arn) => managedPolicyId(environment, arn));
  return {
    ...made,
    trustedService: TRUSTED,
    ...(Object.keys(conditions).length > 0 && { trustConditions: withTexts(conditions) }),
    policyName,
    environment: environmentId(environment),
    ...(managedPolicyArns !== undefined && { managedPolicyArns }),
    ...(path !== undefined && { path }),
    ...(permissionsBoundary !== undefined && {
      permissionsBoundary: permissionsBoundary === 'none' ? null : permissionsBoundary,
    }),
    ...(policies.length > 0 && { policies }),
  };
}

/** A role of ours as a task definition names it. */
export function roleReference({
  id,
  spec: { path = '/' },
}: Pick<Desired<RoleSpec>, 'id' | 'spec'>): RoleReference {
  return path === '/' ? { role: id } : { role: id, path };
}

/** What the log groups are called that the shared execution role may write to. */
const SHARED_GROUPS = '/stationkeeper/';
const WRITES_LOGS: readonly string[] = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * Whether a daemon can do with the execution role of its Environment: it says nothing of a role of its own, needs nothing but images of ECR,
 * and logs only into groups that the shared role may write to. `region`: the Environment's, where that is known.
 */
export function canShareExecutionRole(
  { executionRole = {}, containers }: Pick<DaemonServiceManifestSpec, 'executionRole' | 'containers'>,
  logGroup: string | undefined,
  region: string | undefined,
): boolean {
  if (Object.keys(executionRole).length > 0) return false;
  const shared = new Set(executionStatements([], undefined).map((statement) => JSON.stringify(statement)));
  const own = executionStatements(containers, logGroup).filter((one) => !shared.has(JSON.stringify(one)));
  const isOfLogs = own.every(
    ({ actions, resources }) =>
      actions.every((action) => WRITES_LOGS.includes(action)) &&
      resources.every((one) => typeof one === 'object' && 'logGroup' in one && isShared(one, region)),
  );
  const logs = containers.map(({ logConfiguration }) => logConfiguration?.options ?? {});
  return (
    isOfLogs &&
    logs.every(
      (options) =>
        isShared({ logGroup: options['awslogs-group'] ?? SHARED_GROUPS }, region) &&
        options['awslogs-create-group']?.toLowerCase() !== 'true',
    )
  );
}

/** A group in the Region of the Environment, as far as that is known. */
function isShared({ logGroup, region: where }: LogGroupResource, region: string | undefined): boolean {
  return logGroup.startsWith(SHARED_GROUPS) && (where ?? region) === (region ?? where);
}

/** The execution role of an Environment, which does not change with the daemons that use it. */
export function sharedRole(
  environment: Pick<Desired, 'manifest' | 'labels' | 'policy'>,
  defaults: IamDefaults,
): Desired<RoleSpec> {
  const { manifest, labels, policy } = environment;
  const name = sharedExecutionRole(manifest.name);
  const description = `ECS starts the tasks of the daemon services in Environment ${manifest.name} with it`;
  const statements = executionStatements([], `${SHARED_GROUPS}*`);
  return {
    id: { environment: manifest.name, kind: roleFacts.name, name },
    manifest,
    management: 'managed',
    spec: roleSpec({}, { name, description, statements }, manifest.name, defaults),
    labels,
    policy,
  };
}
