import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { CallContext } from '../../call.ts';
import { loadBalancersOf } from '../../elasticloadbalancing/actions.ts';
import { findTargetGroup } from '../../elasticloadbalancing/store.ts';
import { invalidParameter } from '../errors.ts';
import type { RunsOn, TaskDefinitionRecord } from '../state.ts';
import { checkContainerPort } from './container-ports.ts';

const MOST_LOAD_BALANCERS = 5;
/** AWS's texts for what it does not find (Shippable/support#4698). */
const NO_GROUP =
  'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.';
const NO_BALANCER =
  'Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.';

/**
 * Target groups that are there, that a load balancer forwards to and whose type fits the tasks' network, each with a port of a container
 * (AWS's texts of the type and of the balancer: terraform-provider-aws#12252, #29990). There are no Classic Load Balancers. Throws
 * InvalidParameterException.
 */
export function readLoadBalancers(
  context: CallContext,
  loadBalancers: readonly LoadBalancer[],
  taskDefinition: TaskDefinitionRecord,
  launchType: RunsOn,
): LoadBalancer[] {
  if (loadBalancers.length > MOST_LOAD_BALANCERS) {
    throw invalidParameter(`load balancers can have at most ${MOST_LOAD_BALANCERS} items.`);
  }
  if (loadBalancers.length > 0 && launchType === 'EXTERNAL') {
    throw invalidParameter('Load balancers are not supported with EXTERNAL launch type.');
  }
  for (const balancer of loadBalancers) checkLoadBalancer(context, balancer, taskDefinition);
  return loadBalancers.map((balancer) => ({ ...balancer }));
}

function checkLoadBalancer(
  context: CallContext,
  { targetGroupArn, loadBalancerName, containerName, containerPort }: LoadBalancer,
  taskDefinition: TaskDefinitionRecord,
): void {
  if (targetGroupArn !== undefined && loadBalancerName !== undefined) {
    throw invalidParameter('targetGroupArn and loadBalancerName cannot both be specified.');
  }
  if (containerName === undefined || containerName === '') {
    throw invalidParameter('Container name should not be null or empty.');
  }
  if (containerPort === undefined) throw invalidParameter('Container port should not be null.');
  checkContainerPort(taskDefinition, containerName, containerPort);
  if (targetGroupArn === undefined) throw invalidParameter(NO_BALANCER);
  checkTargetGroup(context, targetGroupArn, taskDefinition);
}

function checkTargetGroup(
  { state: { elasticloadbalancing } }: CallContext,
  arn: string,
  { definition: { networkMode = 'bridge' } }: TaskDefinitionRecord,
): void {
  const group = findTargetGroup(elasticloadbalancing, arn);
  if (group === undefined) throw invalidParameter(NO_GROUP);
  if (loadBalancersOf(elasticloadbalancing, arn).length === 0) {
    throw invalidParameter(
      `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
    );
  }
  const wanted = networkMode === 'awsvpc' ? 'ip' : 'instance';
  if (networkMode !== 'none' && group.targetType === wanted) return;
  throw invalidParameter(
    `The provided target group ${arn} has target type ${group.targetType}, which is incompatible with the ${networkMode} network mode specified in the task definition.`,
  );
}
