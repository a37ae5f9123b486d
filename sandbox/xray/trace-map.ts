import type { Segment } from './documents.ts';
import { addTo } from './grouping.ts';
import type { Trace } from './state.ts';

/** A node of the service map. */
export interface ServiceNode {
  readonly name: string;
  /** `AWS::ECS::Container`, `AWS::DynamoDB::Table`, `remote`, `client`; undefined of a service that does not say what it runs on. */
  readonly type: string | undefined;
  readonly accountId: string;
}

/** A piece of work that a service did for a trace. */
export interface Work {
  readonly service: ServiceNode;
  /** Of its own, or its caller's subsegment where it sent none. */
  readonly segment: Segment;
  /** The service sent no segment. */
  readonly inferred: boolean;
  /** Nobody that is known to the trace called it. */
  readonly root: boolean;
  /** The segment's subsegments, at any depth, wherever they came from. */
  readonly subsegments: readonly Segment[];
}

/** One call between two nodes, as the caller saw it. */
export interface Connection {
  readonly from: ServiceNode;
  readonly to: ServiceNode;
  readonly segment: Segment;
}

/** What a trace says of services: who worked, and who called whom. */
export interface TraceMap {
  readonly works: readonly Work[];
  /** Those of clients with roots are among them. */
  readonly connections: readonly Connection[];
}

const CLIENT = 'client';

/**
 * Puts a trace's documents together. A subsegment with a namespace is a call: of the service whose segment names it as parent, or else
 * of a service that is inferred from it (X-Ray developer guide, segment documents).
 */
export function traceMapOf(trace: Trace, accountId: string): TraceMap {
  const parts = partsOf(trace);
  const works: Work[] = [];
  const connections: Connection[] = [];
  for (const segment of parts.segments) {
    const service = serviceOf(segment, accountId);
    const subsegments = parts.subsegmentsOf(segment);
    const root = segment.parentId === undefined || !parts.known.has(segment.parentId);
    works.push({ service, segment, inferred: false, root, subsegments });
    if (root) connections.push({ from: clientOf(service), to: service, segment });
    for (const called of parts.calledBy(segment)) {
      connections.push({ from: service, to: serviceOf(called, accountId), segment: called });
    }
    for (const call of subsegments) {
      const called = parts.calledBy(call);
      for (const each of called) {
        connections.push({ from: service, to: serviceOf(each, accountId), segment: call });
      }
      if (called.length > 0 || !isCall(call)) continue;
      const inferred = inferredServiceOf(call, accountId);
      works.push({ service: inferred, segment: call, inferred: true, root: false, subsegments: [] });
      connections.push({ from: service, to: inferred, segment: call });
    }
  }
  return { works, connections };
}

export function isClient({ type }: ServiceNode): boolean {
  return type === CLIENT;
}

/** A call of another service, which may not have sent a segment of its own. */
function isCall({ namespace }: Segment): boolean {
  return namespace === 'aws' || namespace === 'remote';
}

/** The type of the service that a subsegment calls: of the resource that it names, or else of the service (API reference, Service). */
export function inferredTypeOf({ namespace, name, aws, sql }: Segment): string {
  if (namespace !== 'aws') return sql ? 'Database::SQL' : 'remote';
  if (aws.has('table_name')) return 'AWS::DynamoDB::Table';
  if (aws.has('queue_url')) return 'AWS::SQS::Queue';
  if (aws.has('bucket_name')) return 'AWS::S3::Bucket';
  return `AWS::${name}`;
}

function inferredServiceOf(call: Segment, accountId: string): ServiceNode {
  const { aws, name } = call;
  return {
    name: aws.get('table_name') ?? aws.get('queue_url') ?? aws.get('bucket_name') ?? name,
    type: inferredTypeOf(call),
    accountId: aws.get('account_id') ?? accountId,
  };
}

function serviceOf({ name, origin, aws }: Segment, accountId: string): ServiceNode {
  return { name, type: origin, accountId: aws.get('account_id') ?? accountId };
}

function clientOf({ name, accountId }: ServiceNode): ServiceNode {
  return { name, type: CLIENT, accountId };
}

interface Parts {
  readonly segments: readonly Segment[];
  /** Ids of segments, and of the subsegments that belong to one. */
  readonly known: ReadonlySet<string>;
  subsegmentsOf(segment: Segment): readonly Segment[];
  /** Segments of services that were called by this one. */
  calledBy(caller: Segment): readonly Segment[];
}

function partsOf({ documents }: Trace): Parts {
  const segments: Segment[] = [];
  const separate = new Map<string, Segment[]>();
  const called = new Map<string, Segment[]>();
  for (const document of documents.values()) {
    const { segment } = document;
    if (!document.separate) segments.push(segment);
    if (segment.parentId !== undefined)
      addTo(document.separate ? separate : called, segment.parentId, segment);
  }
  const subsegments = new Map(segments.map((segment) => [segment, belowOf(segment, separate)]));
  const known = new Set(
    [...subsegments].flatMap(([segment, below]) => [segment, ...below].map(({ id }) => id)),
  );
  return {
    segments,
    known,
    subsegmentsOf: (segment) => subsegments.get(segment) ?? [],
    calledBy: (caller) => called.get(caller.id) ?? [],
  };
}

/** Each once, though it be sent within its parent and separately, or in a circle. */
function belowOf(segment: Segment, separate: ReadonlyMap<string, readonly Segment[]>): readonly Segment[] {
  const found = new Map<string, Segment>();
  const open = [segment];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of [...next.subsegments, ...(separate.get(next.id) ?? [])]) {
      if (child.id === segment.id || found.has(child.id)) continue;
      found.set(child.id, child);
      open.push(child);
    }
  }
  return [...found.values()];
}
