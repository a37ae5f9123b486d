import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { approveCommand } from '../../controller/cli/approve.ts';
import type { ApproveOptions } from '../../controller/cli/approve.ts';
import type { ApprovalVerdict } from '../../controller/plan/rollout/approval.ts';
import { testServer } from '../support/reports/server.ts';

const TOKEN = 'correct-horse';
const DIGEST = '0123456789abcdef';

/** Runs the command against a controller that gives this verdict; `asked` is what that was asked to approve. */
async function approve(verdict: ApprovalVerdict, options: Partial<ApproveOptions> = {}, token = TOKEN) {
  const asked: object[] = [];
  const { app } = testServer({
    token: TOKEN,
    approveStage: (approval) => {
      asked.push(approval);
      return Promise.resolve(verdict);
    },
  });
  onTestFinished(() => app.close());
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  const said = { out: '', err: '' };
  const code = await approveCommand(
    {
      rollout: 'fleet',
      stage: 'rest',
      digest: DIGEST,
      server,
      token: { type: 'variable', by: 'STATIONKEEPER_TOKEN' },
      ...options,
    },
    {
      terminal: {
        out: (text) => void (said.out += text),
        err: (text) => void (said.err += text),
        isTty: false,
        color: false,
        columns: () => 80,
      },
      stop: new AbortController().signal,
      env: { STATIONKEEPER_TOKEN: token },
    },
  );
  return { code, ...said, asked };
}

it('approves a stage for a digest and prints what the controller says', async () => {
  expect(await approve({ type: 'approved', message: 'stage rest is approved' })).toEqual({
    code: 0,
    out: 'stage rest is approved\n',
    err: '',
    asked: [{ rollout: 'fleet', stage: 'rest', digest: DIGEST }],
  });
});

it('ends well where nothing was left to approve', async () => {
  const { code, out } = await approve({ type: 'notNeeded', message: 'it is approved already' });
  expect([code, out]).toEqual([0, 'it is approved already\n']);
});

it.each(['stale', 'unknownRollout', 'unknownStage'] as const)(
  'ends with 1 and what is right instead where the controller answers that something is %s',
  async (type) => {
    const { code, out, err } = await approve({ type, message: 'current is fedcba9876543210 of xray' });
    expect([code, out, err]).toEqual([1, '', 'error: current is fedcba9876543210 of xray\n']);
  },
);

it('is refused with another token, and approves nothing', async () => {
  const { code, err, asked } = await approve({ type: 'approved', message: '' }, {}, 'wrong');
  expect([code, asked]).toEqual([1, []]);
  expect(err).toContain('needs Authorization: Bearer with the token of --token-file');
});

it('reads the token of a file', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'stationkeeper-')), 'token');
  writeFileSync(path, `${TOKEN}\n`);
  const { code } = await approve(
    { type: 'approved', message: 'done' },
    { token: { type: 'file', path, by: '--token-file' } },
  );
  expect(code).toBe(0);
});

it('asks for the stage that is named, whatever characters its name has', async () => {
  const { asked } = await approve({ type: 'approved', message: 'done' }, { stage: 'a/b?c' });
  expect(asked).toEqual([{ rollout: 'fleet', stage: 'a/b?c', digest: DIGEST }]);
});

it('says what to do where no controller answers', async () => {
  await expect(approve({ type: 'approved', message: '' }, { server: 'http://127.0.0.1:1' })).rejects.toThrow(
    'http://127.0.0.1:1 does not answer; is the controller running there? Choose another with --server',
  );
});
