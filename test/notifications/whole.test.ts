import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Receiver } from '../../controller/notifications/config.ts';
import { createNotifier } from '../../controller/notifications/notifier.ts';
import type { Notifier } from '../../controller/notifications/notifier.ts';
import type { PassResult } from '../../controller/reconcile/pass-result.ts';
import { cluster, daemonService, environment } from '../support/manifests/documents.ts';
import { createReporter } from '../support/reports/reporter.ts';
import type { Reporter } from '../support/reports/reporter.ts';
import { SILENT_LOG, createWorld, refusal } from '../support/world/world.ts';
import type { World } from '../support/world/world.ts';

/** A controller with its AWS in virtual time, and two receivers: people, who are told of trouble, and a machine, which is told everything. */

const MINUTE_MS = 60_000;
const GOOD = 'example.org/daemon:1';
const BAD = 'example.org/daemon:bad';

interface Told {
  readonly people: string[];
  readonly machine: string[];
}

interface Watched {
  readonly world: World;
  readonly told: Told;
  /** Passes, a minute apart, for so long. */
  readonly watch: (minutes: number) => Promise<void>;
  /** The controller dies; another one starts. */
  readonly restart: () => void;
}

const RECEIVERS: readonly Receiver[] = [
  {
    name: 'people',
    target: { type: 'slack', urlFile: 'people' },
    match: { severities: ['critical', 'warning'] },
    sendResolved: true,
    sendUpdates: false,
    maxPerMinute: 10,
  },
  {
    name: 'machine',
    target: { type: 'webhook', url: { file: 'machine' }, secretFile: 'secret', headersFiles: {} },
    match: {},
    sendResolved: true,
    sendUpdates: true,
    maxPerMinute: 60,
  },
];

function notifierTo(told: Told, world: World): Notifier {
  return createNotifier({
    receivers: RECEIVERS,
    clock: world.clock,
    random: () => 0.5,
    log: SILENT_LOG,
    ways: {
      now: () => world.clock.now(),
      owner: 'stationkeeper',
      readSecret: (file) => Promise.resolve(`https://${file}.example.org/`),
      publish: () => Promise.reject(new Error('nobody asked for SNS')),
      post: ({ url, body }) => {
        const message = JSON.parse(body) as {
          readonly text: string;
          readonly type: string;
          readonly data: { readonly title: string };
        };
        if (url === 'https://people.example.org/') told.people.push(message.text.split('\n')[0]!);
        else told.machine.push(`${message.type.replace('dev.stationkeeper.', '')} ${message.data.title}`);
        return Promise.resolve({ status: 200, said: 'ok' });
      },
    },
  });
}

function watched(files: Readonly<Record<string, string>>, mode: 'enforce' | 'observe' = 'enforce'): Watched {
  const world = createWorld({ files, mode });
  const told: Told = { people: [], machine: [] };
  let reporter: Reporter = createReporter();
  let notifier = notifierTo(told, world);
  const record = (result: PassResult): void => {
    const report = reporter.record(result);
    notifier.record(report, reporter.store.fresh(), result.courses);
  };
  return {
    world,
    told,
    async watch(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        record(await world.pass());
        await world.clock.advance(MINUTE_MS);
      }
    },
    restart() {
      world.restart();
      reporter = createReporter();
      notifier = notifierTo(told, world);
    },
  };
}

function fleetOf(names: readonly string[], image = GOOD): Record<string, string> {
  const documents = [
    environment({ name: 'prod-eu' }),
    cluster({ environment: 'prod-eu' }),
    ...names.map((name) =>
      daemonService({ name, environment: 'prod-eu', containers: [{ name: 'main', image }] }),
    ),
  ];
  return { 'fleet.yaml': documents.map((document) => stringify(document)).join('---\n') };
}

const ELEVEN = Array.from({ length: 11 }, (_, index) => `daemon-${index}`);

