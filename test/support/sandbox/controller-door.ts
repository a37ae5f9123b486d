import { NEVER_ASKED } from '../../../controller/core/asked.ts';
import { createTurns } from '../../../controller/core/turns.ts';
import { FACTS, inventoryTypesOf, waitCodesOf } from '../../../controller/kinds/facts.ts';
import { openDoor } from '../../../controller/aws/door.ts';
import type { AwsRequest } from '../../../controller/aws/door.ts';
import type { Transport } from '../../../controller/aws/transport.ts';
import { createInventory } from '../../../controller/aws/inventory.ts';
import type { Aws } from '../../../controller/aws/operations.ts';
import type { DriverContext } from '../../../controller/kinds/kind.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';

/** A read changes nothing in AWS. */
const READ = /^(BatchGet|Describe|List|Get|Discover)/;

/** AWS's longest: 15 s until the tagging API lists a change (sandbox/timing.ts). */
const KNOWN_AFTER_MS = 20_000;

/** A sandbox without quotas in virtual time, and the controller's door to it. */
export interface SandboxAws {
  readonly clock: VirtualClock;
  readonly sandbox: Sandbox;
  readonly aws: Aws;
  readonly context: DriverContext;
  /** Every attempt so far, oldest first. */
  readonly requests: readonly AwsRequest[];
  /** `ecs:CreateService` of every mutation so far. */
  mutations(): readonly string[];
  /** Forgets the requests counted so far. */
  resetRequests(): void;
  /** Makes the next call of `service:Operation` fail with AWS's code; repeatable. */
  failNext(
    operation: string,
    code: string,
    options?: { readonly message?: string; readonly status?: number; readonly times?: number },
  ): void;
  /** Lets time pass until AWS knows everywhere what was made just now: roles, security groups, and tags in the tagging API. */
  becomeKnown(): Promise<void>;
  /** Runs work to its end in virtual time. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function sandboxAws(
  options: { readonly owner?: string; readonly environment?: string; readonly region?: string } = {},
): SandboxAws {
  const clock = new VirtualClock();
  const sandbox = createSandbox({ clock, quotas: 'off' });
  const region = options.region ?? 'us-east-1';
  const requests: AwsRequest[] = [];
  const transport: Transport = ({ service, operation, input }) =>
    sandbox.call({ service, operation, input, region });
  const aws = openDoor({
    transport,
    clock,
    random: () => 0.5,
    waitCodes: waitCodesOf(FACTS),
    onRequest: (request) => requests.push(request),
  });
  const claim = { owner: options.owner ?? 'stationkeeper', environment: options.environment ?? 'default' };
  return {
    clock,
    sandbox,
    aws,
    requests,
    context: {
      claim,
      aws,
      clock,
      awsClock: sandbox.world,
      asked: NEVER_ASKED,
      takeTurns: createTurns().in(claim.environment),
      assumesRole: false,
      inventory: createInventory(aws, claim.owner, clock, inventoryTypesOf(FACTS)),
    },
    mutations: () =>
      requests.filter((request) => !READ.test(request.operation)).map((r) => `${r.service}:${r.operation}`),
    resetRequests: () => {
      requests.length = 0;
    },
    failNext: (operation, code, { message = code, status = 400, times = 1 } = {}) => {
      sandbox.control.inject({ operation, times, effect: 'fail', code, message, status });
    },
    becomeKnown: () => clock.advance(KNOWN_AFTER_MS),
    run: (work) => clock.run(work),
  };
}
