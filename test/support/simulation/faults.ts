import type { Effect } from '../../../sandbox/control/faults.ts';
import type { World } from '../world/world.ts';
import type { Chance } from './chance.ts';

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

export function newWeather(chance: Chance): Weather {
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
export function startLag(world: World, chance: Chance): void {
  const operation = chance.one(['tagging:GetResources', 'ecs:*', 'servicediscovery:*', 'ec2:*', '*']);
  const probability = 0.2 + 0.5 * chance.next();
  world.sandbox.control.inject({
    effect: 'lag',
    ms: chance.whole(1_000, 10_000),
    operation,
    times: 'always',
    probability,
  });
}
