/** A container image by name, as a registry is asked for it. */
export interface ImageReference {
  /** With the registry that a bare name means. */
  readonly text: string;
  readonly host: string;
  readonly repository: string;
  /** `latest` where nothing else is said. */
  readonly tag: string;
  readonly digest: string | undefined;
  readonly manifestUrl: string;
}

const DOCKER_HUB = 'docker.io';

/** `public.ecr.aws/xray/aws-xray-daemon:3.x`; `nginx` is `docker.io/library/nginx:latest`. */
export function imageReference(image: string): ImageReference {
  const [name = '', digest] = image.split('@');
  const [first = '', ...rest] = name.split('/');
  const named = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = named ? first : DOCKER_HUB;
  const path = named ? rest.join('/') : rest.length > 0 ? name : `library/${name}`;
  const tag = tagOf(image);
  const isTagged = path.endsWith(`:${tag}`);
  const repository = isTagged ? path.slice(0, -tag.length - 1) : path;
  const server = host === DOCKER_HUB ? 'registry-1.docker.io' : host;
  const byTag = isTagged || digest === undefined ? `:${tag}` : '';
  return {
    text: `${host}/${repository}${byTag}${digest === undefined ? '' : `@${digest}`}`,
    host,
    repository,
    tag,
    digest,
    manifestUrl: `https://${server}/v2/${repository}/manifests/${digest ?? tag}`,
  };
}

/** `3.x` of `public.ecr.aws/xray/aws-xray-daemon:3.x`; a digest after it does not count. */
export function tagOf(image: string): string {
  const [named = ''] = image.slice(image.lastIndexOf('/') + 1).split('@');
  const colon = named.indexOf(':');
  return colon === -1 ? 'latest' : named.slice(colon + 1);
}
