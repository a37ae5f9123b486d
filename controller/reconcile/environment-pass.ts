import { StationkeeperError } from '../core/errors.ts';
import { ENVIRONMENT_KIND } from '../core/reference.ts';
import type { EnvironmentOutputs } from '../core/reference.ts';
import { manifestKey, resourceKey } from '../core/resource.ts';
import type { FactsByManifest } from '../core/rollout/facts.ts';
import type { Desired } from '../core/resource.ts';
import { placeOf } from '../plan/claim.ts';
import { memberFacts } from '../plan/member-facts.ts';
import type { PlanInput } from '../plan/input.ts';
import { planSteps } from '../plan/plan.ts';
import type { PruneRules } from '../plan/prune-rules.ts';
import { EMPTY_SNAPSHOT, withAllSeen, withRemembered } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import { settled } from '../plan/yielding.ts';
import { converge } from './apply.ts';
import type { Converged } from './apply.ts';
import type { EnvironmentRuntime } from './environments.ts';
import type { HeadWatch } from './head.ts';
import type { Removals } from './memory/removals.ts';
import { observe } from './observe.ts';
import type { EnvironmentReading } from './observe.ts';
import type { PassContext, PassRequest } from './pass-context.ts';
import type { PassResult } from './pass-result.ts';
import { reachOfConsumers } from './reach/consumers.ts';
import type { ConsumerReach } from './reach/consumers.ts';
import type { PassRollouts } from './rollouts.ts';
import type { Sights } from './sights.ts';
import { notAnswering } from './silence.ts';
import type { Silence } from './silence.ts';
import type { WantedHere } from './wanted.ts';

/** What became of one environment in a pass. */
export interface EnvironmentPass extends Converged, Pick<PassResult, 'unread'> {
  readonly name: string;
  /** The revision that the pass is about; absent where the source was never read. */
  readonly revision: string | undefined;
  /** Where it is; undefined where that was not looked up. */
  readonly place: EnvironmentOutputs | undefined;
  /** AWS requests that looking at this environment took. */
  readonly reads: number;
  /** Whether consumers reach their daemons, by object; empty where nothing but the plan is asked for. */
  readonly reach: ReadonlyMap<string, readonly ConsumerReach[]>;
  /** The environment has not come to its end, and what is shown of it is older than this pass. */
  readonly isOverdue: boolean;
}

/** What is asked of one environment. */
export interface EnvironmentRequest extends PassRequest, Pick<PassResult, 'self'> {
  readonly head: HeadWatch;
  readonly sights: Sights;
  readonly rollouts: PassRollouts;
}

/** A pass that has much to do ends unfinished, so that people see how far it is; the next one goes on. */
const LONGEST_CONVERGENCE_MS = 20_000;

/** So long what goes in several environments waits for the others to be looked at; then those count as if it went there too. */
const OTHERS_LOOK_WITHIN_MS = 5000;

/**
 * One environment from observation to outcomes; environments run side by side and know nothing of each other. `earlier`: as it was when the
 * pass before came to its end.
 */
export async function passOver(
  runtime: EnvironmentRuntime,
  here: WantedHere,
  context: PassContext,
  removals: Removals,
  request: EnvironmentRequest,
  earlier: Snapshot | undefined,
): Promise<EnvironmentPass> {
  runtime.actFor({ revision: here.revision, ...sourceReadBy(context) });
  const requestsBefore = runtime.requestCount();
  const { snapshot: seen, refused } = await observe(
    runtime,
    here.desired,
    context.scope,
    request.patienceMs === undefined ? undefined : runtime.reads,
  );
  const snapshot = withRemembered(seen, runtime.name, earlier);
  const reads = runtime.requestCount() - requestsBefore;
  const recent = removals.recent(runtime.name, snapshot.gone.get(runtime.name) ?? new Set(), here.desired);
  const held = factsHere(here, snapshot, runtime, context);
  request.sights.saw(runtime.name, snapshot, held);
  const forMs =
    request.patienceMs === undefined ? undefined : Math.min(request.patienceMs, OTHERS_LOOK_WITHIN_MS);
  const elsewhere = await request.sights.goingElsewhere(runtime.name, snapshot, forMs);
  const gates = await request.rollouts.gatesIn(here, held, forMs);
  const input = planInput(here, snapshot, runtime, context, { ...request, recent, elsewhere, gates });
  const isLeft = here.formerly !== undefined;
  if (!isLeft) context.failures.review(runtime.name, input.desired, snapshot);
  const converged =
    request.dryRun || isLeft ? planOnly(input) : await apply(input, runtime, context, request);
  removals.took(runtime, converged.outcomes, here.desired);
  request.rollouts.ended(runtime.name, factsHere(here, converged.snapshot, runtime, context));
  const used = request.dryRun || isLeft ? [] : here.used;
  return {
    ...converged,
    name: runtime.name,
    revision: here.revision,
    unread: unreadResources(here.desired, refused),
    place: placeOf(runtime.name, snapshot),
    reads,
    reach: await reachOfConsumers(used, converged.snapshot, runtime.reach),
    isOverdue: false,
  };
}

