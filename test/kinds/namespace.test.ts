import { beforeEach, describe, expect, test } from 'vitest';
import { createInventory } from '../../controller/aws/inventory.ts';
import { namespaceKind } from '../../controller/kinds/namespace/index.ts';
import type { NamespaceSpec, NamespaceState } from '../../controller/kinds/namespace/model.ts';
import type { KindDriver } from '../../controller/kinds/kind.ts';
import { environmentId } from '../../controller/core/reference.ts';
import type { Desired, Observed, Progress } from '../../controller/core/resource.ts';
import { FACTS, inventoryTypesOf } from '../../controller/kinds/facts.ts';
import { deepFreeze } from '../support/plans/deep-freeze.ts';
import { desiredOf, doneOf, needsIn, tagsFor } from '../support/kinds/desired.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';
import { nothingFound, nothingNeeded } from '../support/kinds/known.ts';

const NAME = 'services.example.org';
const A_WHILE_MS = 120_000;

let world: SandboxAws;
let driver: KindDriver<NamespaceSpec, NamespaceState>;
beforeEach(() => {
  world = sandboxAws();
  driver = namespaceKind.driver(world.context);
});

function namespace(fields: Partial<Pick<NamespaceSpec, 'description' | 'soaTtl'>> = {}, name = NAME) {
  const spec = { name, environment: environmentId('default'), ...fields };
  return desiredOf<NamespaceSpec>({ kind: 'namespace', name }, spec);
}

async function create(desired = namespace()): Promise<Progress<NamespaceState>> {
  return driver.create(desired, tagsFor(world, desired), await needsIn(world));
}

/** Creates it and lets Cloud Map take its time. */
async function created(desired = namespace()): Promise<Observed<NamespaceState>> {
  const first = await create(desired);
  if (first.type === 'done') return first.observed;
  await world.clock.advance(A_WHILE_MS);
  return doneOf(await create(desired));
}

/** Somebody else's, in the Environment's VPC where none is named; its id. */
async function foreign(name = NAME, vpc?: string): Promise<string> {
  const vpcId = vpc ?? (await needsIn(world))(environmentId('default'))?.['vpcId'];
  const { OperationId } = await world.aws.servicediscovery.createPrivateDnsNamespace({
    Name: name,
    Vpc: String(vpcId),
  });
  await world.clock.advance(A_WHILE_MS);
  const { Operation } = await world.aws.servicediscovery.getOperation({ OperationId });
  return Operation?.Targets?.NAMESPACE ?? '';
}

/** No manifest declares it. */
function used(spec: Partial<NamespaceSpec> = {}): Desired<NamespaceSpec> {
  const wanted = namespace();
  const scope = spec.id === undefined ? {} : { scope: spec.id };
  return {
    ...wanted,
    id: { ...wanted.id, ...scope },
    management: 'external',
    spec: { ...wanted.spec, ...spec },
  };
}

async function observeHere(...desired: readonly Desired<NamespaceSpec>[]) {
  const needs = await needsIn(world);
  return driver.observe({ desired, scope: 'these', needs, findings: nothingFound });
}

function asked(operation: string): number {
  return world.requests.filter((each) => each.operation === operation).length;
}

async function otherVpc(): Promise<string> {
  const input = { CidrBlock: '10.0.0.0/16' };
  const request = { service: 'ec2', operation: 'CreateVpc', input, region: 'us-east-1' };
  const { Vpc } = (await world.sandbox.call(request)) as { readonly Vpc?: { readonly VpcId?: string } };
  return Vpc?.VpcId ?? '';
}

function observe(
  desired: readonly Desired<NamespaceSpec>[] = [namespace()],
  scope: 'these' | 'all-owned' = 'these',
) {
  return driver.observe({ desired, scope, needs: nothingNeeded, findings: nothingFound });
}

function mutated(operation: string): number {
  return world.mutations().filter((each) => each === `servicediscovery:${operation}`).length;
}

describe('what differs', () => {
  const type = 'private-dns' as const;
  const state = { id: 'ns-1', type, description: 'old', soaTtl: 60 };
  test.each([
    ['nothing that the manifest does not set', {}, state, []],
    ['description and TTL', { description: 'new', soaTtl: 30 }, state, ['description', 'soaTtl']],
    ['the same', { description: 'old', soaTtl: 60 }, state, []],
    [
      'nothing that was not returned',
      { description: 'new', soaTtl: 30 },
      { id: 'ns-1', type, description: undefined, soaTtl: undefined },
      [],
    ],
  ])('%s', async (_what, fields, actual, paths) => {
    const observed = { ...(await created()), state: actual };
    const changes = namespaceKind.model.diff(
      deepFreeze(namespace(fields)),
      deepFreeze(observed),
      nothingNeeded,
    );
    expect(changes.map((change) => [change.path, change.by])).toEqual(paths.map((path) => [path, 'update']));
  });
});

