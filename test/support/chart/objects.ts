import { expect } from 'vitest';

/** Kubernetes' objects as far as tests look at them; their whole shape is Kubernetes' schema. */

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Labels;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export type Labels = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly securityContext: object;
  readonly volumeMounts?: readonly VolumeMount[];
}

interface Probe {
  readonly httpGet: {
    readonly path: string;
    readonly port: string;
  };
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** A Secret or a ConfigMap: these of its keys, or all. */
interface Kept {
  readonly name: string;
  readonly items?: readonly Item[];
}

interface Item {
  readonly key: string;
  readonly path: string;
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly configMap?: Kept;
  readonly projected?: {
    readonly defaultMode: number;
    readonly sources: readonly { readonly secret?: Kept; readonly configMap?: Kept }[];
  };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas: number;
    readonly strategy: { readonly type: string };
    readonly selector: { readonly matchLabels: Labels };
    readonly template: Omit<KubernetesObject, 'apiVersion' | 'kind'> & { readonly spec: PodSpec };
  };
}

interface Pod extends KubernetesObject {
  readonly spec: PodSpec;
}

export interface Configured extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

interface Service extends KubernetesObject {
  readonly spec: { readonly selector: Labels; readonly ports: readonly { readonly port: number }[] };
}

interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly ingress: readonly {
      readonly ports: readonly { readonly port: number }[];
      readonly from: readonly { readonly podSelector?: { readonly matchLabels: Labels } }[];
    }[];
    readonly egress: readonly {
      readonly ports: readonly { readonly port: number }[];
      readonly to?: readonly object[];
    }[];
  };
}

interface PrometheusRule extends KubernetesObject {
  readonly spec: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations: Readonly<Record<string, string>>;
      }[];
    }[];
  };
}

interface ByKind {
  readonly Deployment: Deployment;
  readonly Service: Service;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PrometheusRule: PrometheusRule;
  readonly ServiceAccount: KubernetesObject;
}

/** The one of this kind. */
export function only<Kind extends keyof ByKind>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): ByKind[Kind] {
  const found = objects.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as ByKind[Kind];
}

interface PodTemplate {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** The pods of the Deployment, and of the test. */
export function podsOf(objects: readonly KubernetesObject[]): readonly PodTemplate[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') {
      const { metadata, spec } = object as Pod;
      return [{ labels: metadata.labels, annotations: metadata.annotations ?? {}, spec }];
    }
    if (object.kind !== 'Deployment') return [];
    const { metadata, spec } = (object as Deployment).spec.template;
    return [{ labels: metadata.labels, annotations: metadata.annotations ?? {}, spec }];
  });
}

export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}
