import { whyNotNamed } from '../../core/name-rules.ts';
import { groupBy } from '../../core/order.ts';
import { closest } from '../../core/suggest.ts';
import { REPOSITORY_NAMING } from '../../kinds/repository/facts.ts';
import { isReadable, nameAndPlace, reportOn, specField, warnOn } from '../candidate.ts';
import type { NamedCandidate } from '../candidate.ts';
import { repositoryName } from '../names.ts';
import type { ContainerManifest } from '../schema/daemon-service.ts';

/**
 * The repositories that images are in. What no manifest of the Environment declares may exist in ECR, so that a name that is nearly that
 * of a Repository is only told.
 */
export function checkRepositories(environments: ReadonlyMap<NamedCandidate, string>): void {
  const declared = groupBy(
    [...environments].filter(([{ ref }]) => ref.kind === 'Repository'),
    ([, environment]) => environment,
  );
  for (const [candidate, environment] of environments) {
    if (candidate.ref.kind !== 'DaemonService' || !isReadable(candidate, ['containers'])) continue;
    const here = (declared.get(environment) ?? []).map(([one]) => one);
    const byName = new Map(here.map((one) => [one.ref.name, one]));
    const known = new Set([...byName.keys(), ...here.flatMap(nameInEcr)]);
    const containers = specField(candidate, 'containers') as readonly ContainerManifest[];
    containers.forEach(({ image }, nth) => {
      if (typeof image === 'string' || known.has(image.repository)) return;
      const { repository } = image;
      const path = ['spec', 'containers', nth, 'image', 'repository'];
      const meant = byName.get(closest(repository, [...byName.keys()]) ?? '');
      const hint = meant === undefined ? '' : `did you mean ${nameAndPlace(meant)}?`;
      const why = whyNotNamed(REPOSITORY_NAMING, repository);
      if (why !== undefined) {
        const helps = hint === '' ? 'declare a Repository of this name, or name one that is in ECR' : hint;
        reportOn(
          candidate,
          path,
          `no Repository is called so here, and as a name in ECR it ${why}; ${helps}`,
        );
      } else if (hint !== '') {
        warnOn(candidate, path, `no Repository is called so here, so that one of ECR is used; ${hint}`);
      }
    });
  }
}

function nameInEcr(candidate: NamedCandidate): readonly string[] {
  if (!isReadable(candidate, ['repositoryName'])) return [];
  const written = specField(candidate, 'repositoryName') as string | undefined;
  return [repositoryName(candidate.ref.name, { ...(written !== undefined && { repositoryName: written }) })];
}
