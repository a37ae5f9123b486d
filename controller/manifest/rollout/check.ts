import { groupBy } from '../../core/order.ts';
import { someOf } from '../../core/some-of.ts';
import { didYouMean } from '../../core/suggest.ts';
import { findingAt, isReadable, othersIn, reportOn, specField, warnOn, whereabouts } from '../candidate.ts';
import type { Candidate, NamedCandidate } from '../candidate.ts';
import { definitionOf } from '../fleet/instances.ts';
import { selects } from '../fleet/selector.ts';
import type { LabelSelector } from '../fleet/selector.ts';
import { reportUnknownKeys, warnOfUnknownValues } from '../fleet/selectors.ts';
import type { Declared } from '../fleet/selectors.ts';
import type { Path } from '../position.ts';
import { ROLLOUT_ANNOTATION } from '../schema/metadata.ts';
import type { RolloutManifestSpec } from '../schema/rollout.ts';
import type { Report } from '../check/check.ts';
import { isRollout, rolloutName } from './declared.ts';
import { checkDurations, checkWindows } from './windows.ts';
import { definitionDigest } from './digests.ts';
import type { WrittenDefinition } from './digests.ts';

type StageManifest = RolloutManifestSpec['stages'][number];

/** A DaemonService as written, and the Environments that it is in. */
interface Definition {
  readonly written: Candidate;
  /** What it is in its Environments; itself where it is of one. */
  readonly instances: readonly Candidate[];
  readonly name: string;
  /** Undefined: it names no Rollout. */
  readonly rollout: string | undefined;
  readonly environments: readonly string[];
}

/** What can be said of a Rollout without knowing other documents, and its schema cannot say. */
export function checkRollout(rollout: Candidate, report: Report): void {
  const valid = (field: keyof RolloutManifestSpec): unknown =>
    isReadable(rollout, [field]) ? specField(rollout, field) : undefined;
  const {
    stages,
    progressDeadline,
    windows = [],
  } = {
    stages: valid('stages'),
    progressDeadline: valid('progressDeadline'),
    windows: valid('windows'),
  } as Partial<RolloutManifestSpec>;
  checkDurations(
    { ...(stages !== undefined && { stages }), ...(progressDeadline !== undefined && { progressDeadline }) },
    report,
  );
  checkWindows(windows, report);
}

/**
 * What can only be said of Rollouts beside all other documents.
 * @param unread Places where a Rollout may be that cannot be read.
 */
export function checkRollouts(
  candidates: readonly Candidate[],
  environments: ReadonlyMap<NamedCandidate, string>,
  declared: Declared,
  unread: readonly string[],
): void {
  const rollouts = candidates.filter(isRollout);
  const byName = groupBy(rollouts, (one) => rolloutName(one) ?? '');
  const definitions = definitionsAmong(candidates, environments);
  for (const [name, same] of byName) if (name !== '' && same.length > 1) refuseNamesakes(name, same);
  const names = [...byName.keys()].filter((name) => name !== '');
  const unnamed = (byName.get('') ?? []).map(whereabouts);
  for (const definition of definitions) checkReference(definition, names, [...unread, ...unnamed]);
  for (const rollout of rollouts) {
    if (!isReadable(rollout, ['stages', 'approved'])) continue;
    const users = definitions.filter(
      (one) => one.rollout !== undefined && one.rollout === rolloutName(rollout),
    );
    const spec = {
      stages: specField(rollout, 'stages'),
      approved: specField(rollout, 'approved'),
    } as RolloutManifestSpec;
    checkStages(rollout, spec.stages, declared);
    checkApproved(rollout, spec.approved ?? {}, users);
    warnOfNobody(rollout, users);
    warnOfStrays(spec.stages, users, declared);
  }
}

function definitionsAmong(
  candidates: readonly Candidate[],
  environments: ReadonlyMap<NamedCandidate, string>,
): readonly Definition[] {
  const daemons = candidates.filter(
    (one): one is NamedCandidate => one.ref?.kind === 'DaemonService' && !one.document.broken,
  );
  const byDocument = groupBy(daemons, (one): Candidate => definitionOf(one) ?? one);
  return [...byDocument].map(([written, instances]) => {
    const { spec } = written.document.value as { readonly spec?: { readonly rollout?: unknown } };
    const rollout = spec?.rollout;
    return {
      written,
      instances,
      name: instances[0]!.ref.name,
      rollout: typeof rollout === 'string' ? rollout : undefined,
      environments: instances.flatMap((one) => environments.get(one) ?? one.environment ?? []),
    };
  });
}

function refuseNamesakes(name: string, same: readonly Candidate[]): void {
  for (const one of same) {
    const others = othersIn(same, one, whereabouts);
    reportOn(
      one,
      ['metadata', 'name'],
      `Rollout/${name} is declared more than once, also at ${others}; keep one`,
    );
  }
}

/** What is said of a definition is said of all its instances, and so told once. */
function tell(
  { written, instances }: Definition,
  kind: 'findings' | 'warnings',
  path: Path,
  message: string,
): void {
  const finding = { ...findingAt(written, path, message), written: path };
  for (const instance of instances) instance[kind].push(finding);
}

