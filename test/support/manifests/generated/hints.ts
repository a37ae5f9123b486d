import * as fc from 'fast-check';
import { parseCidr } from '../../../../controller/manifest/cidr.ts';
import { MADE_ROLE_FIELDS } from '../../../../controller/manifest/schema/role.ts';
import { RETENTION_DAYS } from '../../../../controller/manifest/schema/daemon-service.ts';
import { CAPABILITIES } from '../../../../controller/kinds/task-definition/linux-parameter-fields.ts';
import { FARGATE_SIZES } from '../../../../controller/kinds/task-definition/size.ts';
import { PARAMETERS, REGISTRY_CREDENTIALS } from './existing.ts';
import type { Existing } from './existing.ts';
import { HINTS_FOR_REPOSITORIES } from './hints-repositories.ts';
import { IMAGE } from './image.ts';
import { valuesOf } from './json-schema.ts';
import type { Hint, Hints } from './json-schema.ts';

const KINDS = ['Environment', 'Cluster', 'Namespace', 'Repository', 'DaemonService'];
const customizedMetric = (statistic: string, more: object = {}) => ({
  policyName: `depth-${statistic}`,
  targetValue: 5,
  scaleOutCooldown: 0,
  customizedMetricSpecification: { metricName: 'Depth', namespace: 'Queue', statistic, ...more },
});
const predefinedMetric = (predefinedMetricType: string, more: object = {}) => ({
  targetValue: 60,
  predefinedMetricSpecification: { predefinedMetricType, ...more },
});

/** Policies that can stand beside each other. */
const TRACKED = [
  { ...predefinedMetric('ECSServiceAverageCPUUtilization'), scaleInCooldown: 300 },
  { ...predefinedMetric('ECSServiceAverageMemoryUtilization'), policyName: 'memory', disableScaleIn: true },
  predefinedMetric('ECSServiceAverageCPUUtilizationHighResolution'),
  predefinedMetric('ECSServiceAverageMemoryUtilizationHighResolution'),
  predefinedMetric('ALBRequestCountPerTarget', { resourceLabel: 'app/a/1/targetgroup/b/2' }),
  customizedMetric('Sum', { dimensions: { Name: 'a' }, unit: 'Count' }),
  ...['Average', 'Maximum', 'Minimum', 'SampleCount'].map((statistic) => customizedMetric(statistic)),
  {
    policyName: 'math',
    targetValue: 7.5,
    customizedMetricSpecification: {
      metrics: [
        {
          id: 'a',
          label: 'depth',
          returnData: false,
          metricStat: {
            metric: { metricName: 'Depth', namespace: 'Queue', dimensions: { Name: 'a' } },
            stat: 'Sum',
            unit: 'Count',
          },
        },
        { id: 'b', returnData: false, metricStat: { metric: {}, stat: 'p90' } },
        { id: 'c', expression: 'a / b' },
      ],
    },
  },
];

const TAG_TEXTS = fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,20}$/);
/** IAM tells keys that differ in case alone from each other no more than we do. */
const LABEL_KEYS = TAG_TEXTS.map((key) => key.toLowerCase()).filter(
  (key) => !/^(aws|stationkeeper):/.test(key),
);
const ACTIONS = ['xray:PutTraceSegments', 's3:Get*', 'logs:?ut*', '*'];
const RESOURCES = ['*', 'arn:aws:s3:::bucket/*', 'arn:aws:logs:us-east-1:385605022855:log-group:/a:*'];
/** ECS finds those of another account that says so, as people have them who keep secrets in an account of their own. */
const SECRETS = [
  'arn:aws:ssm:us-east-1:111122223333:parameter/a/b',
  'arn:aws:secretsmanager:us-east-1:111122223333:secret:plain-AbCdEf',
  'arn:aws:secretsmanager:us-east-1:111122223333:secret:keyed-AbCdEf:key::',
  ...PARAMETERS,
];

