import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { notificationsFrom } from '../../controller/cli/notifications.ts';
import { parseCommandLine } from '../../controller/config.ts';
import { GLOBAL_FLAGS, RUN_FLAGS, variableOf } from '../../controller/config/flags.ts';
import { ANY_CREDENTIALS, scratchFolder, startController } from '../support/programs/cli.ts';
import type { Controller } from '../support/programs/cli.ts';
import { CHART, LACK_OF_HELM, VALUE_FILES, render } from '../support/chart/helm.ts';
import type { Values } from '../support/chart/helm.ts';
import { runCommand } from '../support/programs/command.ts';
import { mountPod } from '../support/chart/kubelet.ts';
import type { MountedPod } from '../support/chart/kubelet.ts';
import { only, podsOf } from '../support/chart/objects.ts';
import type { KubernetesObject } from '../support/chart/objects.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const TOKEN = 'only-for-the-tests-0123456789';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function valuesOf(file: string): object {
  return parse(readFileSync(join(CHART, 'ci', `${file}-values.yaml`), 'utf8')) as object;
}

function argumentsOfRun({ args: [command, ...rest] }: MountedPod): readonly string[] {
  if (command !== 'run') throw new Error(`the pod starts ${command}`);
  return rest;
}

async function commandLineOf(values: Values) {
  const { env = [], args = [] } = podsOf(await render(values)).find(({ spec }) => spec.volumes !== undefined)!
    .spec.containers[0]!;
  const variables = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
  return { args, variables };
}

describe('the program in the pod', skippedFor(LACK_OF_HELM), () => {
  it.each(VALUE_FILES)('takes its arguments and variables (%s)', async (values) => {
    const { args, variables } = await commandLineOf(values);
    const surroundings = { version: '0.0.0', isTerminal: false };
    const parsed = parseCommandLine(args, variables, surroundings);
    expect(parsed).toMatchObject({ type: 'config', config: { command: 'run', listen: { port: 8080 } } });
    const known = [...Object.values(GLOBAL_FLAGS), ...Object.values(RUN_FLAGS)].map(({ name }) =>
      variableOf(name),
    );
    const ours = Object.keys(variables).filter((name) => name.startsWith('STATIONKEEPER_'));
    // A variable that is no flag is not looked at, so that parsing alone would not show it.
    expect(ours.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('is configured as the values say', async () => {
    const { args, variables } = await commandLineOf('everything');
    const parsed = parseCommandLine(args, variables, { version: '0.0.0', isTerminal: false });
    expect(parsed).toMatchObject({
      config: {
        owner: 'everything',
        region: 'eu-west-1',
        logLevel: 'debug',
        logFormat: 'json',
        mode: 'enforce',
        intervalMs: 120_000,
        pruneBudget: { count: 5 },
        secretPatterns: [/^INTERNAL_/u, /acme-[0-9a-f]{32}/u, /"quoted"/u],
        listen: { host: '::', port: 8080 },
        source: {
          type: 'git',
          url: 'git@git.example.com:platform/daemons.git',
          branch: 'production',
          path: 'daemons/eu',
          timeoutMs: 60_000,
          cacheDir: '/tmp/clone',
        },
      },
    });
  });

  it('takes the file of notifications as the values say it, with what the Secret holds', async () => {
    const { notifications } = valuesOf('everything') as { readonly notifications: object };
    const objects = await render({ ...valuesOf('configmap'), notifications });
    const secret = {
      data: { 'slack-url': base64('https://hooks.example.com/x'), 'webhook-secret': base64('x') },
    };
    const receivers = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'receivers' }, ...secret };
    const known = [...objects, receivers] as readonly KubernetesObject[];
    const pod = mountPod(only(objects, 'Deployment'), known, scratchFolder());
    const read = await notificationsFrom(pod.env['STATIONKEEPER_NOTIFY_CONFIG']!, { topics: undefined });
    expect(read).toMatchObject({
      type: 'notifications',
      notifications: {
        receivers: [{ name: 'on-call', match: { environments: ['prod-*'] } }, { name: 'events' }],
      },
    });
  });

  describe('with its volumes mounted as a kubelet does it', () => {
    let objects: readonly KubernetesObject[];
    let pod: MountedPod;
    let controller: Controller;

    beforeAll(async () => {
      objects = await render({ ...valuesOf('configmap'), controller: { interval: '1s' } });
      pod = mountPod(only(objects, 'Deployment'), objects, scratchFolder());
      controller = await startController(['--sandbox', ...argumentsOfRun(pod)], {
        ...ANY_CREDENTIALS,
        ...pod.env,
      });
    });
    afterAll(() => controller.kill('SIGTERM'));

    it('gets ready, and converges what the ConfigMap holds', async () => {
      const report = await controller.untilStatus(({ summary }) => {
        expect(summary).toMatchObject({ total: 4, ready: 4 });
      });
      expect(report.source).toMatchObject({ errors: [] });
      expect((await fetch(`${controller.url}/readyz`)).status).toBe(200);
    });

    it('asks for the token of the Secret', async () => {
      const ask = (token: string): Promise<Response> =>
        fetch(`${controller.url}/reconcile`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
        });
      expect((await ask('another')).status).toBe(401);
      expect((await ask(TOKEN)).status).toBe(202);
    });

    it('is what the test of the release asks for', async () => {
      const test = podsOf(objects).find(({ spec }) => spec.volumes === undefined)!.spec.containers[0]!;
      expect(test.command?.[0]).toBe('node');
      const [script] = test.args!;
      const { code, stdout } = await runCommand(process.execPath, [...test.command!.slice(1), script!], {
        env: { URL_TO_ASK: `${controller.url}/readyz` },
      });
      expect(stdout).toContain('/readyz: 200 ');
      expect(code).toBe(0);
    });

    it('takes up another ConfigMap without a restart', async () => {
      const before = await controller.status();
      pod.remount('manifests', {
        'cluster.yaml':
          'apiVersion: stationkeeper.dev/v1\nkind: Cluster\nmetadata: { name: second }\nspec: {}\n',
      });
      const after = await controller.untilStatus(({ objects }) => {
        expect(objects.map(({ name }) => name)).toContain('second');
      });
      expect(after.controller.startedAt).toBe(before.controller.startedAt);
      expect(after.source.errors).toEqual([]);
    });
  });
});
