import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { Alarms } from '../alarms.ts';
import type {
  ServiceControlPolicies,
  ServiceControlPolicy,
} from '../authorization/service-control-policies.ts';
import { metricNameOf, track } from '../application-autoscaling/tracking.ts';
import type { CallContext } from '../call.ts';
import type { ContainerRuntime } from '../ecs/containers/runtime.ts';
import type { HostLaunch } from '../ecs/instances/launch.ts';
import { taskContext, wakeDeployments } from '../ecs/services/scheduler.ts';
import { stopAnyTask } from '../ecs/tasks/ending.ts';
import { reclaimSpotTasks } from '../ecs/tasks/spot.ts';
import { interfaceAt, lossOf } from '../ec2/packets.ts';
import type { Loss, Packet } from '../ec2/packets.ts';
import { AwsError } from '../error.ts';
import type { Outside, OutsideConsumer } from '../outside.ts';
import type { Place } from '../place.ts';
import { placesOf } from '../places.ts';
import type { Places } from '../places.ts';
import type { QuotaScale, Throttle } from '../throttle.ts';
import type { Obstacle, Unavailable, Unavailables } from '../unavailable.ts';
import type { World } from '../world.ts';
import type { Fault, Faults, InjectedFault } from './faults.ts';
import { putImage } from './images.ts';
import type { ImagePush } from './images.ts';
import { actOnInstance, launchInstances } from './instances.ts';
import type { InstanceAction } from './instances.ts';
import { plainState } from './plain-state.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

/** What a task ends with, as if that happened to it by itself. */
export interface TaskEnd {
  /** Default: that of an essential container which exits. */
  readonly reason?: string;
  /** Of its containers. Default: 1. */
  readonly exitCode?: number;
}

/** What a tracked metric of an ECS service is, until somebody says otherwise. */
export interface Metric {
  /** `service/<cluster>/<service>`, which is registered as a scalable target. */
  readonly resourceId: string;
  /** `ECSServiceAverageCPUUtilization`, `<namespace>/<metric name>`, or of metric math the name of the policy. */
  readonly metric: string;
  readonly value: number;
}

