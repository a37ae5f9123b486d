import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RoleSpec } from '../../controller/kinds/role/model.ts';
import type { TaskDefinitionSpec } from '../../controller/kinds/task-definition/model.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';

const files = readdirSync('manifests')
  .filter((file) => /\.ya?ml$/.test(file))
  .map((file) => ({ file, text: readFileSync(`manifests/${file}`, 'utf8') }));
const { manifests, errors } = parseManifests(files);
const { objects, desired } = expandManifests(manifests);

function specOf(key: string): unknown {
  return desired.find(({ id }) => `${id.kind}/${id.name}` === key)?.spec;
}

describe('the example manifests', () => {
  it('are valid', () => {
    expect(errors).toEqual([]);
    expect(objects.map(({ manifest, endpoint }) => [manifest.kind, manifest.name, endpoint])).toEqual([
      ['Cluster', 'xray-daemon-cluster', undefined],
      ['Namespace', 'services.dockerinaws.org', undefined],
      ['DaemonService', 'otel-collector', 'otel-collector.services.dockerinaws.org:4317'],
      ['DaemonService', 'xray', 'xray.services.dockerinaws.org:2000'],
    ]);
  });

  it('need nothing that they do not declare', () => {
    const external = desired.filter(({ management }) => management === 'external');
    expect(external.map(({ id }) => id.kind)).toEqual(['environment']);
  });

  it('give the X-Ray daemon exactly the two actions of the design', () => {
    expect((specOf('role/xray-task') as RoleSpec).statements).toEqual([
      { effect: 'Allow', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
    ]);
  });

  it('make the collector listen to other tasks, on its sampling proxy too', () => {
    const { containers } = specOf('task-definition/otel-collector') as TaskDefinitionSpec;
    const config = parse(containers[0]!.environment['AOT_CONFIG_CONTENT']!) as {
      receivers: { awsxray: object; otlp: object };
      service: { pipelines: Record<string, { receivers: string[]; exporters: string[] }> };
    };
    expect(config.receivers).toEqual({
      otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } },
      awsxray: { endpoint: '0.0.0.0:2000', transport: 'udp', proxy_server: { endpoint: '0.0.0.0:2000' } },
    });
    expect(config.service.pipelines['traces']).toMatchObject({
      receivers: ['otlp', 'awsxray'],
      exporters: ['awsxray'],
    });
    expect(config.service.pipelines['metrics']).toMatchObject({ exporters: ['awsemf'] });
    expect(containers[0]!.healthCheck?.command).toEqual(['CMD', '/healthcheck']);
  });
});
