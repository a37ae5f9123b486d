import { expect, it } from 'vitest';
import { planToMarkdown, planToText } from '../../controller/plan/render.ts';
import type { Step } from '../../controller/plan/step.ts';
import {
  change,
  createStep,
  deleteStep,
  holdStep,
  keepStep,
  planOf,
  updateStep,
} from '../support/plans/steps.ts';

/** 40 accounts, each in three Regions. */
const FLEET = Array.from({ length: 40 }, (_, index) => `shop-${String(index + 1).padStart(2, '0')}`).flatMap(
  (account) => ['eu-west-1', 'us-east-1', 'ap-south-1'].map((region) => `${account}-${region}`),
);
/** What GitHub takes as a comment. */
const COMMENT = 65_536;

const IMAGE = [change('containers[xray].image', 'xray:3.4', 'xray:3.5')];

/** An edit of the image, as it stands in each Environment. */
function imageBump(environment: string): readonly Step[] {
  return [
    updateStep({ environment, kind: 'task-definition', changes: IMAGE }),
    holdStep({
      environment,
      why: 'waiting',
      intent: 'update',
      exists: true,
      reason: 'waits for task-definition/xray',
    }),
  ];
}

it('tells a change that 120 Environments have alike once, counts them and names each', () => {
  const text = planToText(planOf(FLEET.flatMap(imageBump)));
  expect(text.match(/task-definition\/xray$/gm)).toHaveLength(1);
  expect(text).toMatch(/^DaemonService\/xray: updated in 120 Environments$/m);
  expect(text).toMatch(/^DaemonService\/xray \(120 Environments\)$/m);
  for (const name of FLEET) expect(text.split(/[\s,]+/).filter((word) => word === name)).toHaveLength(1);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(102);
});

it('tells by object and Environments what becomes of it there', () => {
  const steps = [
    ...['eu', 'us'].flatMap(imageBump),
    updateStep({ environment: 'us', kind: 'security-group', changes: [change('description', 'a', 'b')] }),
    createStep({ environment: 'ap', fields: { size: 'small' } }),
    deleteStep({ environment: 'dev', reason: 'no manifest names it any more' }),
  ];
  expect(planToText(planOf(steps))).toBe(
    [
      'DaemonService/xray: updated in 2 Environments, removed in 1, new in 1',
      '',
      'DaemonService/xray (2 Environments: eu, us)',
      '    ~ task-definition/xray',
      '          ~ containers[xray].image: "xray:3.4" → "xray:3.5"',
      '    ~ service/xray  (waits for task-definition/xray)',
      '',
      'DaemonService/xray (environment us)',
      '    ~ security-group/xray',
      '          ~ description: "a" → "b"',
      '',
      'DaemonService/xray (environment ap)',
      '    + service/xray',
      '          + fields.size: "small"',
      '',
      'DaemonService/xray (environment dev)',
      '    - service/xray  (no manifest names it any more)',
      '',
      'Plan: 1 to create, 3 to update, 0 to replace, 1 to delete; 0 unchanged, 2 held',
    ].join('\n'),
  );
});

it('disregards what resources, reasons and values call their Environment', () => {
  const steps = ['eu', 'us'].map((environment) =>
    createStep({
      environment,
      kind: 'role',
      name: `xray-${environment}-task`,
      manifest: 'xray',
      fields: { path: `/${environment}/` },
      reason: `waits for role/xray-${environment}-execution`,
    }),
  );
  const text = planToText(planOf(steps));
  expect(text).toContain(
    '    + role/xray-${environment.name}-task  (waits for role/xray-${environment.name}-execution)\n' +
      '          + fields.path: "/${environment.name}/"\n',
  );
  expect(text).not.toMatch(/role\/xray-(eu|us)/);
});

it('knows the Region and the account of an Environment that was looked up', () => {
  const place = (environment: string, region: string, accountId: string): Step => {
    const step = keepStep({ environment, kind: 'environment', name: environment });
    if (step.type !== 'keep') throw new Error('it is kept');
    return { ...step, observed: { ...step.observed, outputs: { region, accountId } } };
  };
  const text = planToText(
    planOf([
      place('eu', 'eu-west-1', '385605022855'),
      place('us', 'us-east-1', '111122223333'),
      updateStep({
        environment: 'eu',
        changes: [change('group', null, 'arn:aws:x:eu-west-1:385605022855:g')],
      }),
      updateStep({
        environment: 'us',
        changes: [change('group', null, 'arn:aws:x:us-east-1:111122223333:g')],
      }),
    ]),
  );
  expect(text).toContain('+ group: "arn:aws:x:${environment.region}:${environment.account}:g"');
});

it('keeps apart what differs in a value of which people are shown the beginning', () => {
  const long = (end: string): string => `${'x'.repeat(200)}${end}`;
  const steps = ['eu', 'us'].map((environment, index) =>
    updateStep({ environment, changes: [change('command', 'a', long(String(index)))] }),
  );
  const text = planToText(planOf(steps));
  expect(text).toContain('(environment eu)');
  expect(text).toContain('(environment us)');
});

it('tells once why many Environments could not be read', () => {
  const steps = FLEET.map((environment) =>
    holdStep({
      environment,
      kind: 'environment',
      name: environment,
      why: 'unseen',
      reason: `environment "${environment}": the credentials have expired`,
    }),
  ).map((step) => ({ ...step, manifest: { kind: 'Environment' as const, name: step.id.name } }));
  const text = planToText(planOf(steps));
  expect(text.match(/the credentials have expired/g)).toHaveLength(1);
  expect(text).toMatch(/^Environment\/\$\{environment\.name\} \(120 Environments\)$/m);
});

it('names the same objects of a plan of one Environment without it', () => {
  expect(planToText(planOf(imageBump('eu')))).toMatch(/^DaemonService\/xray\n/);
});

it('fits as Markdown into a comment, with the Environments of each change, be it alike everywhere or nowhere', () => {
  const daemons = ['xray', 'otel', 'statsd', 'fluent-bit', 'cloudwatch-agent', 'vector'];
  const everywhere = planToMarkdown(
    planOf(
      FLEET.flatMap((environment) =>
        daemons.map((name) => updateStep({ environment, name, changes: IMAGE })),
      ),
    ),
  );
  expect(everywhere.length).toBeLessThan(COMMENT);
  expect(everywhere).toContain('<summary><code>DaemonService/vector (120 Environments)</code></summary>');
  expect(everywhere.match(/<details>/g)).toHaveLength(daemons.length);
  expect(everywhere.match(/shop-40-ap-south-1/g)).toHaveLength(daemons.length);
  const nowhere = planToMarkdown(
    planOf(
      FLEET.flatMap((environment, index) =>
        daemons.map((name) =>
          updateStep({ environment, name, changes: [change('containers[xray].cpu', 0, index + 1)] }),
        ),
      ),
    ),
  );
  expect(nowhere.length).toBeLessThan(COMMENT);
  expect(nowhere).toMatch(/\*\*\d+ more changes do not fit here\*\*; `stationkeeper plan` shows all\./);
  expect(nowhere).toContain('- DaemonService/vector: updated in 120 Environments\n');
  expect(nowhere).toMatch(/Plan hash: `a1b2c3`$/);
});
