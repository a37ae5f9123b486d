import { asStationkeeperError } from '../core/errors.ts';
import { manifestKey, resourceKey } from '../core/resource.ts';
import type { Observed } from '../core/resource.ts';
import { heldBy, isSameTarget } from '../core/rollout/held.ts';
import { begunTags, serviceOf } from '../plan/gate.ts';
import type { Gate } from '../plan/input.ts';
import type { PlanInput } from '../plan/input.ts';
import type { EnvironmentRuntime } from './environments.ts';
import { isStillOurs } from './still-ours.ts';

/** An object whose turn has come, and the service that is to say so before anything of it is changed (contract section 6). */
interface Beginning {
  readonly key: string;
  readonly gate: Gate;
  readonly service: Observed;
}

/** What is to be written down now. Where there is no service yet, all that is made carries the tag (plan/gate.ts). Pure. */
export function beginnings(
  input: Omit<PlanInput, 'failed' | 'started' | 'gates'> & { readonly gates: PlanInput['gates'] | undefined },
): readonly Beginning[] {
  const { desired, gates, mode, snapshot, models } = input;
  if (mode === 'observe' || gates === undefined) return [];
  const own = new Map(desired.map((one) => [manifestKey(one.manifest), one] as const));
  const wanted = new Set(desired.map(({ id }) => resourceKey(id)));
  return [...gates].flatMap(([key, gate]): Beginning[] => {
    const one = own.get(key);
    if (gate.begins !== true || gate.waits !== undefined || one === undefined) return [];
    if (one.policy.reconcile !== 'enabled') return [];
    const service = serviceOf(one.id.environment, one.manifest, { snapshot, models, wanted });
    if (service === undefined || service.owner !== 'us') return [];
    const held = heldBy(service.tags);
    return held !== undefined && isSameTarget(held, gate.target) ? [] : [{ key, gate, service }];
  });
}

/** Gates of which it could not be written that they have begun are closed, so that nothing of theirs is changed in this pass. */
export interface Begun {
  readonly written: ReadonlyMap<string, Observed>;
  readonly closed: (gates: PlanInput['gates']) => PlanInput['gates'];
}

export async function writeBeginnings(
  all: readonly Beginning[],
  runtime: EnvironmentRuntime,
  input: Pick<PlanInput, 'owner' | 'source'>,
): Promise<Begun> {
  const written = new Map<string, Observed>();
  const failed = new Map<string, Gate>();
  await Promise.all(
    all.map(async ({ key, gate, service }) => {
      const waits = await write(service, gate);
      if (waits !== undefined) failed.set(key, { ...gate, waits });
    }),
  );

  async function write(service: Observed, gate: Gate): Promise<string | undefined> {
    const driver = runtime.drivers.get(service.id.kind)!;
    try {
      const now = await driver.tagsNow(service);
      if (now === undefined || !isStillOurs(service, now, input))
        return 'it now has another owner or is gone; the controller looks again';
      const held = heldBy(now);
      // Another controller has let it begin, at that time.
      const isBegun = held !== undefined && isSameTarget(held, gate.target);
      const told = isBegun ? { ...service, tags: now } : await driver.tag(service, begunTags(gate), []);
      written.set(resourceKey(service.id), told);
      return undefined;
    } catch (thrown) {
      return `cannot write the tag stationkeeper:rollout on its service: ${asStationkeeperError(thrown).message}`;
    }
  }

  return {
    written,
    closed: (gates) => (failed.size === 0 || gates === undefined ? gates : new Map([...gates, ...failed])),
  };
}
