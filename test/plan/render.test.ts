import { describe, expect, it } from 'vitest';
import { planToMarkdown, planToText, summaryLine } from '../../controller/plan/render.ts';
import type { Step } from '../../controller/plan/step.ts';
import type { Plan } from '../../controller/plan/step.ts';
import { desiredResource, observedResource, planFor, snapshotOf } from '../support/plans/resources.ts';
import {
  change,
  deleteStep,
  holdStep,
  keepStep,
  planOf,
  replaceStep,
  updateStep,
} from '../support/plans/steps.ts';

const CREATED = desiredResource({
  kind: 'role',
  name: 'xray-task',
  manifest: 'xray',
  fields: { description: 'a task' },
});
const UPDATED = desiredResource({ kind: 'service', manifest: 'xray', fields: { desiredCount: '2' } });
const REPLACED = desiredResource({
  kind: 'discovery-service',
  manifest: 'xray',
  fields: { fixedType: 'A' },
  policy: { allowReplace: true },
});
const KEPT = desiredResource({ kind: 'cluster', name: 'fleet', manifest: 'xray' });
const GONE = desiredResource({ kind: 'role', name: 'old', manifest: 'old' });

function plan(): Plan {
  const items = [
    observedResource(UPDATED, { fields: { desiredCount: '1' } }),
    observedResource(REPLACED, { fields: { fixedType: 'SRV' } }),
    observedResource(KEPT),
    observedResource(GONE),
  ];
  return planFor({ desired: [CREATED, UPDATED, REPLACED, KEPT], snapshot: snapshotOf(items) });
}

