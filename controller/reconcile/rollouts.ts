import { groupBy } from '../core/order.ts';
import type { AwsClock, Clock } from '../core/ports.ts';
import { manifestKey, objectKey } from '../core/resource.ts';
import type { Course } from '../core/rollout/course.ts';
import type { FactsByManifest, MemberFacts } from '../core/rollout/facts.ts';
import { isSameTarget } from '../core/rollout/held.ts';
import { recordText } from '../core/rollout/record.ts';
import type { Member, StagedDefinition, Target } from '../core/rollout/schedule.ts';
import type { Gate } from '../plan/input.ts';
import { courseOf } from '../plan/rollout/course.ts';
import type { Approvals } from './memory/approvals.ts';
import type { Sights } from './sights.ts';
import type { StagedHere, WantedHere } from './wanted.ts';

/** How the definitions that go through a Rollout stand in one pass. */
export interface PassRollouts {
  /**
   * The gates of one environment, by manifest. Waits for the others to be looked at only where something has to be decided over all of them,
   * and no longer than `forMs` (`Sights.allHaveLooked`).
   */
  gatesIn(
    here: WantedHere,
    facts: FactsByManifest,
    forMs: number | undefined,
  ): Promise<ReadonlyMap<string, Gate>>;
  /** An environment has come to its end. */
  ended(environment: string, facts: FactsByManifest): void;
  /** An environment has not come to its end in time: why it counts as unreadable, or undefined where AWS is only slow. */
  isLate(environment: string, silence: string | undefined): void;
  /** Of what is known now. */
  courses(): readonly Course[];
}

export interface Rollouts {
  /** `isRehearsed`: nothing is changed in the pass. */
  pass(
    staged: readonly StagedDefinition[],
    sights: Pick<Sights, 'allHaveLooked' | 'factsOf'>,
    isRehearsed: boolean,
  ): PassRollouts;
}

/** A beginning that AWS may not show yet. */
interface Grant {
  readonly target: Target;
  /** Epoch milliseconds by AWS's clock. */
  readonly at: number;
  readonly until: number;
}

/** So long something that was let begin counts as begun though AWS does not show it: a read may be older than our own write. */
const SHOWN_WITHIN_MS = 60_000;

