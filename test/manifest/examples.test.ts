import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { validateCommand } from '../../controller/cli/validate.ts';
import { OPERATIONS } from '../../controller/aws/operations.ts';
import type { RoleSpec } from '../../controller/kinds/role/spec.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { TaskDefinitionSpec } from '../../controller/kinds/task-definition/spec.ts';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { EXAMPLES, EXAMPLES_FOLDER } from '../support/manifests/examples.ts';

function read(folder: string, edited = (text: string) => text) {
  const files = readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => ({ file, text: edited(readFileSync(`${folder}/${file}`, 'utf8')) }));
  const { manifests, errors } = parseManifests(files);
  const { objects, desired } = expandManifests(manifests);
  return {
    errors,
    objects: objects.map(({ manifest, endpoint }) => [manifest.kind, manifest.name, endpoint]),
    external: desired.filter(({ management }) => management === 'external').map(({ id }) => id.kind),
    specOf: (key: string): unknown => desired.find(({ id }) => `${id.kind}/${id.name}` === key)?.spec,
  };
}

describe('the example manifests', () => {
  const { errors, objects, external, specOf } = read('manifests');

  it('are valid', () => {
    expect(errors).toEqual([]);
    expect(objects).toEqual([
      ['Cluster', 'xray-daemon-cluster', undefined],
      ['Namespace', 'services.dockerinaws.org', undefined],
      ['DaemonService', 'otel-collector', 'otel-collector.services.dockerinaws.org:4317'],
      ['DaemonService', 'xray', 'xray.services.dockerinaws.org:2000'],
    ]);
  });

  it('need nothing that they do not declare', () => {
    expect(external).toEqual(['environment']);
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

it.each([...EXAMPLES, { name: 'beside all others', folder: EXAMPLES_FOLDER }])(
  'the example $name is valid, without a warning and with nothing left aside',
  async ({ folder }) => {
    const written = { out: '', err: '' };
    const terminal = {
      out: (text: string) => void (written.out += text),
      err: (text: string) => void (written.err += text),
      isTty: false,
      color: false,
      columns: () => 80,
    };
    const stop = new AbortController().signal;
    const code = await validateCommand({ path: folder, output: 'text' }, { terminal, stop, secretRules: [] });
    expect({ code, err: written.err }).toEqual({ code: 0, err: '' });
    expect(written.out).toMatch(/^ok \d+ valid manifests\n$/);
  },
);

describe('the controller on ECS itself', () => {
  const { errors, objects, external, specOf } = read('deploy/ecs');
  const { statements } = specOf('role/stationkeeper-task') as RoleSpec;

  it('is valid, and needs nothing that it does not declare but its image and what its secrets are in', () => {
    expect(errors).toEqual([]);
    expect(objects).toEqual([
      ['Cluster', 'platform', undefined],
      ['Namespace', 'platform.internal', undefined],
      ['DaemonService', 'stationkeeper', 'stationkeeper.platform.internal:8080'],
    ]);
    expect(external).toEqual(['environment', 'image', 'parameter', 'parameter', 'parameter']);
  });

  it('is one task that ends before the next one starts, and goes back where that fails', () => {
    expect(specOf('service/stationkeeper') as ServiceSpec).toMatchObject({
      desiredCount: 1,
      minimumHealthyPercent: 0,
      maximumPercent: 100,
      circuitBreaker: { enable: true, rollback: true },
    });
  });

  it('may do all that the controller does in AWS, and else only what AWS does in its name', () => {
    const used = Object.entries(OPERATIONS).flatMap(([service, operations]) =>
      operations.map(
        (name) =>
          `${service === 'tagging' ? 'tag' : service}:${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      ),
    );
    const allowed = new Set(statements.flatMap(({ actions }) => actions));
    // Nobody needs a permission to ask who they are, and the command `logs` is run by people.
    expect(used.filter((action) => !allowed.has(action))).toEqual([
      'logs:FilterLogEvents',
      'sts:GetCallerIdentity',
    ]);
    expect([...allowed].filter((action) => !used.includes(action)).toSorted()).toEqual([
      'cloudwatch:DeleteAlarms',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:PutMetricAlarm',
      'ec2:DescribeRegions',
      'iam:PassRole',
      'route53:ChangeResourceRecordSets',
      'route53:CreateHostedZone',
    ]);
  });

  it('writes rules in the groups of consumers, and publishes, where somebody takes the comments from these statements', () => {
    const withAll = (text: string): string =>
      text.replaceAll(/# (- sid: \w+| {2}actions: .*| {2}resources: .*)$/gm, '$1');
    const open = read('deploy/ecs', withAll);
    const statementsThen = (open.specOf('role/stationkeeper-task') as RoleSpec).statements;
    expect(open.errors).toEqual([]);
    expect(statementsThen.filter(({ sid }) => !statements.some((one) => one.sid === sid))).toEqual([
      {
        sid: 'OpenConsumers',
        effect: 'Allow',
        actions: ['ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupEgress'],
        resources: ['arn:aws:ec2:*:*:security-group/*'],
      },
      {
        sid: 'Notify',
        effect: 'Allow',
        actions: ['sns:Publish'],
        resources: ['arn:aws:sns:us-east-1:385605022855:stationkeeper'],
      },
    ]);
  });

  it('changes nothing that does not carry its owner tag, wherever IAM can tell', () => {
    const unconditional = statements
      .filter(({ conditions }) => conditions === undefined)
      .flatMap(({ actions }) => actions)
      .filter((action) => !/:(BatchGet|Describe|List|Get|Discover)/.test(action));
    expect(unconditional.toSorted()).toEqual([
      'cloudwatch:DeleteAlarms',
      'cloudwatch:PutMetricAlarm',
      'ec2:CreateSecurityGroup',
      'ecs:DeregisterTaskDefinition',
      'route53:CreateHostedZone',
      'servicediscovery:TagResource',
      'servicediscovery:UntagResource',
    ]);
  });
});
