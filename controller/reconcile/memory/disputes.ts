import { NEVER_ASKED } from '../../core/asked.ts';
import type { Asked } from '../../core/asked.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { StationkeeperError } from '../../core/errors.ts';
import { digest } from '../../core/ownership.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { resourceKey } from '../../core/resource.ts';
import type { Desired, FieldChange, Observed, ResourceId } from '../../core/resource.ts';
import type { Resting } from '../../plan/input.ts';
import { intentOf } from '../../plan/step.ts';
import type { Step } from '../../plan/step.ts';
import { listed } from '../../plan/work.ts';
import { EXISTS, contested, messageOf, notConverging, together } from './setbacks.ts';
import type { Setback } from './setbacks.ts';

/** A step of the plan that was taken. */
export type TakenStep = Exclude<Step, { readonly type: 'keep' | 'hold' }>;

/**
 * Remembers between passes which fields were made as wanted, and which of them did not stay so:
 *
 *   NotConverging  an update did not end the difference: AWS fills the field in itself, or does not keep it
 *   Contested      the field was as wanted for a while, and somebody changed it back, again and again
 *
 * Such a field is left alone for pauses that grow, while the resource's other fields are looked after; it is tried again at
 * once when git wants something else of the resource, or somebody asks for it. In memory only: a restart tries everything once more.
 */
export interface Disputes {
  /** A step was taken: `observed` is the resource as it then was, undefined for what AWS still works on and for what is gone. */
  took(step: TakenStep, result: 'done' | 'started', observed?: Observed): void;
  /** The driver itself says that the step just taken changed nothing. */
  tookInVain(step: TakenStep): void;
  /**
   * Compares what a pass has just read with what was done before, `steps` being the plan for it. Returns, by resource key, what is
   * to be taken for true instead of what was read: our own last write, which AWS's reads do not show at once.
   */
  look(environment: string, steps: readonly Step[]): ReadonlyMap<string, Observed | undefined>;
  /** Fields to be left alone now, by resource key. */
  resting(): ReadonlyMap<string, Resting>;
  /** Resources to be left alone now as a whole, because they do not stay created or deleted; by resource key. */
  restingWhole(): ReadonlyMap<string, string>;
  /** The same as failures are shown, by resource key. */
  setbacks(): ReadonlyMap<string, Setback>;
  /** Drops what is of environments that there are no more. */
  forgetOthers(environments: readonly string[]): void;
}

/** A read so soon after a write may be older than the write (EC2 API reference, "Eventual consistency"; reference: hazards). */
const READS_LAG_MS = 5_000;

/** So many corrections of a field are made before somebody else is believed to want another value. */
const CORRECTIONS = 3;
/** A field that stayed as wanted for so long is contested no more. A job that runs every hour is found out all the same. */
const CALM_MS = 7_200_000;
/** Each try may roll a daemon out anew. */
const CEILING_MS = 3_600_000;
const CONTESTED = { baseMs: 60_000, ceilingMs: CEILING_MS };
const NOT_CONVERGING = { baseMs: 1_000, ceilingMs: CEILING_MS };

interface Field {
  /** Of both values of the correction. */
  change: string;
  /** Of the wanted value. */
  to: string;
  /**
   * `begun`: AWS works on it; `made`: done, and not yet seen; `kept`: seen as wanted; `open`: it differs again, or still.
   */
  state: 'begun' | 'made' | 'kept' | 'open';
  /** Since when it is in this state, on the Clock's monotonic scale. */
  at: number;
  /** How often it was changed back after it was seen as wanted. */
  comebacks: number;
  /** How often an update did not end the difference. */
  vain: number;
  rest: { readonly error: StationkeeperError; readonly since: number; readonly until: number } | undefined;
}

interface Corrections {
  readonly id: ResourceId;
  /** Of all that git decides about it. */
  wanted: string;
  readonly fields: Map<string, Field>;
  written: { readonly observed: Observed | undefined } | undefined;
}

