import { FIELDS } from '../../../../controller/kinds/repository/spec.ts';
import type { RepositorySpec } from '../../../../controller/kinds/repository/spec.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../../sandbox/sandbox.ts';
import { compareText } from '../../../../controller/core/order.ts';
import { canonicalJson } from '../../../../controller/core/ownership.ts';
import type { Desired } from '../../../../controller/core/resource.ts';
import { expandManifests } from '../../../../controller/manifest/expand/index.ts';
import { parseManifests } from '../../../../controller/manifest/parse.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What AWS has where nothing is said, of fields to which the language gives no default; by the field or kind that they are in. */
const DEFAULTS: Readonly<Record<string, Fields>> = {
  role: { path: '/', permissionsBoundary: null },
  namespace: { description: '', soaTtl: 15 },
  'discovery-service': { description: '', routingPolicy: 'MULTIVALUE' },
  'task-definition': { cpuArchitecture: 'X86_64', requiresCompatibilities: ['FARGATE'] },
  containers: { cpu: 0, versionConsistency: 'enabled' },
  healthCheck: { startPeriod: 0 },
  portMappings: { hostPort: 0 },
  restartPolicy: { restartAttemptPeriod: 300 },
  proxyConfiguration: { type: 'APPMESH' },
  dockerVolumeConfiguration: { scope: 'task', driver: 'local' },
  efsVolumeConfiguration: { rootDirectory: '/', transitEncryption: 'DISABLED', authorizationConfig: {} },
  s3filesVolumeConfiguration: { rootDirectory: '/' },
  service: {
    propagateTags: 'SERVICE',
    healthCheckGracePeriodSeconds: 0,
    bakeTimeInMinutes: 0,
    monitoring: { CPUUtilization: 60, MemoryUtilization: 60 },
  },
  accessLogConfiguration: { includeQueryParameters: 'DISABLED' },
  capacityProviderStrategy: { weight: 0, base: 0 },
  defaultCapacityProviderStrategy: { weight: 0, base: 0 },
  circuitBreaker: { resetOnHealthyTask: true },
  // An empty name is no namespace.
  cluster: { configuration: {}, serviceConnectDefaults: { namespace: '' } },
  configuration: { executeCommandConfiguration: {} },
  executeCommandConfiguration: { logging: 'DEFAULT' },
  tagSpecifications: { propagateTags: 'NONE' },
  authorizationConfig: { iam: 'DISABLED' },
  targetTracking: { scaleInCooldown: 300, scaleOutCooldown: 300 },
  metrics: { returnData: true },
};

/** Lists whose order means nothing, and in which nothing means more for being said twice. */
const SETS = new Set(
  (
    'actions add alarmNames capacityProviders containers dockerSecurityOptions drop egress ignoredExitCodes ' +
    'imageTagMutabilityExclusionFilters ingress managedPolicyArns metrics permissions requiresCompatibilities resources tagPatternList tagPrefixList targetTracking ulimits'
  ).split(' '),
);

/** What manifests want of AWS, as `kind/name` → spec, in a form in which what means the same is equal. */
export function meaningOf(text: string): ReadonlyMap<string, unknown> {
  const { manifests, errors } = parseManifests([{ file: 'manifests.yaml', text }]);
  if (errors.length > 0) throw new Error(errors.map(({ path, message }) => `${path} ${message}`).join('\n'));
  return new Map(
    expandManifests(manifests)
      .desired.filter(({ id }) => id.kind !== 'given-security-group')
      .map((desired) => {
        const { kind, name } = desired.id;
        return [`${kind}/${name}`, normal(kind, { management: desired.management, ...toldByAws(desired) })];
      }),
  );
}

/** Leaves out what the name of a manifest is in, which AWS does not know, and what is nowhere in AWS. */
function toldByAws({ id, spec }: Desired): Fields {
  // Which namespace of Service Connect a manifest declares is told by its name.
  const { description, policyName, connectNamespace: _named, ...told } = spec as Fields;
  if (id.kind === 'role') {
    const { statements } = told;
    return Array.isArray(statements) && statements.length > 0 ? { ...told, policyName } : told;
  }
  if (id.kind === 'service') {
    const { scaledBy, ...itself } = told;
    return scaledBy === 'others' ? itself : told;
  }
  if (id.kind === 'cluster') return told;
  if (id.kind === 'repository') return repositoryIn(spec as RepositorySpec);
  if (id.kind === 'security-group-rule') {
    // By what a consumer's group is named is told by its manifest alone.
    const { consumer: _named, ...rule } = told;
    return rule;
  }
  if (id.kind === 'security-group') {
    const isDerived = String(description).startsWith('Tasks of daemon service ');
    return withRulesOf(isDerived ? told : (spec as Fields));
  }
  return spec as Fields;
}

/** As a new one has what is not said; the key that AWS keeps for ECR has an ARN. */
function repositoryIn({
  name,
  forceDelete,
  encryptionConfiguration: encryption,
  ...said
}: RepositorySpec): Fields {
  const shown = Object.entries(FIELDS).map(([field, row]) => [
    field,
    // The row that takes it made it.
    row.observed(row.toAws(said[field as keyof typeof said] as never) as never),
  ]);
  return {
    ...Object.fromEntries(shown),
    name,
    forceDelete,
    encryptionConfiguration: encryption?.encryptionType ?? 'AES256',
  };
}

/** Whose a group is that a rule is for, AWS tells of other accounts only. */
function withRulesOf({ ingress, egress, ...rest }: Fields): Fields {
  const shown = (rules: unknown): unknown =>
    Array.isArray(rules)
      ? rules.map(({ userId, ...rule }: Fields) =>
          userId === undefined || userId === DEFAULT_ACCOUNT_ID ? rule : { ...rule, userId },
        )
      : rules;
  return { ...rest, ingress: shown(ingress), egress: shown(egress) };
}

function normal(name: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => normal(name, item));
    return SETS.has(name) ? asSet(items) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (name === 'conditions' || name === 'trustConditions') return withLists(value);
  const fields = Object.entries({ ...DEFAULTS[name], ...value });
  return Object.fromEntries(
    fields.map(([field, inner]) => [field, normal(field, inner)]).filter(([, inner]) => !isNothing(inner)),
  );
}

function asSet(items: readonly unknown[]): readonly unknown[] {
  const texts = [...new Set(items.map(canonicalJson))];
  return texts.toSorted(compareText).map((text): unknown => JSON.parse(text));
}

/** IAM takes one value for a list of one, in any order. */
function withLists(conditions: object): unknown {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, tests]: [string, Fields]) => [
      operator,
      Object.fromEntries(Object.entries(tests).map(([key, values]) => [key, asSet([values].flat())])),
    ]),
  );
}

/** AWS has no other word for what is not said. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === false || ['[]', '{}'].includes(canonicalJson(value));
}
