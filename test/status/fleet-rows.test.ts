import { expect, it } from 'vitest';
import type { ObjectStatus, StatusReport } from '../../controller/status/schema.ts';
import { summarize } from '../../controller/status/summary.ts';
import { statusTable } from '../../controller/status/table.ts';
import { reportOf } from '../support/reports/reports.ts';

const FLEET = Array.from({ length: 120 }, (_, index) => `shop-${index + 1}`);

/** What becomes of an object, in the words of the report. */
interface Fate {
  readonly health?: ObjectStatus['health'];
  readonly message?: string;
  readonly reason?: string;
}

function objectIn(
  environment: string,
  { health = 'Healthy', message = 'in sync', reason }: Fate,
): ObjectStatus {
  const [object] = reportOf().objects;
  const isReady = health === 'Healthy' && reason === undefined;
  return {
    ...object!,
    environment,
    health,
    conditions: object!.conditions.map((one) =>
      one.type === 'Ready'
        ? { ...one, status: isReady ? 'True' : 'False', reason: reason ?? 'Because', message }
        : { ...one, status: 'False' },
    ),
  };
}

function table(objects: readonly ObjectStatus[], causes?: StatusReport['causes']): readonly string[] {
  const environments = [...new Set(objects.map(({ environment }) => environment))].map((name) => ({ name }));
  const report = {
    ...reportOf(),
    objects: [...objects],
    environments,
    summary: summarize(objects),
    ...(causes && { causes }),
  };
  return statusTable(report, { colour: false, confirm: (hash) => hash }).split('\n');
}

it('tells of an object in 120 Environments in one row how it fares, and lists those that are not Ready', () => {
  const fates: Readonly<Record<number, Fate>> = {
    4: { health: 'Degraded', message: 'environment shop-5: the image does not exist' },
    7: { health: 'Degraded', message: 'environment shop-8: the image does not exist' },
    9: { health: 'Progressing', message: 'waits for namespace/a', reason: 'DependencyNotReady' },
  };
  expect(table(FLEET.map((environment, index) => objectIn(environment, fates[index] ?? {})))).toEqual([
    'NAME   KIND            ENVIRONMENT        SYNC     HEALTH     READY        REVISION   MESSAGE',
    'xray   DaemonService   120 Environments   Synced   Degraded   117 of 120   c0ffee1    117 ready, 1 waiting, 2 degraded',
    '',
    'Not ready:',
    '  DaemonService/xray: environment ${environment.name}: the image does not exist (2 Environments: shop-5, shop-8)',
    '  DaemonService/xray: waits for namespace/a (environment shop-10)',
    '',
    '2 degraded, 1 waiting, 117 ready; 120 in all',
  ]);
});

it('says what all of them say, where all are Ready and say the same', () => {
  const rows = table(
    ['eu', 'us'].map((environment) => objectIn(environment, { message: '2 of 2 tasks running' })),
  );
  expect(rows[1]).toMatch(
    /^xray +DaemonService +2 Environments +Synced +Healthy +True +c0ffee1 +2 of 2 tasks running$/,
  );
  expect(rows).toHaveLength(2);
});

it('does not list what people have suspended', () => {
  const rows = table([objectIn('eu', {}), objectIn('us', { health: 'Suspended', reason: 'Suspended' })]);
  expect(rows[1]).toMatch(/1 of 2 +c0ffee1 +1 ready, 1 suspended$/);
  expect(rows).not.toContain('Not ready:');
});

it('has one row for Environments themselves beside a fleet, and one for each without', () => {
  const environments = ['eu', 'us'].map(
    (name): ObjectStatus => ({ ...objectIn(name, {}), kind: 'Environment', name }),
  );
  const fleet = ['eu', 'us'].map((environment) => objectIn(environment, {}));
  expect(table([...environments, ...fleet])[1]).toMatch(/^\* +Environment +2 Environments /);
  expect(table(environments).slice(1)).toMatchObject([
    expect.stringMatching(/^eu +Environment +eu /),
    expect.stringMatching(/^us +Environment +us /),
  ]);
});

it('tells a cause that many Environments share once', () => {
  const objects = FLEET.map((environment) =>
    objectIn(environment, { health: 'Unknown', message: 'expired' }),
  );
  const causes = FLEET.map((environment) => ({
    reason: 'ExpiredToken',
    message: `the credentials of ${environment} have expired`,
    environment,
    objects: 9,
  }));
  const told = table(objects, causes);
  const cause = told.filter((line) => line.includes('the credentials of'));
  expect(cause).toEqual([
    expect.stringMatching(
      /^ {2}1080 objects \(120 Environments: shop-1, .*shop-120\): the credentials of \$\{environment\.name\} have expired$/,
    ),
  ]);
});
