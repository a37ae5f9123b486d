import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AWS_TIMING } from '../../sandbox/timing.ts';
import { serviceSandbox } from '../support/sandbox/service.ts';
import type { ServiceSandbox } from '../support/sandbox/service.ts';

const ARN = 'arn:aws:logs:us-east-1:385605022855:log-group:/xray';
const SHOWN_BY_THEN = AWS_TIMING.tagging.visibility.most;

describe('what services tag shows later', () => {
  const visibility = { least: 5_000, most: 5_000 };
  const logGroupName = '/xray';
  const lagging = () => serviceSandbox('tagging', 'us-east-1', { timing: { tagging: { visibility } } });
  const shown = async (tagging: ServiceSandbox<'tagging'>) =>
    (await tagging.call('GetResources', { ResourceTypeFilters: ['logs'] })).ResourceTagMappingList?.map(
      ({ Tags }) => Tags,
    );

  it('a creation, a change of tags and a deletion alike', async () => {
    const tagging = lagging();
    const logs = tagging.other('logs');
    await logs.call('CreateLogGroup', { logGroupName, tags: { a: '1' } });
    tagging.advance(4_000);
    expect(await shown(tagging)).toEqual([]);
    await logs.call('TagResource', { resourceArn: ARN, tags: { a: '2' } });
    tagging.advance(1_000);
    expect(await shown(tagging)).toEqual([[{ Key: 'a', Value: '1' }]]);
    tagging.advance(4_000);
    expect(await shown(tagging)).toEqual([[{ Key: 'a', Value: '2' }]]);
    await logs.call('DeleteLogGroup', { logGroupName });
    tagging.advance(4_999);
    expect(await shown(tagging)).toHaveLength(1);
    tagging.advance(1);
    expect(await shown(tagging)).toEqual([]);
  });

  it('a resource that lost its tags is shown without any, one that never had some is not', async () => {
    const tagging = lagging();
    const logs = tagging.other('logs');
    await logs.call('CreateLogGroup', { logGroupName, tags: { a: '1' } });
    await logs.call('CreateLogGroup', { logGroupName: '/untagged' });
    await logs.call('UntagResource', { resourceArn: ARN, tagKeys: ['a'] });
    tagging.advance(5_000);
    expect(await shown(tagging)).toEqual([[]]);
  });

  it('what was done last shows last, however long each takes', async () => {
    const changes = fc.array(
      fc.record({
        what: fc.constantFrom('make', 'tag', 'untag', 'delete'),
        pauseMs: fc.integer({ min: 0, max: 4_000 }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(changes, fc.integer(), async (steps, seed) => {
        const tagging = serviceSandbox('tagging', 'us-east-1', { seed });
        const logs = tagging.other('logs');
        let expected: Record<string, string> | undefined;
        for (const [index, { what, pauseMs }] of steps.entries()) {
          if (what === 'make' && expected === undefined) {
            expected = { a: String(index) };
            await logs.call('CreateLogGroup', { logGroupName, tags: expected });
          } else if (expected !== undefined && what === 'tag') {
            expected = { ...expected, a: String(index) };
            await logs.call('TagResource', { resourceArn: ARN, tags: expected });
          } else if (expected !== undefined && what === 'untag') {
            expected = {};
            await logs.call('UntagResource', { resourceArn: ARN, tagKeys: ['a'] });
          } else if (expected !== undefined && what === 'delete') {
            expected = undefined;
            await logs.call('DeleteLogGroup', { logGroupName });
          }
          tagging.advance(pauseMs);
        }
        tagging.advance(SHOWN_BY_THEN * 2);
        const tags = Object.entries(expected ?? {}).map(([Key, Value]) => ({ Key, Value }));
        expect(await shown(tagging)).toEqual(expected === undefined ? [] : [tags]);
      }),
      { numRuns: 60 },
    );
  });

  it('looking at it changes nothing: the ids made later are the same', async () => {
    const idAfter = async (looks: number) => {
      const tagging = serviceSandbox('tagging');
      await tagging.other('logs').call('CreateLogGroup', { logGroupName, tags: { a: '1' } });
      for (let look = 0; look < looks; look += 1) await tagging.call('GetResources', {});
      const input = { GroupName: 'other', Description: 'other' };
      return (await tagging.other('ec2').call('CreateSecurityGroup', input)).GroupId;
    };
    expect(await idAfter(3)).toBe(await idAfter(0));
  });
});
