import { manifestKey } from '../core/resource.ts';
import { didYouMean } from '../core/suggest.ts';
import type { FleetDefinition, FleetReport } from '../status/fleet-schema.ts';
import { fleetDetail, fleetOverview, isFleetReady } from '../status/fleet-table.ts';
import type { TableOptions } from '../status/table.ts';
import { createServerClient, whyUnreachable } from './ask-server.ts';
import { mistake } from './daemon-named.ts';

type Summary = FleetReport['definitions'][number];

/** Where the fleet is looked up. */
export interface FleetReader {
  /** As `GET /fleet` has it. */
  fleet(this: void): Promise<FleetReport>;
  /** As `GET /fleet/:kind/:name` has it. */
  definition(this: void, summary: Summary): Promise<FleetDefinition>;
}

/** As a controller tells it. @throws {StationkeeperError} ServerUnreachable */
export function serverFleet(server: string, stop: AbortSignal): FleetReader {
  const { get } = createServerClient(server, stop);
  return {
    async fleet() {
      const response = await get('/fleet');
      if (!response.ok) throw whyUnreachable(server, `answered ${response.status}`);
      return (await response.json()) as FleetReport;
    },
    async definition({ kind, name, digest }) {
      const query = digest === undefined ? '' : `?digest=${digest}`;
      const response = await get(`/fleet/${kind}/${encodeURIComponent(name)}${query}`);
      if (!response.ok) throw whyUnreachable(server, `answered ${response.status} of ${kind}/${name}`);
      return (await response.json()) as FleetDefinition;
    },
  };
}

export interface FleetAsked {
  /** `xray` or `DaemonService/xray`; undefined: all. */
  readonly name: string | undefined;
  /** Undefined: all. */
  readonly environment: string | undefined;
  readonly output: 'table' | 'json';
}

/** What is to be printed, and whether all of it is done and well. @throws {StationkeeperError} UnknownObject */
export async function fleetStatus(
  asked: FleetAsked,
  { fleet, definition }: FleetReader,
  table: TableOptions,
): Promise<{ readonly text: string; readonly isReady: boolean }> {
  const { name, environment, output } = asked;
  const report = await fleet();
  const named = definitionsNamed(name, report.definitions);
  if (name === undefined && environment === undefined) {
    const text = output === 'json' ? json(report) : fleetOverview(named, table);
    return { text, isReady: named.every(isFleetReady) };
  }
  const whole = await Promise.all(named.map(definition));
  const found = environment === undefined ? whole : whole.flatMap((one) => within(one, environment));
  if (found.length === 0 && environment !== undefined) {
    const known = [...new Set(whole.flatMap((one) => one.environments.map((each) => each.environment)))];
    throw mistake(
      `${name ?? 'the fleet'} is in no Environment "${environment}"; ${didYouMean(environment, known, 'there are')}`,
    );
  }
  const [first, ...others] = found;
  const text =
    output === 'json'
      ? json(name !== undefined && others.length === 0 ? first! : { definitions: found })
      : found.map((one) => fleetDetail(one, table)).join('\n\n');
  return { text, isReady: found.every(isFleetReady) };
}

function definitionsNamed(name: string | undefined, definitions: readonly Summary[]): readonly Summary[] {
  const found = definitions.filter(
    (one) => name === undefined || one.name === name || manifestKey(one) === name,
  );
  if (found.length > 0 || name === undefined) return found;
  const known = [...new Set(definitions.map(name.includes('/') ? manifestKey : (one) => one.name))];
  const helps = known.length === 0 ? 'there is none' : didYouMean(name, known, 'there are');
  throw mistake(
    `no definition named "${name}" is in several Environments or goes through a Rollout; ${helps}`,
  );
}

/** The definition as it is in one Environment: its counts and stages stay those of all. */
function within(definition: FleetDefinition, environment: string): readonly FleetDefinition[] {
  const environments = definition.environments.filter((one) => one.environment === environment);
  return environments.length === 0 ? [] : [{ ...definition, environments }];
}

function json(document: object): string {
  return JSON.stringify(document, null, 2);
}
