import type { UnprocessedTraceSegment } from '@aws-sdk/client-xray';
import { endOf, flagsOf, httpOf, isRecord, labelsOf, textOf } from './members.ts';
import type { Annotations, Http, Members } from './members.ts';

/** A segment or subsegment, as far as X-Ray indexes it (X-Ray developer guide, segment documents). */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | undefined;
  /** Epoch seconds, with fractions. */
  readonly startTime: number;
  /** Undefined while it is in progress. */
  readonly endTime: number | undefined;
  /** `aws` or `remote` of a subsegment that is a call of another service. */
  readonly namespace: string | undefined;
  /** `AWS::ECS::Container`: what a segment's service runs on. */
  readonly origin: string | undefined;
  readonly user: string | undefined;
  readonly resourceArn: string | undefined;
  readonly error: boolean;
  readonly fault: boolean;
  readonly throttle: boolean;
  /** Whether it is a call of an SQL database. */
  readonly sql: boolean;
  readonly http: Http;
  /** Texts of the `aws` object, also of its `ec2`: `table_name`, `ec2.instance_id`. */
  readonly aws: ReadonlyMap<string, string>;
  readonly annotations: Annotations;
  /** Those that its document has within it. */
  readonly subsegments: readonly Segment[];
}

/** One document of PutTraceSegments: a segment, or a subsegment that is sent for itself. */
export interface SegmentDocument {
  readonly traceId: string;
  readonly segment: Segment;
  /** It is a subsegment of the segment or subsegment that `segment.parentId` names. */
  readonly separate: boolean;
  /** As JSON, without blanks. */
  readonly text: string;
  /** UTF-8 bytes of the text. */
  readonly bytes: number;
}

export type ReadDocument =
  | { readonly document: SegmentDocument }
  | { readonly unprocessed: UnprocessedTraceSegment };

const MAX_DOCUMENT_BYTES = 64 * 1024;
const MAX_NAME = { segment: 200, subsegment: 250 } as const;
const NAME = /^[\p{L}\p{N}\s_.:/%&#=+\\\-@]+$/u;
const ID = /^[0-9a-f]{16}$/i;
const TRACE_ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
/** Epoch seconds beyond which there is no date. */
const LAST_SECOND = 8.64e12;

/** Why a document is not processed: the code of AWS, of which its messages are made. */
class Unprocessed extends Error {
  readonly code: string;
  readonly what: 'segment' | 'subsegment';

  constructor(code: string, what: Unprocessed['what']) {
    super(code);
    this.code = code;
    this.what = what;
  }
}

export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text);
}

/**
 * Reads one string of PutTraceSegments: a segment, a subsegment, or a list of subsegments. What the schema of documents does not know is
 * left unread. Codes and messages are those that AWS's callers have seen: MissingId, MissingName, InvalidName, InvalidTraceId,
 * MissingEndTime, MissingParentId; the other members' are named alike.
 */
export function readDocuments(text: string): readonly ReadDocument[] {
  const read = parse(text);
  if (read === undefined) return [{ unprocessed: unprocessed({}, new Unprocessed('ParseError', 'segment')) }];
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    const Message = 'The segment document is larger than 64 kB. Send its subsegments separately.';
    return [{ unprocessed: { ...idOf(read), ErrorCode: 'InvalidSegment', Message } }];
  }
  return (Array.isArray(read) && read.length > 0 ? read : [read]).map(readDocument);
}

/** Undefined where it is no JSON, or JSON that is nested too deeply to be written again. */
function parse(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    JSON.stringify(read);
    return read;
  } catch {
    return undefined;
  }
}

function readDocument(read: unknown): ReadDocument {
  const members = isRecord(read) ? read : {};
  try {
    return { document: documentOf(members) };
  } catch (thrown) {
    if (thrown instanceof Unprocessed) return { unprocessed: unprocessed(members, thrown) };
    throw thrown;
  }
}

function idOf(read: unknown): { Id?: string } {
  return isRecord(read) && typeof read['id'] === 'string' ? { Id: read['id'] } : {};
}

function unprocessed(members: Members, { code, what }: Unprocessed): UnprocessedTraceSegment {
  const cause = what === 'subsegment' ? ', Cause: null' : '';
  return {
    ...idOf(members),
    ErrorCode: code,
    Message: `Invalid ${what}. ErrorCode: ${code}${cause}`,
  };
}

/** Throws Unprocessed. */
function documentOf(members: Members): SegmentDocument {
  const separate = members['type'] === 'subsegment';
  const what = separate ? 'subsegment' : 'segment';
  const segment = segmentOf(members, what);
  const traceId = required(members, 'trace_id', 'TraceId', what);
  if (!isTraceId(traceId)) throw new Unprocessed('InvalidTraceId', what);
  if (separate && segment.parentId === undefined) throw new Unprocessed('MissingParentId', what);
  const text = JSON.stringify(members);
  return { traceId, segment, separate, text, bytes: Buffer.byteLength(text) };
}

/** Throws Unprocessed. */
function segmentOf(members: Members, what: Unprocessed['what']): Segment {
  const id = required(members, 'id', 'Id', what);
  if (!ID.test(id)) throw new Unprocessed('InvalidId', what);
  const name = required(members, 'name', 'Name', what);
  if (name.length > MAX_NAME[what] || !NAME.test(name)) throw new Unprocessed('InvalidName', what);
  const startTime = time(members['start_time'], 'StartTime', what);
  if (startTime === undefined) throw new Unprocessed('MissingStartTime', what);
  const inProgress = members['in_progress'] === true;
  const endTime = inProgress ? undefined : time(members['end_time'], 'EndTime', what);
  if (endTime === undefined && !inProgress) throw new Unprocessed('MissingEndTime', what);
  const parentId = textOf(members['parent_id']);
  if (parentId !== undefined && !ID.test(parentId)) throw new Unprocessed('InvalidParentId', what);
  const { subsegments } = members;
  return {
    id,
    name,
    parentId,
    startTime,
    endTime: endOf(startTime, endTime),
    namespace: textOf(members['namespace']),
    origin: textOf(members['origin']),
    user: textOf(members['user']),
    resourceArn: textOf(members['resource_arn']),
    ...flagsOf(members),
    sql: isRecord(members['sql']),
    http: httpOf(members['http']),
    aws: labelsOf(members['aws']),
    annotations: annotationsOf(members['annotations']),
    subsegments: (Array.isArray(subsegments) ? subsegments : []).map((each: unknown) =>
      segmentOf(isRecord(each) ? each : {}, 'subsegment'),
    ),
  };
}

function required(members: Members, name: string, code: string, what: Unprocessed['what']): string {
  const value = members[name] ?? '';
  if (value === '') throw new Unprocessed(`Missing${code}`, what);
  if (typeof value !== 'string') throw new Unprocessed(`Invalid${code}`, what);
  return value;
}

function time(value: unknown, code: string, what: Unprocessed['what']): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= LAST_SECOND) return value;
  throw new Unprocessed(`Invalid${code}`, what);
}

/** Texts, numbers and booleans by key; there is no room for what else stands among them. */
function annotationsOf(value: unknown): Annotations {
  return new Map(
    Object.entries(isRecord(value) ? value : {}).flatMap(([key, item]) =>
      typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean' ? [[key, item]] : [],
    ),
  );
}
