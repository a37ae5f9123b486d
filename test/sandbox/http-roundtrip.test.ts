import * as fc from 'fast-check';
import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as servicediscovery from '@aws-sdk/client-servicediscovery';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as route53 from '@aws-sdk/client-route-53';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as xray from '@aws-sdk/client-xray';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../controller/aws/operations.ts';
import type { AwsService } from '../../controller/aws/operations.ts';
import { xrayOperations } from '../../sandbox/xray/operations.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import type { Door } from '../support/sandbox/http-door.ts';
import { valueOf } from '../support/sandbox/schema-arbitrary.ts';

interface Client {
  send(command: unknown): Promise<object>;
}

const PACKAGES = {
  ecr,
  ecs,
  servicediscovery,
  ec2,
  iam,
  logs,
  route53,
  sts,
  tagging,
  'application-autoscaling': applicationAutoScaling,
  elasticloadbalancing,
  secretsmanager,
  ssm,
  xray,
};

/** What the controller calls, and X-Ray, whose protocol nothing that it calls speaks. */
type Service = AwsService | 'xray';

const CLIENTS: Readonly<Record<Service, (door: Door) => unknown>> = {
  ecr: (door) => new ecr.ECRClient(clientConfig(door)),
  ecs: (door) => new ecs.ECSClient(clientConfig(door)),
  servicediscovery: (door) => new servicediscovery.ServiceDiscoveryClient(clientConfig(door)),
  ec2: (door) => new ec2.EC2Client(clientConfig(door)),
  iam: (door) => new iam.IAMClient(clientConfig(door)),
  logs: (door) => new logs.CloudWatchLogsClient(clientConfig(door)),
  route53: (door) => new route53.Route53Client(clientConfig(door)),
  sts: (door) => new sts.STSClient(clientConfig(door)),
  tagging: (door) => new tagging.ResourceGroupsTaggingAPIClient(clientConfig(door)),
  'application-autoscaling': (door) =>
    new applicationAutoScaling.ApplicationAutoScalingClient(clientConfig(door)),
  elasticloadbalancing: (door) => new elasticloadbalancing.ElasticLoadBalancingV2Client(clientConfig(door)),
  secretsmanager: (door) => new secretsmanager.SecretsManagerClient(clientConfig(door)),
  ssm: (door) => new ssm.SSMClient(clientConfig(door)),
  xray: (door) => new xray.XRayClient(clientConfig(door)),
};

describe('what an SDK client sends and what the sandbox answers arrive unchanged', () => {
  const called = Object.entries(OPERATIONS).flatMap(([service, names]) =>
    names.map((name) => ({
      service: service as Service,
      operation: name.charAt(0).toUpperCase() + name.slice(1),
    })),
  );
  const operations = [
    ...called,
    ...Object.keys(xrayOperations).map((operation) => ({ service: 'xray' as const, operation })),
  ];

  test.each(operations)('$service $operation', async ({ service, operation }) => {
    const schemas = PACKAGES[service] as unknown as Record<string, unknown>;
    const schema = schemas[`${operation}$`] as [number, string, string, number, never, never];
    const Command = schemas[`${operation}Command`] as new (input: object) => unknown;
    let output: object = {};
    const door = await openDoor(() => output);
    const client = CLIENTS[service](door) as Client;

    await fc.assert(
      fc.asyncProperty(valueOf(schema[4]), valueOf(schema[5]), async (input, answer) => {
        const sent = service === 'ec2' ? { ...input, DryRun: false } : input;
        output = answer;
        const { $metadata, ...received } = (await client.send(new Command(sent))) as Record<string, unknown>;
        expect($metadata).toMatchObject({
          httpStatusCode: 200,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
        expect(withoutEmpty(door.calls.at(-1))).toEqual(
          withoutEmpty({ service, operation, input: sent, region: 'us-east-1', accessKeyId: 'AKIDTEST' }),
        );
        expect(withoutEmpty(received)).toEqual(withoutEmpty(answer));
      }),
      { numRuns: 12, seed: 2, endOnFailure: true },
    );
  });
});

/** No query form or XML tells an empty structure or list from none. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, withoutEmpty(item)] as const)
      .filter(([, item]) => item !== undefined && !isEmpty(item)),
  );
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    Object.keys(value).length === 0
  );
}
