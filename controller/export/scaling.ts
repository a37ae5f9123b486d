import type { Service } from '@aws-sdk/client-ecs';
import type { Account, Scaled } from '../aws/account.ts';
import { writtenOf } from '../core/fields/table.ts';
import { OWNER_TAG } from '../core/ownership.ts';
import { SCALING } from '../kinds/scalable-target/fields.ts';
import { scalingOf } from '../kinds/scalable-target/state.ts';
import { policyNameOf } from '../manifest/expand/service.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import type { Part } from './exported.ts';

type Scaling = Exclude<DaemonServiceManifestSpec['scaling'], 'external' | undefined>;

/** Who scales a service: Application Auto Scaling for us, for somebody else, or nobody. */
export function exportScaling(
  { scaled, tags }: Account,
  { clusterArn = '', serviceName = '' }: Service,
  owner: string,
): Part<Pick<DaemonServiceManifestSpec, 'scaling'>> {
  const found = scaled.get(`service/${clusterArn.split('/').at(-1)}/${serviceName}`);
  if (found === undefined) return { spec: {}, obstacles: [], notes: [] };
  const scaling = writtenScaling(found);
  const isOurs = tags.get(found.target.ScalableTargetARN ?? '')?.[OWNER_TAG] === owner;
  if (isOurs) return { spec: { scaling }, obstacles: [], notes: [] };
  const { min, max, targetTracking = [] } = scaling;
  const by = targetTracking.map((policy) => `${policyNameOf(policy)} ${policy.targetValue}`);
  const how = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  const note = `Application Auto Scaling scales it from ${min} to ${max} tasks${how}, as somebody else registered it, and this stays as it is. To take it over, write scaling: { min: ${min}, max: ${max}, targetTracking: […] }`;
  return { spec: { scaling: 'external' }, obstacles: [], notes: [note] };
}

function writtenScaling({ target, policies }: Scaled): Scaling {
  const { targetTracking, ...bounds } = writtenOf(SCALING.fields, scalingOf(target, policies));
  return {
    ...bounds,
    ...(targetTracking === undefined ? {} : { targetTracking: targetTracking.map(withoutUsualName) }),
  };
}

/** A policy that is called as it would be anyway needs no word for that. */
function withoutUsualName(policy: NonNullable<Scaling['targetTracking']>[number]) {
  const { policyName, ...rest } = policy;
  return policyNameOf(rest) === policyName ? rest : policy;
}
