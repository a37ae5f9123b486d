import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transport } from './aws/transport.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { CommandContext } from './cli/context.ts';

/** Where calls go that name no place of their own. */
export interface SandboxPlace {
  readonly region: string;
  readonly accountId: string;
}

/** Straight into the sandbox: no sockets. A role's account is where its calls go, as if it had been assumed. */
export function sandboxTransport(sandbox: Sandbox, place: SandboxPlace): CommandContext['transport'] {
  return (target): Transport => {
    const region = target.region ?? place.region;
    const accountId = target.roleArn?.split(':')[4] ?? place.accountId;
    return async ({ service, operation, input }) => {
      // As with a socket, all else goes on meanwhile: a pass over a thousand daemons would keep signals and timers out for seconds.
      await nextTurn();
      return sandbox.call({ service, operation, input, region, accountId });
    };
  };
}
