import { cloudEvent, statusOf } from './cloud-event.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { Notice } from './notice.ts';
import { cut } from './words.ts';

/** What SNS takes (API reference, Publish). */
const LONGEST_SUBJECT = 100;
const LONGEST_MESSAGE_BYTES = 256 * 1024;
/** Room for the attributes, which count too, and for the JSON around the forms of a message. */
const ROOM_BYTES = 16 * 1024;
const MOST_ATTRIBUTE_VALUES = 50;
const LONGEST_SMS = 140;

/** An attribute that subscriptions filter by. A list is one of SNS's own data types, and is matched value by value. */
type Attribute = { readonly DataType: 'String' | 'String.Array'; readonly StringValue: string };

/** What SNS's Publish is asked for. */
export interface TopicMessage {
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageStructure: 'json';
  readonly MessageAttributes: Readonly<Record<string, Attribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/**
 * A message for a topic: people who get mail or a short message get text, and whatever else subscribes gets the CloudEvent. In a FIFO
 * topic the messages about one incident stay in order, and one that is sent twice arrives once. Pure.
 */
export function topicMessage(notice: Notice, topicArn: string, owner: string): TopicMessage {
  const { id, title, lines, links, subject, severity, reason, environments, objects } = notice;
  const text = [title, '', ...lines, ...links.map(({ label, url }) => `${label}: ${url}`)].join('\n');
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return {
    TopicArn: topicArn,
    Subject: asciiSubject(`[${severity}] ${title}`),
    Message: JSON.stringify({
      default: fittingEvent(cloudEvent(notice, owner), Buffer.byteLength(JSON.stringify(text))),
      email: text,
      sms: cut(title, LONGEST_SMS),
    }),
    MessageStructure: 'json',
    MessageAttributes: {
      severity: { DataType: 'String', StringValue: severity },
      status: { DataType: 'String', StringValue: statusOf(notice) },
      reason: { DataType: 'String', StringValue: reason },
      ...listAttribute('environment', environments),
      ...listAttribute('kind', kinds),
    },
    ...(topicArn.endsWith('.fifo') ? { MessageGroupId: groupId(subject), MessageDeduplicationId: id } : {}),
  };
}

/** ASCII without control characters, that begins with a letter, a digit or punctuation. */
function asciiSubject(text: string): string {
  return cut(text.replaceAll('…', '...').replaceAll(/[^\x20-\x7E]/g, '?'), LONGEST_SUBJECT).replace('…', '');
}

/** Punctuation and alphanumeric characters, at most 128. */
function groupId(subject: string): string {
  return subject.replaceAll(/[^\x21-\x7E]/g, '_').slice(0, 128);
}

function listAttribute(name: string, values: readonly string[]): Readonly<Record<string, Attribute>> {
  if (values.length === 0) return {};
  const shown = JSON.stringify(values.slice(0, MOST_ATTRIBUTE_VALUES));
  return { [name]: { DataType: 'String.Array', StringValue: shown } };
}

/** The event as JSON, with as many members and objects as there is room for: their counts stay. */
function fittingEvent(event: CloudEvent, textBytes: number): string {
  const most = LONGEST_MESSAGE_BYTES - ROOM_BYTES - textBytes;
  for (const kept of [Infinity, 50, 25, 10, 5, 0]) {
    const { data } = event;
    const json = JSON.stringify({
      ...event,
      data: {
        ...data,
        objects: data.objects.slice(0, kept),
        ...(data.members === undefined ? {} : { members: data.members.slice(0, kept) }),
      },
    });
    // As a member of another JSON text it is escaped once more.
    if (Buffer.byteLength(JSON.stringify(json)) <= most) return json;
  }
  return JSON.stringify({ ...event, data: { ...event.data, objects: [], members: [], text: '' } });
}
