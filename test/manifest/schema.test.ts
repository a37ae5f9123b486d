import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestJsonSchema } from '../../controller/manifest/schema/index.ts';
import { daemonText, errorsOf, placeIn } from '../support/manifests/errors.ts';
import { cluster, daemonService, environment, namespace, yamlOf } from '../support/manifests/documents.ts';

interface Row {
  readonly rule: string;
  readonly text: string;
  readonly at: string;
  readonly path: string;
  readonly says: RegExp;
}

const ONE_CONTAINER = (fields: string) => `[{ name: main, image: "a:1", ${fields} }]`;

const ROWS: readonly Row[] = [
  {
    rule: 'an unknown key, with the one that was meant',
    text: daemonText({ desiredCout: '2' }),
    at: 'desiredCout',
    path: 'spec.desiredCout',
    says: /unknown key "desiredCout"; did you mean "desiredCount"\?/,
  },
  {
    rule: 'an unknown key like no other, with the valid ones',
    text: daemonText({ logs: '{ colour: red }' }),
    at: 'colour',
    path: 'spec.logs.colour',
    says: /valid keys here: group, retentionInDays, streamPrefix, deletionPolicy/,
  },
  {
    rule: 'what Fargate does not allow',
    text: daemonText({ containers: ONE_CONTAINER('privileged: true') }),
    at: 'true }',
    path: 'spec.containers[0].privileged',
    says: /^ECS refuses privileged with launchType FARGATE; remove it, or write launchType: EC2$/,
  },
  {
    rule: 'a field of a task definition that is not offered, with the reason',
    text: daemonText({ inferenceAccelerators: '[]' }),
    at: 'inferenceAccelerators',
    path: 'spec.inferenceAccelerators',
    says: /^ECS has `inferenceAccelerators`; stationkeeper does not offer it yet: AWS has ended Elastic Inference/,
  },
  {
    rule: 'a field of a service that is not offered, with the reason',
    text: daemonText({ vpcLatticeConfigurations: '[]' }),
    at: 'vpcLatticeConfigurations',
    path: 'spec.vpcLatticeConfigurations',
    says: /^ECS has `vpcLatticeConfigurations`; stationkeeper does not offer it yet: it carries HTTP/,
  },
  {
    rule: 'a nested field that is not offered, with the reason',
    text: daemonText({
      loadBalancers:
        '[{ targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:385605022855:targetgroup/web/0123456789abcdef", containerName: main, containerPort: 80, advancedConfiguration: {} }]',
    }),
    at: 'advancedConfiguration',
    path: 'spec.loadBalancers[0].advancedConfiguration',
    says: /^ECS has `advancedConfiguration`; stationkeeper does not offer it yet: it shifts traffic/,
  },
  {
    rule: 'a field of a deployment that is not offered, with the reason',
    text: daemonText({ deployment: '{ strategy: CANARY }' }),
    at: 'strategy',
    path: 'spec.deployment.strategy',
    says: /^ECS has `strategy`; stationkeeper does not offer it yet: every deployment is a rolling one/,
  },
  {
    rule: 'a field that is not offered, in the wrong object too',
    text: daemonText({ containers: ONE_CONTAINER('gatewayConnectors: []') }),
    at: 'gatewayConnectors',
    path: 'spec.containers[0].gatewayConnectors',
    says: /^ECS has `gatewayConnectors`; stationkeeper does not offer it yet/,
  },
  {
    rule: 'a key of a container at the spec, telling where it belongs',
    text: daemonText({ stopTimeout: '30' }),
    at: 'stopTimeout',
    path: 'spec.stopTimeout',
    says: /^unknown key "stopTimeout"; it belongs to spec\.containers\[\]$/,
  },
  {
    rule: 'a key of the spec in a container, telling where it belongs',
    text: daemonText({ containers: ONE_CONTAINER('desiredCount: 2') }),
    at: 'desiredCount',
    path: 'spec.containers[0].desiredCount',
    says: /^unknown key "desiredCount"; it belongs to spec$/,
  },
  {
    rule: 'a key of the deployment at the spec, telling where it belongs',
    text: daemonText({ minimumHealthyPercent: '50' }),
    at: 'minimumHealthyPercent',
    path: 'spec.minimumHealthyPercent',
    says: /^unknown key "minimumHealthyPercent"; it belongs to spec\.deployment$/,
  },
  {
    rule: 'a key of metadata at the document, telling where it belongs',
    text: `labels: { team: x }\n${daemonText()}`,
    at: 'labels',
    path: 'labels',
    says: /^unknown key "labels"; it belongs to metadata or spec\.volumes\[\]\.dockerVolumeConfiguration; valid keys here: apiVersion, kind, metadata, spec$/,
  },
  {
    rule: 'a key of the document in the spec, telling where it belongs',
    text: daemonText({ metadata: '{}' }),
    at: 'metadata: {}',
    path: 'spec.metadata',
    says: /^unknown key "metadata"; it belongs to the top of the document$/,
  },
  {
    rule: 'a key of several other objects, with all of them and the valid ones here',
    text: daemonText({ logs: '{ containerPort: 80 }' }),
    at: 'containerPort',
    path: 'spec.logs.containerPort',
    says: /; it belongs to spec\.loadBalancers\[\], spec\.containers\[\]\.portMappings\[\] or spec\.serviceDiscovery; valid keys here: group,/,
  },
  {
    rule: 'a key that many objects have, with three of them',
    text: daemonText({ logs: '{ name: x }' }),
    at: 'name: x }',
    path: 'spec.logs.name',
    says: /; it belongs to metadata, spec\.serviceConnectConfiguration\.logConfiguration\.secretOptions\[\], spec\.volumeConfigurations\[\] or 12 more; valid keys here: group,/,
  },
  {
    rule: 'a key of another kind, telling where it belongs',
    text: yamlOf(namespace()).replace('spec: {}', 'spec: { retentionInDays: 7 }'),
    at: 'retentionInDays',
    path: 'spec.retentionInDays',
    says: /^unknown key "retentionInDays"; it belongs to the DaemonService: spec\.logs\.retentionInDays$/,
  },
  {
    rule: "one container's logs at the spec, with the two places that say where containers log",
    text: daemonText({ logConfiguration: '{ logDriver: none }' }),
    at: 'logConfiguration',
    path: 'spec.logConfiguration',
    says: /; write spec\.containers\[\]\.logConfiguration, or spec\.logs for all containers$/,
  },
  {
    rule: 'what Fargate has and this language has not, without saying that Fargate refuses it',
    text: daemonText({ gatewayConnectors: '[]' }),
    at: 'gatewayConnectors',
    path: 'spec.gatewayConnectors',
    says: /does not offer it yet: they are for web services: write serviceDiscovery or loadBalancers$/,
  },
  {
    rule: 'a key of ECS that is spelt almost like one of the language, with what says it',
    text: daemonText({ securityGroups: '[]' }),
    at: 'securityGroups',
    path: 'spec.securityGroups',
    says: /^unknown key "securityGroups"; write securityGroup or securityGroupIds$/,
  },
  {
    rule: 'a key of ECS that is called otherwise here',
    text: daemonText({ taskRoleArn: '"arn:aws:iam::123456789012:role/x"' }),
    at: 'taskRoleArn',
    path: 'spec.taskRoleArn',
    says: /write taskRole: \{ arn/,
  },
  {
    rule: 'a missing field, with what it means',
    text: daemonText().replace('  memory: 512\n', ''),
    at: 'spec:',
    path: 'spec.memory',
    says: /memory is missing \(Memory of the task/,
  },
  {
    rule: 'a missing field that has one value, with it',
    text: daemonText().replace(/^apiVersion.*\n/, ''),
    at: 'kind',
    path: 'apiVersion',
    says: /^apiVersion is missing; write apiVersion: stationkeeper\.dev\/v1$/,
  },
  {
    rule: 'a required key misspelt, once',
    text: daemonText().replace('memory', 'memroy'),
    at: 'memroy',
    path: 'spec.memroy',
    says: /did you mean "memory"\?/,
  },
  {
    rule: 'spec itself misspelt',
    text: daemonText().replace('spec:', 'sepc:'),
    at: 'sepc',
    path: 'sepc',
    says: /did you mean "spec"\?/,
  },
  {
    rule: 'an unknown key, and not what stands below it',
    text: daemonText({ colours: '[012, 1e3]' }),
    at: 'colours',
    path: 'spec.colours',
    says: /unknown key/,
  },
  {
    rule: 'text where a number belongs',
    text: daemonText({ desiredCount: '"2"' }),
    at: '"2"',
    path: 'spec.desiredCount',
    says: /whole number; write 2 without quotes/,
  },
  {
    rule: 'a fraction where a whole number belongs',
    text: daemonText({ desiredCount: '1.5' }),
    at: '1.5',
    path: 'spec.desiredCount',
    says: /whole number, not 1\.5/,
  },
  {
    rule: 'a number with a leading zero',
    text: daemonText({ desiredCount: '012' }),
    at: '012',
    path: 'spec.desiredCount',
    says: /012 is not a plain decimal number; write 12/,
  },
  {
    rule: 'a number with an exponent',
    text: daemonText({ desiredCount: '1e3' }),
    at: '1e3',
    path: 'spec.desiredCount',
    says: /1e3 is not a plain decimal number; write 1000/,
  },
  {
    rule: 'no where true or false belongs',
    text: daemonText({ enableExecuteCommand: 'no' }),
    at: 'no',
    path: 'spec.enableExecuteCommand',
    says: /no is text in YAML 1\.2: write false/,
  },
  {
    rule: 'a time with its unit',
    text: daemonText({ logs: '{ retentionInDays: 7d }' }),
    at: '7d',
    path: 'spec.logs.retentionInDays',
    says: /must be a whole number; write 7 without its unit/,
  },
  {
    rule: 'no space behind a colon',
    text: daemonText({ logs: 'retentionInDays:7' }),
    at: 'retentionInDays:7',
    path: 'spec.logs',
    says: /a space is missing behind the colon/,
  },
  {
    rule: 'more than an integer can be',
    text: daemonText({
      serviceDiscovery: '{ namespace: a.example, dnsRecords: [{ type: A, ttl: 2147483648 }] }',
    }),
    at: '2147483648',
    path: 'spec.serviceDiscovery.dnsRecords[0].ttl',
    says: /must be from 0 to 2147483647, not 2147483648/,
  },
  {
    rule: 'a number where text belongs',
    text: daemonText({}, 'name: xray, labels: { release: 012 }'),
    at: '012',
    path: 'metadata.labels.release',
    says: /must be text; write "012" in quotes/,
  },
  {
    rule: 'true where text belongs',
    text: daemonText({}, 'name: xray, annotations: { stationkeeper.dev/allow-replace: true }'),
    at: 'true',
    path: 'metadata.annotations["stationkeeper.dev/allow-replace"]',
    says: /must be text; write "true" in quotes/,
  },
  {
    rule: 'an account without quotes',
    text: yamlOf(environment({ account: '012345678901' })).replaceAll('"', ''),
    at: '012345678901',
    path: 'spec.account',
    says: /write "012345678901" in quotes/,
  },
  {
    rule: 'an empty field',
    text: daemonText({ logs: '' }),
    at: '\n  logs',
    path: 'spec.logs',
    says: /must be a mapping, but is empty/,
  },
  {
    rule: 'a value outside its range',
    text: daemonText({ containers: ONE_CONTAINER('portMappings: [{ containerPort: 65536 }]') }),
    at: '65536',
    path: 'spec.containers[0].portMappings[0].containerPort',
    says: /from 1 to 65535, not 65536/,
  },
  {
    rule: 'a value that is none of the valid ones',
    text: daemonText({ launchType: 'FARGTE' }),
    at: 'FARGTE',
    path: 'spec.launchType',
    says: /"FARGTE" must be one of FARGATE, EC2, EXTERNAL; did you mean "FARGATE"\?/,
  },
  {
    rule: 'a value close to a valid one',
    text: yamlOf(cluster()).replace('spec: {}', 'spec: { containerInsights: enable }'),
    at: 'enable }',
    path: 'spec.containerInsights',
    says: /one of enabled, enhanced, disabled; did you mean "enabled"\?/,
  },
  {
    rule: 'a name in capitals, with the one that was meant',
    text: daemonText({}, 'name: XRay'),
    at: 'XRay',
    path: 'metadata.name',
    says: /DNS label.*did you mean "xray"\?/,
  },
  {
    rule: 'a daemon service called like a domain',
    text: daemonText({}, 'name: xray.example.org'),
    at: 'xray.example.org',
    path: 'metadata.name',
    says: /DNS label/,
  },
  {
    rule: 'a namespace that is no domain',
    text: yamlOf(namespace()).replace('services.example.org', 'services..example'),
    at: 'services..example',
    path: 'metadata.name',
    says: /domain name/,
  },
  {
    rule: 'CPU as text without its unit',
    text: daemonText({ cpu: '"0.25"' }),
    at: '"0.25"',
    path: 'spec.cpu',
    says: /CPU units such as 256, or text with its unit/,
  },
  {
    rule: 'memory in a unit that ECS does not know',
    text: daemonText({ memory: '512 MB' }),
    at: '512 MB',
    path: 'spec.memory',
    says: /MiB such as 512, or text with its unit/,
  },
  {
    rule: 'too many security groups',
    text: daemonText({ securityGroupIds: `[${[1, 2, 3, 4, 5, 6].map((n) => `sg-0000000${n}`).join(', ')}]` }),
    at: '[sg-',
    path: 'spec.securityGroupIds',
    says: /at most 5 items, not 6/,
  },
  {
    rule: 'a security group twice',
    text: daemonText({ securityGroupIds: '[sg-00000001, sg-00000002, sg-00000001 ]' }),
    at: 'sg-00000001 ',
    path: 'spec.securityGroupIds[2]',
    says: /repeats item 1/,
  },
  {
    rule: 'more than 16 subnets',
    text: yamlOf(environment()).replace(
      'spec: {}',
      `spec: { subnets: [${Array.from({ length: 17 }, (_, n) => `subnet-000000${10 + n}`).join(', ')}] }`,
    ),
    at: '[subnet',
    path: 'spec.subnets',
    says: /at most 16 items, not 17/,
  },
  {
    rule: 'an item of a union, by the branch that was meant',
    text: yamlOf(environment()).replace('spec: {}', 'spec: { subnets: [subnet-00000001, subnet-x] }'),
    at: 'subnet-x',
    path: 'spec.subnets[1]',
    says: /subnet id such as/,
  },
  {
    rule: 'what fits no branch of a union',
    text: yamlOf(environment()).replace('spec: {}', 'spec: { vpc: main }'),
    at: 'main',
    path: 'spec.vpc',
    says: /must be default, a VPC id such as vpc-0a1b2c3d, or \{ tags/,
  },
  {
    rule: 'a security group id with the wrong prefix',
    text: daemonText({ securityGroupIds: '[main]' }),
    at: 'main]',
    path: 'spec.securityGroupIds[0]',
    says: /security group id such as sg-/,
  },
  {
    rule: 'a role name of more than 64 characters',
    text: daemonText({ taskRole: `{ name: ${'r'.repeat(65)} }` }),
    at: 'rrr',
    path: 'spec.taskRole.name',
    says: /at most 64/,
  },
  {
    rule: 'a log group with characters that CloudWatch refuses',
    text: daemonText({ logs: '{ group: "/a b" }' }),
    at: '"/a b"',
    path: 'spec.logs.group',
    says: /at most 512 letters/,
  },
  {
    rule: 'a TTL beyond 31 bits',
    text: daemonText({
      serviceDiscovery: '{ namespace: a.example, dnsRecords: [{ type: A, ttl: 2147483648 }] }',
    }),
    at: '2147483648',
    path: 'spec.serviceDiscovery.dnsRecords[0].ttl',
    says: /not 2147483648/,
  },
  {
    rule: 'a health check more often than every 5 seconds',
    text: daemonText({ containers: ONE_CONTAINER('healthCheck: { command: [CMD, /x], interval: 4 }') }),
    at: '4 }',
    path: 'spec.containers[0].healthCheck.interval',
    says: /from 5 to 300, not 4/,
  },
  {
    rule: 'a capability that Fargate cannot add',
    text: daemonText({
      containers: ONE_CONTAINER('linuxParameters: { capabilities: { add: [NET_ADMIN] } }'),
    }),
    at: 'NET_ADMIN',
    path: 'spec.containers[0].linuxParameters.capabilities.add[0]',
    says: /must be SYS_PTRACE/,
  },
  {
    rule: 'a disk larger than Fargate has',
    text: daemonText({ ephemeralStorage: '{ sizeInGiB: 201 }' }),
    at: '201',
    path: 'spec.ephemeralStorage.sizeInGiB',
    says: /from 21 to 200, not 201/,
  },
  {
    rule: 'another API version',
    text: daemonText().replace('dev/v1', 'dev/v2'),
    at: 'stationkeeper.dev/v2',
    path: 'apiVersion',
    says: /must be stationkeeper\.dev\/v1/,
  },
  {
    rule: 'an unknown kind, with the one that was meant',
    text: daemonText().replace('kind: DaemonService', 'kind: DaemonSevice'),
    at: 'DaemonSevice',
    path: 'kind',
    says: /unknown kind "DaemonSevice"; did you mean "DaemonService"\?/,
  },
];

describe('the schemas of the manifests', () => {
  it.each(ROWS)('refuse $rule', ({ text, at, path, says }) => {
    const errors = errorsOf(text);
    // A needle may start with the line break that makes it unique.
    const place = placeIn(text, at);
    const expected = at.startsWith('\n') ? { line: place.line + 1 } : place;
    expect(errors.map((error) => error.path)).toEqual([path]);
    expect(errors[0]).toMatchObject(expected);
    expect(errors[0]?.message).toMatch(says);
  });

  it.each([
    ['environment', 'must be text, or { fromFile: <path of a file> }; put the value in quotes'],
    ['secrets', 'must be text; put the value in quotes'],
  ])('never show a value of %s', (field, says) => {
    const containers = [12_345, true].map(
      (value, index) => `{ name: c${index}, image: "a:1", ${field}: { TOKEN: ${value} } }`,
    );
    const errors = errorsOf(daemonText({ containers: `[${containers.join(', ')}]` }));
    expect(errors).toHaveLength(2);
    for (const { message } of errors) expect(message).toBe(says);
  });

  it('tell the object that a bad document is about', () => {
    expect(errorsOf(daemonText({ typo: '1' }))[0]?.objects).toEqual([
      { manifest: { kind: 'DaemonService', name: 'xray' } },
    ]);
  });

  it('report what is wrong in several fields at once, rules beyond the schema too', () => {
    const text = daemonText({ cpu: '400', memory: '600', desiredCout: '2', logs: '{ retentionInDays: 8 }' });
    expect(errorsOf(text).map(({ path }) => path)).toEqual([
      'spec.cpu',
      'spec.desiredCout',
      'spec.logs.retentionInDays',
    ]);
  });

  it('check the good items of a list beside a bad one', () => {
    const rules = [
      '{ protocol: tcp, port: 99999, cidr: 10.0.0.0/8 }',
      '{ protocol: tcp, port: 1, cidr: 10.1.1.1/33 }',
    ];
    const text = daemonText({ securityGroup: `{ ingress: [${rules.join(', ')}] }` });
    expect(errorsOf(text).map(({ path }) => path)).toEqual([
      'spec.securityGroup.ingress[0].port',
      'spec.securityGroup.ingress[1].cidr',
    ]);
  });
});

describe('the schema for editors', () => {
  const validate = new Ajv({ strict: false }).compile(manifestJsonSchema());

  it.each([environment(), cluster(), namespace(), daemonService()])('accepts a $kind', (document) => {
    expect(validate(document)).toBe(true);
  });

  it('refuses unknown keys, as parsing does', () => {
    expect(validate({ ...daemonService(), extra: 1 })).toBe(false);
    expect(validate(parse(daemonText({ desiredCout: '2' })))).toBe(false);
  });

  it('describes every field of every spec', () => {
    const missing: string[] = [];
    const walk = (schema: unknown, path: string) => {
      const { properties = {} } = schema as { properties?: Record<string, { description?: string }> };
      for (const [name, property] of Object.entries(properties)) {
        if (property.description === undefined) missing.push(`${path}.${name}`);
        walk(property, `${path}.${name}`);
      }
    };
    for (const schema of (manifestJsonSchema() as { oneOf: object[] }).oneOf) walk(schema, '');
    expect(missing).toEqual([]);
  });
});
