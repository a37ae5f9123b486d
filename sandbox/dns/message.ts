import {
  AUTHORITATIVE_ANSWER,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  decode,
  encode,
} from 'dns-packet';
import type { Answer, DecodedPacket, OptAnswer, Question } from 'dns-packet';
import type { Resolution } from './resolve.ts';

/** Response codes (RFC 1035, 4.1.1, and RFC 6891, 6.1.3). */
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const BAD_VERSION = 16;
const HEADER_BYTES = 12;
const OPCODE_BITS = 0x78_00;
const RESPONSE_BIT = 0x80_00;

/** Bytes that a client without EDNS takes over UDP (RFC 1035, 4.2.1). */
const UDP_PLAIN = 512;
const UDP_MOST = 4096;
const TCP_MOST = 65_535;

export interface Exchange {
  readonly transport: 'udp' | 'tcp';
  readonly resolve: (question: Question) => Resolution;
}

/**
 * The answer to one DNS message. Undefined for what gets none: a message without a whole header, and an answer.
 * FORMERR for what cannot be read, NOTIMP for operations other than a query, BADVERS for an unknown EDNS version,
 * SERVFAIL where `resolve` throws.
 */
export function answerMessage(message: Buffer, { transport, resolve }: Exchange): Buffer | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & RESPONSE_BIT) !== 0) return undefined;
  const header = { id: message.readUInt16BE(0), flags: flags & (OPCODE_BITS | RECURSION_DESIRED) };
  if ((flags & OPCODE_BITS) !== 0) return failure(header, 'NOTIMP');
  const query = read(message);
  if (query === undefined) return failure(header, 'FORMERR');
  const { question, edns } = query;
  const most = transport === 'tcp' ? TCP_MOST : Math.min(UDP_MOST, edns?.udpPayloadSize ?? UDP_PLAIN);
  const reply: Reply = { header, question, edns: edns !== undefined, most: Math.max(UDP_PLAIN, most) };
  if (edns !== undefined && edns.ednsVersion !== 0) return badVersion(reply);
  try {
    return fitted(reply, resolve(question));
  } catch {
    return failure(header, 'SERVFAIL');
  }
}

interface Header {
  readonly id: number;
  readonly flags: number;
}

interface Reply {
  readonly header: Header;
  readonly question: Question;
  readonly edns: boolean;
  /** Bytes that the client takes. */
  readonly most: number;
}

interface Query {
  readonly question: Question;
  readonly edns: OptAnswer | undefined;
}

/** Reads a query; undefined for a message that is no proper one. */
function read(message: Buffer): Query | undefined {
  let packet: DecodedPacket;
  try {
    packet = decode(message);
  } catch {
    return undefined;
  }
  const [question, second] = packet.questions ?? [];
  const options = (packet.additionals ?? []).filter((each) => each.type === 'OPT');
  if (question === undefined || second !== undefined || options.length > 1) return undefined;
  return isEchoed(question, message) ? { question, edns: options[0] } : undefined;
}

/** Names whose labels hold dots, or bytes that are no text, do not survive decoding: no name of ours is among them. */
function isEchoed(question: Question, message: Buffer): boolean {
  const written = encode({ questions: [question] }).subarray(HEADER_BYTES);
  return written.equals(message.subarray(HEADER_BYTES, HEADER_BYTES + written.length));
}

/**
 * Flags of an answer: the server stands where the VPC's resolver does, of whom stub resolvers want recursion, and for the zone, of which
 * forwarders want authority.
 */
const ANSWERED = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE;

/**
 * Leaves out first the additional records, which nobody misses (RFC 2181, 9), then answers, saying so by the TC bit:
 * the client asks again over TCP.
 */
function fitted(reply: Reply, { rcode, answers, authority, additional }: Resolution): Buffer {
  const flags = RCODES[rcode] | (rcode === 'REFUSED' ? 0 : ANSWERED);
  const whole = write(reply, flags, { answers, authority, additional });
  if (whole.length <= reply.most) return whole;
  let sections: Sections = { answers, authority, additional: [] };
  let written = write(reply, flags, sections);
  while (written.length > reply.most && sections.answers.length + sections.authority.length > 0) {
    sections = { ...sections, answers: sections.answers.slice(0, -1), authority: [] };
    written = write(reply, flags | TRUNCATED_RESPONSE, sections);
  }
  return written;
}

interface Sections {
  readonly answers: readonly Answer[];
  readonly authority: readonly Answer[];
  readonly additional: readonly Answer[];
}

function write(
  { header, question, edns }: Reply,
  flags: number,
  sections: Sections,
  extendedRcode = 0,
): Buffer {
  const opt: Answer[] = edns ? [{ ...OPT, extendedRcode }] : [];
  return encode({
    type: 'response',
    id: header.id,
    flags: header.flags | flags,
    questions: [question],
    answers: [...sections.answers],
    authorities: [...sections.authority],
    additionals: [...sections.additional, ...opt],
  });
}

const OPT: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_MOST,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

function badVersion(reply: Reply): Buffer {
  return write(reply, BAD_VERSION & 0xf, { answers: [], authority: [], additional: [] }, BAD_VERSION >> 4);
}

/** The answer to a failure. It leaves out the question, which may be what cannot be read. */
function failure({ id, flags }: Header, rcode: keyof typeof RCODES): Buffer {
  return encode({ type: 'response', id, flags: flags | RCODES[rcode] });
}
