import { HEALTHY } from '../../../controller/core/kind.ts';
import type { KindModel } from '../../../controller/core/kind.ts';
import type { KindFacts } from '../../../controller/core/facts.ts';
import { ENVIRONMENT_KIND, environmentId } from '../../../controller/core/reference.ts';
import type { Health, KindName, Outputs, ResourceId } from '../../../controller/core/resource.ts';
import { compareFields } from '../../../controller/plan/compare.ts';
import type { Shape } from './shapes.ts';
import type { Thing, ToySpec, ToyState } from './thing.ts';

/** What a beacon's driver finds out for the crews that stand in it. */
export interface ToyFindings {
  readonly missing: number;
}

/** Old objects that are not tidied up. */
const OLD_KEPT = 2;

const ENVIRONMENT_FACTS: KindFacts = { name: ENVIRONMENT_KIND, mainOf: 'Environment', calls: {} };

const ENVIRONMENT_MODEL: KindModel = {
  facts: ENVIRONMENT_FACTS,
  updateChangesOutputs: false,
  needs: () => [],
  diff: () => [],
};

function toyFacts(shape: Shape): KindFacts<Outputs, ToyFindings> {
  const { name, scope, builtOn, readAfter, learnsFrom, isGlobal, retainedByDefault, runsTasks, readBy } =
    shape;
  return {
    name,
    ...(scope === undefined ? {} : { scope }),
    builtOn,
    readAfter,
    learnsFrom,
    ...(isGlobal ? { isGlobal } : {}),
    ...(retainedByDefault ? { retainedByDefault } : {}),
    ...(runsTasks ? { workload: { stops: () => false } } : {}),
    ...(readBy === 'inventory' ? { inventoryType: name } : {}),
    paths: { size: {}, colour: {}, form: {}, links: {} },
    calls: { toys: { [`read${name}`]: { uses: ['observe'], actions: [] } } },
  };
}

function toyModel(shape: Shape): KindModel<ToySpec, ToyState> {
  const idOf = (given: Outputs | undefined): string | undefined => given?.['id'] as string | undefined;
  const isMadeOf = shape.makesAnew;
  return {
    facts: toyFacts(shape),
    updateChangesOutputs: shape.makesAnew,
    needs: ({ id, spec }) => [environmentId(id.environment), ...Object.values(spec.links)],
    diff({ spec }, { state }, needs) {
      const { size, colour, form } = spec;
      const changed = compareFields({ size, colour, form }, state, {
        replace: shape.isReplaceable ? ['form'] : [],
      });
      const relinked = Object.entries(spec.links).flatMap(([kind, ref]) => {
        const to = idOf(needs<Outputs>(ref));
        const from = state.links[kind] ?? null;
        return to === undefined || to === from
          ? []
          : [{ path: `links.${kind}`, from, to, by: 'update' } as const];
      });
      const dropped = Object.entries(state.links).flatMap(([kind, from]) =>
        from === null || kind in spec.links
          ? []
          : [{ path: `links.${kind}`, from, to: null, by: 'update' } as const],
      );
      return [...changed, ...relinked, ...dropped];
    },
    ...(isMadeOf
      ? {
          parts: ({ spec }, needs) =>
            Object.entries(spec.links).map(([kind, ref]) => [kind, idOf(needs<Outputs>(ref)) ?? null]),
        }
      : {}),
    takesUp: ({ spec }, need: ResourceId) => (need.kind in spec.links ? `links.${need.kind}` : undefined),
    upkeep({ id, spec }, { state }, findings) {
      const tidied = state.old.slice(0, Math.max(0, state.old.length - OLD_KEPT)).map((which) => ({
        what: 'old',
        which,
        from: 'kept',
        to: null,
        isTidying: true,
      }));
      const missing = shape.learnsFrom.flatMap((kind) => {
        const ref = spec.links[kind];
        const found = ref && findings<ToyFindings>(ref);
        return found === undefined || found.missing === 0 ? [] : [found.missing];
      });
      const repairs = missing.map((count) => ({
        what: 'places',
        from: `${count} missing in ${id.name}`,
        to: 'all',
        isTidying: false,
      }));
      return [...tidied, ...repairs];
    },
    uses: ({ state }) => Object.values(state.links).filter((id) => id !== null),
    letGo: ({ state }, used) =>
      shape.letsGoOf.includes(used.id.kind) && state.links[used.id.kind] === used.outputs['id']
        ? [{ path: `links.${used.id.kind}`, from: used.outputs['id'], to: null, by: 'update' }]
        : [],
    removal({ state: { contents, isOccupied } }) {
      const waits = contents === 0 ? {} : { waits: `waits until it is empty: ${contents} in it` };
      return { upkeep: [], ...waits, ...(isOccupied ? { held: 'something of others is in it' } : {}) };
    },
    ...(shape.renameReplaces ? { renameReplaces: true as const } : {}),
  };
}

/** The Environment and these. */
export function modelsOf(shapes: readonly Shape[]): ReadonlyMap<KindName, KindModel> {
  return new Map<KindName, KindModel>([
    [ENVIRONMENT_KIND, ENVIRONMENT_MODEL],
    ...shapes.map((shape) => [shape.name, toyModel(shape) as KindModel] as const),
  ]);
}

export function healthOf({ status, name }: Thing): Health {
  if (status === 'ready') return HEALTHY;
  return { status: 'Progressing', message: `${name} is ${status}` };
}
