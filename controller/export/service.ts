import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import { unsaidIn, writtenOf } from '../core/fields/table.ts';
import { DEPLOYMENT } from '../kinds/service/deployment-fields.ts';
import { SERVICE } from '../kinds/service/fields.ts';
import { withDeployed } from '../kinds/service/observed.ts';
import type { Part } from './exported.ts';

/** What the ECS service says itself, and by its revision. */
export function exportSettings(service: Service, revision: Pick<ServiceRevision, 'monitoring'> = {}): Part {
  const deployment = writtenOf(DEPLOYMENT.fields, service.deploymentConfiguration ?? {});
  const { propagateTags, desiredCount, ...written } = writtenOf(SERVICE.fields, {
    ...withDeployed(service),
    monitoring: revision.monitoring,
  });
  return {
    spec: {
      ...written,
      // ECS counts the hosts by itself.
      ...(written.schedulingStrategy === 'DAEMON' ? {} : { desiredCount }),
      // A service is made with those of the service.
      ...(propagateTags === 'SERVICE' ? {} : { propagateTags: propagateTags ?? 'NONE' }),
      ...(service.deploymentConfiguration === undefined ? {} : { deployment }),
    },
    obstacles: [...whyNotHere(service), ...whyNotPlain(service)],
    notes: [],
  };
}

function whyNotHere(service: Service): readonly string[] {
  const { launchType = 'EC2', capacityProviderStrategy = [] } = service;
  const { schema } = SERVICE.fields.launchType;
  const isKnown = capacityProviderStrategy.length > 0 || schema.enum.some((known) => known === launchType);
  return [
    ...(isKnown ? [] : [`its launch type is ${launchType}`]),
    ...(launchType === 'FARGATE' && service.networkConfiguration?.awsvpcConfiguration === undefined
      ? ['it has no network configuration of its own']
      : []),
  ];
}

/** What a manifest has no word for, and a later change of the service could take from it. */
function whyNotPlain(service: Service): readonly string[] {
  const { deploymentController, serviceRegistries = [], deployments = [] } = service;
  const { strategy, lifecycleHooks = [] } = service.deploymentConfiguration ?? {};
  const controller = deploymentController?.type ?? 'ECS';
  const some = (has: boolean, what: string): readonly string[] => (has ? [what] : []);
  const { loadBalancers, serviceConnectConfiguration, volumeConfigurations } = SERVICE.fields;
  const held = { loadBalancers, serviceConnectConfiguration, volumeConfigurations };
  return [
    ...some(controller !== 'ECS', `its deployments are controlled by ${controller}`),
    ...some(strategy !== undefined && strategy !== 'ROLLING', `its deployment strategy is ${strategy}`),
    ...some(lifecycleHooks.length > 0, 'its deployments have lifecycle hooks'),
    ...some(serviceRegistries.length > 1, `it has ${serviceRegistries.length} service registries`),
    ...some(
      deployments.some(({ vpcLatticeConfigurations = [] }) => vpcLatticeConfigurations.length > 0),
      'it is in VPC Lattice',
    ),
    ...unsaidIn({ fields: held, elsewhere: {}, notOffered: {} }, heldBy(withDeployed(service))).map(
      (member) => `it has ${member}`,
    ),
  ];
}

function heldBy(service: ReturnType<typeof withDeployed>): object {
  const { loadBalancers, serviceConnectConfiguration, volumeConfigurations } = service;
  return { loadBalancers, serviceConnectConfiguration, volumeConfigurations };
}
