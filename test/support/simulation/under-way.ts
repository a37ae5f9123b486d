import type { ProgressListener } from '../../../controller/reconcile/apply.ts';
import type { World } from '../world/world.ts';

/** The steps that a controller is at work on, `kind/name`. */
export interface UnderWay {
  readonly listener: ProgressListener;
  has(name: string): boolean;
  /** A step that AWS had not answered when its pass went on without it, and that may still go on, whatever git wants by now. */
  goesOn(name: string): boolean;
  /** For how long of a step the controller's host has stood still, in milliseconds. */
  stoodStillMs(name: string): number;
  clear(): void;
}

export function createUnderWay({ clock, host }: Pick<World, 'clock' | 'host'>): UnderWay {
  const lostMs = (): number => clock.monotonic() - host.monotonic();
  /** Of each name one for each Environment in which a step is at work on it, the first first. */
  const lostWhenBegun = new Map<string, readonly number[]>();
  const unanswered = new Set<string>();
  const begunOf = (name: string): readonly number[] => lostWhenBegun.get(name) ?? [];
  return {
    listener: {
      began({ id }) {
        const name = `${id.kind}/${id.name}`;
        unanswered.delete(name);
        lostWhenBegun.set(name, [...begunOf(name), lostMs()]);
      },
      ended({ id }, { message = '' }) {
        const name = `${id.kind}/${id.name}`;
        if (message.includes('has not answered')) unanswered.add(name);
        lostWhenBegun.set(name, begunOf(name).slice(1));
      },
    },
    has: (name) => begunOf(name).length > 0,
    goesOn: (name) => unanswered.has(name),
    stoodStillMs: (name) => lostMs() - (begunOf(name)[0] ?? lostMs()),
    clear() {
      lostWhenBegun.clear();
      unanswered.clear();
    },
  };
}

/** Tells two listeners. */
export function both(one: ProgressListener, other: ProgressListener): ProgressListener {
  return {
    began(step) {
      one.began(step);
      other.began(step);
    },
    ended(step, outcome) {
      one.ended(step, outcome);
      other.ended(step, outcome);
    },
  };
}