/** What manifests mean, where their schema cannot say it. Without `existing`, they name nothing that they do not bring themselves. */
export function hintsFor(existing: Existing | undefined): Hints {
  return {
    ...Object.assign({}, ...KINDS.map(hintsForAll)),
    ...hintsForEnvironments(existing),
    ...HINTS_FOR_REPOSITORIES,
    ...hintsForTasks(existing),
    ...hintsForRole('DaemonService.spec.taskRole', existing, []),
    ...hintsForRole('DaemonService.spec.executionRole', existing, [['omit']]),
    ...hintsForRules('DaemonService.spec.securityGroup.ingress[]', existing),
    ...hintsForRules('DaemonService.spec.securityGroup.egress[]', existing),
  };
}

/** One of these values, or nothing where there are none. */
function oneOf(values: readonly unknown[], lack: string): Hint {
  return values.length === 0 ? { leftOut: lack } : { value: fc.constantFrom(...values) };
}

/** Without those that EC2 keeps for itself: a security group is called so too. */
const shortNames = fc
  .stringMatching(/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/)
  .filter((name) => !/^(sg-|default$)/.test(name));

const NOTHING_EXISTS = 'what it names is to exist already, and nothing does';

const IGNORED: Readonly<Record<string, readonly string[]>> = {
  Cluster: ['containerInsights'],
  Namespace: ['description, soaTtl', 'tags.team'],
  Repository: ['imageTagMutability', 'lifecyclePolicy, tags.team'],
  DaemonService: ['desiredCount', 'desiredCount, taskDefinition, cpu', 'containers, ingress, tags.team'],
};

function hintsForAll(kind: string): Hints {
  const annotation = (name: string, ...values: readonly string[]): Hints => ({
    [`${kind}.metadata.annotations.stationkeeper.dev/${name}`]: { value: fc.constantFrom(...values) },
  });
  return {
    // Short: AWS names that are derived from it are longer. A Namespace's is a domain.
    ...(kind === 'Namespace' ? {} : { [`${kind}.metadata.name`]: { value: shortNames } }),
    [`${kind}.metadata.labels`]: { keys: LABEL_KEYS },
    [`${kind}.metadata.labels.*`]: {
      value: fc.oneof(
        fc.constant(''),
        TAG_TEXTS.filter((text) => !/^aws:/i.test(text)),
      ),
    },
    // What is not reconciled is not applied.
    ...annotation('reconcile', 'enabled'),
    // `adopt` is left out: there is nothing that could be adopted.
    ...annotation('adoption-policy', 'create', 'adopt-or-create'),
    ...annotation('deletion-policy', 'delete', 'retain'),
    ...annotation('prune', 'enabled', 'disabled'),
    ...annotation('allow-replace', 'false', 'true'),
    ...(kind in IGNORED
      ? annotation('ignore-drift', ...IGNORED[kind]!)
      : {
          [`${kind}.metadata.annotations.stationkeeper.dev/ignore-drift`]: {
            leftOut: 'nothing of it is compared',
          },
        }),
    // The one Environment, declared or not.
    [kind === 'Environment' ? `${kind}.metadata.name` : `${kind}.spec.environment`]: {
      value: fc.constant('default'),
    },
  };
}

function hintsForEnvironments(existing: Existing | undefined): Hints {
  return {
    'Environment.spec.region': { value: fc.constant('us-east-1') },
    'Environment.spec.account': oneOf(existing === undefined ? [] : [existing.account], NOTHING_EXISTS),
    ...hintsForIam('Environment.spec.iam'),
    'Environment.spec.roleArn': { leftOut: 'it is a way into an account, and no part of what is in it' },
    'Environment.spec.roleName': { leftOut: 'it stands for a roleArn' },
    'Environment.spec.externalId': { leftOut: 'it goes with roleArn' },
  };
}

const PROTOCOLS = [
  'tcp',
  'udp',
  'tcp',
  'udp',
  6,
  17,
  'icmp',
  'icmpv6',
  1,
  58,
  'all',
  '-1',
  -1,
  0,
  50,
  255,
  '17',
];

const cidr = fc.oneof(
  fc.constantFrom('0.0.0.0/0', '::/0', '2001:db8::/32', 'fd00::/8', '192.168.1.7/32'),
  fc
    .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
    .map(([address, length]) => parseCidr(`${address}/${length}`)?.canonical ?? '10.0.0.0/8'),
);

