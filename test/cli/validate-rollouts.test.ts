import { expect, it } from 'vitest';
import { writeFiles } from '../support/programs/folder.ts';
import { createShell } from '../support/world/shell.ts';
import { stagedFiles } from '../support/world/rollouts.ts';

it('validate --output json tells of each object of a Rollout its stage and digest, and of others nothing', async () => {
  const shell = createShell();
  writeFiles(shell.folder, stagedFiles());
  const { out } = await shell.validate({ output: 'json' });
  const { objects } = JSON.parse(out) as { objects: readonly Record<string, unknown>[] };
  const told = objects.map(({ kind, environment, rollout, stage, digest }) => ({
    kind,
    environment,
    rollout,
    stage,
    digest,
  }));
  const digest = expect.stringMatching(/^[0-9a-f]{16}$/) as string;
  expect(told).toContainEqual({
    kind: 'DaemonService',
    environment: 'dev-a',
    rollout: 'fleet',
    stage: 'canary',
    digest,
  });
  expect(told).toContainEqual({
    kind: 'DaemonService',
    environment: 'us-b',
    rollout: 'fleet',
    stage: 'rest',
    digest,
  });
  expect(objects.filter(({ kind }) => kind === 'Cluster').every((one) => !('rollout' in one))).toBe(true);
});
