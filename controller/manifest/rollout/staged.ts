import { compareText, groupBy } from '../../core/order.ts';
import { manifestKey } from '../../core/resource.ts';
import type { Member, RolloutMode, Schedule, StagedDefinition } from '../../core/rollout/schedule.ts';
import { declaredIn } from '../fleet/declared-environments.ts';
import { selects } from '../fleet/selector.ts';
import type { Labels, LabelSelector } from '../fleet/selector.ts';
import { refOf } from '../manifest.ts';
import type { Manifest, ManifestOf } from '../manifest.ts';
import type { DeclaredRollout } from './declared.ts';
import { modeOf } from './declared.ts';
import { expansionDigest } from './digests.ts';
import { scheduleOf } from './schedule.ts';

/** What Rollouts need to know of all manifests. */
export interface StagingInput {
  readonly manifests: readonly Manifest[];
  readonly rollouts: readonly DeclaredRollout[];
  /** Objects of definitions in Environments where they are wrong, so that they are no manifests there. */
  readonly unfit: readonly UnfitInstance[];
  readonly environmentOf: (manifest: Manifest) => string;
}

/** A definition in an Environment where it, or that, is wrong. */
export interface UnfitInstance {
  /** Where the definition was written, as `Manifest.from` has it. */
  readonly from: Manifest['from'];
  readonly environment: string;
  /** Why, with its place. */
  readonly why: string;
}

type Daemon = ManifestOf<'DaemonService'> & { readonly staged: NonNullable<Manifest['staged']> };

/** The definitions that name a Rollout, each with its Environments and their stages. */
export function stagedDefinitions(input: StagingInput): readonly StagedDefinition[] {
  const daemons = input.manifests.filter(isStaged);
  const environments = new Map(
    input.manifests.flatMap((one) => (one.kind === 'Environment' ? [[one.metadata.name, one] as const] : [])),
  );
  const rollouts = new Map(input.rollouts.map((one) => [one.name, one]));
  const groups = groupBy(daemons, ({ from, metadata }) => `${metadata.name} ${placeText(from)}`);
  return [...groups.values()].map((instances) => {
    const [first] = instances as [Daemon, ...Daemon[]];
    const { rollout: name, digest } = first.staged;
    const rollout = rollouts.get(name);
    const spec = rollout?.spec;
    const stageOf = stagesIn(spec?.stages ?? [], environments);
    const members: readonly Member[] = [
      ...instances.map((one) => {
        const environment = input.environmentOf(one);
        const expansion = expansionDigest(one, environments.get(environment)?.spec);
        return { environment, target: { definition: digest, expansion }, stage: stageOf(environment) };
      }),
      ...input.unfit
        .filter(({ from }) => placeText(from) === placeText(first.from))
        .map(({ environment, why }) => ({
          environment,
          target: { definition: digest, expansion: '' },
          stage: stageOf(environment),
          unfit: why,
        })),
    ];
    return {
      manifest: refOf(first),
      digest,
      rollout: name,
      ...(spec === undefined && { unscheduled: whyUnscheduled(name, rollout) }),
      schedule: spec && scheduleOf(name, spec),
      ...modeAmong([
        [manifestKey(refOf(first)), modeOf(first.metadata)],
        [`Rollout/${name}`, rollout?.mode ?? 'staged'],
      ]),
      members: members.toSorted((a, b) => compareText(a.environment, b.environment)),
    };
  });
}

/** Of Rollouts that are valid, whether a definition names them or not. */
export function schedulesOf(rollouts: readonly DeclaredRollout[]): readonly Schedule[] {
  return rollouts
    .flatMap(({ name, spec }) => (spec === undefined ? [] : [scheduleOf(name, spec)]))
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** The stage of an Environment, by its index: the first that takes it. */
function stagesIn(
  stages: readonly { readonly environments?: LabelSelector }[],
  environments: ReadonlyMap<string, ManifestOf<'Environment'>>,
): (environment: string) => number | undefined {
  return (environment) => {
    const labels = labelsOf(environment, environments.get(environment));
    const index = stages.findIndex(
      ({ environments: selector }) => selector === undefined || selects(selector, labels),
    );
    return index === -1 ? undefined : index;
  };
}

function labelsOf(name: string, declared: ManifestOf<'Environment'> | undefined): Labels {
  if (declared === undefined) return { name };
  return declaredIn(name, declared).labels ?? { name };
}

/** Whoever pauses has the last word. */
function modeAmong(
  said: readonly (readonly [by: string, RolloutMode])[],
): Pick<StagedDefinition, 'mode' | 'modeSaidBy'> {
  for (const mode of ['paused', 'skip'] as const) {
    const found = said.find(([, own]) => own === mode);
    if (found !== undefined) return { mode, modeSaidBy: found[0] };
  }
  return { mode: 'staged' };
}

function whyUnscheduled(name: string, rollout: DeclaredRollout | undefined): string {
  return rollout === undefined
    ? `Rollout/${name} may be in a file that cannot be read; nothing begins before that can`
    : `Rollout/${name} at ${rollout.where} is wrong itself; nothing begins before it is corrected`;
}

function isStaged(manifest: Manifest): manifest is Daemon {
  return manifest.kind === 'DaemonService' && manifest.staged !== undefined;
}

function placeText({ file, line }: Manifest['from']): string {
  return `${file}:${line}`;
}
