import type { Notice } from './notice.ts';
import { cut } from './words.ts';

/** What Slack takes (Block Kit reference: header, section, context). */
const LONGEST_HEADER = 150;
const LONGEST_SECTION = 3000;
const LONGEST_TEXT = 4000;

interface Text {
  readonly type: 'mrkdwn' | 'plain_text';
  readonly text: string;
  /** Slack makes no links, mentions or channels of what looks like one. */
  readonly verbatim?: true;
  readonly emoji?: false;
}

/** The body for an incoming webhook (Slack: Sending messages using incoming webhooks). */
export interface SlackMessage {
  /** What a phone's lock screen shows, and what is read where blocks are not. */
  readonly text: string;
  readonly blocks: readonly object[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

const MARKS: Readonly<Record<Notice['severity'], string>> = { critical: '🔴', warning: '🟠', info: '🟢' };

/**
 * A message as Slack shows it. Nothing that people or AWS named makes a mention, a channel or a link: `&`, `<` and `>` are escaped, and
 * Slack is told to take texts as they are. Pure.
 */
export function slackMessage({ title, lines, links, severity }: Notice): SlackMessage {
  const marked = `${MARKS[severity]} ${title}`;
  const body = lines.join('\n');
  const link = links.map(({ label, url }) => `<${escapedUrl(url)}|${escaped(label)}>`).join(' · ');
  return {
    text: escapedWithin(`${marked}\n${body}`, LONGEST_TEXT),
    blocks: [
      { type: 'header', text: plain(marked) },
      ...(body === '' ? [] : [{ type: 'section', text: markdown(escapedWithin(body, LONGEST_SECTION)) }]),
      ...(link === '' ? [] : [{ type: 'context', elements: [markdown(link)] }]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function plain(text: string): Text {
  return { type: 'plain_text', text: cut(text, LONGEST_HEADER), emoji: false };
}

function markdown(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Slack's three control characters as it wants them (Formatting text for app surfaces). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaped, and no longer than that; no escape is cut in two. */
function escapedWithin(text: string, most: number): string {
  const whole = escaped(text);
  if (whole.length <= most) return whole;
  const kept = whole.slice(0, most - 1).replace(/&[a-z]{0,3}$/, '');
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** An address that ends nowhere but at its end. */
function escapedUrl(url: string): string {
  return escaped(url.replaceAll('|', '%7C').replaceAll(' ', '%20'));
}
