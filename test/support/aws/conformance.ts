import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { serveSandbox } from '../../../sandbox/http/server.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { sdkClients } from './sdk.ts';
import type { SdkClients } from './sdk.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where moto answers; undefined where the rows run against the sandbox. */
    readonly motoUrl: string | undefined;
  }
}

/** One thing that AWS does. */
export interface Row {
  /** A sentence without its subject: `refuses …`. */
  readonly aws: string;
  /** What moto does instead: the row then runs against the sandbox only. */
  readonly moto?: string;
  /** `name` is this row's own, so that no row meets what another has left. */
  readonly check: (aws: SdkClients, name: string) => Promise<unknown>;
}

/** A minute of AWS in 60 ms, in real time, since the clients are on the other side of a socket. */
const SPEED = 1000;

/** Each row as a test over the SDK's own clients: against moto where its URL is provided, else against the sandbox. */
export function conformance(subject: string, rows: readonly Row[]): void {
  const motoUrl = inject('motoUrl');
  const inMoto = motoUrl !== undefined;

  describe(`${subject} in ${inMoto ? 'moto' : 'the sandbox'}`, () => {
    let aws: SdkClients;

    beforeAll(async () => {
      if (motoUrl !== undefined) {
        await fetch(`${motoUrl}/moto-api/reset`, { method: 'POST' });
        aws = sdkClients(motoUrl);
        return;
      }
      const sandbox = createSandbox({ clock: { now: Date.now, sleep }, speed: SPEED, quotas: 'off' });
      const server = await serveSandbox(sandbox, { host: '127.0.0.1', port: 0 });
      aws = sdkClients(server.url);
      return () => server.close();
    });

    it.for(rows.map((row, index) => [row.aws, row, index] as const))(
      '%s',
      async ([, row, index], { skip }) => {
        skip(inMoto && row.moto !== undefined, `moto ${row.moto}`);
        expect.hasAssertions();
        await row.check(aws, `row-${index}`);
      },
    );
  });
}

interface Refusal extends Error {
  /** As the query protocols send it; JSON protocols name the error so. */
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Fails unless AWS refuses with this code and HTTP status, and with a message that has `message` in it. */
export async function refused(
  call: Promise<unknown>,
  code: string,
  { status = 400, message = '' }: { readonly status?: number; readonly message?: string | RegExp } = {},
): Promise<void> {
  const said = await call.then(
    () => 'not refused',
    (error: Refusal) => `${error.Code ?? error.name} ${error.$metadata?.httpStatusCode}: ${error.message}`,
  );
  expect(said).toMatch(new RegExp(`^${code} ${status}: `));
  expect(said).toMatch(message);
}

/** The first answer of a look in which nothing is wrong: much of AWS shows late. */
export function eventually<Answer>(look: () => Promise<Answer>): Promise<Answer> {
  return vi.waitFor(look, { timeout: 180_000, interval: 10 });
}
