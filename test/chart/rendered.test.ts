import { beforeAll, describe, expect, it } from 'vitest';
import {
  KUBERNETES_VERSIONS,
  LACK_OF_HELM,
  NAMESPACE,
  VALUE_FILES,
  render,
  runHelm,
} from '../support/chart/helm.ts';
import { only, podsOf, selects } from '../support/chart/objects.ts';
import type { Configured, KubernetesObject, Labels } from '../support/chart/objects.ts';
import { LACK_OF_SCHEMAS, schemaErrors } from '../support/chart/schemas.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const LABELS = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'];

/** Every secret in the value files says so. */
const SECRET = 'only-for-the-tests';

describe('the chart', skippedFor(LACK_OF_HELM), () => {
  describe.each(VALUE_FILES)('with the values of ci/%s-values.yaml', (values) => {
    let objects: readonly KubernetesObject[];
    beforeAll(async () => {
      objects = await render(values);
    });

    it('passes helm lint --strict', async () => {
      const { code, stdout } = await runHelm(['lint', '--strict'], values);
      expect(code, `helm lint\n${stdout}`).toBe(0);
    });

    it.each(KUBERNETES_VERSIONS)(
      'is what Kubernetes %s takes',
      skippedFor(LACK_OF_SCHEMAS),
      async (kubernetes) => {
        const wrong = (await render(values, { kubernetes })).flatMap(schemaErrors(kubernetes));
        expect(wrong).toEqual([]);
      },
    );

    it('writes no value that is null, which Kubernetes would take for absent', () => {
      expect(objects.filter((object) => JSON.stringify(object).includes('null'))).toEqual([]);
    });

    it('gives every object a name of its own, the namespace, and the whole set of labels', () => {
      const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { metadata } of objects) {
        expect(metadata.namespace).toBe(NAMESPACE);
        for (const label of LABELS) expect(metadata.labels[`app.kubernetes.io/${label}`]).toBeTruthy();
        expect(metadata.labels['helm.sh/chart']).toBe('stationkeeper-0.1.0');
      }
    });

    it('runs one controller at a time', () => {
      const { spec } = only(objects, 'Deployment');
      expect([spec.replicas, spec.strategy.type]).toEqual([1, 'Recreate']);
    });

    it('runs every container under the restricted Pod Security Standard, with no way to write but /tmp', () => {
      const pods = podsOf(objects);
      expect(pods).toHaveLength(2);
      for (const { spec } of pods) {
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
        expect(spec).not.toHaveProperty('hostNetwork');
        for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
          expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
          expect(container.resources).toMatchObject({
            requests: { memory: expect.any(String) },
            limits: { memory: expect.any(String) },
          });
          const writable = (container.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true);
          expect(writable.map(({ mountPath }) => mountPath)).toEqual(
            spec.volumes === undefined ? [] : ['/tmp'],
          );
        }
      }
    });

    it('keeps secrets in Secrets, and hands them over as files', () => {
      for (const object of objects.filter(({ kind }) => kind !== 'Secret')) {
        expect(JSON.stringify(object)).not.toContain(SECRET);
        expect(JSON.stringify(object)).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
        expect(JSON.stringify(object)).not.toContain('secretKeyRef');
      }
    });

    it('mounts only what it or somebody else keeps, and every volume once', () => {
      const { spec } = only(objects, 'Deployment').spec.template;
      const mounted = spec.containers[0]!.volumeMounts!.map(({ name }) => name);
      expect(mounted.toSorted()).toEqual(spec.volumes!.map(({ name }) => name).toSorted());
      for (const { name, configMap, projected } of spec.volumes!) {
        const from = [
          configMap?.name,
          ...(projected?.sources ?? []).map(({ secret, configMap: own }) => (secret ?? own)?.name),
        ];
        const own = from.filter((source) => source?.startsWith('keeper-stationkeeper') === true);
        for (const source of own) {
          const kept = objects.find(({ metadata }) => metadata.name === source) as Configured | undefined;
          expect(kept, `${name}: ${source}`).toBeDefined();
          const items = [
            ...(configMap?.items ?? []),
            ...(projected?.sources ?? []).flatMap(
              ({ secret, configMap: own }) => (secret ?? own)?.items ?? [],
            ),
          ];
          for (const { key } of items) expect(Object.keys(kept!.data)).toContain(key);
        }
      }
    });

    it('leads Service, probes, policy, budget and monitor to the controller, and never to the test', () => {
      const { spec } = only(objects, 'Deployment');
      const [controller, test] = podsOf(objects).toSorted((a) => (a.spec.volumes === undefined ? 1 : -1));
      const container = controller!.spec.containers[0]!;
      expect(container.ports).toEqual([{ name: 'http', containerPort: 8080, protocol: 'TCP' }]);
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(probe?.httpGet.port).toBe('http');
      }
      expect(container.readinessProbe?.httpGet.path).toBe('/readyz');
      expect(container.livenessProbe?.httpGet.path).toBe('/healthz');
      const selectors = objects.flatMap((object) => selectorsOf(object));
      expect(selectors).toContainEqual(spec.selector.matchLabels);
      expect(selectors.length).toBeGreaterThan(2);
      for (const selector of selectors) {
        expect(selects(selector, controller!.labels), `selector ${JSON.stringify(selector)}`).toBe(true);
        expect(selects(selector, test!.labels), `selector ${JSON.stringify(selector)}`).toBe(false);
      }
      const service = only(objects, 'Service');
      expect(service.spec.ports).toMatchObject([{ name: 'http', targetPort: 'http' }]);
      expect(test!.spec.containers[0]!.env).toEqual([
        {
          name: 'URL_TO_ASK',
          value: `http://${service.metadata.name}:${service.spec.ports[0]!.port}/readyz`,
        },
      ]);
    });

    it('lets helm test through its NetworkPolicy', () => {
      const test = podsOf(objects).find(({ spec }) => spec.volumes === undefined)!;
      const { spec } = only(objects, 'NetworkPolicy');
      const peers = spec.ingress.flatMap(({ from }) =>
        from.map(({ podSelector }) => podSelector?.matchLabels),
      );
      expect(peers.some((labels) => labels !== undefined && selects(labels, test.labels))).toBe(true);
      expect(spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([8080]);
    });
  });
});

interface Selecting extends KubernetesObject {
  readonly spec?: {
    readonly selector?: Labels | { readonly matchLabels: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
  };
}

/** What an object selects pods, or (ServiceMonitor) the Service by; the Service has the labels of the pod. */
function selectorsOf(object: KubernetesObject): readonly Labels[] {
  const { spec } = object as Selecting;
  const selector = spec?.selector ?? spec?.podSelector;
  if (selector === undefined) return [];
  return [
    object.kind === 'Service' ? (selector as Labels) : (selector as { matchLabels: Labels }).matchLabels,
  ];
}
