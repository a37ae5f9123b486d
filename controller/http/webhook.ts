import type { IncomingHttpHeaders } from 'node:http';
import { isHmacOf, isSecret, isStandardSignatureOf } from './secret.ts';

/** The headers that carry an HMAC-SHA256 of the body: GitHub's (Gitea and Forgejo send it too), Bitbucket's, one for anybody else. */
const HMAC_HEADERS = ['x-hub-signature-256', 'x-hub-signature', 'x-stationkeeper-signature-256'] as const;
/** GitLab's signing token: Standard Webhooks, which name the delivery and its time in what they sign. */
const STANDARD_HEADER = 'webhook-signature';
/** GitLab's secret token: the secret itself. */
const TOKEN_HEADER = 'x-gitlab-token';
/** GitLab gives one event UUID to all that follows from one event, and a key of its own to each delivery. */
const DELIVERY_HEADERS = [
  'x-github-delivery',
  'webhook-id',
  'idempotency-key',
  'x-gitlab-event-uuid',
  'x-request-uuid',
  'x-stationkeeper-delivery',
] as const;
/** What hosts that name their events call a push. */
const PUSHES: Readonly<Record<string, readonly string[]>> = {
  'x-github-event': ['push'],
  'x-gitlab-event': ['Push Hook'],
  'x-event-key': ['repo:push', 'repo:refs_changed'],
};

/** Whether there is anything to check the secret by. */
export function isSigned(headers: IncomingHttpHeaders): boolean {
  return [...HMAC_HEADERS, STANDARD_HEADER, TOKEN_HEADER].some(
    (name) => headerOf(headers, name) !== undefined,
  );
}

/** Whether a delivery comes from somebody who knows the secret. When it was made does not matter: repeated, it asks for one more pass. */
export function isGenuine(headers: IncomingHttpHeaders, body: Buffer, secret: string): boolean {
  const token = headerOf(headers, TOKEN_HEADER);
  if (token !== undefined && isSecret(token, secret)) return true;
  const signatures = headerOf(headers, STANDARD_HEADER);
  const id = headerOf(headers, 'webhook-id') ?? '';
  const timestamp = headerOf(headers, 'webhook-timestamp') ?? '';
  if (signatures !== undefined && isStandardSignatureOf(body, { id, timestamp, signatures }, secret))
    return true;
  return HMAC_HEADERS.some((name) => isHmacOf(body, headerOf(headers, name) ?? '', secret));
}

/** The host's id of a delivery, which it repeats when it delivers again. */
export function deliveryId(headers: IncomingHttpHeaders): string | undefined {
  return DELIVERY_HEADERS.map((name) => headerOf(headers, name)).find((id) => id !== undefined);
}

/** A host that names its events says whether this one is a push; one that names none sends what it was asked to. */
export function isPush(headers: IncomingHttpHeaders): boolean {
  return Object.entries(PUSHES).every(([name, pushes]) => {
    const event = headerOf(headers, name);
    return event === undefined || pushes.includes(event);
  });
}

/** The ref that a push moved, `refs/heads/main`, where the payload says it (GitHub, GitLab, Gitea). */
export function pushedRef(payload: object): string | undefined {
  return 'ref' in payload && typeof payload.ref === 'string' ? payload.ref : undefined;
}

/**
 * The payload; undefined where it is no JSON object. GitHub can also send it as the field `payload` of a form, and curl calls any body a
 * form.
 */
export function payloadOf(headers: IncomingHttpHeaders, body: Buffer): object | undefined {
  const text = body.toString('utf8');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? text) : text;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the last `capacity` ids; the function answers true for an id that is not among them. */
export function createDeliveryLog(capacity: number): (id: string) => boolean {
  const seen = new Set<string>();
  return (id) => {
    const isNew = !seen.delete(id);
    seen.add(id);
    for (const oldest of seen) {
      if (seen.size <= capacity) break;
      seen.delete(oldest);
    }
    return isNew;
  };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
