import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { toLowerTags } from '../../aws/tags.ts';
import type { Fields } from '../../core/fields/field.ts';
import { awsOf } from '../../core/fields/table.ts';
import type { FieldChange, Tags } from '../../core/resource.ts';
import { isChanged } from '../../plan/compare.ts';
import { DEPLOYMENT } from './deployment-fields.ts';
import { NETWORK, SERVICE } from './fields.ts';
import type { Wanted } from './model.ts';
import type { ServiceState } from './state.ts';

/** CreateService's input without its clientToken. */
export function creation(wanted: Wanted, tags: Tags): CreateServiceCommandInput {
  return {
    cluster: wanted.cluster.name,
    serviceName: wanted.name,
    propagateTags: 'SERVICE',
    // Lists that take something away say nothing yet.
    ...withoutNothing(awsOf(SERVICE.fields, wanted)),
    deploymentConfiguration: awsOf(DEPLOYMENT.fields, wanted),
    ...(wanted.hasOwnNetwork
      ? { networkConfiguration: { awsvpcConfiguration: awsOf(NETWORK.fields, wanted) } }
      : {}),
    tags: toLowerTags(tags),
  };
}

function withoutNothing<Input extends object>(input: Input): Input {
  const said = Object.entries(input).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return Object.fromEntries(said) as Input;
}

/**
 * UpdateService's input for some changes, and for new tasks where they are needed; undefined where it would be empty. What is left out
 * stays in ECS; network and deployment configuration are sent whole, with what is not to change in them as ECS has it.
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
    ...(isMeant('taskDefinition') ? volumesOf(wanted, actual) : {}),
    ...(anyOf(DEPLOYMENT.fields) ? { deploymentConfiguration: deploymentOf(wanted, actual, isMeant) } : {}),
    ...(anyOf(NETWORK.fields)
      ? { networkConfiguration: { awsvpcConfiguration: awsOf(NETWORK.fields, whole) } }
      : {}),
    // "When switching from launch type to capacity provider strategy … you must force a new deployment" (reproio/ecs_deploy#74).
    ...(needsNewTasks || isMeant('capacityProviderStrategy') || isMovedDaemon(wanted, isMeant)
      ? { forceNewDeployment: true }
      : {}),
  };
  return Object.keys(input).length === 0
    ? undefined
    : { cluster: wanted.cluster.name, service: wanted.name, ...input };
}

/** What ECS keeps free on hosts for the tasks of a daemon it counts anew only with a deployment (ECS developer guide, daemon scheduling strategy). */
function isMovedDaemon(
  { schedulingStrategy }: Pick<Wanted, 'schedulingStrategy'>,
  isMeant: (field: string) => boolean,
): boolean {
  return schedulingStrategy === 'DAEMON' && isMeant('servicePlacementConstraints');
}

/** ECS checks a revision's volumes against what configures them in the same request; one without any has lost them. */
function volumesOf(
  wanted: Wanted,
  { volumeConfigurations: before = {} }: ServiceState,
): Pick<UpdateServiceCommandInput, 'volumeConfigurations'> {
  const { volumeConfigurations } = awsOf(SERVICE.fields, wanted);
  if (volumeConfigurations !== undefined) return { volumeConfigurations };
  return Object.keys(before).length === 0 ? {} : { volumeConfigurations: [] };
}

/** ECS's own with what changes in it, member by member. Where it did not tell, all that git wants. */
function deploymentOf(
  wanted: Wanted,
  { deploymentConfiguration }: ServiceState,
  isMeant: (field: string) => boolean,
): DeploymentConfiguration {
  if (deploymentConfiguration === undefined) return awsOf(DEPLOYMENT.fields, wanted);
  const { deploymentCircuitBreaker: breaker, ...others } = deploymentConfiguration;
  // With a Classic Load Balancer ECS shows one that is off, and has refused to be told so.
  const before =
    breaker?.enable === true || wanted.circuitBreaker !== undefined ? deploymentConfiguration : others;
  const meant = Object.entries(awsOf(DEPLOYMENT.fields, wanted, isMeant));
  const merged = meant.map(([name, value]: [string, unknown]) => {
    const former = (before as Readonly<Record<string, unknown>>)[name];
    return [name, isObject(value) && isObject(former) ? { ...former, ...value } : value];
  });
  return { ...before, ...Object.fromEntries(merged) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
