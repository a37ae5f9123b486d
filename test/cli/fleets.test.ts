import { describe, expect, it } from 'vitest';
import { writeFiles } from '../support/programs/folder.ts';
import { createShell } from '../support/world/shell.ts';
import type { Shell } from '../support/world/shell.ts';

const ENVIRONMENTS = `
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: dev, labels: { stage: dev } }
spec: { region: us-east-1 }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod-eu, labels: { stage: prod } }
spec: { region: eu-west-1 }
---
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: prod-us, labels: { stage: prod } }
spec: { region: us-west-2 }
`;

const DEFINITIONS = `
apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: daemons }
spec: { environments: {} }
---
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray }
spec:
  environments: {}
  cluster: daemons
  cpu: 256
  memory: 512
  containers:
    - name: xray
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      environment: { AWS_REGION: "\${environment.region}" }
  overrides:
    - environments: { matchLabels: { stage: dev } }
      spec: { cpu: 512, memory: 1024 }
`;

/** A company of three Environments, whose one daemon they all run. */
function company(definitions = DEFINITIONS): Shell {
  const shell = createShell();
  writeFiles(shell.folder, { 'environments.yaml': ENVIRONMENTS, 'xray.yaml': definitions });
  return shell;
}

describe('a definition of three Environments', () => {
  it('is planned once, and where an override makes it differ for itself', async () => {
    const { out } = await company().plan();
    expect(out).toContain('DaemonService/xray: new in 3 Environments\n');
    expect(out.match(/\+ role\/xray-\$\{environment\.name\}-execution$/gm)).toHaveLength(1);
    expect(out.match(/\+ task-definition\/xray/g)).toHaveLength(2);
    expect(out).toMatch(
      /^DaemonService\/xray \(2 Environments: prod-eu, prod-us\)\n {4}\+ task-definition\/xray/m,
    );
    expect(out).toContain('environment.AWS_REGION: "${environment.region}"');
    expect(out).toContain('environment.AWS_REGION: "us-east-1"');
  });

  it('is applied and its state told in one line, in which it is the same everywhere', async () => {
    const shell = company();
    const applied = await shell.apply();
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out).toContain('cluster/daemons (3 Environments): creating\n');
    const { code, out } = await shell.status();
    expect(code).toBe(0);
    expect(out).toMatch(/^daemons +Cluster +3 Environments +Synced +Healthy +True /m);
    expect(out).toMatch(/^xray +DaemonService +3 Environments +Synced +Healthy +True /m);
    const unclear = await shell.status({ name: 'xray' });
    expect(unclear.out).toContain(
      'several Environments have xray: choose one with --environment to see all of it, of dev, prod-eu, prod-us\n',
    );
    const named = await shell.status({ name: 'xray', environment: 'prod-eu' });
    expect(named.out).toMatch(/^Environment: +prod-eu$/m);
    expect(named.out).not.toContain('several Environments');
    const here = await shell.status({ environment: 'dev' });
    expect(here.out.split('\n').slice(1)).toMatchObject([
      expect.stringMatching(/^dev /),
      expect.stringMatching(/^daemons /),
      expect.stringMatching(/^xray /),
      '',
    ]);
    await expect(shell.status({ name: 'xray', environment: 'test' })).rejects.toThrow(
      'Environment test has no object named "xray"; one is in dev, prod-eu, prod-us',
    );
  });

  it('tells by its edit what that does to how many Environments', async () => {
    const shell = company();
    await shell.apply();
    writeFiles(shell.folder, {
      'xray.yaml': DEFINITIONS.replace(
        'environments: {}\n  cluster',
        'environments: { matchLabels: { stage: prod } }\n  cluster',
      )
        .replace('3.x', '4.x')
        .replace(/ {2}overrides:[^]*$/, ''),
    });
    const { out } = await shell.plan();
    expect(out).toContain('DaemonService/xray: updated in 2 Environments, removed in 1\n');
    expect(out).toMatch(
      /^DaemonService\/xray \(2 Environments: prod-eu, prod-us\)\n {4}~ task-definition\/xray\n {10}~ containers\[xray\]\.image: .*3\.x" → .*4\.x"$/m,
    );
    expect(out).toMatch(/^DaemonService\/xray \(environment dev\)\n {4}- service\/xray/m);
  });
});
