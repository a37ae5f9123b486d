import type { Live } from './live.ts';
import { OWNER_TAG } from './live.ts';
import type { Mutation } from './mutation.ts';

/** What was there before the controller was, and what of it has become its own since. */
export interface Strangers {
  /** It was theirs once. */
  includes(id: string): boolean;
  /**
   * Notes what of theirs carries a controller's tag by a call of its own, whoever's controller it is: git asks for that, which another
   * invariant sees to.
   */
  noteAdoptions(live: readonly Live[], call?: Tagging): void;
  /** Strangers make what will have this key: it is theirs from its first moment. */
  expect(key: string): void;
  /** Strangers take away what was theirs, whether anybody has seen it since they made it or not. */
  forget(one: Pick<Live, 'id' | 'key'>): void;
  /** What is still theirs and is not as it was. */
  changed(live: readonly Live[]): readonly string[];
}

/** What a controller changes, and for whom it acts. */
interface Tagging {
  readonly mutation: Mutation;
  readonly owner: string;
}

export function createStrangers(before: readonly Live[]): Strangers {
  const theirs = new Map(before.map((one) => [one.id, one.fingerprint()]));
  const expected = new Set<string>();
  /** By id, the owner whose controller has tagged it. */
  const tagged = new Map<string, string>();
  /** That owner's from that moment, to be changed, released or deleted. */
  const adopted = new Set<string>();

  function noteAdoptions(live: readonly Live[], call?: Tagging): void {
    if (call?.mutation.effect === 'tag' && call.mutation.tags.get(OWNER_TAG) === call.owner) {
      for (const { id } of call.mutation.touched) if (theirs.has(id)) tagged.set(id, call.owner);
    }
    for (const one of live) if (expected.delete(one.key)) theirs.set(one.id, one.fingerprint());
    for (const { id, tags } of live) {
      if (tagged.has(id) && tags.get(OWNER_TAG) === tagged.get(id)) adopted.add(id);
    }
  }

  return {
    includes: (id) => theirs.has(id),
    noteAdoptions,
    expect: (key) => expected.add(key),
    forget({ id, key }) {
      theirs.delete(id);
      expected.delete(key);
    },
    changed(live) {
      noteAdoptions(live);
      const fingerprints = new Map([...theirs].filter(([id]) => !adopted.has(id)));
      const changed = live.filter(
        ({ id, fingerprint }) => fingerprints.has(id) && fingerprints.get(id) !== fingerprint(),
      );
      const gone = [...fingerprints.keys()].filter((id) => !live.some((one) => one.id === id));
      return [...changed.map(({ key }) => `${key} is not as it was`), ...gone.map((id) => `${id} is gone`)];
    },
  };
}
