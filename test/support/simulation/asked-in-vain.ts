import type { World, WorldCall } from '../world/world.ts';
import { hereIn } from './live.ts';
import { regionName } from './regions.ts';

/** Sees that what AWS is known to refuse is not asked for. */
export interface VainCalls {
  /** Why the call must not be made; undefined where it may. Before it is made. */
  whyInVain(call: WorldCall): string | undefined;
}

/** AWS's lists are never longer behind than that, so that whoever has looked since knows. */
const KNOWN_MS = 15_000;

export function createVainCalls(world: World): VainCalls {
  /** Since when services drain, as passes began. */
  const draining = new Map<string, number>();
  let reading: unknown;

  function notePassBegun(): void {
    if (world.reading() === reading) return;
    reading = world.reading();
    const now = new Set(
      hereIn(world).places.flatMap(({ state }) =>
        [...state.ecs.clusters.values()].flatMap(({ services }) =>
          [...services.values()].filter(({ status }) => status === 'DRAINING').map(({ arn }) => arn),
        ),
      ),
    );
    for (const arn of draining.keys()) if (!now.has(arn)) draining.delete(arn);
    for (const arn of now) if (!draining.has(arn)) draining.set(arn, world.clock.now());
  }

  function updatesWhatDrains(call: WorldCall): string | undefined {
    const { name, input } = call;
    if (name !== 'ecs:UpdateService') return undefined;
    const [cluster, service] = [lastPart(input['cluster']), lastPart(input['service'])];
    const place = hereIn(world).places.find((each) => each.region === regionName(call));
    const record = place?.state.ecs.clusters.get(cluster)?.services.get(service);
    const since = record?.status === 'DRAINING' ? draining.get(record.arn) : undefined;
    const forMs = world.clock.now() - (since ?? world.clock.now());
    return forMs < KNOWN_MS
      ? undefined
      : `${name} of ${cluster}/${service}, which has drained for ${forMs} ms`;
  }

  return {
    whyInVain(call) {
      notePassBegun();
      return updatesWhatDrains(call);
    },
  };
}

function lastPart(reference: unknown): string {
  return typeof reference === 'string' ? (reference.split('/').at(-1) ?? '') : '';
}
