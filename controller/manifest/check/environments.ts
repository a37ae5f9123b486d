import { partitionOf } from '../../aws/partitions.ts';
import { guessIdentity, isReadable, reportOn, specField, whereabouts } from '../candidate.ts';
import type { Candidate, NamedCandidate } from '../candidate.ts';
import { isDefinition } from '../fleet/instances.ts';
import { IMPLICIT_ENVIRONMENT } from '../manifest.ts';
import type { RoleManifest } from '../schema/role.ts';
import { didYouMean } from '../../core/suggest.ts';

/**
 * Whether a file that nobody has ever read is to be taken for one that holds an Environment: by its name. With every unreadable file taken so,
 * a stray link would stop all objects; with none, what belongs to an Environment would be made where the implicit one is.
 */
export function isCalledEnvironment(file: string): boolean {
  return /(?:^|[^a-z])env(?:ironment)?s?(?:[^a-z]|$)/i.test(file.slice(file.lastIndexOf('/') + 1));
}

/** Whether a document is an Environment, or makes some, as far as that can be told. */
export function declaresEnvironments({ kind, document }: Candidate): boolean {
  const its = kind ?? guessIdentity(document.text).kind;
  return its === 'Environment' || its === 'EnvironmentSet';
}

/**
 * Finds out which environment each candidate belongs to, and reports where that cannot be known. `hidden` are places of
 * documents that are Environments but cannot be read: nothing may fall back to the implicit environment then, and be
 * made in the wrong account or VPC. Nor may it where none is declared and files are `unread` that may declare one.
 */
export function resolveEnvironments(
  candidates: readonly NamedCandidate[],
  hidden: readonly string[],
  unread: readonly string[],
): ReadonlyMap<NamedCandidate, string> {
  const declared = new Map(
    candidates.flatMap((candidate) =>
      candidate.ref.kind === 'Environment' ? [[candidate.ref.name, candidate]] : [],
    ),
  );
  const names = [...declared.keys()].toSorted();
  const resolved = new Map<NamedCandidate, string>();
  for (const candidate of candidates) {
    if (candidate.ref.kind === 'Environment' || isDefinition(candidate)) continue;
    if (!isReadable(candidate, ['environment'])) continue;
    const written = specField(candidate, 'environment') as string | undefined;
    const found = findEnvironment(written, { declared, names, hidden, unread });
    if ('name' in found) resolved.set(candidate, found.name);
    else reportOn(candidate, ['spec', 'environment'], found.message);
  }
  return resolved;
}

interface KnownEnvironments {
  readonly declared: ReadonlyMap<string, NamedCandidate>;
  /** Of these, sorted. */
  readonly names: readonly string[];
  readonly hidden: readonly string[];
  readonly unread: readonly string[];
}

function findEnvironment(
  written: string | undefined,
  { declared, names, hidden, unread }: KnownEnvironments,
): { readonly name: string } | { readonly message: string } {
  if (names.length + hidden.length === 0) {
    if (unread.length > 0)
      return {
        message: `no Environment is declared, unless ${unread[0]} does, which cannot be read; correct that first`,
      };
    if (written === undefined || written === IMPLICIT_ENVIRONMENT) return { name: IMPLICIT_ENVIRONMENT };
    return { message: `no Environment is declared; declare Environment/${written}, or remove environment` };
  }
  if (written === undefined && names.length + hidden.length > 1) {
    return {
      message: `environment is missing: several Environments are declared; name one of ${names.join(', ')}`,
    };
  }
  const name = written ?? names[0];
  const environment = name === undefined ? undefined : declared.get(name);
  if (name === undefined || environment === undefined) {
    if (hidden.length > 0)
      return { message: `the Environment at ${hidden.join(' and ')} cannot be read; correct it first` };
    return {
      message: `no Environment is called ${JSON.stringify(name)}; ${didYouMean(name ?? '', names, 'declared are')}`,
    };
  }
  if (environment.findings.length > 0) {
    return {
      message: `Environment/${name} at ${whereabouts(environment)} is wrong itself; correct it first`,
    };
  }
  return { name };
}

/** What the manifests say of where an Environment is; nothing where it is not declared, or is wrong itself. */
interface DeclaredPlace {
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  readonly vpc?: unknown;
}