/** What is decided is decided by facts; beside them it is only remembered what was let begin a moment ago. */
export function createRollouts({
  approvals,
  clock,
  awsClock,
}: {
  readonly approvals?: Approvals;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly awsClock: AwsClock;
}): Rollouts {
  const grants = new Map<string, Grant>();
  /** As environments came to their end last: what is slow is shown so, and nothing is decided by it. */
  const lastEnded = new Map<string, FactsByManifest>();
  /** Of environments that AWS does not answer for, why. */
  const silent = new Map<string, string>();

  function grantOf(member: Member, key: string): Grant | undefined {
    const grant = grants.get(key);
    if (grant === undefined || !isSameTarget(grant.target, member.target)) return undefined;
    return grant.until > clock.monotonic() ? grant : undefined;
  }

  return {
    pass(staged, sights, isRehearsed) {
      const members = new Set(staged.flatMap((one) => one.members.map(({ environment }) => environment)));
      for (const memory of [lastEnded, silent]) {
        for (const name of memory.keys()) if (!members.has(name)) memory.delete(name);
      }
      for (const [key, { until }] of grants) if (until <= clock.monotonic()) grants.delete(key);
      const after = new Map<string, FactsByManifest>();
      /** Of this pass alone, where nothing is changed by it. */
      const rehearsed = new Map<string, Grant>();
      const now = (): number => awsClock.now() ?? clock.now();
      /** Decided once all had been looked at: from then on the same for all of them, and told to all in the same words. */
      const decided = new Map<StagedDefinition, Course>();

      function factsOf(
        definition: StagedDefinition,
        member: Member,
        isShown: boolean,
      ): MemberFacts | undefined {
        const { environment, target, unfit } = member;
        if (unfit !== undefined) return unreadable(environment, unfit);
        const key = objectKey(environment, definition.manifest);
        const seen = after.get(environment) ?? sights.factsOf(environment);
        const silence = seen === undefined ? silent.get(environment) : undefined;
        if (silence !== undefined) return unreadable(environment, silence);
        const known = (seen ?? (isShown ? lastEnded.get(environment) : undefined))?.get(
          manifestKey(definition.manifest),
        );
        if (known?.held !== undefined && isSameTarget(known.held, target)) {
          grants.delete(key);
          return known;
        }
        const grant = rehearsed.get(key) ?? grantOf(member, key);
        if (grant === undefined) return known;
        // How it was before is not how it is with what it has just begun.
        return {
          environment,
          isThere: true,
          isMissing: known?.isMissing ?? false,
          held: { ...target, since: grant.at },
          stepOfGit: known?.stepOfGit ?? 'it has just begun',
          deployments: [],
        };
      }

      function courseNow(definition: StagedDefinition, isShown: boolean): Course {
        const facts = new Map<string, MemberFacts>();
        for (const member of definition.members) {
          const known = factsOf(definition, member, isShown);
          if (known !== undefined) facts.set(member.environment, known);
        }
        return courseOf(definition, facts, approvals?.given() ?? [], now());
      }

      function decisionOf(definition: StagedDefinition, isKnown: boolean): Course {
        const course = decided.get(definition) ?? courseNow(definition, false);
        if (isKnown) decided.set(definition, course);
        return course;
      }

      function gateOf(here: StagedHere, facts: MemberFacts, record: string, isKnown: boolean): Gate {
        const { definition, member } = here;
        const { target } = member;
        const isNew = !facts.isThere;
        if (facts.held !== undefined && isSameTarget(facts.held, target)) {
          return { target, waits: undefined, since: facts.held.since, isNew, record };
        }
        const since = now();
        // What git's change does not touch has begun by that alone.
        if (isQuiet(facts)) return { target, waits: undefined, since, isNew, record };
        const turn = decisionOf(definition, isKnown).turns.get(member.environment);
        if (turn?.state !== 'begins') {
          return {
            target,
            waits: turn?.says ?? 'the controller does not know yet whether its turn has come',
            since,
            isNew,
            record,
          };
        }
        const until = clock.monotonic() + SHOWN_WITHIN_MS;
        const granted = isRehearsed ? rehearsed : grants;
        granted.set(objectKey(member.environment, definition.manifest), { target, at: since, until });
        return { target, waits: undefined, since, isNew, record, begins: true };
      }

      return {
        async gatesIn({ staged: here, desired }, facts, forMs) {
          if (here.length === 0) return new Map();
          const ofManifest = groupBy(
            desired.filter(({ management }) => management === 'managed'),
            ({ manifest }) => manifestKey(manifest),
          );
          const known = here.flatMap((one) => {
            const key = manifestKey(one.definition.manifest);
            const found = facts.get(key);
            return found === undefined ? [] : [{ ...one, key, facts: found }];
          });
          const isUndecidedHere = known.some((one) => isUndecided(one.facts, one.member.target));
          const isKnown = isUndecidedHere && (await sights.allHaveLooked(forMs));
          return new Map(
            known.map((one) => {
              const record = recordText((ofManifest.get(one.key) ?? []).map(({ id }) => id));
              return [one.key, gateOf(one, one.facts, record, isKnown)] as const;
            }),
          );
        },
        ended(environment, facts) {
          after.set(environment, facts);
          lastEnded.set(environment, facts);
          silent.delete(environment);
        },
        isLate(environment, silence) {
          if (silence === undefined) silent.delete(environment);
          else silent.set(environment, silence);
        },
        courses: () => staged.map((definition) => courseNow(definition, true)),
      };
    },
  };
}

/** It is not known what is wanted there. */
function unreadable(environment: string, why: string): MemberFacts {
  return { environment, unread: why, isThere: false, isMissing: false, deployments: [] };
}

function isQuiet({ unread, isThere, stepOfGit }: MemberFacts): boolean {
  return unread === undefined && isThere && stepOfGit === undefined;
}

/** Whether what is to be done depends on what the others hold. */
function isUndecided(facts: MemberFacts, target: Target): boolean {
  const hasBegun = facts.held !== undefined && isSameTarget(facts.held, target);
  return !hasBegun && !isQuiet(facts);
}
