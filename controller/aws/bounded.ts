import { pipeline, Readable, Transform } from 'node:stream';

/** A body that is longer than anybody means it to be: it is not read to its end. */
export class TooLong extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`more than ${limitBytes} bytes`);
    this.name = 'TooLong';
    this.limitBytes = limitBytes;
  }
}

/** A body as it comes, up to so many bytes; then it fails with TooLong, and whoever sends it is cut off. */
export function bounded(body: Readable, limitBytes: number): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) done(new TooLong(limitBytes));
      else done(null, chunk);
    },
  });
  // Whoever reads it is told of every failure by the stream itself.
  return pipeline(body, counter, () => undefined);
}

/** The text of an answer of `fetch`, of at most so many bytes. */
export async function boundedText({ body }: Response, limitBytes: number): Promise<string> {
  if (body === null) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of bounded(Readable.fromWeb(body), limitBytes)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
