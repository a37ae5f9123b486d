import type { AnnotationValue, TraceSummary, ValueWithServiceIds } from '@aws-sdk/client-xray';
import { responseTimeOf, dateOf, spanOf } from './outcomes.ts';
import { addTo } from './grouping.ts';
import { serviceIdOf, serviceIdsOf } from './service-ids.ts';
import type { Segment } from './documents.ts';
import type { Work } from './trace-map.ts';
import type { TraceView } from './trace-view.ts';

/** Annotations that are indexed of a trace (X-Ray developer guide, segment documents). */
const MAX_ANNOTATIONS = 50;

type Said<Value> = ReadonlyMap<Value, readonly Work[]>;

/** What GetTraceSummaries tells of a trace, without root causes, which the sandbox does not look for. */
export function summaryOf(view: TraceView): TraceSummary {
  const { trace, root, segments, works, startTime } = view;
  const http = root?.segment.http;
  const texts = (read: (segment: Segment) => string | undefined): readonly string[] => [
    ...new Set(segments.map(read).filter((text) => text !== undefined)),
  ];
  return {
    Id: trace.id,
    StartTime: dateOf(startTime),
    Duration: spanOf(segments),
    ResponseTime: root === undefined ? undefined : responseTimeOf(root.segment),
    HasFault: root?.segment.fault ?? false,
    HasError: root?.segment.error ?? false,
    HasThrottle: segments.some(({ throttle }) => throttle),
    IsPartial: segments.some(({ endTime }) => endTime === undefined),
    Http: {
      HttpURL: http?.url,
      HttpStatus: http?.status,
      HttpMethod: http?.method,
      UserAgent: http?.userAgent,
      ClientIp: http?.clientIp,
    },
    Annotations: annotationsOf(works),
    Users: [...saidBy(works, ({ user }) => (user === undefined ? [] : [user]))].map(([UserName, by]) => ({
      UserName,
      ServiceIds: serviceIdsOf(by.map(({ service }) => service)),
    })),
    ServiceIds: serviceIdsOf(works.map(({ service }) => service)),
    ResourceARNs: texts(({ resourceArn }) => resourceArn).map((ARN) => ({ ARN })),
    InstanceIds: texts(({ aws }) => aws.get('ec2.instance_id')).map((Id) => ({ Id })),
    AvailabilityZones: texts(({ aws }) => aws.get('ec2.availability_zone')).map((Name) => ({ Name })),
    EntryPoint: root === undefined ? undefined : serviceIdOf(root.service),
    Revision: trace.revision,
  };
}

function annotationsOf(works: readonly Work[]): Record<string, ValueWithServiceIds[]> {
  const keys = [
    ...new Set(
      own(works)
        .flatMap(segmentsOf)
        .flatMap(({ annotations }) => [...annotations.keys()]),
    ),
  ];
  return Object.fromEntries(
    keys.slice(0, MAX_ANNOTATIONS).map((key) => {
      const values = saidBy(works, ({ annotations }) => {
        const value = annotations.get(key);
        return value === undefined ? [] : [value];
      });
      const each = [...values].map(([value, by]) => ({
        AnnotationValue: annotationValueOf(value),
        ServiceIds: serviceIdsOf(by.map(({ service }) => service)),
      }));
      return [key, each];
    }),
  );
}

function annotationValueOf(value: string | number | boolean): AnnotationValue {
  if (typeof value === 'number') return { NumberValue: value };
  return typeof value === 'boolean' ? { BooleanValue: value } : { StringValue: value };
}

/** Each value with the services that say it. */
function saidBy<Value>(works: readonly Work[], read: (segment: Segment) => readonly Value[]): Said<Value> {
  const by = new Map<Value, Work[]>();
  for (const work of own(works)) {
    for (const value of segmentsOf(work).flatMap(read)) addTo(by, value, work);
  }
  return by;
}

/** An inferred service says nothing: what stands in its segment is its caller's. */
function own(works: readonly Work[]): readonly Work[] {
  return works.filter(({ inferred }) => !inferred);
}

function segmentsOf({ segment, subsegments }: Work): readonly Segment[] {
  return [segment, ...subsegments];
}
