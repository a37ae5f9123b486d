import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SshKey {
  /** The private key, readable by its owner alone. */
  readonly file: string;
  /** `ssh-ed25519 AAAA… name` */
  readonly publicKey: string;
}

export function createSshKey(folder: string, name: string): SshKey {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}
