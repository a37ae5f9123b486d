import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readsLikeSecret,
  saysSecret,
  secretRule,
  SENSITIVE,
  withoutSecrets,
  withoutSecretsIn,
} from '../../controller/core/secrets.ts';
import {
  OPEN_NAMES,
  OPEN_TEXTS,
  SECRET_ARGUMENTS,
  SECRET_NAMES,
  SECRET_TEXTS,
} from '../support/manifests/secrets.ts';

describe('a name', () => {
  it.each(SECRET_NAMES)('%s looks like a secret', (name) => expect(readsLikeSecret(name)).toBe(true));
  it.each(OPEN_NAMES)('%s does not read like a secret', (name) => expect(readsLikeSecret(name)).toBe(false));
});

describe('a text', () => {
  it.each(SECRET_TEXTS)('says a secret: $text', ({ text }) => expect(saysSecret(text)).toBe(true));
  it.each(OPEN_TEXTS)('says none: %s', (text) => expect(saysSecret(text)).toBe(false));

  /** Words have colons too: what only a line of YAML makes a secret is none among them. */
  const TOLD = SECRET_TEXTS.filter(({ text }) => !/^license_key: |\n(?: {2}|- )/.test(text));

  it.each(TOLD)('among words is told without its secret: $text', ({ text, secret }) => {
    const told = withoutSecretsIn(`AWS refuses ${text} for its own reasons`);
    expect(told).not.toContain(secret);
    expect(told).toMatch(/^AWS refuses /);
  });

  it.each([
    'User: arn:aws:sts::123456789012:assumed-role/stationkeeper/x is not authorized to perform: ecs:CreateService',
    'needs Authorization: Bearer with the token of --token-file',
    'must say where the secret is, not what it is: arn:aws:ssm:us-east-1:1:parameter/x, or the name of an SSM parameter',
    'service xray was unable to place a task because no container instance met all of its requirements.',
  ])('of AWS or of ours is told as it is: %s', (words) => expect(withoutSecretsIn(words)).toBe(words));

  it.each(
    [
      ['a', '://a:', 'a:', '-----BEGIN A-----', '-', ' ', 'eyJ', 'A=', '"', '--a ', 'LS0tLS1CRUdJTi', 'Aa1'],
      ['bearer ', 'a: ', '$1$', 'a@', '(', '\n- a', 'tokens:\n', 'token:\n a:\n', 'a b\n'],
    ].flat(),
  )('of 64 KiB of %j is judged at once', (piece) => {
    const text = piece.repeat(65_536 / piece.length);
    // Of this process alone, whatever else the machine does.
    const begun = process.cpuUsage();
    saysSecret(text);
    expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000);
  });
});

describe('a value', () => {
  it('is hidden text by text, however deep, and what is no secret stays', () => {
    expect(withoutSecrets({ a: [{ b: 'postgres://u:hunter2@db/x' }, 3, true, null], c: 'info' }, [])).toEqual(
      {
        a: [{ b: SENSITIVE }, 3, true, null],
        c: 'info',
      },
    );
  });

  it.each(SECRET_ARGUMENTS)('behind %s is hidden', (flag, secret) => {
    expect(withoutSecrets(['agent', flag, secret, '--level', 'info'], [])).toEqual([
      'agent',
      flag,
      SENSITIVE,
      '--level',
      'info',
    ]);
  });

  it.each([
    ['-p', '2000'],
    ['-p', '127.0.0.1:8080'],
    ['-p', '/run/pipe'],
    ['-u', '1000'],
    ['--user', '1000:1000'],
    ['--token-file', '/run/token'],
    ['--password', '$PASSWORD'],
    ['--password', '--next'],
    ['--log-level', 'info'],
  ])('behind %s stays where it is %s', (flag, text) => {
    expect(withoutSecrets([flag, text], [])).toEqual([flag, text]);
  });

  it('that was hidden already stays as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SECRET_TEXTS), fc.string(), ({ text }, beside) => {
        const once = withoutSecrets([text, beside], []);
        expect(withoutSecrets(once, [])).toEqual(once);
      }),
    );
  });
});

describe('what people add', () => {
  const rule = secretRule('ACME-\\d+') as RegExp;

  it('hides a value, and what stands under a name', () => {
    expect(withoutSecrets({ a: 'ACME-12', 'ACME-7': 'open', b: 'ACME' }, [rule])).toEqual({
      a: SENSITIVE,
      'ACME-7': SENSITIVE,
      b: 'ACME',
    });
    expect(withoutSecretsIn('refused: ACME-12!', [rule])).toBe(`refused: ${SENSITIVE}!`);
  });

  it('is asked about lines, and hides those that are too long to be asked about', () => {
    expect(saysSecret(`first\nACME-1`, [rule])).toBe(true);
    expect(saysSecret('x'.repeat(2_000), [rule])).toBe(false);
    expect(saysSecret('x'.repeat(2_001), [rule])).toBe(true);
  });

  it.each([
    ['(a+)+b', /repeats a group/],
    ['(a|a)*b', /repeats a group/],
    ['(?:ab){2,}', /repeats a group/],
    ['(a)\\1', /refers back/],
    ['(?<x>a)\\k<x>', /refers back/],
    ['.*a.*b.*c', /more than 2 repetitions without an end/],
    ['a*', /matches a text of nothing/],
    ['(', /is no regular expression/],
    ['x'.repeat(201), /more than 200 characters/],
  ])('is refused where it is %s', (source, says) => expect(secretRule(source)).toMatch(says));

  it.each([
    '^ACME_',
    'acme-[0-9a-f]{32}',
    '\\bkey\\s*:\\s*\\S',
    '[*+]{1,3}',
    '\\(\\+\\)',
    'a{1,64}b{1,64}c{1,64}',
  ])('may be %s', (source) => expect(secretRule(source)).toBeInstanceOf(RegExp));
});
