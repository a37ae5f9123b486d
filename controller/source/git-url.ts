/** A remote that git may be pointed at. It never holds a credential: such URLs are refused. */
interface GitRemote {
  /** As git gets it: https://, ssh://, user@host:path, file://, or http:// on loopback. */
  readonly url: string;
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
}

export type GitRemoteResult =
  | { readonly ok: true; readonly remote: GitRemote }
  /** `problem` never quotes the URL. */
  | { readonly ok: false; readonly problem: string };

const GIT_URL_FORMS =
  'https://host/path, ssh://user@host/path, user@host:path, file:///path or an absolute path';

/** `user@host:path` or `host:path`; a colon or `@` in the path would be somebody's password. */
const SCP_LIKE = /^(?:[A-Za-z0-9_][\w.-]*@)?(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\]):[^-\s@:][^\s@:]*$/;
const HOST = /^(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\])$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * The allow-list of remotes (reference: faults-and-bad-input, "Git"). Whatever git would take for an option, a
 * remote helper (`ext::`), a plain-text transport or a place for credentials is refused.
 */
export function parseGitUrl(text: string): GitRemoteResult {
  if (text === '') return refuse(`it is empty; valid are ${GIT_URL_FORMS}`);
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) {
    return refuse('it holds a space, a backslash or a control character');
  }
  if (text.startsWith('-')) return refuse('it starts with "-", which git would take for an option');
  if (/^[\w+.-]*::/.test(text)) return refuse(`remote helpers are not allowed; valid are ${GIT_URL_FORMS}`);
  if (text.startsWith('/')) return accept(`file://${encodeURI(text)}`, 'file');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1];
  if (scheme !== undefined) return parseWithScheme(scheme.toLowerCase(), text.slice(scheme.length + 3));
  if (SCP_LIKE.test(text)) return accept(text, 'ssh');
  if (text.includes('@')) return refuse(`it is none of ${GIT_URL_FORMS}; ${NO_CREDENTIALS}`);
  return refuse(`it is none of ${GIT_URL_FORMS}`);
}

const NO_CREDENTIALS = 'a URL must not hold a password or token: use --git-token-file (https) or a key (ssh)';

function parseWithScheme(scheme: string, rest: string): GitRemoteResult {
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh' && scheme !== 'file') {
    return refuse(`its scheme is not allowed; valid are ${GIT_URL_FORMS}`);
  }
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? '' : authority.slice(0, at);
  // A token is often put where the user name belongs, so https takes neither.
  if (scheme === 'ssh' ? !/^[\w.-]*$/.test(user) || user.startsWith('-') : at !== -1) {
    return refuse(NO_CREDENTIALS);
  }
  if (scheme !== 'file' && /[?#]/.test(rest))
    return refuse(`it holds a query or fragment; ${NO_CREDENTIALS}`);
  if (path.length < 2) return refuse('it names no repository; a path must follow the host');
  const url = `${scheme}://${rest}`;
  if (scheme === 'file') {
    return authority === '' ? accept(url, scheme) : refuse('a file URL names no host: file:///absolute/path');
  }
  const [, host = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(authority.slice(at + 1)) ?? [];
  if (!HOST.test(host) || Number(port ?? 1) > 65_535) return refuse('its host is not a host name or address');
  if (scheme === 'http' && !LOOPBACK.test(host)) {
    return refuse('plain http is allowed on loopback only: use https or ssh');
  }
  return accept(url, scheme);
}

export type GitPathResult =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string };

/** A path inside the repository, normalised: no leading `./`, no trailing `/`; empty for its root. */
export function parseGitPath(text: string): GitPathResult {
  if (/[\\\p{Cc}\p{Cf}]/u.test(text)) return refuse('it holds a backslash or a control character');
  if (text.startsWith('/')) return refuse("it starts with '/'; it is relative to the repository's root");
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return refuse("it holds '..'; it must stay inside the repository");
  return { ok: true, path: segments.join('/') };
}

function accept(url: string, protocol: GitRemote['protocol']): GitRemoteResult {
  return { ok: true, remote: { url, protocol } };
}

function refuse(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
