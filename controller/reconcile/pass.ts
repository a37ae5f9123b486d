import { planOf } from '../plan/assemble.ts';
import type { EnvironmentPass } from './environment-pass.ts';
import { createEnvironmentPasses } from './environment-passes.ts';
import { watchHead } from './head.ts';
import { nextLook } from './next-look.ts';
import type { PassContext, PassRequest } from './pass-context.ts';
import type { PassResult } from './pass-result.ts';
import { createWantedReader } from './wanted.ts';

export type PassRunner = (request: PassRequest) => Promise<PassResult>;

/**
 * Makes the function that runs one pass. It never throws for what AWS or git do.
 *
 *   manifests → desired      read, readWanted
 *   desired   → snapshot     observe          \
 *   both      → plan         planSteps         > passOver, environment by environment
 *   plan      → outcomes     converge         /
 *   all       → status       the result, which status/ reports
 */
export function createPassRunner(context: PassContext): PassRunner {
  const readWanted = createWantedReader(context.readFiles);
  const environments = createEnvironmentPasses(context);
  // What goes on after its pass has ended, as a call that hangs does, is counted in the pass after it.
  let requestsTold = context.requestCount();

  return async (request) => {
    const { source, clock, awsClock } = context;
    const begun = {
      at: clock.now(),
      monotonic: clock.monotonic(),
      awsTime: awsClock.now(),
    };
    const [reading, self] = await Promise.all([context.source.read(request.signal), context.self?.()]);
    const wanted = readWanted(reading);
    const head = watchHead({ source, reading, since: begun }, { clock, awsClock }, request.signal);
    const { passes, courses } = await environments.passOverAll(wanted, { ...request, self, head });
    const failures = setbacksIn(passes, context);
    const plan = planOf(passes.flatMap((pass) => pass.steps));
    const isUnmoved = passes.every(({ before, steps }) => before === steps);
    const outcomes = passes.flatMap((pass) => pass.outcomes);
    const requestsBefore = requestsTold;
    requestsTold = context.requestCount();
    return {
      wanted,
      self,
      before: isUnmoved ? plan : planOf(passes.flatMap((pass) => pass.before)),
      plan,
      outcomes,
      revisions: new Map(
        passes.flatMap(({ name, revision }) => (revision === undefined ? [] : [[name, revision]])),
      ),
      unread: new Map(passes.flatMap((pass) => [...pass.unread])),
      failures,
      courses,
      reach: new Map(passes.flatMap((pass) => [...pass.reach])),
      startedAt: new Date(begun.at).toISOString(),
      finishedAt: new Date(context.clock.now()).toISOString(),
      finishedAtMonotonic: context.clock.monotonic(),
      durationMs: Math.round(context.clock.monotonic() - begun.monotonic),
      awsRequests: requestsTold - requestsBefore,
      changes: outcomes.filter((outcome) => outcome.result !== 'failed').length,
      ...nextLook(passes, failures, courses, context),
    };
  };
}

/** What failed or did not last, of the environments that have come to their end. */
function setbacksIn(passes: readonly EnvironmentPass[], { failures }: PassContext): PassResult['failures'] {
  const ended = new Set(passes.filter(({ isOverdue }) => !isOverdue).map(({ name }) => name));
  return new Map([...failures.setbacks()].filter(([, { id }]) => ended.has(id.environment)));
}
