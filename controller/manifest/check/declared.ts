import { groupBy } from '../../core/order.ts';
import { isReadable, specField } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { nameInAws } from '../names.ts';

/** Finds a Cluster or a Namespace of an Environment by what others call it: its metadata.name, and else its name in AWS. */
export type FindDeclared = (environment: string, called: string) => NamedCandidate | undefined;

export function declaredBy(
  kind: 'Cluster' | 'Namespace',
  environments: ReadonlyMap<NamedCandidate, string>,
): FindDeclared {
  const ofKind = [...environments].filter(([{ ref }]) => ref.kind === kind);
  const byEnvironment = new Map(
    [...groupBy(ofKind, ([, environment]) => environment)].map(([environment, its]) => [
      environment,
      new Map([
        ...its.map(([one]) => [awsNameOf(one), one] as const),
        ...its.map(([one]) => [one.ref.name, one] as const),
      ]),
    ]),
  );
  return (environment, called) => byEnvironment.get(environment)?.get(called);
}

/** What a Cluster or Namespace is called in AWS; of one that does not say it so that it can be read, its own name. */
export function awsNameOf(candidate: NamedCandidate): string {
  const { name } = candidate.ref;
  const written = isReadable(candidate, ['name'])
    ? (specField(candidate, 'name') as string | undefined)
    : undefined;
  return nameInAws(name, written === undefined ? {} : { name: written });
}
