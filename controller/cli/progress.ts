import { displayId, resourceKey } from '../core/resource.ts';
import type { Clock } from '../core/ports.ts';
import type { MutationOutcome, ProgressListener } from '../reconcile/apply.ts';
import type { Mutation } from '../reconcile/mutate.ts';
import { intentOf } from '../plan/step.ts';
import type { Step } from '../plan/step.ts';
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
  /** What is still to do after a pass, and one line about the state of things, said once until it changes. */
  passed(steps: readonly Step[], line: string): void;
  /** Ends the live display; what was shown stays. */
  end(): void;
}

/**
 * On a terminal what is under way is redrawn in place below what is finished; elsewhere every event is one plain
 * line, so that a log of it reads from top to bottom. What AWS takes minutes for is followed by pass after pass, and shown as one thing.
 */
export function createProgress(terminal: Terminal, clock: Clock): Progress {
  return terminal.isTty ? liveProgress(terminal, clock) : plainProgress(terminal);
}

function plainProgress(terminal: Terminal): Progress {
  const underWay = new Map<string, UnderWay>();
  const attempts = createAttempts();
  let last = '';
  const say = (step: Mutation, text: string): void => terminal.out(`${displayId(step.id)}: ${text}\n`);
  return {
    began(step) {
      if (!underWay.has(resourceKey(step.id)) && !attempts.isAgain(step)) say(step, verb(step));
    },
    ended(step, outcome) {
      const key = resourceKey(step.id);
      const text = ending(step, outcome);
      const news = attempts.ended(step, outcome);
      if (news !== undefined && underWay.get(key)?.text !== text) say(step, news);
      if (outcome.result === 'started') underWay.set(key, { step, text });
      else underWay.delete(key);
    },
    passed(steps, line) {
      for (const { step, isDone } of cameToEnd(underWay, steps)) if (isDone) say(step, done(step));
      if (line !== last && line !== '') terminal.out(`${line}\n`);
      last = line;
    },
    end: () => undefined,
  };
}

function liveProgress(terminal: Terminal, clock: Clock): Progress {
  const paint = paintFor(terminal);
  const underWay = new Map<string, UnderWay & { readonly since: number }>();
  const attempts = createAttempts();
  let state = '';
  let drawn = 0;

  function redraw(finished = ''): void {
    const seconds = (since: number): string => `${Math.round((clock.monotonic() - since) / 1000)}s`;
    const fitting = (text: string): string => cut(text, terminal.columns() - ROOM_BESIDE_TEXT);
    const lines = [...underWay.values()].map(
      ({ step, text, since }) =>
        `  … ${fitting(`${displayId(step.id)} ${text}`)} ${paint.faint(seconds(since))}`,
    );
    if (state !== '') lines.push(`  ${paint.faint(fitting(state))}`);
    const up = drawn === 0 ? '' : `\u001B[${drawn}A\u001B[0J`;
    terminal.out(`${up}${finished}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  }

  return {
    began(step) {
      const key = resourceKey(step.id);
      const { text = verb(step), since = clock.monotonic() } = underWay.get(key) ?? {};
      underWay.set(key, { step, text, since });
      redraw();
    },
    ended(step, outcome) {
      const key = resourceKey(step.id);
      const { since = clock.monotonic() } = underWay.get(key) ?? {};
      underWay.delete(key);
      const news = attempts.ended(step, outcome);
      if (outcome.result === 'started') underWay.set(key, { step, text: ending(step, outcome), since });
      if (outcome.result === 'started' || news === undefined) {
        redraw();
        return;
      }
      const mark = outcome.result === 'failed' ? paint.removed('✗') : paint.added('✓');
      redraw(`  ${mark} ${displayId(step.id)} ${news}\n`);
    },
    passed(steps, line) {
      state = line;
      const finished = cameToEnd(underWay, steps)
        .filter(({ isDone }) => isDone)
        .map(({ step }) => `  ${paint.added('✓')} ${displayId(step.id)} ${done(step)}\n`);
      redraw(finished.join(''));
    },
    end() {
      state = '';
      redraw();
    },
  };
}

/** How often each resource was tried that fails. */
interface Attempts {
  /** Whether the attempt that begins follows one that failed. */
  isAgain(step: Mutation): boolean;
  /** What there is to say of how an attempt ended; undefined where it failed in the same words as the one before. */
  ended(step: Mutation, outcome: MutationOutcome): string | undefined;
}

/** A failure is said once, and again with the number of the attempt where its words change or it is over. */
function createAttempts(): Attempts {
  const failing = new Map<string, { readonly failures: number; readonly text: string }>();
  return {
    isAgain: (step) => failing.has(attemptKey(step)),
    ended(step, outcome) {
      const key = attemptKey(step);
      const before = failing.get(key);
      const text = ending(step, outcome);
      const attempt = (before?.failures ?? 0) + 1;
      if (outcome.result === 'failed') failing.set(key, { failures: attempt, text });
      else failing.delete(key);
      if (before?.text === text) return undefined;
      return before === undefined ? text : `${text} (attempt ${attempt})`;
    },
  };
}

function attemptKey({ type, id }: Mutation): string {
  return `${type} ${resourceKey(id)}`;
}

/** What AWS works on, as it was last heard. */
interface UnderWay {
  readonly step: Mutation;
  readonly text: string;
}

/**
 * Takes out what AWS no longer works on. What no step of its own follows to its end, as a service that drains away, is done where nothing
 * is left to do about it.
 */
function cameToEnd(
  underWay: Map<string, UnderWay>,
  steps: readonly Step[],
): readonly { readonly step: Mutation; readonly isDone: boolean }[] {
  const open = new Map(
    steps.map((step) => [resourceKey(step.id), intentOf(step) !== 'none' ? step : undefined]),
  );
  return [...underWay].flatMap(([key, { step }]) => {
    const left = open.get(key);
    if (left?.type === 'hold' && left.why === 'waiting') return [];
    underWay.delete(key);
    return [{ step, isDone: left === undefined }];
  });
}

/** Columns that indentation, mark and seconds take beside the text. */
const ROOM_BESIDE_TEXT = 12;

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}

function verb(step: Mutation): string {
  return step.type === 'delete' && step.release ? 'releasing' : DOING[step.type];
}

function ending(step: Mutation, outcome: MutationOutcome): string {
  switch (outcome.result) {
    case 'done':
      return done(step);
    case 'started':
      return `${verb(step)}, ${outcome.message ?? 'AWS is working on it'}`;
    case 'failed':
      return `failed: ${outcome.error?.message ?? 'unknown error'}`;
  }
}

function done(step: Mutation): string {
  return step.type === 'delete' && step.release ? 'released' : DONE[step.type];
}
