import type { CallUnderWay } from '../../../controller/aws/door.ts';
import { StationkeeperError } from '../../../controller/core/errors.ts';
import type { Retry } from '../../../controller/core/errors.ts';
import type { Tags } from '../../../controller/core/resource.ts';
import { Refusal } from './cloud.ts';
import type { Thing } from './thing.ts';
import type { Call, Circumstances, Weather } from './weather.ts';

/** What a controller is about to do to a resource. */
export interface ToyMutation {
  readonly type: 'create' | 'change' | 'tag' | 'delete' | 'tidy';
  readonly key: string;
  readonly set?: Tags;
  readonly remove?: readonly string[];
  /** Ids of what it is then built on. */
  readonly links?: Thing['links'] | undefined;
}

/** A controller's way into the model cloud, from one Environment. */
export interface Door {
  call<Answer>(call: Call, work: (how: Circumstances) => Answer): Promise<Answer>;
  /** Inside of a call: the change itself. */
  mutate<Answer>(mutation: ToyMutation, change: () => Answer): Answer;
  /** Tells of a read that shows the past. */
  read(shown: readonly Thing[]): void;
  readonly underWay: Set<CallUnderWay>;
  requests(): number;
  lastAnswerAt(): number;
}

export interface DoorOptions {
  readonly weather: Weather;
  /** Whose calls these are: weather may be one's alone. */
  readonly caller: string;
  readonly monotonic: () => number;
  readonly isAlive: () => boolean;
  /** Before each call: people may do something at this very moment. */
  readonly onCall: (call: Call) => void;
  readonly onMutation: (mutation: ToyMutation) => void;
  readonly onOldRead: (shown: readonly Thing[]) => void;
  /** A call failed. */
  readonly onFailure: (call: Call, error: StationkeeperError) => void;
}

const RETRIES: Readonly<Record<string, Retry>> = {
  StillLeaving: 'wait',
  BeingMade: 'wait',
  StillUsed: 'wait',
  NotEmpty: 'wait',
  AlreadyExists: 'wait',
  NotFound: 'backoff',
  NoSuchTarget: 'never',
};

export function createDoor(options: DoorOptions): Door {
  const underWay = new Set<CallUnderWay>();
  let requests = 0;
  let lastAnswerAt = 0;

  return {
    underWay,
    requests: () => requests,
    lastAnswerAt: () => lastAnswerAt,
    async call(call, work) {
      options.onCall(call);
      if (!options.isAlive()) return new Promise(() => undefined);
      requests += 1;
      try {
        const answer = await options.weather.through(call, options.caller, underWay, work);
        lastAnswerAt = options.monotonic();
        return options.isAlive() ? answer : await new Promise(() => undefined);
      } catch (thrown) {
        if (!options.isAlive()) return new Promise(() => undefined);
        const error = thrown instanceof Refusal ? asError(thrown, call) : thrown;
        if (error instanceof StationkeeperError) options.onFailure(call, error);
        throw error;
      }
    },
    mutate(mutation, change) {
      options.onMutation(mutation);
      return change();
    },
    read: options.onOldRead,
  };
}

function asError({ code }: Refusal, { operation }: Call): StationkeeperError {
  return new StationkeeperError({
    code,
    retry: RETRIES[code] ?? 'never',
    operation,
    message: `${operation}: ${code}`,
  });
}
