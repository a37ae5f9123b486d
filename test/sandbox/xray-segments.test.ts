import { describe, expect, it } from 'vitest';
import {
  segment,
  segmentId,
  separate,
  START,
  subsegment,
  traceId,
  xraySandbox,
} from '../support/sandbox/xray.ts';
import type { Members, XRay } from '../support/sandbox/xray.ts';

async function unprocessed(xray: XRay, ...documents: readonly (Members | readonly Members[] | string)[]) {
  const texts = documents.map((document) =>
    typeof document === 'string' ? document : JSON.stringify(document),
  );
  return (await xray.call('PutTraceSegments', { TraceSegmentDocuments: texts })).UnprocessedTraceSegments;
}

describe('a segment document', () => {
  it.each<readonly [what: string, document: Members]>([
    ['a minimal one', segment()],
    ['one in progress', segment({ end_time: undefined, in_progress: true })],
    ['a subsegment that is sent for itself', separate()],
    [
      'one with an id of OpenTelemetry, which holds no time',
      segment({ trace_id: `1-ffffffff-${'a'.repeat(24)}` }),
    ],
    ['one whose name has every sign that a name can have', segment({ name: 'Zürich 1_.:/%&#=+\\-@' })],
    ['one with a name of 200 characters', segment({ name: 'n'.repeat(200) })],
    [
      'one with members that nobody knows, and null for absence',
      segment({ colour: 'red', parent_id: null, user: 7 }),
    ],
  ])('is taken: %s', async (_what, document) => {
    expect(await unprocessed(xraySandbox(), document)).toEqual([]);
  });

  it.each<readonly [code: string, document: Members]>([
    ['MissingId', segment({ id: undefined })],
    ['InvalidId', segment({ id: 'short' })],
    ['MissingTraceId', segment({ trace_id: undefined })],
    ['InvalidTraceId', segment({ trace_id: '2-00000000-000000000000000000000000' })],
    ['MissingName', segment({ name: '' })],
    ['InvalidName', segment({ name: 'what?' })],
    ['InvalidName', segment({ name: 'n'.repeat(201) })],
    ['MissingStartTime', segment({ start_time: undefined })],
    ['InvalidStartTime', segment({ start_time: '2026-11-22T00:00:00Z' })],
    ['InvalidStartTime', segment({ start_time: 1e300 })],
    ['MissingEndTime', segment({ end_time: undefined })],
    ['InvalidParentId', segment({ parent_id: 'x' })],
  ])('is unprocessed with %s: %j', async (code, document) => {
    expect(await unprocessed(xraySandbox(), document)).toEqual([
      {
        ...(document['id'] === undefined ? {} : { Id: document['id'] }),
        ErrorCode: code,
        Message: `Invalid segment. ErrorCode: ${code}`,
      },
    ]);
  });

  it.each<readonly [code: string, document: Members]>([
    ['MissingParentId', separate({ parent_id: undefined })],
    ['InvalidName', separate({ name: 'mysql at RouteBinding:?' })],
    ['MissingEndTime', segment({ subsegments: [subsegment({ end_time: undefined })] })],
    ['MissingId', segment({ subsegments: [subsegment({ subsegments: ['no object'] })] })],
  ])('is unprocessed for a subsegment, with %s: %j', async (code, document) => {
    expect(await unprocessed(xraySandbox(), document)).toEqual([
      { Id: document['id'], ErrorCode: code, Message: `Invalid subsegment. ErrorCode: ${code}, Cause: null` },
    ]);
  });

  it('is unprocessed where it is no JSON, an empty list, or JSON too deep to be written again', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const codes = (await unprocessed(xraySandbox(), '{', '[]', '7', deep))?.map(({ ErrorCode }) => ErrorCode);
    expect(codes).toEqual([
      'ParseError',
      'MissingId',
      'MissingId',
      expect.stringMatching(/^(ParseError|MissingId)$/),
    ]);
  });

  it('has 64 kB at most', async () => {
    const metadata = (length: number) => segment({ metadata: { text: 'x'.repeat(length) } });
    const rest = JSON.stringify(metadata(0)).length;
    const xray = xraySandbox();
    expect(await unprocessed(xray, metadata(65_536 - rest))).toEqual([]);
    expect(await unprocessed(xray, metadata(65_537 - rest))).toMatchObject([
      { Id: segmentId(1), ErrorCode: 'InvalidSegment' },
    ]);
  });

  it('may be a list of subsegments, each of which counts for itself', async () => {
    const xray = xraySandbox();
    const second = separate({ id: segmentId(3), name: 'what?' });
    expect(await unprocessed(xray, [separate(), second])).toMatchObject([{ Id: segmentId(3) }]);
    expect([...(await xray.documents()).keys()]).toEqual([segmentId(2)]);
  });
});

