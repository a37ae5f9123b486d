/** One HTTP request with a body, and its answer as far as it matters. */
export type Post = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<Answer>;

export interface Answer {
  readonly status: number;
  /** The header of that name. */
  readonly retryAfter?: string;
  /** The beginning of the answer's text. */
  readonly said: string;
}

/** So much of an answer is read; who answers with more is not listened to any longer. */
const MOST_READ_BYTES = 1024;

/**
 * Posts by the platform's own HTTP, which trusts what NODE_EXTRA_CA_CERTS adds. A redirect is not followed: what is signed, and the secret
 * in a URL, is for one receiver. Rejects where nobody answers, and when the signal aborts.
 */
export const post: Post = async ({ url, headers, body, signal }) => {
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    ...(retryAfter === null ? {} : { retryAfter }),
    said: await beginningOf(response),
  };
};

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A stream that is left early is cancelled, and its connection closed.
  for await (const chunk of body) {
    const bytes = chunk as Uint8Array;
    chunks.push(bytes);
    size += bytes.byteLength;
    if (size >= MOST_READ_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_READ_BYTES).toString('utf8');
}
