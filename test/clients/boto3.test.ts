import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useClientStack } from '../support/programs/clients.ts';
import { canRun } from '../support/programs/command.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const installed = await canRun('python3', '-c', 'import boto3');
const lack = installed ? undefined : 'Python with boto3 is not on this machine';

describe('boto3', skippedFor(lack), () => {
  // Waiters see an end at their first or second look.
  const client = useClientStack('--speed', '100');

  /** Runs tests of a script beside this file; `passed`, or what it prints. */
  async function run(script: string, tests: string): Promise<string> {
    const path = join(import.meta.dirname, script);
    const { code, stdout, stderr } = await client.run('python3', ['-B', path, tests]);
    return code === 0 ? 'passed' : stdout + stderr;
  }

  it.for([
    [
      'builds a daemon service, waits for it with the SDK’s own waiters, and takes it down',
      'test_daemon_service',
    ],
    [
      'registers a host as its agent does, and has a daemon there until it drains',
      'test_agent_and_daemons_of_its_hosts',
    ],
    ['goes through every list with the SDK’s own paginators', 'test_paginators'],
    ['raises ClientError with AWS’s codes and HTTP statuses', 'test_client_errors'],
  ])('%s', async ([, test]) => {
    expect(await run('with_boto3.py', `WithBoto3.${test}`)).toBe('passed');
  });

  it('is refused nothing that AWS takes, by rule', async () => {
    expect(await run('with_boto3_walk.py', 'Walk')).toBe('passed');
  });
});
