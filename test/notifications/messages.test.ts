import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cloudEvent, EventDataSchema } from '../../controller/notifications/cloud-event.ts';
import type { Notice } from '../../controller/notifications/notice.ts';
import { slackMessage } from '../../controller/notifications/slack.ts';
import { topicMessage } from '../../controller/notifications/topic-message.ts';
import { concernedObject } from '../support/reports/troubled.ts';

function noticeOf(overrides: Partial<Notice> = {}): Notice {
  return {
    id: '0123456789abcdef0123456789abcdef',
    type: 'incident.opened',
    subject: 'DaemonService/xray/ImageNotFound',
    sequence: 1_764_558_000_000,
    time: '2026-12-01T03:00:00.000Z',
    severity: 'critical',
    reason: 'ImageNotFound',
    title: 'xray in prod-eu: image not found (0 of 2 tasks)',
    lines: ['0 of 2 tasks running', 'Since 2026-12-01 03:00 UTC.'],
    links: [{ label: 'Logs', url: 'https://eu-west-1.console.aws.amazon.com/x?a=1&b=2' }],
    objects: [concernedObject('xray')],
    environments: ['prod-eu'],
    since: '2026-12-01T03:00:00.000Z',
    foundAtStart: false,
    members: [],
    ...overrides,
  };
}

const anyNotice = fc
  .record({
    title: fc.string({ unit: 'binary', maxLength: 400 }),
    lines: fc.array(fc.string({ unit: 'binary', maxLength: 5000 }), { maxLength: 5 }),
    subject: fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    names: fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 300 }),
  })
  .map(({ names, ...rest }) =>
    noticeOf({ ...rest, objects: names.map(concernedObject), environments: names }),
  );