export function createDisputes(clock: Clock, random: Random, asked: Asked = NEVER_ASKED): Disputes {
  const pasts = new Map<string, Corrections>();

  function pastOf(step: Step): Corrections {
    const key = resourceKey(step.id);
    const wanted = wantedDigest('desired' in step ? step.desired : undefined);
    const known = pasts.get(key);
    if (known?.wanted === wanted) return known;
    const past = { id: step.id, wanted, fields: new Map(), written: undefined };
    pasts.set(key, past);
    return past;
  }

  function fieldOf(past: Corrections, change: FieldChange): Field {
    const to = digest(change.to);
    const known = past.fields.get(change.path);
    if (known?.to === to) return known;
    const field: Field = {
      change: digest([change.from, change.to]),
      to,
      state: 'open',
      at: clock.monotonic(),
      // A resource that is made for the first time corrects nobody.
      comebacks: change.path === EXISTS ? -1 : 0,
      vain: 0,
      rest: undefined,
    };
    past.fields.set(change.path, field);
    return field;
  }

  function enter(field: Field, state: Field['state']): void {
    field.state = state;
    field.at = clock.monotonic();
  }

  function restsInVain(step: Step, path: string, field: Field): void {
    field.vain += 1;
    enter(field, 'open');
    const until = clock.monotonic() + backoffMs(field.vain, NOT_CONVERGING, random);
    field.rest = { error: notConverging(step, path), since: clock.monotonic(), until };
  }

  function cameBack(step: Step, path: string, field: Field): void {
    field.comebacks += 1;
    field.vain = 0;
    field.rest = undefined;
    enter(field, 'open');
    const beyond = field.comebacks - CORRECTIONS;
    if (beyond < 0) return;
    const until = clock.monotonic() + backoffMs(beyond + 1, CONTESTED, random);
    field.rest = { error: contested(step.id, path, field.comebacks), since: clock.monotonic(), until };
  }

  /** Judges a field that differs; true where the difference may be one that only an old read shows. */
  function judge(step: Step, change: FieldChange, past: Corrections): boolean {
    const field = past.fields.get(change.path);
    if (field === undefined) return false;
    if (field.to !== digest(change.to)) {
      past.fields.delete(change.path);
      return false;
    }
    const isSame = field.change === digest([change.from, change.to]);
    if (field.state === 'made' && isSame && clock.monotonic() - field.at < READS_LAG_MS) return true;
    // An update that ended this difference before would have ended it again.
    const works = field.state === 'kept' || !isSame || field.comebacks > 0;
    if (field.state === 'kept' || field.state === 'made') {
      if (works) cameBack(step, change.path, field);
      else restsInVain(step, change.path, field);
    }
    return false;
  }

  function settle(past: Corrections, differing: ReadonlySet<string>): void {
    for (const [path, field] of past.fields) {
      if (differing.has(path)) continue;
      if (field.state !== 'kept') enter(field, 'kept');
      field.vain = 0;
      field.rest = undefined;
      if (clock.monotonic() - field.at >= CALM_MS) past.fields.delete(path);
    }
  }

  function restingFields(past: Corrections): readonly (readonly [string, NonNullable<Field['rest']>])[] {
    return [...past.fields].flatMap(([path, { rest }]) =>
      rest !== undefined && clock.monotonic() < rest.until && !asked.since(rest.since)
        ? [[path, rest] as const]
        : [],
    );
  }

  return {
    took(step, result, observed) {
      const past = pastOf(step);
      const removes = step.type === 'replace';
      const state = result === 'done' && !removes ? 'made' : 'begun';
      past.written = result === 'done' && !removes ? { observed } : undefined;
      if (removes) past.fields.delete(EXISTS);
      if (step.type === 'create' && result === 'done') {
        for (const field of past.fields.values()) if (field.state === 'begun') enter(field, 'made');
      }
      for (const change of differencesOf(step) ?? []) {
        const field = fieldOf(past, change);
        field.change = digest([change.from, change.to]);
        field.rest = undefined;
        enter(field, state);
      }
    },
    tookInVain(step) {
      const past = pastOf(step);
      for (const change of differencesOf(step) ?? []) restsInVain(step, change.path, fieldOf(past, change));
    },
    look(environment, steps) {
      const lagging = new Map<string, Observed | undefined>();
      const planned = new Map(steps.map((step) => [resourceKey(step.id), step]));
      for (const [key, past] of pasts) {
        if (past.id.environment !== environment) continue;
        const step = planned.get(key);
        if (step === undefined || pastOf(step) !== past) {
          pasts.delete(key);
          continue;
        }
        const differences = differencesOf(step);
        if (differences === undefined) continue;
        const old = differences.map((change) => judge(step, change, past));
        if (old.length > 0 && !old.includes(false) && past.written !== undefined) {
          lagging.set(key, past.written.observed);
          continue;
        }
        // What was read is believed: what we wrote is not needed any more.
        past.written = undefined;
        // A resource that does not exist has no field that is as wanted.
        if (intentOf(step) !== 'create') settle(past, new Set(differences.map(({ path }) => path)));
        if (past.fields.size === 0) pasts.delete(key);
      }
      return lagging;
    },
    resting() {
      return new Map(
        [...pasts].flatMap(([key, past]) => {
          const rests = restingFields(past).filter(([path]) => path !== EXISTS);
          if (rests.length === 0) return [];
          return [
            [
              key,
              {
                paths: new Set(rests.map(([path]) => path)),
                reason: messageOf(rests.map(([, { error }]) => error)),
              },
            ] as const,
          ];
        }),
      );
    },
    restingWhole() {
      return new Map(
        [...pasts].flatMap(([key, past]) => {
          const rests = restingFields(past).filter(([path]) => path === EXISTS);
          return rests.length === 0 ? [] : [[key, messageOf(rests.map(([, { error }]) => error))] as const];
        }),
      );
    },
    setbacks() {
      return new Map(
        [...pasts].flatMap(([key, past]): (readonly [string, Setback])[] => {
          const rests = restingFields(past);
          if (rests.length === 0) return [];
          const fields = rests.map(([path]) => past.fields.get(path)!);
          return [
            [
              key,
              {
                id: past.id,
                error: together(rests.map(([, { error }]) => error)),
                attempts: Math.max(...fields.map(({ comebacks, vain }) => Math.max(comebacks, vain))),
                nextAttemptAt: Math.min(...rests.map(([, { until }]) => until)),
              },
            ],
          ];
        }),
      );
    },
    forgetOthers(environments) {
      for (const [key, { id }] of pasts) if (!environments.includes(id.environment)) pasts.delete(key);
    },
  };
}

const wantedDigests = new WeakMap<Desired, string>();

function wantedDigest(desired: Desired | undefined): string {
  if (desired === undefined) return 'nothing';
  const known = wantedDigests.get(desired);
  if (known !== undefined) return known;
  const fresh = digest([desired.spec, desired.labels, desired.policy]);
  wantedDigests.set(desired, fresh);
  return fresh;
}

/** What a step is to end, or would; undefined where it is not known whether anything differs, or nothing is to be done about it. */
function differencesOf(step: Step): readonly FieldChange[] | undefined {
  if (step.type === 'hold' && step.why === 'policy') return undefined;
  switch (intentOf(step)) {
    case 'create':
      return [{ path: EXISTS, from: false, to: true, by: 'update' }];
    case 'delete':
      return [{ path: EXISTS, from: true, to: false, by: 'update' }];
    case 'update':
    case 'replace':
      return listed(step);
    case 'none':
      return step.type === 'keep' ? [] : undefined;
  }
}
