import type {
  DescribeContainerInstancesCommandInput,
  DescribeContainerInstancesCommandOutput,
  ListContainerInstancesCommandInput,
  ListContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Answer } from '../../answer.ts';
import type { CallContext } from '../../call.ts';
import { requireBatch, requireOneOf } from '../errors.ts';
import { ecsArn } from '../names.ts';
import { readPage } from '../pages.ts';
import { clusterName, requireCluster } from './store.ts';

const MOST_DESCRIBED = 100;
const STATUSES = ['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED'];

/** None: a cluster here runs its tasks on Fargate. */
export function listContainerInstances(
  input: ListContainerInstancesCommandInput,
  context: CallContext,
): Answer<ListContainerInstancesCommandOutput> {
  if (input.status !== undefined) requireOneOf('status', input.status, STATUSES);
  requireCluster(context, input.cluster);
  readPage<never>([], input, { size: 100 });
  return { containerInstanceArns: [] };
}

export function describeContainerInstances(
  { cluster, containerInstances }: DescribeContainerInstancesCommandInput,
  context: CallContext,
): Answer<DescribeContainerInstancesCommandOutput> {
  requireBatch('containerInstances', containerInstances, MOST_DESCRIBED);
  requireCluster(context, cluster);
  const arnOf = (reference: string) =>
    reference.startsWith('arn:')
      ? reference
      : ecsArn(context, `container-instance/${clusterName(context, cluster)}/${reference}`);
  const failures = (containerInstances ?? []).map((reference) => ({
    arn: arnOf(reference),
    reason: 'MISSING',
  }));
  return { containerInstances: [], failures };
}
