import type { CallContext } from '../../call.ts';
import { requireActiveCluster } from '../clusters/store.ts';
import { invalidParameter } from '../errors.ts';
import { requireService } from './store.ts';

/**
 * Every operation on task sets: they belong to services with an EXTERNAL deployment controller, of which the sandbox
 * has none. Throws ClusterNotFoundException, ServiceNotFoundException, InvalidParameterException.
 */
export function refuseTaskSets(
  input: { readonly cluster: string | undefined; readonly service: string | undefined },
  context: CallContext,
): never {
  requireService(context, requireActiveCluster(context, input.cluster), input.service);
  throw invalidParameter(
    'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
  );
}
