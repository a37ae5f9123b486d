import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { CHART_TOOLS } from './helm.ts';
import type { KubernetesVersion } from './helm.ts';
import type { KubernetesObject } from './objects.ts';

/**
 * Kubernetes' own OpenAPI types as strict JSON schemas: an unknown field, a wrong type and a missing field are errors.
 * Those of the Prometheus Operator are in no package; the fields that the chart uses are written down here, after its API
 * reference (monitoring.coreos.com/v1).
 */

const SCHEMAS = join(CHART_TOOLS, 'schemas-1.37.0');

/** Why nothing can be held against them here; undefined where it can. */
export const LACK_OF_SCHEMAS = existsSync(join(SCHEMAS, 'done'))
  ? undefined
  : 'the schemas of Kubernetes are not on this machine; .ci/chart-tools installs them';

const strings = { type: 'object', additionalProperties: { type: 'string' } };
const duration = { type: 'string', pattern: '^[0-9]+(ms|s|m|h|d)$' };
const OBJECT_META = '#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const relabelings = {
  type: 'array',
  items: closed([], {
    action: { enum: ['keep', 'drop', 'replace', 'labeldrop', 'labelkeep', 'labelmap', 'hashmod'] },
    sourceLabels: { type: 'array', items: { type: 'string' } },
    separator: { type: 'string' },
    targetLabel: { type: 'string' },
    regex: { type: 'string' },
    replacement: { type: 'string' },
    modulus: { type: 'integer' },
  }),
};

const PROMETHEUS_OPERATOR: Readonly<Record<string, object>> = {
  ServiceMonitor: closed(['selector', 'endpoints'], {
    selector: closed([], { matchLabels: strings }),
    endpoints: {
      type: 'array',
      minItems: 1,
      items: closed(['port'], {
        port: { type: 'string' },
        path: { type: 'string' },
        interval: duration,
        relabelings,
        metricRelabelings: relabelings,
      }),
    },
  }),
  PrometheusRule: closed(['groups'], {
    groups: {
      type: 'array',
      minItems: 1,
      items: closed(['name', 'rules'], {
        name: { type: 'string', minLength: 1 },
        interval: duration,
        rules: {
          type: 'array',
          minItems: 1,
          items: closed(['alert', 'expr'], {
            alert: { type: 'string' },
            expr: { type: 'string' },
            for: duration,
            labels: strings,
            annotations: strings,
          }),
        },
      }),
    },
  }),
};

function closed(required: readonly string[], properties: object): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** What of an object Kubernetes of this version would refuse, one line each; empty for a good one. */
export function schemaErrors(kubernetes: KubernetesVersion): (object: KubernetesObject) => readonly string[] {
  const folder = join(SCHEMAS, kubernetes);
  const definitions = schemaIn(join(folder, '_definitions.json')) as { readonly $id: string };
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, schemas: [definitions] });
  const compiled = new Map<string, ValidateFunction>();

  function validatorOf({ apiVersion, kind }: KubernetesObject): ValidateFunction {
    const [version, group] = apiVersion.split('/').toReversed() as [string, string | undefined];
    const own = group === 'monitoring.coreos.com' ? PROMETHEUS_OPERATOR[kind] : undefined;
    if (own !== undefined) {
      const metadata = { $ref: `${definitions.$id}${OBJECT_META}` };
      const properties = { apiVersion: { const: apiVersion }, kind: { const: kind }, metadata, spec: own };
      return ajv.compile(closed(Object.keys(properties), properties));
    }
    const name = [kind.toLowerCase(), group?.split('.')[0], version].filter((part) => part !== undefined);
    return ajv.compile(schemaIn(join(folder, `${name.join('-')}.json`)));
  }

  return (object) => {
    const key = `${object.apiVersion} ${object.kind}`;
    const validate = compiled.get(key) ?? validatorOf(object);
    compiled.set(key, validate);
    validate(object);
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${object.kind} ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** @throws where Kubernetes of this version has no such object */
function schemaIn(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
