import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';

/** The SDK's own clients for an AWS at a URL, as somebody beside Stationkeeper would use them. */
export function sdkClients(endpoint: string, region = 'us-east-1') {
  const config = { endpoint, region, credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' } };
  return {
    ecs: new ECSClient(config),
    ec2: new EC2Client(config),
    iam: new IAMClient(config),
    logs: new CloudWatchLogsClient(config),
    cloudMap: new ServiceDiscoveryClient({ ...config, disableHostPrefix: true }),
  };
}

export type SdkClients = ReturnType<typeof sdkClients>;
