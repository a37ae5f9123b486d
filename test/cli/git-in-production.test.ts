import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { basename, join } from 'node:path';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANIFESTS, scratchFolder, startController } from '../support/programs/cli.ts';
import type { Controller } from '../support/programs/cli.ts';
import { daemon, expectConverged } from '../support/reports/converged.ts';
import { demandBasic, serveGit } from '../support/git/http-server.ts';
import type { GitHttpServer } from '../support/git/http-server.ts';
import { createGitRepository } from '../support/git/repository.ts';
import { contentsBelow } from '../support/programs/folder.ts';
import { commandLines } from '../support/programs/processes.ts';
import { sdkClients } from '../support/aws/sdk.ts';
import { createSshKey } from '../support/git/ssh-keys.ts';

const XRAY = readFileSync(join(MANIFESTS, 'xray.yaml'), 'utf8');
const OTEL = readFileSync(join(MANIFESTS, 'otel-collector.yaml'), 'utf8');
const GIT_TOKENS = ['glpat-first-token-of-this-test', 'glpat-second-token-of-this-test'] as const;
const API_TOKEN = 'api-token-of-this-test';
const WEBHOOK_SECRET = 'webhook-secret-of-this-test';

/** One controller, set up as for production and told of pushes by a webhook alone; each test goes on where the last one ended. */
describe('a controller on a git host that demands a token, with signed commits and a webhook', () => {
  const repository = createGitRepository();
  const folder = scratchFolder();
  const tokenFile = join(folder, 'git-token');
  const cache = join(folder, 'cache');
  const signer = createSshKey(folder, 'signer');
  const signed = { signedWith: signer.file };
  const seen = new Set<string>();
  const authorization = `Bearer ${API_TOKEN}`;
  let valid: string = GIT_TOKENS[0];
  let host: GitHttpServer;
  let controller: Controller;

  beforeAll(async () => {
    repository.commit({ 'xray.yaml': XRAY, 'otel.yaml': OTEL }, signed);
    writeFileSync(tokenFile, `${GIT_TOKENS[0]}\n`);
    const signers = join(folder, 'allowed-signers');
    writeFileSync(signers, `signer@example.com namespaces="git" ${signer.publicKey}\n`);
    const isRight = demandBasic((_username, password) => password === valid);
    host = await serveGit(repository.folder, (incoming, response) => {
      commandLines().forEach((line) => seen.add(line));
      return isRight(incoming, response);
    });
    const url = `${host.origin}/${basename(repository.folder)}`;
    const git = ['--git-url', url, '--git-token-file', tokenFile, '--git-cache', cache];
    const guards = ['--verify-signatures', signers, '--allowed-hosts', 'hooks.example.com'];
    const setting = ['--sandbox', '--interval', '1h', '--log-level', 'trace'];
    const secrets = { STATIONKEEPER_TOKEN: API_TOKEN, STATIONKEEPER_WEBHOOK_SECRET: WEBHOOK_SECRET };
    controller = await startController([...git, ...guards, ...setting], secrets);
    await controller.untilStatus(expectConverged);
  });
  afterAll(async () => {
    await host.close();
    repository.remove();
  });

  /** What the git host sends for a push to the branch. */
  function push(ref = 'refs/heads/main', secret = WEBHOOK_SECRET, hostName = 'hooks.example.com') {
    const body = JSON.stringify({ ref });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, host: hostName };
    return post('/webhook', headers, body);
  }

  /** Not fetch, which sets Host by itself. */
  function post(path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(`${controller.url}${path}`, { method: 'POST', headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      });
      sent.once('error', reject).end(body);
    });
  }

  async function otelIsActive(): Promise<boolean> {
    const { services } = await sdkClients(controller.sandboxUrl!).ecs.send(
      new DescribeServicesCommand({ cluster: 'xray-daemon-cluster', services: ['otel-collector'] }),
    );
    return services?.[0]?.status === 'ACTIVE';
  }

  it('takes a push from the host, and nothing from anybody else', async () => {
    const commit = repository.commit(
      { 'xray.yaml': XRAY.replace('desiredCount: 2', 'desiredCount: 1') },
      signed,
    );
    expect(await push('refs/heads/main', 'guess')).toBe(401);
    expect(await push('refs/heads/main', WEBHOOK_SECRET, 'evil.example.org')).toBe(403);
    expect((await controller.status()).source.revision).not.toBe(commit);
    expect(await push()).toBe(202);
    await controller.untilStatus((report) => {
      expect(report.source.revision).toBe(commit);
      expect(daemon(report, 'xray').instances).toHaveLength(1);
    });
  });

  it('does not take a commit that is not signed, and keeps what is in force', async () => {
    const { source: before } = await controller.status();
    repository.commit({ 'xray.yaml': null });
    await push();
    await controller.untilStatus(({ source }) => {
      expect(source.errors[0]?.message).toMatch(
        /^SourceInvalid: commit \w{7} is refused: it is not signed; /,
      );
      expect(source.revision).toBe(before.revision);
    });
    expect(daemon(await controller.status(), 'xray')).toMatchObject({ sync: 'Synced' });
    const commit = repository.commit({ 'xray.yaml': XRAY }, signed);
    await push();
    await controller.untilStatus(({ source }) =>
      expect(source).toMatchObject({ revision: commit, errors: [] }),
    );
  });

  it('goes on with a token that took the place of another, without a restart', async () => {
    valid = GIT_TOKENS[1];
    await push();
    await controller.untilStatus(({ source }) =>
      expect(source.errors[0]?.message).toMatch(
        /Authentication failed .* check that the token is valid and not expired/,
      ),
    );
    writeFileSync(tokenFile, `${GIT_TOKENS[1]}\n`);
    await push();
    await controller.untilStatus(({ source }) => expect(source.errors).toEqual([]));
  });

  it('deletes nothing because of a forced push, until somebody confirms it', async () => {
    const added = await controller.status();
    expect(added.objects.map(({ name }) => name)).toContain('otel-collector');
    const clone = join(folder, 'clone');
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    git('clone', '--quiet', repository.url, clone);
    git('-C', clone, 'checkout', '--quiet', '--orphan', 'anew');
    git('-C', clone, 'rm', '--quiet', '--force', 'otel.yaml');
    const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${signer.file}`];
    git('-C', clone, ...signing, 'commit', '--quiet', '-S', '--message', 'Without the collector');
    git('-C', clone, 'push', '--quiet', '--force', 'origin', 'anew:main');
    await push();
    const held = await controller.untilStatus((report) => {
      expect(report.source.errors[0]?.message).toMatch(
        /^SourceRewound: somebody moved the branch to \w{7}, which/,
      );
      expect(report.source.revision).not.toBe(added.source.revision);
    });
    expect(daemon(held, 'xray')).toMatchObject({ sync: 'Synced', observedRevision: held.source.revision });
    expect(await post('/reconcile', { authorization })).toBe(202);
    await controller.untilStatus(({ pass }) => expect(pass.number).toBeGreaterThan(held.pass.number));
    expect(await otelIsActive()).toBe(true);

    const plan = (await (await fetch(`${controller.url}/plan`)).json()) as {
      readonly hash: string;
      readonly steps: readonly { readonly id: string; readonly why?: string; readonly reason: string }[];
    };
    expect(plan.steps).toContainEqual(
      expect.objectContaining({
        id: 'service/otel-collector',
        why: 'budget',
        reason: expect.stringContaining('somebody moved the branch to'),
      }),
    );
    expect(await post(`/plan/${plan.hash}/confirm`, { authorization })).toBe(202);
    await controller.untilStatus((report) => {
      expect(report.objects.map(({ name }) => name)).not.toContain('otel-collector');
    });
    expect(await otelIsActive()).toBe(false);
  });

  it('shows its secrets nowhere: no command line, log, answer or file of the clone', async () => {
    const answers = await Promise.all(
      ['/status', '/plan', '/metrics', '/openapi.json', '/healthz'].map(async (path) =>
        (await fetch(`${controller.url}${path}`)).text(),
      ),
    );
    const files = contentsBelow(cache);
    controller.kill('SIGTERM');
    const { stdout, stderr, code } = await controller.ended;
    expect(code).toBe(0);
    expect([...seen].filter((line) => line.includes('git-remote-http'))).not.toEqual([]);
    expect(stderr).toContain('"msg":"refused"');
    for (const text of [...answers, ...files, ...seen, stdout, stderr]) {
      for (const secret of [...GIT_TOKENS, API_TOKEN, WEBHOOK_SECRET]) expect(text).not.toContain(secret);
      for (const token of GIT_TOKENS) {
        expect(text).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
      }
    }
  });
});
