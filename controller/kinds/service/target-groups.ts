import type { Needs } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import type { TargetGroupOutputs } from '../target-group/facts.ts';
import type { ServiceSpec } from './spec.ts';

type Balanced = Pick<ServiceSpec, 'environment' | 'loadBalancers' | 'securityGroups'>;

/** The target groups that a service names, each once. */
export function targetGroupsOf({
  environment: { environment },
  loadBalancers = [],
}: Omit<Balanced, 'securityGroups'>): readonly Reference<TargetGroupOutputs>[] {
  const arns = loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  return [...new Set(arns)].map((name) => ({ environment, kind: 'target-group', name }));
}

/**
 * Why ECS does not take a target group that is there, as far as it could be looked at, or cannot use it; undefined where none is known not
 * to fit. Sources: terraform-provider-aws#11723 of the target type, hashicorp/terraform#32908 of the listener, containers-roadmap#1107 of
 * the VPC: tasks with a network interface of their own are registered by an address that has to be in it.
 */
export function unfitTargetGroup(spec: Balanced, needs: Needs): string | undefined {
  const hasOwnNetwork = spec.securityGroups !== null;
  const wanted = hasOwnNetwork ? 'ip' : 'instance';
  const vpc = needs(spec.environment)?.vpcId;
  for (const reference of targetGroupsOf(spec)) {
    const { targetType = wanted, vpcId = vpc, loadBalancers } = needs(reference) ?? {};
    const says = (what: string) => `target group ${reference.name} of loadBalancers ${what}`;
    if (targetType !== wanted) {
      return says(
        `has target type ${targetType}, and tasks ${hasOwnNetwork ? 'with awsvpc' : "with their host's network"} need ${wanted}; name another target group, for none changes its type`,
      );
    }
    if (loadBalancers?.length === 0) {
      return says('has no load balancer that forwards to it, and ECS refuses such a one; give it a listener');
    }
    if (hasOwnNetwork && vpc !== undefined && vpcId !== vpc) {
      return says(
        `is of ${vpcId}, and the subnets of the Environment are of ${vpc}; name a target group of ${vpc}`,
      );
    }
  }
  return undefined;
}
