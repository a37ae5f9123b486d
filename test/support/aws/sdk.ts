import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EC2 } from '@aws-sdk/client-ec2';
import { ECR } from '@aws-sdk/client-ecr';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAM } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPI } from '@aws-sdk/client-resource-groups-tagging-api';
import { Route53 } from '@aws-sdk/client-route-53';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscovery } from '@aws-sdk/client-servicediscovery';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';

import type { CallsBalancing } from '../sandbox/target-groups.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The SDK's own clients for an AWS at a URL, as somebody beside Stationkeeper would use them. */
export function sdkClients(
  endpoint: string,
  region = 'us-east-1',
  credentials: Credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
) {
  const config = { endpoint, region, credentials };
  return {
    ecr: new ECR(config),
    ecs: new ECS(config),
    ec2: new EC2(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
    logs: new CloudWatchLogs(config),
    cloudMap: new ServiceDiscovery({ ...config, disableHostPrefix: true }),
    route53: new Route53(config),
    secretsmanager: new SecretsManager(config),
    ssm: new SSM(config),
    sts: new STS(config),
    tagging: new ResourceGroupsTaggingAPI(config),
  };
}

export function balancingBy(aws: SdkClients): CallsBalancing {
  return (operation, input) => callsBy(aws)('elb', operation, input);
}

/** Calls operations by their names, as the sandbox's own door does. */
export function callsBy(aws: SdkClients) {
  return (service: keyof SdkClients, operation: string, input: object): Promise<object> => {
    const client = aws[service] as unknown as Readonly<Record<string, (sent: object) => Promise<object>>>;
    return client[`${operation.charAt(0).toLowerCase()}${operation.slice(1)}`]!(input);
  };
}

export type SdkClients = ReturnType<typeof sdkClients>;
