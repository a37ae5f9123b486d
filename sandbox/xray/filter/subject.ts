import type { Segment } from '../documents.ts';
import { addTo } from '../grouping.ts';
import { durationOf, outcomeOf, responseTimeOf, spanOf } from '../outcomes.ts';
import type { ServiceNode, Work } from '../trace-map.ts';
import type { TraceView } from '../trace-view.ts';
import type { Value } from './comparisons.ts';

/** What each keyword says of a trace, of a piece of work or of a call; nothing where it has nothing to say. */
export type Subject = Readonly<Record<string, readonly Value[]>>;

/** What annotations say, by key. */
type AnnotationValues = ReadonlyMap<string, readonly Value[]>;

export interface TraceSubject {
  readonly itself: Subject;
  readonly annotations: AnnotationValues;
  readonly services: readonly { readonly node: ServiceNode; readonly subject: Subject }[];
  readonly edges: readonly {
    readonly from: ServiceNode;
    readonly to: ServiceNode;
    readonly subject: Subject;
  }[];
}

/** Of the trace itself its root segment tells, and of users, places and throttling any segment. */
export function traceSubject(view: TraceView): TraceSubject {
  const { root, segments, works, connections, trace } = view;
  return {
    itself: {
      ...segmentSubject(root?.segment, segments),
      throttle: [segments.some(({ throttle }) => throttle)],
      inferred: [works.some(({ inferred }) => inferred)],
      traceid: [trace.id],
    },
    annotations: annotationsOf(segments),
    services: works.map((work) => ({ node: work.service, subject: workSubject(work) })),
    edges: connections.map(({ from, to, segment }) => ({
      from,
      to,
      subject: segmentSubject(segment, [segment]),
    })),
  };
}

function annotationsOf(segments: readonly Segment[]): AnnotationValues {
  const values = new Map<string, Value[]>();
  for (const { annotations } of segments) {
    for (const [key, value] of annotations) addTo(values, key, value);
  }
  return values;
}

function workSubject(work: Work): Subject {
  const { segment, subsegments, service, inferred, root } = work;
  return {
    ...segmentSubject(segment, [segment, ...subsegments]),
    duration: said(durationOf(work)),
    inferred: [inferred],
    root: [root],
    name: [service.name],
    type: said(service.type),
  };
}

/** `all`: the segment and what belongs to it. */
function segmentSubject(segment: Segment | undefined, all: readonly Segment[]): Subject {
  const anywhere = (read: (each: Segment) => string | undefined): readonly string[] => said(...all.map(read));
  return {
    ok: [segment !== undefined && outcomeOf(segment) === 'ok'],
    error: [segment?.error ?? false],
    fault: [segment?.fault ?? false],
    throttle: [segment?.throttle ?? false],
    partial: [all.some(({ endTime }) => endTime === undefined)],
    inferred: [false],
    responsetime: segment === undefined ? [] : said(responseTimeOf(segment)),
    duration: said(spanOf(all)),
    'http.status': said(segment?.http.status),
    'http.url': said(segment?.http.url),
    'http.method': said(segment?.http.method),
    'http.useragent': said(segment?.http.userAgent),
    'http.clientip': said(segment?.http.clientIp),
    user: anywhere(({ user }) => user),
    'instance.id': anywhere(({ aws }) => aws.get('ec2.instance_id')),
    availabilityzone: anywhere(({ aws }) => aws.get('ec2.availability_zone')),
    'resource.arn': anywhere(({ resourceArn }) => resourceArn),
    root: [false],
    name: said(segment?.name),
    type: [],
  };
}

function said<Said extends Value>(...values: readonly (Said | undefined)[]): readonly Said[] {
  return values.filter((value) => value !== undefined);
}