function hintsForRules(path: string, existing: Existing | undefined): Hints {
  return {
    [path]: {
      choices: [
        [['port'], ['fromPort', 'toPort']],
        [
          ['cidr'],
          ['self'],
          ...(existing === undefined ? [] : [['securityGroupId'], ['securityGroup'], ['prefixListId']]),
        ],
      ],
      always: [
        'port',
        'fromPort',
        'toPort',
        'cidr',
        'self',
        'securityGroupId',
        'securityGroup',
        'prefixListId',
      ],
    },
    // Mostly those that have ports.
    [`${path}.protocol`]: { value: fc.constantFrom(...PROTOCOLS) },
    [`${path}.cidr`]: { value: cidr },
    [`${path}.securityGroup`]: existing === undefined ? { leftOut: NOTHING_EXISTS } : {},
    [`${path}.securityGroup.id`]: oneOf(existing?.securityGroupIds ?? [], NOTHING_EXISTS),
    [`${path}.securityGroup.userId`]: oneOf(existing === undefined ? [] : [existing.account], NOTHING_EXISTS),
    [`${path}.securityGroup.vpcPeeringConnectionId`]: {
      leftOut: 'nobody peers a VPC with that of the world',
    },
    [`${path}.securityGroupId`]: oneOf(existing?.securityGroupIds ?? [], NOTHING_EXISTS),
    [`${path}.prefixListId`]: oneOf(existing === undefined ? [] : [existing.prefixListId], NOTHING_EXISTS),
  };
}

function hintsForRole(path: string, existing: Existing | undefined, more: readonly string[][]): Hints {
  const statement = `${path}.statements[]`;
  return {
    [path]: { choices: [[['arn'], MADE_ROLE_FIELDS, ...more]] },
    ...hintsForIam(path),
    [`${path}.permissionsBoundary`]: { value: fc.constantFrom('none', ...MANAGED_POLICIES) },
    [`${path}.managedPolicyArns[]`]: { value: fc.constantFrom(...MANAGED_POLICIES) },
    // What lets ECS take the role wherever it is.
    [`${path}.trust.conditions`]: { keys: fc.constantFrom('StringNotEquals', 'StringNotLike') },
    [`${path}.trust.conditions.*`]: { keys: fc.constantFrom('aws:SourceAccount') },
    [`${path}.trust.conditions.*.*`]: {
      value: fc.oneof(
        fc.constant('111122223333'),
        fc.constant(true),
        fc.constant(['111122223333', '444455556666']),
      ),
    },
    [`${path}.arn`]: oneOf(existing === undefined ? [] : [existing.roleArn], NOTHING_EXISTS),
    [`${statement}.actions[]`]: { value: fc.constantFrom(...ACTIONS) },
    [`${statement}.resources[]`]: { value: fc.constantFrom(...RESOURCES) },
    [`${statement}.conditions`]: {
      keys: fc.constantFrom('StringEquals', 'StringNotLike', 'ForAnyValue:StringLike'),
    },
    // These are IAM's characters.
    [`${statement}.conditions.*.*`]: {
      value: fc.oneof(iamText, fc.boolean(), fc.array(iamText, { minLength: 1, maxLength: 3 })),
    },
    [`${statement}.conditions.*`]: { keys: fc.constantFrom('aws:RequestedRegion', 'aws:PrincipalTag/team') },
  };
}

/** Of AWS's own, which every account has. */
const MANAGED_POLICIES = ['AWSXRayDaemonWriteAccess', 'CloudWatchAgentServerPolicy', 'ReadOnlyAccess'].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

function hintsForIam(path: string): Hints {
  return {
    [`${path}.path`]: { value: fc.constantFrom('/', '/teams/', '/teams/platform/') },
    [`${path}.permissionsBoundary`]: { value: fc.constantFrom(...MANAGED_POLICIES) },
  };
}

const iamText = fc.stringMatching(/^[ -~\u00A1-\u00FF]{0,10}$/);
const discoveryLabel = fc.stringMatching(/^([A-Za-z0-9_][A-Za-z0-9_-]{0,20}[A-Za-z0-9_]|[A-Za-z0-9])$/);

