import { describe, expect, it } from 'vitest';
import { LACK_OF_HELM, render } from '../support/chart/helm.ts';
import { LACK_OF_SCHEMAS, schemaErrors } from '../support/chart/schemas.ts';
import type { KubernetesObject } from '../support/chart/objects.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const lack = LACK_OF_HELM ?? LACK_OF_SCHEMAS;

/** A mistake as one makes it in a template. */
type Mistake = (spec: Spec) => void;
interface Spec {
  readonly [field: string | number]: Spec;
}

const MISTAKES: readonly (readonly [string, string, Mistake, RegExp])[] = [
  [
    'an unknown field of a pod',
    'Deployment',
    (spec) => set(spec['template']!['spec'], 'volume', []),
    /"volume"/,
  ],
  [
    'an unknown field of a container',
    'Deployment',
    (spec) => set(container(spec), 'enviroment', []),
    /"enviroment"/,
  ],
  [
    'a wrong type',
    'Deployment',
    (spec) => set(container(spec)['ports']![0], 'containerPort', '80'),
    /integer/,
  ],
  [
    'a port as text in a probe that must be text or number',
    'Deployment',
    (spec) => set(container(spec)['livenessProbe']!['httpGet'], 'port', true),
    /port/,
  ],
  ['a missing selector', 'Deployment', (spec) => set(spec, 'selector', undefined), /"selector"/],
  ['a missing name', 'Deployment', (spec) => set(container(spec), 'name', undefined), /"name"/],
  ['a value that is not one of those', 'Deployment', (spec) => set(spec['template'], 'sepc', {}), /"sepc"/],
  ['an unknown field of a Service', 'Service', (spec) => set(spec, 'port', 80), /"port"/],
  ['an unknown field of a policy', 'NetworkPolicy', (spec) => set(spec, 'policyType', []), /"policyType"/],
  [
    'an unknown field of a budget',
    'PodDisruptionBudget',
    (spec) => set(spec, 'maxUnavailble', 1),
    /"maxUnavailble"/,
  ],
  [
    'a missing path type',
    'Ingress',
    (spec) => set(spec['rules']![0]!['http']!['paths']![0], 'pathType', undefined),
    /"pathType"/,
  ],
  ['an unknown field of a monitor', 'ServiceMonitor', (spec) => set(spec, 'endpoint', []), /"endpoint"/],
  [
    'a rule without an expression',
    'PrometheusRule',
    (spec) => set(spec['groups']![0]!['rules']![0], 'expr', undefined),
    /"expr"/,
  ],
];

interface Planted extends KubernetesObject {
  readonly spec: Spec;
}

describe('the schemas of Kubernetes', skippedFor(lack), () => {
  it.each(MISTAKES)('show %s', async (_mistake, kind, plant, shown) => {
    const [object] = (await render('everything')).filter((one) => one.kind === kind) as [Planted];
    expect(schemaErrors('v1.37.0')(object)).toEqual([]);
    const before = JSON.stringify(object);
    plant(object.spec);
    expect(JSON.stringify(object)).not.toBe(before);
    expect(schemaErrors('v1.37.0')(object).join('\n')).toMatch(shown);
  });

  it('show an object that this version does not have', () => {
    const object = { apiVersion: 'policy/v1beta9', kind: 'PodDisruptionBudget', metadata: {} };
    expect(() => schemaErrors('v1.37.0')(object as KubernetesObject)).toThrow(
      /poddisruptionbudget-policy-v1beta9/,
    );
  });
});

function container(spec: Spec): Spec {
  return spec['template']!['spec']!['containers']![0]!;
}

function set(target: Spec | undefined, field: string, value: unknown): void {
  Object.assign(target!, { [field]: value });
}