/** By the name of the Environment. */
export type DeclaredPlaces = ReadonlyMap<string, DeclaredPlace>;

export function declaredPlaces(all: readonly NamedCandidate[]): DeclaredPlaces {
  const declared = all.filter(({ ref }) => ref.kind === 'Environment');
  // Of two with one name, which are both refused, it is the first.
  return new Map(declared.toReversed().map((one) => [one.ref.name, declaredPlace(one)]));
}

function declaredPlace(declared: NamedCandidate): DeclaredPlace {
  if (!isReadable(declared, ['account', 'region', 'roleArn', 'vpc'])) return {};
  const text = (name: string) => specField(declared, name) as string | undefined;
  const [, ofRole, , , accountOfRole] = text('roleArn')?.split(':') ?? [];
  const region = text('region');
  const account = text('account') ?? accountOfRole;
  const partition = region === undefined ? ofRole : partitionOf(region);
  return {
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    ...(partition !== undefined && { partition }),
    vpc: specField(declared, 'vpc'),
  };
}

/** ECS takes roles of its own account only, and a partition's ARNs mean nothing in another. */
export function checkRoleAccounts(
  environments: ReadonlyMap<NamedCandidate, string>,
  places: DeclaredPlaces,
): void {
  for (const [candidate, environment] of environments) {
    if (candidate.ref.kind !== 'DaemonService') continue;
    const place = places.get(environment) ?? {};
    for (const field of ['taskRole', 'executionRole'] as const) {
      if (!isReadable(candidate, [field])) continue;
      const role = (specField(candidate, field) ?? {}) as RoleManifest;
      for (const { arn, at, what, taker, helps } of namedBy(role)) {
        const [, partition, , , account] = arn.split(':');
        const wrong =
          place.account !== undefined && account !== 'aws' && place.account !== account
            ? `the ${what} is of account ${account}, and Environment/${environment} is ${place.account}: ${taker} of its own account only`
            : place.partition !== undefined && place.partition !== partition
              ? `the ${what} is of partition ${partition}, and Environment/${environment} of ${place.partition}`
              : undefined;
        if (wrong !== undefined) reportOn(candidate, ['spec', field, ...at], `${wrong}; ${helps}`);
      }
    }
  }
}

/** What a role names of IAM by its ARN. */
function namedBy({ arn, managedPolicyArns = [], permissionsBoundary = 'none' }: RoleManifest) {
  const policy = {
    what: 'policy',
    taker: 'a role takes policies of AWS and',
    helps: 'name a policy from there',
  } as const;
  const bring = 'bring a role from there, or leave arn out';
  return [
    ...(arn === undefined
      ? []
      : [{ arn, at: ['arn'], what: 'role', taker: 'ECS takes roles', helps: bring } as const]),
    ...managedPolicyArns.map((one, index) => ({
      ...policy,
      arn: one,
      at: ['managedPolicyArns', index] as const,
    })),
    ...(permissionsBoundary === 'none'
      ? []
      : [{ ...policy, arn: permissionsBoundary, at: ['permissionsBoundary'] as const }]),
  ];
}

/** IAM takes into a policy what is of its own partition only. */
export function checkPolicyPartitions(
  environments: ReadonlyMap<NamedCandidate, string>,
  places: DeclaredPlaces,
): void {
  for (const [candidate, environment] of environments) {
    const { partition } = places.get(environment) ?? {};
    if (candidate.ref.kind !== 'DaemonService' || partition === undefined) continue;
    for (const field of ['taskRole', 'executionRole'] as const) {
      if (!isReadable(candidate, [field])) continue;
      const { statements = [] } = (specField(candidate, field) ?? {}) as RoleManifest;
      for (const [index, { resources }] of statements.entries()) {
        for (const [at, resource] of resources.entries()) {
          const [, its = '*'] = resource.split(':');
          if (its === '*' || its === partition) continue;
          reportOn(
            candidate,
            ['spec', field, 'statements', index, 'resources', at],
            `the resource is of partition ${its}, and Environment/${environment} of ${partition}, whose IAM takes no other; write arn:${partition}:…`,
          );
        }
      }
    }
  }
}
