import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StatusReport } from '../../controller/status/schema.ts';
import { ANY_CREDENTIALS, MANIFESTS } from '../support/programs/cli.ts';
import { createGitRepository } from '../support/git/repository.ts';
import { buildImage } from '../support/image/build.ts';
import type { Image } from '../support/image/build.ts';
import { runContainer, whyNotHere } from '../support/image/container.ts';
import type { Container, RunOptions } from '../support/image/container.ts';
import { readLockfile } from '../support/image/lockfile.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const MOST_BYTES = 60_000_000;
const USER = 65_532;
const PROGRAM = ['node', '/app/dist/controller/main.js'];
/** AWS's own time, a hundred times faster than it is. */
const SPEED = ['--speed', '100'];
const SANDBOX = ['--sandbox', ...SPEED];
const PATIENCE = { timeout: 180_000, interval: 200 };

const why = await whyNotHere();
const scratch = mkdtempSync(join(tmpdir(), 'stationkeeper-image-'));
let image: Image;

const start = (options: RunOptions): Container => runContainer(image, scratch, options);

describe("the image, by the Dockerfile's own steps", skippedFor(why), () => {
  beforeAll(async () => {
    image = await buildImage(scratch);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('holds the program, its packages, its licence and its bill of materials, and nothing else', () => {
    const app = join(image.folder, 'app');
    expect(readdirSync(app)).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json', 'sbom.spdx.json']);
    expect(readdirSync(join(app, 'dist'))).toEqual(['controller', 'sandbox']);
    const lockfile = readLockfile();
    expect(installedIn(app)).toEqual(lockfile.filter(({ dev }) => !dev).map(({ folder }) => folder));
    const sbom = JSON.parse(readFileSync(join(app, 'sbom.spdx.json'), 'utf8')) as { packages: unknown[] };
    expect(sbom.packages.length).toBeGreaterThan(100);
  });

  test('takes at most 60 MB without Node, on disk', () => {
    const files = filesBelow(join(image.folder, 'app'));
    const bytes = files.reduce((sum, file) => sum + lstatSync(file).blocks * 512, 0);
    process.stdout.write(
      `the unpacked product takes ${(bytes / 1e6).toFixed(1)} MB in ${files.length} files\n`,
    );
    expect(files.length).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  test('belongs to root, readable for everybody and writable for nobody else', () => {
    const wrong = filesBelow(join(image.folder, 'app')).filter((file) => {
      const { uid, gid, mode } = lstatSync(file);
      return uid !== 0 || gid !== 0 || (mode & 0o022) !== 0 || (mode & 0o004) === 0;
    });
    expect(wrong).toEqual([]);
  });

  test('converges a git repository under its own user on a read-only tree, and ends at SIGTERM', async () => {
    const repository = createGitRepository();
    const commit = repository.commit({ 'xray.yaml': readFileSync(join(MANIFESTS, 'xray.yaml')) });
    execFileSync('chown', ['-R', `${USER}:${USER}`, repository.folder]);
    const controller = start({
      command: ['run', ...SANDBOX, '--interval', '1s', '--git-url', 'file:///srv/daemons.git'],
      volumes: { '/srv/daemons.git': repository.folder },
    });
    await vi.waitFor(() => expect(controller.log()).toContain('"msg":"started"'), PATIENCE);

    const report = await untilReady(controller);
    expect(report.source).toMatchObject({ type: 'git', revision: commit, errors: [] });
    expect(await controller.exec(image.healthcheck)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await controller.exec(['whoami'])).stdout).toBe('stationkeeper\n');
    const written = await controller.exec(['sh', '-c', 'touch /tmp/here; touch /app/there']);
    expect(written).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^touch: .*\/app\/there.*Read-only/),
    });
    expect(await sdkThatDoesNotLoad(controller)).toEqual([]);

    const { code, ms } = await controller.stop();
    expect({ code, log: controller.log() }).toMatchObject({
      code: 0,
      log: expect.stringContaining('"msg":"stopped"'),
    });
    // A machine that has time for it takes less than the 10 s that are promised.
    expect(ms).toBeLessThan(60_000);
    repository.remove();
  });

  test('converges over HTTP with every client of the SDK, and finds nothing left to do', async () => {
    const sandbox = start({ command: ['sandbox', ...SPEED], volumes: { '/app/manifests': MANIFESTS } });
    const endpoint = ['--endpoint-url', 'http://127.0.0.1:8080'];
    await vi.waitFor(() => expect(sandbox.stdout()).toContain('AWS_ENDPOINT_URL'), PATIENCE);

    const applied = await sandbox.exec([...PROGRAM, 'apply', ...endpoint], ANY_CREDENTIALS);
    expect(applied).toMatchObject({ code: 0 });
    const planned = await sandbox.exec(
      [...PROGRAM, 'plan', '--detailed-exitcode', ...endpoint],
      ANY_CREDENTIALS,
    );
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('no changes') });
    await sandbox.stop();
  });

  test('leaves no zombies of a git that had to be ended, though its helpers lose their parent', async () => {
    const controller = start({
      command: [
        'run',
        ...SANDBOX,
        '--interval',
        '1s',
        '--git-url',
        'ssh://git@127.0.0.1/x',
        '--git-timeout',
        '1s',
      ],
      env: { GIT_SSH_COMMAND: 'sleep 600 & sleep 600 #' },
    });
    await vi.waitFor(async () => {
      const { pass } = await reportOf(controller);
      expect(pass?.number).toBeGreaterThan(2);
    }, PATIENCE);

    await vi.waitFor(async () => {
      const { stdout } = await controller.exec(['sh', '-c', 'cat /proc/[0-9]*/stat']);
      expect(stdout).toContain('(tini)');
      expect(stdout.split('\n').filter((line) => / Z /.test(line))).toEqual([]);
    }, PATIENCE);
    await controller.stop();
  });
});

