import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fresh from 'fresh';

/** A body that is made once and served often: as it is, compressed, or not at all to somebody who has it. */
export interface Document {
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Weak, since it names what is told, compressed or not. */
  readonly etag: string;
  /** Compressed in Node's thread pool when it is first asked for, and kept. */
  gzipped(): Promise<Uint8Array>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
/** What fits into one packet gains nothing. */
const WORTH_COMPRESSING = 1400;

const compress = promisify(gzip);

/** One body has one document, for as long as anybody holds the body. */
const documents = new WeakMap<Uint8Array, Document>();

export function documentOf(body: Uint8Array, contentType = JSON_TYPE): Document {
  const document = documents.get(body) ?? createDocument(body, contentType);
  documents.set(body, document);
  return document;
}

function createDocument(body: Uint8Array, contentType: string): Document {
  let compressed: Promise<Uint8Array> | undefined;
  return {
    contentType,
    body,
    etag: `W/"${createHash('sha256').update(body).digest('base64url')}"`,
    gzipped: () => (compressed ??= compress(body)),
  };
}

/** Answers 200 with the document, or 304. A cache may keep it, and asks each time whether it is still so. */
export async function answerDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
): Promise<FastifyReply> {
  const { etag, contentType, body } = document;
  void reply.headers({ 'cache-control': 'private, no-cache', vary: 'accept-encoding', etag });
  if (fresh(request.headers, { etag })) return reply.code(304).send();
  void reply.type(contentType);
  if (body.byteLength < WORTH_COMPRESSING || !takesGzip(request)) return reply.send(body);
  return reply.header('content-encoding', 'gzip').send(await document.gzipped());
}

function takesGzip(request: FastifyRequest): boolean {
  const accepted = [request.headers['accept-encoding'] ?? ''].flat().join(',');
  return negotiate(accepted, ['gzip', 'identity']) === 'gzip';
}
