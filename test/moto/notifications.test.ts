import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import type { CloudEvent } from '../../controller/notifications/cloud-event.ts';
import { useMotoStack } from '../support/aws/moto/stack.ts';
import { scratchFolder } from '../support/programs/cli.ts';

/** The built program publishes to a topic of an SNS that nobody here wrote, and a queue that subscribes shows what arrived. */

const moto = useMotoStack();
const REGION = 'eu-west-1';

function sns(): SNSClient {
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  return new SNSClient({ endpoint: moto.url, region: REGION, credentials });
}

/** One call of SQS's query protocol, whose client nothing else needs. */
async function sqs(parameters: Readonly<Record<string, string>>): Promise<string> {
  const scope = `AKIDTEST/20261201/${REGION}/sqs/aws4_request`;
  const response = await fetch(moto.url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
  });
  return response.text();
}

interface Topic {
  readonly arn: string;
  readonly queueUrl: string;
}

/** A topic with a queue that gets what its filter lets through. */
async function topicWithQueue(name: string, filter: object = {}): Promise<Topic> {
  const isFifo = name.endsWith('.fifo');
  const { TopicArn: arn = '' } = await sns().send(
    new CreateTopicCommand({ Name: name, ...(isFifo && { Attributes: { FifoTopic: 'true' } }) }),
  );
  const created = await sqs({
    Action: 'CreateQueue',
    QueueName: name,
    ...(isFifo && { 'Attribute.1.Name': 'FifoQueue', 'Attribute.1.Value': 'true' }),
  });
  const queueUrl = /<QueueUrl>([^<]+)</.exec(created)?.[1] ?? '';
  const queueArn = arn.replace(':sns:', ':sqs:');
  await sns().send(
    new SubscribeCommand({
      TopicArn: arn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      Attributes: { FilterPolicy: JSON.stringify(filter) },
    }),
  );
  return { arn, queueUrl };
}

interface Arrived {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

async function arrivedIn({ queueUrl }: Topic): Promise<readonly Arrived[]> {
  const text = await sqs({ Action: 'ReceiveMessage', QueueUrl: queueUrl, MaxNumberOfMessages: '10' });
  return [...text.matchAll(/<Body>([^<]*)<\/Body>/g)].map(
    ([, body = '']) => JSON.parse(body.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Arrived,
  );
}

function configOf(receivers: readonly object[]): string {
  const file = join(scratchFolder(), 'notify.yaml');
  writeFileSync(file, JSON.stringify({ receivers }));
  return file;
}

test('a topic gets the CloudEvent, a subject for mail, and attributes that subscriptions filter by', async () => {
  const topic = await topicWithQueue('plain', { status: ['test'], severity: ['info'] });
  const other = await topicWithQueue('other', { severity: ['critical'] });
  const config = configOf([
    { name: 'topic', sns: { topicArn: topic.arn } },
    { name: 'critical', sns: { topicArn: other.arn } },
  ]);
  const { code, stdout, stderr } = await moto.stationkeeper('notify', 'test', '--notify-config', config);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'topic (sns): delivered\ncritical (sns): delivered\n',
    stderr: '',
  });
  const [message, ...more] = await arrivedIn(topic);
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    Subject: '[info] Test message from Stationkeeper',
    MessageAttributes: {
      severity: { Type: 'String', Value: 'info' },
      reason: { Type: 'String', Value: 'Test' },
    },
  });
  expect(JSON.parse(message!.Message) as CloudEvent).toMatchObject({
    specversion: '1.0',
    type: 'dev.stationkeeper.test',
    data: { title: 'Test message from Stationkeeper' },
  });
  expect(await arrivedIn(other)).toEqual([]);
});

test('a FIFO topic takes its message', async () => {
  const topic = await topicWithQueue('ordered.fifo');
  const config = configOf([{ name: 'topic', sns: { topicArn: topic.arn } }]);
  expect(await moto.stationkeeper('notify', 'test', '--notify-config', config)).toMatchObject({ code: 0 });
  expect(await arrivedIn(topic)).toHaveLength(1);
});

test('a role is assumed to publish, where the receiver names one', async () => {
  const topic = await topicWithQueue('as-a-role');
  const roleArn = 'arn:aws:iam::123456789012:role/publisher';
  const sent = { topicArn: topic.arn, roleArn, externalId: 'an-external-id' };
  const config = configOf([{ name: 'topic', sns: sent }]);
  moto.proxy.reset();
  expect(await moto.stationkeeper('notify', 'test', '--notify-config', config)).toMatchObject({ code: 0 });
  const [assumed, published] = moto.proxy.requests;
  expect([assumed?.operation, published?.operation]).toEqual(['AssumeRole', 'Publish']);
  expect(new URLSearchParams(assumed?.body).get('RoleArn')).toBe(roleArn);
  expect(new URLSearchParams(assumed?.body).get('ExternalId')).toBe('an-external-id');
  expect(await arrivedIn(topic)).toHaveLength(1);
});

test('a topic that is not there is said to be so, with exit code 1', async () => {
  const topicArn = `arn:aws:sns:${REGION}:123456789012:nowhere`;
  const config = configOf([{ name: 'topic', sns: { topicArn } }]);
  const { code, stderr } = await moto.stationkeeper('notify', 'test', '--notify-config', config);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: topic \(sns\): sns:Publish failed: NotFound/);
});
