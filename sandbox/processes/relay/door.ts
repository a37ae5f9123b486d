import type { Sender } from './judgement.ts';

/** Where a task is reached on this machine, and where its process is bound. */
export interface Entrance {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly behind: string;
}

/** What opens, and what closes it with all that goes through it. */
export interface Door {
  close(): void;
}

/** From where on this machine something comes. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

/** Who decides at a door. */
export interface Doorkeeper {
  senderAt(source: Source): Sender;
  /** Whether a packet passes, or the answer to one that did; why not is told. */
  lets(sender: Sender, fromPort: number, isAnswer?: boolean): boolean;
  /** Tells what the machine does not do. */
  failed(error: Error): void;
}

/** From where a process sees a sender: a task at its own address, all else at this machine's. Always loopback. */
export function seenAt(sender: Sender): string {
  return sender.type === 'task' ? sender.here : '127.0.0.1';
}
