import type { ProgressListener } from '../../../controller/reconcile/apply.ts';
import type { World } from '../world/world.ts';

/** The steps that a controller is at work on, `kind/name`. */
export interface UnderWay {
  readonly listener: ProgressListener;
  has(name: string): boolean;
  /** For how long of a step the controller's host has stood still, in milliseconds. */
  stoodStillMs(name: string): number;
  clear(): void;
}

export function createUnderWay({ clock, host }: Pick<World, 'clock' | 'host'>): UnderWay {
  const lostMs = (): number => clock.monotonic() - host.monotonic();
  const lostWhenBegun = new Map<string, number>();
  return {
    listener: {
      began: ({ id }) => lostWhenBegun.set(`${id.kind}/${id.name}`, lostMs()),
      ended: ({ id }) => lostWhenBegun.delete(`${id.kind}/${id.name}`),
    },
    has: (name) => lostWhenBegun.has(name),
    stoodStillMs: (name) => lostMs() - (lostWhenBegun.get(name) ?? lostMs()),
    clear: () => lostWhenBegun.clear(),
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
