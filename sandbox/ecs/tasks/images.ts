/** A container image by name, as a registry is asked for it. */
export interface ImageReference {
  /** With the registry that a bare name means. */
  readonly text: string;
  readonly tag: string;
  readonly manifestUrl: string;
}

const DOCKER_HUB = 'docker.io';

/** `public.ecr.aws/xray/aws-xray-daemon:3.x`; `nginx` is `docker.io/library/nginx:latest`. */
export function imageReference(image: string): ImageReference {
  const [first = '', ...rest] = image.split('/');
  const named = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = named ? first : DOCKER_HUB;
  const path = named ? rest.join('/') : rest.length > 0 ? image : `library/${image}`;
  const tag = tagOf(image);
  const repository = path.endsWith(`:${tag}`) ? path.slice(0, -tag.length - 1) : path;
  const server = host === DOCKER_HUB ? 'registry-1.docker.io' : host;
  return {
    text: `${host}/${repository}:${tag}`,
    tag,
    manifestUrl: `https://${server}/v2/${repository}/manifests/${tag}`,
  };
}

/** `3.x` of `public.ecr.aws/xray/aws-xray-daemon:3.x`; a digest after it does not count. */
export function tagOf(image: string): string {
  const [named = ''] = image.slice(image.lastIndexOf('/') + 1).split('@');
  const colon = named.indexOf(':');
  return colon === -1 ? 'latest' : named.slice(colon + 1);
}
