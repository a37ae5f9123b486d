import { agent, launch, occupy, withHosts } from '../world/hosts.ts';
import type { Recording } from './recording.ts';
import type { Expected } from './replay.ts';
import { cluster, daemonService, namespace, yamlOf } from '../manifests/documents.ts';
import { startApplication } from '../reach/application.ts';
import { callsTo } from '../world/account.ts';
import { commit, stagedWorld } from '../world/rollouts.ts';
import { MANIFESTS, createWorld, refusal } from '../world/world.ts';
import type { World } from '../world/world.ts';

/** What goes wrong with a controller, and the alerts that are to tell of it. */
export interface Trouble {
  readonly name: string;
  /** Default: one daemon with all that it needs. */
  readonly world?: () => World | Promise<World>;
  /** What goes wrong, and what happens from then on. */
  readonly goesWrong: (world: World, recording: Recording) => Promise<void> | void;
  /** Recorded after that. */
  readonly minutes: number;
  /** By minute, from the trouble on: all that fire then. No others fire at any time. */
  readonly fires: Readonly<Record<number, readonly Expected[]>>;
}

/** One daemon with cluster, namespace and all that it needs. */
export function oneDaemon(): World {
  return createWorld({ files: { 'xray.yaml': MANIFESTS['xray.yaml'] } });
}

export function alert(
  name: string,
  severity: string,
  reason: string,
  labels: Partial<Expected> = {},
): Expected {
  return { alertname: `Stationkeeper${name}`, severity, environment: 'all', reason, ...labels };
}

export const ENVIRONMENT = { environment: 'default' };
function daemon(name: string, environment = 'default') {
  return { environment, kind: 'DaemonService', name };
}

export function deploy(world: World, image: string): void {
  const bad = daemonService({
    name: 'bad',
    containers: [{ name: 'main', image: `example.org/daemon:${image}` }],
  });
  world.files.set('bad.yaml', yamlOf(cluster(), bad));
}

/** Ends a task of the daemon, as the kernel does where memory is short. */
async function kill({ sandbox }: World): Promise<void> {
  const input = { cluster: 'xray-daemon-cluster', serviceName: 'xray' };
  const [task = ''] = (await callsTo(sandbox)('ecs', 'ListTasks', input))['taskArns'] as readonly string[];
  sandbox.control.stopTask(task, { reason: 'Essential container in task exited', exitCode: 137 });
}

const NAMESPACE = namespace({ name: 'services.example.org' });
const NO_UDP = {
  RuleNumber: 1,
  Egress: true,
  RuleAction: 'deny',
  Protocol: '17',
  CidrBlock: '172.31.0.0/16',
  PortRange: { From: 2000, To: 2000 },
};

function usedBy(group: string) {
  const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
  return daemonService({
    containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings }],
    serviceDiscovery: { namespace: 'services.example.org' },
    consumers: [{ name: 'app', securityGroup: { id: group } }],
  });
}

const APPROVED = [{ name: 'all', approval: 'required' }];

