/** The steps of a packet from a consumer to a daemon, and of what the daemon makes of it, in the order in which they are told. */
export const HOPS = [
  'name',
  'instances',
  'consumer',
  'egress',
  'network-acls',
  'routes',
  'ingress',
  'port',
  'health',
  'role',
  'way-out',
] as const;
export type HopName = (typeof HOPS)[number];

/** What is known of something: `unknown` is what could not be read, or does not show, and never counts as well. */
export interface Judgement {
  readonly status: 'ok' | 'blocked' | 'unknown';
  /** In one line, with the ids that it was seen by. */
  readonly evidence: string;
  /** What to do; absent where it is well. */
  readonly advice?: string;
}

export interface Hop extends Judgement {
  readonly hop: HopName;
}

export const VERDICTS = ['Reachable', 'Blocked', 'Unknown'] as const;

/** Whether a consumer reaches a daemon. */
export interface Reachability {
  readonly verdict: (typeof VERDICTS)[number];
  /** All of `HOPS`. */
  readonly hops: readonly Hop[];
}

export function ok(evidence: string): Judgement {
  return { status: 'ok', evidence };
}

export function blocked(evidence: string, advice: string): Judgement {
  return { status: 'blocked', evidence, advice };
}

export function unknown(evidence: string, advice: string): Judgement {
  return { status: 'unknown', evidence, advice };
}

/** What could not be read. `what`: `the routes`; `why` names the operation, and what to allow where that is missing. */
export function unread(what: string, why: string): Judgement {
  return { status: 'unknown', evidence: `cannot read ${what}`, advice: why };
}

const BAD = ['blocked', 'unknown'] as const;

/** What decides among several that all have to be well: the first that is blocked, else the first unknown, else the first. */
export function worstOf<One extends Judgement>(judgements: readonly One[]): One | undefined {
  const bad = BAD.map((status) => judgements.find((one) => one.status === status));
  return bad.find((one) => one !== undefined) ?? judgements[0];
}

/** What all of several come to, told by the worst of them. `what` they are judged for: `flows`. */
export function overAll(judgements: readonly Judgement[], what: string, otherwise: Judgement): Judgement {
  const worst = worstOf(judgements);
  if (worst === undefined) return otherwise;
  const same = judgements.filter(({ status }) => status === worst.status).length;
  if (judgements.length === 1) return worst;
  const count = same === judgements.length ? `all ${same}` : `${same} of ${judgements.length}`;
  return { ...worst, evidence: `${worst.evidence} (${count} ${what})` };
}

/** The hop that decides; undefined where all are well. */
export function badHop({ hops }: Pick<Reachability, 'hops'>): Hop | undefined {
  const worst = worstOf(hops);
  return worst?.status === 'ok' ? undefined : worst;
}

const BY_STATUS = { ok: 'Reachable', blocked: 'Blocked', unknown: 'Unknown' } as const;

export function reachabilityOf(hops: readonly Hop[]): Reachability {
  return { verdict: BY_STATUS[worstOf(hops)?.status ?? 'unknown'], hops };
}
