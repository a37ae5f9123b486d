import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BatchGetTracesCommand,
  GetServiceGraphCommand,
  GetTraceSummariesCommand,
  PutTraceSegmentsCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import { segment, segmentId, START, subsegment, traceId } from '../support/sandbox/xray.ts';
import type { Members } from '../support/sandbox/xray.ts';

const ids = fc.integer({ min: 1, max: 6 }).map(segmentId);
const times = fc.integer({ min: -2000, max: 5000 }).map((ms) => START + ms / 1000);
const oddities = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Members that fit, and now and then one that does not. */
const members = (below: fc.Arbitrary<unknown>): fc.Arbitrary<Members> =>
  fc.record(
    {
      id: ids,
      parent_id: ids,
      start_time: times,
      end_time: times,
      in_progress: fc.boolean(),
      type: fc.constantFrom('subsegment', 'segment'),
      namespace: fc.constantFrom('aws', 'remote', 'other'),
      origin: fc.string(),
      user: oddities,
      fault: fc.boolean(),
      throttle: oddities,
      annotations: fc.oneof(fc.dictionary(fc.string(), oddities), oddities),
      aws: fc.oneof(
        fc.dictionary(fc.constantFrom('table_name', 'queue_url', 'ec2', '__proto__'), oddities),
        oddities,
      ),
      http: fc.record({
        request: oddities,
        response: fc.oneof(oddities, fc.record({ status: fc.integer() })),
      }),
      metadata: oddities,
      subsegments: fc.oneof(fc.array(below, { maxLength: 3 }), oddities),
    },
    { requiredKeys: [] },
  );

const nested = members(members(fc.constant(subsegment())).map((more) => subsegment(more))).map((more) =>
  subsegment(more),
);
const documents = members(nested).map((more) => JSON.stringify(segment(more)));

it('whatever documents hold, each is taken or said to be unprocessed, and every question about them is answered', async () => {
  const StartTime = new Date((START - 60) * 1000);
  const EndTime = new Date((START + 60) * 1000);
  let sandbox = createSandbox({ clock: new VirtualClock() });
  const door = await openDoor((request) => sandbox.call(request));
  const client = new XRayClient(clientConfig(door));
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(documents, { minLength: 1, maxLength: 12 }), async (TraceSegmentDocuments) => {
      sandbox = createSandbox({ clock: new VirtualClock() });
      const { UnprocessedTraceSegments = [] } = await client.send(
        new PutTraceSegmentsCommand({ TraceSegmentDocuments }),
      );
      expect(UnprocessedTraceSegments.length).toBeLessThanOrEqual(TraceSegmentDocuments.length);
      taken += TraceSegmentDocuments.length - UnprocessedTraceSegments.length;
      const traces = await client.send(new BatchGetTracesCommand({ TraceIds: [traceId()] }));
      const shown = traces.Traces?.[0]?.Segments ?? [];
      for (const { Id, Document = '' } of shown) expect(JSON.parse(Document)).toMatchObject({ id: Id });
      expect(new Set(shown.map(({ Id }) => Id)).size).toBe(shown.length);
      const FilterExpression =
        'service() { ok OR !ok } OR edge("web", "web") OR annotation.x > 1 OR user != "x" OR duration >= 0 OR partial';
      for (const TimeRangeType of ['TraceId', 'Event', 'Service'] as const) {
        await client.send(
          new GetTraceSummariesCommand({ StartTime, EndTime, TimeRangeType, FilterExpression }),
        );
      }
      const { Services = [] } = await client.send(new GetServiceGraphCommand({ StartTime, EndTime }));
      const known = new Set(Services.map(({ ReferenceId }) => ReferenceId));
      for (const { ReferenceId } of Services.flatMap(({ Edges = [] }) => Edges))
        expect(known).toContain(ReferenceId);
      expect(JSON.stringify(sandbox.control.state())).toContain('"xray"');
    }),
    { numRuns: 150, seed: 20, endOnFailure: true },
  );
  expect(taken).toBeGreaterThan(100);
});
