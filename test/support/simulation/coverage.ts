import { GAP_CAUSES } from '../../../controller/core/resource.ts';
import type { GapCause } from '../../../controller/core/resource.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import type { CoverageStatus } from '../../../controller/status/coverage.ts';
import type { StatusReport } from '../../../controller/status/schema.ts';
import type { Misfit } from '../../../sandbox/ecs/placement/fit.ts';
import type { DaemonHost } from '../../../sandbox/ecs/services/daemon-hosts.ts';
import { primaryOf } from '../../../sandbox/ecs/state.ts';
import type { ServiceRecord } from '../../../sandbox/ecs/state.ts';
import type { World } from '../world/world.ts';
import { hostsOf } from './hosts.ts';
import { placesNow, versionNow } from './live.ts';

/** Sees that what is told of the hosts of daemons is what the sandbox's scheduler itself knows. */
export interface CoverageWatch {
  /** A call of the controller's. `isTrue`: whether AWS answers at this moment what is so. */
  readonly over: (name: string, isTrue: () => boolean, perform: () => Promise<object>) => Promise<object>;
  /** What `/status` tells falsely after a pass; undefined where all is true. */
  afterPass(result: PassResult, report: StatusReport): string | undefined;
  /** The controller starts anew, with empty memory. */
  restarted(): void;
}

/** What a look at the hosts of daemons consists of. */
const READS: ReadonlySet<string> = new Set([
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:ListContainerInstances',
  'ecs:DescribeContainerInstances',
  'ec2:DescribeSubnets',
]);

/** What the controller makes of what the scheduler finds (docs/operations.md, coverage). */
const CAUSES: Readonly<Partial<Record<Misfit, GapCause>>> = {
  ATTRIBUTE: 'AttributeMissing',
  PORTS: 'PortTaken',
  CPU: 'CpuShort',
  MEMORY: 'MemoryShort',
  GPU: 'GpuShort',
  ENI: 'NoInterface',
  SUBNET: 'NoSubnet',
};
const RESOURCES: ReadonlySet<GapCause> = new Set([
  'PortTaken',
  'CpuShort',
  'MemoryShort',
  'GpuShort',
  'NoInterface',
]);

/** An agent is away for so long before that is a cause. */
const AWAY_MS = 120_000;
/** What a task of its own took is no cause for so long after it went, and after that was seen. */
const LEFT_MS = 120_000 + 90_000;

/** One host at one moment, for one daemon. */
interface Truth {
  readonly id: string;
  readonly zone: string | undefined;
  readonly isMeant: boolean;
  readonly status: string;
  readonly standing: 'running' | 'placing' | 'none';
  readonly misfits: readonly Misfit[];
  /** Epoch milliseconds; undefined where its agent is connected. */
  readonly awaySince: number | undefined;
  readonly isRollingOut: boolean;
}

interface Look {
  readonly at: number;
  /** By ARN of the service. */
  readonly truths: ReadonlyMap<string, readonly Truth[]>;
}

