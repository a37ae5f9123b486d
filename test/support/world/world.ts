import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AwsService } from '../../../controller/aws/operations.ts';
import type { AwsRequest } from '../../../controller/aws/door.ts';
import type { Transport } from '../../../controller/aws/transport.ts';
import { StationkeeperError } from '../../../controller/core/errors.ts';
import type { Log } from '../../../controller/core/ports.ts';
import { displayId } from '../../../controller/core/resource.ts';
import type { Approval } from '../../../controller/core/rollout/course.ts';
import { KINDS } from '../../../controller/kinds/index.ts';
import { createEnvironments } from '../../../controller/reconcile/environments.ts';
import type { EnvironmentsOptions } from '../../../controller/reconcile/environments.ts';
import { createApprovals } from '../../../controller/reconcile/memory/approvals.ts';
import type { Approvals } from '../../../controller/reconcile/memory/approvals.ts';
import { createFailures } from '../../../controller/reconcile/memory/failures.ts';
import { createLoop } from '../../../controller/reconcile/loop.ts';
import type { Loop, LoopOptions } from '../../../controller/reconcile/loop.ts';
import type { ProgressListener } from '../../../controller/reconcile/apply.ts';
import { createPassRunner } from '../../../controller/reconcile/pass.ts';
import { filesNamedIn } from '../../../controller/manifest/named-files.ts';
import { manifestsReader } from '../../../controller/reconcile/wanted.ts';
import type { PassRunner } from '../../../controller/reconcile/pass.ts';
import type { PassContext, PassRequest } from '../../../controller/reconcile/pass-context.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { isManifestName } from '../../../controller/source/screen.ts';
import type { Source, SourceReading } from '../../../controller/source/source.ts';
import { DEFAULT_ACCOUNT_ID, createSandbox } from '../../../sandbox/sandbox.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { createHostClock } from './host-clock.ts';
import type { HostClock } from './host-clock.ts';

/** One attempt of a call, as it leaves the controller. */
export interface WorldCall {
  readonly accountId: string;
  readonly region: string;
  readonly service: AwsService;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** `ecs:CreateService`. */
  readonly name: string;
}

/** Stands between the controller and AWS: performs the call, with another input where it gives one, or does something else. */
export type Interceptor = (call: WorldCall, perform: (input?: object) => Promise<object>) => Promise<object>;

/** A controller without its loop, the git it reads and the AWS it keeps, in virtual time. */
export interface World {
  readonly clock: VirtualClock;
  /** What the controller itself goes by. */
  readonly host: HostClock;
  readonly sandbox: Sandbox;
  /** Manifest files and those that they name, by name: change them and the next pass reads another revision. */
  readonly files: Map<string, string>;
  /** Files that the source cannot read, and why: a symbolic link, say. */
  readonly refused: Map<string, string>;
  /** Every attempt of the controllers so far, oldest first. */
  readonly calls: WorldCall[];
  /** Names of the mutations among them. */
  mutations(): readonly string[];
  /** Undefined: git answers. Else it cannot be read, for this reason. */
  sourceFails(code: 'SourceUnreachable' | 'SourceInvalid' | undefined): void;
  /** From now on this hears of every attempt of the controllers too. */
  watchRequests(watch: (request: AwsRequest) => void): void;
  /** Undefined: every call is performed. */
  intercept(interceptor: Interceptor | undefined): void;
  /** What a controller last read of git; undefined before the first pass. */
  reading(): SourceReading | undefined;
  /** How often controllers asked git for its head beside reading it. */
  headsAsked(): number;
  /** The running controller's passes. */
  readonly runPass: PassRunner;
  pass(request?: Partial<PassRequest>): Promise<PassResult>;
  /** The running controller's loop, looking every minute while time goes on, until it is stopped or dies. */
  startLoop(watch: LoopWatch): RunningLoop;
  /** The real loop, looking every minute, for so long. Its passes. */
  loopFor(ms: number): Promise<readonly PassResult[]>;
  /** Passes, fewer and further apart than the loop's, until there is nothing to look at again. Fails after `most` passes. */
  settle(most?: number): Promise<readonly PassResult[]>;
  /** Approves a stage through the running controller's API. */
  approve(approval: Approval): void;
  /** The controller dies: its calls are never answered again. Another starts, with empty memory. */
  restart(): void;
}

/** Who is told of a loop's passes; nobody is once the controller has died. */
export type LoopWatch = Pick<LoopOptions, 'log' | 'listener' | 'onPass'>;

export interface RunningLoop extends Pick<Loop, 'confirm'> {
  /** Lets the pass that runs come to its end; while time goes on. */
  stop(): Promise<void>;
}

