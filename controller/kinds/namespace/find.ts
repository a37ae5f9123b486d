import { isOfAnotherAccount } from '../../aws/cloud-map.ts';
import type { CloudMapTags } from '../../aws/cloud-map.ts';
import { mapConcurrently } from '../../aws/collect.ts';
import { asStationkeeperError } from '../../core/errors.ts';
import { ownerOf } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import type { Desired, Tags } from '../../core/resource.ts';
import { chooseNamespace, whyNotTold } from './choice.ts';
import type { Candidate, Choice, Sought } from './choice.ts';
import { isCalled } from './listing.ts';
import type { ListedNamespace } from './listing.ts';
import type { NamespaceSpec } from './model.ts';
import type { Zones } from './zones.ts';

const READS_AT_ONCE = 4;

/** One of the name that is wanted. */
export interface Found {
  readonly listed: ListedNamespace;
  readonly tags: Tags;
}

/** What was found of a desired namespace: undefined where the Environment has none; or why that cannot be told. */
type Finding = { readonly found: Found | undefined } | { readonly why: string };

export type FindNamespace = (
  desired: Desired<NamespaceSpec>,
  listed: readonly ListedNamespace[],
  place: EnvironmentOutputs | undefined,
) => Promise<Finding>;

export function createFinder(claim: Claim, tagging: CloudMapTags, zones: Zones): FindNamespace {
  /** Route 53 is asked only where the namespaces' tags, types and number leave it open. */
  async function choose(
    sought: Sought,
    found: readonly Found[],
    place: EnvironmentOutputs | undefined,
  ): Promise<Choice> {
    const candidateOf = ({ listed, tags }: Found, vpcs: readonly string[]): Candidate => {
      const { id, type } = listed.state;
      return { id, type, isOurs: ownerOf(claim, tags) === 'us', vpcs };
    };
    const candidates = found.map((one) => candidateOf(one, []));
    const choice = chooseNamespace(sought, candidates, undefined);
    if (choice.type !== 'ask') return choice;
    if (place === undefined) {
      const why = whyNotTold(sought, candidates, 'the VPC of the Environment is not known');
      return { type: 'unclear', why };
    }
    try {
      const told = await mapConcurrently(READS_AT_ONCE, found, async (one) => {
        const isPrivate = one.listed.state.type === 'private-dns';
        return candidateOf(one, isPrivate ? (await zones.of(one.listed.zoneId)).vpcs : []);
      });
      return chooseNamespace(sought, told, place.vpcId);
    } catch (thrown) {
      const { message } = asStationkeeperError(thrown);
      return { type: 'unclear', why: whyNotTold(sought, candidates, message) };
    }
  }

  return async ({ spec, management }, listed, place) => {
    try {
      const namesakes = listed.filter((one) => isCalled(one, spec.name));
      const said = spec.id === undefined ? namesakes : listed.filter(({ state }) => state.id === spec.id);
      const [misnamed] = said.filter((one) => !namesakes.includes(one));
      if (misnamed !== undefined) return { why: whyMisnamed(spec, misnamed) };
      const found = await mapConcurrently(READS_AT_ONCE, said, async (one) => ({
        listed: one,
        // In another account nothing is ours.
        tags: isOfAnotherAccount(one.arn, place?.accountId) ? {} : await tagging.of(one.arn),
      }));
      const isManaged = management === 'managed';
      const type = isManaged ? (spec.type ?? 'private-dns') : spec.type;
      const sought = { name: spec.name, isManaged, ...(type === undefined ? {} : { type }) };
      const choice = await choose(sought, found, place);
      if (choice.type === 'unclear') return { why: choice.why };
      return {
        found:
          choice.type === 'this' ? found.find(({ listed: { state } }) => state.id === choice.id) : undefined,
      };
    } catch (thrown) {
      return { why: asStationkeeperError(thrown).message };
    }
  };
}

function whyMisnamed({ id, name }: NamespaceSpec, found: ListedNamespace): string {
  return `the namespace ${id} is named ${found.name} and not ${name}; correct spec.serviceDiscovery.namespace, or namespaceId`;
}