async function untilReady(controller: Container): Promise<StatusReport> {
  return vi.waitFor(async () => {
    const report = await reportOf(controller);
    expect(report.summary.total).toBeGreaterThan(0);
    expect(report.summary.ready).toBe(report.summary.total);
    return report;
  }, PATIENCE);
}

async function reportOf(controller: Container): Promise<StatusReport> {
  const ask = "fetch('http://127.0.0.1:8080/status').then((answer) => answer.text()).then(console.log)";
  const { stdout, stderr } = await controller.exec(['node', '-e', ask]);
  expect(stdout, `${stderr}\n${controller.log()}`).not.toBe('');
  return JSON.parse(stdout) as StatusReport;
}

/** Credential providers are loaded when they are needed: a file that is missing would show in production only. */
async function sdkThatDoesNotLoad(controller: Container): Promise<readonly string[]> {
  const script = `
    const { readdirSync, readFileSync } = await import('node:fs');
    const failed = [];
    for (const scope of ['@aws-sdk', '@smithy', '@aws']) {
      for (const name of readdirSync('/app/node_modules/' + scope)) {
        const { exports = { '.': '' } } = JSON.parse(readFileSync('/app/node_modules/' + scope + '/' + name + '/package.json'));
        for (const path of Object.keys(exports).filter((path) => !path.endsWith('.json'))) {
          const module = scope + '/' + name + path.slice(1);
          await import(module).catch((error) => failed.push(module + ': ' + error.message));
        }
      }
    }
    console.log(JSON.stringify(failed));`;
  const { stdout, stderr } = await controller.exec(['node', '--input-type=module', '-e', script]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

/** Folders of packages, as the lockfile names them. */
function installedIn(app: string): readonly string[] {
  return filesBelow(join(app, 'node_modules'))
    .map((file) => file.slice(app.length + 1))
    .filter((file) => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
    .map((file) => file.slice(0, -'/package.json'.length))
    .toSorted();
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}
