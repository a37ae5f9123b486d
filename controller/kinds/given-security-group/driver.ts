import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { inBatchesOf, mapConcurrently } from '../../aws/collect.ts';
import { OWNER_TAG } from '../../core/ownership.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import { fromTagList } from '../../aws/tags.ts';
import type { DriverContext, KindDriver } from '../kind.ts';
import { lookedUpDriver } from '../looked-up.ts';
import type { Verdict } from '../looked-up.ts';
import { choose } from './choice.ts';
import type { Choice, Group } from './choice.ts';
import { networksOf } from './networks.ts';
import { askedGroup } from './spec.ts';
import type { AskedGroup } from './spec.ts';

const KNOWN_FOR_MS = 120_000;
/** Values that one EC2 filter takes (EC2 API reference, Filter). */
const FILTER_VALUES = 200;
const CONCURRENT_READS = 5;

/** Looks up the security groups of consumers; one that is not there, or that nothing carries yet, in every pass. */
export function givenSecurityGroupDriver({
  aws: { ec2 },
  claim,
  clock,
}: DriverContext): KindDriver<LookedUpSpec, LookedUpState> {
  const networks = networksOf(ec2);

  /** Every group that one of these may mean, and more: EC2 reads `*` and `?` in filters as wildcards. */
  async function candidates(asked: readonly AskedGroup[]): Promise<readonly Group[]> {
    const ids = asked.flatMap(({ id }) => id ?? []);
    const names = asked.flatMap(({ name }) => name ?? []);
    const filters = [
      ...(ids.length > 0 ? [[{ Name: 'group-id', Values: ids }]] : []),
      ...(names.length > 0 ? [[{ Name: 'group-name', Values: names }]] : []),
      ...asked.flatMap(({ tags }) =>
        tags === undefined
          ? []
          : [Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))],
      ),
    ];
    const found = await mapConcurrently(CONCURRENT_READS, filters, networks.groups);
    return [...new Map(found.flat().map((group) => [group.GroupId, groupOf(group)])).values()];
  }

  async function verdicts(
    chosen: ReadonlyMap<string, Choice>,
    withSubnets: (reference: string) => boolean,
  ): Promise<ReadonlyMap<string, Verdict>> {
    const asked = [...chosen].flatMap(([reference, choice]) =>
      choice.type === 'found' && withSubnets(reference) ? [choice.outputs] : [],
    );
    const subnetsOf = await networks.subnetsOf(asked);
    return new Map(
      [...chosen].map(([reference, choice]): readonly [string, Verdict] => {
        if (choice.type === 'missing' || !withSubnets(reference)) return [reference, choice];
        const { blocks, isCarried } = subnetsOf(choice.outputs);
        return [
          reference,
          { type: 'found', outputs: { ...choice.outputs, blocks }, isUnsettled: !isCarried },
        ];
      }),
    );
  }

  return lookedUpDriver(clock, {
    one: "a consumer's security group",
    all: 'security groups of consumers',
    knownForMs: KNOWN_FOR_MS,
    onDenial: 'unseen',
    onFailure: 'unseen',
    taken: () => ({}),
    batches: (references) => inBatchesOf(FILTER_VALUES, references),
    async ask(references, { accountId, vpcId }) {
      const asked = new Map(references.map((reference) => [reference, askedGroup(reference)] as const));
      const groups = await candidates([...asked.values()]);
      const isElsewhere = groups.some((group) => group.vpcId !== vpcId);
      const here = {
        accountId,
        vpcId,
        owner: claim.owner,
        peerings: isElsewhere ? await networks.peeringsOf(vpcId) : new Map<string, string>(),
      };
      const chosen = new Map(
        [...asked].map(([reference, one]) => [reference, choose(one, groups, here)] as const),
      );
      return verdicts(chosen, (reference) => asked.get(reference)?.subnets === true);
    },
  });
}

function groupOf({ GroupId = '', GroupName = '', VpcId = '', OwnerId, Tags }: SecurityGroup): Group {
  const tags = fromTagList(Tags);
  return {
    id: GroupId,
    name: GroupName,
    vpcId: VpcId,
    tags,
    ...(OwnerId !== undefined && { accountId: OwnerId }),
    ...(tags[OWNER_TAG] !== undefined && { owner: tags[OWNER_TAG] }),
  };
}
