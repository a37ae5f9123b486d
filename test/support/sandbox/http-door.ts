import { onTestFinished } from 'vitest';
import type { SandboxRequest } from '../../../sandbox/sandbox.ts';
import { serveSandbox } from '../../../sandbox/http/server.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';

type Answer = (request: SandboxRequest) => object;

/** The HTTP door in front of prepared answers, `ecs:ListClusters` → answer; remembers what it was asked. Closed after the test. */
export async function openDoor(answers: Readonly<Record<string, Answer>> | Answer) {
  const calls: SandboxRequest[] = [];
  const { control, world } = createSandbox({ clock: new VirtualClock() });
  const server = await serveSandbox(
    {
      control,
      world,
      call: (request) => {
        calls.push(request);
        const answer =
          typeof answers === 'function' ? answers : answers[`${request.service}:${request.operation}`];
        return Promise.resolve().then(() => answer?.(request) ?? {});
      },
    },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(() => server.close());
  return { ...server, calls };
}

export type Door = Awaited<ReturnType<typeof openDoor>>;

/** What every SDK client needs to come to the door; `data-` host prefixes do not resolve here. */
export function clientConfig(door: Door, region = 'us-east-1') {
  return {
    endpoint: door.url,
    region,
    maxAttempts: 1,
    disableHostPrefix: true,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  };
}

/** A hand-made request, signed only as far as the door reads a signature. */
export function post(
  door: Door,
  { body, headers = {}, service }: { body: string; headers?: Record<string, string>; service?: string },
): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return fetch(door.url, {
    method: 'POST',
    headers: { ...(service === undefined ? {} : { authorization }), ...headers },
    body,
  });
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

export const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113';
