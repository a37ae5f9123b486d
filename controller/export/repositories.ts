import type { Account } from '../aws/account.ts';
import { writtenOf } from '../core/fields/table.ts';
import { compareText } from '../core/order.ts';
import { lifecyclePolicyIn } from '../kinds/repository/definition.ts';
import { isForced } from '../kinds/repository/facts.ts';
import { POLICIES, REPOSITORY } from '../kinds/repository/fields.ts';
import type { ImageManifest } from '../kinds/task-definition/images.ts';
import type { DaemonServiceManifestSpec } from '../manifest/schema/daemon-service.ts';
import type { RepositoryManifestSpec } from '../manifest/schema/repository.ts';
import { present } from './exported.ts';
import type { ExportedManifest } from './exported.ts';
import { freeLabel } from './labels.ts';
import type { AppliedAs } from './owned.ts';
import { environmentIn } from './surroundings.ts';
import type { Written } from './surroundings.ts';

type AccountRepository = Account['repositories'][number];

/** A repository that gets a manifest. */
export interface WrittenRepository {
  /** What an image in it is called before its tag or digest. */
  readonly uri: string;
  readonly environment: string;
  readonly manifest: Extract<ExportedManifest, { kind: 'Repository' }>;
}

/** Repositories that are applied already, or that images of what is written are in, by name. */
export function repositoriesOf(
  { repositories, tags }: Account,
  written: readonly Written[],
  appliedAs: AppliedAs,
  environmentField: (environment: string) => string | undefined,
): readonly WrittenRepository[] {
  const applied = ({ repository }: AccountRepository) => appliedAs(repository.repositoryArn, 'Repository');
  const taken = new Set(repositories.flatMap((one) => applied(one)?.manifest.name ?? []));
  return repositories.toSorted(byName).flatMap((one): readonly WrittenRepository[] => {
    const { repositoryName = '', repositoryUri: uri = '' } = one.repository;
    const users = written.filter(({ spec }) => spec.containers.some(({ image }) => whichIn(uri, image)));
    const own = applied(one);
    const environment = environmentIn(own === undefined ? users : [], own, written);
    if (environment === undefined) return [];
    const name = own?.manifest.name ?? freeLabel([repositoryName], taken);
    const annotations = own === undefined ? {} : { annotations: own.annotations };
    const isForcedNow = isForced(tags.get(one.repository.repositoryArn ?? '') ?? {});
    const spec = {
      ...specOf(one, name, environmentField(environment)),
      ...(isForcedNow && { forceDelete: true }),
    };
    return [{ uri, environment, manifest: { kind: 'Repository', name, spec, notes: [], ...annotations } }];
  });
}

function byName({ repository: a }: AccountRepository, { repository: b }: AccountRepository): number {
  return compareText(a.repositoryName ?? '', b.repositoryName ?? '');
}

function specOf(
  { repository, lifecyclePolicyText, policyText }: AccountRepository,
  name: string,
  environment: string | undefined,
): RepositoryManifestSpec {
  const { repositoryName = '' } = repository;
  return present({
    environment,
    repositoryName: repositoryName === name ? undefined : repositoryName,
    ...writtenOf(REPOSITORY.fields, repository),
    ...writtenOf(POLICIES.fields, {
      lifecyclePolicy: lifecyclePolicyText && lifecyclePolicyIn(lifecyclePolicyText),
      repositoryPolicy: policyText && (JSON.parse(policyText) as object),
    }),
  });
}

/** The daemon service with its images by the repositories that they are in, as far as these are written in its Environment. */
export function withRepositories(
  spec: DaemonServiceManifestSpec,
  environment: string,
  repositories: readonly WrittenRepository[],
): DaemonServiceManifestSpec {
  const here = repositories.filter((one) => one.environment === environment);
  const containers = spec.containers.map((container) => {
    const [image = container.image] = here.flatMap(({ uri, manifest }) => {
      const which = whichIn(uri, container.image);
      return which === undefined ? [] : [{ repository: manifest.name, ...which }];
    });
    return { ...container, image };
  });
  return { ...spec, containers };
}

/** Which image of a repository it is; undefined where it is of another, or is told otherwise than by one tag or digest. */
function whichIn(
  uri: string,
  image: ImageManifest,
): Omit<Exclude<ImageManifest, string>, 'repository'> | undefined {
  if (typeof image !== 'string' || !image.startsWith(uri)) return undefined;
  const [, tag, digest] = /^(?::([^@:/]+)|@(.+))$/.exec(image.slice(uri.length)) ?? [];
  if (tag !== undefined) return { tag };
  return digest === undefined ? undefined : { digest };
}
