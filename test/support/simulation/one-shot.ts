import { applyPasses } from '../../../controller/cli/apply.ts';
import type { PassRunner } from '../../../controller/reconcile/pass.ts';
import type { World } from '../world/world.ts';
import { SECRET } from './commit.ts';
import { tellsNoSecret } from './invariants.ts';
import type { Judge } from './judge.ts';
import { OWNER } from './live.ts';
import { both } from './under-way.ts';
import type { UnderWay } from './under-way.ts';

const TIMEOUT_MS = 600_000;

/** Somebody runs `stationkeeper apply`, to its end. */
export async function applyOnce(
  world: World,
  { judge, underWay }: { readonly judge: Judge; readonly underWay: UnderWay },
): Promise<void> {
  const print = (text: string): void => {
    judge.broken('tellsNoSecret', tellsNoSecret({ where: 'apply', text }, SECRET));
  };
  const runPass: PassRunner = ({ listener, ...request }) =>
    world.runPass({
      ...request,
      listener: listener === undefined ? underWay.listener : both(underWay.listener, listener),
    });
  try {
    await applyPasses(
      runPass,
      '.',
      {
        path: '.',
        owner: OWNER,
        region: undefined,
        endpointUrl: undefined,
        sourceId: undefined,
        takeOverSource: [],
        pruneBudget: { count: 3, percent: 10 },
        wait: true,
        timeoutMs: TIMEOUT_MS,
        confirm: undefined,
      },
      {
        terminal: { out: print, err: print, isTty: false, color: false, columns: () => 80 },
        clock: world.host,
        stop: new AbortController().signal,
      },
    );
  } catch (thrown) {
    judge.broken('everyPassEnds', `apply ends with ${String(thrown)}`);
  }
}
