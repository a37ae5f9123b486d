import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READ, useMotoStack } from '../support/aws/moto/stack.ts';
import { buildSdkStack } from '../support/aws/sdk-stack.ts';

const moto = useMotoStack();
const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-exported-'));

beforeAll(() => buildSdkStack(moto.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a stack that somebody built in moto with the SDK', () => {
  it('is exported as valid manifests, by reading only', async () => {
    moto.proxy.reset();
    const { code, stderr } = await moto.stationkeeper('export', '--out', folder);
    expect({ code, leftOut: stderr.match(/left out.*/) }).toEqual({ code: 0, leftOut: null });
    expect(moto.proxy.requests.filter(({ operation }) => !READ.test(operation))).toEqual([]);
    expect(await moto.stationkeeper('validate', folder)).toMatchObject({ code: 0 });
  });

  it('is planned to be tagged, and nothing else', async () => {
    const changes = await moto.changes(folder);
    expect(changes).not.toEqual([]);
    expect(changes.filter((change) => !/ tags\.stationkeeper:\S+$/.test(change))).toEqual([]);
  });

  it('is adopted by tagging calls only', async () => {
    moto.proxy.reset();
    const { code, stderr } = await moto.stationkeeper('apply', folder, '--no-wait');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const made = moto.proxy.requests.map(({ operation }) => operation).filter((one) => !READ.test(one));
    expect(made).not.toEqual([]);
    expect(made.filter((one) => !/(TagResource|CreateTags|TagRole)$/.test(one))).toEqual([]);
  });

  it('then plans to nothing', async () => {
    const { code, stdout } = await moto.stationkeeper('plan', folder, '--detailed-exitcode');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('no changes') });
  });
});
