import { describe, expect, it } from 'vitest';
import type { Service } from '@aws-sdk/client-xray';
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

const at = (seconds: number): Date => new Date((START + seconds) * 1000);
const FRAME = { StartTime: at(-60), EndTime: at(60) };

async function graphOf(xray: XRay, input: object = {}): Promise<readonly Service[]> {
  return (await xray.call('GetServiceGraph', { ...FRAME, ...input })).Services ?? [];
}

/** `client/web > web`, `web > api`, as the nodes' types and names say. */
async function edgesOf(xray: XRay, input: object = {}): Promise<readonly string[]> {
  const services = await graphOf(xray, input);
  const name = ({ Name = '', Type }: Service) => (Type === undefined ? Name : `${Type}/${Name}`);
  const byId = new Map(services.map((service) => [service.ReferenceId, name(service)]));
  return services.flatMap((service) =>
    (service.Edges ?? []).map((edge) => `${name(service)} > ${byId.get(edge.ReferenceId)}`),
  );
}

const call = (members: Members) => subsegment({ namespace: 'aws', ...members });

describe('the service graph', () => {
  it('has a node for the client, the service and what it calls, with what was counted of them', async () => {
    const xray = xraySandbox();
    const dynamo = call({ id: segmentId(2), name: 'DynamoDB', aws: { table_name: 'scores' } });
    await xray.put(
      segment({ origin: 'AWS::EC2::Instance', subsegments: [dynamo] }),
      segment({ origin: 'AWS::EC2::Instance', trace_id: traceId(2), end_time: START + 0.3, error: true }),
    );
    const statistics = (ok: number, error: number, seconds: number) => ({
      OkCount: ok,
      ErrorStatistics: { ThrottleCount: 0, OtherCount: error, TotalCount: error },
      FaultStatistics: { OtherCount: 0, TotalCount: 0 },
      TotalCount: ok + error,
      TotalResponseTime: seconds,
    });
    const served = [
      { Value: 0.1, Count: 1 },
      { Value: 0.3, Count: 1 },
    ];
    const written = [{ Value: 0.04, Count: 1 }];
    expect(await graphOf(xray)).toEqual([
      {
        ReferenceId: 0,
        Name: 'web',
        Names: ['web'],
        AccountId: '385605022855',
        Type: 'AWS::EC2::Instance',
        Root: true,
        State: 'active',
        StartTime: at(0),
        EndTime: at(0.3),
        Edges: [
          {
            ReferenceId: 1,
            StartTime: at(0.01),
            EndTime: at(0.05),
            SummaryStatistics: statistics(1, 0, 0.04),
            ResponseTimeHistogram: written,
            Aliases: [],
          },
        ],
        SummaryStatistics: statistics(1, 1, 0.4),
        DurationHistogram: served,
        ResponseTimeHistogram: served,
      },
      {
        ReferenceId: 1,
        Name: 'scores',
        Names: ['scores'],
        AccountId: '385605022855',
        Type: 'AWS::DynamoDB::Table',
        State: 'unknown',
        StartTime: at(0.01),
        EndTime: at(0.05),
        Edges: [],
        SummaryStatistics: statistics(1, 0, 0.04),
        DurationHistogram: written,
        ResponseTimeHistogram: written,
      },
      {
        ReferenceId: 2,
        Name: 'web',
        Names: ['web'],
        AccountId: '385605022855',
        Type: 'client',
        State: 'unknown',
        StartTime: at(0),
        EndTime: at(0.3),
        Edges: [
          {
            ReferenceId: 0,
            StartTime: at(0),
            EndTime: at(0.3),
            SummaryStatistics: statistics(1, 1, 0.4),
            ResponseTimeHistogram: served,
            Aliases: [],
          },
        ],
      },
    ]);
  });

  it.each<readonly [node: string, members: Members]>([
    ['AWS::DynamoDB/DynamoDB', { name: 'DynamoDB' }],
    ['AWS::SNS/SNS', { name: 'SNS', aws: { topic_arn: 'arn:aws:sns:x' } }],
    ['AWS::SQS::Queue/https://sqs/q', { name: 'SQS', aws: { queue_url: 'https://sqs/q' } }],
    ['AWS::S3::Bucket/pictures', { name: 'S3', aws: { bucket_name: 'pictures' } }],
    ['remote/www.example.com', { name: 'www.example.com', namespace: 'remote' }],
    [
      'Database::SQL/orders@db',
      { name: 'orders@db', namespace: 'remote', sql: { database_type: 'PostgreSQL' } },
    ],
  ])('infers %s from a call of it', async (node, members) => {
    const xray = xraySandbox();
    await xray.put(segment({ subsegments: [call(members)] }));
    expect(await edgesOf(xray)).toEqual([`web > ${node}`, 'client/web > web']);
  });

  it('leads to the service that was called where that sent a segment, by whatever way the subsegment came', async () => {
    const xray = xraySandbox();
    const within = subsegment({
      subsegments: [call({ id: segmentId(3), name: 'api:80', namespace: 'remote' })],
    });
    await xray.put(
      segment({ subsegments: [within] }),
      separate({ id: segmentId(5), parent_id: segmentId(2), name: 'other:80', namespace: 'remote' }),
      segment({ id: segmentId(4), name: 'api', parent_id: segmentId(3) }),
      segment({ id: segmentId(6), name: 'other', parent_id: segmentId(5) }),
      segment({ id: segmentId(7), name: 'worker', parent_id: segmentId(6) }),
    );
    expect((await edgesOf(xray)).toSorted()).toEqual([
      'client/web > web',
      'other > worker',
      'web > api',
      'web > other',
    ]);
  });

  it('counts each way to fail once, and nothing that is still in progress', async () => {
    const xray = xraySandbox();
    const outcomes: readonly Members[] = [
      {},
      { fault: true, error: true },
      { throttle: true, error: true },
      { error: true },
      { end_time: undefined, in_progress: true },
    ];
    await xray.put(...outcomes.map((members, index) => segment({ trace_id: traceId(index), ...members })));
    const web = (await graphOf(xray)).find(({ Root }) => Root === true);
    expect(web?.SummaryStatistics).toEqual({
      OkCount: 1,
      ErrorStatistics: { ThrottleCount: 1, OtherCount: 1, TotalCount: 2 },
      FaultStatistics: { OtherCount: 1, TotalCount: 1 },
      TotalCount: 4,
      TotalResponseTime: 0.4,
    });
  });

  it('has nodes of their own for one name in two accounts, or on two kinds of resources', async () => {
    const xray = xraySandbox();
    await xray.put(
      segment({ origin: 'AWS::ECS::Container' }),
      segment({ trace_id: traceId(2), origin: 'AWS::EC2::Instance' }),
      segment({ trace_id: traceId(3), aws: { account_id: '111122223333' } }),
    );
    const nodes = (await graphOf(xray)).filter(({ Root }) => Root === true);
    expect(nodes.map(({ Type, AccountId }) => [Type, AccountId])).toEqual([
      ['AWS::ECS::Container', '385605022855'],
      ['AWS::EC2::Instance', '385605022855'],
      [undefined, '111122223333'],
    ]);
  });

  it('counts a segment whose caller has not been heard of as called by a client', async () => {
    const xray = xraySandbox();
    await xray.put(segment({ parent_id: segmentId(99) }));
    expect(await edgesOf(xray)).toEqual(['client/web > web']);
  });

  it('shows what was active in the time frame', async () => {
    const xray = xraySandbox();
    await xray.put(segment({ end_time: START + 10 }));
    expect(await edgesOf(xray, { StartTime: at(5), EndTime: at(6) })).toHaveLength(1);
    expect(await graphOf(xray, { StartTime: at(11), EndTime: at(12) })).toEqual([]);
    expect(await graphOf(xray, { StartTime: at(-5), EndTime: at(0) })).toEqual([]);
  });

  it('is answered a hundred services a page, with edges across them', async () => {
    const xray = xraySandbox();
    const many = Array.from({ length: 120 }, (_, index) =>
      segment({ trace_id: traceId(index), name: `service-${index}` }),
    );
    for (const part of [0, 40, 80]) await xray.put(...many.slice(part, part + 40));
    const first = await xray.call('GetServiceGraph', FRAME);
    expect(first.Services).toHaveLength(100);
    const NextToken = first.NextToken;
    const second = await graphOf(xray, { NextToken });
    const third = await xray.call('GetServiceGraph', { ...FRAME, NextToken });
    expect(second).toHaveLength(100);
    const last = await graphOf(xray, { NextToken: third.NextToken });
    const ids = [...(first.Services ?? []), ...second, ...last].map(({ ReferenceId }) => ReferenceId);
    expect(ids).toEqual(Array.from({ length: 240 }, (_, index) => index));
  });

  it('is of the default group and no other, and of six hours at most', async () => {
    const xray = xraySandbox();
    await xray.put(segment());
    expect(await graphOf(xray, { GroupName: 'Default' })).toHaveLength(2);
    expect(await xray.refusal('GetServiceGraph', { ...FRAME, GroupName: 'slow' })).toMatchObject({
      name: 'InvalidRequestException',
    });
    expect(await graphOf(xray, { StartTime: at(0), EndTime: at(6 * 3600) })).toHaveLength(2);
    expect(
      await xray.refusal('GetServiceGraph', { StartTime: at(0), EndTime: at(6 * 3600 + 1) }),
    ).toMatchObject({
      name: 'InvalidRequestException',
      message: 'Time range cannot be longer than 6 hours',
    });
    expect(await xray.refusal('GetServiceGraph', { ...FRAME, NextToken: 'x' })).toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});