export interface WorldOptions
  extends Partial<
    Pick<PassContext, 'mode' | 'scope' | 'pruneBudget' | 'owner' | 'takesOver' | 'self'> &
      Pick<EnvironmentsOptions, 'secretRules'>
  > {
  /** Default: the repository's own manifests. */
  readonly files?: Readonly<Record<string, string>>;
  /** Another controller's world, whose AWS and time this one shares. */
  readonly beside?: World;
  /** Of the source; null: it has none. */
  readonly sourceId?: string | null;
  readonly seed?: number;
  /** The account has never used ECS. */
  readonly newAccount?: boolean;
  readonly onRequest?: (request: AwsRequest) => void;
  /** A fault of the controller's own. */
  readonly faulty?: (context: PassContext) => PassContext;
}

/** The shipped manifests: the X-Ray daemon with cluster and namespace, and the collector beside it. */
export const MANIFESTS = {
  'xray.yaml': shipped('manifests/xray.yaml'),
  'otel-collector.yaml': shipped('manifests/otel-collector.yaml'),
} as const;

/** The controller as a daemon service of its own. */
export const OWN_MANIFEST = shipped('deploy/ecs/stationkeeper.yaml');

/** The source that a world reads, where nothing else is said. */
export const SOURCE_ID = 'git.example.org/daemons';

/** The controller's default. */
const INTERVAL_MS = 60_000;

/** When to look again: after a step was taken, and while AWS works, which it does for up to a minute and a half. */
const SOON_MS = 1_000;
const LATER_MS = 15_000;

/** A pass that failed for `never` is looked at again this late; what waits longer than that is at rest. */
const AT_REST_MS = 300_000;

/** What stands for the commit of these files. */
export function revisionOf(files: ReadonlyMap<string, string>): string {
  return createHash('sha1')
    .update(JSON.stringify([...files]))
    .digest('hex');
}

/** Whether `ecs:DescribeServices` changes nothing in AWS. */
export function isRead(name: string): boolean {
  return /:(BatchGet|Describe|List|Get|Discover|Filter)/.test(name);
}

