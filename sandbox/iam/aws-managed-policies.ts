import { SortedMap } from '../sorted-map.ts';
import type { ManagedPolicy, PolicyVersion } from './state.ts';

/** The managed policies of AWS that can be read here, as the AWS Managed Policy Reference has them. All can be attached. */
const POLICIES = [
  {
    path: '/service-role/',
    policyName: 'AmazonECSTaskExecutionRolePolicy',
    policyId: 'ANPAJG4T4G4PV56DE72PY',
    description: 'Provides access to other AWS service resources that are required to run Amazon ECS tasks',
    createDate: '2017-11-16T18:48:22Z',
    actions: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ],
  },
  {
    path: '/',
    policyName: 'AWSXRayDaemonWriteAccess',
    policyId: 'ANPAIOE47HSUE5AVBNEDM',
    description: "Allow the AWS X-Ray Daemon to relay raw trace segments data to the service's API.",
    createDate: '2018-08-28T23:00:33Z',
    actions: [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ],
  },
] as const;

/** The same policies by ARN. */
export const AWS_MANAGED_POLICIES: ReadonlyMap<string, ManagedPolicy> = new Map(
  POLICIES.map(({ path, policyName, policyId, description, createDate, actions }) => {
    const arn = `arn:aws:iam::aws:policy${path}${policyName}`;
    const made = new Date(createDate);
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    });
    const versions = new SortedMap<PolicyVersion>();
    versions.set('v1', { versionId: 'v1', document, createDate: made });
    const policy: ManagedPolicy = {
      policyName,
      policyId,
      path,
      arn,
      description,
      createDate: made,
      updateDate: made,
      versions,
      defaultVersionId: 'v1',
      lastVersion: 1,
      tags: new SortedMap(),
    };
    return [arn, policy];
  }),
);
