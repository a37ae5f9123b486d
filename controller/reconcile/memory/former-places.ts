import { canonicalJson } from '../../core/ownership.ts';
import { isEnvironment } from '../../core/reference.ts';
import type { EnvironmentOutputs } from '../../core/reference.ts';
import { REGION_TAG } from '../../core/ownership.ts';
import type { Desired, Observed } from '../../core/resource.ts';
import { placeOf } from '../../plan/claim.ts';
import { seenAll } from '../../plan/snapshot.ts';
import type { Snapshot } from '../../plan/snapshot.ts';
import type { Expansion } from '../../manifest/expand/index.ts';
import type { EnvironmentTarget } from '../../manifest/expand/environment.ts';
import type { LeftHere } from '../wanted.ts';

/**
 * Where environments were: those that are declared no more, and the account and Region that one was moved away from. Region and role
 * of an environment stand in its manifest alone. So that what it held does not drop out of sight with them, the place is looked at
 * for as long as something of ours is left there and the program runs. In memory only: a restart knows of it no more.
 */
export interface FormerPlaces {
  /** Notes where the environments of this expansion are declared. Returns the names of those that were elsewhere the last time. */
  declare(expansion: Expansion): readonly string[];
  /** What was seen in a place of one of these keys. */
  saw(key: string, snapshot: Snapshot): void;
  /** Places where something of ours was left, to be looked at and not touched; `wrong` are Environments whose documents are. */
  left(wrong?: ReadonlySet<string>): readonly LeftHere[];
}

interface Declared {
  readonly target: EnvironmentTarget;
  /** The Environment itself: where it was found wrong, nothing in it is looked at. */
  readonly desired: readonly Desired[];
  /** Something of ours was there when it was last read. */
  readonly ownsAny: boolean;
  /** As it was last looked up; undefined until then. */
  readonly place: EnvironmentOutputs | undefined;
  /** It was found elsewhere since. */
  readonly isLeft: boolean;
}

/** Equal for what is one environment with the same way in. */
export function placeKey(target: EnvironmentTarget): string {
  return canonicalJson(target);
}

export function createFormerPlaces(): FormerPlaces {
  const places = new Map<string, Declared>();
  /** By name, the key of where it is declared now. */
  let current: ReadonlyMap<string, string> = new Map();

  return {
    declare({ environments, desired }) {
      const before = current;
      current = new Map(environments.map((target) => [target.name, placeKey(target)]));
      for (const target of environments) {
        const key = placeKey(target);
        const itself = desired.filter(({ id }) => isEnvironment(id) && id.environment === target.name);
        const { ownsAny = false, place } = places.get(key) ?? {};
        places.set(key, { target, desired: itself, ownsAny, place, isLeft: false });
      }
      return [...current].flatMap(([name, key]) => ((before.get(name) ?? key) === key ? [] : [name]));
    },
    saw(key, snapshot) {
      const known = places.get(key);
      if (known === undefined) return;
      const { name } = known.target;
      const place = placeOf(name, snapshot) ?? known.place;
      // A global kind shows what is the Environment's elsewhere too.
      const isHere = ({ tags }: Observed): boolean =>
        place === undefined || (tags[REGION_TAG] ?? place.region) === place.region;
      const owned = [...snapshot.items.values()].some((item) => item.manifest !== undefined && isHere(item));
      places.set(key, {
        ...known,
        ownsAny: owned || (known.ownsAny && !seenAll(snapshot, name)),
        place,
      });
    },
    left(wrong = new Set()) {
      const declared = new Set(current.values());
      const left: LeftHere[] = [];
      for (const [key, known] of places) {
        if (declared.has(key)) continue;
        const { target, desired, ownsAny, place } = known;
        const now = places.get(current.get(target.name) ?? '');
        const isSame = place !== undefined && isSamePlace(place, now?.place);
        if (!ownsAny || place === undefined || isSame) {
          places.delete(key);
          continue;
        }
        // Until it is known where the environment is now, it may be where it was, with another way in.
        if (now !== undefined && now.place === undefined && !known.isLeft) continue;
        const isLeft = known.isLeft || now !== undefined;
        places.set(key, { ...known, isLeft });
        const where = `${place.region} of account ${place.accountId}`;
        const gone = wrong.has(target.name) ? isWrong(target.name) : notDeclared(target.name);
        left.push({
          target,
          desired,
          used: [],
          staged: [],
          frozen: isLeft ? movedAway(target.name, where) : gone,
          suspect: undefined,
          revision: undefined,
          formerly: isLeft ? `${target.name} in ${where}` : target.name,
        });
      }
      return left;
    },
  };
}

function isSamePlace(one: EnvironmentOutputs, other: EnvironmentOutputs | undefined): boolean {
  return one.accountId === other?.accountId && one.region === other.region;
}

function movedAway(name: string, where: string): string {
  return `the environment "${name}" moved away from ${where} and left this resource there; point it there again and remove its objects first, or delete this resource by hand`;
}

function notDeclared(name: string): string {
  return `no manifest declares the environment "${name}" any more; declare it again, and the controller removes what no manifest names`;
}

function isWrong(name: string): string {
  return `the manifest of the environment "${name}" is invalid, so the controller changes nothing in it; correct it first`;
}
