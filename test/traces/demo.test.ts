import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { lackOf } from '../support/applications/applications.ts';
import { follow } from '../support/programs/command.ts';
import { commandLines } from '../support/programs/processes.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DEMO = join(ROOT, 'dist', 'examples', 'demo', 'main.js');
const APPLICATION = join(ROOT, 'examples', 'applications', 'django', 'manage.py');
const PATIENCE = { timeout: 120_000, interval: 100 };
const lack =
  lackOf('django') ??
  (process.platform === 'linux' ? undefined : 'Linux alone has all of 127.0.0.0/8 as addresses of its own');

vi.setConfig({ testTimeout: 300_000 });

async function startDemo() {
  if (!existsSync(DEMO)) throw new Error(`${DEMO} is missing; run npm run build first`);
  const child = spawn(process.execPath, [DEMO], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { ended, stdout, stderr } = follow(child);
  const saying = (text: string | RegExp) =>
    vi.waitFor(() => expect(stdout() + stderr()).toMatch(text), PATIENCE);
  await saying('end everything');
  const [, scratch = ''] = /log to (\S+)/.exec(stdout()) ?? [];
  /** Processes of the demo's and of its containers: they name its folder, or that of the applications, in their words. */
  const left = () => commandLines().filter((line) => line.includes(scratch) || line.includes(APPLICATION));
  return { child, ended, stdout, saying, scratch, left, press: (key: string) => child.stdin.write(key) };
}

describe('npm run demo', skippedFor(lack), () => {
  it('lists a trace for the button, none without the rule, says why, and traces once it is put back', async () => {
    const { ended, saying, stdout, scratch, left, press } = await startDemo();
    press('\r');
    await saying(
      / trace {2}todo {2}POST http:\/\/127\.31\.\d+\.\d+:8000\/ 200 {2}\d+ ms, with todo-django@sqlite {2}1-/,
    );
    press('1');
    await saying('$ aws ec2 revoke-security-group-egress');
    press('\r');
    await saying(/lost {3}1-[0-9a-f]{8}-[0-9a-f]{24} has not arrived/);
    press('p');
    await saying('DaemonService/xray-demo from todo: Blocked at egress');
    await saying(
      'drift  security-group-rule/xray-demo/todo/egress/udp-2000: exists false -> true; put right: done',
    );
    press('\r');
    await vi.waitFor(() => expect(stdout().match(/ trace {2}todo {2}POST/g)).toHaveLength(2), PATIENCE);
    press('q');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect([left(), existsSync(scratch)]).toEqual([[], false]);
  });

  it('ends all that it started where it is killed', async () => {
    const { child, ended, left } = await startDemo();
    expect(left().length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await ended;
    await vi.waitFor(() => expect(left()).toEqual([]), PATIENCE);
  });
});
