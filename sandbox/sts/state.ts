/** Sessions that are remembered; the oldest beyond these are forgotten. */
const MAX_SESSIONS = 1000;
const MAX_TRUSTED_ACCOUNTS = 1000;

/** Whom temporary credentials stand for, as GetCallerIdentity names them. */
export interface Caller {
  readonly arn: string;
  /** `AROA…:session`. */
  readonly userId: string;
}

export interface Session {
  readonly caller: Caller;
  readonly isAssumedRole: boolean;
  /** Epoch milliseconds of the clients' clock. */
  readonly expiresAt: number;
}

export interface StsState {
  /** By access key id: what callers of this account were given, be it for roles of another. */
  readonly sessions: Map<string, Session>;
  /** Accounts that somebody of this account entered before anybody had called them: their roles are taken on trust. */
  readonly trustedAccounts: Set<string>;
}

export function createStsState(): StsState {
  return { sessions: new Map(), trustedAccounts: new Set() };
}

export function addSession({ sessions }: StsState, accessKeyId: string, session: Session): void {
  sessions.set(accessKeyId, session);
  const [oldest] = sessions.keys();
  if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
}

export function trustAccount({ trustedAccounts }: StsState, accountId: string): void {
  trustedAccounts.add(accountId);
  const [oldest] = trustedAccounts;
  if (trustedAccounts.size > MAX_TRUSTED_ACCOUNTS && oldest !== undefined) trustedAccounts.delete(oldest);
}
