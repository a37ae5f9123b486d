import { ownerOf } from '../core/ownership.ts';
import { displayId, manifestKey, resourceKey } from '../core/resource.ts';
import type { Desired, ManifestRef, Observed } from '../core/resource.ts';
import type { MemberFacts } from '../core/rollout/facts.ts';
import { heldBy, isSameTarget } from '../core/rollout/held.ts';
import { isRecorded, isUntouched, RECORD_TAG } from '../core/rollout/record.ts';
import type { Held } from '../core/rollout/facts.ts';
import { claimIn } from './claim.ts';
import { serviceOf } from './gate.ts';
import type { PlanInput } from './input.ts';
import { seenOf, whyUnseen } from './snapshot.ts';
import { intentOf } from './step.ts';
import type { Step } from './step.ts';
import { listed } from './work.ts';

/** One object of a definition, and all that is known of it in its Environment. */
export interface MemberView extends Pick<PlanInput, 'owner' | 'source' | 'snapshot' | 'models'> {
  readonly environment: string;
  readonly manifest: ManifestRef;
  /** What of the object's resources git wants. */
  readonly desired: readonly Desired[];
  /** As they are planned where nothing waits for its turn. */
  readonly steps: readonly Step[];
}

/** What an Environment holds of a definition (core/rollout/facts.ts). Pure. */
export function memberFacts(view: MemberView): MemberFacts {
  const { environment, manifest, snapshot, steps } = view;
  const desired = view.desired.filter(({ management }) => management === 'managed');
  const unread = desired.map(({ id }) => whyUnseen(snapshot, id)).find((why) => why !== undefined);
  const wanted = new Set(desired.map(({ id }) => resourceKey(id)));
  const claim = claimIn(environment, view);
  const own = seenOf(snapshot, environment, manifest).filter(({ tags }) => ownerOf(claim, tags) === 'us');
  const service = serviceOf(environment, manifest, { ...view, wanted });
  // What was made for a service tells what that began with first, and nothing of one that is there and could not be read.
  const held =
    service === undefined && unread !== undefined ? undefined : heldOf(service, own, desired[0]?.target);
  const target = desired[0]?.target;
  const hasBegun = held !== undefined && target !== undefined && isSameTarget(held, target);
  // What was written down where the target was begun is what that makes.
  const record = hasBegun ? undefined : service?.tags[RECORD_TAG];
  const stepOfGit = steps.find(
    (step) => manifestKey(step.manifest) === manifestKey(manifest) && isOfGit(step, record),
  );
  const ill = own.find(({ id, health }) => wanted.has(resourceKey(id)) && health.status === 'Degraded');
  const reconcile = desired[0]?.policy.reconcile ?? 'enabled';
  const why = unread ?? service?.workload?.deploymentsUnread;
  const outcome = service?.workload?.deployment?.outcome;
  return {
    environment,
    ...(reconcile === 'enabled' ? {} : { leftAlone: `stationkeeper.dev/reconcile: ${reconcile}` }),
    ...(why === undefined ? {} : { unread: why }),
    isThere: own.length > 0,
    ...(held === undefined ? {} : { held }),
    ...(stepOfGit === undefined ? {} : { stepOfGit: said(stepOfGit) }),
    ...(ill === undefined
      ? {}
      : { degraded: `${displayId(ill.id)}: ${ill.health.cause ?? ill.health.message}` }),
    isMissing: service === undefined,
    ...(outcome === undefined ? {} : { lastDeployment: outcome }),
    deployments: service?.workload?.deployments ?? [],
  };
}

/** What the service says; where there is none, what was made for it says, of which that of the target counts. */
function heldOf(
  service: Observed | undefined,
  own: readonly Observed[],
  target: Desired['target'],
): Held | undefined {
  if (service !== undefined) return heldByService(service);
  const all = own.flatMap(({ tags }) => heldBy(tags) ?? []).toSorted((a, b) => a.since - b.since);
  return all.find((held) => target !== undefined && isSameTarget(held, target)) ?? all.at(-1);
}

function heldByService({ tags }: Observed): Held | undefined {
  const held = heldBy(tags);
  return held !== undefined && isUntouched(tags[RECORD_TAG]) ? { ...held, isUntouched: true } : held;
}

/** Whether git made a step, and it is not merely to follow another or to tidy up, nor to make anew what is gone. */
function isOfGit(step: Step, record: string | undefined): boolean {
  if (step.changedBy !== 'git') return false;
  switch (intentOf(step)) {
    case 'none':
      return false;
    case 'create':
      return isRecorded(step.id, record) !== true;
    case 'update':
      return step.changes.length > 0 || step.upkeep.some(({ isTidying }) => !isTidying);
    case 'replace':
    case 'delete':
      return true;
  }
}

function said(step: Step): string {
  const paths = listed(step)
    .map(({ path }) => path)
    .join(', ');
  const what = `${intentOf(step)} ${displayId(step.id)}${paths === '' ? '' : `: ${paths}`}`;
  return step.reason === '' ? what : `${what} (${step.reason})`;
}