describe('PutTraceSegments', () => {
  it('takes in what is right beside what is wrong', async () => {
    const xray = xraySandbox();
    expect(await unprocessed(xray, segment({ name: undefined }), segment({ id: segmentId(9) }))).toHaveLength(
      1,
    );
    expect([...(await xray.documents()).keys()]).toEqual([segmentId(9)]);
  });

  it('takes 50 documents at once and no more, and not none', async () => {
    const xray = xraySandbox();
    const documents = Array.from({ length: 51 }, (_, index) =>
      JSON.stringify(segment({ id: segmentId(index) })),
    );
    await xray.call('PutTraceSegments', { TraceSegmentDocuments: documents.slice(1) });
    expect((await xray.documents()).size).toBe(50);
    expect(await xray.refusal('PutTraceSegments', { TraceSegmentDocuments: documents })).toMatchObject({
      name: 'InvalidRequestException',
      message: 'Exceeding maximum segment count: 50',
    });
    expect(await xray.refusal('PutTraceSegments', { TraceSegmentDocuments: [] })).toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('lets a complete segment replace one in progress, in whatever order they come', async () => {
    const xray = xraySandbox();
    const begun = segment({ end_time: undefined, in_progress: true });
    await xray.put(begun);
    expect(await xray.summaries()).toMatchObject([{ IsPartial: true, Revision: 1 }]);
    await xray.put(segment());
    expect(await xray.summaries()).toMatchObject([{ IsPartial: false, Duration: 0.1, Revision: 2 }]);
    await xray.put(begun);
    expect(await xray.summaries()).toMatchObject([{ IsPartial: false, Duration: 0.1 }]);
  });

  it('fills a trace to 500 kB, and says what is wrong with more', async () => {
    const xray = xraySandbox();
    const large = (number: number) =>
      segment({ id: segmentId(number), metadata: { text: 'x'.repeat(50_000) } });
    await xray.put(...Array.from({ length: 10 }, (_, index) => large(index + 1)));
    expect(await unprocessed(xray, large(11))).toEqual([
      {
        Id: segmentId(11),
        ErrorCode: 'InvalidSegment',
        Message:
          'Trace Size Exceeded. Reduce the number of segments per trace and the size of your segment documents.',
      },
    ]);
    const { Traces } = await xray.call('BatchGetTraces', { TraceIds: [traceId()] });
    expect(Traces).toMatchObject([{ LimitExceeded: true }]);
    await xray.put(large(10));
  });
});

describe('traces are kept', () => {
  it('for 30 days since their first document came', async () => {
    const xray = xraySandbox();
    await xray.put(segment());
    xray.advance(30 * 86_400_000 - 1);
    await xray.put(segment({ id: segmentId(5) }));
    expect((await xray.documents()).size).toBe(2);
    xray.advance(1);
    expect((await xray.documents()).size).toBe(0);
    expect(await xray.summaries()).toEqual([]);
    await xray.put(segment());
    expect([...(await xray.documents()).keys()]).toEqual([segmentId(1)]);
  });

  it('as far as 32 MiB of documents reach, the latest', async () => {
    const xray = xraySandbox();
    const text = 'x'.repeat(64_000);
    const traces = Math.ceil((32 * 1024 * 1024) / (5 * 64_000)) + 1;
    for (let trace = 1; trace <= traces; trace += 1) {
      const documents = [1, 2, 3, 4, 5].map((id) =>
        segment({ trace_id: traceId(trace), id: segmentId(id), metadata: { text } }),
      );
      await xray.put(...documents);
    }
    expect((await xray.documents(traceId(1))).size).toBe(0);
    expect((await xray.documents(traceId(traces))).size).toBe(5);
    const held = JSON.stringify(xray.sandbox.control.state()).length;
    expect(held).toBeLessThan(36 * 1024 * 1024);
  });

  it('by account and Region', async () => {
    const xray = xraySandbox();
    await xray.put(segment());
    const asked = { service: 'xray', operation: 'BatchGetTraces', input: { TraceIds: [traceId()] } };
    const there = await xray.sandbox.call({ ...asked, region: 'eu-west-1' });
    const others = await xray.sandbox.call({ ...asked, region: 'us-east-1', accountId: '111122223333' });
    expect([there, others]).toEqual([
      { Traces: [], UnprocessedTraceIds: [] },
      { Traces: [], UnprocessedTraceIds: [] },
    ]);
  });
});

it('PutTelemetryRecords keeps the latest hundred reports for those who look at the state', async () => {
  const xray = xraySandbox();
  const report = (count: number) => ({
    Hostname: 'host',
    TelemetryRecords: [{ Timestamp: new Date(START * 1000), SegmentsReceivedCount: count }],
  });
  for (let count = 0; count <= 100; count += 1) await xray.call('PutTelemetryRecords', report(count));
  const kept = [...xray.sandbox.places.regions.values()].flatMap(({ xray: { telemetry } }) => telemetry);
  expect(kept).toHaveLength(100);
  expect([kept[0], kept[99]]).toMatchObject([{ segmentsReceived: 1 }, { segmentsReceived: 100 }]);
  expect(
    await xray.refusal('PutTelemetryRecords', { ...report(1), Hostname: 'h'.repeat(256) }),
  ).toMatchObject({ name: 'InvalidRequestException' });
});
