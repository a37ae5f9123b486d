import { resourceKey } from '../core/resource.ts';
import type { Clock } from '../core/ports.ts';
import type { MutationOutcome, ProgressListener } from '../reconcile/apply.ts';
import type { Mutation } from '../reconcile/mutate.ts';
import { intentOf } from '../plan/step.ts';
import type { Step } from '../plan/step.ts';
import { eachAlone, gatherNews } from './news.ts';
import type { NewsTelling } from './news.ts';
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
 * line, so that a log of it reads from top to bottom. What AWS takes minutes for is followed by pass after pass, and shown as one thing; what
 * several Environments do alike too.
 */
export function createProgress(terminal: Terminal, clock: Clock, telling: NewsTelling = eachAlone): Progress {
  return terminal.isTty ? liveProgress(terminal, clock, telling) : plainProgress(terminal, clock, telling);
}

function plainProgress(terminal: Terminal, clock: Clock, telling: NewsTelling): Progress {
  const underWay = new Map<string, UnderWay>();
  const attempts = createAttempts();
  let last = '';
  const news = gatherNews(telling, clock, (told) => {
    for (const { name, text, where } of told) terminal.out(`${name}${where}: ${text}\n`);
  });
  const say = (step: Mutation, text: string, isFailure = false): void => news.add({ step, text, isFailure });
  return {
    began(step) {
      if (!underWay.has(resourceKey(step.id)) && !attempts.isAgain(step)) say(step, verb(step));
    },
    ended(step, outcome) {
      const key = resourceKey(step.id);
      const text = ending(step, outcome);
      const told = attempts.ended(step, outcome);
      if (told !== undefined && underWay.get(key)?.text !== text)
        say(step, told, outcome.result === 'failed');
      if (outcome.result === 'started') underWay.set(key, { step, text });
      else underWay.delete(key);
    },
    passed(steps, line) {
      for (const { step, isDone } of cameToEnd(underWay, steps)) if (isDone) say(step, done(step));
      news.flush();
      if (line !== last && line !== '') terminal.out(`${line}\n`);
      last = line;
    },
    end: () => news.flush(),
  };
}

/** So much of what is under way is shown at most where it is told with others of its kind. */
const LINES_UNDER_WAY = 20;

function liveProgress(terminal: Terminal, clock: Clock, telling: NewsTelling): Progress {
  const paint = paintFor(terminal);
  const underWay = new Map<string, UnderWay & { readonly since: number }>();
  const attempts = createAttempts();
  let state = '';
  let drawn = 0;
  const news = gatherNews(telling, clock, (told) => {
    const lines = told.map(({ name, text, where, items: [item] }) => {
      const mark = item?.isFailure === true ? paint.removed('✗') : paint.added('✓');
      return `  ${mark} ${name}${where} ${text}\n`;
    });
    redraw(lines.join(''));
  });

  function linesUnderWay(): readonly string[] {
    const told = telling([...underWay.values()]).map(({ name, text, where, items }) => {
      const since = Math.min(...items.map((item) => item.since));
      const seconds = `${Math.round((clock.monotonic() - since) / 1000)}s`;
      return `  … ${fitting(`${name}${where} ${text}`)} ${paint.faint(seconds)}`;
    });
    const more = telling === eachAlone ? 0 : told.length - LINES_UNDER_WAY;
    return more <= 0 ? told : [...told.slice(0, LINES_UNDER_WAY), `  … and ${more} more`];
  }

  function fitting(text: string): string {
    return cut(text, terminal.columns() - ROOM_BESIDE_TEXT);
  }

  function redraw(finished = ''): void {
    const lines = [...linesUnderWay()];
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
      const text = attempts.ended(step, outcome);
      if (outcome.result === 'started') underWay.set(key, { step, text: ending(step, outcome), since });
      if (outcome.result !== 'started' && text !== undefined)
        news.add({ step, text, isFailure: outcome.result === 'failed' });
      redraw();
    },
    passed(steps, line) {
      state = line;
      for (const { step, isDone } of cameToEnd(underWay, steps))
        if (isDone) news.add({ step, text: done(step) });
      news.flush();
      redraw();
    },
    end() {
      state = '';
      news.flush();
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
