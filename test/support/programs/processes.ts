import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of every process of this machine, as anybody may read them; Linux only. */
export function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        // The process has ended since it was listed.
        return [];
      }
    });
}
