import { mapConcurrently } from '../../aws/collect.ts';
import { createSettling } from '../../aws/settling.ts';
import { changeTags, toLowerTags } from '../../aws/tags.ts';
import { asStationkeeperError, hasCode } from '../../core/errors.ts';
import type { StationkeeperError } from '../../core/errors.ts';
import { HEALTHY } from '../../core/kind.ts';
import type { Findings, Needs } from '../../core/outputs.ts';
import type { Reference } from '../../core/reference.ts';
import { groupBy } from '../../core/order.ts';
import { requireOutputs } from '../../core/outputs.ts';
import { isOwn, ownerOf, ownership } from '../../core/ownership.ts';
import { createRemembered } from '../../core/remembered.ts';
import type { Desired, Observation, Observed, Progress, Tags } from '../../core/resource.ts';
import type { ServiceFindings } from '../service/facts.ts';
import type { DriverContext, KindDriver, ObserveRequest } from '../kind.ts';
import {
  activeFamilies,
  activeRevisions,
  describeRevision,
  lookUpFamily,
  parseRevisionArn,
  toRevision,
} from './families.ts';
import type { Revision } from './families.ts';
import { LISTED_FROM, taskDefinitionFacts } from './facts.ts';
import type { TaskDefinitionOutputs } from './facts.ts';
import type { RoleReference, TaskDefinitionSpec } from './spec.ts';
import type { TaskDefinitionState } from './state.ts';
import { createDeployed, keepingOf } from './deployed.ts';
import type { Keep } from './deployed.ts';
import { taskDefinitionModel } from './model.ts';
import { givenBy, toDefinition } from './definition.ts';
import { repositoriesOf } from './images.ts';
import { allClusters, createSuperseded, runningRevisions } from './superseded.ts';

const CONCURRENT_READS = 10;
/** Of the families that are known, the part that a pass reads again. */
const READ_AGAIN_SHARE = 0.02;
/** The tagging API goes on listing what was deregistered, so that a family without active revisions is looked at this seldom. */
const EMPTY_FAMILY_MS = 600_000;
/** A new role reaches ECS within two minutes, or not at all (reference: hazards, new role). */
const ROLE_SETTLES_MS = 120_000;
/** Register and Deregister share one request a second; a long history is removed in several passes. */
const DEREGISTERED_AT_ONCE = 20;
const LOOK_AGAIN_MS = 2_000;
const STILL_USED_MS = 10_000;

