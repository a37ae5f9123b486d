import type { Place } from './arn.ts';
import type { Desired } from './resource.ts';

/** What a kind calls an operation for. */
export type Use =
  /** To see what manifests want, or use. */
  | 'observe'
  /** To see what is owned and no manifest names any more; every kind does so, wherever the manifests are all that there is to be. */
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

/** Most kinds read what manifests want and what of ours no manifest names any more. */
export const SEEN: readonly Use[] = ['observe', 'leftovers'];
export const TAGGED: readonly Use[] = ['update', 'adopt'];

/** Where the ARNs of a policy lie: `*` stands for what an Environment does not say. */
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
  readonly sid?:
    | 'PassRoles'
    | 'CreateLinkedRole'
    | 'ChangeSoaRecord'
    | 'ChangeHostRecords'
    | 'AttachPolicies'
    | 'BoundRoles'
    | 'ManageScalingAlarms'
    | 'OpenConsumers'
    | 'LookUp';
  /** Whether it is for something that is desired; absent: for all of the kind. */
  readonly about?: (desired: Desired) => boolean;
  /** A condition key that has to be one of the values that the desired give. */
  readonly oneOf?: { readonly key: string; of(desired: Desired): readonly string[] };
}

export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What a kind calls an operation for, and what AWS asks for then. */
export interface Call {
  readonly uses: readonly Use[];
  readonly actions: readonly Authorization[];
}

/** What a kind calls, by service and operation: `ecs` → `createCluster`. */
export type Calls = Readonly<Record<string, Readonly<Record<string, Call>>>>;

export function calls(uses: readonly Use[], ...actions: readonly Authorization[]): Call {
  return { uses, actions };
}

/** A read, which is allowed on everything: what no manifest names any more has to be found too. */
export function reads(action: string): Authorization {
  return { action, access: 'read', on: '*', tags: 'none' };
}

/** A read that is allowed only on what the manifests name, as it gives away more than that it is there, or is one of many people's. */
export function looksUp(action: string, on: ResourceType): Authorization {
  return { action, access: 'read', on, tags: 'none', sid: 'LookUp' };
}

/** A change, on what AWS lets it be restricted to. */
export function writes(
  action: string,
  on: Authorization['on'],
  tags: Authorization['tags'],
  own: Pick<Authorization, 'condition' | 'sid' | 'about' | 'oneOf'> = {},
): Authorization {
  return { action, access: 'write', on, tags, ...own };
}

/**
 * The tagging that AWS asks for when a call makes something of the kind with tags; `key` is the condition key that says which call it is.
 */
export function tagsNew(action: string, key: string, call: string): Authorization {
  return writes(action, 'own', 'request', { condition: { StringEquals: { [key]: [call] } } });
}