export function createCoverageWatch(world: World): CoverageWatch {
  let looks: Look[] = [];
  /** Reads of the pass that runs of which an answer is missing, or was not to be believed. */
  let doubtful = new Set<object>();
  let version = -1;
  /** `service host`: when a task of the service was there last, and whether one ever ended there by itself. */
  const hadTaskAt = new Map<string, number>();
  const endedOn = new Set<string>();

  function truths(): Look['truths'] {
    const found = new Map<string, readonly Truth[]>();
    for (const place of placesNow(world)) {
      for (const cluster of place.state.ecs.clusters.values()) {
        for (const service of cluster.services.values()) {
          if (service.schedulingStrategy !== 'DAEMON' || service.status !== 'ACTIVE') continue;
          const hosts = hostsOf(service, place);
          found.set(
            service.arn,
            hosts.map((one) => truthOf(service, one)),
          );
          for (const { host, tasks } of hosts)
            if (tasks.length > 0) hadTaskAt.set(`${service.arn} ${host.id}`, world.clock.now());
        }
        for (const { group, host, stop } of cluster.tasks.values()) {
          if (host === undefined || stop === undefined || stop.code === 'ServiceSchedulerInitiated') continue;
          endedOn.add(`${group.replace(/^service:/, '')} ${host.id}`);
        }
      }
    }
    return found;
  }

  function look(): void {
    const now = world.clock.now();
    const before = looks.at(-1);
    const current = versionNow(world);
    looks.push({ at: now, truths: before !== undefined && current === version ? before.truths : truths() });
    version = current;
  }

  function falsehood(service: ServiceRecord, told: CoverageStatus | undefined): string | undefined {
    const name = `${service.cluster.name}/${service.name}`;
    if (told === undefined) return `nothing is told of the hosts of ${name}`;
    if ('unknown' in told) return `the coverage of ${name} is unknown: ${told.unknown}`;
    const seen = looks.map((one) => one.truths.get(service.arn) ?? []);
    const [first = []] = seen;
    const byId = seen.map((hosts) => new Map(hosts.map((one) => [one.id, JSON.stringify(one)])));
    const isStable = (id: string): boolean => new Set(byId.map((hosts) => hosts.get(id))).size === 1;
    const gaps = new Map(told.gaps.map((gap) => [gap.instance, gap]));
    for (const gap of told.gaps) {
      if (!byId.some((hosts) => hosts.has(gap.instance)))
        return `${name}: ${gap.instance} is no host of its cluster`;
    }
    for (const truth of first) {
      if (!isStable(truth.id)) continue;
      const gap = gaps.get(truth.id);
      const allowed = allowedOf(service, truth);
      if (!allowed.has(gap?.cause ?? 'none'))
        return `${name}: of ${truth.id} ${gap?.cause ?? 'no gap'} is told (${gap?.message ?? ''}), and ${[...allowed].join(' or ')} is true: ${JSON.stringify(truth)}`;
      if (gap !== undefined && gap.zone !== truth.zone)
        return `${name}: ${truth.id} is in ${truth.zone}, and not in ${gap.zone}`;
    }
    if (!seen.every((hosts) => hosts.length === first.length) || !first.every(({ id }) => isStable(id)))
      return undefined;
    const meant = first.filter(({ isMeant }) => isMeant);
    const counts = {
      eligible: meant.length,
      running: meant.filter(({ standing }) => standing === 'running').length,
      notEligible: first.length - meant.length,
      undecided: 0,
    };
    const wrong = Object.entries(counts).filter(
      ([what, count]) => told[what as keyof typeof counts] !== count,
    );
    if (wrong.length === 0) return undefined;
    return `${name}: ${wrong.map(([what, count]) => `${what} is ${count}, and ${told[what as keyof typeof counts]} is told`).join('; ')}`;
  }

  /** What may be told of a host that was the same all through the pass. */
  function allowedOf(service: ServiceRecord, truth: Truth): ReadonlySet<GapCause | 'none'> {
    if (!truth.isMeant || truth.standing === 'running') return new Set(['none']);
    const ended: readonly GapCause[] = endedOn.has(`${service.name} ${truth.id}`) ? ['TaskStops'] : [];
    const causes = causesOf(service, truth, [truth.isRollingOut ? 'RolloutUnderWay' : 'Unknown', ...ended]);
    // A task that ends again and again is on its way again and again.
    if (truth.standing === 'placing') return new Set(['none', ...(ended.length === 0 ? [] : causes)]);
    return new Set(causes);
  }

  /** The first that holds; where that may not hold, or cannot be known, with what comes after it. `otherwise`: where nothing keeps a task away. */
  function causesOf(
    { arn }: ServiceRecord,
    { id, status, awaySince, misfits }: Truth,
    otherwise: readonly GapCause[],
  ): readonly GapCause[] {
    if (status !== 'ACTIVE') return [status === 'DRAINING' ? 'Draining' : 'NotRegistered'];
    const [began = 0, ended = 0] = [looks[0]?.at, looks.at(-1)?.at];
    if (awaySince !== undefined && began - awaySince >= AWAY_MS) return ['AgentDisconnected'];
    const away: readonly GapCause[] =
      awaySince !== undefined && ended - awaySince >= AWAY_MS ? ['AgentDisconnected'] : [];
    const found = new Set(misfits.map((misfit) => CAUSES[misfit]));
    const cause = GAP_CAUSES.find((each) => found.has(each));
    if (cause === undefined) return [...away, ...otherwise];
    const hadTaskFor = world.clock.now() - (hadTaskAt.get(`${arn} ${id}`) ?? Number.NEGATIVE_INFINITY);
    const isOwn = hadTaskFor < LEFT_MS && RESOURCES.has(cause);
    return [...away, cause, ...(isOwn ? otherwise : [])];
  }

  function begin(): void {
    looks = [];
    doubtful = new Set();
  }

  return {
    async over(name, isTrue, perform) {
      if (!READS.has(name)) return perform();
      const doubts = doubtful;
      const read = {};
      doubts.add(read);
      look();
      const wasTrue = isTrue();
      const answer = await perform();
      look();
      if (wasTrue && isTrue()) doubts.delete(read);
      return answer;
    },
    restarted: begin,
    afterPass({ plan, unread }, { objects }) {
      const isJudged = doubtful.size === 0 && looks.length > 0 && unread.size === 0;
      const wrong = isJudged
        ? plan.steps.flatMap((step) => {
            if (step.id.kind !== 'service' || !('observed' in step) || step.observed === undefined) return [];
            const service = serviceOf(step.observed.arn);
            if (service === undefined || !('desired' in step)) return [];
            const told = objects.find(
              ({ kind, name, environment }) =>
                kind === 'DaemonService' &&
                name === step.manifest.name &&
                environment === step.id.environment,
            );
            return falsehood(service, told?.coverage) ?? [];
          })
        : [];
      begin();
      return wrong[0];
    },
  };

  /** The daemon on every host of an ARN, where it was there all through the pass. */
  function serviceOf(arn: string | undefined): ServiceRecord | undefined {
    if (arn === undefined || !looks.every((one) => one.truths.has(arn))) return undefined;
    for (const { state } of placesNow(world))
      for (const { services } of state.ecs.clusters.values())
        for (const service of services.values())
          if (service.arn === arn && service.status === 'ACTIVE') return service;
    return undefined;
  }
}

function truthOf(service: ServiceRecord, daemonHost: DaemonHost): Truth {
  const { host, isMeant, tasks } = daemonHost;
  const wanted = tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  const isRunning = wanted.some(({ lastStatus }) => lastStatus === 'RUNNING');
  return {
    id: host.id,
    zone: host.availabilityZone,
    isMeant,
    status: host.status,
    standing: isRunning ? 'running' : wanted.length > 0 ? 'placing' : 'none',
    misfits: [...daemonHost.misfits()],
    awaySince: host.agentConnected ? undefined : host.agentChangedAt.getTime(),
    isRollingOut: service.deployments.length > 1 || primaryOf(service)?.rolloutState === 'IN_PROGRESS',
  };
}
