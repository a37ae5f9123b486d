import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Readable } from 'node:stream';
import type { NodeHttpHandlerOptions } from '@smithy/types';
import type { ToldClock } from './aws-clock.ts';
import { bounded } from './bounded.ts';
import type { Transport } from './transport.ts';
import type { AwsService } from './operations.ts';
import { NAMELESS_SESSION, sessionOf } from './session.ts';
import type { AssumedRole } from './session.ts';

/** Where calls go: the SDK's own configuration, unless set here. */
export interface AwsTarget extends Partial<AssumedRole> {
  readonly region?: string;
  readonly endpointUrl?: string;
  /** Whether an endpoint is set here or in the SDK's own configuration: such an endpoint has no `data-` host. */
  readonly ownEndpoint: boolean;
}

/** A target as an Environment names it. */
export type AwsPlace = Pick<AwsTarget, 'region' | keyof AssumedRole>;

const CONNECT_TIMEOUT_MS = 5_000;
/**
 * To one host, which is a service in a Region, for all Environments there. More than they use at once: waiting for a socket would count as
 * waiting for AWS.
 */
const SOCKETS = 1024;
/** Of those, how many are kept open while nobody uses them. */
const IDLE_SOCKETS = 32;
/**
 * More than any answer is that is asked for here: most of a page of a thousand roles with as much inline policy as IAM takes. What answers
 * with more, in AWS's place, would otherwise take the memory of the whole program.
 */
const LONGEST_ANSWER_BYTES = 32 * 1024 * 1024;

/** What every client is made with. */
type Config = Pick<
  ECSClientConfig,
  'region' | 'endpoint' | 'credentials' | 'disableHostPrefix' | 'maxAttempts' | 'requestHandler'
>;

/** The SDK of each service, and a client of it: loaded when the service is first called, as all of them take the better part of a second. */
const SDKS: Readonly<
  Record<AwsService, (config: Config) => Promise<readonly [sdk: object, client: object]>>
> = {
  ecs: (config) => import('@aws-sdk/client-ecs').then((sdk) => [sdk, new sdk.ECSClient(config)]),
  ecr: (config) => import('@aws-sdk/client-ecr').then((sdk) => [sdk, new sdk.ECRClient(config)]),
  servicediscovery: (config) =>
    import('@aws-sdk/client-servicediscovery').then((sdk) => [sdk, new sdk.ServiceDiscoveryClient(config)]),
  ec2: (config) => import('@aws-sdk/client-ec2').then((sdk) => [sdk, new sdk.EC2Client(config)]),
  iam: (config) => import('@aws-sdk/client-iam').then((sdk) => [sdk, new sdk.IAMClient(config)]),
  logs: (config) =>
    import('@aws-sdk/client-cloudwatch-logs').then((sdk) => [sdk, new sdk.CloudWatchLogsClient(config)]),
  route53: (config) => import('@aws-sdk/client-route-53').then((sdk) => [sdk, new sdk.Route53Client(config)]),
  sts: (config) => import('@aws-sdk/client-sts').then((sdk) => [sdk, new sdk.STSClient(config)]),
  tagging: (config) =>
    import('@aws-sdk/client-resource-groups-tagging-api').then((sdk) => [
      sdk,
      new sdk.ResourceGroupsTaggingAPIClient(config),
    ]),
  'application-autoscaling': (config) =>
    import('@aws-sdk/client-application-auto-scaling').then((sdk) => [
      sdk,
      new sdk.ApplicationAutoScalingClient(config),
    ]),
  elasticloadbalancing: (config) =>
    import('@aws-sdk/client-elastic-load-balancing-v2').then((sdk) => [
      sdk,
      new sdk.ElasticLoadBalancingV2Client(config),
    ]),
  secretsmanager: (config) =>
    import('@aws-sdk/client-secrets-manager').then((sdk) => [sdk, new sdk.SecretsManagerClient(config)]),
  ssm: (config) => import('@aws-sdk/client-ssm').then((sdk) => [sdk, new sdk.SSMClient(config)]),
};

/** What calls one service. */
interface Caller {
  readonly client: { send(command: unknown, options: { abortSignal: AbortSignal }): Promise<object> };
  /** By their names: `DescribeServicesCommand`. */
  readonly commands: Readonly<Record<string, unknown>>;
}

/**
 * Makes the AWS SDK's clients for one target after another, which share their sockets and tell `awsClock` the time. Retries are the door's: the
 * clients make one attempt.
 */
export function sdkTransports(awsClock: Pick<ToldClock, 'told'>): (target: AwsTarget) => Transport {
  const agent = { maxSockets: SOCKETS, maxFreeSockets: IDLE_SOCKETS, keepAlive: true };
  const requestHandler = new TimedHandler(awsClock, {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    httpAgent: agent,
    httpsAgent: agent,
  });
  return (target) => clientsOf(target, requestHandler);
}

function clientsOf(target: AwsTarget, requestHandler: TimedHandler): Transport {
  const { roleArn, sessionName = () => NAMELESS_SESSION } = target;
  const where = {
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.endpointUrl === undefined ? {} : { endpoint: target.endpointUrl }),
  };
  const config: Config = {
    ...where,
    ...(roleArn === undefined
      ? {}
      : { credentials: sessionOf({ ...target, roleArn, sessionName }, { ...where, requestHandler }) }),
    // DiscoverInstances goes to `data-servicediscovery…`.
    disableHostPrefix: target.ownEndpoint,
    maxAttempts: 1,
    requestHandler,
  };
  const callers = new Map<AwsService, Promise<Caller>>();

  async function load(service: AwsService): Promise<Caller> {
    const [sdk, client] = await SDKS[service](config);
    return { client: client as Caller['client'], commands: sdk as Caller['commands'] };
  }

  return async ({ service, operation, input, signal }) => {
    const caller = callers.get(service) ?? load(service);
    callers.set(service, caller);
    const { client, commands } = await caller;
    const Command = commands[`${operation}Command`] as new (given: object) => unknown;
    return client.send(new Command(input), { abortSignal: signal });
  };
}

/** Hears from every answer what time it is at AWS. The SDK reads answers whole, and is given no more of one than the limit. */
class TimedHandler extends NodeHttpHandler {
  readonly #awsClock: Pick<ToldClock, 'told'>;

  constructor(awsClock: Pick<ToldClock, 'told'>, options: NodeHttpHandlerOptions) {
    super(options);
    this.#awsClock = awsClock;
  }

  override async handle(
    ...call: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...call);
    const { response } = answer;
    if (response.body instanceof Readable) response.body = bounded(response.body, LONGEST_ANSWER_BYTES);
    this.#awsClock.told(response.headers['date']);
    return answer;
  }
}
