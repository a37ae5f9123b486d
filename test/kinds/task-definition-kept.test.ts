import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { withKept } from '../../controller/kinds/task-definition/kept.ts';

const LEVEL = { name: 'LEVEL', value: 'info' };
const PORT = { name: 'PORT', value: '2000' };

const WANTED = {
  family: 'xray',
  cpu: '256',
  memory: '1024',
  runtimePlatform: { cpuArchitecture: 'X86_64' },
  containerDefinitions: [
    {
      name: 'a',
      image: 'agent:1',
      environment: [LEVEL, PORT],
      ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }],
      dockerLabels: { team: 'a' },
      healthCheck: { command: ['CMD', 'new'], interval: 30 },
    },
  ],
} as const;

const RUNNING: TaskDefinition = {
  family: 'xray',
  cpu: '512',
  memory: '2048',
  runtimePlatform: { cpuArchitecture: 'ARM64' },
  containerDefinitions: [
    {
      name: 'a',
      image: 'agent:9',
      environment: [
        { name: 'LEVEL', value: 'debug' },
        { name: 'EXTRA', value: '1' },
      ],
      ulimits: [
        { name: 'nofile', softLimit: 8, hardLimit: 9 },
        { name: 'core', softLimit: 0, hardLimit: 0 },
      ],
      dockerLabels: { team: 'b', build: '7' },
      healthCheck: { command: ['CMD', 'old'], interval: 10 },
      mountPoints: [{ sourceVolume: 'v', containerPath: '/v', readOnly: true }],
    },
    { name: 'b', image: 'sidecar:1' },
  ],
};

function kept(...paths: readonly string[]) {
  return withKept(structuredClone(WANTED) as never, RUNNING, paths);
}

describe('what is kept of a running revision', () => {
  test('is nothing where nothing is named', () => {
    expect(kept()).toEqual(WANTED);
  });

  test.each([
    ['cpu', { cpu: '512', memory: '1024' }],
    ['cpuArchitecture', { runtimePlatform: { cpuArchitecture: 'ARM64' } }],
  ])('is a field of the task: %s', (path, part) => {
    expect(kept(path)).toMatchObject(part);
  });

  test.each([
    ['image', { image: 'agent:9' }],
    ['environment[LEVEL]', { environment: [{ name: 'LEVEL', value: 'debug' }, PORT] }],
    ['environment[EXTRA]', { environment: [LEVEL, PORT, { name: 'EXTRA', value: '1' }] }],
    ['environment[PORT]', { environment: [LEVEL] }],
    ['ulimits[nofile]', { ulimits: [{ name: 'nofile', softLimit: 8, hardLimit: 9 }] }],
    ['dockerLabels[team]', { dockerLabels: { team: 'b' } }],
    ['dockerLabels[build]', { dockerLabels: { team: 'a', build: '7' } }],
    ['healthCheck.interval', { healthCheck: { command: ['CMD', 'new'], interval: 10 } }],
    ['mountPoints', { mountPoints: [{ sourceVolume: 'v', containerPath: '/v', readOnly: true }] }],
    ['mountPoints[/v]', { mountPoints: [{ sourceVolume: 'v', containerPath: '/v', readOnly: true }] }],
  ])('is a part of a container: %s', (path, part) => {
    const { containerDefinitions } = kept(`containers[a].${path}`);
    expect(containerDefinitions).toEqual([{ ...WANTED.containerDefinitions[0], ...part }]);
  });

  test('is one field of a volume', () => {
    const wanted = {
      ...WANTED,
      volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
    };
    const theirs = { fileSystemId: 'fs-2', rootDirectory: '/shared' };
    const running = { ...RUNNING, volumes: [{ name: 'data', efsVolumeConfiguration: theirs }] };
    const path = 'volumes[data].efsVolumeConfiguration.rootDirectory';
    expect(withKept(structuredClone(wanted) as never, running, [path]).volumes).toEqual([
      { name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/shared' } },
    ]);
  });

  test('is a container that somebody added, and one that somebody took out', () => {
    expect(kept('containers[b]').containerDefinitions?.map(({ name }) => name)).toEqual(['a', 'b']);
    const without = { ...RUNNING, containerDefinitions: [] };
    expect(
      withKept(structuredClone(WANTED) as never, without, ['containers[a]']).containerDefinitions,
    ).toEqual([]);
  });
});