function checkReference(definition: Definition, names: readonly string[], unread: readonly string[]): void {
  const { written, rollout } = definition;
  const { metadata } = written.document.value as {
    readonly metadata?: { readonly annotations?: object | null };
  };
  if (rollout === undefined) {
    if (Object.hasOwn(metadata?.annotations ?? {}, ROLLOUT_ANNOTATION)) {
      const message =
        'it names no Rollout in spec.rollout, and this says nothing without one; name one, or remove this';
      tell(definition, 'warnings', ['metadata', 'annotations', ROLLOUT_ANNOTATION], message);
    }
    return;
  }
  if (names.includes(rollout) || unread.length > 0) return;
  const helps = names.length === 0 ? 'none is declared; declare it' : didYouMean(rollout, names, 'there are');
  const message = `no Rollout is called ${JSON.stringify(rollout)}; ${helps}`;
  tell(definition, 'findings', ['spec', 'rollout'], message);
}

/** A stage that nobody reaches is a typo more often than not, and what it was to try first would go everywhere untried. */
function checkStages(rollout: Candidate, stages: readonly StageManifest[], declared: Declared): void {
  const before = new Set<string>();
  let left = declared.environments;
  let catchAll: string | undefined;
  for (const [index, { name, environments: selector }] of stages.entries()) {
    const at = ['spec', 'stages', index];
    if (before.has(name))
      reportOn(rollout, [...at, 'name'], `another stage is called ${name} already; rename one`);
    before.add(name);
    if (catchAll !== undefined) {
      const message = `no Environment reaches it: stage ${catchAll} before it has no environments, and so takes all that are left; move that to the end`;
      reportOn(rollout, at, message);
      continue;
    }
    if (selector === undefined) {
      catchAll = name;
      if (left.length === 0 && declared.environments.length > 0 && declared.labels !== undefined)
        warnOn(
          rollout,
          at,
          `the stages before ${name} take all ${declared.environments.length} Environments, so that it has none`,
        );
      continue;
    }
    const placed = { selector, at: [...at, 'environments'] };
    const known = rollout.findings.length;
    reportUnknownKeys(rollout, placed, declared);
    if (rollout.findings.length > known) continue;
    warnOfUnknownValues(rollout, placed, declared);
    const taken = left.filter(({ labels }) => labels !== undefined && selects(selector, labels));
    if (taken.length === 0 && declared.labels !== undefined)
      reportOn(rollout, placed.at, nobody(name, selector, declared));
    left = left.filter((one) => !taken.includes(one));
  }
}

function nobody(name: string, selector: LabelSelector, { environments }: Declared): string {
  const matching = environments.filter(({ labels }) => labels !== undefined && selects(selector, labels));
  return matching.length === 0
    ? `no Environment reaches stage ${name}: it matches none of the ${environments.length} that are declared; correct it, or remove the stage`
    : `no Environment reaches stage ${name}: what it matches (${someOf(matching.map((one) => one.name))}) is taken by stages before it; correct it, or remove the stage`;
}

/** What approves nothing any more is common after a commit, and so no error. */
function checkApproved(
  rollout: Candidate,
  approved: Readonly<Record<string, string>>,
  users: readonly Definition[],
): void {
  for (const [name, digest] of Object.entries(approved)) {
    const at = ['spec', 'approved', name];
    const own = users.filter((one) => one.name === name);
    if (own.length === 0) {
      const names = users.map((one) => one.name);
      const helps = names.length === 0 ? 'none does' : didYouMean(name, names, 'those that do are');
      warnOn(rollout, at, `no DaemonService of this name goes through this Rollout; ${helps}`);
      continue;
    }
    const current = own.map(({ written }) => definitionDigest(written.document.value as WrittenDefinition));
    if (current.includes(digest)) continue;
    const is = current.map((one) => JSON.stringify(one)).join(' or ');
    warnOn(rollout, at, `DaemonService/${name} has another digest, ${is}; nothing is approved by this one`);
  }
}

function warnOfNobody(rollout: Candidate, users: readonly Definition[]): void {
  if (users.length > 0) return;
  warnOn(
    rollout,
    ['metadata', 'name'],
    'no DaemonService names it in spec.rollout, so that it stages nothing',
  );
}

/** Whom no stage takes waits for ever, which is told where it is selected. */
function warnOfStrays(
  stages: readonly StageManifest[],
  users: readonly Definition[],
  declared: Declared,
): void {
  const selectors = stages.map(({ environments }) => environments);
  const labels = new Map(declared.environments.map((one) => [one.name, one.labels]));
  for (const definition of users) {
    const { rollout, environments } = definition;
    const strays = environments.filter((name) => {
      const own = labels.has(name) ? labels.get(name) : { name };
      return (
        own !== undefined && !selectors.some((selector) => selector === undefined || selects(selector, own))
      );
    });
    if (strays.length === 0) continue;
    const message = `no stage of Rollout/${rollout ?? ''} takes ${someOf(strays)}, where nothing will begin; add a stage without environments`;
    tell(definition, 'warnings', ['spec', 'rollout'], message);
  }
}
