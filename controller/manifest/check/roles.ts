import { didYouMean } from '../../core/suggest.ts';
import { awsNames } from '../names.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { RoleManifest, StatementManifest } from '../schema/role.ts';
import { checkEach, checksOf } from './check.ts';

const check = checksOf<DaemonServiceManifestSpec>();

/** An image in a private registry of ECR, whatever partition and endpoint it is in (ECR user guide, private registry). */
const PRIVATE_ECR_IMAGE = /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\./;

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
    for (const other of ['name', 'policyName', 'statements'] as const) {
      if (role?.arn === undefined || role[other] === undefined) continue;
      report(
        ['spec', field, other],
        `arn brings an existing role, which is never changed; remove ${other} or arn`,
      );
    }
    if (role?.arn !== undefined && /:role\/aws-service-role\//.test(role.arn)) {
      report(
        ['spec', field, 'arn'],
        'a service-linked role is for its own service, and not for the tasks of ECS; bring another, or leave arn out',
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

const noExecutionRole = check(
  ['executionRole', 'containers', 'logs'],
  ({ executionRole = {}, containers, logs }, { report }) => {
    if (executionRole.omit !== true) return;
    for (const other of ['name', 'arn', 'policyName', 'statements'] as const) {
      if (executionRole[other] === undefined) continue;
      report(
        ['spec', 'executionRole', other],
        `omit says that there is no execution role; remove ${other} or omit`,
      );
    }
    const at = ['spec', 'executionRole', 'omit'];
    const withSecrets = containers.find(({ secrets = {} }) => Object.keys(secrets).length > 0);
    if (withSecrets !== undefined) {
      report(
        at,
        `ECS reads the secrets of container ${withSecrets.name} with the execution role; remove omit`,
      );
    }
    const fromEcr = containers.find(({ image }) => PRIVATE_ECR_IMAGE.test(image));
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

/** The execution role that is made may write into the log group that is made; containers may log elsewhere. */
const logsElsewhere = check(
  ['executionRole', 'containers', 'logs'],
  ({ executionRole = {}, containers, logs = {} }, { name, warn }) => {
    if (executionRole.omit === true) return;
    const made = logs.logDriver === 'none' ? undefined : awsNames(name, { logs }).logGroup;
    containers.forEach(({ logConfiguration: own }, index) => {
      if (own?.logDriver !== 'awslogs') return;
      const { options = {} } = own;
      const group = options['awslogs-group'];
      // That it is missing is an error of its own.
      if (group === undefined) return;
      const missing = notAllowed(
        [
          ...(group === made ? [] : ['logs:CreateLogStream', 'logs:PutLogEvents']),
          ...(options['awslogs-create-group'] === 'true' ? ['logs:CreateLogGroup'] : []),
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

/** Those of the actions that no statement of a role allows. What a role allows that is only used is not known. */
function notAllowed(actions: readonly string[], { arn, statements = [] }: RoleManifest): readonly string[] {
  if (arn !== undefined) return [];
  const patterns = statements.flatMap(({ effect, actions: allowed }) => (effect === 'Deny' ? [] : allowed));
  return actions.filter((action) => !patterns.some((pattern) => covers(pattern, action)));
}

/** Whether an action of a statement, which may have wildcards, covers an action; IAM takes no heed of case. */
function covers(pattern: string, action: string): boolean {
  const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

/** IAM's condition operators (IAM user guide, condition operators). */
const COMPARED = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const OPERATORS: readonly string[] = [
  ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
    (test) => `String${test}`,
  ),
  ...COMPARED.flatMap((test) => [`Numeric${test}`, `Date${test}`]),
  ...['Equals', 'NotEquals', 'Like', 'NotLike'].map((test) => `Arn${test}`),
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'Null',
];

const conditions = (['taskRole', 'executionRole'] as const).map((field) =>
  checkEach<StatementManifest>([field, 'statements'], ({ conditions: written = {} }, at, { report }) => {
    for (const [operator, tests] of Object.entries(written)) {
      const plain = operator.replace(/^for(all|any)values?:/i, '').replace(/ifexists$/i, '');
      if (!OPERATORS.some((known) => known.toLowerCase() === plain.toLowerCase())) {
        report(
          [...at, 'conditions', operator],
          `IAM has no condition operator ${JSON.stringify(operator)}; ${didYouMean(plain, OPERATORS, 'it has')}`,
        );
      }
      for (const key of Object.keys(tests)) {
        if (/^[^\s:]+:./.test(key)) continue;
        report(
          [...at, 'conditions', operator, key],
          `${JSON.stringify(key)} is no condition key; it names its service, such as aws:SourceAccount`,
        );
      }
    }
  }),
);

export const roleChecks = [roleNames, roleFields, noExecutionRole, execute, logsElsewhere, ...conditions];
