import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a commit puts at a path: text or bytes, nothing (null), or an entry of another mode. */
type Change = string | Buffer | null | { readonly symlink: string } | { readonly submodule: string };

type Changes = Readonly<Record<string, Change>>;

interface CommitOptions {
  readonly branch?: string;
  /** Epoch seconds. */
  readonly at?: number;
  /** File of the ssh key that signs it. */
  readonly signedWith?: string;
}

/** A real bare repository in a temporary folder, as the remote that others push to. */
export interface GitRepository {
  readonly folder: string;
  /** file:// */
  readonly url: string;
  /** Puts a commit on top of the branch, as a push would. Returns its id. */
  commit(changes: Changes, options?: CommitOptions): string;
  /** Replaces the branch by one commit without parents, as a forced push would. Returns its id. */
  rewrite(changes: Changes, options?: CommitOptions): string;
  /** Moves the branch back by so many commits. Returns the commit it is then at. */
  rewind(commits: number, branch?: string): string;
  deleteBranch(branch: string): void;
  /** Any git command in the repository; returns its output. */
  readonly git: (args: readonly string[], input?: string | Buffer) => string;
  /** Removes the folder. */
  remove(): void;
}

export interface GitRepositoryOptions {
  readonly branch?: string;
  readonly objectFormat?: 'sha1' | 'sha256';
}

export function createGitRepository(options: GitRepositoryOptions = {}): GitRepository {
  const main = options.branch ?? 'main';
  const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-remote-'));
  const git = (args: readonly string[], input: string | Buffer = ''): string =>
    execFileSync('git', ['--git-dir', folder, ...args], { input, stdio: ['pipe', 'pipe', 'pipe'] })
      .toString('utf8')
      .trim();
  git(['init', '--quiet', '--bare', '-b', main, `--object-format=${options.objectFormat ?? 'sha1'}`]);

  function head(branch: string): string | undefined {
    return git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || undefined;
  }

  function write(changes: Changes, parent: string | undefined, options: CommitOptions): string {
    const { branch = main, at, signedWith } = options;
    const committer = `Tester <tester@example.com> ${at ?? 1_700_000_000} +0000`;
    const start = `commit refs/heads/${branch}\ncommitter ${committer}\ndata 6\nChange\n`;
    const from = parent === undefined ? '' : `from ${parent}\n`;
    const stream: Buffer[] = [
      Buffer.from(parent === undefined ? `reset refs/heads/${branch}\n${start}` : start + from),
    ];
    for (const [path, change] of Object.entries(changes)) stream.push(...instruction(path, change));
    git(['fast-import', '--quiet', '--force'], Buffer.concat(stream));
    if (signedWith !== undefined) sign(branch, signedWith);
    return head(branch) ?? '';
  }

  /** Signs the head of a branch, which thereby becomes another commit. */
  function sign(branch: string, keyFile: string): void {
    const unsigned = git(['cat-file', 'commit', `refs/heads/${branch}`]);
    const payload = `${unsigned}\n`;
    const signature = execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-n', 'git', '-f', keyFile], {
      input: payload,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const name = options.objectFormat === 'sha256' ? 'gpgsig-sha256' : 'gpgsig';
    const header = `${name} ${signature.toString('utf8').trim().replaceAll('\n', '\n ')}`;
    const signed = payload.replace('\n\n', `\n${header}\n\n`);
    git([
      'update-ref',
      `refs/heads/${branch}`,
      git(['hash-object', '-t', 'commit', '-w', '--stdin'], signed),
    ]);
  }

  return {
    folder,
    url: `file://${folder}`,
    commit: (changes, commit = {}) => write(changes, head(commit.branch ?? main), commit),
    rewrite: (changes, commit = {}) => write(changes, undefined, commit),
    rewind(commits, branch = main) {
      git(['update-ref', `refs/heads/${branch}`, `refs/heads/${branch}~${commits}`]);
      return head(branch) ?? '';
    },
    deleteBranch: (branch) => void git(['update-ref', '-d', `refs/heads/${branch}`]),
    git,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Lines of `git fast-import` for one path. */
function instruction(path: string, change: Change): readonly Buffer[] {
  const quoted = `"${path.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (change === null) return [Buffer.from(`D ${quoted}\n`)];
  if (typeof change === 'object' && 'submodule' in change) {
    return [Buffer.from(`M 160000 ${change.submodule} ${quoted}\n`)];
  }
  const [mode, content] =
    typeof change === 'object' && 'symlink' in change ? ['120000', change.symlink] : ['100644', change];
  const bytes = Buffer.from(content);
  return [Buffer.from(`M ${mode} inline ${quoted}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')];
}
