import type {
  Authorization,
  Call,
  Condition,
  PolicyPlace,
  ResourceType,
  Use,
} from '../core/authorization.ts';
import type { KindFacts } from '../core/facts.ts';
import type { Desired } from '../core/resource.ts';
import { ENVIRONMENT_TAG, OWNER_TAG } from '../core/ownership.ts';
import { compareText, groupBy } from '../core/order.ts';
import { arnsOf, withoutCovered } from './resource-types.ts';
import type { Extent } from './resource-types.ts';
import { reachOf } from './uses.ts';
import type { Demand, Reach } from './uses.ts';

/** A statement of an IAM policy, with IAM's own member names. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** What the statements of one environment are made for. */
export interface EnvironmentDemand extends Demand {
  /** What is known of the kinds that are to be made and found. */
  readonly kinds: readonly KindFacts[];
  readonly place: PolicyPlace;
  /** What everything of ours carries. */
  readonly owner: string;
  readonly environment: string;
}

/** What must be true of the tags, for one action in one use. */
type Guard = 'read' | 'created' | 'changed' | 'removed' | 'released' | 'adopted' | 'none';

/** The statements, in their order, and what each is for. */
const PURPOSES = {
  AssumeRoles: 'assumes the roles that Environments name',
  Read: 'reads what exists; leftovers of removed manifests can only be found among everything',
  LookUp: 'checks that what the manifests name exists, before it starts tasks that need it',
  Create: 'creates what the manifests name, and only with our tags',
  CreateUnnamed: 'creates what has no name in AWS yet, and only with our tags',
  TagNewEcs: 'tags what ECS creates, at its creation',
  TagNewEc2: 'tags the security group that EC2 creates, at its creation',
  PassRoles: 'passes the roles that the manifests name to ECS tasks, and to nothing else',
  CreateLinkedRole:
    'creates the service-linked roles of ECS and of Application Auto Scaling, where the account has none',
  ManageScalingAlarms: 'lets target tracking create and delete its alarms',
  ChangeOwned: 'changes what carries our tags',
  ChangeOwnedRoles: 'changes the roles that the manifests name, while they carry our tags',
  AttachPolicies: 'attaches to roles of ours the managed policies that the manifests name, and no others',
  BoundRoles: 'gives roles of ours the permissions boundary that the manifests name, and no other',
  RemoveOwned: 'deletes what carries our tags and no manifest names any more',
  ReleaseOwned: 'removes our tags from what it releases',
  Adopt: 'tags what the manifests name and nobody owns',
  ChangeSoaRecord: "changes the SOA record of a namespace's hosted zone, through Cloud Map",
  ChangeHostRecords: "changes the records of hosts in a namespace's hosted zone, through Cloud Map",
  CreateInVpc: 'creates security groups in this VPC',
  OpenConsumers:
    'adds and removes the egress rules of consumers to their daemons; their groups do not carry our tags',
  Unconditioned: 'makes changes that AWS cannot restrict to our tags',
} as const satisfies Readonly<Record<string, string>>;

type Sid = keyof typeof PURPOSES;

/** What a statement is for, in words; its id may end with an environment's name, and be those of several statements that are said in one. */
export function purposeOf(sid: string): string {
  return sid
    .split(SAID_WITH)
    .flatMap((one) => {
      const known = (Object.keys(PURPOSES) as Sid[]).filter((candidate) => one.startsWith(candidate));
      const [longest] = known.toSorted((a, b) => b.length - a.length);
      return longest === undefined ? [] : [PURPOSES[longest]];
    })
    .join('; ');
}

/** Two statements as one, which allows both their actions on both their resources. */
export function saidInOne(a: Statement, b: Statement): Statement {
  return {
    ...a,
    Sid: `${a.Sid}And${b.Sid}`,
    Action: inOrder([...a.Action, ...b.Action]),
    Resource: inOrder([...a.Resource, ...b.Resource]),
  };
}

const SAID_WITH = /And(?=[A-Z])/;

/**
 * What an environment's manifests need, as statements: reads first. What is made must get our tags, and what is changed or
 * removed must carry them, wherever AWS can tell. What is made, adopted or passed is named by ARN where AWS makes the ARN of its
 * name. Removing is for whatever carries our tags, since what no manifest names any more has to go as well.
 */
export function statementsFor(demand: EnvironmentDemand): readonly Statement[] {
  const grants = demand.kinds.flatMap((facts) =>
    Object.values(facts.calls)
      .flatMap((operations) => Object.values(operations))
      .flatMap((call) => grantsOf(call, facts, demand)),
  );
  const removable = new Set(grants.flatMap(({ guard, action }) => (guard === 'removed' ? [action] : [])));
  const needed = grants.filter(
    ({ guard, action, resources }) => resources.length > 0 && (guard !== 'changed' || !removable.has(action)),
  );
  const bySid = groupBy(needed, ({ sid }) => sid);
  return (Object.keys(PURPOSES) as Sid[]).flatMap((sid) => {
    const own = bySid.get(sid);
    return own === undefined ? [] : [merged(sid, own)];
  });
}

/** One action on some resources; the grants of one `sid` have conditions on the same keys. */
interface Grant {
  readonly sid: Sid;
  readonly guard: Guard;
  readonly action: string;
  readonly resources: readonly string[];
  readonly condition: Condition;
}

