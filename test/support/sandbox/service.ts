import type { OPERATIONS } from '../../../sandbox/operations.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../sandbox/sandbox.ts';

type Operations = typeof OPERATIONS;
type Input<Call> = Call extends (input: infer In, ...rest: never[]) => unknown ? In : never;
type Output<Call> = Call extends (...args: never[]) => infer Out ? Out : never;

/** One service of a sandbox, in virtual time that the test moves, without quotas unless it asks for them. */
export interface ServiceSandbox<Service extends keyof Operations> {
  readonly sandbox: Sandbox;
  call<Name extends keyof Operations[Service]>(
    this: void,
    operation: Name,
    input: Input<Operations[Service][Name]>,
  ): Promise<Output<Operations[Service][Name]>>;
  /** The AWS error that the call is refused with; fails where it is not refused. */
  refusal<Name extends keyof Operations[Service]>(
    this: void,
    operation: Name,
    input: Input<Operations[Service][Name]>,
  ): Promise<Error & Readonly<Record<string, unknown>>>;
  /** Another service of the same sandbox. */
  other<Other extends keyof Operations>(service: Other): ServiceSandbox<Other>;
  advance(ms: number): void;
}

export function serviceSandbox<Service extends keyof Operations>(
  service: Service,
  region = 'us-east-1',
  options: Omit<SandboxOptions, 'clock'> = {},
): ServiceSandbox<Service> {
  let now = Date.UTC(2026, 10, 22);
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  const sandbox = createSandbox({ quotas: 'off', ...options, clock: { now: () => now, sleep } });
  const of = <Name extends keyof Operations>(name: Name): ServiceSandbox<Name> => {
    const send = (operation: PropertyKey, input: unknown) =>
      sandbox.call({ service: name, operation: String(operation), input: input as object, region });
    return {
      sandbox,
      call: (operation, input) => send(operation, input) as Promise<never>,
      refusal: (operation, input) =>
        send(operation, input).then(
          () => Promise.reject(new Error(`${String(operation)} was not refused.`)),
          (refused: unknown) => refused as Error & Readonly<Record<string, unknown>>,
        ),
      other: of,
      advance: (ms) => {
        now += ms;
      },
    };
  };
  return of(service);
}
