import { expect } from 'vitest';
import type { CLOUD_MAP_AND_ECS_BY_HAND } from './by-hand-cloud-map-ecs.ts';
import { endsIn } from './told.ts';
import type { Told } from './told.ts';

/** What is to be told of the drifts of namespaces, discovery services, clusters and services. */
export const CLOUD_MAP_AND_ECS_DRIFTS: Readonly<Record<keyof typeof CLOUD_MAP_AND_ECS_BY_HAND, Told>> = {
  // Namespace
  "a namespace's other description": {
    resource: 'namespace/services.dockerinaws.org',
    path: 'description',
    desired: 'shared daemons',
    actual: 'mine',
  },
  "a namespace's other TTL": {
    resource: 'namespace/services.dockerinaws.org',
    path: 'soaTtl',
    desired: 60,
    actual: 15,
  },
  // Discovery service
  "a record's other TTL": {
    resource: 'discovery-service/xray',
    path: 'dnsRecords[A].ttl',
    desired: 60,
    actual: 5,
  },
  "a discovery service's other description": {
    resource: 'discovery-service/xray',
    path: 'description',
    desired: 'where the daemon is',
    actual: 'mine',
  },
  'a missing label of a discovery service': {
    resource: 'discovery-service/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
  // Cluster
  'other insights': {
    resource: 'cluster/xray-daemon-cluster',
    path: 'containerInsights',
    desired: 'disabled',
    actual: 'enabled',
  },
  // Service
  'fewer tasks': {
    resource: 'service/xray',
    path: 'desiredCount',
    desired: 2,
    actual: 1,
  },
  'more tasks': {
    resource: 'service/xray',
    path: 'desiredCount',
    desired: 2,
    actual: 5,
  },
  'a lower minimum': {
    resource: 'service/xray',
    path: 'minimumHealthyPercent',
    desired: 100,
    actual: 50,
  },
  'a lower maximum': {
    resource: 'service/xray',
    path: 'maximumPercent',
    desired: 200,
    actual: 150,
  },
  'no circuit breaker': {
    resource: 'service/xray',
    path: 'circuitBreaker.enable',
    desired: true,
    actual: false,
  },
  'no public IPs': {
    resource: 'service/xray',
    path: 'assignPublicIp',
    desired: true,
    actual: false,
  },
  'fewer subnets': {
    resource: 'service/xray',
    path: 'subnets',
    desired: expect.any(Array),
    actual: [expect.stringMatching(/^subnet-/)],
  },
  'another platform version': {
    resource: 'service/xray',
    path: 'platformVersion',
    desired: 'LATEST',
    actual: '1.3.0',
  },
  'ECS Exec': {
    resource: 'service/xray',
    path: 'enableExecuteCommand',
    desired: false,
    actual: true,
  },
  'other rebalancing': {
    resource: 'service/xray',
    path: 'availabilityZoneRebalancing',
    desired: 'ENABLED',
    actual: 'DISABLED',
  },
  'no service discovery': {
    resource: 'service/xray',
    path: 'registry',
    desired: expect.objectContaining({ arn: endsIn('service/srv-\\w+') }),
    actual: null,
  },
  'another revision in use': {
    resource: 'service/xray',
    path: 'taskDefinition',
    desired: endsIn('task-definition/xray:\\d+'),
    actual: endsIn('task-definition/another:1'),
  },
  'another label of a service': {
    resource: 'service/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: 'search',
  },
};
