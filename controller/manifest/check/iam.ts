import type { Path } from '../position.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import type { EnvironmentManifestSpec } from '../schema/environment.ts';
import { checksOf } from './check.ts';
import type { Report } from './check.ts';
import { reportConditions } from './statements.ts';

const check = checksOf<DaemonServiceManifestSpec>();
const checkEnvironment = checksOf<EnvironmentManifestSpec>();

/** Managed policies that a role takes unless the account has had that raised (IAM and AWS STS quotas). */
const MOST_UNRAISED = 10;

const optional = check(['taskRole', 'executionRole'], (spec, { report, warn }) => {
  for (const field of ['taskRole', 'executionRole'] as const) {
    const { path, managedPolicyArns = [], permissionsBoundary, trust } = spec[field] ?? {};
    const at: Path = ['spec', field];
    checkPath(path, [...at, 'path'], report);
    checkPolicy(permissionsBoundary, [...at, 'permissionsBoundary'], report);
    for (const [index, arn] of managedPolicyArns.entries()) {
      checkPolicy(arn, [...at, 'managedPolicyArns', index], report);
    }
    if (managedPolicyArns.length > MOST_UNRAISED) {
      warn(
        [...at, 'managedPolicyArns'],
        `IAM attaches ${MOST_UNRAISED} managed policies to a role, and these are ${managedPolicyArns.length}; have the quota of the account raised in Service Quotas (20 at most), or name fewer`,
      );
    }
    const { conditions = {} } = trust ?? {};
    const within = [...at, 'trust', 'conditions'];
    reportConditions(conditions, within, report);
    for (const [operator, key] of keysIn(conditions)) {
      if (!/^[^\s:]+:./.test(key) || GIVEN_BY_ECS.has(key.toLowerCase())) continue;
      warn(
        [...within, operator, key],
        `ECS tells IAM no ${key} when it takes a role, so that no task may start; it tells aws:SourceAccount and aws:SourceArn`,
      );
    }
  }
});

/** What is known of ECS when it asks for a role: of the task, and of its account's organization (ECS developer guide, confused deputy; IAM: global condition keys). */
const GIVEN_BY_ECS = new Set([
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:currenttime',
]);

const defaults = checkEnvironment(['iam'], ({ iam = {} }, { report }) => {
  checkPath(iam.path, ['spec', 'iam', 'path'], report);
  checkPolicy(iam.permissionsBoundary, ['spec', 'iam', 'permissionsBoundary'], report);
});

const accounts = checkEnvironment(['iam', 'account', 'roleArn'], ({ iam, account, roleArn }, { report }) => {
  const own = account ?? roleArn?.split(':')[4];
  const other = iam?.permissionsBoundary?.split(':')[4] ?? 'aws';
  if (own === undefined || other === 'aws' || other === own) return;
  report(
    ['spec', 'iam', 'permissionsBoundary'],
    `the policy is of account ${other}, and this Environment is ${own}: a role takes policies of AWS and of its own account only; name one of ${own}`,
  );
});

function checkPath(path: string | undefined, at: Path, report: Report): void {
  const [, reserved] = /^\/(aws-service-role|aws-reserved)\//.exec(path ?? '') ?? [];
  if (reserved === undefined) return;
  report(at, `IAM keeps paths below /${reserved}/ for AWS; write another, such as /teams/platform/`);
}

function checkPolicy(arn: string | undefined, at: Path, report: Report): void {
  if (arn?.includes(':policy/aws-service-role/') !== true) return;
  report(
    at,
    'the policy is for the role of a service of AWS alone, and IAM attaches it to no other; name another',
  );
}

function keysIn(
  conditions: Readonly<Record<string, object>>,
): readonly (readonly [operator: string, key: string])[] {
  return Object.entries(conditions).flatMap(([operator, tests]) =>
    Object.keys(tests).map((key) => [operator, key] as const),
  );
}

export const iamChecks = [optional];
export const environmentIamChecks = [defaults, accounts];
