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

const at = (seconds: number): Date => new Date((START + seconds) * 1000);

describe('a trace summary', () => {
  it('tells of the root segment, of users and annotations, and of all services', async () => {
    const xray = xraySandbox();
    await xray.put(
      segment({
        origin: 'AWS::ECS::Container',
        user: 'alice',
        annotations: { game: 'chess', level: 3, won: true, list: ['not indexed'] },
        aws: { ec2: { instance_id: 'i-1', availability_zone: 'us-east-1a' } },
        http: {
          request: { url: 'http://web/api', method: 'GET', user_agent: 'curl', client_ip: '10.0.0.9' },
          response: { status: 200 },
        },
        subsegments: [
          subsegment({ annotations: { game: 'go' } }),
          subsegment({ id: segmentId(3), name: 'SNS', namespace: 'aws' }),
        ],
      }),
    );
    const web = { Name: 'web', Names: ['web'], AccountId: '385605022855', Type: 'AWS::ECS::Container' };
    const ServiceIds = [web];
    expect(await xray.summaries()).toEqual([
      {
        Id: traceId(),
        StartTime: at(0),
        Duration: 0.1,
        ResponseTime: 0.1,
        HasFault: false,
        HasError: false,
        HasThrottle: false,
        IsPartial: false,
        Http: {
          HttpURL: 'http://web/api',
          HttpStatus: 200,
          HttpMethod: 'GET',
          UserAgent: 'curl',
          ClientIp: '10.0.0.9',
        },
        Annotations: {
          game: [
            { AnnotationValue: { StringValue: 'chess' }, ServiceIds },
            { AnnotationValue: { StringValue: 'go' }, ServiceIds },
          ],
          level: [{ AnnotationValue: { NumberValue: 3 }, ServiceIds }],
          won: [{ AnnotationValue: { BooleanValue: true }, ServiceIds }],
        },
        Users: [{ UserName: 'alice', ServiceIds }],
        ServiceIds: [web, { Name: 'SNS', Names: ['SNS'], AccountId: '385605022855', Type: 'AWS::SNS' }],
        ResourceARNs: [],
        InstanceIds: [{ Id: 'i-1' }],
        AvailabilityZones: [{ Name: 'us-east-1a' }],
        EntryPoint: web,
        Revision: 1,
      },
    ]);
  });

  it('lasts until the last subsegment has ended, though the response was sent before', async () => {
    const xray = xraySandbox();
    await xray.put(segment(), separate({ end_time: START + 2 }));
    expect(await xray.summaries()).toMatchObject([{ ResponseTime: 0.1, Duration: 2 }]);
  });

  it('counts a fault only of the root, and a throttled call wherever it is', async () => {
    const xray = xraySandbox();
    const called = { id: segmentId(4), name: 'api', parent_id: segmentId(2) };
    await xray.put(
      segment({ error: true, subsegments: [subsegment({ namespace: 'remote', throttle: true })] }),
      segment({ ...called, fault: true }),
    );
    expect(await xray.summaries()).toMatchObject([{ HasFault: false, HasError: true, HasThrottle: true }]);
  });

  it.each([
    [200, [false, false, false]],
    [404, [false, true, false]],
    [429, [false, true, true]],
    [503, [true, false, false]],
  ] as const)('knows by status %i what went wrong', async (status, [HasFault, HasError, HasThrottle]) => {
    const xray = xraySandbox();
    await xray.put(segment({ http: { response: { status } } }));
    expect(await xray.summaries()).toMatchObject([{ HasFault, HasError, HasThrottle }]);
  });

  it('indexes fifty annotations', async () => {
    const xray = xraySandbox();
    const annotations = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key${index}`, index]));
    await xray.put(segment({ annotations }));
    const [summary] = await xray.summaries();
    expect(Object.keys(summary?.Annotations ?? {})).toHaveLength(50);
  });

  it('of subsegments alone has no root, and no response time', async () => {
    const xray = xraySandbox();
    await xray.put(separate());
    const [summary] = await xray.summaries();
    expect(summary).toMatchObject({ Duration: 0.04, ServiceIds: [], HasFault: false });
    expect([summary?.ResponseTime, summary?.EntryPoint]).toEqual([undefined, undefined]);
  });
});

describe('GetTraceSummaries', () => {
  it('answers what began in the time frame, its end not included', async () => {
    const xray = xraySandbox();
    await xray.put(segment());
    const found = async (from: number, to: number, TimeRangeType?: string) =>
      (await xray.summaries(undefined, { StartTime: at(from), EndTime: at(to), TimeRangeType })).length;
    expect(await found(0, 1)).toBe(1);
    expect(await found(-1, 0)).toBe(0);
    expect(await found(0.05, 1)).toBe(0);
    expect(await found(0.05, 0.06, 'Event')).toBe(1);
    expect(await found(0.2, 1, 'Event')).toBe(0);
    expect(await found(0.05, 0.06, 'Service')).toBe(0);
    expect(await found(0.05, 0.2, 'Service')).toBe(1);
  });

  it('answers the latest first, a hundred a page, and counts what it looked at', async () => {
    const xray = xraySandbox();
    const traces = Array.from({ length: 150 }, (_, index) =>
      segment({ trace_id: traceId(index + 1), start_time: START + index, end_time: START + index + 1 }),
    );
    await xray.put(...traces.slice(0, 50));
    await xray.put(...traces.slice(50, 100));
    await xray.put(...traces.slice(100));
    const input = { StartTime: at(0), EndTime: at(1000) };
    const first = await xray.call('GetTraceSummaries', input);
    const second = await xray.call('GetTraceSummaries', { ...input, NextToken: first.NextToken });
    const ids = [first, second].flatMap(({ TraceSummaries }) => TraceSummaries ?? []).map(({ Id }) => Id);
    expect(ids).toEqual(Array.from({ length: 150 }, (_, index) => traceId(150 - index)));
    expect([first.TracesProcessedCount, second.TracesProcessedCount]).toEqual([100, 50]);
    expect([first.ApproximateTime, second.ApproximateTime]).toEqual([at(50), at(0)]);
    expect(second.NextToken).toBeUndefined();
    const filtered = await xray.call('GetTraceSummaries', { ...input, FilterExpression: 'fault' });
    expect(filtered).toMatchObject({ TraceSummaries: [], TracesProcessedCount: 150 });
  });

  it('answers a part of the traces where a sample is asked for, always the same', async () => {
    const xray = xraySandbox();
    await xray.put(...Array.from({ length: 50 }, (_, index) => segment({ trace_id: traceId(index + 1) })));
    const sample = async (Value?: number) =>
      (
        await xray.summaries(undefined, { Sampling: true, SamplingStrategy: { Name: 'FixedRate', Value } })
      ).map(({ Id }) => Id);
    const half = await sample(0.5);
    expect(half.length).toBeGreaterThan(10);
    expect(half.length).toBeLessThan(40);
    expect(await sample(0.5)).toEqual(half);
    expect([(await sample(0)).length, (await sample(1)).length, (await sample()).length]).toEqual([
      0, 50, 50,
    ]);
  });

  it.each<readonly [what: string, input: object]>([
    ['a frame that ends before it begins', { StartTime: at(1), EndTime: at(0) }],
    ['no frame', {}],
    ['another type of frame', { StartTime: at(0), EndTime: at(1), TimeRangeType: 'LastHour' }],
    ['a token of nobody', { StartTime: at(0), EndTime: at(1), NextToken: 'x' }],
    [
      'a sample of more than all',
      { StartTime: at(0), EndTime: at(1), Sampling: true, SamplingStrategy: { Value: 2 } },
    ],
    [
      'another strategy',
      { StartTime: at(0), EndTime: at(1), Sampling: true, SamplingStrategy: { Name: 'Some' } },
    ],
  ])('refuses %s', async (_what, input) => {
    expect(await xraySandbox().refusal('GetTraceSummaries', input as never)).toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});
