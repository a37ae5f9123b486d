import type { ModelClock } from './clock.ts';
import type { Cloud } from './cloud.ts';

/** What there is of others, and who keeps changing back what is ours. */

/** What nobody declares, and daemons may use. */
export function makeCommons(cloud: Cloud): void {
  const common = {
    name: 'common',
    scope: undefined,
    tags: {},
    size: 1,
    colour: 'red',
    form: 'round',
    links: {},
  };
  cloud.create({ ...common, kind: 'yard', region: 'us-1' });
  cloud.create({ ...common, kind: 'seal', region: '' });
}

export interface Contests {
  /** Somebody sets its size to this, again and again, for some minutes. */
  begin(key: string, size: number): void;
  /** Nobody does any more. */
  end(): void;
  /** Lets time pass, and them do it. */
  untilThen(monotonic: number): Promise<void>;
}

const LASTS_MS = 300_000;
const EVERY_MS = 7_000;

export function createContests(clock: ModelClock, cloud: Cloud): Contests {
  let contests: readonly { readonly until: number; readonly key: string; readonly size: number }[] = [];

  function changeBack(): void {
    const now = clock.monotonic();
    for (const { key, size, until } of contests) {
      if (now < until && cloud.get(key)?.status === 'ready') cloud.change(key, { size, status: 'ready' });
    }
    contests = contests.filter(({ until }) => until >= now);
  }

  return {
    begin(key, size) {
      contests = [...contests, { until: clock.monotonic() + LASTS_MS, key, size }];
    },
    end() {
      contests = [];
    },
    async untilThen(monotonic) {
      while (contests.length > 0 && clock.monotonic() < monotonic) {
        await clock.advanceTo(Math.min(monotonic, clock.monotonic() + EVERY_MS));
        changeBack();
      }
      await clock.advanceTo(monotonic);
    },
  };
}