function groupLists({ securityGroupIds }: Existing): readonly (readonly string[])[] {
  return [[], securityGroupIds.slice(0, 1), securityGroupIds, securityGroupIds.toReversed()];
}

const sizes = [...FARGATE_SIZES];
const cpus = sizes.map(([cpu]) => cpu);
const memories = [...new Set(sizes.flatMap(([, memory]) => memory))];
const words = fc.constantFrom('/ok', '-q', 'a b', '');

function hintsForTasks(existing: Existing | undefined): Hints {
  return {
    // There is most to show on EC2.
    'DaemonService.spec.launchType': { value: fc.constantFrom('FARGATE', 'EC2', 'EC2', 'EC2', 'EXTERNAL') },
    'DaemonService.spec': { choices: [[['securityGroup'], ['securityGroupIds']]] },
    'DaemonService.spec.consumers': existing === undefined ? { leftOut: NOTHING_EXISTS } : {},
    'DaemonService.spec.consumers[].securityGroup': oneOf(
      existing?.securityGroupIds.flatMap((id, nth) => [{ id }, existing.groupsNamed[nth] ?? { id }]) ?? [],
      NOTHING_EXISTS,
    ),
    'DaemonService.spec.serviceDiscovery.namespaceId': {
      leftOut: 'AWS makes it up, of a namespace that no manifest of the fleet declares',
    },
    // Cloud Map takes no label that is one underscore.
    'DaemonService.spec.serviceDiscovery.name': {
      value: fc.array(discoveryLabel, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
    },
    // What goes together is stated in test/manifest/scaling.test.ts, and all of it comes back in test/export/scaling.test.ts.
    'DaemonService.spec.scaling': {
      value: fc.oneof(
        fc.constant('external'),
        fc.record(
          {
            min: fc.integer({ min: 1, max: 2 }),
            max: fc.integer({ min: 2, max: 4 }),
            targetTracking: fc.subarray(TRACKED),
          },
          { requiredKeys: ['min', 'max'] },
        ),
      ),
    },
    // More tasks show nothing more, and cost time.
    'DaemonService.spec.desiredCount': { value: fc.integer({ min: 0, max: 3 }) },
    // More shows nothing more.
    'DaemonService.spec.deployment.maximumPercent': { value: fc.integer({ min: 100, max: 400 }) },
    // These are the versions that Fargate has.
    'DaemonService.spec.platformVersion': { value: fc.constantFrom('LATEST', '1.4.0', '1.3.0') },
    'DaemonService.spec.cpu': {
      value: fc.constantFrom(...cpus, ...cpus.map((cpu) => `${cpu / 1024} vCPU`), '0.50VCPU'),
    },
    'DaemonService.spec.memory': {
      value: fc.constantFrom(...memories, ...memories.map((memory) => `${memory / 1024} GB`), '2.0gb'),
    },
    'DaemonService.spec.logs.retentionInDays': { value: fc.constantFrom(...RETENTION_DAYS) },
    // The first alone, or with the second: export takes the second alone for the service's own.
    'DaemonService.spec.securityGroupIds': oneOf(
      existing === undefined ? [] : groupLists(existing),
      NOTHING_EXISTS,
    ),
    'DaemonService.spec.containers[].image': {
      value: fc.oneof(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,60}$/),
        fc.constantFrom(
          `example.org/x/agent@sha256:${'0'.repeat(64)}`,
          { repository: 'of-the-fleet', tag: IMAGE.tag },
          { repository: 'of-the-fleet', digest: IMAGE.digest },
        ),
      ),
    },
    [BALANCERS]: existing === undefined ? { leftOut: NOTHING_EXISTS } : {},
    ...hintsForEcsRoles(existing),
    // There is no file beside it.
    'DaemonService.spec.containers[].environment.*': { value: valuesOf({ type: 'string' }, {}, 'text') },
    'DaemonService.spec.containers[].secrets.*': { value: fc.constantFrom(...SECRETS) },
    'DaemonService.spec.containers[].repositoryCredentials.credentialsParameter': {
      value: fc.constantFrom(SECRETS[1], REGISTRY_CREDENTIALS),
    },
    'DaemonService.spec.containers[].healthCheck.command': {
      value: fc.oneof(
        fc.array(words, { minLength: 1, maxLength: 3 }).map((command) => ['CMD', ...command]),
        fc.constant(['CMD-SHELL', 'test -f /ok || exit 1']),
      ),
    },
    ...HINTS_FOR_CONTAINERS,
    ...HINTS_FOR_VOLUMES,
    ...HINTS_FOR_SERVICES,
  };
}