describe('creating', () => {
  test('follows one operation however often it is asked for', async () => {
    const first = await create();
    expect(first).toMatchObject({ type: 'started' });
    await create();
    expect(mutated('CreatePrivateDnsNamespace')).toBe(1);
    await world.clock.advance(A_WHILE_MS);
    expect(await create()).toMatchObject({ type: 'done' });
    expect(mutated('CreatePrivateDnsNamespace')).toBe(1);
  });

  test('ends with what the next pass observes, and nothing differs', async () => {
    const desired = namespace({ description: 'shared daemons', soaTtl: 60 });
    const made = await created(desired);
    const { items } = await observe([desired]);
    expect(items).toEqual([made]);
    expect(made).toMatchObject({ owner: 'us', tags: tagsFor(world, desired), outputs: { name: NAME } });
    expect(namespaceKind.model.diff(desired, made, nothingNeeded)).toEqual([]);
  });

  test('after a restart makes no second namespace', async () => {
    await create();
    driver = namespaceKind.driver(world.context);
    expect(await create()).toMatchObject({ type: 'started' });
    await world.clock.advance(A_WHILE_MS);
    const { items } = await observe();
    expect(items).toHaveLength(1);
    expect(items[0]?.owner).toBe('us');
  });

  test('keeps to its operation when looking at it fails', async () => {
    world.failNext('servicediscovery:GetOperation', 'AccessDeniedException');
    await expect(create()).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await world.clock.advance(A_WHILE_MS);
    expect(await create()).toMatchObject({ type: 'done' });
    expect(mutated('CreatePrivateDnsNamespace')).toBe(1);
  });

  test('of what exists already looks again', async () => {
    await foreign();
    expect(await create()).toMatchObject({ type: 'started' });
    expect((await observeHere(namespace())).items[0]?.owner).toBe('nobody');
  });

  test('again after a deletion makes a new namespace', async () => {
    const before = await created();
    await deleted(before);
    const after = await created();
    expect(after.state.id).not.toBe(before.state.id);
    expect((await observe()).items.map((item) => item.state.id)).toEqual([after.state.id]);
  });

  test('again after somebody else has deleted it makes a new namespace', async () => {
    await create();
    await world.clock.advance(A_WHILE_MS);
    const [seen] = (await observe()).items;
    await world.aws.servicediscovery.deleteNamespace({ Id: seen!.state.id });
    await world.clock.advance(A_WHILE_MS);
    const after = await created();
    expect(after.state.id).not.toBe(seen!.state.id);
  });

  test('that Cloud Map failed is an error with its code and reason, and may be tried again', async () => {
    const { aws } = world.context;
    const getOperation = () =>
      Promise.resolve({
        $metadata: {},
        Operation: {
          Status: 'FAIL',
          Type: 'CREATE_NAMESPACE',
          ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
          ErrorMessage: 'ConflictingDomainExists',
        },
      } as const);
    driver = namespaceKind.driver({
      ...world.context,
      aws: { ...aws, servicediscovery: { ...aws.servicediscovery, getOperation } },
    });
    const failing = create();
    await expect(failing).rejects.toMatchObject({ code: 'CANNOT_CREATE_HOSTED_ZONE', retry: 'never' });
    await expect(failing).rejects.toThrow(/create namespace services\.example\.org.*ConflictingDomainExists/);
    await create().catch(() => undefined);
    expect(mutated('CreatePrivateDnsNamespace')).toBe(2);
  });
});

describe('updating', () => {
  test('changes description and TTL in place, following one operation', async () => {
    const made = await created(namespace({ description: 'old', soaTtl: 60 }));
    const wanted = namespace({ description: 'new', soaTtl: 30 });
    const changes = namespaceKind.model.diff(wanted, made, nothingNeeded);
    const update = () => driver.update(wanted, made, { changes, upkeep: [] }, made.tags, nothingNeeded);
    await update();
    await world.clock.advance(A_WHILE_MS);
    const updated = doneOf(await update());
    expect(mutated('UpdatePrivateDnsNamespace')).toBe(1);
    expect((await observe([wanted])).items).toEqual([updated]);
    expect(namespaceKind.model.diff(wanted, updated, nothingNeeded)).toEqual([]);
  });

  test('leaves a field alone that is not among the changes', async () => {
    const made = await created(namespace({ description: 'theirs', soaTtl: 60 }));
    const wanted = namespace({ description: 'ours', soaTtl: 30 });
    const changes = namespaceKind.model
      .diff(wanted, made, nothingNeeded)
      .filter(({ path }) => path === 'soaTtl');
    await driver.update(wanted, made, { changes, upkeep: [] }, made.tags, nothingNeeded);
    await world.clock.advance(A_WHILE_MS);
    expect((await observe([wanted])).items[0]?.state).toMatchObject({ description: 'theirs', soaTtl: 30 });
  });
});