describe('a plan as text', () => {
  it('shows by manifest what is created, replaced, updated and deleted, with fields and both values', () => {
    expect(planToText(plan())).toBe(
      [
        'DaemonService/xray',
        '    + role/xray-task',
        '          + fields.description: "a task"',
        '  -/+ discovery-service/xray  (drifted in AWS; replacing it interrupts everything)',
        '          ~ fixedType: "SRV" → "A"  # forces replacement',
        '    ~ service/xray  (drifted in AWS)',
        '          ~ desiredCount: "1" → "2"',
        '',
        'DaemonService/old',
        '    - role/old  (no manifest names it any more)',
        '',
        'Plan: 1 to create, 1 to update, 1 to replace, 1 to delete; 1 unchanged',
      ].join('\n'),
    );
  });

  it('says that there is nothing to do', () => {
    const inSync = planFor({ desired: [KEPT], snapshot: snapshotOf([observedResource(KEPT)]) });
    expect(planToText(inSync)).toBe('Plan: no changes; 1 resource is in sync');
  });

  it('says why something is held', () => {
    const foreign = planFor({
      desired: [KEPT],
      snapshot: snapshotOf([observedResource(KEPT, { owner: 'nobody' })]),
    });
    expect(planToText(foreign)).toContain(
      'held: exists without our tag; set stationkeeper.dev/adoption-policy: adopt-or-create',
    );
    expect(planToText(foreign)).toContain('0 unchanged, 1 held');
  });

  it('says what is only untagged and left, and what of that is held', () => {
    const gone = holdStep({ why: 'budget', intent: 'delete', exists: true, reason: 'too much' });
    expect(planToText(planOf([{ ...gone, release: true } as Step]))).toContain('(release held: too much)');
    const summary = { create: 0, update: 0, replace: 0, delete: 0, release: 2, keep: 1, hold: 0 };
    expect(summaryLine(summary)).toBe(
      '0 to create, 0 to update, 0 to replace, 0 to delete, 2 to release; 1 unchanged',
    );
  });

  it('says once why nothing in an environment could be read', () => {
    const [unread, service, elsewhere] = [
      holdStep({ kind: 'environment', name: 'default', why: 'unseen', reason: 'no region' }),
      holdStep({ why: 'unseen', reason: 'no region' }),
      holdStep({ environment: 'eu', name: 'web', why: 'unseen', reason: 'no luck' }),
    ] as const;
    const text = planToText(planOf([unread, service, elsewhere]));
    expect(text).toContain(
      'environment/default  (held: no region; nothing else in this environment was read)',
    );
    expect(text).not.toContain('service/xray');
    expect(text).toContain('service/web  (held: no luck)');
    expect(text).toContain('3 held');
  });

  it('names the environment where there are several', () => {
    const [eu, us] = ['small', 'large'].map((size) => ({ fields: { size } }));
    const desired = [
      desiredResource({ environment: 'eu', ...eu }),
      desiredResource({ environment: 'us', ...us }),
    ];
    const text = planToText(planFor({ desired, snapshot: snapshotOf([], ['eu', 'us']) }));
    expect(text).toContain('DaemonService/xray (environment eu)');
    expect(text).toContain('DaemonService/xray (environment us)');
  });

  it('paints with the colours it is given', () => {
    const paint = {
      added: mark('g'),
      changed: mark('y'),
      removed: mark('r'),
      faint: mark('d'),
      strong: mark('b'),
    };
    expect(planToText(plan(), paint).split('\n')).toEqual([
      '<b>DaemonService/xray</b>',
      '<g>    + role/xray-task</g>',
      '<g>          + fields.description: "a task"</g>',
      '<r>  -/+ discovery-service/xray</r><d>  (drifted in AWS; replacing it interrupts everything)</d>',
      '<y>          ~ fixedType</y>: "SRV" → "A"<r>  # forces replacement</r>',
      '<y>    ~ service/xray</y><d>  (drifted in AWS)</d>',
      '<y>          ~ desiredCount</y>: "1" → "2"',
      '',
      '<b>DaemonService/old</b>',
      '<r>    - role/old</r><d>  (no manifest names it any more)</d>',
      '',
      '<b>Plan:</b> 1 to create, 1 to update, 1 to replace, 1 to delete; 1 unchanged',
    ]);
    const unseen = planOf([holdStep({ why: 'unseen', reason: 'no luck' })]);
    expect(planToText(unseen, paint)).toContain('<d>      service/xray</d><d>  (held: no luck)</d>');
    expect(
      planToText(planOf([updateStep({ changes: [change('a', null, 1), change('b', 1, null)] })]), paint),
    ).toContain('<g>          + a: 1</g>\n<r>          - b: 1</r>');
  });

  it('shows what comes into being and what goes by itself, and what of both forces a replacement', () => {
    const changes = [change('a', null, 1), { ...change('b', 1, null), by: 'replace' as const }];
    expect(planToText(planOf([replaceStep({ changes })]))).toContain(
      '          + a: 1\n          - b: 1  # forces replacement\n',
    );
    expect(
      planToText(planOf([replaceStep({ changes: [{ ...change('a', null, 1), by: 'replace' }] })])),
    ).toContain('          + a: 1  # forces replacement\n');
  });

  it('puts environments, clusters and namespaces before the daemons that use them', () => {
    const steps = (['DaemonService', 'Namespace', 'Cluster'] as const).map((kind) => ({
      ...updateStep({ name: kind.toLowerCase() }),
      manifest: { kind, name: 'a' },
    }));
    expect(planToText(planOf(steps)).match(/^\w+\/a$/gm)).toEqual([
      'Cluster/a',
      'Namespace/a',
      'DaemonService/a',
    ]);
  });

  it('shows what is kept only where something of it differs, and says of what git changed nothing of drift', () => {
    const ignored = keepStep({
      name: 'ignored',
      changes: [change()],
      changedBy: 'aws',
      reason: 'drift ignored: desiredCount',
    });
    const text = planToText(planOf([keepStep(), ignored, updateStep({ name: 'changed' })]));
    expect(text).not.toContain('service/xray');
    expect(text).toContain('      service/ignored  (drifted in AWS; drift ignored: desiredCount)\n');
    expect(text).toContain('    ~ service/changed\n');
    expect(planToText(planOf([deleteStep({ changedBy: 'aws' })]))).toContain('    - service/xray\n');
  });

  it('says of what waits what it waits for, and that only of others that they are held', () => {
    const waiting = holdStep({ why: 'waiting', intent: 'update', reason: 'waits for role/a' });
    expect(planToText(planOf([waiting]))).toContain('    ~ service/xray  (waits for role/a)');
  });

  it('leaves out only what is unseen in an environment that could not be read', () => {
    const steps = [
      holdStep({ kind: 'environment', name: 'default', why: 'unseen', reason: 'no region' }),
      holdStep({ name: 'held', why: 'policy', reason: 'kept' }),
      updateStep({ name: 'changed' }),
    ];
    const text = planToText(planOf(steps));
    expect(text).toContain('service/held  (held: kept)');
    expect(text).toContain('service/changed');
    const read = planToText(
      planOf([
        holdStep({ kind: 'environment', name: 'default', why: 'policy' }),
        holdStep({ why: 'unseen' }),
      ]),
    );
    expect(read).toContain('service/xray');
    expect(read).not.toContain('nothing else in this environment');
  });

  it.each([
    [0, 'no changes; 0 resources are in sync'],
    [2, 'no changes; 2 resources are in sync'],
  ])('counts what is as wanted: %i', (keep, line) => {
    expect(summaryLine({ create: 0, update: 0, replace: 0, delete: 0, release: 0, keep, hold: 0 })).toBe(
      line,
    );
  });

  it.each(['create', 'update', 'replace', 'delete', 'hold'] as const)(
    'has changes where there is one to: %s',
    (what) => {
      const none = { create: 0, update: 0, replace: 0, delete: 0, release: 0, keep: 3, hold: 0 };
      expect(summaryLine({ ...none, [what]: 1 })).toMatch(
        what === 'hold' ? /3 unchanged, 1 held$/ : /3 unchanged$/,
      );
      expect(summaryLine({ ...none, create: 2, [what]: 2 })).not.toMatch(/^no changes/);
    },
  );
});

