import type { ServerResponse } from 'node:http';

const CHUNK = Buffer.alloc(64 * 1024, ' ');

/** Answers with spaces for as long as somebody reads; how many bytes that were so far. */
export function endless(response: ServerResponse): () => number {
  let sent = 0;
  const more = (): void => {
    if (response.destroyed) return;
    do sent += CHUNK.length;
    while (response.write(CHUNK));
  };
  response.on('drain', more);
  more();
  return () => sent;
}
