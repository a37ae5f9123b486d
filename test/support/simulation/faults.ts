import type { Effect, Fault } from '../../../sandbox/control/faults.ts';
import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';
import type { Sky as SkyName } from './happening.ts';

/** A spell of bad weather: what happens to calls, how often, and to which. */
export interface Weather {
  /** `ecs:`, `servicediscovery:DeleteService` or nothing for all: what the names of the calls begin with. */
  readonly where: string;
  readonly probability: number;
  readonly effect: () => Effect;
}

const CODES: readonly [readonly [string, number], ...(readonly [string, number])[]] = [
  ['ThrottlingException', 400],
  ['AccessDeniedException', 403],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
  ['InvalidParameterException', 400],
  ['RequestExpired', 400],
];
const WHERE: readonly [string, ...string[]] = [
  '',
  '',
  'ecs:',
  'servicediscovery:',
  'iam:',
  'ec2:',
  'logs:',
  'tagging:GetResources',
  'ecs:DescribeServices',
  'ecs:ListServices',
  'ec2:DescribeSecurityGroups',
  'servicediscovery:ListServices',
];

function newWeather(chance: Chance): Weather {
  const where = chance.one(WHERE);
  const often = where === '' || where.endsWith(':') ? 0.25 : 0.9;
  const probability = chance.next() * often;
  switch (chance.whole(0, 5)) {
    case 0:
      return { where, probability, effect: () => ({ effect: 'drop' }) };
    case 1:
      return { where, probability, effect: () => ({ effect: 'delay', ms: chance.whole(500, 12_000) }) };
    case 2:
      return { where, probability: probability / 10, effect: () => ({ effect: 'hang' }) };
    default: {
      const [code, status] = chance.one(CODES);
      return { where, probability, effect: () => ({ effect: 'fail', code, status }) };
    }
  }
}

/** What GetResources and the like show may be as old as this, for a while. */
function newLag(chance: Chance): Fault {
  const operation = chance.one(['tagging:GetResources', 'ecs:*', 'servicediscovery:*', 'ec2:*', '*']);
  const probability = 0.2 + 0.5 * chance.next();
  return { effect: 'lag', ms: chance.whole(1_000, 10_000), operation, times: 'always', probability };
}

/** What is above a world: spells of weather, each with its end. */
export interface Sky {
  /** Tells what it is about. */
  begin(what: SkyName, chance: Chance, until: number): string;
  /** When the next spell ends. */
  nextEnd(): number;
  /** Ends the spells that are over. */
  clearUp(): void;
  /** Ends all of them. */
  clear(): void;
  /** Whether AWS answers what is so, if it answers. */
  readonly isTrue: () => boolean;
  /** A call in this weather. */
  over(name: string, perform: () => Promise<object>): Promise<object>;
}

interface Spell {
  readonly until: number;
  readonly end?: () => void;
  /** Answers are not what is so. */
  readonly misleads?: true;
  /** What it does to a call, if anything. */
  readonly meet?: (name: string) => Effect | undefined;
  /** What it makes of an answer. */
  readonly spoil?: (name: string, answer: object) => object;
}

/** Batches of which AWS may show a part only, for some seconds. */
const TAGS_READ = 'tagging:GetResources';

/** Answers that hold nothing although they are told to be well. */
const EMPTIED = [
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeServices',
  'ecs:DescribeClusters',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'iam:GetAccountAuthorizationDetails',
  'logs:DescribeLogGroups',
  'servicediscovery:ListNamespaces',
  'servicediscovery:ListServices',
  TAGS_READ,
] as const;

/** What somebody may take from the controller's role, and give back. */
const PERMISSIONS = [
  'ecs:UpdateService',
  'ecs:CreateService',
  'ecs:DescribeServices',
  'ec2:DescribeSecurityGroups',
  'ec2:AuthorizeSecurityGroupIngress',
  'iam:',
  'logs:',
  'servicediscovery:',
  TAGS_READ,
] as const;

/** `weather`: that of every spell of faults. */
export function createSky(world: World, weather: readonly Weather[] | undefined): Sky {
  const { control } = world.sandbox;
  let spells: readonly Spell[] = [];

  function spellOf(what: SkyName, chance: Chance): Omit<Spell, 'until'> & { readonly about: string } {
    switch (what) {
      case 'faults': {
        const { where, probability, effect } = chance.any(weather ?? []) ?? newWeather(chance);
        const isMet = (name: string): boolean => name.startsWith(where) && chance.happens(probability);
        return {
          about: `${where === '' ? 'all calls' : where} (${probability.toFixed(2)})`,
          meet: (name) => (isMet(name) ? effect() : undefined),
        };
      }
      case 'lag': {
        const { id, operation } = control.inject(newLag(chance));
        return { about: operation, misleads: true, end: () => control.removeFault(id) };
      }
      case 'the tagging API shows a part': {
        const probability = chance.one([0.5, 1]);
        return {
          about: TAGS_READ,
          misleads: true,
          spoil: (name, answer) => {
            if (name !== TAGS_READ || !chance.happens(probability)) return answer;
            const { ResourceTagMappingList: all } = answer as { readonly ResourceTagMappingList: object[] };
            return { ...answer, ResourceTagMappingList: all.filter(() => chance.happens(0.6)) };
          },
        };
      }
      case 'empty answers': {
        const emptied = chance.any(EMPTIED)!;
        return {
          about: emptied,
          misleads: true,
          spoil: (name, answer) => (name === emptied ? {} : answer),
        };
      }
      case 'credentials expire':
        return {
          about: 'for all calls',
          meet: () => ({ effect: 'fail', code: 'ExpiredTokenException', status: 400 }),
        };
      case 'a permission is taken away': {
        const lost = chance.any(PERMISSIONS)!;
        const denied: Effect = { effect: 'fail', code: 'AccessDeniedException', status: 403 };
        return { about: lost, meet: (name) => (name.startsWith(lost) ? denied : undefined) };
      }
      case 'git cannot be reached':
      case 'git is not whole':
        world.sourceFails(what === 'git is not whole' ? 'SourceInvalid' : 'SourceUnreachable');
        return { about: 'from now', end: () => world.sourceFails(undefined) };
    }
  }

  function endThose(areOver: (spell: Spell) => boolean): void {
    const over = spells.filter(areOver);
    spells = spells.filter((spell) => !over.includes(spell));
    for (const { end } of over) end?.();
  }

  return {
    begin(what, chance, until) {
      const { about, ...spell } = spellOf(what, chance);
      spells = [...spells, { ...spell, until }];
      return about;
    },
    nextEnd: () => Math.min(...spells.map(({ until }) => until)),
    clearUp: () => endThose(({ until }) => until <= world.clock.now()),
    clear() {
      endThose(() => true);
      control.clearFaults();
    },
    isTrue: () => !spells.some(({ misleads }) => misleads === true),
    async over(name, perform) {
      const met = firstOf(spells, ({ meet }) => meet?.(name));
      const fault = met === undefined ? undefined : control.inject({ ...met, operation: name });
      const answer = perform();
      // Another one may have happened to the call. What happened is over, and what hangs goes on hanging.
      if (fault !== undefined && control.faults().some(({ id }) => id === fault.id))
        control.removeFault(fault.id);
      return spells.reduce((seen, { spoil }) => spoil?.(name, seen) ?? seen, await answer);
    },
  };
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
