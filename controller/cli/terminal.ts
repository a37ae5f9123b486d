import { createColors } from 'picocolors';
import type { Paint } from '../plan/render.ts';

/** Where a command prints. It is given to each command, so that tests read what is printed. */
export interface Terminal {
  /** Prints to standard output, as it is. */
  readonly out: (text: string) => void;
  /** Prints to standard error, as it is. */
  readonly err: (text: string) => void;
  /** Whether standard output is a terminal that can be redrawn. */
  readonly isTty: boolean;
  readonly color: boolean;
  /** Width in characters; a line that is redrawn must not wrap. */
  readonly columns: () => number;
}

export function paintFor(terminal: Terminal): Paint {
  const colors = createColors(terminal.color);
  return {
    added: colors.green,
    changed: colors.yellow,
    removed: colors.red,
    faint: colors.dim,
    strong: colors.bold,
  };
}
