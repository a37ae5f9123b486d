import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether somebody presents the secret itself; compared, as everything here, in a time that tells nothing about it. */
export function isSecret(presented: string, secret: string): boolean {
  return timingSafeEqual(sha256(presented), sha256(secret));
}

/** Whether `sha256=<hex>` is the HMAC-SHA256 of the raw body. */
export function isHmacOf(body: Buffer, signature: string, secret: string): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1];
  return hex !== undefined && isDigest(Buffer.from(hex, 'hex'), hmac(secret, body));
}

/**
 * Whether one of the space-separated `v1,<base64>` is the HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks,
 * "Signature scheme"). Its key is what `whsec_` is followed by, in base64.
 */
export function isStandardSignatureOf(
  body: Buffer,
  signed: { readonly id: string; readonly timestamp: string; readonly signatures: string },
  secret: string,
): boolean {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  if (key.length === 0) return false;
  const expected = hmac(key, Buffer.concat([Buffer.from(`${signed.id}.${signed.timestamp}.`), body]));
  return signed.signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .some((signature) => isDigest(Buffer.from(signature.slice('v1,'.length), 'base64'), expected));
}

function isDigest(presented: Buffer, expected: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

function hmac(key: string | Buffer, body: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest();
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
