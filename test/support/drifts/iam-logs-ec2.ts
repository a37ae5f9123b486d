import { expect } from 'vitest';
import type { IAM_LOGS_AND_EC2_BY_HAND } from './by-hand-iam-logs-ec2.ts';
import { ATTACHED, BOUNDARY, LOG_GROUP, TASK_ROLE } from './row.ts';
import type { Told } from './told.ts';

/** What is to be told of the drifts of roles, log groups and security groups. */
export const IAM_LOGS_AND_EC2_DRIFTS: Readonly<Record<keyof typeof IAM_LOGS_AND_EC2_BY_HAND, Told>> = {
  // Role
  'a policy that allows more': {
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper].Statement[0].Action',
    desired: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    actual: ['s3:GetObject', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  },
  'a policy that is missing': {
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper]',
    desired: expect.objectContaining({ Version: '2012-10-17' }),
    actual: null,
  },
  'a policy too many': {
    resource: TASK_ROLE,
    path: 'inlinePolicies[extra]',
    desired: null,
    actual: expect.objectContaining({ Version: '2012-10-17' }),
  },
  'a role that may read another secret': {
    resource: TASK_ROLE,
    path: 'inlinePolicies[stationkeeper].Statement[0].Resource',
    desired: ['*'],
    actual: ['(sensitive)'],
  },
  'another trust policy': {
    resource: TASK_ROLE,
    path: 'trustPolicy.Statement[0].Principal',
    desired: { Service: ['ecs-tasks.amazonaws.com'] },
    actual: { Service: ['ec2.amazonaws.com'] },
  },
  'a missing label of a role': {
    resource: TASK_ROLE,
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
  'a managed policy too many': {
    resource: TASK_ROLE,
    path: 'attachedPolicies[arn:aws:iam::aws:policy/ReadOnlyAccess]',
    desired: null,
    actual: 'attached',
  },
  'a managed policy that is missing': {
    resource: TASK_ROLE,
    path: `attachedPolicies[${ATTACHED}]`,
    desired: 'attached',
    actual: null,
  },
  'another permissions boundary': {
    resource: TASK_ROLE,
    path: 'permissionsBoundary',
    desired: BOUNDARY,
    actual: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  },
  'no permissions boundary': {
    resource: TASK_ROLE,
    path: 'permissionsBoundary',
    desired: BOUNDARY,
    actual: null,
  },
  // Log group
  'another retention': {
    resource: `log-group${LOG_GROUP}`,
    path: 'retentionInDays',
    desired: 7,
    actual: 30,
  },
  'no retention': {
    resource: `log-group${LOG_GROUP}`,
    path: 'retentionInDays',
    desired: 7,
    actual: null,
  },
  'another label of a log group': {
    resource: `log-group${LOG_GROUP}`,
    path: 'tags.team',
    desired: 'platform',
    actual: 'search',
  },
  // Security group
  'a missing ingress rule': {
    resource: 'security-group/xray',
    path: 'ingress[udp 2000 172.31.0.0/16]',
    desired: 'allowed',
    actual: null,
  },
  'an ingress rule too many': {
    resource: 'security-group/xray',
    path: 'ingress[tcp 22 0.0.0.0/0]',
    desired: null,
    actual: 'allowed',
  },
  "a rule's other description": {
    resource: 'security-group/xray',
    path: 'ingress[tcp 2000 172.31.0.0/16]',
    desired: 'allowed: sampling rules',
    actual: 'allowed: mine',
  },
  'a missing egress rule': {
    resource: 'security-group/xray',
    path: 'egress[tcp 443 0.0.0.0/0]',
    desired: 'allowed',
    actual: null,
  },
  'an egress rule too many': {
    resource: 'security-group/xray',
    path: 'egress[tcp 25 0.0.0.0/0]',
    desired: null,
    actual: 'allowed',
  },
  'a missing label of a security group': {
    resource: 'security-group/xray',
    path: 'tags.team',
    desired: 'platform',
    actual: null,
  },
};
