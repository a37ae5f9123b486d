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
  removal({ state: { images }, tags }) {
    if (images === undefined || images.count === 0) return { upkeep: [] };
    if (!isForced(tags)) return { upkeep: [], held: whyNotEmpty(images) };
    const { count, isLeast } = images;
    const from = isLeast ? `at least ${count}` : count;
    return { upkeep: [{ what: 'images', from, to: null, isTidying: false }] };
  },
};

type Lifecycle = RepositoryState['lifecyclePolicy'];
type Policy = RepositoryState['repositoryPolicy'];

/** What is not known of either is not compared; none is one without rules. */
function lifecycleChanges(to: Lifecycle, from: Lifecycle): readonly FieldChange[] {
  if (to === undefined || from === undefined) return [];
  return compareFields(to ?? { rules: {} }, from ?? { rules: {} }, WHOLE);
}

/** The same of the policy, and none is one without statements. */
function documentChanges(to: Policy, from: Policy): readonly FieldChange[] {
  if (to === undefined || from === undefined) return [];
  const none = { Version: (to ?? from)?.Version ?? '', Statement: [] };
  return policyChanges('repositoryPolicy', to ?? none, from ?? none);
}

function whyNotEmpty(images: ImageCount): string {
  return `it holds ${inWords(images)}: delete them (aws ecr batch-delete-image); or apply its manifest once more, with spec.forceDelete: true to delete them with it, or with stationkeeper.dev/deletion-policy: retain to keep the repository`;
}

function inWords({ count, isLeast }: ImageCount): string {
  return `${isLeast ? 'at least ' : ''}${count} ${count === 1 ? 'image' : 'images'}`;
}