/** How people and tests meddle with the world behind AWS's back. */
export interface SandboxControl {
  /** All that the sandbox holds, as JSON; what it looks like is not promised from version to version. */
  state(): unknown;
  requests(): {
    readonly total: number;
    /** `ecs:DescribeServices` → count. */
    readonly counts: Readonly<Record<string, number>>;
    /** Oldest first, at most 1000. */
    readonly latest: readonly LoggedRequest[];
  };
  forgetRequests(): void;
  /** Ends a task of any account and region, by id or ARN; answers its ARN. Throws InvalidParameterException where there is none. */
  stopTask(task: string, end?: TaskEnd): string;
  /** Takes the capacity of running Fargate Spot tasks back: of one by id or ARN, or of all; answers their ARNs. */
  reclaimSpot(task?: string): readonly string[];
  /**
   * Makes container instances whose agents have registered them. Throws ClusterNotFoundException, and InvalidParameterException for a type,
   * place or capacity provider that there is not.
   */
  launchInstances(launch: HostLaunch): readonly ContainerInstance[];
  /** Acts on a container instance of any account and region, by id or ARN; undefined where there is none. Throws InvalidParameterException for one that is not up yet. */
  actOnInstance(instance: string, action: InstanceAction): ContainerInstance | undefined;
  /**
   * Says where the network loses a packet between two interfaces of one account and Region; undefined where it arrives. Nothing is sent.
   * Throws InvalidParameterException where no interface has the address that it comes from.
   */
  lossOf(packet: Packet): Loss | undefined;
  /** What counts for traffic from outside of tasks. */
  consumer(): OutsideConsumer | undefined;
  /** From now on that counts; undefined: nothing passes. Throws InvalidParameterException where security groups decide nothing. */
  setConsumer(consumer: OutsideConsumer | undefined): void;
  /**
   * Puts an image into a repository as if it had been pushed. Throws RepositoryNotFoundException, InvalidParameterException, and
   * ImageTagAlreadyExistsException for a tag that cannot be moved.
   */
  putImage(push: ImagePush): ImageDetail;
  /** A CloudWatch alarm is in ALARM from now on, or is not any more. */
  setAlarm(name: string, state: 'ALARM' | 'OK'): void;
  /** Names of those in ALARM. */
  alarms(): readonly string[];
  /**
   * Limits every account by a service control policy, or changes the one of that name. Throws MalformedPolicyDocument for a policy that AWS
   * would not take, or of which the sandbox could not tell whether it holds.
   */
  attachPolicy(policy: ServiceControlPolicy): ServiceControlPolicy;
  /** At first FullAWSAccess alone, which allows everything. */
  policies(): readonly ServiceControlPolicy[];
  /** False where none of that name is attached. */
  detachPolicy(name: string): boolean;
  /** Leaves FullAWSAccess alone. */
  resetPolicies(): void;
  inject(fault: Fault): InjectedFault;
  faults(): readonly InjectedFault[];
  /** False where there is none of that id. What hangs is let go. */
  removeFault(id: string): boolean;
  clearFaults(): void;
  /**
   * Lets tasks that start from now on not get at a secret, parameter, file in S3, file system, access point, image or capacity provider: by the reference that
   * their definition has to it.
   */
  makeUnavailable(reference: string, because?: Obstacle): Unavailable;
  unavailable(): readonly Unavailable[];
  /** False where it was available. */
  makeAvailable(reference: string): boolean;
  makeAllAvailable(): void;
  /**
   * Says what a metric is, so that the policies that track it scale. Throws InvalidParameterException where nothing of that resource id is
   * registered, or no policy of it tracks the metric.
   */
  setMetric(metric: Metric): Metric;
  metrics(): readonly Metric[];
  readonly quotas: QuotaScale;
  setQuotas(scale: QuotaScale): void;
  /** Makes everything as at the start: nothing created, no faults, nothing unavailable, no requests, the seed's first ids. Time goes on. */
  reset(): void;
}

/** What control reaches into. */
interface Inside {
  readonly world: World;
  readonly places: Places;
  readonly throttle: Throttle;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly unavailable: Unavailables;
  readonly alarms: Alarms;
  readonly policies: ServiceControlPolicies;
  readonly runtime: ContainerRuntime;
  /** Undefined where security groups decide nothing. */
  readonly outside: Outside | undefined;
  contextOf(place: Place): CallContext;
  /** Keeps what lagging reads will show. */
  remember(): void;
  /** Ends what hangs. */
  release(): void;
  /** Tells that what the sandbox holds has been changed. */
  wrote(): void;
}

