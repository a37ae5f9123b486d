import type { LoopHealth } from './ports.ts';

/** What a loop of passes tells of itself when a pass has ended: plain data, so that another thread can judge it. */
export interface LoopBeat {
  /** Passes that were begun. */
  readonly passes: number;
  /** Since the last pass ended, or since the start. */
  readonly silenceMs: number;
  /** The longest silence of a loop that lives. */
  readonly allowedMs: number;
  readonly hasEnded: boolean;
  /** The source was read well once. */
  readonly hasRead: boolean;
}

/** Whether the loop lives and is ready, by its last beat and the silence since. */
export function loopHealth({ passes, silenceMs, allowedMs, hasEnded, hasRead }: LoopBeat): LoopHealth {
  const alive = silenceMs <= allowedMs;
  const seconds = Math.round(silenceMs / 1000);
  const detail = `${passes} passes, the last one ended ${seconds} s ago (at most ${allowedMs / 1000} s)`;
  const unread = hasRead ? '' : '; the source has never been read';
  return {
    alive,
    ready: hasEnded && hasRead,
    detail: hasEnded ? `${detail}${unread}` : 'no pass has ended yet',
  };
}
