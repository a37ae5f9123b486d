import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { RoleDetail } from '@aws-sdk/client-iam';
import { parsePolicy } from '../core/policy-document.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import { valueOf } from '../core/read.ts';
import type { Read } from '../core/read.ts';
import { eachRead, read } from './network.ts';
import type { Aws } from './operations.ts';
import { authorizationDetails } from './roles.ts';

/** What daemons run from and act with. */
export interface Workings {
  /** By ARN. */
  readonly revisions: ReadonlyMap<string, Read<TaskDefinition>>;
  /** All of the account; none where no revision has one. */
  readonly roles: Read<readonly RoleDetail[]>;
  /** By ARN: the managed policies that the roles of these revisions have, as attached or as their boundary. */
  readonly policies: ReadonlyMap<string, Read<PolicyDocument>>;
}

/** Reads them; each revision once for as long as it is current, as none ever changes. Never throws: what cannot be read says so. */
export function workingsReader({ ecs, iam }: Pick<Aws, 'ecs' | 'iam'>) {
  let known: ReadonlyMap<string, Read<TaskDefinition>> = new Map();

  async function revisionOf(arn: string): Promise<TaskDefinition> {
    const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: arn });
    return taskDefinition ?? {};
  }

  async function policyOf(PolicyArn: string): Promise<PolicyDocument> {
    const { Policy } = await iam.getPolicy({ PolicyArn });
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId });
    return parsePolicy(PolicyVersion?.Document ?? '{}');
  }

  return async (arns: readonly string[], current: ReadonlySet<string>): Promise<Workings> => {
    const asked = await eachRead(
      arns.filter((arn) => !known.has(arn)),
      revisionOf,
    );
    const revisions = new Map([...known, ...asked].filter(([arn]) => arns.includes(arn)));
    known = new Map(
      [...known, ...asked].filter(([arn, revision]) => current.has(arn) && 'value' in revision),
    );
    const roleArns = new Set(
      [...revisions.values()].flatMap((one) => ('value' in one ? (one.value.taskRoleArn ?? []) : [])),
    );
    const roles: Workings['roles'] =
      roleArns.size === 0 ? { value: [] } : await read(() => authorizationDetails(iam));
    const policies = await eachRead(
      valueOf(roles)
        .filter(({ Arn = '' }) => roleArns.has(Arn))
        .flatMap(managedPoliciesOf),
      policyOf,
    );
    return { revisions, roles, policies };
  };
}

function managedPoliciesOf({ AttachedManagedPolicies = [], PermissionsBoundary }: RoleDetail): string[] {
  return [
    ...AttachedManagedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
    ...[PermissionsBoundary?.PermissionsBoundaryArn ?? []].flat(),
  ];
}
