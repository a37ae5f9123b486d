import type { StationkeeperError } from '../core/errors.ts';
import { groupBy } from '../core/order.ts';
import { manifestKey, objectKey, resourceKey } from '../core/resource.ts';
import type { Self } from '../core/self.ts';
import type { PassResult } from '../reconcile/pass-result.ts';
import type { Source } from '../source/source.ts';
import type { ReportInput, ReportedObject, SourceStatus } from './report.ts';
import type { Failure } from './resource-view.ts';
import type { StatusReport } from './schema.ts';

/** What a source is told by. */
type SourceName = Pick<Source, 'type' | 'url' | 'branch'>;

/** The source as it is known before a first pass. */
export function sourceStatusOf(source: SourceName): SourceStatus {
  const { type, url, branch } = source;
  return { type, url, ...(branch === undefined ? {} : { branch }), errors: [], ignored: [] };
}

export interface PassFacts {
  readonly number: number;
  /** How long the loop pauses after it; absent where there is no loop. */
  readonly pauseMs?: number;
  readonly controller: StatusReport['controller'];
  readonly source: SourceName;
  /** ISO 8601: when the source was last read well; absent while it never was. */
  readonly lastFetchedAt?: string;
}

/** What the report tells of an error or a warning of a document. */
function located({ file, line, column, path, message }: PassResult['wanted']['errors'][number]) {
  return { file, line, column, path, message };
}

/** What the status report needs to know of a pass. Pure. */
export function reportInputOf(result: PassResult, facts: PassFacts): ReportInput {
  const { reading, errors, warnings, ignored, suspect } = result.wanted;
  const { snapshot } = reading;
  const rewound = suspect === undefined ? undefined : { code: 'SourceRewound', message: suspect };
  const failure = reading.type === 'stale' ? { code: reading.code, message: reading.message } : rewound;
  return {
    now: result.finishedAt,
    controller: { ...facts.controller, ...(result.self === undefined ? {} : { self: selfOf(result.self) }) },
    source: {
      ...sourceStatusOf(facts.source),
      ...(snapshot === undefined ? {} : { revision: snapshot.revision }),
      ...snapshot?.commit,
      ...(facts.lastFetchedAt === undefined ? {} : { lastFetchedAt: facts.lastFetchedAt }),
      errors: errors.map(located),
      ...(warnings.length === 0 ? {} : { warnings: warnings.map(located) }),
      ignored: [...ignored],
      ...(failure === undefined ? {} : { failure }),
    },
    pass: {
      number: facts.number,
      startedAt: result.startedAt,
      finishedAt: result.finishedAt,
      durationMs: result.durationMs,
      awsRequests: result.awsRequests,
      changes: result.changes,
      ...(facts.pauseMs === undefined ? {} : { nextAt: later(result.finishedAt, facts.pauseMs) }),
    },
    objects: reportedObjects(result),
    revisions: result.revisions,
    plan: result.plan,
    before: result.before,
    outcomes: result.outcomes.map(({ result: ended, error, message, checkAgainInMs: _later, ...rest }) => ({
      ...rest,
      result: ended,
      ...(error === undefined ? {} : { error: failureOf(error) }),
      ...(message === undefined ? {} : { message }),
    })),
    failures: failuresOf(result),
    courses: result.courses,
    schedules: result.wanted.expansion.schedules ?? [],
    reach: result.reach,
  };
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

function selfOf(self: Self): NonNullable<StatusReport['controller']['self']> {
  if (self.type === 'unseen') return { unknown: self.why };
  const { cluster, service, family } = self;
  return {
    cluster,
    ...(service === undefined ? {} : { service }),
    ...(family === undefined ? {} : { family }),
  };
}

/**
 * Objects of valid documents, and those whose document is invalid but says which object it means. Such a document is reported in
 * the environment that it names; where it names none, in those that hold what is left of it, and else in the first.
 */
function reportedObjects({ wanted, plan }: PassResult): readonly ReportedObject[] {
  const { expansion, errors } = wanted;
  if (errors.length === 0) return expansion.objects;
  const valid = new Set(expansion.objects.map((object) => objectKey(object.environment, object.manifest)));
  const left = groupBy(plan.steps, ({ manifest }) => manifestKey(manifest));
  const elsewhere = expansion.environments[0]?.name ?? 'default';
  const invalid = new Map<string, ReportedObject>();
  for (const { objects = [], file, line, message } of errors) {
    for (const { manifest, environment } of objects) {
      const steps = left.get(manifestKey(manifest)) ?? [];
      const found = steps.length === 0 ? [elsewhere] : steps.map(({ id }) => id.environment);
      for (const where of environment === undefined ? new Set(found) : [environment]) {
        const key = objectKey(where, manifest);
        if (valid.has(key) || invalid.has(key)) continue;
        const error = `${file}:${line}: ${message}`;
        invalid.set(key, { manifest, environment: where, policy: { reconcile: 'enabled' }, error });
      }
    }
  }
  return [...expansion.objects, ...invalid.values()];
}

/** Refused reads, failures that still count, and those of this very pass, the later one winning. */
function failuresOf({
  failures,
  unread,
  outcomes,
  finishedAt,
  finishedAtMonotonic,
}: PassResult): ReportInput['failures'] {
  const remembered = [...failures].map(([key, { error, attempts, nextAttemptAt: next }]) => {
    // To the second, so that it reads the same from pass to pass.
    const at = Date.parse(finishedAt) + Math.max(0, next - finishedAtMonotonic);
    const nextAttemptAt = new Date(Math.ceil(at / 1000) * 1000).toISOString();
    return [key, { ...failureOf(error), attempts, nextAttemptAt }] as const;
  });
  const justNow = outcomes.flatMap(({ id, error }) =>
    error === undefined || failures.has(resourceKey(id))
      ? []
      : [[resourceKey(id), failureOf(error)] as const],
  );
  const reads = [...unread].map(([key, error]) => [key, failureOf(error)] as const);
  return new Map([...reads, ...remembered, ...justNow]);
}

function failureOf({ code, message, retry, operation, isAdvised }: StationkeeperError): Failure {
  return { code, message, retry, isAdvised, ...(operation === undefined ? {} : { operation }) };
}
