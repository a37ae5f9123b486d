import { describe, expect, it } from 'vitest';
import { expandManifests } from '../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { daemonText } from '../support/manifests/errors.ts';
import { judged, said } from '../support/manifests/verdicts.ts';
import type { Verdict } from '../support/manifests/verdicts.ts';

const rule = (fields: string, direction = 'ingress') =>
  daemonText({ securityGroup: `{ ${direction}: [{ ${fields} }] }` });
const rules = (count: number) =>
  daemonText({
    securityGroup: `{ ingress: [${Array.from(
      { length: count },
      (_, index) => `{ protocol: tcp, port: 1, cidr: 10.${index >> 8}.${index & 255}.0/24 }`,
    ).join(', ')}] }`,
  });

const environment = (spec: string) =>
  `apiVersion: stationkeeper.dev/v1\nkind: Environment\nmetadata: { name: default }\nspec: { ${spec} }\n`;
const statement = (members: string, role = 'taskRole') =>
  daemonText({ [role]: `{ statements: [{ actions: ["s3:Get*"], ${members} }] }` });
const condition = (text: string) => statement(`resources: ["*"], conditions: ${text}`);
const buckets = (count: number) =>
  statement(
    `resources: [${Array.from({ length: count }, (_, index) => `"arn:aws:s3:::${'b'.repeat(50)}${index}"`).join(', ')}]`,
  );
const SECRET = 'arn:aws:secretsmanager:us-east-1:385605022855:secret:prod/token';
const withSecrets = (valueFrom: string, count = 1) => {
  const secrets = Array.from(
    { length: count },
    (_, index) => `KEY_${index}: "${valueFrom.replace('#', String(index))}"`,
  );
  return daemonText({
    containers: `[{ name: main, image: "example.org/daemon:1", secrets: { ${secrets.join(', ')} } }]`,
  });
};