export function taskDefinitionDriver(
  context: DriverContext,
): KindDriver<TaskDefinitionSpec, TaskDefinitionState> {
  const { claim, clock, inventory } = context;
  const { ecs } = context.aws;
  /** Our newest revision of each wanted family. A revision never changes; that it is the newest is looked at in turn. */
  const known = new Map<string, Revision>();
  /** Revisions whose new roles ECS may not know yet, by family and roles. */
  const newRoles = createSettling(clock, ROLE_SETTLES_MS);
  /** Families that had no active revision of ours, and are not looked at for a while. */
  const empty = createRemembered<true>(clock, EMPTY_FAMILY_MS);
  const turns = context.takeTurns(taskDefinitionFacts.name, READ_AGAIN_SHARE);
  const superseded = createSuperseded(ecs, clock);
  const deployed = createDeployed(ecs);
  /** ARNs of all clusters, asked for once in a pass, and only where something is deregistered. */
  let clusters: Promise<readonly string[]> | undefined;

  function observed(
    family: string,
    { arn, tags, state, createdAt }: Revision,
  ): Observed<TaskDefinitionState> {
    return {
      id: { environment: claim.environment, kind: taskDefinitionFacts.name, name: family },
      ...ownership(claim, tags),
      arn,
      ...(createdAt === undefined ? {} : { createdAt }),
      state,
      outputs: { arn, family } satisfies TaskDefinitionOutputs,
      health: HEALTHY,
    };
  }

  /** Families to read. In a new fleet, or after a start, one list of all families spares a read for each that is absent. */
  async function familiesToRead(
    families: readonly string[],
    again: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const unknown = families.filter((family) => !known.has(family));
    const existing = unknown.length >= LISTED_FROM ? await activeFamilies(ecs) : new Set(unknown);
    return [...unknown.filter((family) => existing.has(family)), ...again];
  }

  /** What a manifest that adopts takes for its family's: the revision that it describes. */
  function asWanted({ desired, needs }: ObserveRequest<TaskDefinitionSpec>) {
    const byFamily = new Map(desired.map((one) => [one.spec.family, one]));
    return (revision: Revision): boolean => {
      const { family } = parseRevisionArn(revision.arn);
      const one = byFamily.get(family);
      return (
        one !== undefined &&
        one.policy.adoption !== 'create' &&
        taskDefinitionModel.diff(one, observed(family, revision), needs).length === 0
      );
    };
  }

  async function observeDesired(
    families: readonly string[],
    isAsWanted: (revision: Revision) => boolean,
  ): Promise<Observation<TaskDefinitionState>> {
    const wanted = new Set(families);
    for (const family of known.keys()) if (!wanted.has(family)) known.delete(family);
    const again = turns([...known.keys()]);
    const unseen: Observation['unseen'][number][] = [];
    const items: Observed<TaskDefinitionState>[] = [];
    await mapConcurrently(CONCURRENT_READS, await familiesToRead(families, again), async (family) => {
      known.delete(family);
      try {
        const revision = await lookUpFamily(ecs, claim, family, isAsWanted);
        if (revision === undefined) return;
        if (ownerOf(claim, revision.tags) === 'us') known.set(family, revision);
        else items.push(observed(family, revision));
      } catch (error) {
        const id = { environment: claim.environment, kind: taskDefinitionFacts.name, name: family } as const;
        unseen.push({ id, why: asStationkeeperError(error).message });
      }
    });
    return {
      items: [...items, ...[...known].map(([family, revision]) => observed(family, revision))],
      unseen,
    };
  }

  /** The items with what may be deregistered of their families now. Where it is not known what their service uses, nothing is. */
  async function withSuperseded(
    items: readonly Observed<TaskDefinitionState>[],
    { desired, findings }: ObserveRequest<TaskDefinitionSpec>,
  ): Promise<readonly Observed<TaskDefinitionState>[]> {
    const used = new Map(
      desired.flatMap(({ spec, usedBy }) => {
        const revisions = usedBy && revisionsUsedBy(usedBy, findings);
        return revisions === undefined ? [] : [[spec.family, revisions] as const];
      }),
    );
    const listed = groupBy(
      [...(await inventory.owned('ecs'))].flatMap(([arn, tags]) =>
        used.has(parseRevisionArn(arn).family) && isOwn(claim, tags) ? [arn] : [],
      ),
      (arn) => parseRevisionArn(arn).family,
    );
    const ours = items.filter(({ owner }) => owner === 'us');
    const old = await superseded.find(
      ours.flatMap(({ id: { name: family } }) => {
        const inUse = used.get(family);
        return inUse === undefined ? [] : [{ family, used: inUse, listed: listed.get(family) ?? [] }];
      }),
    );
    return items.map((item) => {
      const arns = old.get(item.id.name);
      return arns === undefined ? item : { ...item, state: { ...item.state, superseded: arns } };
    });
  }

  /** Families with active revisions of ours that no manifest wants any more: of them this source's, or where there are none, another's. */
  async function observeLeftovers(
    wanted: ReadonlySet<string>,
  ): Promise<readonly Observed<TaskDefinitionState>[]> {
    const ours = new Map<string, Set<string>>();
    const owned = await inventory.owned('ecs');
    for (const [arn, tags] of owned) {
      const { family } = parseRevisionArn(arn);
      if (family === '' || wanted.has(family) || ownerOf(claim, tags) !== 'us') continue;
      ours.set(family, (ours.get(family) ?? new Set()).add(arn));
    }
    empty.keep((family) => ours.has(family));
    const due = [...ours].filter(([family]) => empty.of(family) === undefined);
    const found = await mapConcurrently(CONCURRENT_READS, due, async ([family, arns]) => {
      const active = (await activeRevisions(ecs, family)).filter((arn) => arns.has(arn));
      const own = active.filter((arn) => isOwn(claim, owned.get(arn) ?? {}));
      const ownRevisions = own.length > 0 ? own : active;
      const [newest] = ownRevisions;
      if (newest === undefined) empty.note(family, true);
      const revision = newest === undefined ? undefined : await describeRevision(ecs, newest);
      if (revision === undefined || ownerOf(claim, revision.tags) !== 'us') return [];
      return [observed(family, { ...revision, state: { ...revision.state, ownRevisions } })];
    });
    return found.flat();
  }

  async function register(
    desired: Desired<TaskDefinitionSpec>,
    tags: Tags,
    needs: Needs,
    keep: Keep = (input) => input,
  ): Promise<Progress<TaskDefinitionState>> {
    const { spec } = desired;
    const arnOf = (role: RoleReference | null) => {
      if (role === null) return null;
      return 'arn' in role ? role.arn : requireOutputs(needs, role.role).arn;
    };
    const region = requireOutputs(needs, spec.environment).region;
    for (const repository of repositoriesOf(spec)) requireOutputs(needs, repository);
    const roles = {
      executionRoleArn: arnOf(spec.executionRole) ?? undefined,
      taskRoleArn: arnOf(spec.taskRole) ?? undefined,
    };
    const attempt = JSON.stringify([spec.family, region, roles]);
    try {
      const { taskDefinition } = await ecs.registerTaskDefinition({
        ...keep({ ...toDefinition(spec, givenBy(spec, needs)), ...roles }),
        tags: toLowerTags(tags),
      });
      newRoles.ended(attempt);
      const revision = toRevision(taskDefinition, tags);
      if (revision === undefined) {
        return {
          type: 'started',
          checkAgainInMs: LOOK_AGAIN_MS,
          message: 'registered; the controller looks again',
        };
      }
      known.set(spec.family, revision);
      empty.forget(spec.family);
      inventory.wrote(revision.arn, tags);
      return { type: 'done', observed: observed(spec.family, revision) };
    } catch (error) {
      known.delete(spec.family);
      if (!refusesRole(error)) throw error;
      if (!newRoles.mayEnd(attempt)) throw error;
      return whileRolesSettle(Object.values(roles), error);
    }
  }

  return {
    async observe(request: ObserveRequest<TaskDefinitionSpec>) {
      clusters = undefined;
      const families = request.desired.map(({ spec }) => spec.family);
      const seen = await deployed.among(await observeDesired(families, asWanted(request)), request);
      if (request.scope === 'these') return seen;
      const items = await withSuperseded(seen.items, request);
      return { ...seen, items: [...items, ...(await observeLeftovers(new Set(families)))] };
    },

    create: register,

    async update(desired, before, { changes }, tags, needs) {
      if (changes.length > 0) {
        return register(desired, tags, needs, await keepingOf(ecs, desired, before, changes, needs));
      }
      const { superseded: old = [], ...state } = before.state;
      const running = await runningNow(before.id.name);
      for (const arn of old) {
        if (running.has(arn)) superseded.usedElsewhere(arn);
        else await deregister(arn);
      }
      return { type: 'done', observed: { ...before, state } };
    },

    async delete({ id, arn, state }) {
      // The newest goes last: it is what shows that there is something left.
      const all = (state.ownRevisions ?? (arn === undefined ? [] : [arn])).toReversed();
      known.delete(id.name);
      const running = await runningNow(id.name);
      const unused = all.filter((revision) => !running.has(revision));
      for (const taskDefinition of unused.slice(0, DEREGISTERED_AT_ONCE)) await deregister(taskDefinition);
      if (unused.length > DEREGISTERED_AT_ONCE) {
        const message = `${unused.length - DEREGISTERED_AT_ONCE} more revisions of ${id.name} are still registered`;
        return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
      }
      if (unused.length === all.length) return { type: 'gone' };
      const names = [...running].map((revision) => revision.split('/').at(-1)).join(', ');
      const message = `waits for the tasks that still run from ${names}`;
      return { type: 'started', checkAgainInMs: STILL_USED_MS, message };
    },

    async tagsNow({ arn = '' }) {
      const revision = await describeRevision(ecs, arn);
      return revision?.active === true ? revision.tags : undefined;
    },

    async tag(before, set, remove) {
      const newest = before.arn ?? '';
      let { tags } = before;
      for (const resourceArn of before.state.ownRevisions ?? [newest]) {
        tags = await changeTags(before.tags, set, remove, {
          set: (some) => ecs.tagResource({ resourceArn, tags: toLowerTags(some) }),
          remove: (tagKeys) => ecs.untagResource({ resourceArn, tagKeys }),
        });
        inventory.wrote(resourceArn, tags);
      }
      const revision = { arn: newest, tags, state: before.state };
      const isWanted = before.state.ownRevisions === undefined && ownerOf(claim, tags) === 'us';
      if (isWanted) known.set(before.id.name, revision);
      else known.delete(before.id.name);
      return observed(before.id.name, revision);
    },
  };

  /** Services outlive the revision that they run from, but their tasks are somebody's all the same. */
  async function runningNow(family: string): Promise<ReadonlySet<string>> {
    clusters ??= allClusters(ecs);
    return runningRevisions(ecs, await clusters, family);
  }

  /** Each revision has tags of its own: one that is not ours, another source's, or not any more, stays. */
  async function deregister(taskDefinition: string): Promise<void> {
    const revision = await describeRevision(ecs, taskDefinition);
    if (revision?.active !== true) {
      superseded.gone(taskDefinition);
      return;
    }
    if (!isOwn(claim, revision.tags)) {
      superseded.notOurs(taskDefinition);
      return;
    }
    superseded.attempted();
    try {
      await ecs.deregisterTaskDefinition({ taskDefinition });
    } catch (error) {
      const gone = /inactive|does not exist|unable to describe|revision is missing/i;
      if (!hasCode(error, 'ClientException') || !gone.test(error.message)) throw error;
    }
    superseded.gone(taskDefinition);
  }
}

function revisionsUsedBy(
  service: Reference<unknown, ServiceFindings>,
  findings: Findings,
): readonly string[] | undefined {
  return findings(service)?.revisions;
}

/** ECS refuses a role that it does not know yet as if it were wrong or forbidden; for a while that is waited for. */
function whileRolesSettle(
  arns: readonly (string | undefined)[],
  { code, cause, message: said }: StationkeeperError,
): Progress<never> {
  const named = arns.filter((arn) => arn !== undefined).join(' and ');
  const message = `ECS does not accept ${named} yet: a new role needs up to two minutes, otherwise check that it exists and trusts ecs-tasks.amazonaws.com (${code}: ${cause instanceof Error ? cause.message : said})`;
  return { type: 'started', checkAgainInMs: LOOK_AGAIN_MS, message };
}

function refusesRole(error: unknown): error is StationkeeperError {
  return (
    (hasCode(error, 'AccessDeniedException', 'AccessDenied') &&
      /iam:PassRole|cross-account pass role/i.test(error.message)) ||
    (hasCode(error, 'ClientException') && /role is not valid/i.test(error.message))
  );
}
