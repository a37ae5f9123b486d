import { describe, expect, it } from 'vitest';
import { meantCidr, parseCidr } from '../../controller/manifest/cidr.ts';
import { closest } from '../../controller/core/suggest.ts';
import { FARGATE_SIZES, nearestTaskSizes, sizeInUnits } from '../../controller/kinds/task-definition/size.ts';

describe('Fargate sizes', () => {
  it('are the documented pairs', () => {
    const rows = [...FARGATE_SIZES].map(([cpu, memories]) => [
      cpu,
      memories[0],
      memories.at(-1),
      memories.length,
    ]);
    expect(rows).toEqual([
      [256, 512, 2048, 3],
      [512, 1024, 4096, 4],
      [1024, 2048, 8192, 7],
      [2048, 4096, 16384, 13],
      [4096, 8192, 30720, 23],
      [8192, 16384, 61440, 12],
      [16384, 32768, 122880, 12],
      [32768, 61440, 249856, 3],
    ]);
    // Reference: 74 pairs were accepted of the first seven rows.
    expect(rows.slice(0, 7).reduce((sum, [, , , count]) => sum + (count ?? 0), 0)).toBe(74);
  });

  it.each([
    [{ cpu: 400, memory: 600 }, '256/512 512/1024 256/1024'],
    [{ cpu: 256, memory: 256 }, '256/512 256/1024 256/2048'],
    [{ cpu: 1_000_000, memory: 1_000_000 }, '32768/249856 32768/122880 32768/61440'],
    [{ cpu: 0, memory: 0 }, '256/512 256/1024 256/2048'],
  ])('nearest to %j are %s', (wish, expected) => {
    expect(
      nearestTaskSizes(wish, 3)
        .map(({ cpu, memory }) => `${cpu}/${memory}`)
        .join(' '),
    ).toBe(expected);
  });

  it.each([
    [256, 256],
    ['0.25 vCPU', 256],
    ['4vcpu', 4096],
    ['0.5 GB', 512],
    ['30GB', 30720],
  ])('takes %s for %i', (size, expected) => {
    expect(sizeInUnits(size)).toBe(expected);
  });
});

describe('CIDR blocks', () => {
  it.each([
    ['172.31.0.0/16', '172.31.0.0/16'],
    ['172.31.255.255/16', '172.31.0.0/16'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['2001:DB8:0:0:1::/80', '2001:db8:0:0:1::/80'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304/128'],
    ['::/0', '::/0'],
    ['fe80::1/128', 'fe80::1/128'],
  ])('are canonical without host bits: %s is %s', (text, canonical) => {
    expect(parseCidr(text)?.canonical).toBe(canonical);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/08',
    '::/129',
    'fe80::1%eth0/64',
    'a/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
  ])('are not %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each([
    ['16/172.31.5.0', '172.31.0.0/16'],
    ['10.0.0.1', '10.0.0.1/32'],
    ['::1', '::1/128'],
    ['localhost', undefined],
  ])('guess what %s meant', (text, meant) => {
    expect(meantCidr(text)).toBe(meant);
  });
});

describe('suggestions', () => {
  const candidates = ['desiredCount', 'cpu', 'memory', 'logs'];
  it.each([
    ['desiredCout', 'desiredCount'],
    ['DesiredCount', 'desiredCount'],
    ['desierdCount', 'desiredCount'],
    ['memroy', 'memory'],
    ['log', 'logs'],
    ['colour', undefined],
    ['', undefined],
  ])('take %j for %s', (written, meant) => {
    expect(closest(written, candidates)).toBe(meant);
  });
});
