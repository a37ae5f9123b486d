import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type SecretCheck = (presented: string) => boolean;

/** Compares in a time that tells nothing about the secret, of which only the hash is kept. */
export function secretCheck(secret: string): SecretCheck {
  const expected = sha256(secret);
  return (presented) => timingSafeEqual(sha256(presented), expected);
}

/** Checks `sha256=<hex>` as HMAC-SHA256 of the raw body. */
export function signatureCheck(secret: string): (body: Buffer, signature: string) => boolean {
  return (body, signature) => {
    const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1];
    if (hex === undefined) return false;
    const expected = createHmac('sha256', secret).update(body).digest();
    return timingSafeEqual(Buffer.from(hex, 'hex'), expected);
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
