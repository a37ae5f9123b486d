import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-application-auto-scaling';
import { awsOf } from '../../core/fields/table.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { FieldChange, ResourceId } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import { SCALABLE_TARGET_FIELDS, TRACKING } from './fields.ts';
import type { ScalableTargetSpec } from './spec.ts';
import type { AwsScaling } from './state.ts';

type Policy = NonNullable<AwsScaling['targetTracking']>[number];

/** What Application Auto Scaling knows a service by, besides its cluster and name. */
export const DIMENSION = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

export function resourceIdOf({ scope = '', name }: ResourceId): string {
  return `service/${scope}/${name}`;
}

/** All that git wants, as AWS carries it. */
export function wantedScaling(spec: ScalableTargetSpec): AwsScaling {
  return awsOf(SCALABLE_TARGET_FIELDS, spec);
}

export function putting(
  ResourceId: string,
  { PolicyName, ...configuration }: Policy,
): PutScalingPolicyCommandInput {
  return {
    ...DIMENSION,
    ResourceId,
    PolicyName,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: configuration,
  };
}

/** What is to be done for some changes, and what there is afterwards. */
export interface Changed {
  readonly after: AwsScaling;
  /** Whole, with what is not to change in them as AWS has it. */
  readonly put: readonly Policy[];
  /** Names. */
  readonly deleted: readonly string[];
}

export function changedScaling(
  before: AwsScaling,
  wanted: AwsScaling,
  changes: readonly FieldChange[],
): Changed {
  const current = new Map((before.targetTracking ?? []).map((policy) => [policy.PolicyName ?? '', policy]));
  const asked = new Map((wanted.targetTracking ?? []).map((policy) => [policy.PolicyName ?? '', policy]));
  const isConcerned = (name: string): boolean =>
    changes.some(({ path }) => isAtOrBelow(path, `targetTracking[${name}]`));
  const put = [...asked].flatMap(([name, policy]) =>
    isConcerned(name) ? [changedPolicy(name, current.get(name), policy, changes)] : [],
  );
  const deleted = [...current.keys()].filter((name) => !asked.has(name) && isConcerned(name));
  const afterwards = new Map([
    ...current,
    ...put.map((policy) => [policy.PolicyName ?? '', policy] as const),
  ]);
  for (const name of deleted) afterwards.delete(name);
  return {
    after: {
      ...before,
      ...(isChanged(changes, 'min') && wanted.MinCapacity !== undefined
        ? { MinCapacity: wanted.MinCapacity }
        : {}),
      ...(isChanged(changes, 'max') && wanted.MaxCapacity !== undefined
        ? { MaxCapacity: wanted.MaxCapacity }
        : {}),
      targetTracking: [...afterwards.values()],
    },
    put,
    deleted,
  };
}

/** One policy with those of its members changed that are to change. */
function changedPolicy(
  name: string,
  current: Policy | undefined,
  asked: Policy,
  changes: readonly FieldChange[],
): Policy {
  if (current === undefined) return asked;
  const members = Object.entries(TRACKING.fields).flatMap(([field, { aws }]) =>
    changes.some(({ path }) => isAtOrBelow(path, `targetTracking[${name}].${field}`)) ? [aws] : [],
  );
  const changed = Object.fromEntries(members.map((member) => [member, asked[member]]));
  return { ...current, ...changed };
}
