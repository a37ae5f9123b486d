import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EC2 } from '@aws-sdk/client-ec2';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CreateLoadBalancerCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAM } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPI } from '@aws-sdk/client-resource-groups-tagging-api';
import { ServiceDiscovery } from '@aws-sdk/client-servicediscovery';
import { STS } from '@aws-sdk/client-sts';

import type { CallsBalancing } from '../sandbox/target-groups.ts';

/** The SDK's own clients for an AWS at a URL, as somebody beside Stationkeeper would use them. */
export function sdkClients(endpoint: string, region = 'us-east-1') {
  const config = { endpoint, region, credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' } };
  return {
    ecs: new ECS(config),
    ec2: new EC2(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
    logs: new CloudWatchLogs(config),
    cloudMap: new ServiceDiscovery({ ...config, disableHostPrefix: true }),
    sts: new STS(config),
    tagging: new ResourceGroupsTaggingAPI(config),
  };
}

export function balancingBy({ elb }: Pick<SdkClients, 'elb'>): CallsBalancing {
  return (operation, input) => {
    const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}` as 'createLoadBalancer';
    return elb[method](input as CreateLoadBalancerCommandInput);
  };
}

export type SdkClients = ReturnType<typeof sdkClients>;
