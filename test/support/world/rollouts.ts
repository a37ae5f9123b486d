import { stringify } from 'yaml';
import { heldBy } from '../../../controller/core/rollout/held.ts';
import type { Course } from '../../../controller/core/rollout/course.ts';
import type { PassResult } from '../../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, yamlOf } from '../manifests/documents.ts';
import type { DocumentOverrides } from '../manifests/documents.ts';
import { placed } from '../manifests/environments.ts';
import type { FleetPlace } from '../manifests/environments.ts';
import { createWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

/** A fleet whose daemon goes through a Rollout, as git holds it. */
export interface StagedFleet {
  readonly places: readonly FleetPlace[];
  /** Of the daemon; its image is `version` unless it says containers. */
  readonly spec?: DocumentOverrides<'DaemonService'>;
  /** Tag of its image. */
  readonly version?: string;
  readonly stages?: readonly object[];
  /** What the Rollout says besides its stages. */
  readonly rollout?: object;
  /** `stationkeeper.dev/rollout` on the Rollout. */
  readonly mode?: 'staged' | 'paused' | 'skip';
}

/** Two that go first, two of Europe, and the rest. */
export const PLACES: readonly FleetPlace[] = [
  { name: 'dev-a', region: 'us-east-1', account: '111111111111', labels: { stage: 'dev' } },
  { name: 'dev-b', region: 'us-east-1', account: '222222222222', labels: { stage: 'dev' } },
  { name: 'eu-a', region: 'eu-west-1', account: '333333333333', labels: { stage: 'prod' } },
  { name: 'eu-b', region: 'eu-west-1', account: '444444444444', labels: { stage: 'prod' } },
  { name: 'us-a', region: 'us-east-1', account: '555555555555', labels: { stage: 'prod' } },
  { name: 'us-b', region: 'us-east-1', account: '666666666666', labels: { stage: 'prod' } },
];

export const SOAK_MS = 15 * 60_000;

export const STAGES: readonly object[] = [
  { name: 'canary', environments: { matchLabels: { stage: 'dev' } } },
  { name: 'eu', environments: { matchLabels: { region: 'eu-west-1' } }, maxConcurrent: 1, soak: '15m' },
  { name: 'rest' },
];

export function stagedFiles(fleet: Partial<StagedFleet> = {}): Readonly<Record<string, string>> {
  const { places = PLACES, spec = {}, version = '1', stages = STAGES, rollout = {}, mode } = fleet;
  const schedule = {
    apiVersion: 'stationkeeper.dev/v1',
    kind: 'Rollout',
    metadata: {
      name: 'fleet',
      ...(mode !== undefined && { annotations: { 'stationkeeper.dev/rollout': mode } }),
    },
    spec: { stages, ...rollout },
  };
  const daemon = daemonService({
    desiredCount: 1,
    environments: {},
    rollout: 'fleet',
    containers: [{ name: 'main', image: `example.org/daemon:${version}` }],
    ...spec,
  });
  return {
    'environments.yaml': yamlOf(...places.map(placed)),
    'cluster.yaml': yamlOf(cluster({ environments: {} })),
    'rollout.yaml': stringify(schedule),
    'daemons.yaml': yamlOf(daemon),
  };
}

/** A fleet in which everything is as git wants it, soaked and written down. */
export async function stagedWorld(
  fleet: Partial<StagedFleet> = {},
  options: WorldOptions = {},
): Promise<World> {
  const world = createWorld({ ...options, files: stagedFiles({ ...fleet, mode: 'skip' }) });
  await world.settle();
  commit(world, fleet);
  await world.settle();
  await world.clock.advance(24 * 60 * 60_000);
  await world.settle();
  world.calls.length = 0;
  return world;
}

export function commit(world: World, fleet: Partial<StagedFleet>): void {
  for (const [file, text] of Object.entries(stagedFiles(fleet))) world.files.set(file, text);
}

/** The tag of the image that a daemon is to run in each place, by its service's revision; empty where there is none. */
export async function versionsIn(
  world: World,
  places: readonly FleetPlace[] = PLACES,
): Promise<Readonly<Record<string, string>>> {
  const all = await Promise.all(
    places.map(async (place) => {
      const service = await serviceIn(world, place);
      if (service === undefined) return [place.name, ''] as const;
      const { taskDefinition } = (await ask(world, place, 'DescribeTaskDefinition', {
        taskDefinition: service.taskDefinition,
      })) as {
        readonly taskDefinition: { readonly containerDefinitions: readonly { readonly image: string }[] };
      };
      return [place.name, taskDefinition.containerDefinitions[0]?.image.split(':').at(-1) ?? ''] as const;
    }),
  );
  return Object.fromEntries(all);
}

interface ServiceSeen {
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly networkConfiguration?: object;
  readonly status: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export async function serviceIn(
  world: World,
  place: FleetPlace,
  name = 'xray',
): Promise<ServiceSeen | undefined> {
  try {
    const { services } = (await ask(world, place, 'DescribeServices', {
      cluster: 'main',
      services: [name],
      include: ['TAGS'],
    })) as { readonly services: readonly ServiceSeen[] };
    return services.find(({ status }) => status !== 'INACTIVE');
  } catch {
    return undefined;
  }
}

/** What a service says that it has begun. */
export async function heldIn(world: World, place: FleetPlace) {
  const service = await serviceIn(world, place);
  return heldBy(Object.fromEntries((service?.tags ?? []).map(({ key, value }) => [key, value])));
}

export function ask(world: World, place: FleetPlace, operation: string, input: object): Promise<object> {
  const { region, account } = place;
  return world.sandbox.call({
    service: 'ecs',
    operation,
    input,
    region,
    ...(account === undefined ? {} : { accountId: account }),
  });
}

/** How each Environment stands after a pass, by name: `waiting`, `done`. */
export function statesOf(result: PassResult, course: Course | undefined = result.courses[0]) {
  return Object.fromEntries([...(course?.turns ?? [])].map(([name, { state }]) => [name, state]));
}

export function turnOf({ courses }: PassResult, environment: string) {
  return courses[0]?.turns.get(environment);
}

/** Passes and time, until a pass finds it so; what that pass found. */
export async function until(
  world: World,
  isSo: (result: PassResult) => boolean,
  { stepMs = 30_000, most = 200 } = {},
): Promise<PassResult> {
  for (let pass = 0; pass < most; pass += 1) {
    const result = await world.pass();
    if (isSo(result)) return result;
    await world.clock.advance(stepMs);
  }
  throw new Error('it has not become so');
}

export function condition({ courses }: PassResult) {
  return courses[0]?.condition;
}
