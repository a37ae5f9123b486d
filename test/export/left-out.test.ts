import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { exportFrom } from '../support/world/export.ts';
import { buildStack, otherTool } from '../support/world/other-tools.ts';
import type { StackOptions } from '../support/world/other-tools.ts';
import { createWorld } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

async function worldWith(options: StackOptions): Promise<World> {
  const world = createWorld({ files: {} });
  await buildStack(world, options);
  return world;
}

/** A second revision of the family, and the service on the given one. */
async function secondRevision(world: World, over: object): Promise<void> {
  const { call } = otherTool(world);
  const { taskDefinition } = await call<{ taskDefinition: Record<string, unknown> }>(
    'ecs',
    'DescribeTaskDefinition',
    { taskDefinition: 'terraform-xray' },
  );
  const { family, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn } = taskDefinition;
  const { containerDefinitions, cpu, memory } = taskDefinition;
  const same = { family, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn, cpu, memory };
  await call('ecs', 'RegisterTaskDefinition', { ...same, containerDefinitions, ...over });
}

/** ECS takes it, and no container starts with it. */
const INVALID_LIMIT = { ulimits: [{ name: 'nofile', softLimit: 2, hardLimit: 1 }] };

describe('what no manifest can say', () => {
  it.each([
    [
      'an invalid limit',
      { container: INVALID_LIMIT },
      /the soft limit of nofile must not be more than its hard limit/,
    ],
  ])('keeps a service out that has %s, and says so on standard error', async (_what, options, says) => {
    const world = await worldWith(options);
    const { code, out, err } = await exportFrom(world);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(says);
    expect(err).toMatch(/^warning left out: service xray of cluster terraform-xray-daemons: /m);
    expect((await exportFrom(world, { names: ['xray'] })).code).toBe(1);
  });

  it('stands as a comment beside the services that are written', async () => {
    const world = await worldWith({});
    await buildStack(world, { name: 'other', container: INVALID_LIMIT });
    const { code, out, err } = await exportFrom(world);
    expect(code).toBe(0);
    const text = 'left out: service xray of cluster other-daemons: ';
    expect(out).toContain(`# ${text}`);
    expect(err).toContain(text);
    expect(out.match(/^kind: DaemonService/gm)).toHaveLength(1);
  });

  it('keeps services out that run one family', async () => {
    const world = await worldWith({});
    await buildStack(world, { name: 'other', service: { taskDefinition: 'terraform-xray' } });
    const { out, err } = await exportFrom(world);
    expect(out).toBe('');
    expect(
      err.match(/another service runs the family of its task definition terraform-xray:1/g),
    ).toHaveLength(2);
  });

  it('keeps a service out that another controller owns', async () => {
    const world = await worldWith({});
    const { out } = await exportFrom(world);
    world.files.set('exported.yaml', out);
    await world.settle();
    const other = await exportFrom(world, { owner: 'another-team' });
    expect(other.out).toBe('');
    expect(other.err).toContain('belongs to the owner "stationkeeper"');
  });
});

describe('a service that runs an older revision than its family has', () => {
  it('is exported with that revision, which is what is adopted', async () => {
    const world = await worldWith({});
    await secondRevision(world, { cpu: '512', memory: '1024' });
    const { code, out } = await exportFrom(world);
    expect(code).toBe(0);
    expect(out).toContain('cpu: 256');
    world.files.set('exported.yaml', out);
    await world.settle();
    expect(world.mutations().filter((name) => !/:(TagResource|CreateTags|TagRole)$/.test(name))).toEqual([]);
  });

  it('is left out where a newer revision says the same, and would be rolled out', async () => {
    const world = await worldWith({});
    await secondRevision(world, {});
    const { out, err } = await exportFrom(world);
    expect(out).toBe('');
    expect(err).toMatch(
      /adopting it would change service\/xray: taskDefinition .*terraform-xray:1" → .*terraform-xray:2"/,
    );
  });
});

describe('values that read like secrets', () => {
  it('stand in the manifest, since adopting would change them otherwise, and are warned of by name only', async () => {
    const world = await worldWith({
      container: { environment: [{ name: 'DB_PASSWORD', value: 'correct horse battery' }] },
    });
    const { out, err } = await exportFrom(world);
    expect(out).toContain('DB_PASSWORD: correct horse battery');
    expect(out).toMatch(/^# SECRETS\? DB_PASSWORD of container xray looks like a secret/m);
    expect(err).toContain('DB_PASSWORD of container xray looks like a secret');
    expect(err).not.toContain('correct horse');
  });
});

describe('names', () => {
  it('that no service has are refused, with those that exist', async () => {
    const world = await worldWith({});
    const { code, out, err } = await exportFrom(world, { names: ['xray', 'xrya'] });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'error there is no service xrya in this account and region; there are terraform-xray-daemons/xray\n',
    });
  });

  it('are said where they differ from those that a manifest derives, and collide with nobody', async () => {
    const world = createWorld({ files: {} });
    for (const name of ['one', 'two', 'three']) {
      await buildStack(world, { name, service: { serviceName: name === 'three' ? 'X_Ray' : 'x-ray' } });
    }
    const { out } = await exportFrom(world);
    expect(parseManifests([{ file: 'exported.yaml', text: out }]).errors).toEqual([]);
    expect(out.match(/(?<=^kind: DaemonService\nmetadata:\n {2}name: ).*/gm)).toEqual([
      'x-ray',
      'x-ray-three-daemons',
      'x-ray-two-daemons',
    ]);
  });

  it('may carry their cluster', async () => {
    const world = await worldWith({});
    const { code, out } = await exportFrom(world, { names: ['terraform-xray-daemons/xray'] });
    expect({ code, daemons: out.match(/^kind: DaemonService/gm)?.length }).toEqual({ code: 0, daemons: 1 });
  });
});

it('says of an account without services that there are none', async () => {
  const { code, out, err } = await exportFrom(createWorld({ files: {} }));
  expect({ code, out, err }).toEqual({
    code: 0,
    out: '',
    err: 'no ECS service runs in this account and region\n',
  });
});
