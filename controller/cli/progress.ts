import { displayId, resourceKey } from '../core/resource.ts';
import type { Clock } from '../core/ports.ts';
import type { Mutation, Outcome, ProgressListener } from '../reconcile/apply.ts';
import type { Terminal } from './terminal.ts';
import { paintFor } from './terminal.ts';

const DOING = {
  create: 'creating',
  update: 'updating',
  replace: 'deleting to replace',
  delete: 'deleting',
} as const;
const DONE = {
  create: 'created',
  update: 'updated',
  replace: 'deleted, to be created again',
  delete: 'deleted',
} as const;

/** Shows mutations as they happen. */
export interface Progress extends ProgressListener {
  /** One line about the state of things; said once until it changes. */
  state(line: string): void;
  /** Ends the live display; what was shown stays. */
  end(): void;
}

/**
 * On a terminal what is under way is redrawn in place below what is finished; elsewhere every event is one plain
 * line, so that a log of it reads from top to bottom.
 */
export function createProgress(terminal: Terminal, clock: Clock): Progress {
  return terminal.isTty ? liveProgress(terminal, clock) : plainProgress(terminal);
}

function plainProgress(terminal: Terminal): Progress {
  let last = '';
  return {
    began: (step) => terminal.out(`${displayId(step.id)}: ${verb(step)}\n`),
    ended: (step, outcome) => terminal.out(`${displayId(step.id)}: ${ending(step, outcome)}\n`),
    state(line) {
      if (line !== last) terminal.out(`${line}\n`);
      last = line;
    },
    end: () => undefined,
  };
}

function liveProgress(terminal: Terminal, clock: Clock): Progress {
  const paint = paintFor(terminal);
  const running = new Map<string, { readonly text: string; readonly since: number }>();
  let state = '';
  let drawn = 0;

  function redraw(finished = ''): void {
    const seconds = (since: number): string => `${Math.round((clock.monotonic() - since) / 1000)}s`;
    const fitting = (text: string): string => cut(text, terminal.columns() - ROOM_BESIDE_TEXT);
    const lines = [...running.values()].map(
      ({ text, since }) => `  … ${fitting(text)} ${paint.faint(seconds(since))}`,
    );
    if (state !== '') lines.push(`  ${paint.faint(fitting(state))}`);
    const up = drawn === 0 ? '' : `\u001B[${drawn}A\u001B[0J`;
    terminal.out(`${up}${finished}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  }

  return {
    began(step) {
      const text = `${displayId(step.id)} ${verb(step)}`;
      running.set(resourceKey(step.id), { text, since: clock.monotonic() });
      redraw();
    },
    ended(step, outcome) {
      running.delete(resourceKey(step.id));
      const mark =
        outcome.result === 'failed'
          ? paint.removed('✗')
          : outcome.result === 'started'
            ? paint.changed('…')
            : paint.added('✓');
      redraw(`  ${mark} ${displayId(step.id)} ${ending(step, outcome)}\n`);
    },
    state(line) {
      state = line;
      redraw();
    },
    end() {
      state = '';
      redraw();
    },
  };
}

/** Indentation, mark and seconds. */
const ROOM_BESIDE_TEXT = 12;

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}

function verb(step: Mutation): string {
  return step.type === 'delete' && step.release ? 'releasing' : DOING[step.type];
}

function ending(step: Mutation, outcome: Outcome): string {
  switch (outcome.result) {
    case 'done':
      return step.type === 'delete' && step.release ? 'released' : DONE[step.type];
    case 'started':
      return `${verb(step)}, ${outcome.message ?? 'AWS is working on it'}`;
    case 'failed':
      return `failed: ${outcome.error?.message ?? 'unknown error'}`;
  }
}