const REFUSED: readonly Verdict[] = [
  {
    what: 'a code of every type of ICMP',
    text: rule('protocol: icmp, toPort: 3, cidr: 10.0.0.0/8'),
    at: '3, cidr',
    path: 'spec.securityGroup.ingress[0].toPort',
    says: /a code for every type.*give its type as fromPort/,
  },
  {
    what: 'a port of a protocol that has none',
    text: rule('protocol: "50", fromPort: 80, toPort: 80, cidr: 10.0.0.0/8'),
    at: '80, toPort',
    path: 'spec.securityGroup.ingress[0].fromPort',
    says: /protocol 50 has no ports/,
  },
  {
    what: 'a protocol number that there is not',
    text: rule('protocol: "256", cidr: 10.0.0.0/8'),
    at: '"256"',
    path: 'spec.securityGroup.ingress[0].protocol',
    says: /a protocol number from 0 to 255/,
  },
  {
    what: 'a range as one port',
    text: rule('protocol: tcp, port: 80-90, cidr: 10.0.0.0/8'),
    at: '80-90',
    path: 'spec.securityGroup.ingress[0].port',
    says: /must be a whole number, not text; a range is written fromPort: 80 and toPort: 90$/,
  },
  {
    what: 'a range of egress in quotes',
    text: rule('protocol: tcp, port: "1024:65535", cidr: 10.0.0.0/8', 'egress'),
    at: '"1024',
    path: 'spec.securityGroup.egress[0].port',
    says: /a range is written fromPort: 1024 and toPort: 65535$/,
  },
  {
    what: 'several ports as one',
    text: rule('protocol: tcp, port: "80, 443", cidr: 10.0.0.0/8'),
    at: '"80',
    path: 'spec.securityGroup.ingress[0].port',
    says: /not text; write a rule for each port$/,
  },
  {
    what: 'a range where a registration has one port',
    text: daemonText({ serviceDiscovery: '{ namespace: a.example, port: 80-90 }' }),
    at: '80-90',
    path: 'spec.serviceDiscovery.port',
    says: /must be a whole number, not text$/,
  },
  {
    what: 'more rules than EC2 takes with every increase',
    text: rules(1001),
    at: '[{ protocol',
    path: 'spec.securityGroup.ingress',
    says: /has 1001 rules for IPv4, and EC2 takes 1000 at most/,
  },
  {
    what: 'a resource of every service',
    text: statement('resources: ["arn:aws:*:*:*:*"]'),
    at: '"arn:aws:*',
    path: 'spec.taskRole.statements[0].resources[0]',
    says: /names its service without wildcards/,
  },
  {
    what: 'a resource of a partition that is none',
    text: statement('resources: ["arn:amazon:s3:::bucket"]', 'executionRole'),
    at: '"arn:amazon',
    path: 'spec.executionRole.statements[0].resources[0]',
    says: /must be an ARN of a partition of AWS/,
  },
  {
    what: 'half an ARN with an empty part',
    text: statement('resources: ["arn:aws:s3::bucket"]'),
    at: '"arn:aws:s3::bucket"',
    path: 'spec.taskRole.statements[0].resources[0]',
    says: /all of its six parts/,
  },
  {
    what: 'a role in a Region',
    text: statement('resources: ["*", "arn:aws:iam:us-east-1:385605022855:role/a"]'),
    at: '"arn:aws:iam',
    path: 'spec.taskRole.statements[0].resources[1]',
    says: /must name no Region, which IAM has not; write "arn:aws:iam::385605022855:role\/a"$/,
  },
  {
    what: 'a bucket in a Region',
    text: statement('resources: ["arn:aws:s3:us-east-1::bucket/*"]'),
    at: '"arn:aws:s3',
    path: 'spec.taskRole.statements[0].resources[0]',
    says: /write "arn:aws:s3:::bucket\/\*"$/,
  },
  {
    what: "a resource of another partition than the Environment's",
    text: `${environment('region: cn-north-1')}---\n${statement('resources: ["arn:aws:s3:::bucket"]')}`,
    at: '"arn:aws:s3',
    path: 'spec.taskRole.statements[0].resources[0]',
    says: /of partition aws, and Environment\/default of aws-cn, whose IAM takes no other; write arn:aws-cn:…$/,
  },
  {
    what: 'a Null that lets its key be missing',
    text: condition('{ NullIfExists: { "aws:TokenIssueTime": true } }'),
    at: '{ "aws:TokenIssueTime"',
    path: 'spec.taskRole.statements[0].conditions.NullIfExists',
    says: /no IfExists of Null.*write Null$/,
  },
  {
    what: 'a set of values that IAM has not',
    text: condition('{ "ForAllValue:StringLike": { "aws:TagKeys": a } }'),
    at: '{ "aws:TagKeys"',
    path: 'spec.taskRole.statements[0].conditions["ForAllValue:StringLike"]',
    says: /stands ForAllValues: or ForAnyValue:/,
  },
  {
    what: 'more statements than fit into a role',
    text: buckets(200),
    at: '[{ actions',
    path: 'spec.taskRole.statements',
    says: /has 1\d{4} bytes, and IAM allows 10240/,
  },
  {
    what: 'more secrets than the execution role can name',
    text: withSecrets(`${SECRET}#-AbCdEf`, 200),
    at: 'spec:',
    path: 'spec.executionRole.statements',
    says: /bytes, and IAM allows 10240/,
  },
  {
    what: 'a role of IAM Identity Center for tasks',
    text: daemonText({
      taskRole: '{ arn: "arn:aws:iam::385605022855:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_a_0" }',
    }),
    at: '"arn',
    path: 'spec.taskRole.arn',
    says: /for those who sign in, and not for the tasks of ECS/,
  },
  {
    what: 'a service-linked role to assume',
    text: environment(
      'roleArn: "arn:aws:iam::385605022855:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"',
    ),
    at: '"arn',
    path: 'spec.roleArn',
    says: /for its own service, and nobody else can assume it/,
  },
  {
    what: 'a service-linked role to assume, by its name',
    text: environment(
      'region: us-east-1, account: "385605022855", roleName: aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    ),
    at: 'aws-service-role',
    path: 'spec.roleName',
    says: /for its own service, and nobody else can assume it/,
  },
  {
    what: 'a role by its name where the account is not said',
    text: environment('region: us-east-1, roleName: daemons'),
    at: 'daemons',
    path: 'spec.roleName',
    says: /needs account; add it, or write roleArn instead$/,
  },
  {
    what: 'a role by its name where neither account nor Region is said',
    text: environment('roleName: daemons'),
    at: 'daemons',
    path: 'spec.roleName',
    says: /needs account and region; add both, or write roleArn instead$/,
  },
  {
    what: 'a role by its name and by its ARN',
    text: environment(
      'region: us-east-1, account: "385605022855", roleArn: "arn:aws:iam::385605022855:role/x", roleName: daemons',
    ),
    at: 'daemons',
    path: 'spec.roleName',
    says: /roleArn names the role to assume already; remove one of them$/,
  },
  {
    what: 'the ARN of a role as its name',
    text: environment(
      'region: us-east-1, account: "385605022855", roleName: "arn:aws:iam::385605022855:role/x"',
    ),
    at: '"arn:aws',
    path: 'spec.roleName',
    says: /or its path and name .*; an ARN is written as roleArn/,
  },
  {
    what: 'an external id where no role is assumed',
    text: environment('externalId: "company:1"'),
    at: '"company:1"',
    path: 'spec.externalId',
    says: /none is; add roleArn or roleName, or remove externalId$/,
  },
  {
    what: 'a platform version that AWS has retired long ago',
    text: daemonText({ platformVersion: '1.2.0' }),
    at: '1.2.0',
    path: 'spec.platformVersion',
    says: /retired platform version 1\.2\.0; write 1\.4\.0/,
  },
  {
    what: 'a VPC by a tag without a key',
    text: environment('vpc: { tags: { "": main } }'),
    at: 'main',
    path: 'spec.vpc.tags[""]',
    says: /has 1 to 128 characters; this selects nothing/,
  },
  {
    what: 'subnets by a value that no tag has',
    text: environment(`subnets: { tags: { Tier: ${'x'.repeat(257)} } }`),
    at: 'xxx',
    path: 'spec.subnets.tags.Tier',
    says: /at most 256 characters/,
  },
];

describe('what AWS always refuses around a task', () => {
  it.each(REFUSED)('$what is an error', (row) => {
    expect(judged(row.text).errors).toEqual([said(row)]);
  });
});

const TAKEN: readonly (readonly [what: string, text: string])[] = [
  ['a protocol in capitals', rule('protocol: TCP, port: 80, cidr: 10.0.0.0/8')],
  ['ICMPv6 as the console writes it', rule('protocol: ICMPv6, cidr: "2001:db8::/32"')],
  ['a protocol number as text', rule('protocol: "17", port: 53, cidr: 10.0.0.0/8')],
  ['all protocols, and all their ports', rule('protocol: -1, fromPort: 0, toPort: 0, cidr: 10.0.0.0/8')],
  ['all protocols with ports of -1', rule('protocol: all, fromPort: -1, toPort: -1, cidr: 10.0.0.0/8')],
  [
    'a protocol without ports, with all ports',
    rule('protocol: 50, fromPort: 0, toPort: 65535, cidr: 10.0.0.0/8'),
  ],
  ['all ports of TCP', rule('protocol: tcp, fromPort: 0, toPort: 65535, cidr: 10.0.0.0/8')],
  ['an IPv6 block in capitals and at length', rule('protocol: tcp, port: 1, cidr: "2001:DB8:0:0::/64"')],
  ['a type of ICMP with every code', rule('protocol: icmp, fromPort: 8, cidr: 10.0.0.0/8')],
  ['half an ARN, for all of a service', statement('resources: ["arn:aws:s3", "arn:aws:sqs:*"]')],
  ['a resource of any partition', statement('resources: ["arn:*:s3:::bucket"]')],
  ['a resource of a partition to come', statement('resources: ["arn:aws-iso-z:s3:::bucket"]')],
  [
    'an access point, which is in a Region',
    statement('resources: ["arn:aws:s3:us-east-1:385605022855:accesspoint/a"]'),
  ],
  ['truth without quotes in a condition', condition('{ Bool: { "aws:SecureTransport": true } }')],
  ['as many statements as fit into a role', buckets(100)],
  [
    'a namespace with underscores, as Route 53 has them',
    'apiVersion: stationkeeper.dev/v1\nkind: Namespace\nmetadata: { name: my_app.local }\nspec: {}\n',
  ],
  ['a service in such a namespace', daemonText({ serviceDiscovery: '{ namespace: _prod.my_app.local }' })],
  ['a prefix of log streams with a space', daemonText({ logs: '{ streamPrefix: "x ray" }' })],
  ['a platform version to come', daemonText({ platformVersion: '1.5.0' })],
  [
    'a VPC by a tag of AWS itself',
    environment('vpc: { tags: { "aws:cloudformation:stack-name": network } }'),
  ],
  ['as many rules as EC2 takes of everybody', rules(60)],
];

describe('what AWS takes around a task', () => {
  it.each(TAKEN)('%s is valid, without a word', (_what, text) => {
    expect(judged(text)).toMatchObject({ errors: [], warnings: [] });
  });

  it('truth in a condition is wanted as the text that IAM answers with', () => {
    const { manifests } = parseManifests([
      { file: 'a.yaml', text: condition('{ Bool: { "aws:SecureTransport": true } }') },
    ]);
    expect(JSON.stringify(expandManifests(manifests).desired)).toContain(
      '"conditions":{"Bool":{"aws:SecureTransport":"true"}}',
    );
  });

  it.each([
    [`${SECRET}-AbCdEf`, `${SECRET}-AbCdEf`],
    [`${SECRET}-AbCdEf:password::`, `${SECRET}-AbCdEf`],
    [SECRET, `${SECRET}-??????`],
    [`${SECRET}:password::`, `${SECRET}-??????`],
  ])('the execution role may read %s', (valueFrom, resource) => {
    const { manifests } = parseManifests([{ file: 'a.yaml', text: withSecrets(valueFrom) }]);
    expect(JSON.stringify(expandManifests(manifests).desired)).toContain(
      `{"effect":"Allow","actions":["secretsmanager:GetSecretValue"],"resources":["${resource}"]}`,
    );
  });

  it.each([
    ['protocol: TCP, port: 80, cidr: "2001:DB8:0:0::/64"', 'tcp', 80, '2001:db8::/64'],
    ['protocol: "6", port: 80, cidr: 10.1.2.3/8', 'tcp', 80, '10.0.0.0/8'],
    ['protocol: All, fromPort: 0, toPort: 0, cidr: 10.0.0.0/8', '-1', null, '10.0.0.0/8'],
  ])('a rule of %s is wanted as EC2 keeps it', (fields, protocol, fromPort, peer) => {
    const { manifests } = parseManifests([{ file: 'a.yaml', text: rule(fields) }]);
    const { desired } = expandManifests(manifests);
    expect(desired.map(({ spec }) => spec)).toContainEqual(
      expect.objectContaining({ ingress: [{ protocol, fromPort, toPort: fromPort, peer }] }),
    );
  });
});

const WARNED: readonly Verdict[] = [
  {
    what: 'a host in an SRV record that is too long for DNS',
    text: daemonText({
      serviceDiscovery: `{ namespace: ${'a.'.repeat(100)}example, name: ${'x'.repeat(20)}, dnsRecords: [{ type: SRV }], port: 80 }`,
      containers: '[{ name: main, image: "example.org/daemon:1", portMappings: [{ containerPort: 80 }] }]',
    }),
    at: 'xxx',
    path: 'spec.serviceDiscovery.name',
    says: /which has 261 characters, and DNS allows 253: no task is registered/,
  },
  {
    what: 'a rollout that can neither start nor stop one of its tasks',
    text: daemonText({
      desiredCount: '3',
      deployment: '{ minimumHealthyPercent: 67, maximumPercent: 133 }',
    }),
    at: '{ minimumHealthyPercent',
    path: 'spec.deployment',
    says: /3 tasks neither start nor stop one/,
  },
  {
    what: 'rolling back without a circuit breaker',
    text: daemonText({ deployment: '{ circuitBreaker: { enable: false, rollback: true } }' }),
    at: 'true }',
    path: 'spec.deployment.circuitBreaker.rollback',
    says: /nothing is rolled back without enable: true/,
  },
  {
    what: 'a platform version on which nothing starts any more',
    text: daemonText({ platformVersion: '1.3.0' }),
    at: '1.3.0',
    path: 'spec.platformVersion',
    says: /retired platform version 1\.3\.0 and starts no tasks on it/,
  },
  {
    what: 'a block with bits behind its prefix',
    text: rule('protocol: tcp, port: 1, cidr: 172.31.5.7/16'),
    at: '172.31.5.7/16',
    path: 'spec.securityGroup.ingress[0].cidr',
    says: /takes 172\.31\.5\.7\/16 for the whole of 172\.31\.0\.0\/16; write that, or 172\.31\.5\.7\/32/,
  },
  {
    what: 'ICMP of IPv4 from IPv6',
    text: rule('protocol: icmp, cidr: "2001:db8::/32"'),
    at: 'icmp',
    path: 'spec.securityGroup.ingress[0].protocol',
    says: /matches nothing from IPv6; write icmpv6$/,
  },
  {
    what: 'ICMP of IPv6 from IPv4',
    text: rule('protocol: 58, cidr: 10.0.0.0/8'),
    at: '58',
    path: 'spec.securityGroup.ingress[0].protocol',
    says: /matches nothing from IPv4; write icmp$/,
  },
  {
    what: 'port 0, as all ports are written elsewhere',
    text: rule('protocol: tcp, port: 0, cidr: 10.0.0.0/8'),
    at: '0, cidr',
    path: 'spec.securityGroup.ingress[0].port',
    says: /port 0 alone.*write fromPort: 0 and toPort: 65535$/,
  },
  {
    what: 'a range of port 0 alone',
    text: rule('protocol: udp, fromPort: 0, toPort: 0, cidr: 10.0.0.0/8'),
    at: '0, toPort',
    path: 'spec.securityGroup.ingress[0].fromPort',
    says: /port 0 alone/,
  },
  {
    what: 'more rules than EC2 takes of everybody',
    text: rules(61),
    at: '[{ protocol',
    path: 'spec.securityGroup.ingress',
    says: /has 61 rules for IPv4, and EC2 takes 60 unless the account's quota is raised/,
  },
];

describe('what AWS takes around a task and will yet not work', () => {
  it.each(WARNED)('$what is valid, with a warning', (row) => {
    expect(judged(row.text)).toEqual({ errors: [], warnings: [said(row)], manifests: 1 });
  });
});
