import { askedStateOf, rulesOf } from '../../core/fields/table.ts';
import type { KindModel } from '../../core/kind.ts';
import { environmentId } from '../../core/reference.ts';
import type { FieldChange, Tags } from '../../core/resource.ts';
import { saidIn } from '../../core/said-fields.ts';
import { compareFields } from '../../plan/compare.ts';
import { policyChanges } from '../../plan/policy-changes.ts';
import { isForced, repositoryFacts } from './facts.ts';
import { FIELDS, OPTIONAL_FIELDS } from './spec.ts';
import type { RepositorySpec } from './spec.ts';
import type { ImageCount, RepositoryState } from './state.ts';

const RULES = rulesOf(FIELDS);
/** A lifecycle policy is ours as a whole: what else AWS has in it is too much. */
const WHOLE = { ...RULES, whole: true, at: 'lifecyclePolicy' } as const;

/** How a repository is to be compared: as its manifest says, and where that said something before and does not any more, as a new one is. */
export function wantedState(spec: RepositorySpec, tags: Tags): Partial<RepositoryState> {
  const said = saidIn(tags);
  const fresh = OPTIONAL_FIELDS.filter((name) => said.has(name)).map((name) => [
    name,
    FIELDS[name].observed(undefined),
  ]);
  return { ...Object.fromEntries(fresh), ...askedStateOf(FIELDS, spec) };
}

export const repositoryModel: KindModel<RepositorySpec, RepositoryState> = {
  facts: repositoryFacts,
  updateChangesOutputs: false,
  replaceInterrupts:
    'every task that is to start before its image is pushed again: the images go with the repository',
  replacedWhileUsed: true,
  needs: ({ id }) => [environmentId(id.environment)],
  diff({ spec }, { state, tags }) {
    const { lifecyclePolicy, repositoryPolicy, ...wanted } = wantedState(spec, tags);
    return [
      ...compareFields(wanted, state, RULES),
      ...lifecycleChanges(lifecyclePolicy, state.lifecyclePolicy),
      ...documentChanges(repositoryPolicy, state.repositoryPolicy),
    ];
  },
  removal({ id, state: { images }, tags }) {
    if (images === undefined || images.count === 0) return { upkeep: [] };
    if (!isForced(tags)) return { upkeep: [], held: whyNotEmpty(id.name, images) };
    return { upkeep: [{ what: 'images', from: inWords(images), to: null, isTidying: false }] };
  },
};

type Of<Field extends keyof RepositoryState> = RepositoryState[Field];

function lifecycleChanges(to: Of<'lifecyclePolicy'>, from: Of<'lifecyclePolicy'>): readonly FieldChange[] {
  return to && from
    ? compareFields(to, from, WHOLE)
    : compareFields({ lifecyclePolicy: to }, { lifecyclePolicy: from });
}

function documentChanges(to: Of<'repositoryPolicy'>, from: Of<'repositoryPolicy'>): readonly FieldChange[] {
  return to && from
    ? policyChanges('repositoryPolicy', to, from)
    : compareFields({ repositoryPolicy: to }, { repositoryPolicy: from });
}

function whyNotEmpty(name: string, images: ImageCount): string {
  return `it holds ${inWords(images)}: delete them (aws ecr batch-delete-image --repository-name ${name}), or have it deleted with them by applying spec.forceDelete: true before; with stationkeeper.dev/deletion-policy: retain it is left as it is`;
}

function inWords({ count, isLeast }: ImageCount): string {
  return `${isLeast ? 'at least ' : ''}${count} ${count === 1 ? 'image' : 'images'}`;
}
