import type { KindName } from '../../../controller/core/resource.ts';
import type { Chance } from '../simulation/chance.ts';

/**
 * What a toy kind is like. Names are of no AWS service: each kind has the ways of one or more real ones, and worlds vary them beyond what
 * real kinds do.
 */
export interface Shape {
  readonly name: KindName;
  readonly scope?: KindName;
  readonly builtOn: readonly KindName[];
  readonly readAfter: readonly KindName[];
  readonly learnsFrom: readonly KindName[];
  readonly isGlobal: boolean;
  readonly retainedByDefault: boolean;
  readonly runsTasks: boolean;
  /** An update makes a new object, and leaves the old one behind, which is tidied up. */
  readonly makesAnew: boolean;
  readonly renameReplaces: boolean;
  /** `form` of it cannot be changed in place. */
  readonly isReplaceable: boolean;
  /** What it can be without, while that is made anew. */
  readonly letsGoOf: readonly KindName[];
  /** `hidden`: AWS shows nothing of it until it is made. */
  readonly making: 'at once' | 'shown' | 'hidden';
  readonly ending: 'at once' | 'shown' | 'hidden';
  /** Its changes take a while to be well. */
  readonly rollsOut: boolean;
  /** `inventory`: its tags and what is left over come from the batch of tags. */
  readonly readBy: 'itself' | 'inventory';
  readonly tellsAge: boolean;
  /** It is not deleted while something is in it. */
  readonly holds: boolean;
}

const PLAIN: Omit<Shape, 'name'> = {
  builtOn: [],
  readAfter: [],
  learnsFrom: [],
  isGlobal: false,
  retainedByDefault: false,
  runsTasks: false,
  makesAnew: false,
  renameReplaces: false,
  isReplaceable: false,
  letsGoOf: [],
  making: 'at once',
  ending: 'at once',
  rollsOut: false,
  readBy: 'itself',
  tellsAge: true,
  holds: false,
};

/** In the order of creation. */
export function shapesOf(chance: Chance): readonly Shape[] {
  const sometimes = <Value>(value: Value, other: Value): Value => (chance.happens(0.3) ? value : other);
  return [
    { ...PLAIN, name: 'seal', isGlobal: true, making: sometimes('shown', 'at once') },
    {
      ...PLAIN,
      name: 'ledger',
      retainedByDefault: sometimes(false, true),
      readBy: 'inventory',
      tellsAge: sometimes(false, true),
    },
    {
      ...PLAIN,
      name: 'gate',
      renameReplaces: sometimes(false, true),
      tellsAge: false,
      ending: sometimes('shown', 'at once'),
    },
    {
      ...PLAIN,
      name: 'zone',
      readBy: 'inventory',
      making: 'hidden',
      ending: sometimes('hidden', 'shown'),
      holds: true,
    },
    {
      ...PLAIN,
      name: 'beacon',
      scope: 'zone',
      builtOn: ['zone'],
      readAfter: ['zone'],
      isReplaceable: true,
      readBy: sometimes('itself', 'inventory'),
    },
    {
      ...PLAIN,
      name: 'yard',
      ending: sometimes('hidden', 'at once'),
      making: sometimes('shown', 'at once'),
      holds: true,
    },
    { ...PLAIN, name: 'draft', builtOn: ['seal', 'ledger'], makesAnew: true },
    {
      ...PLAIN,
      name: 'crew',
      scope: 'yard',
      builtOn: ['draft', 'beacon', 'gate', 'yard', 'seal'],
      readAfter: ['beacon'],
      learnsFrom: ['beacon'],
      runsTasks: true,
      isReplaceable: true,
      letsGoOf: ['beacon'],
      ending: sometimes('shown', 'hidden'),
      rollsOut: true,
    },
  ];
}
