import type { NamespaceType } from '../../kinds/namespace/facts.ts';
import type { ManifestOf } from '../manifest.ts';
import { nameInAws, repositoryName } from '../names.ts';

/**
 * What manifests declare in one Environment, by what others call it there: its metadata.name, and else its name in AWS. What is not among
 * it has to exist in AWS under the name that it is called by.
 */
export interface Declared {
  /** Their names in AWS. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly namespaces: ReadonlyMap<string, DeclaredNamespace>;
  readonly repositories: ReadonlyMap<string, string>;
}

export interface DeclaredNamespace {
  /** In AWS. */
  readonly name: string;
  readonly type: NamespaceType;
}

export const NOTHING_DECLARED: Declared = {
  clusters: new Map(),
  namespaces: new Map(),
  repositories: new Map(),
};

interface ManifestsHere {
  readonly clusters: readonly ManifestOf<'Cluster'>[];
  readonly namespaces: readonly ManifestOf<'Namespace'>[];
  readonly repositories: readonly ManifestOf<'Repository'>[];
}

export function declaredHere({ clusters, namespaces, repositories }: ManifestsHere): Declared {
  return {
    clusters: byWhatTheyAreCalled(
      clusters.map(({ metadata, spec }) => {
        const name = nameInAws(metadata.name, spec);
        return [metadata.name, name, name];
      }),
    ),
    namespaces: byWhatTheyAreCalled(
      namespaces.map(({ metadata, spec }) => {
        const name = nameInAws(metadata.name, spec);
        return [metadata.name, name, { name, type: spec.type ?? 'private-dns' }];
      }),
    ),
    repositories: byWhatTheyAreCalled(
      repositories.map(({ metadata, spec }) => {
        const name = repositoryName(metadata.name, spec);
        return [metadata.name, name, name];
      }),
    ),
  };
}

function byWhatTheyAreCalled<Found>(
  all: readonly (readonly [own: string, inAws: string, found: Found])[],
): ReadonlyMap<string, Found> {
  return new Map([
    ...all.map(([, inAws, found]) => [inAws, found] as const),
    ...all.map(([own, , found]) => [own, found] as const),
  ]);
}
