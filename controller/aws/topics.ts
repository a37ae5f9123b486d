import type { PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { translate } from './errors.ts';
import { NAMELESS_SESSION, sessionOf } from './session.ts';

/** Where a topic is, and as whom it is published to; absent role: the controller's own credentials. */
export interface TopicPlace {
  readonly region: string;
  readonly roleArn?: string;
  readonly externalId?: string;
}

/** Publishes one message, in one attempt: who sends messages tries again by rules of his own. Rejects with a StationkeeperError. */
export type PublishToTopic = (
  place: TopicPlace,
  input: PublishCommandInput,
  signal: AbortSignal,
) => Promise<void>;

const CONNECT_TIMEOUT_MS = 5_000;
const NO_CODES: ReadonlySet<string> = new Set();

/**
 * The door to SNS, by which the controller tells people and changes nothing that it keeps; so it is no operation of a kind, and is neither
 * paced nor shared with those.
 *
 * @param endpointUrl undefined: the SDK's own configuration says where SNS is
 */
export function sdkTopics(endpointUrl: string | undefined): PublishToTopic {
  const requestHandler = new NodeHttpHandler({ connectionTimeout: CONNECT_TIMEOUT_MS });
  const clients = new Map<string, Promise<SNSClient>>();
  return async (place, input, signal) => {
    try {
      const key = JSON.stringify([place.region, place.roleArn, place.externalId]);
      const client = clients.get(key) ?? clientFor(place, endpointUrl, requestHandler);
      clients.set(key, client);
      const [{ PublishCommand }, sns] = await Promise.all([import('@aws-sdk/client-sns'), client]);
      await sns.send(new PublishCommand(input), { abortSignal: signal });
    } catch (thrown) {
      throw translate(thrown, 'sns', 'Publish', NO_CODES);
    }
  };
}

async function clientFor(
  { region, roleArn, externalId }: TopicPlace,
  endpointUrl: string | undefined,
  requestHandler: NodeHttpHandler,
): Promise<SNSClient> {
  const sdk = await import('@aws-sdk/client-sns');
  const where = { region, ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }) };
  const role = {
    ...(externalId === undefined ? {} : { externalId }),
    sessionName: () => NAMELESS_SESSION,
  };
  return new sdk.SNSClient({
    ...where,
    maxAttempts: 1,
    requestHandler,
    ...(roleArn === undefined
      ? {}
      : { credentials: sessionOf({ roleArn, ...role }, { ...where, requestHandler }) }),
  });
}
