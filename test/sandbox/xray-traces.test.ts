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

describe('BatchGetTraces', () => {
  it('answers the documents of a trace, with all that was sent in them', async () => {
    const xray = xraySandbox();
    await xray.put(segment({ metadata: { debug: { deep: [1, null] } } }));
    const { Traces, UnprocessedTraceIds } = await xray.call('BatchGetTraces', { TraceIds: [traceId()] });
    expect([Traces, UnprocessedTraceIds]).toEqual([
      [{ Id: traceId(), Duration: 0.1, LimitExceeded: false, Segments: [expect.anything()] }],
      [],
    ]);
    expect(await xray.documents()).toEqual(
      new Map([[segmentId(1), segment({ metadata: { debug: { deep: [1, null] } } })]]),
    );
  });

  it('puts subsegments that were sent separately where they belong, each once', async () => {
    const xray = xraySandbox();
    await xray.put(
      separate({ id: segmentId(4), name: 'deepest', parent_id: segmentId(3) }),
      separate({ id: segmentId(3), name: 'deeper', parent_id: segmentId(2) }),
      separate({ id: segmentId(2), name: 'again' }),
      segment({ subsegments: [subsegment()] }),
    );
    const documents = await xray.documents();
    expect([...documents.keys()]).toEqual([segmentId(1)]);
    const below = (name: string, id: number, more: object = {}) =>
      subsegment({ name, id: segmentId(id), ...more });
    expect(documents.get(segmentId(1))).toEqual(
      segment({
        subsegments: [
          below('work', 2, { subsegments: [below('deeper', 3, { subsegments: [below('deepest', 4)] })] }),
        ],
      }),
    );
  });

  it('answers subsegments for themselves while their segment has not come, and none that go in a circle', async () => {
    const xray = xraySandbox();
    await xray.put(
      separate({ id: segmentId(3), parent_id: segmentId(2) }),
      separate({ id: segmentId(2) }),
      separate({ id: segmentId(7), parent_id: segmentId(8) }),
      separate({ id: segmentId(8), parent_id: segmentId(7) }),
    );
    const documents = await xray.documents();
    expect([...documents.keys()]).toEqual([segmentId(2)]);
    expect(documents.get(segmentId(2))).toMatchObject({
      type: 'subsegment',
      subsegments: [{ id: segmentId(3) }],
    });
  });

  it('adds an inferred segment for each call whose service sent none', async () => {
    const xray = xraySandbox();
    const call = subsegment({
      id: segmentId(2),
      name: 'DynamoDB',
      namespace: 'aws',
      aws: { table_name: 'scores', operation: 'GetItem' },
      http: { response: { status: 200 } },
    });
    const answered = subsegment({ id: segmentId(3), name: 'api', namespace: 'remote' });
    await xray.put(
      segment({ subsegments: [call, answered] }),
      segment({ id: segmentId(4), name: 'api', parent_id: segmentId(3) }),
    );
    const inferred = [...(await xray.documents()).values()].filter(
      (document) => document['inferred'] === true,
    );
    expect(inferred).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        name: 'DynamoDB',
        start_time: START + 0.01,
        end_time: START + 0.05,
        http: { response: { status: 200 } },
        aws: { table_name: 'scores', operation: 'GetItem' },
        parent_id: segmentId(2),
        trace_id: traceId(),
        inferred: true,
        origin: 'AWS::DynamoDB::Table',
      },
    ]);
    const again = [...(await xray.documents()).values()].find((document) => document['inferred'] === true);
    expect(again).toEqual(inferred[0]);
  });

  it('answers each of several traces once, and nothing of one that is not known', async () => {
    const xray = xraySandbox();
    await xray.put(segment(), segment({ trace_id: traceId(2) }));
    const TraceIds = [traceId(2), traceId(9), traceId(1), traceId(2)];
    const { Traces } = await xray.call('BatchGetTraces', { TraceIds });
    expect(Traces?.map(({ Id }) => Id)).toEqual([traceId(2), traceId(1)]);
  });

  it.each<readonly [what: string, input: object, message: RegExp]>([
    ['no ids', { TraceIds: [] }, /empty/],
    ['six ids', { TraceIds: [1, 2, 3, 4, 5, 6].map(traceId) }, /^Exceeding maximum query size: 5$/],
    ['what is no id', { TraceIds: ['trace'] }, /^trace is not a trace ID/],
    ['a token', { TraceIds: [traceId()], NextToken: 'x' }, /^NextToken is currently not supported$/],
  ])('refuses %s', async (_what, input, message) => {
    expect(await xraySandbox().refusal('BatchGetTraces', input as { TraceIds: string[] })).toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringMatching(message),
    });
  });
});
