import type { IncomingHttpHeaders } from 'node:http';
import { secretCheck, signatureCheck } from './secret.ts';

/** The headers that carry an HMAC-SHA256 of the body: GitHub's (Gitea and Forgejo send it too), and one for anybody else. */
const SIGNATURE_HEADERS = ['x-hub-signature-256', 'x-stationkeeper-signature-256'] as const;
/** GitLab sends the secret itself. */
const TOKEN_HEADER = 'x-gitlab-token';
const DELIVERY_HEADERS = ['x-github-delivery', 'x-gitlab-event-uuid', 'x-stationkeeper-delivery'] as const;

export type Verdict = 'genuine' | 'unsigned' | 'forged';

/** Whether a delivery comes from somebody who knows the secret. */
export function deliveryCheck(secret: string): (headers: IncomingHttpHeaders, body: Buffer) => Verdict {
  const signed = signatureCheck(secret);
  const matches = secretCheck(secret);
  return (headers, body) => {
    const signatures = SIGNATURE_HEADERS.flatMap((name) => headerOf(headers, name) ?? []);
    const token = headerOf(headers, TOKEN_HEADER);
    if (signatures.length === 0 && token === undefined) return 'unsigned';
    const genuine =
      signatures.some((signature) => signed(body, signature)) || (token !== undefined && matches(token));
    return genuine ? 'genuine' : 'forged';
  };
}

/** The host's id of a delivery, which it repeats when it delivers again. */
export function deliveryId(headers: IncomingHttpHeaders): string | undefined {
  return DELIVERY_HEADERS.map((name) => headerOf(headers, name)).find((id) => id !== undefined);
}

/** A host that names its events says whether this one is a push; one that names none sends what it was asked to. */
export function isPush(headers: IncomingHttpHeaders): boolean {
  const github = headerOf(headers, 'x-github-event');
  const gitlab = headerOf(headers, 'x-gitlab-event');
  return (github === undefined || github === 'push') && (gitlab === undefined || gitlab === 'Push Hook');
}

/** The payload; undefined where it is no JSON object. GitHub can also send it as the field `payload` of a form. */
export function payloadOf(headers: IncomingHttpHeaders, body: Buffer): object | undefined {
  const text = body.toString('utf8');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const json = isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the last `capacity` ids; true for one that it has not seen among them. */
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
