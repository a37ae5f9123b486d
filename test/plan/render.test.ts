import { describe, expect, it } from 'vitest';
import { planToMarkdown, planToText } from '../../controller/plan/render.ts';
import type { Plan } from '../../controller/plan/step.ts';
import { specLines } from '../../controller/plan/spec-lines.ts';
import { desiredResource, observedResource, planFor, snapshotOf } from '../support/plans/resources.ts';
import { holdStep, planOf } from '../support/plans/steps.ts';

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
    expect(planToText(inSync)).toBe('Plan: no changes; 1 resource is as the manifests say');
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
    const desired = [desiredResource({ environment: 'eu' }), desiredResource({ environment: 'us' })];
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
    const text = planToText(plan(), paint);
    expect(text).toContain('<g>    + role/xray-task</g>');
    expect(text).toContain('<r>    - role/old</r>');
  });
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

  it('cannot be broken out of by a value', () => {
    const nasty = desiredResource({ fields: { note: '```\n</details>' } });
    const text = planToMarkdown(planFor({ desired: [nasty] }));
    expect(text).toContain('````diff');
  });
});

describe('the fields of what will be created', () => {
  it('hide secrets and environment entries that read like one', () => {
    const spec = {
      containers: [
        {
          name: 'x',
          environment: { API_TOKEN: 'hunter2', LEVEL: 'debug' },
          secrets: { KEY: 'arn:aws:ssm:::p' },
        },
      ],
    };
    const lines = specLines({ spec, secrets: ['containers.secrets'] });
    expect(lines).toContain('containers[x].environment.LEVEL: "debug"');
    expect(lines).toContain('containers[x].environment.API_TOKEN: (sensitive)');
    expect(lines.join('\n')).not.toMatch(/hunter2|arn:aws:ssm/);
  });

  it('show a flat entry on one line, a reference by its id, and cut what is long', () => {
    const spec = {
      cluster: { environment: 'default', kind: 'cluster', name: 'fleet' },
      rules: [{ protocol: 'udp', port: 2000 }],
      config: 'x'.repeat(500),
      nothing: [],
    };
    expect(specLines({ spec })).toEqual([
      'cluster: cluster/fleet',
      'rules[0]: {"protocol":"udp","port":2000}',
      expect.stringMatching(/^config: "x{99}… \(502 characters\)$/),
    ]);
  });
});
