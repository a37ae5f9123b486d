import { decode, encode } from 'dns-packet';
import type { DecodedPacket, OptAnswer, Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerMessage } from '../../sandbox/dns/message.ts';
import { resolve } from '../../sandbox/dns/resolve.ts';
import { seededRandom } from '../../sandbox/seeded-random.ts';
import { zoneWith, instancesOf } from '../support/sandbox/dns-zones.ts';

const ZONE = zoneWith('svc.local', {
  xray: { instances: instancesOf(2) },
  '_many._tcp': { types: ['SRV'], instances: instancesOf(20) },
});
const QUERY: Packet = { type: 'query', id: 42, questions: [{ name: 'xray.svc.local', type: 'A' }] };

function reply(message: Buffer, transport: 'udp' | 'tcp' = 'udp'): Buffer | undefined {
  const random = seededRandom(1);
  return answerMessage(message, { transport, resolve: (question) => resolve(question, [ZONE], random) });
}

type Decoded = DecodedPacket & { readonly rcode?: string; readonly opcode?: string };

function ask(changes: Packet, transport?: 'udp' | 'tcp'): Decoded {
  return decode(reply(encode({ ...QUERY, ...changes }), transport)!);
}

function edns(changes: Partial<OptAnswer> = {}): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
    ...changes,
  };
}

describe('an answer', () => {
  it('has the id and the question as they were asked, and is authoritative and that of a resolver', () => {
    const questions = [{ name: 'XrAy.svc.local', type: 'A', class: 'IN' }] as const;
    const answer = ask({ id: 7, flags: 1 << 8, questions: [...questions] });
    expect(answer).toMatchObject({
      id: 7,
      type: 'response',
      rcode: 'NOERROR',
      questions,
      flag_aa: true,
      flag_rd: true,
      flag_ra: true,
      flag_tc: false,
    });
    expect(answer.answers).toHaveLength(2);
  });

  it('to a name outside is REFUSED: neither authoritative nor recursive', () => {
    const answer = ask({ questions: [{ name: 'example.org', type: 'A' }] });
    expect(answer).toMatchObject({ rcode: 'REFUSED', flag_aa: false, flag_ra: false, answers: [] });
  });

  it('to a type that nobody here knows is empty', () => {
    const answer = ask({ questions: [{ name: 'xray.svc.local', type: 'UNKNOWN_65' as 'A' }] });
    expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
  });

  it('to EDNS has EDNS, and to a version of it that is not 0 is BADVERS', () => {
    expect(ask({}).additionals).toEqual([]);
    expect(ask({ additionals: [edns()] }).additionals).toMatchObject([{ type: 'OPT', ednsVersion: 0 }]);
    const answer = ask({ additionals: [edns({ ednsVersion: 1 })] });
    expect(answer).toMatchObject({ answers: [], additionals: [{ type: 'OPT', extendedRcode: 1 }] });
  });
});

describe('an answer that does not fit', () => {
  const questions: Packet['questions'] = [{ name: '_many._tcp.svc.local', type: 'SRV' }];

  it('in 512 bytes of UDP has fewer records and the TC bit', () => {
    const message = reply(encode({ ...QUERY, questions }));
    expect(message?.length).toBeLessThanOrEqual(512);
    const answer = decode(message!);
    expect(answer).toMatchObject({ flag_tc: true, additionals: [] });
    expect(answer.answers?.length).toBeGreaterThan(0);
    expect(answer.answers?.length).toBeLessThan(8);
  });

  it('leaves out additional records first, without the TC bit', () => {
    const answer = ask({ questions, additionals: [edns({ udpPayloadSize: 700 })] });
    expect(answer).toMatchObject({ flag_tc: false, additionals: [{ type: 'OPT' }] });
    expect(answer.answers).toHaveLength(8);
  });

  it('in what the client takes in UDP fits in more, and over TCP whole', () => {
    const large = ask({ questions, additionals: [edns({ udpPayloadSize: 4096 })] });
    expect(large).toMatchObject({ flag_tc: false });
    expect(large.additionals).toHaveLength(9);
    const tcp = ask({ questions }, 'tcp');
    expect(tcp).toMatchObject({ flag_tc: false });
    expect(tcp.answers).toHaveLength(8);
    expect(tcp.additionals).toHaveLength(8);
  });
});

describe('what is no query', () => {
  const good = encode(QUERY);
  const patched = (at: number, ...bytes: number[]): Buffer => {
    const copy = Buffer.from(good);
    copy.set(bytes, at);
    return copy;
  };

  it.each([
    ['FORMERR', 'a message that ends early', good.subarray(0, -3)],
    ['FORMERR', 'no question', patched(4, 0, 0).subarray(0, 12)],
    ['FORMERR', 'two questions', encode({ ...QUERY, questions: [...QUERY.questions!, ...QUERY.questions!] })],
    ['FORMERR', 'more records announced than there are', patched(10, 0xff, 0xff)],
    ['FORMERR', 'a name that points to itself', patched(12, 0xc0, 12)],
    ['FORMERR', 'a label with a dot in it', patched(13, '.'.charCodeAt(0))],
    ['FORMERR', 'a label that is no text', patched(13, 0xff)],
    ['FORMERR', 'EDNS twice', encode({ ...QUERY, additionals: [edns(), edns()] })],
    ['NOTIMP', 'a status request', patched(2, 0x10)],
    ['NOTIMP', 'an update', patched(2, 0x28)],
  ])('%s for %s', (rcode, _what, message) => {
    expect(decode(reply(message)!)).toMatchObject({ id: 42, type: 'response', rcode, answers: [] });
  });

  it.each([
    ['an answer', encode({ ...QUERY, type: 'response' })],
    ['a message without a whole header', good.subarray(0, 11)],
    ['an empty message', Buffer.alloc(0)],
  ])('%s gets none', (_what, message) => {
    expect(reply(message)).toBeUndefined();
  });

  it('whatever comes, nothing is thrown, and what is answered can be read', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.nat({ max: good.length - 1 }), fc.uint8Array({ minLength: 1, maxLength: 4 }))
        .map(([at, bytes]) => patched(Math.min(at, good.length - bytes.length), ...bytes)),
    );
    fc.assert(
      fc.property(noise, fc.constantFrom('udp' as const, 'tcp' as const), (message, transport) => {
        const answer = reply(message, transport);
        expect(answer === undefined || decode(answer).type === 'response').toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('a failure of the sandbox is SERVFAIL', () => {
    const resolve = (): never => {
      throw new Error('broken');
    };
    const answer = answerMessage(good, { transport: 'udp', resolve });
    expect(decode(answer!)).toMatchObject({ id: 42, rcode: 'SERVFAIL' });
  });
});
