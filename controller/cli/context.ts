import type { AwsPlace } from '../aws/clients.ts';
import type { AwsRequest } from '../aws/door.ts';
import type { PublishToTopic } from '../aws/topics.ts';
import type { Transport } from '../aws/transport.ts';
import type { Asked } from '../core/asked.ts';
import type { AwsClock, Clock, Log, Random } from '../core/ports.ts';
import type { SecretRules } from '../core/secrets.ts';
import type { Kind } from '../kinds/kind.ts';
import { createEnvironments } from '../reconcile/environments.ts';
import { createFailures } from '../reconcile/memory/failures.ts';
import { createPassRunner } from '../reconcile/pass.ts';
import type { PassRunner } from '../reconcile/pass.ts';
import type { PassContext } from '../reconcile/pass-context.ts';
import { manifestsReader } from '../reconcile/wanted.ts';
import type { Environment } from '../source/git-process.ts';
import type { Source } from '../source/source.ts';
import type { Terminal } from './terminal.ts';

/** What main gives every command. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** All that there are, in the order of creation. */
  readonly kinds: readonly Kind[];
  readonly clock: Clock;
  readonly awsClock: AwsClock;
  readonly random: Random;
  readonly log: Log;
  readonly version: string;
  /** The process's environment, for git. */
  readonly env: Environment;
  /** What people add to what reads like a secret. */
  readonly secretRules: SecretRules;
  /** Aborts when the program shall end: nothing new begins. */
  readonly stop: AbortSignal;
  /** Aborts some seconds later: everything under way is given up. */
  readonly kill: AbortSignal;
  /** The AWS to act on: the SDK's clients, or the sandbox in this process. */
  readonly transport: (place: AwsPlace) => Transport;
  /** SNS; undefined where the AWS to act on is the sandbox, which has none. */
  readonly topics: PublishToTopic | undefined;
}

export interface RunnerOptions
  extends Pick<PassContext, 'mode' | 'scope' | 'pruneBudget' | 'owner' | 'takesOver' | 'self' | 'approvals'> {
  readonly source: Source;
  /** Absent: nobody asks a command. */
  readonly asked?: Asked;
  readonly onRequest?: (request: AwsRequest) => void;
}

/** Everything between a source and AWS, put together for one command. */
export function assemblePassRunner(context: CommandContext, options: RunnerOptions): PassRunner {
  const { kinds, clock, awsClock, random, kill, secretRules, transport } = context;
  const { source, owner, takesOver = [], mode, scope, pruneBudget, self, asked, approvals } = options;
  let requests = 0;
  const environments = createEnvironments({
    kinds,
    owner,
    clock,
    awsClock,
    random,
    transport,
    secretRules,
    signal: kill,
    ...(asked === undefined ? {} : { asked }),
    onRequest: (request) => {
      requests += 1;
      options.onRequest?.(request);
    },
  });
  const failures = createFailures(clock, random, asked);
  return createPassRunner({
    source,
    environments,
    failures,
    clock,
    awsClock,
    owner,
    takesOver,
    mode,
    scope,
    pruneBudget,
    ...(approvals === undefined ? {} : { approvals }),
    readFiles: manifestsReader(secretRules),
    requestCount: () => requests,
    ...(self === undefined ? {} : { self }),
  });
}