export function createWorld(options: WorldOptions = {}): World {
  const { beside } = options;
  const clock = beside?.clock ?? new VirtualClock();
  const host = createHostClock(clock);
  const sandbox =
    beside?.sandbox ??
    createSandbox({ clock, seed: options.seed ?? 1, newAccount: options.newAccount ?? false });
  const files = new Map(Object.entries(options.files ?? MANIFESTS));
  const refused = new Map<string, string>();
  const revisionNow = (): string => revisionOf(new Map([...files, ...refused]));
  const calls: WorldCall[] = [];
  // Tests empty the list of calls; a count only grows.
  let requests = 0;
  let failure: 'SourceUnreachable' | 'SourceInvalid' | undefined;
  let lastGood: Extract<SourceReading, { type: 'fresh' }>['snapshot'] | undefined;
  let reading: SourceReading | undefined;
  let headsAsked = 0;
  let intercept: Interceptor = (_call, perform) => perform();
  let watchRequest: (request: AwsRequest) => void = () => undefined;

  function readSource(): SourceReading {
    const code = failure ?? (files.size === 0 ? 'SourceInvalid' : undefined);
    if (code !== undefined) return { type: 'stale', snapshot: lastGood, code, message: 'git says no' };
    const all = [...files].filter(([file]) => isManifestName(file)).map(([file, text]) => ({ file, text }));
    const named = [...new Set(all.flatMap(filesNamedIn))].map((file) => {
      const text = files.get(file);
      return text === undefined ? { file, problem: `${file} does not exist` } : { file, text };
    });
    const errors = [...refused].map(([file, message]) => ({ file, line: 1, column: 1, path: '', message }));
    lastGood = { revision: revisionNow(), files: all, named, errors, ignored: [] };
    return { type: 'fresh', snapshot: lastGood };
  }

  const source: Source = {
    type: 'git',
    url: 'https://git.example.org/daemons.git',
    ...(options.sourceId === null ? {} : { id: options.sourceId ?? SOURCE_ID }),
    read: () => {
      reading = readSource();
      return Promise.resolve(reading);
    },
    head() {
      headsAsked += 1;
      return failure === undefined
        ? Promise.resolve(revisionNow())
        : Promise.reject(new StationkeeperError({ code: failure, message: 'git says no', retry: 'backoff' }));
    },
  };

  function start(): { readonly runPass: PassRunner; readonly approvals: Approvals; alive: boolean } {
    const incarnation = { alive: true, approvals: createApprovals() };
    const { owner = 'stationkeeper' } = options;
    const environments = createEnvironments({
      kinds: KINDS,
      owner,
      clock: host,
      awsClock: sandbox.world,
      random: () => 0.5,
      transport: (target): Transport => {
        const region = target.region ?? 'us-east-1';
        const accountId = target.roleArn?.split(':')[4] ?? DEFAULT_ACCOUNT_ID;
        return ({ service, operation, input, signal }) => {
          if (!incarnation.alive) return new Promise(() => undefined);
          const call = {
            accountId,
            region,
            service,
            operation,
            input: { ...input },
            name: `${service}:${operation}`,
          };
          calls.push(call);
          requests += 1;
          return intercept(call, (changed = input) =>
            sandbox.call({ service, operation, input: changed, region, accountId }, { signal }),
          );
        };
      },
      onRequest: (request) => {
        options.onRequest?.(request);
        watchRequest(request);
      },
      ...(options.secretRules === undefined ? {} : { secretRules: options.secretRules }),
      signal: new AbortController().signal,
    });
    const context: PassContext = {
      readFiles: manifestsReader(options.secretRules),
      source,
      environments,
      failures: createFailures(host, () => 0.5),
      clock: host,
      awsClock: sandbox.world,
      owner,
      takesOver: options.takesOver ?? [],
      mode: options.mode ?? 'enforce',
      scope: options.scope ?? 'all-owned',
      pruneBudget: options.pruneBudget ?? { count: 3, percent: 10 },
      requestCount: () => requests,
      approvals: incarnation.approvals,
      ...(options.self === undefined ? {} : { self: options.self }),
    };
    const runPass = createPassRunner(options.faulty?.(context) ?? context);
    return Object.assign(incarnation, { runPass });
  }

  let controller = start();

  function pass(request: Partial<PassRequest> = {}): Promise<PassResult> {
    const all = {
      dryRun: false,
      confirmed: new Set<string>(),
      signal: new AbortController().signal,
      ...request,
    };
    return clock.run(controller.runPass(all));
  }

  return {
    clock,
    host,
    sandbox,
    files,
    refused,
    calls,
    mutations: () => calls.map(({ name }) => name).filter((name) => !isRead(name)),
    sourceFails: (code) => {
      failure = code;
    },
    watchRequests: (watch) => {
      watchRequest = watch;
    },
    intercept: (interceptor) => {
      intercept = interceptor ?? ((_call, perform) => perform());
    },
    reading: () => reading,
    headsAsked: () => headsAsked,
    get runPass() {
      return controller.runPass;
    },
    pass,
    async settle(most = 60) {
      const results: PassResult[] = [];
      for (;;) {
        const result = await pass();
        results.push(result);
        if (result.lookAgainInMs === undefined || result.lookAgainInMs > AT_REST_MS) return results;
        if (results.length === most) throw new Error(`not at rest after ${most} passes: ${whyNot(result)}`);
        const isNews = result.outcomes.some((outcome) => outcome.result === 'done');
        await clock.advance(isNews ? SOON_MS : LATER_MS);
      }
    },
    startLoop({ log, listener, onPass }) {
      const stop = new AbortController();
      const running = controller;
      const loop = createLoop({
        // A pass waits for its end, however slow AWS is, so that it is about one revision.
        runPass: ({ patienceMs: _untilItsEnd, ...request }) => running.runPass(request),
        clock: host,
        log,
        intervalMs: INTERVAL_MS,
        ...(listener === undefined ? {} : { listener: whileAlive(running, listener) }),
        onPass: (result, number) => {
          if (running.alive) onPass(result, number);
          else stop.abort();
        },
        onFailedPass: (error) => {
          throw error;
        },
      });
      const ended = loop.run(stop.signal);
      return {
        confirm: (hash) => loop.confirm(hash),
        stop: () => {
          stop.abort();
          return clock.run(ended);
        },
      };
    },
    async loopFor(ms) {
      const results: PassResult[] = [];
      const stop = new AbortController();
      const loop = createLoop({
        runPass: controller.runPass,
        clock: host,
        log: SILENT_LOG,
        intervalMs: INTERVAL_MS,
        onPass: (result) => results.push(result),
        onFailedPass: (error) => {
          throw error;
        },
      });
      const ended = loop.run(stop.signal);
      await clock.advance(ms);
      stop.abort();
      await clock.run(ended);
      return results;
    },
    approve: (approval) => controller.approvals.add(approval),
    restart() {
      controller.alive = false;
      lastGood = undefined;
      controller = start();
    },
  };
}

function whileAlive(controller: { readonly alive: boolean }, listener: ProgressListener): ProgressListener {
  return {
    began: (step) => (controller.alive ? listener.began(step) : undefined),
    ended: (step, outcome) => (controller.alive ? listener.ended(step, outcome) : undefined),
  };
}

/** `create service/xray`, of every step that is more than keeping. */
export function stepsOf({ steps }: PassResult['plan']): readonly string[] {
  return steps
    .filter(({ type }) => type !== 'keep')
    .map((step) => `${step.type === 'hold' ? `hold ${step.why}` : step.type} ${displayId(step.id)}`);
}

/** AWS's refusal of a call, as the SDK would throw it. */
export function refusal(code: string, { message = code, status = 400 } = {}): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status } });
  error.name = code;
  return error;
}

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function whyNot({ plan }: PassResult): string {
  return plan.steps
    .filter((step) => step.type !== 'keep' || step.observed.health.status === 'Progressing')
    .map((step) => `${step.type} ${displayId(step.id)} ${step.reason}`)
    .join('; ');
}

function shipped(path: string): string {
  return readFileSync(join(repository(), path), 'utf8');
}

/** Its folder, whether this runs from the sources or from what is compiled of them below `dist/`. */
function repository(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
