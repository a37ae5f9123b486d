import { describe, expect, it } from 'vitest';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';
import type { DocumentOverrides } from '../support/manifests/documents.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { callsTo } from '../support/world/account.ts';
import { createShell } from '../support/world/shell.ts';
import type { Shell } from '../support/world/shell.ts';

const ALLOWED = { annotations: { 'stationkeeper.dev/allow-replace': 'true' } };

function write({ folder }: Shell, daemon: DocumentOverrides<'DaemonService'>): void {
  const containers = [
    { name: 'main', image: 'example.org/daemon:1', portMappings: [{ containerPort: 2000 }] },
  ];
  const discovery = { namespace: 'services.example.org', dnsRecords: [{ type: 'A' as const }] };
  writeFiles(folder, {
    'all.yaml': yamlOf(
      cluster(),
      namespace(),
      daemonService({ containers, serviceDiscovery: discovery, desiredCount: 2, ...daemon }),
    ),
  });
}

async function applied(): Promise<Shell> {
  const shell = createShell();
  write(shell, {});
  expect(await shell.apply()).toMatchObject({ code: 0, err: '' });
  return shell;
}

const SRV: DocumentOverrides<'DaemonService'> = {
  ...ALLOWED,
  serviceDiscovery: {
    namespace: 'services.example.org',
    dnsRecords: [{ type: 'SRV' }],
    containerName: 'main',
    containerPort: 2000,
  },
};

describe('apply goes on', () => {
  it('while a service lets go of what is made anew, and until it is found again', async () => {
    const shell = await applied();
    write(shell, SRV);
    expect(await shell.apply()).toMatchObject({ code: 0, err: '' });
    expect((await shell.plan()).out).toMatch(/^Plan: no changes; /m);
  });

  it('until every change is made, where it need not wait for health', async () => {
    const shell = await applied();
    write(shell, SRV);
    expect(await shell.apply({ wait: false })).toMatchObject({ code: 0, err: '' });
    expect((await shell.plan()).out).toMatch(/^Plan: no changes; /m);
  });

  it('until its time is over', async () => {
    const shell = await applied();
    write(shell, SRV);
    const { code, err } = await shell.apply({ timeoutMs: 3_000 });
    expect(code).toBe(1);
    expect(err).toContain('not everything is Ready after 3 s; run apply again to go on');
  });
});

describe('apply ends before its time where only people can lift what is left', () => {
  const HELD = /^ {2}log-group\/stationkeeper\/xray .*exists without our tag/m;

  async function withForeignLogGroup(): Promise<Shell> {
    const shell = createShell();
    write(shell, {});
    await callsTo(shell.sandbox)('logs', 'CreateLogGroup', { logGroupName: '/stationkeeper/xray' });
    return shell;
  }

  it('and tells it, and what waits for it', async () => {
    const { code, err } = await (await withForeignLogGroup()).apply();
    expect(code).toBe(1);
    expect(err).toMatch(HELD);
    expect(err).toMatch(/^ {2}service\/xray .*waits for task-definition\/xray/m);
    expect(err).not.toContain('run apply again');
  });

  it('but not before all else has come to its end', async () => {
    const shell = await withForeignLogGroup();
    writeFiles(shell.folder, { 'other.yaml': yamlOf(daemonService({ name: 'other' })) });
    const { code, err } = await shell.apply();
    expect(code).toBe(1);
    expect(err).toMatch(HELD);
    expect(err).not.toContain('other');
    const { services } = await callsTo(shell.sandbox)('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['other'],
    });
    expect(services).toMatchObject([{ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] }]);
  });
});