async function deleted(item: Observed<NamespaceState>): Promise<void> {
  const first = await driver.delete(item);
  if (first.type === 'gone') return;
  await world.clock.advance(A_WHILE_MS);
  expect(await driver.delete(item)).toEqual({ type: 'gone' });
}

describe('deleting', () => {
  test('is not done when the update in its way is', async () => {
    const made = await created();
    const wanted = namespace({ soaTtl: 30 });
    const changes = namespaceKind.model.diff(
      wanted,
      { ...made, state: { ...made.state, soaTtl: 60 } },
      nothingNeeded,
    );
    await driver.update(wanted, made, { changes, upkeep: [] }, made.tags, nothingNeeded);
    expect(await driver.delete(made)).toMatchObject({ type: 'started' });
    await world.clock.advance(A_WHILE_MS);
    expect(await driver.delete(made)).toMatchObject({ type: 'started' });
    expect(mutated('DeleteNamespace')).toBe(2);
    await world.clock.advance(A_WHILE_MS);
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
  });

  test('follows the operation until it is gone, and is safe to repeat', async () => {
    const made = await created();
    await deleted(made);
    expect((await observe()).items).toEqual([]);
    expect(await driver.delete(made)).toEqual({ type: 'gone' });
  });

  test('waits while it has services', async () => {
    const made = await created();
    await world.aws.servicediscovery.createService({
      Name: 'x',
      NamespaceId: made.state.id,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    });
    expect(await driver.delete(made)).toMatchObject({
      type: 'started',
      message: expect.stringContaining('services'),
    });
  });
});

