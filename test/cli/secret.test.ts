import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { secretFrom } from '../../controller/cli/secret.ts';
import type { SecretSource } from '../../controller/config/commands.ts';
import { testServer } from '../support/reports/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'stationkeeper-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file that holds this, as `--token-file` would name it. */
function inFile(text: string): Extract<SecretSource, { type: 'file' }> {
  const path = join(mkdtempSync(join(folder, 'f-')), 'token');
  writeFileSync(path, text);
  return { type: 'file', path, by: '--token-file' };
}

describe('a secret', () => {
  it.each(['s3cret', 's3cret\n', '  s3cret \r\nsecond line\n'])(
    'is the first line of its file: %j',
    async (text) => {
      const secret = await secretFrom(inFile(text), {});
      expect(await secret?.()).toBe('s3cret');
    },
  );

  it('is what its variable holds', async () => {
    const source = { type: 'variable', by: 'STATIONKEEPER_TOKEN' } as const;
    const secret = await secretFrom(source, { STATIONKEEPER_TOKEN: 's3cret\n' });
    expect(await secret?.()).toBe('s3cret');
    await expect(secretFrom(source, { STATIONKEEPER_TOKEN: ' ' })).rejects.toThrow(
      'STATIONKEEPER_TOKEN: its first line is empty; it must hold the secret',
    );
  });

  it.each([
    ['\nhunter2', /^--token-file \S+: its first line is empty; it must hold the secret$/],
    ['hunter2\u0000', /^--token-file \S+: its first line holds a control character$/],
  ])('is none where its file holds %j, which is told without showing it', async (text, message) => {
    const refused = secretFrom(inFile(text), {});
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  it('that somebody gave for the name of its file is not shown', async () => {
    const mistaken = { type: 'file', path: 'hunter2', by: '--token-file' } as const;
    await expect(secretFrom(mistaken, {})).rejects.toThrow(/^--token-file: cannot be read \(ENOENT\)$/);
  });

  it('is none where no file and no variable is named', async () => {
    expect(await secretFrom(undefined, {})).toBeUndefined();
  });
});

describe('the token of the HTTP API', () => {
  it('counts as it is in its file, which may be replaced; without one, nobody is let in', async () => {
    const source = inFile('first');
    const secret = await secretFrom(source, {});
    const { app, asked } = testServer({}, { token: secret! });
    const ask = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await app.inject({ method: 'POST', url: '/reconcile', headers })).statusCode;
    };
    expect(await ask('first')).toBe(202);
    writeFileSync(source.path, 'second');
    expect([await ask('first'), await ask('second')]).toEqual([401, 202]);
    writeFileSync(source.path, '');
    expect([await ask('second'), await ask('')]).toEqual([500, 401]);
    rmSync(source.path);
    expect(await ask('second')).toBe(500);
    expect(asked).toHaveLength(2);
  });
});
