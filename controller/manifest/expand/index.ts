import { MANIFEST_KINDS, objectKey, resourceKey } from '../../core/resource.ts';
import type { Desired, ManifestKind, ManifestRef, ResourcePolicy } from '../../core/resource.ts';
import type { Schedule, StagedDefinition } from '../../core/rollout/schedule.ts';
import type { Target } from '../../core/rollout/target.ts';
import type { SecretRules } from '../../core/secrets.ts';
import { KIND_NAMES } from '../../kinds/facts.ts';
import { logGroupFacts } from '../../kinds/log-group/facts.ts';
import { environmentsOf, refOf } from '../manifest.ts';
import type { Manifest } from '../manifest.ts';
import { compareText, groupBy } from '../../core/order.ts';
import { expandCluster, externalCluster } from './cluster.ts';
import { declaredHere } from './declared.ts';
import { expandDaemonService } from './daemon-service.ts';
import { expandEnvironment, implicitEnvironment } from './environment.ts';
import type { EnvironmentTarget } from './environment.ts';
import { lookedUpFor } from './looked-up.ts';
import { expandNamespace, externalNamespace } from './namespace.ts';
import { policyOf } from './policy.ts';
import { expandRepository, externalRepository } from './repository.ts';
import type { ContainerLog } from './container-logs.ts';
import type { Reached } from './reached.ts';
import type { IamDefaults } from './roles.ts';
import { sharedRole } from './roles.ts';
import { schedulesOf, stagedDefinitions } from '../rollout/staged.ts';
import type { StagingInput } from '../rollout/staged.ts';

/** An object that people declared, as status reports it. */
export interface DeclaredObject {
  readonly manifest: ManifestRef;
  readonly environment: string;
  /** `xray.services.example.org:2000`: what applications are told. Only of a daemon service in service discovery. */
  readonly endpoint?: string;
  readonly policy: ResourcePolicy;
  /** Of a daemon service. */
  readonly reached?: Reached;
  /** Of a daemon service: where its containers log in CloudWatch Logs. */
  readonly logs?: readonly ContainerLog[];
  readonly declared: true;
}

export interface Expansion {
  /** By name; the implicit `default` where none is declared. */
  readonly environments: readonly EnvironmentTarget[];
  /** What holds for the roles of an Environment that say nothing themselves, by its name. */
  readonly iam?: ReadonlyMap<string, IamDefaults>;
  /** One per manifest, by kind and name. */
  readonly objects: readonly DeclaredObject[];
  /** By environment, kind in the order of creation, and name. */
  readonly desired: readonly Desired[];
  /** Definitions that go through a Rollout, by kind, name and where they were written. */
  readonly staged?: readonly StagedDefinition[];
  /** Rollouts, whether any definition names them or not, by name. */
  readonly schedules?: readonly Schedule[];
}

/**
 * What the manifests want of AWS. parseManifests has accepted them, so that names are unique and environments known. The result does not
 * depend on their order. `secretRules` go along, for those who show it.
 */
