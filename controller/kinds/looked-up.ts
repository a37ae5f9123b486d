import { inBatchesOf } from '../aws/collect.ts';
import type { Place } from '../core/arn.ts';
import { StationkeeperError, asStationkeeperError, isDenial } from '../core/errors.ts';
import { HEALTHY } from '../core/kind.ts';
import type { LookedUpSpec, LookedUpState } from '../core/looked-up.ts';
import { requireOutputs } from '../core/outputs.ts';
import type { Clock } from '../core/ports.ts';
import type { EnvironmentOutputs } from '../core/reference.ts';
import { createRemembered } from '../core/remembered.ts';
import { manifestKey } from '../core/resource.ts';
import type { Absent, Health, Observed, Outputs, UnseenResource } from '../core/resource.ts';
import type { KindDriver } from './kind.ts';

const CONCURRENT_READS = 5;
/**
 * Batches of what is known that one pass asks for again, so that of many things not all are asked for at once: so many at least, and one for
 * so many manifests that name some, so that more of them are not known for longer. Four kinds are looked up before tasks start, which
 * together may cost a pass a request for every hundred daemons.
 */
const AGAIN_AT_ONCE = { atLeast: 2, oneFor: 400 };

/** What became of looking for one. */
export type Verdict =
  /** `isUnsettled`: what uses it waits for it to become otherwise, so that the next pass asks again. */
  | { readonly type: 'found'; readonly outputs: Outputs; readonly isUnsettled?: boolean }
  /** `why` is for people, with what helps; absent where the facts of the kind say all. */
  | { readonly type: 'missing'; readonly why?: string }
  /** It cannot be looked at, and may be there. */
  | { readonly type: 'unknown'; readonly why: string };

/** A call for it that was refused, or failed. */
interface Refused {
  readonly type: 'refused';
  readonly why: string;
  readonly isDenied: boolean;
}

/** How the things of a kind are looked up. */
export interface LookUp {
  /** `a target group`, `target groups`: as people are told of it. */
  readonly one: string;
  readonly all: string;
  /** For so long one that was found counts as there. */
  readonly knownForMs: number;
  /** Without the permission to look, and where looking fails otherwise: each is taken for what it is to be, or is unseen, so that what needs it waits. */
  readonly onDenial: 'taken' | 'unseen';
  readonly onFailure: 'taken' | 'unseen';
  /** The outputs of one that is taken for what it is to be. */
  taken(reference: string): Outputs;
  /** What is known of one without a call; undefined where AWS is to be asked. */
  withoutAsking?(reference: string, place: EnvironmentOutputs): Verdict | undefined;
  /** In what portions AWS is asked, a call each. */
  batches(references: readonly string[]): readonly (readonly string[])[];
  /** One portion. What the answer does not speak of is left out. Throws StationkeeperError. */
  ask(references: readonly string[], place: EnvironmentOutputs): Promise<ReadonlyMap<string, Verdict>>;
}

/**
 * The driver of a kind that is only ever looked up: each thing once, however many name it, and again when its time has come, by turns; one
 * that is not there in every pass.
 */