describe('an image that is missing', () => {
  test('is told once, with where and how bad, and its end once', async () => {
    const { world, told, watch } = watched(fleetOf(['xray']));
    await watch(15);
    expect(told.people).toEqual([]);
    world.sandbox.control.makeUnavailable(BAD);
    world.files.set('fleet.yaml', fleetOf(['xray'], BAD)['fleet.yaml']!);
    await watch(30);
    const title = 'xray in prod-eu: rolled back, the image or its tag does not exist';
    expect(told.people).toEqual([`🔴 ${title}`]);
    world.files.set('fleet.yaml', fleetOf(['xray'])['fleet.yaml']!);
    await watch(30);
    expect(told.people).toEqual([`🔴 ${title}`, `🟢 Resolved: ${title}`]);
  });

  test('is told by a controller that starts as found, once, and not as new', async () => {
    const { world, told, watch, restart } = watched(fleetOf(['xray'], BAD));
    world.sandbox.control.makeUnavailable(BAD);
    await watch(30);
    const title = 'xray in prod-eu: image not found (0 of 1 task)';
    expect(told).toEqual({
      people: [`🔴 ${title}`],
      machine: [
        `incident.opened ${title}`,
        expect.stringMatching(/^change.applied Cluster\/main in prod-eu/),
      ],
    });
    told.people.length = 0;
    told.machine.length = 0;
    restart();
    await watch(30);
    expect(told).toEqual({ people: [`🔴 ${title}`], machine: [`incident.opened ${title}`] });
  });
});

describe('credentials that expire under thirteen objects', () => {
  test('are told once for all of them, and their end once', async () => {
    const { world, told, watch } = watched(fleetOf(ELEVEN));
    await watch(20);
    told.machine.length = 0;
    world.intercept(() => Promise.reject(refusal('ExpiredToken')));
    await watch(20);
    expect(told.people).toEqual(['🔴 13 objects in prod-eu: credentials expired']);
    world.intercept(undefined);
    await watch(20);
    expect(told.people).toEqual([
      '🔴 13 objects in prod-eu: credentials expired',
      '🟢 Resolved: 13 objects in prod-eu: credentials expired',
    ]);
    expect(told.machine).toEqual([
      'incident.opened 13 objects in prod-eu: credentials expired',
      'incident.resolved Resolved: 13 objects in prod-eu: credentials expired',
    ]);
  });
});

test('two hundred daemons, each with an image of its own that is missing, make one digest', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `daemon-${index}`);
  const { world, told, watch } = watched(fleetOf(names, BAD));
  world.sandbox.control.makeUnavailable(BAD);
  await watch(12);
  expect(told.people.length).toBeLessThanOrEqual(3);
  expect(told.people[0]).toMatch(/^🔴 \d+ problems in prod-eu$/);
  const counted = told.people.map((title) => Number(/\d+/.exec(title)?.[0]));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(200);
});

test('a healthy fleet is silent, also for a controller that starts', async () => {
  const { told, watch, restart } = watched(fleetOf(['xray']));
  await watch(20);
  expect(told.people).toEqual([]);
  expect(told.machine).toEqual(['change.applied 2 objects in prod-eu: applied '.concat(revisionIn(told))]);
  told.machine.length = 0;
  restart();
  await watch(60);
  expect(told).toEqual({ people: [], machine: [] });
});

function revisionIn({ machine }: Told): string {
  return machine[0]?.split(' ').at(-1) ?? '';
}

test('drift is told as healed in one mode, and as a warning where it is only reported', async () => {
  for (const [mode, machine] of [
    ['enforce', ['drift.healed xray in prod-eu: drift healed (desiredCount)']],
    ['observe', ['incident.opened xray in prod-eu: changed in AWS']],
  ] as const) {
    const first = watched(fleetOf(['xray']));
    await first.watch(15);
    const { world } = first;
    const told: Told = { people: [], machine: [] };
    const observer = createWorld({ files: fleetOf(['xray']), mode, beside: world });
    const reporter = createReporter();
    const notifier = notifierTo(told, world);
    for (let minute = 0; minute < 20; minute += 1) {
      if (minute === 5) {
        await world.clock.run(
          world.sandbox.call({
            service: 'ecs',
            operation: 'UpdateService',
            region: 'us-east-1',
            input: { cluster: 'main', service: 'xray', desiredCount: 2 },
          }),
        );
      }
      const result = await observer.pass();
      notifier.record(reporter.record(result), reporter.store.fresh(), result.courses);
      await world.clock.advance(MINUTE_MS);
    }
    expect([mode, told.machine]).toEqual([mode, machine]);
  }
});