describe('observing', () => {
  test('finds what is ours and no longer wanted, and nothing of others', async () => {
    await created(namespace({}, 'ours.example.org'));
    await foreign('foreign.example.org');
    const { items } = await observe([], 'all-owned');
    expect(items.map((item) => item.id.name)).toEqual(['ours.example.org']);
  });

  test('finds what is ours before the inventory lists it', async () => {
    const known = await created(namespace({}, 'known.example.org'));
    await created(namespace({}, 'young.example.org'));
    const { aws } = world.context;
    const tagging: typeof aws.tagging = {
      ...aws.tagging,
      async getResources(input) {
        const page = await aws.tagging.getResources(input);
        const listed = page.ResourceTagMappingList?.filter(({ ResourceARN }) => ResourceARN === known.arn);
        return { ...page, ResourceTagMappingList: listed };
      },
    };
    const inventory = createInventory(
      { ...aws, tagging },
      'stationkeeper',
      world.clock,
      inventoryTypesOf(FACTS),
    );
    const successor = namespaceKind.driver({ ...world.context, inventory });
    const { items } = await successor.observe({
      desired: [],
      scope: 'all-owned',
      needs: nothingNeeded,
      findings: nothingFound,
    });
    expect(items.map(({ id }) => id.name)).toEqual(['known.example.org', 'young.example.org']);
  });

  test('of one that is wanted no more, nothing is known until its creation has ended', async () => {
    await create();
    expect(await observe([], 'all-owned')).toEqual({
      items: [],
      unseen: [{ id: namespace().id, why: `namespace ${NAME} is being created` }],
    });
    await world.clock.advance(A_WHILE_MS);
    expect(await observe([], 'all-owned')).toMatchObject({ items: [{ id: namespace().id }], unseen: [] });
  });

  test('one that could not be made after all leaves nothing behind', async () => {
    await create();
    world.failNext('servicediscovery:GetOperation', 'OperationNotFound');
    expect(await observe([], 'all-owned')).toEqual({ items: [], unseen: [] });
  });

  test('takes one of another account, shared with ours, for none of ours, and does not ask for its tags', async () => {
    const arn = 'arn:aws:servicediscovery:us-east-1:222222222222:namespace/ns-shared';
    const shared = { Id: 'ns-shared', Arn: arn, Name: 'shared.example.org', Type: 'DNS_PRIVATE' as const };
    const { aws } = world.context;
    const listNamespaces = () => Promise.resolve({ $metadata: {}, Namespaces: [shared] });
    const servicediscovery = { ...aws.servicediscovery, listNamespaces };
    const sharing = namespaceKind.driver({ ...world.context, aws: { ...aws, servicediscovery } });
    const needs = await needsIn(world);
    expect(await sharing.observe({ desired: [], scope: 'all-owned', needs, findings: nothingFound })).toEqual(
      {
        items: [],
        unseen: [],
      },
    );
    expect(world.requests.map(({ operation }) => operation)).not.toContain('ListTagsForResource');
  });

  test('one whose tags cannot be read is unseen, and the others are not', async () => {
    await created(namespace({}, 'ours.example.org'));
    await foreign('foreign.example.org');
    world.failNext('servicediscovery:ListTagsForResource', 'AccessDeniedException');
    expect(await observe([], 'all-owned')).toMatchObject({
      items: [{ id: { name: 'ours.example.org' } }],
      unseen: [{ id: { name: 'foreign.example.org' } }],
    });
  });

  test('asks a foreign namespace for its tags once, not in every pass', async () => {
    await foreign('foreign.example.org');
    await observe([], 'all-owned');
    world.context.inventory.startPass();
    world.resetRequests();
    await observe([], 'all-owned');
    expect(world.requests.map((each) => each.operation)).not.toContain('ListTagsForResource');
  });

  test('of two with one name takes the one that is ours', async () => {
    const made = await created();
    await foreign(NAME, await otherVpc());
    expect((await observe()).items.map((item) => item.state.id)).toEqual([made.state.id]);
  });

  test("of several with one name takes the one of the Environment's VPC, asking Route 53 about each once in a while", async () => {
    const there = await otherVpc();
    await foreign(NAME, there);
    const here = await foreign(NAME);
    for (const _pass of [1, 2, 3]) {
      expect((await observeHere(used())).items.map((item) => item.state.id)).toEqual([here]);
    }
    expect(asked('GetHostedZone')).toBe(2);
    await world.clock.advance(3 * A_WHILE_MS);
    await observeHere(used());
    expect(asked('GetHostedZone')).toBe(4);
  });

  test('asks Route 53 nothing about one that is ours, or that is used and alone', async () => {
    await created();
    await foreign('used.example.org', await otherVpc());
    const alone = {
      ...used({ name: 'used.example.org' }),
      id: { ...namespace().id, name: 'used.example.org' },
    };
    expect((await observeHere(namespace(), alone)).items).toHaveLength(2);
    expect(asked('GetHostedZone')).toBe(0);
  });

  test('one of another VPC is nothing that a manifest of this Environment means: it gets its own', async () => {
    await foreign(NAME, await otherVpc());
    expect(await observeHere(namespace())).toEqual({ items: [], unseen: [] });
    const made = await created();
    expect(made.outputs['httpName']).not.toBe(NAME);
    expect((await observeHere(namespace())).items).toEqual([made]);
  });

  test('takes the one of the id that is said, wherever it is', async () => {
    const there = await foreign(NAME, await otherVpc());
    await foreign(NAME);
    const { items } = await observeHere(used({ id: there }));
    expect(items).toMatchObject([{ id: { name: NAME, scope: there }, state: { id: there } }]);
    expect(asked('GetHostedZone')).toBe(0);
    expect(await observeHere(used({ id: 'ns-none' }))).toEqual({ items: [], unseen: [] });
  });

  test('one whose id is said, and that is named otherwise, is unseen', async () => {
    const id = await foreign('other.example.org');
    expect((await observeHere(used({ id }))).unseen).toMatchObject([
      {
        why: `the namespace ${id} is named other.example.org and not ${NAME}; correct spec.serviceDiscovery.namespace, or namespaceId`,
      },
    ]);
  });

  test('where Route 53 cannot be asked, which of several is meant is unseen, with their ids and the way out', async () => {
    const ids = [await foreign(NAME), await foreign(NAME, await otherVpc())].toSorted();
    world.failNext('route53:GetHostedZone', 'AccessDenied');
    const { items, unseen } = await observeHere(used());
    expect(items).toEqual([]);
    expect(unseen).toMatchObject([{ id: used().id }]);
    expect(unseen[0]?.why).toContain(ids.join(', '));
    expect(unseen[0]?.why).toContain('spec.serviceDiscovery.namespaceId');
  });

  test('does not tell names apart by their case, as DNS does not', async () => {
    await foreign('Services.Example.org');
    expect((await observeHere(namespace())).items).toMatchObject([{ id: namespace().id, owner: 'nobody' }]);
  });

  test('a refused listing is no observation', async () => {
    world.failNext('servicediscovery:ListNamespaces', 'AccessDeniedException');
    await expect(observe()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('a namespace whose tags cannot be read is unseen', async () => {
    await foreign();
    world.failNext('servicediscovery:ListTagsForResource', 'AccessDeniedException');
    expect(await observeHere(namespace())).toMatchObject({ items: [], unseen: [{ id: namespace().id }] });
  });
});

test('releasing it leaves it to nobody', async () => {
  const made = await created();
  const released = await driver.tag(made, {}, Object.keys(made.tags));
  expect(released).toMatchObject({ owner: 'nobody', tags: {} });
  expect((await observe([], 'all-owned')).items).toEqual([]);
});
