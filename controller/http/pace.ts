import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';

export interface Pace {
  readonly perSecond: number;
  /** So many go at once where none has gone for a while. */
  readonly atOnce: number;
}

/** Lets requests through in the order in which they come, at an even pace where there are many; who has gone away takes nobody's turn. */
export function createPace({ perSecond, atOnce }: Pace): (socket: Socket, go: () => void) => void {
  const gapMs = 1000 / perSecond;
  const waiting: { readonly socket: Socket; readonly go: () => void }[] = [];
  let room = atOnce;
  let countedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;

  function next(): void {
    timer = undefined;
    const gaps = Math.floor((performance.now() - countedAt) / gapMs);
    countedAt += gaps * gapMs;
    room = Math.min(atOnce, room + gaps);
    while (room > 0 && waiting.length > 0) {
      const { socket, go } = waiting.shift()!;
      if (socket.destroyed) continue;
      room -= 1;
      go();
    }
    if (waiting.length > 0) timer = setTimeout(next, gapMs);
  }

  return (socket, go) => {
    waiting.push({ socket, go });
    if (timer === undefined) next();
  };
}