const FARGATE_ALONE = { value: fc.constantFrom('FARGATE', 'FARGATE_SPOT') };
const BALANCERS = 'DaemonService.spec.loadBalancers';
const CONNECT = 'DaemonService.spec.serviceConnectConfiguration';
const EBS = 'DaemonService.spec.volumeConfigurations[].managedEBSVolume';

/** Those that ECS acts with have to be there; where nothing is, any of them shows the field. */
function hintsForEcsRoles(existing: Existing | undefined): Hints {
  if (existing === undefined) return {};
  const its: Hint = { value: fc.constant(existing.roleArn) };
  return { [`${EBS}.roleArn`]: its, [`${CONNECT}.services[].tls.roleArn`]: its };
}

const HINTS_FOR_SERVICES: Hints = {
  // There are no others without Auto Scaling groups.
  'Cluster.spec.capacityProviders[]': FARGATE_ALONE,
  'Cluster.spec.defaultCapacityProviderStrategy[].capacityProvider': FARGATE_ALONE,
  'DaemonService.spec.capacityProviderStrategy[].capacityProvider': FARGATE_ALONE,
  // A metric is named once.
  'DaemonService.spec.monitoring.metricConfigurations': {
    value: fc.constantFrom(
      [],
      [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
      [{ metricNames: ['MemoryUtilization'], resolutionSeconds: 60 }],
      [
        { metricNames: ['MemoryUtilization'], resolutionSeconds: 20 },
        { metricNames: ['CPUUtilization'], resolutionSeconds: 60 },
      ],
      [{ metricNames: ['MemoryUtilization', 'CPUUtilization'], resolutionSeconds: 20 }],
    ),
  },
  // A fleet has one, under another name.
  'Cluster.spec.serviceConnectDefaults.namespace': { value: fc.constantFrom('', 'its-own') },
  [`${CONNECT}.namespace`]: { value: fc.constant('its-own') },
  [`${CONNECT}.enabled`]: { value: fc.constantFrom(true, true, true, false) },
  [`${CONNECT}.logConfiguration.secretOptions[].valueFrom`]: { value: fc.constantFrom(...SECRETS) },
  [`${BALANCERS}[].loadBalancerName`]: { leftOut: 'there are no Classic Load Balancers' },
  'DaemonService.spec.placementStrategy[].field': {
    value: fc.constantFrom('instanceId', 'cpu', 'memory', 'attribute:ecs.availability-zone'),
  },
  'DaemonService.spec.placementConstraints[].expression': {
    value: fc.constantFrom('attribute:ecs.os-type == linux', 'not(task:group == "service:a b")'),
  },
  'DaemonService.spec.servicePlacementConstraints[].expression': {
    value: fc.constant('attribute:ecs.os-type == linux'),
  },
  'DaemonService.spec.deployment.circuitBreaker.thresholdConfiguration.value': {
    value: fc.integer({ min: 1, max: 100 }),
  },
  // A rollout bakes before it is done.
  'DaemonService.spec.deployment.bakeTimeInMinutes': { value: fc.integer({ min: 0, max: 1 }) },
  [`${EBS}.filesystemType`]: { value: fc.constantFrom('ext3', 'ext4', 'xfs', 'ntfs') },
  [`${EBS}.sizeInGiB`]: { value: fc.integer({ min: 125, max: 1000 }) },
  [`${EBS}.iops`]: { value: fc.integer({ min: 3000, max: 16_000 }) },
  [`${EBS}.throughput`]: { value: fc.integer({ min: 125, max: 1000 }) },
  [`${EBS}.tagSpecifications[].tags`]: { keys: LABEL_KEYS },
};

const CONTAINER = 'DaemonService.spec.containers[]';
const paths = fc.constantFrom('/data', '/etc/daemon', '/var/lib/a b');
const seconds = { value: fc.integer({ min: 2, max: 150 }) };
const PROXY = ['ProxyIngressPort', 'ProxyEgressPort', 'AppPorts', 'EgressIgnoredIPs', 'IgnoredUID'];

const HINTS_FOR_CONTAINERS: Hints = {
  [`${CONTAINER}.portMappings[]`]: {
    choices: [[['containerPort', 'hostPort'], ['containerPortRange']]],
    always: ['containerPort', 'containerPortRange'],
  },
  [`${CONTAINER}.portMappings[].containerPortRange`]: {
    value: fc.integer({ min: 1, max: 65_000 }).map((first) => `${first}-${first + 9}`),
  },
  // Mostly those for which nothing else is needed.
  [`${CONTAINER}.logConfiguration.logDriver`]: {
    value: fc.constantFrom(
      'awslogs',
      'splunk',
      'none',
      'awsfirelens',
      'awsfirelens',
      'awsfirelens',
      'fluentd',
      'gelf',
      'journald',
      'json-file',
      'syslog',
    ),
  },
  [`${CONTAINER}.logConfiguration.secretOptions[].valueFrom`]: { value: fc.constantFrom(...SECRETS) },
  [`${CONTAINER}.startTimeout`]: seconds,
  [`${CONTAINER}.stopTimeout`]: seconds,
  [`${CONTAINER}.environmentFiles[].value`]: {
    value: fc.constantFrom('arn:aws:s3:::bucket/daemon.env', 'arn:aws:s3:::bucket/a b/daemon.env'),
  },
  [`${CONTAINER}.systemControls[].namespace`]: {
    value: fc.constantFrom(
      'net.core.somaxconn',
      'net.ipv4.tcp_keepalive_time',
      'kernel.shmmax',
      'fs.mqueue.msg_max',
    ),
  },
  // Any of them, of which Fargate has one.
  [`${CONTAINER}.linuxParameters.capabilities.add`]: {
    value: fc.oneof(fc.constant(['SYS_PTRACE']), fc.shuffledSubarray(CAPABILITIES)),
  },
  [`${CONTAINER}.linuxParameters.tmpfs[].containerPath`]: { value: paths },
  [`${CONTAINER}.linuxParameters.tmpfs[].mountOptions[]`]: {
    value: fc.constantFrom('ro', 'noexec', 'nosuid', 'mode=755'),
  },
  [`${CONTAINER}.mountPoints[].containerPath`]: { value: paths },
  [`${CONTAINER}.resourceRequirements[]`]: {
    choices: [[['value'], ['sharingStrategy']]],
    always: ['value', 'sharingStrategy'],
  },
  [`${CONTAINER}.resourceRequirements[].value`]: { value: fc.constantFrom('1', '2', 'ALL') },
  // Mostly as it is left out.
  [`${CONTAINER}.firelensConfiguration.options`]: {
    value: fc.constantFrom(
      { 'enable-ecs-log-metadata': 'true' },
      { 'config-file-type': 'file', 'config-file-value': '/extra.conf' },
    ),
  },
  'DaemonService.spec.proxyConfiguration.properties': {
    value: fc.constant(PROXY.map((name) => ({ name, value: '1337' }))),
  },
};

const VOLUME = 'DaemonService.spec.volumes[]';

const VOLUME_KINDS = [
  'host',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  's3filesVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
];

const HINTS_FOR_VOLUMES: Hints = {
  [VOLUME]: { choices: [VOLUME_KINDS.map((kind) => [kind])], always: VOLUME_KINDS },
  // Only these are provided by themselves.
  [`${VOLUME}.dockerVolumeConfiguration.scope`]: { value: fc.constantFrom('shared', 'task') },
  [`${VOLUME}.efsVolumeConfiguration.transitEncryption`]: {
    value: fc.constantFrom('ENABLED', 'ENABLED', 'DISABLED'),
  },
  [`${VOLUME}.efsVolumeConfiguration.authorizationConfig.iam`]: {
    value: fc.constantFrom('ENABLED', 'ENABLED', 'DISABLED'),
  },
  [`${VOLUME}.efsVolumeConfiguration.rootDirectory`]: { value: fc.constantFrom('/', '', '/logs') },
};
