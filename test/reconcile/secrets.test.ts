import { describe, expect, test } from 'vitest';
import { historyOf } from '../../controller/status/history.ts';
import { secretRule, SENSITIVE } from '../../controller/core/secrets.ts';
import { createReporter, resourceIn } from '../support/reports/reporter.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { SECRET_ARGUMENTS, SECRET_NAMES, SECRET_TEXTS } from '../support/manifests/secrets.ts';
import { createTeller } from '../support/simulation/told.ts';
import { createWorld, refusal } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** Nothing that people see holds a secret, wherever it stands and whatever it is called (case 2.11). */

/** What stands under a name that gives it away. */
const NAMED = 'nothing-by-itself';
/** What an edit puts behind each secret. */
const EDITED = '-edited';

const ALL = [
  ...SECRET_TEXTS.map(({ secret }) => secret),
  ...SECRET_ARGUMENTS.map(([, secret]) => secret),
  NAMED,
];

function byNumber(texts: readonly string[], prefix = 'V'): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map((text, index) => [`${prefix}${index}`, text]));
}

/** A daemon that holds every secret in every place that takes texts. */
function leaky(edit = ''): string {
  const texts = SECRET_TEXTS.map(({ text, secret }) => text.replace(secret, `${secret}${edit}`));
  const named = Object.fromEntries(SECRET_NAMES.map((name) => [name, `${NAMED}${edit}`]));
  const args = SECRET_ARGUMENTS.flatMap(([flag, secret]) => [flag, `${secret}${edit}`]);
  return yamlOf(
    cluster(),
    daemonService({
      name: 'leaky',
      labels: { owner: `glpat-aB3dE5fG7hJ9kL1mN3pQ${edit}`, 'api-token': `${NAMED}${edit}` },
      containers: [
        {
          name: 'main',
          image: 'example.org/daemon:1',
          environment: { ...byNumber(texts), ...named, LEVEL: `info${edit}` },
          dockerLabels: { ...byNumber(texts, 'label'), ...named },
          command: ['run', ...args, ...texts],
          entryPoint: ['/bin/agent', ...args],
          healthCheck: { command: ['CMD-SHELL', `curl -u admin:hunter2-or-so${edit} http://localhost/`] },
        },
      ],
    }),
  );
}

/** Everything that was told while work was done, and the places in it that tell a secret. */
function createListener(world: World) {
  const teller = createTeller();
  const reporter = createReporter();
  const leaks: string[] = [];
  const check = (where: string, text: string): void => {
    for (const secret of ALL) {
      const at = Math.max(text.indexOf(secret), text.indexOf(JSON.stringify(secret).slice(1, -1)));
      if (at !== -1) leaks.push(`${where}: …${text.slice(Math.max(0, at - 60), at + secret.length)}`);
    }
  };
  let number = 0;
  return {
    leaks,
    reporter,
    async pass(dryRun = false) {
      number += 1;
      const result = await world.pass({ dryRun, listener: teller.listener });
      for (const { where, text } of teller.afterPass(result, number)) check(where, text);
      const report = reporter.record(result);
      check('the status', JSON.stringify(report));
      for (const { kind, name, environment } of report.objects) {
        check(
          'the history',
          JSON.stringify(historyOf(reporter.store.histories(), { kind, name }, environment)),
        );
      }
      for (const error of result.wanted.errors) check('an error of a manifest', error.message);
      return { result, report };
    },
  };
}

describe('a secret, wherever it stands', () => {
  test('is told by nobody while it is planned, made, changed in git and changed back in AWS', async () => {
    const world = createWorld({ files: { 'leaky.yaml': leaky() } });
    const listener = createListener(world);
    await listener.pass(true);
    for (let pass = 0; pass < 20; pass += 1) {
      await listener.pass();
      await world.clock.advance(15_000);
    }
    world.files.set('leaky.yaml', leaky(EDITED));
    const { report } = await listener.pass(true);
    expect(listener.leaks).toEqual([]);

    const { drift } = resourceIn(report, 'task-definition/leaky');
    const hidden = { desired: SENSITIVE, actual: SENSITIVE };
    expect(drift).toContainEqual(
      expect.objectContaining({ path: 'containers[main].environment[V0]', ...hidden }),
    );
    expect(drift).toContainEqual(
      expect.objectContaining({ path: 'containers[main].environment[PAT]', ...hidden }),
    );
    expect(drift).toContainEqual(
      expect.objectContaining({
        path: 'containers[main].environment[LEVEL]',
        desired: `info${EDITED}`,
        actual: 'info',
      }),
    );
    expect(drift).toContainEqual(
      expect.objectContaining({ path: 'containers[main].dockerLabels[label0]', ...hidden }),
    );
    expect(drift.map(({ path }) => path)).toContain('containers[main].command');
    expect(drift).toContainEqual(expect.objectContaining({ path: 'tags.api-token', ...hidden }));

    for (let pass = 0; pass < 10; pass += 1) {
      await listener.pass();
      await world.clock.advance(15_000);
    }
    expect(listener.leaks).toEqual([]);
  });

  test('is not told where AWS quotes it, in a refusal or an event', async () => {
    const world = createWorld({ files: { 'leaky.yaml': leaky() } });
    const listener = createListener(world);
    world.intercept((call, perform) =>
      call.name === 'ecs:RegisterTaskDefinition'
        ? Promise.reject(
            refusal('ClientException', {
              message: `Invalid value: ${SECRET_TEXTS[0]!.text}, --password ${NAMED}`,
            }),
          )
        : perform(),
    );
    for (let pass = 0; pass < 6; pass += 1) await listener.pass();
    const { report } = await listener.pass();
    expect(resourceIn(report, 'task-definition/leaky').reason).toContain('Invalid value');
    expect(listener.leaks).toEqual([]);
  });

  test('is not told where a manifest is refused for it', async () => {
    const text = leaky().replace('example.org/daemon:1', 'https://app:hunter2-or-so@example.org/x y');
    const listener = createListener(createWorld({ files: { 'leaky.yaml': text } }));
    const { result } = await listener.pass(true);
    expect(result.wanted.errors).not.toEqual([]);
    expect(listener.leaks).toEqual([]);
  });

  test('may be what people say is one, by its name or its value', async () => {
    const rules = ['^INTERNAL_', 'acme-[0-9]{4}'].map((source) => secretRule(source) as RegExp);
    const file = (value: string) =>
      yamlOf(
        cluster(),
        daemonService({
          containers: [
            {
              name: 'main',
              image: 'example.org/daemon:1',
              environment: { A: value, INTERNAL_URL: `of-${value}`, B: `open-${value.length}` },
            },
          ],
        }),
      );
    const world = createWorld({ secretRules: rules, files: { 'a.yaml': file('acme-1234') } });
    const told: string[] = [];
    const tell = async (): Promise<void> => {
      const teller = createTeller();
      told.push(...teller.afterPass(await world.pass({ dryRun: true }), 1).map(({ text }) => text));
    };
    await tell();
    await world.settle();
    world.files.set('a.yaml', file('acme-56789'));
    await tell();
    expect(told.join('\n')).toContain('open-10');
    expect(told.join('\n')).toContain(SENSITIVE);
    expect(told.join('\n')).not.toMatch(/acme-\d/);
  });
});