function grantsOf({ uses, actions }: Call, facts: KindFacts, demand: EnvironmentDemand): readonly Grant[] {
  return uses.flatMap((use) => {
    const reach = reachOf(facts, use, demand);
    return reach === undefined
      ? []
      : actions.map((authorization) => grantOf(authorization, { facts, use, reach }, demand));
  });
}

function grantOf(
  authorization: Authorization,
  { facts, use, reach }: { readonly facts: KindFacts; readonly use: Use; readonly reach: Reach },
  demand: EnvironmentDemand,
): Grant {
  const { action, condition, about = () => true, oneOf } = authorization;
  const of = reach === 'owned' ? undefined : reach.filter(about);
  const guard = guardOf(authorization, use);
  const on = authorization.on === 'own' ? ownType(facts) : authorization.on;
  const sid = sidOf(authorization, guard);
  return {
    sid,
    guard,
    action,
    resources: of?.length === 0 ? [] : arnsOf(on, demand.place, EXTENTS[sid] ?? 'type', of),
    condition: [guardCondition(guard, demand), condition ?? {}, conditionOf(oneOf, of ?? [])].reduce(union),
  };
}

function conditionOf(oneOf: Authorization['oneOf'], desired: readonly Desired[]): Condition {
  const values = desired.flatMap((one) => oneOf?.of(one) ?? []);
  if (oneOf === undefined || values.length === 0) return {};
  return { StringEquals: { [oneOf.key]: [...new Set(values)].toSorted(compareText) } };
}

function guardOf({ access, tags }: Authorization, use: Use): Guard {
  if (access === 'read') return 'read';
  switch (tags) {
    case 'none':
      return 'none';
    case 'request':
      return 'created';
    case 'either':
      return use === 'adopt' ? 'adopted' : 'changed';
    case 'resource':
      if (use === 'release') return 'released';
      return use === 'delete' ? 'removed' : 'changed';
  }
}

function sidOf({ action, condition, on, sid }: Authorization, guard: Guard): Sid {
  if (sid !== undefined) return sid;
  const isForAll = on === '*';
  switch (guard) {
    case 'read':
      return 'Read';
    case 'created':
      if (condition !== undefined) return action.startsWith('ecs:') ? 'TagNewEcs' : 'TagNewEc2';
      return isForAll ? 'CreateUnnamed' : 'Create';
    case 'changed':
      // Whoever may write a role's policies could give anything to anybody, so that this has a statement of its own.
      return action.startsWith('iam:') ? 'ChangeOwnedRoles' : 'ChangeOwned';
    case 'removed':
      return 'RemoveOwned';
    case 'released':
      return 'ReleaseOwned';
    case 'adopted':
      return 'Adopt';
    case 'none':
      return isForAll ? 'Unconditioned' : 'CreateInVpc';
  }
}

/** What a statement's resources are: by name, all of a type, or, where our tags draw the line, all of a service. */
const EXTENTS: Readonly<Partial<Record<Sid, Extent>>> = {
  LookUp: 'named',
  Create: 'named',
  PassRoles: 'named',
  ChangeOwnedRoles: 'named',
  AttachPolicies: 'named',
  BoundRoles: 'named',
  Adopt: 'named',
  // The call that makes it is restricted.
  TagNewEcs: 'any',
  TagNewEc2: 'any',
  ChangeOwned: 'whole-service',
  RemoveOwned: 'whole-service',
  ReleaseOwned: 'whole-service',
};

function guardCondition(guard: Guard, { owner, environment }: EnvironmentDemand): Condition {
  const made: Condition = { StringEquals: { [`aws:RequestTag/${OWNER_TAG}`]: [owner] } };
  switch (guard) {
    case 'none':
    case 'read':
      return {};
    case 'created':
      return made;
    case 'adopted':
      return { ...made, Null: { [`aws:ResourceTag/${OWNER_TAG}`]: ['true'] } };
    case 'changed':
    case 'removed':
    case 'released':
      return {
        StringEquals: {
          [`aws:ResourceTag/${OWNER_TAG}`]: [owner],
          [`aws:ResourceTag/${ENVIRONMENT_TAG}`]: [environment],
        },
      };
  }
}

function ownType({ name, resourceType }: KindFacts): ResourceType {
  if (resourceType === undefined) throw new Error(`AWS has no resource type for the kind ${name}`);
  return resourceType;
}

function merged(sid: Sid, grants: readonly Grant[]): Statement {
  const condition = grants.map((grant) => grant.condition).reduce(union);
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: inOrder(grants.map(({ action }) => action)),
    Resource: withoutCovered(inOrder(grants.flatMap(({ resources }) => resources))),
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function inOrder(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted(compareText);
}

function union(a: Condition, b: Condition): Condition {
  return mergeRecords(a, b, (keysA, keysB) =>
    mergeRecords(keysA, keysB, (valuesA, valuesB) => [...new Set([...valuesA, ...valuesB])]),
  );
}

function mergeRecords<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  merge: (a: Value, b: Value) => Value,
): Readonly<Record<string, Value>> {
  const both = Object.entries(b).map(
    ([key, value]) => [key, key in a ? merge(a[key]!, value) : value] as const,
  );
  return { ...a, ...Object.fromEntries(both) };
}
