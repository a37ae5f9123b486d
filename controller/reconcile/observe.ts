import { isBatchOutage } from '../aws/inventory.ts';
import { asStationkeeperError } from '../core/errors.ts';
import type { StationkeeperError } from '../core/errors.ts';
import type { KindFacts } from '../core/facts.ts';
import { groupBy } from '../core/order.ts';
import { HEALTHY } from '../core/kind.ts';
import { findingsFrom, needsFrom } from '../core/outputs.ts';
import { ENVIRONMENT_KIND, environmentId } from '../core/reference.ts';
import type { Desired, KindName, Observation, Observed, Seen } from '../core/resource.ts';
import { withoutSecretsIn } from '../core/secrets.ts';
import type { SecretRules } from '../core/secrets.ts';
import { EMPTY_SNAPSHOT, seenIn, whyUnseen, withAllSeen } from '../plan/snapshot.ts';
import type { Snapshot } from '../plan/snapshot.ts';
import type { EnvironmentRuntime } from './environments.ts';
import { PATIENT } from './kind-reads.ts';
import type { KindReads } from './kind-reads.ts';

/** What was seen, and why kinds were not: by kind, the environment's own refusal standing for all of them. */
export interface EnvironmentReading {
  readonly snapshot: Snapshot;
  readonly refused: ReadonlyMap<KindName, StationkeeperError>;
}

/**
 * Reads what AWS has in one environment. Never throws: what could not be read is unseen, and an environment that
 * could not be looked up, or is the wrong account, is unseen as a whole.
 */
export async function observe(
  runtime: EnvironmentRuntime,
  desired: readonly Desired[],
  scope: 'these' | 'all-owned',
  reads: KindReads = PATIENT,
): Promise<EnvironmentReading> {
  runtime.inventory.startPass((begin) => reads.list(begin));
  const refused = new Map<KindName, StationkeeperError>();
  const byKind = groupBy(desired, ({ id }) => id.kind);
  let snapshot = EMPTY_SNAPSHOT;
  for (const wave of runtime.waves) {
    const before = snapshot;
    const blocked = whyEnvironmentUnseen(before, runtime.name);
    const results = await Promise.all(
      wave.map(async (facts): Promise<readonly [KindName, Seen]> => {
        const { name } = facts;
        if (blocked !== undefined) return [name, { type: 'unseen', why: blocked }];
        const ofKind = byKind.get(name) ?? [];
        return [name, await observeKind(runtime, facts, ofKind, scope, before, refused, reads)];
      }),
    );
    snapshot = withAllSeen(snapshot, runtime.name, results);
  }
  return { snapshot, refused };
}

/** Why an environment is not known to be the right one, in which case nothing is read or touched in it. */
function whyEnvironmentUnseen(snapshot: Snapshot, environment: string): string | undefined {
  return whyUnseen(snapshot, environmentId(environment));
}

async function observeKind(
  runtime: EnvironmentRuntime,
  facts: KindFacts,
  desired: readonly Desired[],
  scope: 'these' | 'all-owned',
  before: Snapshot,
  refused: Map<KindName, StationkeeperError>,
  reads: KindReads,
): Promise<Seen> {
  if (desired.length === 0 && scope === 'these') return { type: 'seen', items: [], unseen: [] };
  try {
    const needs = needsFrom(seenIn(before));
    const findings = findingsFrom(seenIn(before), facts);
    const begin = () => runtime.drivers.get(facts.name)!.observe({ desired, scope, needs, findings });
    // Without knowing where it is nothing is read at all, so that an environment is waited for as a whole.
    const waiting = facts.name === ENVIRONMENT_KIND ? PATIENT : reads;
    const seen = await waiting.read(facts, begin);
    return { type: 'seen', ...withoutSecretsInWords(seen, runtime.secretRules) };
  } catch (thrown) {
    const error = asStationkeeperError(thrown);
    if (facts.neededToStart === true) return takenForGranted(facts, desired, error);
    if (scope === 'all-owned' && isBatchOutage(error)) {
      const wanted = await observeKind(runtime, facts, desired, 'these', before, refused, reads);
      return wanted.type === 'seen' ? { ...wanted, leftoversUnseen: error.message } : wanted;
    }
    refused.set(facts.name, error);
    return { type: 'unseen', why: error.message };
  }
}

/** What tasks need only to start may be there for all that is known: it hinders nothing, and is said of one for all of the kind. */
function takenForGranted(
  { name }: KindFacts,
  desired: readonly Desired[],
  { message }: StationkeeperError,
): Seen {
  const items = desired.map(
    ({ id }, nth): Observed => ({
      id,
      owner: 'nobody',
      tags: {},
      state: {},
      outputs: {},
      health: nth === 0 ? { ...HEALTHY, message: `cannot read any ${name}: ${message}` } : HEALTHY,
    }),
  );
  return { type: 'seen', items, unseen: [] };
}

/** AWS's own words stand in what is told of ill health and of what could not be read: an event quotes a command, or an image's URL. */
function withoutSecretsInWords(seen: Observation, rules: SecretRules): Observation {
  return {
    ...seen,
    items: seen.items.map((item) => {
      if (item.health.status === 'Healthy') return item;
      const message = withoutSecretsIn(item.health.message, rules);
      return message === item.health.message ? item : { ...item, health: { ...item.health, message } };
    }),
    unseen: seen.unseen.map((one) => ({ ...one, why: withoutSecretsIn(one.why, rules) })),
  };
}