export function createControl(inside: Inside): SandboxControl {
  const { world, places, throttle, log, faults, unavailable, alarms, policies } = inside;
  function contexts(): readonly CallContext[] {
    return placesOf(places).map((place) => inside.contextOf(place));
  }
  function clearFaults(): void {
    faults.clear();
    inside.release();
  }
  return {
    state() {
      world.settle();
      return { now: world.date().toISOString(), ...(plainState(places) as object) };
    },
    requests: () => ({ total: log.total, counts: Object.fromEntries(log.counts), latest: log.latest() }),
    forgetRequests: () => log.clear(),
    stopTask(task, { reason = 'Essential container in task exited', exitCode = 1 } = {}) {
      world.settle();
      for (const place of placesOf(places)) {
        const stopped = stopAnyTask(taskContext(inside.contextOf(place)), task, {
          code: 'EssentialContainerExited',
          reason,
          exitCode,
        });
        if (stopped === undefined) continue;
        inside.wrote();
        return stopped.arn;
      }
      throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
    },
    reclaimSpot(task) {
      world.settle();
      const reclaimed = contexts().flatMap((context) => reclaimSpotTasks(taskContext(context), task));
      if (reclaimed.length > 0) inside.wrote();
      return reclaimed.map(({ arn }) => arn);
    },
    launchInstances(launch) {
      world.settle();
      const launched = launchInstances(contexts(), launch);
      inside.wrote();
      return launched;
    },
    actOnInstance(instance, action) {
      world.settle();
      const changed = actOnInstance(contexts(), instance, action);
      if (changed !== undefined) inside.wrote();
      return changed;
    },
    lossOf(packet) {
      world.settle();
      const { fromAddress } = packet;
      const place = contexts().find(({ state }) => interfaceAt(state.ec2, fromAddress) !== undefined);
      if (place !== undefined) return lossOf(place.state.ec2, packet);
      throw new AwsError('InvalidParameterException', `No network interface has the address ${fromAddress}.`);
    },
    consumer: () => inside.outside?.consumer,
    setConsumer(consumer) {
      if (inside.outside === undefined) {
        throw new AwsError(
          'InvalidParameterException',
          'Security groups decide nothing here; start the sandbox with --runtime process --enforce-groups.',
        );
      }
      inside.outside.countAs(consumer);
    },
    putImage(push) {
      world.settle();
      const put = putImage(contexts(), push);
      inside.wrote();
      return put;
    },
    setAlarm(name, state) {
      world.settle();
      if (state === 'OK') alarms.clear(name);
      else alarms.raise(name);
      for (const context of contexts()) wakeDeployments(context);
      inside.wrote();
    },
    alarms: () => alarms.list(),
    attachPolicy(policy) {
      world.settle();
      policies.attach(policy);
      return policy;
    },
    policies: () => policies.list(),
    detachPolicy: (name) => policies.detach(name),
    resetPolicies: () => policies.reset(),
    inject(fault) {
      world.settle();
      const injected = faults.inject(fault);
      inside.remember();
      return injected;
    },
    faults: () => faults.list(),
    removeFault(id) {
      const removed = faults.remove(id);
      if (removed) inside.release();
      return removed;
    },
    clearFaults,
    makeUnavailable(reference, because = 'missing') {
      world.settle();
      unavailable.add({ reference, because });
      return { reference, because };
    },
    unavailable: () => unavailable.list(),
    makeAvailable(reference) {
      world.settle();
      return unavailable.remove(reference);
    },
    makeAllAvailable() {
      world.settle();
      unavailable.clear();
    },
    setMetric(said) {
      world.settle();
      setMetric(inside, said);
      inside.wrote();
      return said;
    },
    metrics: () =>
      [...places.regions.values()].flatMap(({ applicationAutoScaling: { targets } }) =>
        [...targets.values()].flatMap(({ resourceId, metrics }) =>
          [...metrics].map(([metric, value]) => ({ resourceId, metric, value })),
        ),
      ),
    get quotas() {
      return throttle.scale;
    },
    setQuotas: (scale) => throttle.setScale(scale),
    reset() {
      inside.runtime.reset();
      clearFaults();
      unavailable.clear();
      alarms.clearAll();
      policies.reset();
      places.accounts.clear();
      places.regions.clear();
      inside.outside?.reset();
      inside.wrote();
      throttle.reset();
      log.clear();
      world.reset();
    },
  };
}

function setMetric(inside: Inside, { resourceId, metric, value }: Metric): void {
  const found = placesOf(inside.places).flatMap((place) => {
    const context = inside.contextOf(place);
    const target = context.state.applicationAutoScaling.targets.get(resourceId);
    return target === undefined ? [] : [{ context, target }];
  });
  if (found.length === 0) {
    throw new AwsError(
      'InvalidParameterException',
      `Nothing is registered as a scalable target under ${resourceId}.`,
    );
  }
  const tracked = found.flatMap(({ target }) => [...target.policies.values()].map(metricNameOf));
  if (!tracked.includes(metric)) {
    const known = tracked.length === 0 ? 'it has no policies' : `its policies track ${tracked.join(', ')}`;
    throw new AwsError('InvalidParameterException', `No policy of ${resourceId} tracks ${metric}; ${known}.`);
  }
  for (const { context, target } of found) {
    target.metrics.set(metric, value);
    track(context, target);
  }
}
