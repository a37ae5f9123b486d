import { Type } from 'typebox';
import type { Static } from 'typebox';
import { oneOf } from '../core/schema.ts';
import type { Notice } from './notice.ts';
import { SEVERITIES } from './severity.ts';

/** The events as machines read them: CloudEvents 1.0 in structured mode. docs/notifications.md describes `data` by this schema. */
const closed = { additionalProperties: false } as const;

/** Messages that a digest holds whole; of the others it tells the count. */
const MOST_MEMBERS = 100;
/** Objects that an event names; of the others it tells the count. */
const MOST_OBJECTS = 100;

const ObjectSchema = Type.Object(
  {
    kind: Type.String({ description: 'Such as `DaemonService`, `Environment`, `Rollout`' }),
    name: Type.String({ description: 'As the manifest has it' }),
    environment: Type.String({ description: 'Empty for a Rollout, which is of none' }),
    message: Type.String({ description: 'What the report says of it; may be empty' }),
  },
  closed,
);

const fields = {
  status: oneOf(
    ['firing', 'resolved', 'happened', 'digest', 'test'],
    '`firing`: it lasts. `resolved`: it is over. `happened`: it was over at once. `digest`: its members say. `test`',
  ),
  severity: oneOf(SEVERITIES, '`critical`, `warning` or `info`; for an end, and for a change, `info`'),
  reason: Type.String({ description: 'CamelCase and stable, such as `ImageNotFound`' }),
  title: Type.String({ description: 'For people: at most 80 characters' }),
  text: Type.String({ description: 'For people: a few lines below the title' }),
  environments: Type.Array(Type.String(), { description: 'Empty: all, or none in particular' }),
  objects: Type.Array(ObjectSchema, { description: `At most ${MOST_OBJECTS}` }),
  objectCount: Type.Integer({ minimum: 0, description: 'How many objects it concerns' }),
  since: Type.Optional(Type.String({ description: 'ISO 8601, UTC; absent where nobody knows' })),
  foundAtStart: Type.Boolean({ description: 'The controller found it when it started: it may be older' }),
  links: Type.Array(
    Type.Object(
      {
        label: Type.String({ description: 'For people' }),
        url: Type.String({ description: 'https' }),
      },
      closed,
    ),
    { description: 'Pages about one object, and of the commit' },
  ),
};

const MemberSchema = Type.Object(
  { type: Type.String(), subject: Type.String(), sequence: Type.String(), ...fields },
  closed,
);

export const EventDataSchema = Type.Object(
  {
    ...fields,
    members: Type.Optional(
      Type.Array(MemberSchema, {
        description: `In a digest: its messages, the worst first, at most ${MOST_MEMBERS}`,
      }),
    ),
    memberCount: Type.Optional(
      Type.Integer({ minimum: 0, description: 'In a digest: the number of its messages' }),
    ),
  },
  { ...closed, description: 'What an event tells' },
);

export type EventData = Static<typeof EventDataSchema>;

export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  /** The extension of that name: it grows, as text too. */
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: EventData;
}

const PREFIX = 'dev.stationkeeper.';

/** @param owner of the controller, by which its events are told from those of another one */
export function cloudEvent(notice: Notice, owner: string): CloudEvent {
  const { id, type, subject, time, members } = notice;
  return {
    specversion: '1.0',
    id,
    source: `/stationkeeper/${encodeURIComponent(owner)}`,
    type: `${PREFIX}${type}`,
    subject,
    time,
    sequence: sequenceText(notice),
    datacontenttype: 'application/json',
    data: {
      ...dataOf(notice),
      ...(type === 'digest'
        ? {
            memberCount: members.length,
            members: members.slice(0, MOST_MEMBERS).map((member) => ({
              type: `${PREFIX}${member.type}`,
              subject: member.subject,
              sequence: sequenceText(member),
              ...dataOf(member),
            })),
          }
        : {}),
    },
  };
}

function dataOf(notice: Notice) {
  const { severity, reason, title, lines, environments, objects, since, foundAtStart, links } = notice;
  return {
    status: statusOf(notice),
    severity,
    reason,
    title,
    text: lines.join('\n'),
    environments: [...environments],
    objects: objects
      .slice(0, MOST_OBJECTS)
      .map(({ kind, name, environment, message }) => ({ kind, name, environment, message })),
    objectCount: objects.length,
    ...(since === undefined ? {} : { since }),
    foundAtStart,
    links: links.map(({ label, url }) => ({ label, url })),
  };
}

export function statusOf({ type }: Notice): EventData['status'] {
  switch (type) {
    case 'incident.opened':
    case 'incident.updated':
      return 'firing';
    case 'incident.resolved':
      return 'resolved';
    case 'change.applied':
    case 'change.deleted':
    case 'drift.healed':
    case 'rollout.done':
      return 'happened';
    case 'digest':
    case 'test':
      return type;
  }
}

/** As long as any, so that it grows as text too. */
function sequenceText({ sequence }: Notice): string {
  return String(sequence).padStart(16, '0');
}
