import { OWNER_TAG } from '../../core/ownership.ts';

/** One of the private namespaces that have the name that is wanted. */
export interface Candidate {
  readonly id: string;
  /** It carries the tags of this owner and Environment. */
  readonly isOurs: boolean;
  /** That its hosted zone is associated with, as far as Route 53 was asked and tells. */
  readonly vpcs: readonly string[];
}

/** What is looked for. */
export interface Sought {
  readonly name: string;
  /** Ours to make, where there is none: one of another VPC is then another namespace. */
  readonly isManaged: boolean;
}

export type Choice =
  | { readonly type: 'this'; readonly id: string }
  /** The Environment has none of this name. */
  | { readonly type: 'none' }
  /** It takes Route 53 to tell. */
  | { readonly type: 'ask' }
  | { readonly type: 'unclear'; readonly why: string };

/**
 * Which of the namespaces of one name an Environment means: Cloud Map allows one in each VPC, and does not tell which VPC that is. The
 * one that is ours, and what is used and alone, are taken as they are, so that Route 53 is asked for what is open only: `vpcId` is the
 * Environment's VPC once it was. Only what is known to be in another VPC counts as another namespace.
 */
export function chooseNamespace(
  sought: Sought,
  candidates: readonly Candidate[],
  vpcId: string | undefined,
): Choice {
  const [first, ...others] = candidates;
  if (first === undefined) return { type: 'none' };
  const ours = candidates.filter(({ isOurs }) => isOurs);
  const [own, ...moreOwn] = ours;
  if (own !== undefined && moreOwn.length === 0) return { type: 'this', id: own.id };
  if (!sought.isManaged && others.length === 0) return { type: 'this', id: first.id };
  if (vpcId === undefined) return { type: 'ask' };
  const eligible = ours.length > 0 ? ours : candidates;
  const [here, ...moreHere] = eligible.filter(({ vpcs }) => vpcs.includes(vpcId));
  if (here !== undefined && moreHere.length === 0) return { type: 'this', id: here.id };
  const areElsewhere = here === undefined && eligible.every(({ vpcs }) => vpcs.length > 0);
  if (sought.isManaged && ours.length === 0 && areElsewhere) return { type: 'none' };
  if (others.length === 0) return { type: 'this', id: first.id };
  const found = here === undefined ? 'none' : 'more than one';
  const why = `${named(sought, eligible)}, and Route 53 shows ${found} of their hosted zones in ${vpcId}; ${wayOut(sought, ours)}`;
  return { type: 'unclear', why };
}

/** Why nothing is known where Route 53 could not be asked. */
export function whyNotTold(sought: Sought, candidates: readonly Candidate[], said: string): string {
  const ours = candidates.filter(({ isOurs }) => isOurs);
  const among = ours.length > 0 ? ours : candidates;
  const which = among.length === 1 ? 'whether it is' : 'which of them is';
  return `${named(sought, among)}, and ${which} the Environment's could not be asked: ${said}; see to that, or ${wayOut(sought, ours)}`;
}

function named({ name }: Sought, among: readonly Candidate[]): string {
  const ids = among
    .map(({ id, vpcs }) => (vpcs.length === 0 ? id : `${id} in ${vpcs.join(' and ')}`))
    .toSorted();
  const whose = among.every(({ isOurs }) => isOurs) ? 'carry our tags and are' : 'are';
  return ids.length === 1
    ? `the private namespace ${ids[0]} is named ${name}`
    : `${ids.length} private namespaces ${whose} named ${name} (${ids.join(', ')})`;
}

function wayOut({ isManaged }: Sought, ours: readonly Candidate[]): string {
  if (!isManaged) return 'set spec.serviceDiscovery.namespaceId to the id of the one to use';
  return ours.length > 0
    ? `take the tag ${OWNER_TAG} off all but the one to use`
    : 'remove the Namespace from git and set spec.serviceDiscovery.namespaceId to the id of the one to use';
}
