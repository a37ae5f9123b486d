import type { CreateServiceCommandInput, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { toLowerTags } from '../../aws/tags.ts';
import type { Fields } from '../../core/fields/field.ts';
import { awsOf } from '../../core/fields/table.ts';
import type { FieldChange, Tags } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import { DEPLOYMENT, NETWORK, SERVICE } from './fields.ts';
import type { Wanted } from './model.ts';
import type { ServiceState } from './state.ts';

/** CreateService's input without its clientToken. */
export function creation(wanted: Wanted, tags: Tags): CreateServiceCommandInput {
  return {
    cluster: wanted.cluster.name,
    serviceName: wanted.name,
    ...awsOf(SERVICE.fields, wanted, (field) => field !== 'registry' || wanted.registry !== null),
    deploymentConfiguration: awsOf(DEPLOYMENT.fields, wanted),
    ...(wanted.hasOwnNetwork
      ? { networkConfiguration: { awsvpcConfiguration: awsOf(NETWORK.fields, wanted) } }
      : {}),
    propagateTags: 'SERVICE',
    tags: toLowerTags(tags),
  };
}

/**
 * UpdateService's input for some changes, and for new tasks where they are needed; undefined where it would be empty. ECS takes network and deployment
 * configuration whole: what is not to change in them is sent as AWS has it.
 */
export function changed(
  git: Wanted,
  actual: ServiceState,
  changes: readonly FieldChange[],
  needsNewTasks: boolean,
): UpdateServiceCommandInput | undefined {
  const wanted = { ...git, ...givenUp(changes) };
  const isMeant = (field: string): boolean => isChanged(changes, field);
  const anyOf = (fields: Fields): boolean => Object.keys(fields).some(isMeant);
  const kept = Object.entries(actual).filter(([field]) => !isMeant(field));
  const whole = { ...wanted, ...Object.fromEntries(kept) };
  const input = {
    ...awsOf(SERVICE.fields, wanted, isMeant),
    ...(anyOf(DEPLOYMENT.fields) ? { deploymentConfiguration: awsOf(DEPLOYMENT.fields, whole) } : {}),
    ...(anyOf(NETWORK.fields)
      ? { networkConfiguration: { awsvpcConfiguration: awsOf(NETWORK.fields, whole) } }
      : {}),
    ...(needsNewTasks ? { forceNewDeployment: true } : {}),
  };
  return Object.keys(input).length === 0
    ? undefined
    : { cluster: wanted.cluster.name, service: wanted.name, ...input };
}

/** What the service lets go of: the change then says less than git wants. */
function givenUp(
  changes: readonly FieldChange[],
): Pick<Wanted, 'securityGroups'> | Pick<Wanted, 'registry'> | object {
  const groups = changes.find(({ path }) => path === 'securityGroups')?.to;
  const leaves = changes.some(({ path, to }) => path === 'registry' && to === null);
  return {
    ...(Array.isArray(groups) ? { securityGroups: groups.map(String) } : {}),
    ...(leaves ? { registry: null } : {}),
  };
}
