import { unfitWith } from './pairs.ts';
import type { Circumstance, Unfit } from './pairs.ts';

/** What ECS refuses of a service that has one task on every host. */

const ON_EVERY_HOST: Circumstance = {
  reads: ['schedulingStrategy'],
  saidIn: ({ schedulingStrategy }) =>
    schedulingStrategy === 'DAEMON'
      ? { as: 'schedulingStrategy DAEMON', orElse: 'write schedulingStrategy: REPLICA' }
      : undefined,
};

const ECS_COUNTS = 'remove it: ECS counts the hosts that are eligible';

/**
 * ECS API reference, CreateService; ECS developer guide, daemon scheduling strategy, Availability Zone rebalancing. ECS's answers: of capacity
 * providers, also a cluster's default ones, aws/containers-roadmap#692, of placement strategies reproio/ecs_deploy#93, of maximumPercent
 * hashicorp/terraform-provider-aws#4825. Hosts outside AWS it takes, as those who deploy aws-cdk's tests see (aws/aws-cdk#32630).
 */
const UNFIT_FOR_DAEMON: readonly Unfit[] = [
  { at: 'desiredCount', instead: ECS_COUNTS },
  { at: 'scaling', instead: ECS_COUNTS },
  { at: 'launchType', when: (type) => type === 'FARGATE', instead: 'write EC2 or EXTERNAL' },
  {
    at: 'capacityProviderStrategy',
    when: () => true,
    instead: 'write launchType: EC2, and servicePlacementConstraints for some of the hosts alone',
  },
  { at: 'placementStrategy' },
  {
    at: 'servicePlacementConstraints[].type',
    called: 'a constraint of type',
    when: (type) => type === 'distinctInstance',
    inVain: 'no host has a second task of it anyway',
  },
  {
    at: 'availabilityZoneRebalancing',
    when: (value) => value === 'ENABLED',
    instead: 'write DISABLED, or remove it',
  },
  { at: 'volumeConfigurations' },
  { at: 'loadBalancers[].loadBalancerName', instead: 'write targetGroupArn' },
  { at: 'deployment.maximumPercent', when: (percent) => percent !== 100, instead: 'write 100, or remove it' },
];

export const schedulingChecks = [unfitWith(ON_EVERY_HOST, UNFIT_FOR_DAEMON)];
