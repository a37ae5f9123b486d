import { describe, expect, it } from 'vitest';
import { MANIFESTS, run, scratchFolder, startSandbox, ANY_CREDENTIALS } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';

const ESCAPE = '\u001B';
const TOKEN = 'hunter2-and-more';

const withToken = daemonService({
  containers: [
    {
      name: 'main',
      image: 'example.org/daemon:1',
      environment: { API_TOKEN: TOKEN, LEVEL: 'debug' },
    },
  ],
});

describe.concurrent('plan', () => {
  it('prints what apply would create, in plain text where there is no terminal, and exits with 0', async () => {
    const { code, stdout, stderr } = await run(['plan', MANIFESTS, '--sandbox'], { CI: 'true' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(ESCAPE);
    expect(stdout).toMatch(/^DaemonService\/xray$/m);
    expect(stdout).toMatch(/^ {4}\+ service\/xray {2}\(waits for /m);
    expect(stdout).toMatch(/^ {10}\+ desiredCount: 2$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'Plan: 16 to create, 0 to update, 0 to replace, 0 to delete; 1 unchanged',
    );
  });

  it.for<readonly [string, RegExp, RegExp]>([
    ['markdown', /^### Stationkeeper plan\n[^]*```diff\n\+ /, /environment\.API_TOKEN: \(sensitive\)$/m],
    ['json', /^\{\n {2}"hash": "/, /"id": "cluster\/main",[^}]*},\s*"action": "create"/],
  ])('shows no secret value as %s; exits with 2 where asked to', async ([output, first, second]) => {
    const folder = writeFiles(scratchFolder(), { 'all.yaml': yamlOf(cluster(), withToken) });
    const args = ['plan', folder, '--sandbox', '--detailed-exitcode', '--output', output];
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).not.toContain(TOKEN);
    expect(stdout).toMatch(first);
    expect(stdout).toMatch(second);
  });
});

describe.concurrent('apply', () => {
  it('converges until everything is Ready, in plain lines, and prints the endpoints', async () => {
    const { code, stdout, stderr } = await run(['apply', MANIFESTS, '--sandbox'], {
      CI: 'true',
      AWS_REGION: '',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(ESCAPE);
    expect(stdout).not.toContain('\r');
    const lines = stdout.split('\n');
    for (const line of [
      'role/xray-task: creating',
      'role/xray-task: created',
      'service/xray: created',
      'endpoint otel-collector.services.dockerinaws.org:4317',
      'endpoint xray.services.dockerinaws.org:2000',
      'Now: no changes; 17 resources are in sync',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.indexOf('cluster/xray-daemon-cluster: created')).toBeLessThan(
      lines.indexOf('service/xray: creating'),
    );
  });

  it('converges what is valid beside a bad document, deletes nothing, and exits with 1', async () => {
    const sandbox = await startSandbox(['--speed', '10']);
    const aws = { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: sandbox.url };
    const folder = scratchFolder();
    writeFiles(folder, { 'main.yaml': yamlOf(cluster()), 'other.yaml': yamlOf(cluster({ name: 'other' })) });
    expect(await run(['apply', folder], aws)).toMatchObject({ code: 0, stderr: '' });

    writeFiles(folder, {
      'other.yaml': yamlOf(cluster({ name: 'other' })).replace('spec:', 'spce:'),
      'daemon.yaml': yamlOf(withToken),
    });
    const { code, stdout, stderr } = await run(['apply', folder], aws);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error \S+\/other\.yaml:\d+:1 spce: /);
    expect(stdout).toContain('service/xray: created\n');
    expect(stdout).not.toContain('deleting');
    expect(stdout).toContain('environment.API_TOKEN: (sensitive)\n');
    expect(stdout + stderr).not.toContain(TOKEN);
  });
});