function mark(tag: string): (text: string) => string {
  return (text) => `<${tag}>${text}</${tag}>`;
}

describe('a plan as Markdown', () => {
  it('has the summary, a diff block for each manifest, and the hash that confirms it', () => {
    const current = plan();
    const text = planToMarkdown(current);
    expect(text).toContain('**1 to create, 1 to update, 1 to replace, 1 to delete; 1 unchanged**');
    expect(text).toContain('<summary><code>DaemonService/xray</code></summary>');
    expect(text).toContain('\n+    + role/xray-task\n');
    expect(text).toContain('\n!    ~ service/xray');
    expect(text).toContain(current.hash);
  });

  it('colours each line by what becomes of it', () => {
    const steps = [
      updateStep({ changes: [change('a', null, 1), change('b', 1, null), change('c')] }),
      replaceStep({ name: 'made-anew', changes: [] }),
      holdStep({ name: 'unseen', why: 'unseen' }),
    ];
    expect(planToMarkdown(planOf(steps))).toBe(
      [
        '### Stationkeeper plan',
        '',
        '**0 to create, 1 to update, 1 to replace, 0 to delete; 0 unchanged, 1 held**',
        '',
        '<details open><summary><code>DaemonService/xray</code></summary>',
        '',
        '```diff',
        '!    ~ service/xray',
        '+          + a: 1',
        '-          - b: 1',
        '!          ~ c: 1 → 2',
        '```',
        '',
        '</details>',
        '',
        '<details open><summary><code>DaemonService/made-anew</code></summary>',
        '',
        '```diff',
        '-  -/+ service/made-anew',
        '```',
        '',
        '</details>',
        '',
        '<details open><summary><code>DaemonService/unseen</code></summary>',
        '',
        '```diff',
        '       service/unseen  (held: )',
        '```',
        '',
        '</details>',
        '',
        'Plan hash: `a1b2c3`',
      ].join('\n'),
    );
  });

  it('leaves out what is kept, and echoes of an environment that could not be read', () => {
    const steps = [
      holdStep({ kind: 'environment', name: 'default', why: 'unseen' }),
      holdStep({ why: 'unseen' }),
      keepStep({ name: 'kept' }),
    ];
    expect(planToMarkdown(planOf(steps))).not.toMatch(/service\//);
  });

  it('cannot be broken out of by a value', () => {
    const nasty = desiredResource({ fields: { note: '```\n</details>' } });
    const text = planToMarkdown(planFor({ desired: [nasty] }));
    expect(text).toContain('````diff');
  });
});
