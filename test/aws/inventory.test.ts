import { beforeEach, describe, expect, it } from 'vitest';
import { createInventory } from '../../controller/aws/inventory.ts';
import type { Inventory } from '../../controller/aws/inventory.ts';
import { FACTS, inventoryTypesOf } from '../../controller/kinds/facts.ts';
import { sandboxAws } from '../support/sandbox/controller-door.ts';
import type { SandboxAws } from '../support/sandbox/controller-door.ts';

const OURS = { 'stationkeeper:owner': 'stationkeeper', team: 'a' };

let world: SandboxAws;
let inventory: Inventory;

beforeEach(() => {
  world = sandboxAws();
  inventory = createInventory(world.aws, 'stationkeeper', world.clock, inventoryTypesOf(FACTS));
});

async function makeLogGroup(name: string, tags: Readonly<Record<string, string>>): Promise<string> {
  await world.aws.logs.createLogGroup({ logGroupName: name, tags });
  await world.becomeKnown();
  return `arn:aws:logs:us-east-1:385605022855:log-group:${name}`;
}

function neverAsked(): Promise<never> {
  return Promise.reject(new Error('asked for the tags of a listed resource'));
}

describe('the inventory', () => {
  it('lists what carries our owner tag, by service, over any number of pages, in one read per pass', async () => {
    for (let index = 0; index < 120; index += 1) {
      await world.aws.logs.createLogGroup({ logGroupName: `/g/${index}`, tags: OURS });
    }
    await makeLogGroup('/foreign', { 'stationkeeper:owner': 'another' });
    world.resetRequests();
    expect((await inventory.owned('logs')).size).toBe(120);
    expect((await inventory.owned('ecs')).size).toBe(0);
    expect(world.requests.map((request) => request.operation)).toEqual(['GetResources', 'GetResources']);
  });

  it('reads again in the next pass', async () => {
    await inventory.owned('logs');
    await makeLogGroup('/late', OURS);
    expect((await inventory.owned('logs')).size).toBe(0);
    inventory.startPass();
    expect((await inventory.owned('logs')).size).toBe(1);
  });

  it('asks a resource that it does not list for its own tags', async () => {
    expect(await inventory.tagsOf('arn:aws:logs:::x', () => Promise.resolve({ a: 'b' }))).toEqual({ a: 'b' });
  });

  it('knows the tags of what it lists', async () => {
    const arn = await makeLogGroup('/mine', OURS);
    expect(await inventory.tagsOf(arn, neverAsked)).toEqual(OURS);
  });

  it('counts what we wrote for more than a list that does not show it yet, for two minutes', async () => {
    const arn = await makeLogGroup('/mine', OURS);
    inventory.wrote(arn, { ...OURS, team: 'b' });
    expect(await inventory.tagsOf(arn, neverAsked)).toMatchObject({ team: 'b' });
    expect((await inventory.owned('logs')).get(arn)).toMatchObject({ team: 'b' });
    await world.clock.advance(121_000);
    inventory.startPass();
    expect(await inventory.tagsOf(arn, neverAsked)).toMatchObject({ team: 'a' });
  });

  it('lets what we wrote rest once a list has shown it, so that a tag taken away afterwards is missed at once', async () => {
    const arn = await makeLogGroup('/mine', OURS);
    inventory.wrote(arn, OURS);
    expect(await inventory.tagsOf(arn, neverAsked)).toEqual(OURS);
    await world.aws.logs.untagResource({ resourceArn: arn, tagKeys: ['stationkeeper:owner'] });
    await world.becomeKnown();
    inventory.startPass();
    expect(await inventory.tagsOf(arn, () => Promise.resolve({ team: 'a' }))).toEqual({ team: 'a' });
    expect((await inventory.owned('logs')).has(arn)).toBe(false);
  });

  it('keeps counting what we write after a list has been read, whatever that list shows', async () => {
    const arn = await makeLogGroup('/mine', OURS);
    const listing = inventory.owned('logs');
    inventory.wrote(arn, { ...OURS, team: 'b' });
    await listing;
    inventory.wrote(arn, OURS);
    await inventory.owned('logs');
    await world.aws.logs.untagResource({ resourceArn: arn, tagKeys: ['stationkeeper:owner'] });
    inventory.startPass();
    expect(await inventory.tagsOf(arn, neverAsked)).toEqual(OURS);
  });

  it('lists what we have just made, before AWS does', async () => {
    await world.aws.logs.createLogGroup({ logGroupName: '/new', tags: OURS });
    const arn = 'arn:aws:logs:us-east-1:385605022855:log-group:/new';
    inventory.wrote(arn, OURS);
    expect(await inventory.owned('logs')).toEqual(new Map([[arn, OURS]]));
    expect(await inventory.owned('ecs')).toEqual(new Map());
  });

  it('does not list what we have just released', async () => {
    const arn = await makeLogGroup('/mine', OURS);
    inventory.wrote(arn, {});
    expect((await inventory.owned('logs')).has(arn)).toBe(false);
  });

  it('is unread, not empty, when AWS refuses', async () => {
    world.failNext('tagging:GetResources', 'AccessDeniedException');
    await expect(inventory.owned('logs')).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('fails where pages go in a circle, instead of reading for ever', async () => {
    const page = { ResourceTagMappingList: [], PaginationToken: 'again', $metadata: {} };
    const aws = { ...world.aws, tagging: { getResources: () => Promise.resolve(page) } };
    const circling = createInventory(aws, 'stationkeeper', world.clock, inventoryTypesOf(FACTS));
    await expect(circling.owned('logs')).rejects.toMatchObject({ code: 'PagingLoop' });
  });
});
