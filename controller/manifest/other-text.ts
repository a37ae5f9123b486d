import type { Finding } from './position.ts';

/** What a text that is no YAML was written as, found at `at`. */
interface Sort {
  readonly at: RegExp;
  /** Counts wherever it stands; otherwise only on the line where reading failed first, for it may stand in quotes elsewhere. */
  readonly isCertain?: true;
  readonly message: string;
}

const SORTS: readonly Sort[] = [
  {
    at: /^(?:<{7}|={7}|>{7})(?: .*)?$/m,
    isCertain: true,
    message: 'a merge of git left its conflict marks here; resolve the conflict and remove the marks',
  },
  {
    at: /\{\{|\{%/,
    message: 'templates are not filled in here; commit what the template gives, or leave this file out',
  },
  {
    at: /[\u00A0\u2000-\u200B\u202F\u3000]/,
    message: 'this looks like a space and is another character; write a plain space',
  },
];

/**
 * What people have to mend instead of each error that follows from it; undefined where the text was meant to be YAML. `failedAt`: where
 * reading it failed first.
 */
export function otherText(text: string, failedAt: number): Finding | undefined {
  const start = text.lastIndexOf('\n', failedAt - 1) + 1;
  const end = text.indexOf('\n', failedAt);
  const line = text.slice(start, end === -1 ? undefined : end);
  for (const { at, isCertain, message } of SORTS) {
    const index = (isCertain ? text : line).search(at);
    if (index !== -1) return { path: [], offset: isCertain ? index : start + index, message };
  }
  return undefined;
}
