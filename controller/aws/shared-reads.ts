import type { Transport } from './transport.ts';

/** One Environment's way to what it reads together with others. */
export interface SharedReads {
  /** What was asked for before now is too old for what follows. Before the first time nothing is shared. */
  startPass(): void;
  /** The transport, but for reads that another has begun since: their answer is waited for, and `isShared` says so of it. */
  through(transport: Transport): SharingTransport;
}

export type SharingTransport = (call: Parameters<Transport>[0]) => {
  readonly answer: Promise<object>;
  /** Another asked. */
  readonly isShared: boolean;
};

/** What IAM answers in every Region alike, and at length. */
const SHARED: ReadonlySet<string> = new Set(['iam:GetAccountAuthorizationDetails']);

interface Begun {
  readonly order: number;
  readonly answer: Promise<object>;
}

/**
 * Lets those who act as one role in one account share what is the same for all of them: of what several ask for in one pass AWS is asked once. An
 * answer counts for those alone whose pass had begun before it was asked for: it is as fresh as their own would be. A failure is nobody's
 * but the asker's and theirs who waited for it: they ask again by themselves.
 *
 * @returns makes one for each who acts so, by who that is
 */
export function createSharedReads(): (actor: string) => SharedReads {
  let order = 0;
  const begunBy = new Map<string, Map<string, Begun>>();

  return (actor) => {
    const begun = begunBy.get(actor) ?? new Map<string, Begun>();
    begunBy.set(actor, begun);
    let passBegan: number | undefined;
    return {
      startPass() {
        order += 1;
        passBegan = order;
        // What nobody who comes can use is not kept.
        begun.clear();
      },
      through: (transport) => (call) => {
        const operation = `${call.service}:${call.operation}`;
        if (!SHARED.has(operation) || passBegan === undefined)
          return { answer: transport(call), isShared: false };
        const key = `${operation} ${JSON.stringify(call.input)}`;
        const known = begun.get(key);
        const isShared = known !== undefined && known.order > passBegan;
        const asking = isShared ? known : { order: (order += 1), answer: transport(call) };
        begun.set(key, asking);
        const forget = (): void => {
          if (begun.get(key) === asking) begun.delete(key);
        };
        // What somebody has given up waiting for may hang for ever.
        call.signal.addEventListener('abort', forget, { once: true });
        asking.answer.catch(forget);
        return { answer: asking.answer, isShared };
      },
    };
  };
}
