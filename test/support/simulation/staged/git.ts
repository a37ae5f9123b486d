import { definitionDigest } from '../../../../controller/manifest/rollout/digests.ts';
import type { FleetPlace } from '../../manifests/environments.ts';
import { daemonService } from '../../manifests/documents.ts';
import { stagedFiles } from '../../world/rollouts.ts';
import type { Chance } from '../chance.ts';

/** A daemon and the Rollout that it goes through, as git holds them: which Environment is in which stage is worked out here anew. */
export interface StagedGit {
  readonly places: readonly StagedPlace[];
  readonly definition: Definition;
  readonly stages: readonly StageWritten[];
  readonly mode: Mode;
  /** Digest that git approves; absent: none. */
  readonly approved?: string;
}

export interface StagedPlace extends FleetPlace {
  readonly account: string;
  readonly labels: Labels;
}

/** `fleet`: whether the daemon is wanted there. */
interface Labels {
  readonly fleet: 'in' | 'out';
  readonly stage: StageLabel;
  readonly [key: string]: string;
}

const STAGE_LABELS = ['dev', 'test', 'prod'] as const;
type StageLabel = (typeof STAGE_LABELS)[number];

export type Mode = 'staged' | 'paused' | 'skip';

interface Definition {
  /** Of its image. */
  readonly version: string;
  readonly desiredCount: number;
  /** Another version for those of a stage's label. */
  readonly override?: { readonly stage: StageLabel; readonly version: string };
}

interface StageWritten {
  readonly name: string;
  /** Undefined: it takes all that no stage before took. */
  readonly takes: StageLabel | undefined;
  readonly maxConcurrent: number | string | undefined;
  readonly maxFailures: number;
  readonly soakMinutes: number;
  readonly needsApproval: boolean;
}

/** What a definition comes to in one Environment. */
export interface Running {
  readonly version: string;
  readonly desiredCount: number;
}

export const DEADLINE_MS = 10 * 60_000;
const MOST_PLACES = 8;

/** Tags of images that nobody has pushed. */
export const BAD_VERSIONS = ['bad-1', 'bad-2', 'bad-3', 'bad-4', 'bad-5', 'bad-6'] as const;

export function imageOf(version: string): string {
  return `example.org/daemon:${version}`;
}

export function firstGit(chance: Chance): StagedGit {
  const places = Array.from({ length: chance.whole(3, 6) }, (_, index) => placeAt(index, chance));
  return scheduled({
    places: places.map((place, index) => (index === 0 ? relabelled(place, { fleet: 'in' }) : place)),
    definition: { version: 'v1', desiredCount: 1 },
    stages: stagesBy(chance),
    mode: 'staged',
  });
}

export function placeAt(index: number, chance: Chance): StagedPlace {
  return {
    name: `place-${index + 1}`,
    region: index % 2 === 0 ? 'eu-west-1' : 'us-east-1',
    account: `10000000000${index}`,
    labels: { fleet: chance.happens(0.9) ? 'in' : 'out', stage: chance.one(STAGE_LABELS) },
  };
}

export function stagesBy(chance: Chance): readonly StageWritten[] {
  const labels = [...STAGE_LABELS].slice(0, chance.whole(0, 2));
  return [...labels, undefined].map((takes) => ({
    name: takes ?? 'rest',
    takes,
    maxConcurrent: chance.one([undefined, 1, 1, 2, '50%']),
    maxFailures: chance.happens(0.25) ? 1 : 0,
    soakMinutes: chance.one([0, 1, 2]),
    needsApproval: chance.happens(0.15),
  }));
}

export function relabelled(place: StagedPlace, labels: Partial<Labels>): StagedPlace {
  return { ...place, labels: { ...place.labels, ...labels } as Labels };
}

/** Whether there may be another Environment. */
export function hasRoom({ places }: StagedGit): boolean {
  return places.length < MOST_PLACES;
}

/** The daemon as it is written. */
function daemonOf({ version, desiredCount, override }: Definition) {
  return daemonService({
    desiredCount,
    environments: { matchLabels: { fleet: 'in' } },
    rollout: 'fleet',
    containers: [{ name: 'main', image: imageOf(version) }],
    ...(override !== undefined && {
      overrides: [
        {
          environments: { matchLabels: { stage: override.stage } },
          spec: { containers: [{ name: 'main', image: imageOf(override.version) }] },
        },
      ],
    }),
  });
}

export function filesOf(git: StagedGit): Readonly<Record<string, string>> {
  const { approved, definition } = git;
  return stagedFiles({
    places: git.places,
    spec: daemonOf(definition).spec,
    mode: git.mode,
    stages: git.stages.map((stage) => ({
      name: stage.name,
      ...(stage.takes !== undefined && { environments: { matchLabels: { stage: stage.takes } } }),
      ...(stage.maxConcurrent !== undefined && { maxConcurrent: stage.maxConcurrent }),
      maxFailures: stage.maxFailures,
      soak: `${stage.soakMinutes}m`,
      ...(stage.needsApproval && { approval: 'required' }),
    })),
    rollout: {
      progressDeadline: '10m',
      ...(approved !== undefined && { approved: { xray: approved } }),
    },
  });
}

/** As `plan` prints it, which is what people approve. */
export function digestOf({ definition }: StagedGit): string {
  const { kind, metadata, spec } = daemonOf(definition);
  return definitionDigest({ kind, metadata, spec: { ...spec } });
}

/** The Environments in which the daemon is wanted. */
export function membersOf({ places }: StagedGit): readonly StagedPlace[] {
  return places.filter(({ labels }) => labels.fleet === 'in');
}

/** Whether each stage that names its Environments takes some: else the Rollout is wrong, and nothing begins by it. */
function isScheduled({ places, stages }: StagedGit): boolean {
  return stages.every(
    ({ takes }) => takes === undefined || places.some(({ labels }) => labels.stage === takes),
  );
}

/** Without the stages that take nobody. */
export function scheduled(git: StagedGit): StagedGit {
  return { ...git, stages: git.stages.filter((stage) => isScheduled({ ...git, stages: [stage] })) };
}

/** Index of the first stage that takes an Environment; undefined where there is no schedule to go by. */
export function stageOf(git: StagedGit, { labels }: StagedPlace): number | undefined {
  if (!isScheduled(git)) return undefined;
  return git.stages.findIndex(({ takes }) => takes === undefined || takes === labels.stage);
}

export function membersIn(git: StagedGit, stage: number): readonly StagedPlace[] {
  return membersOf(git).filter((place) => stageOf(git, place) === stage);
}

/** What is wanted in an Environment. */
export function runningIn({ definition }: StagedGit, { labels }: StagedPlace): Running {
  const { version, desiredCount, override } = definition;
  return { version: override?.stage === labels.stage ? override.version : version, desiredCount };
}

/** How many of a stage may be under way at once. */
export function slotsIn(git: StagedGit, stage: number): number {
  const size = membersIn(git, stage).length;
  const most = git.stages[stage]?.maxConcurrent ?? size;
  return typeof most === 'number' ? most : Math.max(1, Math.floor((size * Number.parseInt(most, 10)) / 100));
}
