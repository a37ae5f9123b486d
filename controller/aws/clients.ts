import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Readable } from 'node:stream';
import type { NodeHttpHandlerOptions } from '@smithy/types';
import type { ToldClock } from './aws-clock.ts';
import { bounded } from './bounded.ts';
import type { Transport } from './door.ts';
import { CLIENTS, OPERATIONS } from './operations.ts';
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
const SOCKETS = 64;
/**
 * More than any answer is that is asked for here: most of a page of a thousand roles with as much inline policy as IAM takes. What answers
 * with more, in AWS's place, would otherwise take the memory of the whole program.
 */
const LONGEST_ANSWER_BYTES = 32 * 1024 * 1024;

type AnyClient = { send(command: unknown, options: { abortSignal: AbortSignal }): Promise<object> };

/** The AWS SDK's clients for one target, which tell `awsClock` the time. Retries are the door's: the clients make one attempt. */
export function sdkTransport(target: AwsTarget, awsClock: Pick<ToldClock, 'told'>): Transport {
  const { roleArn, sessionName = () => NAMELESS_SESSION } = target;
  const where = {
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.endpointUrl === undefined ? {} : { endpoint: target.endpointUrl }),
  };
  const requestHandler = new BoundedHandler({ connectionTimeout: CONNECT_TIMEOUT_MS });
  const config = {
    ...where,
    ...(roleArn === undefined
      ? {}
      : { credentials: sessionOf({ ...target, roleArn, sessionName }, { ...where, requestHandler }) }),
    // DiscoverInstances goes to `data-servicediscovery…`.
    disableHostPrefix: target.ownEndpoint,
    maxAttempts: 1,
    requestHandler: new TimedHandler(awsClock, {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: { maxSockets: SOCKETS, keepAlive: true },
      httpsAgent: { maxSockets: SOCKETS, keepAlive: true },
    }),
  };
  const clients = Object.fromEntries(
    Object.entries(CLIENTS).map(([service, Client]): [string, AnyClient] => [service, new Client(config)]),
  ) as Readonly<Record<AwsService, AnyClient>>;
  return ({ service, operation, input, signal }) => {
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    const commands: Readonly<Record<string, unknown>> = OPERATIONS[service];
    const Command = commands[name] as new (given: object) => unknown;
    return clients[service].send(new Command(input), { abortSignal: signal });
  };
}

/** The SDK reads answers whole; this one gives it no more of one than the limit. */
class BoundedHandler extends NodeHttpHandler {
  override async handle(
    ...call: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...call);
    const { response } = answer;
    if (response.body instanceof Readable) response.body = bounded(response.body, LONGEST_ANSWER_BYTES);
    return answer;
  }
}

/** Hears from every answer what time it is at AWS. */
class TimedHandler extends BoundedHandler {
  readonly #awsClock: Pick<ToldClock, 'told'>;

  constructor(awsClock: Pick<ToldClock, 'told'>, options: NodeHttpHandlerOptions) {
    super(options);
    this.#awsClock = awsClock;
  }

  override async handle(
    ...call: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...call);
    this.#awsClock.told(answer.response.headers['date']);
    return answer;
  }
}
