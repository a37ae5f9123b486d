import { createHash } from 'node:crypto';
import type { CallsFetched } from '../../sandbox/fetched.ts';

const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
});

/** The one image that every repository of a fleet has, by what manifests may name it by. */
export const IMAGE = {
  tag: '3.x',
  digest: `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`,
} as const;

/** Pushes it into all repositories that there are, as people do once they have applied them: before that no task is started. */
export async function pushImages(call: CallsFetched): Promise<void> {
  const { repositories = [] } = (await call('ecr', 'DescribeRepositories', {})) as {
    readonly repositories?: readonly { readonly repositoryName: string }[];
  };
  for (const { repositoryName } of repositories) {
    await call('ecr', 'PutImage', { repositoryName, imageManifest: MANIFEST, imageTag: IMAGE.tag });
  }
}
