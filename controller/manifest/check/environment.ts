import type { EnvironmentManifestSpec } from '../schema/environment.ts';
import { checksOf } from './check.ts';

const check = checksOf<EnvironmentManifestSpec>();

const accounts = check(['account', 'roleArn'], ({ account, roleArn }, { report }) => {
  const other = roleArn?.split(':')[4];
  if (account === undefined || other === undefined || account === other) return;
  report(
    ['spec', 'roleArn'],
    `the role belongs to account ${other}, and account says ${account}; correct one of them`,
  );
});

export const environmentChecks = [accounts];