export function expandManifests(
  manifests: readonly Manifest[],
  secretRules: SecretRules = [],
  { rollouts = [], unfit = [] }: Partial<Pick<StagingInput, 'rollouts' | 'unfit'>> = {},
): Expansion {
  const sorted = manifests.toSorted(byKindAndName);
  const declared = sorted.filter(isKind('Environment')).map(expandEnvironment);
  const environments = declared.length === 0 ? [implicitEnvironment()] : declared;
  const byName = new Map(environments.map((one) => [one.target.name, one]));
  const environmentOf = environmentsOf(sorted);
  const staged = stagedDefinitions({ manifests: sorted, rollouts, unfit, environmentOf });
  const targets = targetsOf(staged);

  const clusters = groupBy(sorted.filter(isKind('Cluster')), environmentOf);
  const namespaces = groupBy(sorted.filter(isKind('Namespace')), environmentOf);
  const repositories = groupBy(sorted.filter(isKind('Repository')), environmentOf);
  const named = new Map(
    environments.map(({ target: { name } }) => [
      name,
      declaredHere({
        clusters: clusters.get(name) ?? [],
        namespaces: namespaces.get(name) ?? [],
        repositories: repositories.get(name) ?? [],
      }),
    ]),
  );
  const daemons = sorted.filter(isKind('DaemonService')).map((manifest) => {
    const environment = environmentOf(manifest);
    const expansion = expandDaemonService(
      manifest,
      environment,
      byName.get(environment)!,
      named.get(environment),
    );
    return { ref: refOf(manifest), environment, ...expansion };
  });
  const daemonsByKey = new Map(daemons.map((one) => [objectKey(one.environment, one.ref), one]));
  const sharing = new Set(daemons.flatMap((one) => (one.sharesExecutionRole ? one.environment : [])));
  const ours: readonly Desired[] = [
    ...environments.map(({ desired }) => desired),
    ...sorted.filter(isKind('Cluster')).map((manifest) => {
      const environment = environmentOf(manifest);
      return expandCluster(manifest, environment, named.get(environment)!);
    }),
    ...sorted
      .filter(isKind('Namespace'))
      .map((manifest) => expandNamespace(manifest, environmentOf(manifest))),
    ...sorted
      .filter(isKind('Repository'))
      .map((manifest) => expandRepository(manifest, environmentOf(manifest))),
    ...environments
      .filter(({ target: { name } }) => sharing.has(name))
      .map((one) => sharedRole(one.desired, one.iam)),
    ...daemons.flatMap(({ desired, environment, ref }) => {
      const target = targets.get(objectKey(environment, ref));
      return target === undefined ? desired : desired.map((one) => ({ ...one, target }));
    }),
  ];
  const yielding = yieldingOnes(
    daemons.flatMap((one) => one.yielding),
    ours,
  );
  const used: readonly Desired[] = daemons.flatMap(({ ref, cluster, namespace, repositories: named }) => [
    externalCluster(cluster, ref),
    ...(namespace === undefined ? [] : [externalNamespace(namespace, ref)]),
    ...named.map((id) => externalRepository(id, ref)),
  ]);

  return {
    environments: environments.map(({ target }) => target),
    iam: new Map(environments.map(({ target, iam }) => [target.name, iam])),
    objects: sorted.map((manifest) => {
      const environment = environmentOf(manifest);
      const { endpoint, reached, logs } = daemonsByKey.get(objectKey(environment, refOf(manifest))) ?? {};
      return {
        manifest: refOf(manifest),
        environment,
        ...(endpoint !== undefined && { endpoint }),
        policy: policyOf(manifest),
        ...(reached !== undefined && { reached }),
        ...(logs !== undefined && { logs }),
        declared: true,
      };
    }),
    desired: firstOfEach([...ours, ...yielding, ...used, ...lookedUpFor(ours)])
      .toSorted(byResource)
      .map((one) => (secretRules.length === 0 ? one : withRules(one, secretRules))),
    staged,
    schedules: schedulesOf(rollouts),
  };
}

/** What each object is to be, by its key. */
function targetsOf(staged: readonly StagedDefinition[]): ReadonlyMap<string, Target> {
  return new Map(
    staged.flatMap(({ manifest, members }) =>
      members.map(({ environment, target }) => [objectKey(environment, manifest), target] as const),
    ),
  );
}

/** Each once, with what others want of it. What a daemon has as its own group is left to it: two Environments may be one Region of one account. */
function yieldingOnes(yielding: readonly Desired[], ours: readonly Desired[]): readonly Desired[] {
  const made = new Set(ours.filter(({ id }) => id.kind === logGroupFacts.name).map(({ id }) => id.name));
  const free = yielding.filter(({ id }) => !made.has(id.name));
  return [...groupBy(free, ({ id }) => resourceKey(id)).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : { ...first, yields: { ...first.yields, others } },
  );
}

function withRules(desired: Desired, secretRules: SecretRules): Desired {
  const { yields } = desired;
  if (yields === undefined) return { ...desired, secretRules };
  const others = yields.others.map((one) => withRules(one, secretRules));
  return { ...desired, secretRules, yields: { ...yields, others } };
}

/** What is declared comes before what is only used, and so prevails. */
function firstOfEach(desired: readonly Desired[]): readonly Desired[] {
  const seen = new Set<string>();
  return desired.filter(({ id }) => {
    const key = resourceKey(id);
    return seen.has(key) ? false : seen.add(key);
  });
}

function isKind<Kind extends ManifestKind>(kind: Kind) {
  return (manifest: Manifest): manifest is Extract<Manifest, { kind: Kind }> => manifest.kind === kind;
}

function byKindAndName(a: Manifest, b: Manifest): number {
  const byKind = MANIFEST_KINDS.indexOf(a.kind) - MANIFEST_KINDS.indexOf(b.kind);
  return (
    byKind ||
    compareText(a.metadata.name, b.metadata.name) ||
    compareText(writtenEnvironment(a), writtenEnvironment(b))
  );
}

function writtenEnvironment(manifest: Manifest): string {
  return manifest.kind === 'Environment' ? '' : (manifest.spec.environment ?? '');
}

/** Each kind's place in the order of creation. */
const RANKS: ReadonlyMap<string, number> = new Map(KIND_NAMES.map((name, rank) => [name, rank]));

function byResource({ id: a }: Desired, { id: b }: Desired): number {
  return (
    compareText(a.environment, b.environment) ||
    RANKS.get(a.kind)! - RANKS.get(b.kind)! ||
    compareText(a.name, b.name) ||
    compareText(a.scope ?? '', b.scope ?? '')
  );
}
