import type { Place } from './arn.ts';
import type { Desired } from './resource.ts';

/** What a kind calls an operation for. */
export type Use =
  /** To see what manifests want, or use. */
  | 'observe'
  /** To see what is owned and no manifest names any more: of every kind, wherever a folder is all there is to be. */
  | 'leftovers'
  /** To see so many at once that asking for each costs more (`KindFacts.listedFrom`). */
  | 'observe-many'
  | 'create'
  | 'update'
  /** To remove what is superseded of a resource that stays. */
  | 'tidy'
  | 'adopt'
  /** For what no manifest names any more, and for a replacement. */
  | 'delete'
  /** To untag and leave what no manifest names any more. */
  | 'release';

/** Of most kinds what is there is read, and what of ours is left. */
export const SEEN: readonly Use[] = ['observe', 'leftovers'];
export const TAGGED: readonly Use[] = ['update', 'adopt'];

/** Where ARNs lie: what an Environment says, `*` for what it does not. */
export interface PolicyPlace extends Place {
  readonly vpcId: string;
}

/** A resource type of the Service Authorization Reference, as ARNs of one place. */
export interface ResourceType {
  /** What the reference calls it. */
  readonly name: string;
  /** All there can be in the place. */
  all(place: PolicyPlace): readonly string[];
  /** What one desired resource names; left out where AWS makes up what its ARN is called by, and `all` stands for it. */
  named?(place: PolicyPlace, desired: Desired): readonly string[];
}

/** An action that AWS asks for. */
export interface Authorization {
  readonly action: string;
  readonly access: 'read' | 'write';
  /** What AWS lets it be restricted to; `own`: the resource type of the kind that it is called for; `*`: nothing. */
  readonly on: ResourceType | 'own' | '*';
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

/** What a kind calls an operation for, and what AWS asks for then. */
export interface Call {
  readonly uses: readonly Use[];
  readonly actions: readonly Authorization[];
}

/** By service and operation, `ecs` → `createCluster`. */
export type Calls = Readonly<Record<string, Readonly<Record<string, Call>>>>;

export function calls(uses: readonly Use[], ...actions: readonly Authorization[]): Call {
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

/** AWS asks for it when something of the kind is made with tags, and says by which call. */
export function tagsNew(action: string, key: string, call: string): Authorization {
  return writes(action, 'own', 'request', { condition: { StringEquals: { [key]: [call] } } });
}
