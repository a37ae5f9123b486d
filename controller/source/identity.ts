import { createHash } from 'node:crypto';

/** Values of AWS tags: at most so long, and of these characters alone (IAM's are the narrowest). */
const LONGEST = 256;
const REFUSED = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;
const DIGEST_DIGITS = 16;

/**
 * What a source is known by in the tags of its resources, `github.com/acme/infra//live`: the repository whatever scheme, user, port and
 * case its URL has and whether it ends with `.git`, and the path in it. Branches are not told apart.
 */
export function repositoryId(url: string, path: string): string {
  const where = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(?<host>\[[^\]]*\]|[^/:]*)(?::\d+)?(?<path>\/.*)$/i.exec(
    url,
  );
  const scp = /^(?:[^/@]*@)?(?<host>\[[^\]]*\]|[^/:]+):(?<path>.*)$/.exec(url);
  const { host = '', path: repository = url } = (where ?? scp)?.groups ?? {};
  const name = repository
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  const root = `${host === '' ? '' : host}/${name}`.toLowerCase();
  return tagValue(path === '' ? root : `${root}//${path}`);
}

/** What a folder is known by that is in no repository with a remote. */
export function folderId(realPath: string): string {
  return tagValue(realPath);
}

/** Text as a tag may hold it: what it must not hold is replaced, and then, or where it is too long, a digest tells it from others. */
export function tagValue(text: string): string {
  const clean = text.replaceAll(REFUSED, '-');
  if (clean === text && text.length <= LONGEST) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
  return `${clean.slice(0, LONGEST - DIGEST_DIGITS - 1)}@${digest}`;
}
