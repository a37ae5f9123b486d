import { OWNER_TAG } from '../../core/ownership.ts';
import { NAMESPACE_TYPES } from './facts.ts';
import type { NamespaceType } from './facts.ts';

/** One of the namespaces that have the name that is wanted. */
export interface Candidate {
  readonly id: string;
  readonly type: NamespaceType;
  /** It carries the tags of this owner and Environment. */
  readonly isOurs: boolean;
  /** That its hosted zone is associated with, as far as Route 53 was asked and tells. */
  readonly vpcs: readonly string[];
}

/** What is looked for. */
export interface Sought {
  readonly name: string;
  /** Ours to make, where there is none: one of another type, or of another VPC, is then another namespace. */
  readonly isManaged: boolean;
  /** Undefined: whichever there is, the first of private, public and HTTP. */
  readonly type?: NamespaceType;
}

export type Choice =
  | { readonly type: 'this'; readonly id: string }
  /** The Environment has none of this name. */
  | { readonly type: 'none' }
  /** It takes Route 53 to tell. */
  | { readonly type: 'ask' }
  | { readonly type: 'unclear'; readonly why: string };

/**
 * Which of the namespaces of one name an Environment means: Cloud Map allows one private one in each VPC, does not tell which VPC that is,
 * and allows public and HTTP ones of the name beside them. The one that is ours, and what is used and alone, are taken as they are, so that
 * Route 53 is asked for what is open only: `vpcId` is the Environment's VPC once it was. Only what is known to be in another VPC counts as
 * another namespace. One of ours that has another type than is wanted now is the one to be made anew.
 */
export function chooseNamespace(
  sought: Sought,
  candidates: readonly Candidate[],
  vpcId: string | undefined,
): Choice {
  const eligible = ofTypeSought(sought, candidates);
  const [first, ...others] = eligible;
  if (first === undefined) return { type: 'none' };
  const ours = eligible.filter(({ isOurs }) => isOurs);
  const [own, ...moreOwn] = ours;
  if (own !== undefined && moreOwn.length === 0) return { type: 'this', id: own.id };
  const isOfVpc = eligible.every(({ type }) => type === 'private-dns');
  if (others.length === 0 && (!sought.isManaged || !isOfVpc)) return { type: 'this', id: first.id };
  const open = ours.length > 0 ? ours : eligible;
  if (!isOfVpc) return { type: 'unclear', why: `${named(sought, open)}; ${wayOut(sought, ours)}` };
  if (vpcId === undefined) return { type: 'ask' };
  const [here, ...moreHere] = open.filter(({ vpcs }) => vpcs.includes(vpcId));
  if (here !== undefined && moreHere.length === 0) return { type: 'this', id: here.id };
  const areElsewhere = here === undefined && open.every(({ vpcs }) => vpcs.length > 0);
  if (sought.isManaged && ours.length === 0 && areElsewhere) return { type: 'none' };
  if (others.length === 0) return { type: 'this', id: first.id };
  const found = here === undefined ? 'none' : 'more than one';
  const why = `${named(sought, open)}, and Route 53 shows ${found} of their hosted zones in ${vpcId}; ${wayOut(sought, ours)}`;
  return { type: 'unclear', why };
}

/** Those of the type that is wanted; where none of these is ours, those of ours that have another. */
function ofTypeSought({ type }: Sought, candidates: readonly Candidate[]): readonly Candidate[] {
  const ofType = (one: NamespaceType) => candidates.filter((candidate) => candidate.type === one);
  if (type === undefined) return NAMESPACE_TYPES.map(ofType).find(({ length }) => length > 0) ?? [];
  const wanted = ofType(type);
  const ours = candidates.filter(({ isOurs }) => isOurs);
  return ours.length === 0 || wanted.some(({ isOurs }) => isOurs) ? wanted : ours;
}

/** Why nothing is known where Route 53 could not be asked. */
export function whyNotTold(sought: Sought, candidates: readonly Candidate[], said: string): string {
  const eligible = ofTypeSought(sought, candidates);
  const ours = eligible.filter(({ isOurs }) => isOurs);
  const among = ours.length > 0 ? ours : eligible;
  const which = among.length === 1 ? 'whether it is' : 'which of them is';
  return `${named(sought, among)}, and ${which} the Environment's could not be asked: ${said}; see to that, or ${wayOut(sought, ours)}`;
}

const WORDS: Readonly<Record<NamespaceType, string>> = {
  'private-dns': 'private ',
  'public-dns': 'public ',
  http: 'HTTP ',
};

function named({ name }: Sought, among: readonly Candidate[]): string {
  const ids = among
    .map(({ id, vpcs }) => (vpcs.length === 0 ? id : `${id} in ${vpcs.join(' and ')}`))
    .toSorted();
  const [type, ...otherTypes] = new Set(among.map((one) => WORDS[one.type]));
  const sort = otherTypes.length === 0 ? type : '';
  const whose = among.every(({ isOurs }) => isOurs) ? 'carry our tags and are' : 'are';
  return ids.length === 1
    ? `the ${sort}namespace ${ids[0]} is named ${name}`
    : `${ids.length} ${sort}namespaces ${whose} named ${name} (${ids.join(', ')})`;
}

function wayOut({ isManaged }: Sought, ours: readonly Candidate[]): string {
  if (!isManaged) return 'set spec.serviceDiscovery.namespaceId to the id of the one to use';
  return ours.length > 0
    ? `take the tag ${OWNER_TAG} off all but the one to use`
    : 'remove the Namespace from git and set spec.serviceDiscovery.namespaceId to the id of the one to use';
}
