import type { KindName } from '../core/resource.ts';
import type { ResourceTypeName } from './resource-types.ts';

/** When an operation is called, for the resources of a kind. */
export type Use =
  /** To see what manifests want, or use. */
  | 'observe'
  /** To see what is owned and no manifest names any more: of every kind, wherever a folder is all there is to be. */
  | 'leftovers'
  /** To see so many new task definitions at once that asking for each costs more. */
  | 'observe-many'
  | 'create'
  | 'update'
  /** To remove old revisions of a task definition that stays. */
  | 'tidy'
  | 'adopt'
  /** For what no manifest names any more, and for a replacement. */
  | 'delete'
  /** To untag and leave what no manifest names any more. */
  | 'release';

/** An action that AWS asks for. */
export interface Authorization {
  readonly action: string;
  readonly access: 'read' | 'write';
  /** What AWS lets it be restricted to; `own`: the resource type of the kind that it is called for; `*`: nothing. */
  readonly on: ResourceTypeName | 'own' | '*';
  /**
   * Which condition keys AWS has for it: `aws:RequestTag` (what it makes), `aws:ResourceTag` (what it changes), both, or neither.
   */
  readonly tags: 'request' | 'resource' | 'either' | 'none';
  /** A condition of its own, whatever the tags: operator → key → values. */
  readonly condition?: Condition;
  /** Name of its statement, where it has one of its own. */
  readonly sid?: 'PassRoles' | 'CreateLinkedRole' | 'ChangeSoaRecord';
}

export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What calling an operation takes. */
export interface Authorized {
  /** By the kinds whose drivers call it. */
  readonly uses: Readonly<Partial<Record<KindName, readonly Use[]>>>;
  readonly actions: readonly Authorization[];
}

export type Uses = Authorized['uses'];

export function calls(uses: Uses, ...actions: readonly Authorization[]): Authorized {
  return { uses, actions };
}

/** Of everything: what no manifest names any more is to be found, too. */
export function reads(action: string): Authorization {
  return { action, access: 'read', on: '*', tags: 'none' };
}

export function writes(
  action: string,
  on: Authorization['on'],
  tags: Authorization['tags'],
  own: Pick<Authorization, 'condition' | 'sid'> = {},
): Authorization {
  return { action, access: 'write', on, tags, ...own };
}

/** AWS asks for it when something is made with tags, and says by which call. */
export function tagsNew(action: string, on: ResourceTypeName, key: string, call: string): Authorization {
  return writes(action, on, 'request', { condition: { StringEquals: { [key]: [call] } } });
}
