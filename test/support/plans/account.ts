import { StationkeeperError } from '../../../controller/core/errors.ts';
import type { Needs } from '../../../controller/core/outputs.ts';
import { ownership } from '../../../controller/core/ownership.ts';
import { resourceKey } from '../../../controller/core/resource.ts';
import type {
  Desired,
  KindName,
  Observation,
  Observed,
  ResourceId,
  Tags,
} from '../../../controller/core/resource.ts';
import type { KindDriver } from '../../../controller/kinds/kind.ts';
import type { Clock } from '../../../controller/core/ports.ts';
import { FACTS, KIND_NAMES } from '../../../controller/kinds/facts.ts';
import { KINDS } from '../../../controller/kinds/index.ts';
import type { EnvironmentRuntime } from '../../../controller/reconcile/environments.ts';
import { listed } from '../../../controller/plan/work.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { resourceId } from './resources.ts';
import type { SampleSpec } from './resources.ts';
import { PATIENT } from '../../../controller/reconcile/kind-reads.ts';

/** An account that keeps resources of no kind in particular in a map, with a driver for each kind over it. */
export interface Account {
  readonly runtime: EnvironmentRuntime;
  /** What there is, by resource key. */
  readonly items: Map<string, Observed>;
  /** What was asked of it, oldest first: `create role/xray`; reads apart. */
  readonly asked: string[];
  /** The ids of what each was made or changed with, as far as it had outputs. */
  readonly needed: Map<string, readonly ResourceId[]>;
  /** Requests that are refused, only begun, or take their time, by `create role`. */
  readonly answers: Map<string, StationkeeperError | 'started' | { readonly takesMs: number }>;
  /** How often it was said that a creation may have been made all the same. */
  doubts: number;
}

const STARTED = { type: 'started', checkAgainInMs: 7_000, message: 'AWS takes its time' } as const;

export function createAccount(
  present: readonly Observed[] = [],
  environment = 'default',
  clock: Clock = new VirtualClock(),
): Account {
  const claim = { owner: 'stationkeeper', environment };
  const items = new Map(present.map((item) => [resourceKey(item.id), item]));
  const account: Account = {
    items,
    asked: [],
    needed: new Map(),
    answers: new Map(),
    doubts: 0,
    runtime: {
      name: environment,
      inventory: {
        startPass: () => undefined,
        tagsOf: (_arn, read) => read(),
        owned: () => Promise.resolve(new Map()),
        unlistedClusters: () => Promise.resolve([]),
        doubted: () => {
          account.doubts += 1;
        },
        wrote: () => undefined,
      },
      models: new Map(KINDS.map(({ model }) => [model.facts.name, model])),
      drivers: new Map(KIND_NAMES.map((kind) => [kind, driverOf(kind)])),
      waves: FACTS.map((facts) => [facts]),
      actFor: () => undefined,
      requestCount: () => account.asked.length,
      silence: () => undefined,
      unanswered: new Map(),
      reads: PATIENT,
      reach: () => Promise.resolve(new Map()),
      secretRules: [],
    },
  };

  /** True where it is done, false where it is only begun. */
  async function ask(what: string, { kind, name }: ResourceId): Promise<boolean> {
    account.asked.push(`${what} ${kind}/${name}`);
    const answer = account.answers.get(`${what} ${kind}`);
    if (answer instanceof StationkeeperError) throw answer;
    await (typeof answer === 'object' ? clock.sleep(answer.takesMs) : Promise.resolve());
    return answer !== 'started';
  }

  function put({ id, spec }: Desired<Partial<SampleSpec>>, tags: Tags): Observed {
    const arn = `arn:aws:sample:::${id.name}`;
    const health = { status: 'Healthy', message: '' } as const;
    const item = { id, ...ownership(claim, tags), arn, state: spec.fields ?? spec, outputs: { arn }, health };
    items.set(resourceKey(id), item);
    return item;
  }

  function remember(id: ResourceId, spec: Partial<SampleSpec>, needs: Needs): void {
    account.needed.set(
      resourceKey(id),
      (spec.needs ?? []).filter((need) => needs(need) !== undefined),
    );
  }

  function driverOf(kind: KindName): KindDriver {
    const driver: KindDriver<SampleSpec> = {
      async observe({ desired, scope, needs }): Promise<Observation> {
        await ask(`read ${scope}`, resourceId(kind, '*'));
        for (const { id, spec } of desired) remember(id, spec, needs);
        const names = new Set(desired.map(({ id }) => resourceKey(id)));
        const found = [...items.values()].filter(
          ({ id, owner }) =>
            id.kind === kind && (names.has(resourceKey(id)) || (scope === 'all-owned' && owner === 'us')),
        );
        return { items: found, unseen: [] };
      },
      async create(desired, tags, needs) {
        remember(desired.id, desired.spec, needs);
        return (await ask('create', desired.id)) ? { type: 'done', observed: put(desired, tags) } : STARTED;
      },
      async update(desired, observed, work, _tags, needs) {
        remember(desired.id, desired.spec, needs);
        const paths = listed(work)
          .map(({ path }) => path)
          .join(',');
        if (!(await ask('update', desired.id))) return STARTED;
        account.asked.push(`changed ${paths}`);
        return { type: 'done', observed: put(desired, observed.tags) };
      },
      async delete({ id }) {
        if (!(await ask('delete', id))) return STARTED;
        items.delete(resourceKey(id));
        return { type: 'gone' };
      },
      tagsNow: ({ id }) => Promise.resolve(items.get(resourceKey(id))?.tags),
      async tag({ id }, set, remove) {
        await ask('tag', id);
        const item = items.get(resourceKey(id))!;
        const left = Object.entries(item.tags).filter(([key]) => !remove.includes(key));
        const tags = { ...Object.fromEntries(left), ...set };
        const { manifest: _former, ...rest } = item;
        const tagged: Observed = { ...rest, ...ownership(claim, tags) };
        items.set(resourceKey(id), tagged);
        return tagged;
      },
    };
    return driver;
  }

  return account;
}