export const TROUBLES: readonly Trouble[] = [
  {
    name: 'an image is missing: somebody is paged within 5 minutes',
    goesWrong: (world) => deploy(world, 'fail-pull'),
    minutes: 30,
    fires: {
      0: [],
      5: [alert('DaemonStalled', 'critical', 'ImageNotFound', daemon('bad'))],
      30: [alert('DaemonStalled', 'critical', 'ImageNotFound', daemon('bad'))],
    },
  },
  {
    name: 'a program ends as soon as it starts',
    goesWrong: (world) => deploy(world, 'fail-exit'),
    minutes: 60,
    fires: {
      3: [],
      20: [alert('Degraded', 'warning', 'ContainerExited', daemon('bad'))],
      60: [alert('Degraded', 'warning', 'ContainerExited', daemon('bad'))],
    },
  },
  {
    name: 'a crash loop',
    async goesWrong(world, recording) {
      for (let minute = 0; minute < 30; minute += 1) {
        await kill(world);
        await recording.minutes(1);
      }
    },
    minutes: 60,
    fires: {
      2: [],
      10: [alert('CrashLooping', 'critical', 'CrashLooping', daemon('xray'))],
      30: [alert('CrashLooping', 'critical', 'CrashLooping', daemon('xray'))],
      90: [],
    },
  },
  {
    name: 'a slow crash loop, in which all tasks run most of the time',
    async goesWrong(world, recording) {
      for (let kills = 0; kills < 4; kills += 1) {
        await kill(world);
        await recording.minutes(40);
      }
    },
    minutes: 0,
    fires: {
      60: [],
      100: [alert('TasksStopping', 'warning', 'ContainerKilled', daemon('xray'))],
      160: [alert('TasksStopping', 'warning', 'ContainerKilled', daemon('xray'))],
    },
  },
  {
    name: 'credentials expire: one alert for all objects, which ends with it',
    async goesWrong(world, recording) {
      world.intercept(() => Promise.reject(refusal('ExpiredTokenException')));
      await recording.minutes(25);
      world.intercept(undefined);
    },
    minutes: 20,
    fires: {
      3: [],
      8: [alert('CredentialsRefused', 'critical', 'ExpiredTokenException', ENVIRONMENT)],
      25: [alert('CredentialsRefused', 'critical', 'ExpiredTokenException', ENVIRONMENT)],
      45: [],
    },
  },
  {
    name: 'a permission is taken away: one alert for all that need it',
    goesWrong(world) {
      world.intercept(({ name }, perform) =>
        name === 'ecs:UpdateService' ? Promise.reject(refusal('AccessDeniedException')) : perform(),
      );
      for (const [file, text] of world.files) {
        world.files.set(file, text.replace(/desiredCount: \d/, 'desiredCount: 5'));
      }
    },
    minutes: 40,
    fires: {
      8: [],
      13: [alert('AccessDenied', 'warning', 'AccessDeniedException', ENVIRONMENT)],
      40: [alert('AccessDenied', 'warning', 'AccessDeniedException', ENVIRONMENT)],
    },
  },
  {
    name: 'a change fails again and again',
    goesWrong(world) {
      world.intercept(({ name }, perform) =>
        name === 'ecs:UpdateService'
          ? Promise.reject(refusal('ServerException', { status: 500 }))
          : perform(),
      );
      const text = world.files.get('xray.yaml') ?? '';
      world.files.set('xray.yaml', text.replace('desiredCount: 2', 'desiredCount: 5'));
    },
    minutes: 40,
    fires: {
      10: [],
      20: [alert('PassesFailing', 'warning', 'PassesFail')],
      40: [
        alert('PassesFailing', 'warning', 'PassesFail'),
        alert('NotReady', 'warning', 'ServerException', daemon('xray')),
      ],
    },
  },
  {
    name: 'AWS fails: one alert for all objects that are unknown',
    goesWrong(world) {
      world.intercept(({ name }, perform) =>
        name.startsWith('ecs:Describe')
          ? Promise.reject(refusal('ServerException', { status: 500 }))
          : perform(),
      );
    },
    minutes: 30,
    fires: {
      8: [],
      13: [alert('ObjectsUnknown', 'critical', 'ServerException', ENVIRONMENT)],
      30: [alert('ObjectsUnknown', 'critical', 'ServerException', ENVIRONMENT)],
    },
  },
  {
    name: 'a service of AWS does not answer',
    goesWrong(world) {
      world.intercept(({ service }, perform) =>
        service === 'servicediscovery' ? new Promise(() => undefined) : perform(),
      );
    },
    minutes: 30,
    fires: {
      8: [],
      13: [alert('ObjectsUnknown', 'critical', 'NotAnswering', ENVIRONMENT)],
      30: [alert('ObjectsUnknown', 'critical', 'NotAnswering', ENVIRONMENT)],
    },
  },
  {
    name: 'a host lacks its daemon',
    async world() {
      const { world } = await withHosts(3);
      world.files.set('agent.yaml', yamlOf(agent()));
      return world;
    },
    async goesWrong(world) {
      const [host] = launch(world, { count: 1 });
      await occupy(world, host!, { udpPort: 8125 });
    },
    minutes: 30,
    fires: {
      5: [],
      15: [alert('HostsWithoutDaemon', 'warning', 'CoverageGap', daemon('agent'))],
      30: [alert('HostsWithoutDaemon', 'warning', 'CoverageGap', daemon('agent'))],
    },
  },
  {
    name: 'AWS throttles',
    goesWrong: ({ sandbox }) => sandbox.control.setQuotas(0.02),
    minutes: 30,
    fires: {
      8: [],
      15: [alert('Throttled', 'warning', 'Throttled')],
      30: [alert('Throttled', 'warning', 'Throttled')],
    },
  },
  {
    name: 'the source cannot be read any more',
    goesWrong: (world) => world.sourceFails('SourceUnreachable'),
    minutes: 30,
    fires: { 9: [], 12: [alert('SourceStale', 'critical', 'SourceUnreachable')] },
  },
  {
    name: 'the source has never been read, from the first minute on',
    world() {
      const world = oneDaemon();
      world.sourceFails('SourceUnreachable');
      return world;
    },
    goesWrong: () => undefined,
    minutes: 15,
    fires: { 0: [alert('SourceStale', 'critical', 'SourceUnreachable')] },
  },
  {
    name: 'a manifest is invalid',
    goesWrong: (world) => void world.files.set('odd.yaml', yamlOf(cluster()).replace('spec:', 'sepc:')),
    minutes: 30,
    fires: { 8: [], 13: [alert('ManifestsInvalid', 'warning', 'SourceInvalid')] },
  },
  {
    name: 'the loop hangs',
    goesWrong: (_world, recording) => recording.hang(),
    minutes: 30,
    fires: {
      4: [],
      8: [alert('LoopStopped', 'critical', 'LoopStopped')],
      30: [alert('LoopStopped', 'critical', 'LoopStopped')],
    },
  },
  {
    name: 'the process is gone',
    goesWrong: (_world, recording) => recording.end(),
    minutes: 30,
    fires: { 4: [], 11: [alert('Absent', 'critical', 'Absent')] },
  },
  {
    name: 'a rollout fails',
    world: () => stagedWorld(),
    goesWrong(world) {
      world.sandbox.control.makeUnavailable('example.org/daemon:2');
      commit(world, { version: '2' });
    },
    minutes: 35,
    fires: {
      0: [],
      6: [
        alert('DaemonStalled', 'critical', 'RolledBack', daemon('xray', 'dev-a')),
        alert('DaemonStalled', 'critical', 'RolledBack', daemon('xray', 'dev-b')),
        alert('RolloutFailed', 'warning', 'RolloutFailed', { kind: 'Rollout', name: 'fleet' }),
      ],
    },
  },
  {
    name: 'a rollout waits for its approval',
    world: () => stagedWorld({ stages: APPROVED }),
    goesWrong: (world) => commit(world, { version: '2', stages: APPROVED }),
    minutes: 90,
    fires: {
      30: [],
      80: [alert('ApprovalWaiting', 'info', 'ApprovalNeeded', { kind: 'Rollout', name: 'fleet' })],
    },
  },
  {
    name: 'more is to be deleted than the prune budget allows',
    world: () => createWorld({ files: { 'all.yaml': clusters('a', 'b', 'c', 'd', 'e', 'f') } }),
    goesWrong: (world) => void world.files.set('all.yaml', clusters('a')),
    minutes: 30,
    fires: {
      8: [],
      13: [alert('DeletionsHeld', 'warning', 'PruneBudgetExceeded', ENVIRONMENT)],
      30: [alert('DeletionsHeld', 'warning', 'PruneBudgetExceeded', ENVIRONMENT)],
    },
  },
  {
    name: 'somebody changes a daemon that is only observed',
    world: () => createWorld({ files: { 'all.yaml': yamlOf(cluster(), daemonService()) } }),
    async goesWrong(world) {
      const observed = { annotations: { 'stationkeeper.dev/reconcile': 'observe' } };
      world.files.set('all.yaml', yamlOf(cluster(), daemonService(observed)));
      const change = { cluster: 'main', service: 'xray', desiredCount: 3 };
      await callsTo(world.sandbox)('ecs', 'UpdateService', change);
    },
    minutes: 60,
    fires: { 20: [], 40: [alert('DriftStays', 'info', 'DriftDetected', daemon('xray'))] },
  },
  {
    name: 'a consumer is cut off',
    async world() {
      const world = createWorld({ files: { 'all.yaml': yamlOf(cluster(), NAMESPACE) } });
      const { group } = await startApplication(world);
      world.files.set('daemon.yaml', yamlOf(usedBy(group)));
      return world;
    },
    async goesWrong({ sandbox }) {
      const call = callsTo(sandbox);
      const { NetworkAcls } = await call('ec2', 'DescribeNetworkAcls');
      for (const { NetworkAclId } of NetworkAcls as readonly { readonly NetworkAclId: string }[]) {
        await call('ec2', 'CreateNetworkAclEntry', { ...NO_UDP, NetworkAclId });
      }
    },
    minutes: 30,
    fires: {
      10: [],
      25: [alert('ConsumersBlocked', 'warning', 'Blocked', daemon('xray'))],
    },
  },
  {
    name: 'notifications do not arrive',
    goesWrong: (_world, { metrics }) => metrics.recordNotification({ receiver: 'on-call', queued: 2 }),
    minutes: 20,
    fires: { 10: [], 18: [alert('NotificationsUndelivered', 'warning', 'Undelivered')] },
  },
  {
    name: 'the name of a new object is taken',
    world: () => createWorld({ files: { 'all.yaml': clusters('a') } }),
    async goesWrong(world) {
      await callsTo(world.sandbox)('ecs', 'CreateCluster', { clusterName: 'theirs' });
      world.files.set('all.yaml', clusters('a', 'theirs'));
    },
    minutes: 30,
    fires: {
      3: [],
      8: [alert('ObjectStalled', 'warning', 'NotOurs', { ...ENVIRONMENT, kind: 'Cluster', name: 'theirs' })],
    },
  },
];

function clusters(...names: readonly string[]): string {
  return yamlOf(...names.map((name) => cluster({ name })));
}