/** As which source a pass acts, if as one. */
export function sourceReadBy({ source: { id }, takesOver = [] }: PassContext): Pick<PlanInput, 'source'> {
  return id === undefined ? {} : { source: { id, takesOver } };
}

function planInput(
  { desired, frozen, revision, suspect }: WantedHere,
  snapshot: Snapshot,
  { models }: Pick<EnvironmentRuntime, 'models'>,
  context: PassContext,
  {
    confirmed,
    recent,
    elsewhere,
    gates,
    self,
  }: Pick<PassRequest, 'confirmed'> &
    Pick<PruneRules, 'recent' | 'elsewhere'> &
    Pick<PlanInput, 'gates'> &
    Partial<Pick<PassResult, 'self'>>,
): Omit<PlanInput, 'failed' | 'started'> {
  const { owner, mode, pruneBudget } = context;
  const asking = { owner, ...sourceReadBy(context), snapshot };
  return {
    ...asking,
    ...(revision === undefined ? {} : { revision }),
    desired: settled(desired, { ...asking, models }),
    mode,
    models,
    ...(self === undefined ? {} : { self }),
    ...(gates === undefined || gates.size === 0 ? {} : { gates }),
    prune: {
      budget: pruneBudget,
      confirmed,
      ...(recent === undefined ? {} : { recent }),
      ...(elsewhere === undefined ? {} : { elsewhere }),
      ...(frozen === undefined ? {} : { frozen }),
      ...(suspect === undefined ? {} : { suspect }),
    },
  };
}

/** What the environment holds of what goes through a Rollout, by what there would be to do if nothing waited for its turn. */
function factsHere(
  here: WantedHere,
  snapshot: Snapshot,
  runtime: Pick<EnvironmentRuntime, 'models'>,
  context: PassContext,
): FactsByManifest {
  if (here.staged.length === 0) return new Map();
  const { models } = runtime;
  const input = planInput(here, snapshot, runtime, context, { confirmed: new Set() });
  const { steps } = planOnly(input);
  return new Map(
    here.staged.map(({ definition: { manifest }, member: { environment } }) => {
      const key = manifestKey(manifest);
      const desired = input.desired.filter((one) => manifestKey(one.manifest) === key);
      return [key, memberFacts({ ...input, environment, manifest, desired, steps, models })] as const;
    }),
  );
}

function planOnly(input: Omit<PlanInput, 'failed' | 'started'>): Converged {
  const steps = planSteps({ ...input, failed: new Map(), started: new Map() });
  return {
    before: steps,
    steps,
    snapshot: input.snapshot,
    outcomes: [],
    isLagging: false,
    isOutdated: false,
  };
}

function apply(
  input: Omit<PlanInput, 'failed' | 'started'>,
  runtime: EnvironmentRuntime,
  { failures, clock }: PassContext,
  { head, listener, signal }: EnvironmentRequest,
): Promise<Converged> {
  const until = clock.monotonic() + LONGEST_CONVERGENCE_MS;
  return converge({
    input,
    runtime,
    failures,
    head,
    clock,
    stop: () => signal.aborted || clock.monotonic() >= until,
    ...(listener === undefined ? {} : { listener }),
  });
}

/** The refusal that keeps a desired resource from being read; an environment's own stands for all in it. */
function unreadResources(
  desired: readonly Desired[],
  refused: EnvironmentReading['refused'],
): PassResult['unread'] {
  return new Map(
    desired.flatMap(({ id }) => {
      const error = refused.get(ENVIRONMENT_KIND) ?? refused.get(id.kind);
      return error === undefined ? [] : [[resourceKey(id), error] as const];
    }),
  );
}

function slow(environment: string): StationkeeperError {
  return new StationkeeperError({
    code: 'NotAnswering',
    message: `AWS answers slowly in environment "${environment}"; the controller still reads it`,
    retry: 'backoff',
  });
}

/** An environment that has never come to an end, or of which AWS is silent: nothing is known of it. */
export function unseenAsYet(
  here: WantedHere,
  runtime: Pick<EnvironmentRuntime, 'models'>,
  context: PassContext,
  silence: Silence | undefined,
  earlier: Snapshot | undefined,
): EnvironmentPass {
  const { target, desired, revision } = here;
  const environment = target.name;
  const error = silence === undefined ? slow(environment) : notAnswering(environment, silence);
  const unseen = { type: 'unseen', why: error.message } as const;
  const nothing = withAllSeen(
    EMPTY_SNAPSHOT,
    environment,
    [...runtime.models.keys()].map((kind) => [kind, unseen]),
  );
  const snapshot = withRemembered(nothing, environment, earlier);
  return {
    ...planOnly(
      planInput({ ...here, frozen: undefined, suspect: undefined }, snapshot, runtime, context, {
        confirmed: new Set(),
      }),
    ),
    name: environment,
    place: undefined,
    unread: new Map(desired.map(({ id }) => [resourceKey(id), error] as const)),
    revision,
    reads: 0,
    reach: new Map(),
    isOverdue: true,
  };
}
