/** What AWS says of a policy that it manages. */
export interface AwsManagedFacts {
  /** Where it is known. */
  readonly policyId?: string;
  readonly description: string;
  readonly createDate: string;
  readonly updateDate: string;
  /** The version in force; those before it are not held. */
  readonly version: number;
  readonly statements: readonly object[];
}

const TRACE_ACTIONS = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

/**
 * Those whose documents are held, by what follows `policy` in their ARNs: the ones that daemons use (AWS Managed Policy Reference,
 * 2026).
 */
export const AWS_MANAGED_DOCUMENTS: ReadonlyMap<string, AwsManagedFacts> = new Map(
  Object.entries<AwsManagedFacts>({
    '/service-role/AmazonECSTaskExecutionRolePolicy': {
      policyId: 'ANPAJG4T4G4PV56DE72PY',
      description: 'Provides access to other AWS service resources that are required to run Amazon ECS tasks',
      createDate: '2017-11-16T18:48:22Z',
      updateDate: '2017-11-16T18:48:22Z',
      version: 1,
      statements: [
        {
          Effect: 'Allow',
          Action: [
            'ecr:GetAuthorizationToken',
            'ecr:BatchCheckLayerAvailability',
            'ecr:GetDownloadUrlForLayer',
            'ecr:BatchGetImage',
            'logs:CreateLogStream',
            'logs:PutLogEvents',
          ],
          Resource: '*',
        },
      ],
    },
    '/AWSXRayDaemonWriteAccess': {
      policyId: 'ANPAIOE47HSUE5AVBNEDM',
      description:
        "Allow the AWS X-Ray Daemon to relay raw trace segments data to the service's API and retrieve sampling data (rules, targets, etc.) to be used by the X-Ray SDK.",
      createDate: '2018-08-28T23:00:33Z',
      updateDate: '2024-02-13T21:58:30Z',
      version: 2,
      statements: [
        { Sid: 'AWSXRayDaemonWriteAccess', Effect: 'Allow', Action: TRACE_ACTIONS, Resource: ['*'] },
      ],
    },
    '/AWSXrayWriteOnlyAccess': {
      description: 'AWS X-Ray write only managed policy',
      createDate: '2016-12-01T18:19:53Z',
      updateDate: '2018-08-28T23:03:04Z',
      version: 2,
      statements: [{ Effect: 'Allow', Action: TRACE_ACTIONS, Resource: ['*'] }],
    },
    '/CloudWatchAgentServerPolicy': {
      description: 'Permissions required to use AmazonCloudWatchAgent on servers',
      createDate: '2018-03-07T01:06:44Z',
      updateDate: '2024-02-06T16:37:37Z',
      version: 3,
      statements: [
        {
          Sid: 'CWACloudWatchServerPermissions',
          Effect: 'Allow',
          Action: [
            'cloudwatch:PutMetricData',
            'ec2:DescribeVolumes',
            'ec2:DescribeTags',
            'logs:PutLogEvents',
            'logs:PutRetentionPolicy',
            'logs:DescribeLogStreams',
            'logs:DescribeLogGroups',
            'logs:CreateLogStream',
            'logs:CreateLogGroup',
            ...TRACE_ACTIONS,
          ],
          Resource: '*',
        },
        {
          Sid: 'CWASSMServerPermissions',
          Effect: 'Allow',
          Action: ['ssm:GetParameter'],
          Resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*',
        },
      ],
    },
    '/AmazonSSMManagedInstanceCore': {
      description: 'The policy for Amazon EC2 Role to enable AWS Systems Manager service core functionality.',
      createDate: '2019-03-15T17:22:12Z',
      updateDate: '2019-05-23T16:54:21Z',
      version: 2,
      statements: [
        {
          Effect: 'Allow',
          Action: [
            'ssm:DescribeAssociation',
            'ssm:GetDeployablePatchSnapshotForInstance',
            'ssm:GetDocument',
            'ssm:DescribeDocument',
            'ssm:GetManifest',
            'ssm:GetParameter',
            'ssm:GetParameters',
            'ssm:ListAssociations',
            'ssm:ListInstanceAssociations',
            'ssm:PutInventory',
            'ssm:PutComplianceItems',
            'ssm:PutConfigurePackageResult',
            'ssm:UpdateAssociationStatus',
            'ssm:UpdateInstanceAssociationStatus',
            'ssm:UpdateInstanceInformation',
          ],
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Action: [
            'ssmmessages:CreateControlChannel',
            'ssmmessages:CreateDataChannel',
            'ssmmessages:OpenControlChannel',
            'ssmmessages:OpenDataChannel',
          ],
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Action: [
            'ec2messages:AcknowledgeMessage',
            'ec2messages:DeleteMessage',
            'ec2messages:FailMessage',
            'ec2messages:GetEndpoint',
            'ec2messages:GetMessages',
            'ec2messages:SendReply',
          ],
          Resource: '*',
        },
      ],
    },
    '/AmazonPrometheusRemoteWriteAccess': {
      description: 'Grants write only access to AWS Managed Prometheus workspaces',
      createDate: '2020-12-19T01:04:32Z',
      updateDate: '2020-12-19T01:04:32Z',
      version: 1,
      statements: [{ Action: ['aps:RemoteWrite'], Effect: 'Allow', Resource: '*' }],
    },
    '/service-role/AmazonEC2ContainerServiceforEC2Role': {
      description: 'Default policy for the Amazon EC2 Role for Amazon EC2 Container Service.',
      createDate: '2015-03-19T18:45:18Z',
      updateDate: '2026-02-12T17:59:52Z',
      version: 10,
      statements: [
        {
          Effect: 'Allow',
          Action: [
            'ec2:DescribeTags',
            'ecs:CreateCluster',
            'ecs:DeregisterContainerInstance',
            'ecs:DiscoverPollEndpoint',
            'ecs:Poll',
            'ecs:RegisterContainerInstance',
            'ecs:StartTelemetrySession',
            'ecs:UpdateContainerInstancesState',
            'ecs:Submit*',
            'ecr:GetAuthorizationToken',
            'ecr:BatchCheckLayerAvailability',
            'ecr:GetDownloadUrlForLayer',
            'ecr:BatchGetImage',
            'logs:CreateLogStream',
            'logs:PutLogEvents',
          ],
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Action: 'ecs:TagResource',
          Resource: '*',
          Condition: {
            StringEquals: { 'ecs:CreateAction': ['CreateCluster', 'RegisterContainerInstance'] },
          },
        },
        {
          Effect: 'Allow',
          Action: ['ecs:ListTagsForResource'],
          Resource: ['arn:aws:ecs:*:*:task/*/*', 'arn:aws:ecs:*:*:container-instance/*/*'],
        },
      ],
    },
  }),
);
