import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../core/errors.ts';
import type { StationkeeperError } from '../core/errors.ts';
import { invalid, shortRevision, unreachable } from './failure.ts';
import type { Git } from './git-process.ts';

export interface SignedCommit {
  readonly dir: string;
  readonly commit: string;
  readonly allowedSignersFile: string;
}

/** git asks ssh-keygen about the time of the commit, not of today, from 2.35 on. */
export const OLDEST_GIT_FOR_SIGNATURES = [2, 35] as const;

/** Most bytes of a commit, which is one object and may hold a long message. */
const COMMIT_BYTES = 1024 * 1024;

/** Settings under which git starts no program for a signature of another kind, and counts none that is merely well-formed. */
const SETTINGS: readonly string[] = [
  'gpg.format=ssh',
  'gpg.program=/dev/null',
  'gpg.openpgp.program=/dev/null',
  'gpg.x509.program=/dev/null',
  'gpg.ssh.program=ssh-keygen',
  'gpg.minTrustLevel=fully',
];

/**
 * Whose signatures count, as a digest: while it stays the same, so does the verdict on a commit.
 *
 * @throws StationkeeperError `SourceInvalid` where the file cannot be read
 */
export async function digestOfSigners(file: string): Promise<string> {
  const bytes = await readFile(file).catch((thrown: { readonly code?: string }) => {
    throw invalid(`the allowed-signers file ${file} cannot be read (${thrown.code ?? 'unknown error'})`);
  });
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Passes a commit with an ssh signature by a key that the allowed-signers file lists for git (ssh-keygen(1), "ALLOWED
 * SIGNERS"). The commit alone is looked at and not those before it: its id covers all the files that are read, so
 * whoever signed it vouches for what is wanted, whoever wrote the steps towards it.
 *
 * @throws StationkeeperError `SourceInvalid` with what is wrong and what to do; `SourceUnreachable` where nothing can be
 * verified on this machine; `GitFailed` where the clone is damaged
 */
export async function requireSignature(git: Git, signed: SignedCommit, signal: AbortSignal): Promise<void> {
  const { dir, commit, allowedSignersFile } = signed;
  const text = await git([`--git-dir=${dir}`, 'cat-file', 'commit', commit], {
    signal,
    maxOutputBytes: COMMIT_BYTES,
  });
  const format = signatureFormat(text.toString('utf8'));
  if (format !== 'SSH') throw notTaken(commit, WRONG_FORMAT[format ?? 'none'] ?? WRONG_FORMAT.other);
  const settings = [...SETTINGS, `gpg.ssh.allowedSignersFile=${allowedSignersFile}`];
  const args = settings.flatMap((setting) => ['-c', setting]);
  try {
    await git([...args, `--git-dir=${dir}`, 'verify-commit', '--raw', commit], { signal });
  } catch (thrown) {
    if (!hasCode(thrown, 'GitFailed')) throw thrown;
    throw explain(thrown, signed);
  }
}

const TO_SIGN = 'sign it (git commit --amend --no-edit -S, with gpg.format=ssh) and push it again';

const WRONG_FORMAT = {
  none: `it is not signed; ${TO_SIGN}`,
  PGP: `it has an OpenPGP signature (as a git host makes for merges on its web page), and the controller verifies ssh signatures only; ${TO_SIGN}`,
  other: `its signature is not an ssh signature; ${TO_SIGN}`,
} as const satisfies Record<string, string>;

/** `SSH`, `PGP`, … as the signature's first line says; undefined where the commit has none. */
function signatureFormat(commit: string): keyof typeof WRONG_FORMAT | 'SSH' | undefined {
  const [header = ''] = commit.split('\n\n', 1);
  const name = /^gpgsig(?:-sha256)? -----BEGIN (?:(SSH|PGP) (?:SIGNATURE|MESSAGE)|.*)-----$/m.exec(header);
  if (name === null) return /^gpgsig/m.test(header) ? 'other' : undefined;
  return name[1] === 'SSH' || name[1] === 'PGP' ? name[1] : 'other';
}

/** ssh-keygen's words, and what they mean to people. */
function explain({ message }: StationkeeperError, { commit, allowedSignersFile }: SignedCommit): Error {
  const unable = UNABLE.find(([pattern]) => pattern.test(message))?.[1];
  if (unable !== undefined) return unreachable(`signatures cannot be verified: ${unable} (${message})`);
  const key = /SHA256:[\w+/]+/.exec(message)?.[0];
  const signer = key === undefined ? 'its signature' : `its signature by the key ${key}`;
  const why = REFUSED.find(([pattern]) => pattern.test(message))?.[1];
  if (why !== undefined) return notTaken(commit, `${signer} ${why} (${message})`);
  return notTaken(
    commit,
    `${signer} is by a signer that ${allowedSignersFile} does not list; sign it with a listed key, or list this one`,
  );
}

const UNABLE: readonly (readonly [RegExp, string])[] = [
  [/cannot (?:run|exec)/, 'install ssh-keygen (openssh-client)'],
  [/No user exists for uid/, "ssh-keygen needs an entry for the program's user in /etc/passwd"],
  [/could not create temporary file/, 'the folder for temporary files (TMPDIR) cannot be written to'],
  [/Unable to open allowed keys file/, 'the allowed-signers file cannot be read'],
];

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/incorrect signature/, 'does not match the commit; somebody changed the commit after it was signed'],
  [/key has expired/, 'was made after the key had expired'],
  [/key is not yet valid/, 'was made before the key was valid'],
  [/not permitted for use in signature namespace/, 'is by a key that is not listed for namespaces="git"'],
  [
    /missing key|invalid key|bad options|invalid line/,
    'cannot be verified: a line of the allowed-signers file is wrong',
  ],
];

function notTaken(commit: string, why: string): StationkeeperError {
  return invalid(`commit ${shortRevision(commit)} is refused: ${why}`);
}
