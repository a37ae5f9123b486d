import { resolve } from 'node:path';
import type { Secret } from '../core/ports.ts';
import type { Credentials, Environment } from './git-process.ts';

/** How git makes itself known to the remote; without one of these it does so by what the user's own configuration brings. */
export type GitAccess =
  | { readonly type: 'token'; readonly username: string; readonly token: Secret }
  /** The paths hold no quotation marks, backslashes and `${`, which ssh cannot take. */
  | {
      readonly type: 'ssh';
      readonly keyFile?: string | undefined;
      readonly knownHostsFile?: string | undefined;
    };

/**
 * Prints what the environment holds when git asks for a credential, and nothing when it wants one stored or forgotten.
 * `printf` and `test` are the shell's own, so that no other process gets to see the token.
 */
const CREDENTIAL_HELPER =
  '!answer() { test "$1" != get || printf "username=%s\\npassword=%s\\n" "$STATIONKEEPER_CREDENTIAL_USERNAME" "$STATIONKEEPER_CREDENTIAL_PASSWORD"; }; answer';

/**
 * @param url as parseGitUrl returns it
 * @throws StationkeeperError of the token's source, where the token cannot be read
 */
export async function credentialsFor(access: GitAccess | undefined, url: string): Promise<Credentials> {
  if (access === undefined) return { variables: {}, secrets: [] };
  if (access.type === 'ssh') return { variables: sshVariables(access), secrets: [] };
  const token = await access.token();
  return {
    variables: tokenVariables(access.username, token, new URL(url).origin),
    secrets: [token, Buffer.from(`${access.username}:${token}`).toString('base64')],
  };
}

/**
 * A credential helper for one origin. An environment is read by its own user alone, a command line by everybody. An
 * `Authorization` header of ours would be sent on wherever the host redirects to; a helper is asked anew there, and
 * this one is not asked for another origin. Helpers of the user's come off the list: they might store the token.
 */
function tokenVariables(username: string, token: string, origin: string): Environment {
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'credential.helper',
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: `credential.${origin}.helper`,
    GIT_CONFIG_VALUE_1: CREDENTIAL_HELPER,
    STATIONKEEPER_CREDENTIAL_USERNAME: username,
    STATIONKEEPER_CREDENTIAL_PASSWORD: token,
  };
}

/** Has ssh leave out the user's configuration and agent: it uses the same key and hosts everywhere, and writes nothing. */
function sshVariables({ keyFile, knownHostsFile }: Extract<GitAccess, { type: 'ssh' }>): Environment {
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=10',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    ...(keyFile === undefined
      ? []
      : [
          `IdentityFile=${sshPath(keyFile)}`,
          'IdentitiesOnly=yes',
          'IdentityAgent=none',
          'PreferredAuthentications=publickey',
        ]),
    ...(knownHostsFile === undefined
      ? []
      : [`UserKnownHostsFile=${sshPath(knownHostsFile)}`, 'GlobalKnownHostsFile=/dev/null']),
  ];
  const words = ['ssh', '-F', 'none', ...options.flatMap((option) => ['-o', option])];
  return { GIT_SSH_COMMAND: words.map(shellWord).join(' '), GIT_SSH_VARIANT: 'ssh' };
}

/**
 * Writes a path as ssh reads the value of an option: quoted for its spaces, and with `%` doubled, which is a token otherwise
 * (ssh_config(5)).
 */
function sshPath(path: string): string {
  return `"${resolve(path).replaceAll('%', '%%')}"`;
}

/** Quotes a word for the shell that git has split GIT_SSH_COMMAND. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
