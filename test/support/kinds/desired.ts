import { needsFrom } from '../../../controller/core/outputs.ts';
import type { Needs } from '../../../controller/core/outputs.ts';
import { environmentId } from '../../../controller/core/reference.ts';
import { resourceKey } from '../../../controller/core/resource.ts';
import type {
  Desired,
  Observed,
  Outputs,
  Progress,
  ResourceId,
  Tags,
} from '../../../controller/core/resource.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../sandbox/sandbox.ts';
import { DEFAULT_POLICY, tagsOf } from '../plans/resources.ts';
import type { SandboxAws } from '../sandbox/controller-door.ts';

/** A desired resource of any kind, managed by the manifest `xray` unless overridden. */
export function desiredOf<Spec>(
  id: Pick<ResourceId, 'kind' | 'name'> & { readonly scope?: string },
  spec: Spec,
  overrides: Partial<Omit<Desired<Spec>, 'id' | 'spec'>> = {},
): Desired<Spec> {
  return {
    id: { environment: 'default', ...id },
    manifest: { kind: 'DaemonService', name: 'xray' },
    management: 'managed',
    spec,
    labels: {},
    policy: DEFAULT_POLICY,
    ...overrides,
  };
}

/** The tags that a world's controller gives to a desired resource. */
export function tagsFor(world: SandboxAws, desired: Desired): Tags {
  return tagsOf(world.context.claim, desired);
}

/** Outputs of the sandbox's default environment, and of what else was observed. */
export async function needsIn(world: SandboxAws, ...observed: readonly Observed[]): Promise<Needs> {
  const { Vpcs } = await world.aws.ec2.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['true'] }] });
  const environment: Outputs = {
    accountId: DEFAULT_ACCOUNT_ID,
    partition: 'aws',
    region: 'us-east-1',
    vpcId: Vpcs?.[0]?.VpcId ?? '',
    subnetIds: [],
  };
  const known = new Map(observed.map(({ id, outputs }) => [resourceKey(id), { outputs }]));
  known.set(resourceKey(environmentId('default')), { outputs: environment });
  return needsFrom((id) => known.get(resourceKey(id)));
}

/** What a mutation made, where it is done. */
export function doneOf<State>(progress: Progress<State>): Observed<State> {
  if (progress.type !== 'done') throw new Error(`not done: ${progress.message}`);
  return progress.observed;
}
