import type { NotifyConfig } from '../config/commands.ts';
import { someOf } from '../core/some-of.ts';
import type { Receiver } from '../notifications/config.ts';
import type { Notice } from '../notifications/notice.ts';
import { idOf } from '../notifications/receiver-news.ts';
import { send } from '../notifications/send.ts';
import type { Sent, Ways } from '../notifications/send.ts';
import type { CommandContext } from './context.ts';
import { notificationsFrom, waysOf } from './notifications.ts';

export type NotifyOptions = Pick<NotifyConfig, 'notifyConfig' | 'receiver' | 'owner'>;

/** As long as the controller gives an attempt. */
const ATTEMPT_MS = 10_000;

/**
 * Sends one test message to each receiver of a file, whatever it matches, in one attempt each; prints what came of it. Exit code 0 where
 * all of them arrived, else 1.
 *
 * @throws {StationkeeperError} CannotRead of the file
 */
export async function notifyCommand(
  { notifyConfig, receiver: wanted, owner }: NotifyOptions,
  context: Pick<CommandContext, 'terminal' | 'clock' | 'topics' | 'stop'>,
): Promise<number> {
  const { terminal } = context;
  const read = await notificationsFrom(notifyConfig, context);
  if (read.type === 'errors') {
    for (const error of read.errors) terminal.err(`error: ${error}\n`);
    return 1;
  }
  const { receivers } = read.notifications;
  const chosen = wanted === undefined ? receivers : receivers.filter(({ name }) => name === wanted);
  if (chosen.length === 0) {
    const names = someOf(receivers.map(({ name }) => name));
    terminal.err(`error: no receiver is called ${JSON.stringify(wanted)}; there are: ${names}\n`);
    return 1;
  }
  const ways = waysOf(read.notifications, owner, context);
  const results = await Promise.all(chosen.map((receiver) => tried(receiver, ways, context)));
  for (const [index, { name, target }] of chosen.entries()) {
    const sent = results[index]!;
    if (sent.type === 'delivered') terminal.out(`${name} (${target.type}): delivered\n`);
    else terminal.err(`error: ${name} (${target.type}): ${sent.error}\n`);
  }
  return results.every(({ type }) => type === 'delivered') ? 0 : 1;
}

async function tried(
  { name, target }: Receiver,
  ways: Ways,
  { clock, stop }: Pick<CommandContext, 'clock' | 'stop'>,
): Promise<Sent> {
  const deadline = new AbortController();
  const answered = new AbortController();
  const late = clock.sleep(ATTEMPT_MS, AbortSignal.any([stop, answered.signal])).then(() => deadline.abort());
  try {
    const sent = await send(target, testNotice(name, ways), ways, deadline.signal);
    return sent;
  } finally {
    answered.abort();
    await late;
  }
}

function testNotice(receiver: string, { now, owner }: Ways): Notice {
  const sequence = now();
  return {
    id: idOf(receiver, 'test', sequence),
    type: 'test',
    subject: 'test',
    sequence,
    time: new Date(sequence).toISOString(),
    severity: 'info',
    reason: 'Test',
    title: 'Test message from Stationkeeper',
    lines: [`Receiver ${receiver}, owner ${owner}. Nothing is wrong, and nobody has to do anything.`],
    links: [],
    objects: [],
    environments: [],
    foundAtStart: false,
    members: [],
  };
}
