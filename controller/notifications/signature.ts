import { createHmac } from 'node:crypto';

const TIMESTAMP_HEADER = 'x-stationkeeper-timestamp';
const SIGNATURE_HEADER = 'x-stationkeeper-signature-256';

/**
 * The headers by which a receiver knows that a body is ours and new: the HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal behind
 * `sha256=`, and that timestamp. Who refuses old timestamps refuses what somebody recorded and sends again.
 *
 * @param seconds Unix time of this very attempt
 */
export function signed(body: string, secret: string, seconds: number): Readonly<Record<string, string>> {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { [TIMESTAMP_HEADER]: String(seconds), [SIGNATURE_HEADER]: `sha256=${digest}` };
}
