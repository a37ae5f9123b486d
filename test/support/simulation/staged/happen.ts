import { ask } from '../../world/rollouts.ts';
import type { Chance } from '../chance.ts';
import { STAGED_EDITS } from './edits.ts';
import type { Fleet } from './fleet.ts';
import { BY_HAND } from './fleet.ts';
import { membersOf } from './git.ts';
import type { StagedPlace } from './git.ts';
import type { StagedHappening } from './script.ts';
import { seenIn } from './seen.ts';

const SERVICE = { cluster: 'main', service: 'xray' } as const;

/** Does it, and tells to what; undefined where there is nothing that it could happen to. */
export async function happenIn(
  fleet: Fleet,
  happening: StagedHappening,
  chance: Chance,
): Promise<string | undefined> {
  const place = chance.any(membersOf(fleet.git()).filter((one) => isActive(fleet, one)));
  switch (happening.type) {
    case 'git':
      fleet.push(STAGED_EDITS[happening.what](fleet.git(), chance, fleet.earlier()));
      return `${fleet.git().definition.version}, ${fleet.git().mode}`;
    case 'weather':
      return weather(fleet, happening, chance);
    case 'control':
      if (happening.what === 'a second controller runs beside it')
        return fleet.startSecond(chance.whole(60, 300) * 1000) ? 'from now' : undefined;
      fleet.die();
      return 'at once';
    case 'somebody':
      if (happening.what === 'approves what waits') return fleet.approveWhatWaits() ? 'by API' : undefined;
      return place && meddle(fleet, happening.what, place);
  }
}

function isActive({ world }: Fleet, place: StagedPlace): boolean {
  return seenIn(world, place).service !== undefined;
}

async function meddle(
  fleet: Fleet,
  what: 'scales a service' | 'deletes a service' | 'deploys a service anew',
  place: StagedPlace,
): Promise<string> {
  const { world } = fleet;
  switch (what) {
    case 'scales a service':
      fleet.scaled(place);
      await ask(world, place, 'UpdateService', { ...SERVICE, desiredCount: BY_HAND });
      break;
    case 'deletes a service':
      await ask(world, place, 'DeleteService', { ...SERVICE, force: true });
      break;
    case 'deploys a service anew':
      await ask(world, place, 'UpdateService', { ...SERVICE, forceNewDeployment: true });
      break;
  }
  return `in ${place.name}`;
}

function weather(
  fleet: Fleet,
  { what, lastsMs }: Extract<StagedHappening, { type: 'weather' }>,
  chance: Chance,
): string | undefined {
  switch (what) {
    case 'an Environment cannot be read': {
      const place = chance.any(fleet.git().places);
      if (place === undefined) return undefined;
      fleet.spell(lastsMs, { meet: ({ accountId }) => accountId === place.account });
      return `${place.name}, for ${lastsMs / 1000} s`;
    }
    case 'calls fail': {
      const often = 0.1 * chance.next();
      fleet.spell(lastsMs, { meet: () => chance.happens(often) });
      return `${(100 * often).toFixed(0)} %, for ${lastsMs / 1000} s`;
    }
    case 'lag': {
      const { control } = fleet.world.sandbox;
      const ms = chance.whole(1, 10) * 1000;
      const operation = chance.one(['ecs:*', 'tagging:GetResources', '*']);
      const { id } = control.inject({ effect: 'lag', ms, operation, times: 'always', probability: 0.5 });
      fleet.spell(lastsMs, { end: () => control.removeFault(id) });
      return `${operation} by ${ms / 1000} s, for ${lastsMs / 1000} s`;
    }
  }
}
