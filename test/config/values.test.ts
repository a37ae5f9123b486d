import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  address,
  branchName,
  duration,
  filePath,
  gitPath,
  gitUrl,
  httpUrl,
  integer,
  pruneBudget,
  region,
  quotaScale,
  serviceArn,
  speed,
  tagValue,
} from '../../controller/config/values.ts';
import type { ParseValue } from '../../controller/config/values.ts';

interface Row {
  readonly parse: ParseValue<unknown>;
  readonly valid: Readonly<Record<string, unknown>>;
  readonly wrong: readonly string[];
}

const ROWS: Readonly<Record<string, Row>> = {
  duration: {
    parse: duration('500ms'),
    valid: { '500ms': 500, '60s': 60_000, '10m': 600_000, '24h': 86_400_000 },
    wrong: ['', '499ms', '0s', '60', 's', '1.5s', '-1s', '1 s', '25h', '1d', '1e3s', '60S'],
  },
  address: {
    parse: address,
    valid: {
      '127.0.0.1:8080': { host: '127.0.0.1', port: 8080 },
      '[::1]:0': { host: '::1', port: 0 },
      'a-b.example.com:65535': { host: 'a-b.example.com', port: 65_535 },
    },
    wrong: [
      '',
      '8080',
      ':8080',
      'host',
      'host:',
      'host:65536',
      'host:-1',
      '::1:80',
      'http://host:80',
      'a b:1',
    ],
  },
  'http URL': {
    parse: httpUrl,
    valid: {
      'http://127.0.0.1:4566': 'http://127.0.0.1:4566',
      'https://x.example.com/a/': 'https://x.example.com/a',
    },
    wrong: ['', 'localhost:4566', 'ftp://host', '//host', 'http://', 'https://user@host'],
  },
  region: {
    parse: region,
    valid: Object.fromEntries(
      ['us-east-1', 'us-gov-west-1', 'ap-southeast-7', 'us-isob-east-1', 'eusc-de-east-1'].map((name) => [
        name,
        name,
      ]),
    ),
    wrong: ['', 'us-east', 'US-EAST-1', 'useast1', 'us-east-1a', 'us-east-1 '],
  },
  'service ARN': {
    parse: serviceArn,
    valid: {
      'arn:aws-cn:ecs:cn-north-1:385605022855:service/platform/keeper': {
        region: 'cn-north-1',
        accountId: '385605022855',
        cluster: 'platform',
        service: 'keeper',
      },
    },
    wrong: [
      '',
      'keeper',
      'platform/keeper',
      'arn:aws:ecs:us-east-1:385605022855:service/keeper',
      'arn:aws:ecs:us-east-1:385605022855:cluster/platform',
      'arn:aws:ecs:us-east-1:385605022855:service/platform/keeper ',
    ],
  },
  'tag value': {
    parse: tagValue,
    valid: { stationkeeper: 'stationkeeper', 'Team Ä/1:x@y+z=_.-': 'Team Ä/1:x@y+z=_.-' },
    wrong: ['', ' x', 'x ', 'a*b', 'a\tb', 'x'.repeat(257)],
  },
  'file path': {
    parse: filePath,
    valid: { '/run/secrets/token': '/run/secrets/token' },
    wrong: ['', 'a\0b'],
  },
  'prune budget': {
    parse: pruneBudget,
    valid: {
      '0': { count: 0 },
      '3': { count: 3 },
      '10%': { percent: 10 },
      '100%': { percent: 100 },
      '3 per 1h': { count: 3, perMs: 3_600_000 },
      '10% per 10m': { percent: 10, perMs: 600_000 },
    },
    wrong: [
      '',
      '-1',
      '101%',
      '%',
      '3.5',
      '3,10%',
      '10 %',
      '3 per',
      '3 per day',
      '3 per 25h',
      'per 1h',
      '3 per 0s',
    ],
  },
  'git URL': {
    parse: gitUrl,
    valid: { '/srv/x': 'file:///srv/x' },
    wrong: ['', 'ext::sh', 'http://example.com/x'],
  },
  'git path': { parse: gitPath, valid: { './a/': 'a', '': '' }, wrong: ['/a', '../a'] },
  branch: {
    parse: branchName,
    valid: { main: 'main', 'env/live-1': 'env/live-1' },
    wrong: ['', '-x', 'a b', 'a~1', 'a^', 'a:b', 'a*', 'a\\b', 'a\nb'],
  },
  integer: {
    parse: integer(1, 10),
    valid: { '1': 1, '10': 10 },
    wrong: ['', '0', '11', '1.0', 'one', '0x1'],
  },
  quotas: {
    parse: quotaScale,
    valid: { aws: 1, off: 'off', '0.1': 0.1, '2': 2 },
    wrong: ['', '0', '-1', '1001', '1e2', 'on'],
  },
  speed: { parse: speed, valid: { '0.5': 0.5, '1000': 1000 }, wrong: ['', '0', '-1', '1001', '1e2', 'fast'] },
};

describe.each(Object.entries(ROWS))('a %s', (_name, { parse, valid, wrong }) => {
  it.each(Object.entries(valid))('may be %j', (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it.each(wrong)('may not be %j, and says what may', (text) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, expected: expect.stringMatching(/./) });
  });

  it('is never read by throwing, and never as NaN', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parse(text);
        expect(parsed.ok && Number.isNaN(parsed.value)).toBe(false);
      }),
    );
  });
});