export function lookedUpDriver(clock: Clock, look: LookUp): KindDriver<LookedUpSpec, LookedUpState> {
  const known = createRemembered<Verdict | Refused>(clock);

  function toAsk(references: readonly string[], manifests: number): readonly (readonly string[])[] {
    const atOnce = Math.max(AGAIN_AT_ONCE.atLeast, Math.floor(manifests / AGAIN_AT_ONCE.oneFor));
    const noted = references.flatMap((reference) => {
      const memory = known.of(reference);
      return memory === undefined ? [] : [{ reference, notedAt: memory.notedAt }];
    });
    const due = noted
      .filter(({ notedAt }) => clock.monotonic() - notedAt >= look.knownForMs)
      .toSorted((a, b) => a.notedAt - b.notedAt)
      .map(({ reference }) => reference);
    const unknown = references.filter((reference) => known.of(reference) === undefined);
    return [...look.batches(unknown), ...look.batches(due).slice(0, atOnce)];
  }

  async function ask(
    batch: readonly string[],
    place: EnvironmentOutputs,
  ): Promise<Refused | ReadonlyMap<string, Verdict>> {
    try {
      return await look.ask(batch, place);
    } catch (thrown) {
      const { code, message } = asStationkeeperError(thrown);
      return { type: 'refused', why: message, isDenied: isDenial(code) };
    }
  }

  function note(reference: string, verdict: Verdict | Refused): void {
    const isKept =
      (verdict.type === 'found' && verdict.isUnsettled !== true) ||
      (verdict.type === 'refused' && isTaken(verdict) && verdict.isDenied);
    if (isKept) known.note(reference, verdict);
    else known.forget(reference);
  }

  const isTaken = ({ isDenied }: Refused): boolean => (isDenied ? look.onDenial : look.onFailure) === 'taken';

  /** What was found before counts on where asking again fails, unless what needs it is to wait then. */
  function afterRefusal(reference: string, refused: Refused): Verdict | Refused {
    const before = known.of(reference)?.value;
    if (before?.type === 'found' && isTaken(refused)) return before;
    note(reference, refused);
    return refused;
  }

  /** Where all that is under way is refused, the rest of this pass is not asked for. */
  async function askAll(
    batches: readonly (readonly string[])[],
    place: EnvironmentOutputs,
  ): Promise<ReadonlyMap<string, Verdict | Refused>> {
    const verdicts = new Map<string, Verdict | Refused>();
    let refusal: Refused | undefined;
    for (const wave of inBatchesOf(CONCURRENT_READS, batches)) {
      const given = refusal;
      const answers = given === undefined ? await Promise.all(wave.map((batch) => ask(batch, place))) : [];
      for (const [nth, batch] of wave.entries()) {
        const answer = given ?? answers[nth]!;
        for (const reference of batch) {
          if ('type' in answer) {
            verdicts.set(reference, afterRefusal(reference, answer));
            continue;
          }
          const verdict = answer.get(reference) ?? UNTOLD;
          note(reference, verdict);
          verdicts.set(reference, verdict);
        }
      }
      if (given === undefined) refusal = answers.every((answer) => 'type' in answer) ? answers[0] : undefined;
    }
    return verdicts;
  }

  async function verdictsOf(
    references: readonly string[],
    manifests: number,
    place: EnvironmentOutputs,
  ): Promise<(reference: string) => Verdict | Refused> {
    const wanted = new Set(references);
    known.keep((reference) => wanted.has(reference));
    const certain = new Map(
      references.flatMap((reference) => {
        const verdict = look.withoutAsking?.(reference, place);
        return verdict === undefined ? [] : [[reference, verdict] as const];
      }),
    );
    const uncertain = references.filter((reference) => !certain.has(reference));
    const asked = await askAll(toAsk(uncertain, manifests), place);
    return (reference) =>
      certain.get(reference) ?? asked.get(reference) ?? known.of(reference)?.value ?? UNTOLD;
  }

  return {
    async observe({ desired, needs }) {
      const [first] = desired;
      if (first === undefined) return { items: [], unseen: [] };
      const place = requireOutputs(needs, first.spec.environment);
      const references = [...new Set(desired.map(({ spec }) => spec.reference))];
      const manifests = new Set(desired.map(({ manifest }) => manifestKey(manifest)));
      const verdictOf = await verdictsOf(references, manifests.size, place);
      const items: Observed<LookedUpState>[] = [];
      const unseen: UnseenResource[] = [];
      const absent: Absent[] = [];
      const told = new Set<string>();
      /** Said of one, for all of them. */
      const once = (why: string): Health =>
        told.has(why) ? HEALTHY : notLookedAt(look.all, (told.add(why), why));
      for (const { id, spec } of desired) {
        const { reference } = spec;
        const verdict = verdictOf(reference);
        const seen = (outputs: Outputs, health: Health): Observed<LookedUpState> => ({
          id,
          owner: 'nobody',
          ...(reference.startsWith('arn:') && reference === id.name && { arn: reference }),
          tags: {},
          state: {},
          outputs,
          health,
        });
        if (verdict.type === 'found') items.push(seen(verdict.outputs, HEALTHY));
        else if (verdict.type === 'missing') {
          if (verdict.why !== undefined) absent.push({ id, why: verdict.why });
        } else if (verdict.type === 'unknown') {
          items.push(
            seen(look.taken(reference), {
              ...HEALTHY,
              message: `the controller does not check it: ${verdict.why}`,
            }),
          );
        } else if (isTaken(verdict)) items.push(seen(look.taken(reference), once(verdict.why)));
        else unseen.push({ id, why: verdict.why });
      }
      return { items, unseen, absent };
    },
    ...neverChanged(look.one),
  };
}

/** What an ARN says to be of another Region than that which is asked, or of another account, which may say no to us and yes to ECS. */
export function elsewhere(reference: string, { region, accountId }: Place): Verdict | undefined {
  const [scheme, , , of, whose] = reference.split(':');
  if (scheme !== 'arn') return undefined;
  if (whose !== accountId) return { type: 'unknown', why: 'it is of another account' };
  if (of === region) return undefined;
  return { type: 'unknown', why: `it is in ${of}, and this Environment asks in ${region}` };
}

const UNTOLD: Verdict = { type: 'unknown', why: 'AWS did not say whether it is there' };

/** Of things that cannot be looked at, and may well be there. */
function notLookedAt(what: string, why: string): Health {
  return { ...HEALTHY, message: `${what} are not checked: ${why}` };
}

/** What the driver of a kind does that is only ever looked up: nothing. `what`: `a managed policy`. Each rejects with InternalError. */
export function neverChanged(what: string): Omit<KindDriver<never, never>, 'observe'> {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new StationkeeperError({
        code: 'InternalError',
        message: `a plan tried to change ${what}, which is only ever looked up; please report this`,
        retry: 'never',
      }),
    );
  return { create: refuse, update: refuse, delete: refuse, tagsNow: refuse, tag: refuse };
}
