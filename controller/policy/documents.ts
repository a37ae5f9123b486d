import { partitionOf } from '../aws/partitions.ts';
import type { PolicyPlace } from '../core/authorization.ts';
import { groupBy } from '../core/order.ts';
import { isEnvironment } from '../core/reference.ts';
import type { EnvironmentSpec } from '../kinds/environment/model.ts';
import { FACTS } from '../kinds/facts.ts';
import type { EnvironmentTarget } from '../manifest/expand/environment.ts';
import type { Expansion } from '../manifest/expand/index.ts';
import { packed } from './packing.ts';
import type { Packed } from './packing.ts';
import { statementsFor } from './statements.ts';
import type { Statement } from './statements.ts';
import { daemonsToCome } from './to-come.ts';
import type { Demand } from './uses.ts';

/** A document to be given to IAM. */
export interface PolicyDocument extends Packed {
  /** `controller`, `Environment/production`; from the second part on with a number, a trust policy with `/trust`. */
  readonly name: string;
  /** Who gets it, in words. */
  readonly of: string;
  readonly type: 'permissions' | 'trust';
}

export interface PermissionOptions extends Pick<Demand, 'access' | 'scope'> {
  readonly owner: string;
  /** The Region of environments that name none; undefined: any. */
  readonly region: string | undefined;
  /** What the names of daemon services begin with that are still to come; undefined: there are only those of the manifests. */
  readonly anyName?: string | undefined;
}

/**
 * What everybody who acts for these manifests is to be allowed: the controller itself, which acts in every environment
 * that names no role, and may assume the roles that the others name; and each of those roles. What does not fit
 * into one managed policy comes in several.
 */
export function permissionDocuments(
  { environments, desired, iam }: Pick<Expansion, 'environments' | 'desired' | 'iam'>,
  { owner, region, access, scope, anyName }: PermissionOptions,
): readonly PolicyDocument[] {
  const statementsOf = (target: EnvironmentTarget): readonly Statement[] => {
    const own = desired.filter(({ id }) => id.environment === target.name);
    const place = placeOf(target, region, own);
    return statementsFor({
      kinds: FACTS,
      desired:
        anyName === undefined
          ? own
          : [...own, ...daemonsToCome(anyName, target.name, iam?.get(target.name) ?? {})],
      moreToCome: anyName !== undefined,
      access,
      scope,
      place,
      owner,
      environment: target.name,
    });
  };
  const direct = environments.filter(({ roleArn }) => roleArn === undefined);
  const assumed = environments.flatMap((target) =>
    target.roleArn === undefined ? [] : [{ ...target, roleArn: target.roleArn }],
  );
  const labels = direct.length > 1 ? labelsOf(direct.map(({ name }) => name)) : new Map<string, string>();
  const controller = [
    ...(assumed.length === 0 ? [] : [assumes(assumed.map(({ roleArn }) => roleArn))]),
    ...direct.flatMap((target) =>
      statementsOf(target).map((statement) => ({
        ...statement,
        Sid: `${statement.Sid}${labels.get(target.name) ?? ''}`,
      })),
    ),
  ];
  return [
    ...packed(controller).map((part, nth) => ({
      ...part,
      type: 'permissions' as const,
      name: partName('controller', nth),
      of: THE_CONTROLLER,
    })),
    ...assumed.flatMap((target) =>
      packed(statementsOf(target)).map((part, nth) => ({
        ...part,
        type: 'permissions' as const,
        name: partName(`Environment/${target.name}`, nth),
        of: target.roleArn,
      })),
    ),
  ];
}

export const THE_CONTROLLER = 'the role or user that the controller runs as';

function assumes(roles: readonly string[]): Statement {
  return {
    Sid: 'AssumeRoles',
    Effect: 'Allow',
    Action: ['sts:AssumeRole'],
    Resource: [...new Set(roles)],
  };
}

function placeOf(
  { region: own, account, roleArn }: EnvironmentTarget,
  fallback: string | undefined,
  desired: Expansion['desired'],
): PolicyPlace {
  const region = own ?? fallback ?? '*';
  const vpcs = desired.flatMap(({ id, spec }) => (isEnvironment(id) ? [(spec as EnvironmentSpec).vpc] : []));
  const [vpc] = vpcs.flatMap((one) => (typeof one === 'object' && 'id' in one ? [one.id] : []));
  return {
    partition: roleArn?.split(':')[1] ?? partitionOf(region),
    region,
    accountId: account ?? roleArn?.split(':')[4] ?? '*',
    vpcId: vpc ?? '*',
  };
}

/** Environments by what their statements' ids end with: `production-eu` → `ProductionEu`. */
function labelsOf(names: readonly string[]): ReadonlyMap<string, string> {
  const camel = (name: string): string =>
    name
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('');
  return new Map(
    [...groupBy(names, camel)].flatMap(([label, same]) =>
      same.map((name, nth) => [name, nth === 0 ? label : `${label}${nth + 1}`] as const),
    ),
  );
}

function partName(name: string, nth: number): string {
  return nth === 0 ? name : `${name}/${nth + 1}`;
}