describe('a message for Slack', () => {
  it('has a title, a text and links, and says all of it where blocks are not read', () => {
    expect(slackMessage(noticeOf())).toEqual({
      text: '🔴 xray in prod-eu: image not found (0 of 2 tasks)\n0 of 2 tasks running\nSince 2026-12-01 03:00 UTC.',
      blocks: [
        {
          type: 'header',
          text: {
            type: 'plain_text',
            text: '🔴 xray in prod-eu: image not found (0 of 2 tasks)',
            emoji: false,
          },
        },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '0 of 2 tasks running\nSince 2026-12-01 03:00 UTC.',
            verbatim: true,
          },
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: '<https://eu-west-1.console.aws.amazon.com/x?a=1&amp;b=2|Logs>',
              verbatim: true,
            },
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it('makes no mention and no link of a name or a sentence', () => {
    const { text, blocks } = slackMessage(
      noticeOf({ title: '<!channel> & <https://evil.example.org|xray>', lines: ['<@U012AB3CD>'], links: [] }),
    );
    expect(text).toBe('🔴 &lt;!channel&gt; &amp; &lt;https://evil.example.org|xray&gt;\n&lt;@U012AB3CD&gt;');
    expect(JSON.stringify(blocks[1])).toContain('&lt;@U012AB3CD&gt;');
  });

  it('keeps within what Slack takes, and cuts no escape in two, whatever is said', () => {
    fc.assert(
      fc.property(anyNotice, (notice) => {
        const { text, blocks } = slackMessage({ ...notice, links: [] });
        const [header, section] = blocks as readonly { readonly text: { readonly text: string } }[];
        expect(text.length).toBeLessThanOrEqual(4000);
        expect(header!.text.text.length).toBeLessThanOrEqual(150);
        for (const one of [text, section?.text.text ?? '']) {
          expect(one).not.toMatch(/[<>]/);
          expect(one.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
        }
        expect(section?.text.text.length ?? 0).toBeLessThanOrEqual(3000);
      }),
    );
  });
});

describe('a CloudEvent', () => {
  it('has all that CloudEvents 1.0 wants, and the data of its schema', () => {
    const event = cloudEvent(noticeOf(), 'team a');
    expect(event).toEqual({
      specversion: '1.0',
      id: '0123456789abcdef0123456789abcdef',
      source: '/stationkeeper/team%20a',
      type: 'dev.stationkeeper.incident.opened',
      subject: 'DaemonService/xray/ImageNotFound',
      time: '2026-12-01T03:00:00.000Z',
      sequence: '0001764558000000',
      datacontenttype: 'application/json',
      data: {
        status: 'firing',
        severity: 'critical',
        reason: 'ImageNotFound',
        title: 'xray in prod-eu: image not found (0 of 2 tasks)',
        text: '0 of 2 tasks running\nSince 2026-12-01 03:00 UTC.',
        environments: ['prod-eu'],
        objects: [{ kind: 'DaemonService', name: 'xray', environment: 'prod-eu', message: '' }],
        objectCount: 1,
        since: '2026-12-01T03:00:00.000Z',
        foundAtStart: false,
        links: [{ label: 'Logs', url: 'https://eu-west-1.console.aws.amazon.com/x?a=1&b=2' }],
      },
    });
  });

  it('of a digest holds its members and their count', () => {
    const members = Array.from({ length: 200 }, () => noticeOf());
    const { data } = cloudEvent(noticeOf({ type: 'digest', members }), 'stationkeeper');
    expect(data.memberCount).toBe(200);
    expect(data.members).toHaveLength(100);
  });

  it('keeps its schema, whatever it tells', () => {
    const validate = new Ajv({ strict: false }).compile(EventDataSchema);
    fc.assert(
      fc.property(anyNotice, fc.array(anyNotice, { maxLength: 3 }), (notice, members) => {
        const { data } = cloudEvent({ ...notice, type: 'digest', members }, 'stationkeeper');
        validate(data);
        expect(validate.errors).toBe(null);
      }),
    );
  });
});

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:stationkeeper';

describe('a message for SNS', () => {
  it('is text for people, a CloudEvent for machines, and has attributes to filter by', () => {
    const message = topicMessage(noticeOf(), TOPIC, 'stationkeeper');
    const { default: event, email, sms } = JSON.parse(message.Message) as Record<string, string>;
    expect(message.Subject).toBe('[critical] xray in prod-eu: image not found (0 of 2 tasks)');
    expect(JSON.parse(event!)).toEqual(cloudEvent(noticeOf(), 'stationkeeper'));
    expect(email).toBe(
      'xray in prod-eu: image not found (0 of 2 tasks)\n\n0 of 2 tasks running\nSince 2026-12-01 03:00 UTC.\nLogs: https://eu-west-1.console.aws.amazon.com/x?a=1&b=2',
    );
    expect(sms).toBe('xray in prod-eu: image not found (0 of 2 tasks)');
    expect(message.MessageAttributes).toEqual({
      severity: { DataType: 'String', StringValue: 'critical' },
      status: { DataType: 'String', StringValue: 'firing' },
      reason: { DataType: 'String', StringValue: 'ImageNotFound' },
      environment: { DataType: 'String.Array', StringValue: '["prod-eu"]' },
      kind: { DataType: 'String.Array', StringValue: '["DaemonService"]' },
    });
    expect(message).not.toHaveProperty('MessageGroupId');
  });

  test('a FIFO topic keeps the messages about one incident in order', () => {
    const fifo = topicMessage(noticeOf(), `${TOPIC}.fifo`, 'stationkeeper');
    expect(fifo).toMatchObject({
      MessageGroupId: 'DaemonService/xray/ImageNotFound',
      MessageDeduplicationId: '0123456789abcdef0123456789abcdef',
    });
  });

  it('keeps within what SNS takes, whatever is said', () => {
    fc.assert(
      fc.property(anyNotice, fc.array(anyNotice, { maxLength: 5 }), (notice, some) => {
        const members = Array.from({ length: 60 }, () => some).flat();
        const message = topicMessage({ ...notice, members, type: 'digest' }, `${TOPIC}.fifo`, 'x');
        expect(message.Subject).toMatch(/^[\x21-\x7E][\x20-\x7E]{0,99}$/);
        expect(message.MessageGroupId).toMatch(/^[\x21-\x7E]{1,128}$/);
        const attributes = JSON.stringify(message.MessageAttributes);
        const bytes = Buffer.byteLength(message.Message) + Buffer.byteLength(attributes);
        expect(bytes).toBeLessThanOrEqual(256 * 1024);
      }),
      { numRuns: 30 },
    );
  });
});
