import type { Aws } from '../../aws/operations.ts';
import { StationkeeperError, asStationkeeperError, hasCode, isDenial } from '../../core/errors.ts';
import type { RoleReference, TaskDefinitionSpec } from './spec.ts';

/** A role that people bring by its ARN. */
interface GivenRole {
  /** Where the manifest says so. */
  readonly field: 'executionRole.arn' | 'taskRole.arn';
  readonly arn: string;
}

export function givenRoles({ executionRole, taskRole }: TaskDefinitionSpec): readonly GivenRole[] {
  const given = (field: GivenRole['field'], role: RoleReference | null): readonly GivenRole[] =>
    role !== null && 'arn' in role ? [{ field, arn: role.arn }] : [];
  return [...given('executionRole.arn', executionRole), ...given('taskRole.arn', taskRole)];
}

/**
 * ECS refused the roles of a task definition, and says neither which nor why. IAM knows of each whether it is there: one that is not, or
 * that is another account's, will not be taken by waiting. Where IAM may not be asked, nothing is known.
 *
 * @throws StationkeeperError `RoleNotFound`, retry `never`
 */
export async function refuseMissingRoles(
  iam: Pick<Aws['iam'], 'listRoleTags'>,
  accountId: string,
  given: readonly GivenRole[],
  refusal: StationkeeperError,
): Promise<void> {
  const isForeign = ({ arn }: GivenRole) => arn.split(':')[4] !== accountId;
  const foreign = given.filter(isForeign);
  const missing: GivenRole[] = [];
  for (const role of given) {
    if (!isForeign(role) && !(await mayExist(iam, role.arn))) missing.push(role);
  }
  const wrong = [
    ...(foreign.length === 0
      ? []
      : [
          `${named(foreign)}: ECS takes roles of its own account only, which is ${accountId}; bring one from there`,
        ]),
    ...(missing.length === 0
      ? []
      : [`${named(missing)}: account ${accountId} has no such role; create it, correct the ARN`]),
  ];
  if (wrong.length === 0) return;
  throw new StationkeeperError({
    code: 'RoleNotFound',
    retry: 'never',
    message: `${wrong.join('; ')}, or leave it out, and a role is made`,
    cause: refusal,
  });
}

function named(roles: readonly GivenRole[]): string {
  return roles.map(({ field, arn }) => `${field} names ${arn}`).join(', and ');
}

async function mayExist(iam: Pick<Aws['iam'], 'listRoleTags'>, arn: string): Promise<boolean> {
  try {
    await iam.listRoleTags({ RoleName: arn.slice(arn.lastIndexOf('/') + 1) });
    return true;
  } catch (thrown) {
    if (hasCode(thrown, 'NoSuchEntity')) return false;
    if (isDenial(asStationkeeperError(thrown).code)) return true;
    throw thrown;
  }
}
