import { OWNER_TAG } from '../../core/ownership.ts';

/** One of the private namespaces that have the name that is wanted. */
export interface Candidate {
  readonly id: string;
  /** It carries the tags of this owner and Environment. */
  readonly isOurs: boolean;
  readonly zoneId: string | undefined;
}

/** What is looked for. */
export interface Sought {
  readonly name: string;
  /** Ours to make, where there is none: one of another VPC is then another namespace. */
  readonly isManaged: boolean;
}

/** The VPC of the Environment, and the private hosted zones that it asks. */
export interface AskedVpc {
  readonly vpcId: string;
  readonly zones: ReadonlySet<string>;
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
 * one that is ours, and what is used and alone, are taken as they are, so that Route 53 is asked for what is open only.
 */
export function chooseNamespace(
  sought: Sought,
  candidates: readonly Candidate[],
  vpc: AskedVpc | undefined,
): Choice {
  const [first, ...others] = candidates;
  if (first === undefined) return { type: 'none' };
  const ours = candidates.filter(({ isOurs }) => isOurs);
  const [own, ...moreOwn] = ours;
  if (own !== undefined && moreOwn.length === 0) return { type: 'this', id: own.id };
  if (!sought.isManaged && others.length === 0) return { type: 'this', id: first.id };
  if (vpc === undefined) return { type: 'ask' };
  const eligible = ours.length > 0 ? ours : candidates;
  const [here, ...moreHere] = eligible.filter(({ zoneId }) => zoneId !== undefined && vpc.zones.has(zoneId));
  if (here !== undefined && moreHere.length === 0) return { type: 'this', id: here.id };
  const isElsewhere = here === undefined && candidates.every(({ zoneId }) => zoneId !== undefined);
  if (sought.isManaged && ours.length === 0 && isElsewhere) return { type: 'none' };
  const found = here === undefined ? 'no' : 'more than one';
  const why = `${named(sought, eligible)}, and by Route 53 ${found} hosted zone of theirs is associated with ${vpc.vpcId}; ${wayOut(sought, ours)}`;
  return { type: 'unclear', why };
}

/** Why nothing is known where Route 53 could not be asked. */
export function whyNotTold(
  sought: Sought,
  candidates: readonly Candidate[],
  vpcId: string,
  said: string,
): string {
  const ours = candidates.filter(({ isOurs }) => isOurs);
  const among = ours.length > 0 ? ours : candidates;
  const which = among.length === 1 ? 'whether it' : 'which of them';
  return `${named(sought, among)}, and ${which} is in ${vpcId} could not be asked: ${said}; allow that, or ${wayOut(sought, ours)}`;
}

function named({ name }: Sought, among: readonly Candidate[]): string {
  const ids = among.map(({ id }) => id).toSorted();
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
