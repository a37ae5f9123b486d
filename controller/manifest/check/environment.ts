import { notForUse } from '../../core/arn.ts';
import { isKnownRegion, partitionOf } from '../../aws/partitions.ts';
import type { EnvironmentManifestSpec } from '../schema/environment.ts';
import { checksOf } from './check.ts';
import { environmentIamChecks } from './iam.ts';

const check = checksOf<EnvironmentManifestSpec>();

const accounts = check(['account', 'roleArn'], ({ account, roleArn }, { report }) => {
  const other = roleArn?.split(':')[4];
  if (account === undefined || other === undefined || account === other) return;
  report(
    ['spec', 'roleArn'],
    `the role belongs to account ${other}, and account says ${account}; correct one of them`,
  );
});

const regions = check(['region', 'roleArn'], ({ region, roleArn }, { report, warn }) => {
  if (region === undefined) return;
  if (!isKnownRegion(region)) {
    warn(
      ['spec', 'region'],
      `the AWS SDK of this version knows no Region ${region}, and calls it as one of partition ${partitionOf(region)}; if it is no new one, correct it`,
    );
  }
  const partition = roleArn?.split(':')[1];
  if (partition === undefined || partition === partitionOf(region)) return;
  report(
    ['spec', 'roleArn'],
    `the role is of partition ${partition}, and Region ${region} of ${partitionOf(region)}; correct one of them`,
  );
});

const reserved = check(['roleArn', 'roleName'], ({ roleArn = '', roleName = '' }, { report }) => {
  for (const [field, role] of Object.entries({ roleArn, roleName: `:role/${roleName}` })) {
    const whose = notForUse(role);
    if (whose !== undefined) report(['spec', field], `${whose}, and nobody else can assume it; name another`);
  }
});

const roleNames = check(
  ['roleArn', 'roleName', 'account', 'region'],
  ({ roleArn, roleName, account, region }, { report }) => {
    if (roleName === undefined) return;
    const at = ['spec', 'roleName'] as const;
    if (roleArn !== undefined) {
      report(at, 'roleArn names the role to assume already; remove one of them');
      return;
    }
    const missing = Object.entries({ account, region }).flatMap(([field, value]) =>
      value === undefined ? [field] : [],
    );
    if (missing.length > 0)
      report(
        at,
        `the role's ARN needs ${missing.join(' and ')}; add ${missing.length > 1 ? 'both' : 'it'}, or write roleArn instead`,
      );
  },
);

const externalIds = check(['roleArn', 'roleName', 'externalId'], (spec, { report }) => {
  if (spec.externalId === undefined || (spec.roleArn ?? spec.roleName) !== undefined) return;
  report(
    ['spec', 'externalId'],
    'is sent when a role is assumed, and none is; add roleArn or roleName, or remove externalId',
  );
});

/** Most characters of an AWS tag (AWS General Reference, tags): what no tag has selects nothing. */
const MOST_IN_TAG = { key: 128, value: 256 };

const selectors = check(['vpc', 'subnets'], ({ vpc, subnets }, { report }) => {
  for (const [field, selector] of Object.entries({ vpc, subnets })) {
    if (typeof selector !== 'object' || Array.isArray(selector)) continue;
    for (const [key, value] of Object.entries(
      (selector as { readonly tags: Readonly<Record<string, string>> }).tags,
    )) {
      const at = ['spec', field, 'tags', key];
      if (key === '' || key.length > MOST_IN_TAG.key) {
        report(at, `the key of an AWS tag has 1 to ${MOST_IN_TAG.key} characters; this selects nothing`);
      }
      if (value.length > MOST_IN_TAG.value) {
        report(
          at,
          `the value of an AWS tag has at most ${MOST_IN_TAG.value} characters; this selects nothing`,
        );
      }
    }
  }
});

export const environmentChecks = [
  accounts,
  regions,
  reserved,
  roleNames,
  externalIds,
  selectors,
  ...environmentIamChecks,
];
