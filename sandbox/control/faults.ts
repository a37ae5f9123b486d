/** What happens to a call instead of, or beside, being performed. */
export type Effect =
  /** Not performed; refused with this error. */
  | { readonly effect: 'fail'; readonly code: string; readonly message?: string; readonly status?: number }
  /** Performed and answered after `ms` of the caller's time (`speed` does not shorten it: time limits are not shortened either). */
  | { readonly effect: 'delay'; readonly ms: number }
  /** Never performed, never answered, until the fault is removed: then the connection is lost. */
  | { readonly effect: 'hang' }
  /** Performed, and the connection lost before the answer. */
  | { readonly effect: 'drop' }
  /** A read that shows what was so `ms` simulated milliseconds ago, though not from before the fault was made; writes are not concerned. */
  | { readonly effect: 'lag'; readonly ms: number };

export type Fault = Effect & {
  /** `ecs:CreateService`, `ecs:*` or `*`. */
  readonly operation: string;
  /** How many calls it happens to. Default: 1. */
  readonly times?: number | 'always';
  /** How likely it happens to a call, drawn from the sandbox's seed. Default: 1. */
  readonly probability?: number;
};

/** A fault that is in force. */
export type InjectedFault = Fault & {
  readonly id: string;
  /** How many more calls it happens to. */
  readonly times: number | 'always';
};

/** A read changes nothing in AWS. GetSamplingTargets, by its name one, reports too. */
export function isRead(operation: string): boolean {
  return /^(BatchGet|Describe|List|Get(?!SamplingTargets$)|Discover|Filter|Test)/.test(operation);
}

/** The faults in force, oldest first; the first that concerns a call happens to it. */
export class Faults {
  readonly #random: () => number;
  #faults: InjectedFault[] = [];
  #injected = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  inject(fault: Fault): InjectedFault {
    this.#injected += 1;
    const injected = { ...fault, times: fault.times ?? 1, id: `fault-${this.#injected}` };
    this.#faults.push(injected);
    return injected;
  }

  list(): readonly InjectedFault[] {
    return this.#faults;
  }

  /** False where there is none of that id. */
  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    return this.#faults.length < before;
  }

  clear(): void {
    this.#faults = [];
  }

  /** What happens to this call, if anything; counts it. */
  take(service: string, operation: string): InjectedFault | undefined {
    const found = this.#faults.find(
      (fault) =>
        concerns(fault, service, operation) &&
        (fault.probability === undefined || this.#random() < fault.probability),
    );
    if (found !== undefined && found.times !== 'always') {
      const times = found.times - 1;
      this.#faults = this.#faults.flatMap((fault) => {
        if (fault !== found) return [fault];
        return times === 0 ? [] : [{ ...fault, times }];
      });
    }
    return found;
  }

  /** Of the reads that lag most: simulated milliseconds; 0 where none does. */
  longestLagMs(): number {
    return Math.max(0, ...this.#faults.map((fault) => (fault.effect === 'lag' ? fault.ms : 0)));
  }
}

function concerns(fault: Fault, service: string, operation: string): boolean {
  if (fault.effect === 'lag' && !isRead(operation)) return false;
  return ['*', `${service}:*`, `${service}:${operation}`].includes(fault.operation);
}
