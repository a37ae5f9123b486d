import { notForUse } from '../../core/arn.ts';
import type { Place } from '../../core/arn.ts';
import { ecrImage } from '../../core/ecr-image.ts';
import { whyNotNamed } from '../../core/name-rules.ts';
import { LOG_GROUP_NAMING } from '../../kinds/log-group/facts.ts';
import { inlinePolicyOf } from '../../kinds/role/model.ts';
import { executionStatements, expandStatement } from '../expand/statements.ts';
import { groupsNamed } from '../named-groups.ts';
import { awsNames } from '../names.ts';
import type { ContainerManifest, DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { MADE_ROLE_FIELDS } from '../schema/role.ts';
import type { RoleManifest } from '../schema/role.ts';
import { checksOf } from './check.ts';
import { iamChecks } from './iam.ts';
import { checkedFor } from './launch-types.ts';
import { saidIn } from './pairs.ts';
import { statementChecks } from './statements.ts';

const check = checksOf<DaemonServiceManifestSpec>();

const roleNames = check(['taskRole', 'executionRole'], (spec, { name, report }) => {
  const names = awsNames(name, spec);
  if (
    spec.taskRole?.arn === undefined &&
    spec.executionRole?.arn === undefined &&
    spec.taskRole !== undefined &&
    names.taskRole === names.executionRole
  ) {
    report(
      ['spec', 'taskRole', 'name'],
      'the task role and the execution role must be two roles; choose another name',
    );
  }
});

const roleFields = check(['taskRole', 'executionRole'], (spec, { report }) => {
  for (const field of ['taskRole', 'executionRole'] as const) {
    const role = spec[field];
    for (const other of MADE_ROLE_FIELDS) {
      if (role?.arn === undefined || role[other] === undefined) continue;
      report(
        ['spec', field, other],
        `arn names an existing role, which the controller never changes; remove ${other} or arn`,
      );
    }
    const whose = notForUse(role?.arn ?? '');
    if (whose !== undefined) {
      report(
        ['spec', field, 'arn'],
        `${whose}, and not for the tasks of ECS; bring another, or leave arn out`,
      );
    }
    const sids = new Set<string>();
    role?.statements?.forEach(({ sid }, index) => {
      if (sid === undefined) return;
      if (sids.has(sid))
        report(
          ['spec', field, 'statements', index, 'sid'],
          `another statement has the sid ${sid}; they must differ`,
        );
      sids.add(sid);
    });
  }
});

/** What ECS refuses without an execution role, whatever runs the task (ECS developer guide, task execution role). */
const READ_WITH_ROLE: readonly (readonly [what: string, has: (container: ContainerManifest) => boolean])[] = [
  ['secrets', ({ secrets = {} }) => Object.keys(secrets).length > 0],
  ['secretOptions', ({ logConfiguration }) => (logConfiguration?.secretOptions ?? []).length > 0],
  ['environmentFiles', ({ environmentFiles = [] }) => environmentFiles.length > 0],
  ['repositoryCredentials', ({ repositoryCredentials }) => repositoryCredentials !== undefined],
];

const noExecutionRole = check(
  ['executionRole', 'containers', 'logs'],
  ({ executionRole = {}, containers, logs }, subject) => {
    const { report } = subject;
    if (executionRole.omit !== true) return;
    for (const other of ['arn', ...MADE_ROLE_FIELDS] as const) {
      if (executionRole[other] === undefined) continue;
      report(
        ['spec', 'executionRole', other],
        `omit says that there is no execution role; remove ${other} or omit`,
      );
    }
    const at = ['spec', 'executionRole', 'omit'];
    for (const [what, has] of READ_WITH_ROLE) {
      const reader = containers.find(has);
      if (reader === undefined) continue;
      report(at, `ECS reads the ${what} of container ${reader.name} with the execution role; remove omit`);
    }
    // Elsewhere the agent of ECS does it with the role of its host.
    if (saidIn(subject, checkedFor('FARGATE')) === undefined) return;
    const fromEcr = containers.find(
      ({ image }) => typeof image !== 'string' || ecrImage(image) !== undefined,
    );
    if (fromEcr !== undefined) {
      report(
        at,
        `ECS pulls the image of container ${fromEcr.name} from ECR with the execution role; remove omit`,
      );
    }
    const withLogs = containers.find(({ logConfiguration }) => {
      const { logDriver = 'awslogs' } = logConfiguration ?? logs ?? {};
      return logDriver === 'awslogs';
    });
    if (withLogs !== undefined) {
      report(
        at,
        `awslogs, which container ${withLogs.name} logs with, needs the execution role; remove omit, or write logs: { logDriver: none }`,
      );
    }
  },
);

/** What ECS Exec takes in the task role (ECS developer guide, ECS Exec). */
const EXECUTE = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

const execute = check(['enableExecuteCommand', 'taskRole'], (spec, { report, warn }) => {
  if (spec.enableExecuteCommand !== true) return;
  const at = ['spec', 'enableExecuteCommand'];
  const missing = notAllowed(EXECUTE, spec.taskRole ?? {});
  if (spec.taskRole === undefined) report(at, `ECS Exec needs a taskRole that allows ${EXECUTE.join(', ')}`);
  else if (missing.length > 0) {
    warn(
      at,
      `ECS Exec does not work without ${missing.join(', ')}; add a statement that allows ${missing.length === 1 ? 'it' : 'them'} to spec.taskRole.statements`,
    );
  }
});

/** The execution role that is made may write into the log groups of containers; not into those that a driver makes, nor make them. */
const logsElsewhere = check(
  ['executionRole', 'containers', 'logs'],
  ({ executionRole = {}, containers, logs = {} }, { name, warn }) => {
    if (executionRole.omit === true) return;
    const made = logs.logDriver === 'none' ? undefined : awsNames(name, { logs }).logGroup;
    const named = groupsNamed(containers, made).map(({ logGroup }) => logGroup);
    const writable = new Set([made, ...named]);
    containers.forEach(({ logConfiguration: own }, index) => {
      if (own?.logDriver !== 'awslogs') return;
      const { options = {} } = own;
      const group = options['awslogs-group'];
      // That it is missing, or is called what no group is, is told for itself.
      if (group === undefined || whyNotNamed(LOG_GROUP_NAMING, group) !== undefined) return;
      const missing = notAllowed(
        [
          ...(writable.has(group) ? [] : ['logs:CreateLogStream', 'logs:PutLogEvents']),
          ...(options['awslogs-create-group']?.toLowerCase() === 'true' ? ['logs:CreateLogGroup'] : []),
        ],
        executionRole,
      );
      if (missing.length === 0) return;
      warn(
        ['spec', 'containers', index, 'logConfiguration'],
        `the execution role allows no ${missing.join(', ')} on log group ${group}, without which the task does not start; add a statement to spec.executionRole.statements`,
      );
    });
  },
);

/** Those of the actions that no statement of a role allows. What a role that is only used allows is not known, nor what managed policies do. */
function notAllowed(
  actions: readonly string[],
  { arn, statements = [], managedPolicyArns = [] }: RoleManifest,
): readonly string[] {
  if (arn !== undefined || managedPolicyArns.length > 0) return [];
  const patterns = statements.flatMap(({ effect, actions: allowed }) => (effect === 'Deny' ? [] : allowed));
  return actions.filter((action) => !patterns.some((pattern) => covers(pattern, action)));
}

/** Whether an action of a statement, which may have wildcards, covers an action; IAM takes no heed of case. */
function covers(pattern: string, action: string): boolean {
  const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

/** Most bytes of a role's inline policies, white space not counted (IAM and AWS STS quotas). */
const MOST_IN_POLICY = 10_240;
/** Where ARNs are shortest: a policy that is too long there is so everywhere. */
const SHORTEST: Place = { partition: 'aws', region: 'us-east-1', accountId: '123456789012' };

const policySizes = check(['taskRole', 'executionRole', 'containers', 'logs'], (spec, { name, report }) => {
  const { taskRole = {}, executionRole = {}, containers, logs = {} } = spec;
  const logGroup = logs.logDriver === 'none' ? undefined : awsNames(name, { logs }).logGroup;
  const made = {
    taskRole: [],
    executionRole: executionRole.omit === true ? [] : executionStatements(containers, logGroup),
  };
  for (const [field, role] of [
    ['taskRole', taskRole],
    ['executionRole', executionRole],
  ] as const) {
    if (role.arn !== undefined) continue;
    const statements = [...made[field], ...(role.statements ?? []).map(expandStatement)];
    const [document] = Object.values(inlinePolicyOf({ policyName: 'all', statements }, SHORTEST));
    const size = Buffer.byteLength(JSON.stringify(document ?? '').replaceAll(/\s/g, ''));
    if (size <= MOST_IN_POLICY) continue;
    report(
      ['spec', field, 'statements'],
      `the inline policy of the role has ${size} bytes, and IAM allows ${MOST_IN_POLICY}; name resources together with wildcards, or bring a role with managed policies by its arn`,
    );
  }
});

export const roleChecks = [
  roleNames,
  roleFields,
  noExecutionRole,
  execute,
  logsElsewhere,
  policySizes,
  ...statementChecks,
  ...iamChecks,
];
