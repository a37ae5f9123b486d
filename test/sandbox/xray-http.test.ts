import {
  BatchGetTracesCommand,
  GetSamplingRulesCommand,
  GetSamplingStatisticSummariesCommand,
  GetSamplingTargetsCommand,
  GetServiceGraphCommand,
  GetTraceSummariesCommand,
  InvalidRequestException,
  PutTelemetryRecordsCommand,
  PutTraceSegmentsCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import { expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { clientConfig, openDoor } from '../support/sandbox/http-door.ts';
import { segment, START, traceId } from '../support/sandbox/xray.ts';

async function open() {
  const sandbox = createSandbox({ clock: new VirtualClock() });
  const door = await openDoor((request) => sandbox.call(request));
  return { door, client: new XRayClient(clientConfig(door)) };
}

const StartTime = new Date((START - 60) * 1000);
const EndTime = new Date((START + 60) * 1000);

test('an SDK client sends segments, and finds the trace, its documents and its graph', async () => {
  const { client } = await open();
  const documents = [segment({ annotations: { level: 1.5 } }), segment({ name: '' })];
  const TraceSegmentDocuments = documents.map((document) => JSON.stringify(document));
  expect(await client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments }))).toMatchObject({
    $metadata: { httpStatusCode: 200 },
    UnprocessedTraceSegments: [{ ErrorCode: 'MissingName' }],
  });
  const summaries = new GetTraceSummariesCommand({
    StartTime,
    EndTime,
    FilterExpression: 'service("web") AND annotation.level > 1',
    Sampling: true,
    SamplingStrategy: { Name: 'FixedRate', Value: 0.999 },
  });
  expect(await client.send(summaries)).toMatchObject({
    TraceSummaries: [
      {
        Id: traceId(),
        Duration: 0.1,
        StartTime: new Date(START * 1000),
        Annotations: { level: [{ AnnotationValue: { NumberValue: 1.5 } }] },
      },
    ],
    TracesProcessedCount: 1,
  });
  expect(await client.send(new BatchGetTracesCommand({ TraceIds: [traceId()] }))).toMatchObject({
    Traces: [{ Id: traceId(), Segments: [{ Document: JSON.stringify(documents[0]) }] }],
  });
  expect(await client.send(new GetServiceGraphCommand({ StartTime, EndTime }))).toMatchObject({
    Services: [
      { Name: 'web', SummaryStatistics: { OkCount: 1 } },
      { Name: 'web', Type: 'client', Edges: [{ ReferenceId: 0 }] },
    ],
  });
});

test('an SDK client is told how to sample, and reports it', async () => {
  const { client } = await open();
  expect(await client.send(new GetSamplingRulesCommand({}))).toMatchObject({
    SamplingRuleRecords: [{ SamplingRule: { FixedRate: 0.05 }, ModifiedAt: new Date(0) }],
  });
  const report = { RuleName: 'Default', ClientID: 'a'.repeat(24), RequestCount: 3, SampledCount: 1 };
  const targets = new GetSamplingTargetsCommand({
    SamplingStatisticsDocuments: [{ ...report, Timestamp: new Date(START * 1000 + 1) }],
  });
  expect(await client.send(targets)).toMatchObject({ SamplingTargetDocuments: [{ ReservoirQuota: 1 }] });
  expect(await client.send(new GetSamplingStatisticSummariesCommand({}))).toMatchObject({
    SamplingStatisticSummaries: [{ RequestCount: 3 }],
  });
  const telemetry = new PutTelemetryRecordsCommand({ TelemetryRecords: [{ Timestamp: StartTime }] });
  expect(await client.send(telemetry)).toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

test('refusals reach an SDK client as X-Ray models them', async () => {
  const { client } = await open();
  const refused = client.send(new GetTraceSummariesCommand({ StartTime, EndTime, FilterExpression: '(' }));
  await expect(refused).rejects.toBeInstanceOf(InvalidRequestException);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('at its end') });
});

test('what is said in JSON by method and path is answered in JSON', async () => {
  const { door } = await open();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/eu-west-1/xray/aws4_request, Signature=0';
  const post = async (path: string, body: string) => {
    const answer = await fetch(`${door.url}${path}`, { method: 'POST', headers: { authorization }, body });
    const said = (name: string) => answer.headers.get(name);
    return [answer.status, said('content-type'), said('x-amzn-errortype'), await answer.json()];
  };
  expect(await post('/TraceSegments', '{"TraceSegmentDocuments":["{"]}')).toMatchObject([
    200,
    'application/json',
    null,
    { UnprocessedTraceSegments: [{ ErrorCode: 'ParseError' }] },
  ]);
  expect(door.calls.at(-1)).toMatchObject({ service: 'xray', region: 'eu-west-1' });
  expect(await post('/TraceSegments', '{}')).toMatchObject([
    400,
    'application/json',
    'InvalidRequestException',
    { Message: expect.stringContaining("'traceSegmentDocuments'") },
  ]);
  expect(await post('/TraceSegments', '{')).toMatchObject([
    400,
    'application/json',
    'SerializationException',
    {},
  ]);
  expect(await post('/Groups', '{}')).toMatchObject([
    400,
    'application/json',
    'UnknownOperationException',
    { message: 'The sandbox does not serve xray:POST /Groups.' },
  ]);
});
