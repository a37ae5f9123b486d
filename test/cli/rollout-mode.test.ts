import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modeCommand } from '../../controller/cli/rollout-mode.ts';
import type { ModeOptions } from '../../controller/cli/rollout-mode.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { STAGES, stagedFiles } from '../support/world/rollouts.ts';
import type { StagedFleet } from '../support/world/rollouts.ts';

/** Runs the command on a fleet's manifests; file names are told without their folder. */
async function run(
  options: Partial<ModeOptions> = {},
  fleet: Partial<StagedFleet> = {},
  more: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-'));
  const files = { ...stagedFiles(fleet), ...more };
  writeFiles(folder, files);
  const said = { out: '', err: '' };
  const code = await modeCommand(
    { mode: 'skip', name: 'fleet', path: folder, ...options },
    {
      terminal: {
        out: (text) => void (said.out += text),
        err: (text) => void (said.err += text),
        isTty: false,
        color: false,
        columns: () => 80,
      },
      stop: new AbortController().signal,
      secretRules: [],
    },
  );
  for (const [file, text] of Object.entries(files))
    expect(readFileSync(join(folder, file), 'utf8')).toBe(text);
  return { code, out: said.out.replaceAll(`${folder}/`, ''), err: said.err };
}

describe('skip', () => {
  it('prints the lines of a Rollout, what they do and how to end it, and edits nothing', async () => {
    const { code, out, err } = await run();
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`rollout.yaml:5: add these 2 lines before line 5

+   annotations:
+     stationkeeper.dev/rollout: skip

After you commit it:
- DaemonService/xray: whatever git changes may begin in all 6 Environments at once; by its stages canary goes first, with 2.
- It waits for none of: maxConcurrent of eu; the soak of eu.
- One that fails stops no other.

To end it, remove stationkeeper.dev/rollout from Rollout/fleet again and commit that.
`);
  });

  it('names windows and approvals that it waives', async () => {
    const windows = [{ days: ['Mon'], from: '08:00', to: '16:00', timeZone: 'UTC' }];
    const stages = [...STAGES.slice(0, 2), { name: 'rest', approval: 'required' }];
    const { out } = await run({}, { stages, rollout: { windows } });
    expect(out).toContain(
      'It waits for none of: its windows; maxConcurrent of eu; the soak of eu; the approval of rest.',
    );
  });

  it('says so where a definition stays paused all the same', async () => {
    const { out } = await run({ name: 'DaemonService/xray' }, { mode: 'paused' });
    expect(out).toContain('DaemonService/xray stays paused, because Rollout/fleet says so: end that, too.');
  });

  it('replaces what the annotation says, and tells where it says so already', async () => {
    expect((await run({}, { mode: 'paused' })).out).toContain(
      '-     stationkeeper.dev/rollout: paused\n+     stationkeeper.dev/rollout: skip\n',
    );
    expect((await run({}, { mode: 'skip' })).out).toContain('says so already; nothing is left to commit');
  });
});

describe('pause', () => {
  it('says of a definition what stops, and what goes on', async () => {
    const { out } = await run({ mode: 'paused', name: 'DaemonService/xray' });
    expect(out).toContain('+     stationkeeper.dev/rollout: paused\n');
    expect(out).toContain('No further Environment of DaemonService/xray (6 Environments) begins.');
    expect(out).toContain(
      'Environments that have begun go on to their end. The controller still corrects drift',
    );
    expect(out).toContain('To end it, remove stationkeeper.dev/rollout from DaemonService/xray');
  });
});

describe('a NAME that means nothing', () => {
  it.each([
    ['flet', 'no manifest declares Rollout/flet; did you mean "Rollout/fleet"?'],
    ['xray', 'no manifest declares Rollout/xray; did you mean "DaemonService/xray"?'],
    ['Cluster/main', 'no manifest declares Cluster/main; there are: DaemonService/xray, Rollout/fleet'],
  ])('%s is refused with what was meant', async (name, message) => {
    await expect(run({ name })).rejects.toThrow(message);
  });

  it('is refused where the definition goes through no Rollout', async () => {
    const other = 'kind: DaemonService\nmetadata: { name: other }\n';
    await expect(run({ name: 'DaemonService/other' }, {}, { 'other.yaml': other })).rejects.toThrow(
      'DaemonService/other goes through no Rollout; name one in its spec.rollout first',
    );
  });
});
