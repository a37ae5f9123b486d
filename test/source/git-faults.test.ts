import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitFixture, readFresh, readStale } from './git-fixture.ts';
import type { GitFixture } from './git-fixture.ts';

let fixture: GitFixture;

beforeEach(() => {
  fixture = gitFixture();
});
afterEach(() => fixture.remove());

/** Takes the remote away, as a lost network does. */
function disconnect(): void {
  renameSync(fixture.remote.folder, `${fixture.remote.folder}.away`);
}
function reconnect(): void {
  renameSync(`${fixture.remote.folder}.away`, fixture.remote.folder);
}

describe('a remote that cannot be read', () => {
  it('leaves the last good snapshot in force, until it can be read again', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    const good = await readFresh(source);
    disconnect();
    const reading = await readStale(source);
    expect(reading.code).toBe('SourceUnreachable');
    expect(reading.snapshot).toBe(good);
    expect(reading.message).toContain(`Revision ${good.revision.slice(0, 7)} stays in force.`);
    reconnect();
    const commit = remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it('leaves the last good revision in force across a restart', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    const good = await readFresh(fixture.source());
    disconnect();
    expect(await readStale(fixture.source())).toMatchObject({ code: 'SourceUnreachable', snapshot: good });
    reconnect();
    expect(await readFresh(fixture.source())).toEqual(good);
  });

  it('says so when there never was a good revision', async () => {
    const reading = await readStale(fixture.source({ url: 'file:///no/such/repository' }));
    expect(reading).toMatchObject({ code: 'SourceUnreachable', snapshot: undefined });
    expect(reading.message).toMatch(
      /branch main of file:\/\/\/no\/such\/repository cannot be read: .*There is no earlier revision/,
    );
  });

  it('names a branch that is gone', async () => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    remote.commit({ 'a.yaml': 'other' }, { branch: 'feature/main' });
    const good = await readFresh(source);
    remote.deleteBranch('main');
    const reading = await readStale(source);
    expect(reading.snapshot).toBe(good);
    expect(reading.message).toMatch(/has no branch main/);
  });

  it('is given up at the deadline, together with all its processes', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const closed: Promise<void>[] = [];
    server.on('connection', (socket) => {
      socket.on('error', () => {}).resume();
      closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    });
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const source = fixture.source({ url: `http://127.0.0.1:${port}/x.git`, timeoutMs: 300 });
      const reading = await readStale(source);
      expect(reading.message).toMatch(/no answer within 0\.3 s/);
      expect(closed).toHaveLength(1);
      await Promise.all(closed);
    } finally {
      server.close();
    }
  });

  it('is given up when the caller stops', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    const reading = await readStale(fixture.source(), AbortSignal.abort());
    expect(reading.message).toContain('stopped');
  });

  it('is given up when it is bigger than the clone may be, and asked again only after a growing pause', async () => {
    const { remote, clock } = fixture;
    const noise = Buffer.from(
      Array.from({ length: 60_000 }, (_unused, index) => (index * index * 7919) % 251),
    );
    remote.commit({ 'a.yaml': 'a', 'model.bin': noise });
    const source = fixture.source({ maxCloneBytes: 1000 });
    expect((await readStale(source)).message).toMatch(/more than the limit of 1000 bytes on disk/);
    expect(existsSync(fixture.clone())).toBe(false);
    const home = dirname(fixture.clone());
    const lastBuild = (): number => statSync(home).mtimeMs;
    const before = lastBuild();
    clock.now = 9_999;
    expect((await readStale(source)).message).toMatch(/more than the limit of 1000 bytes on disk/);
    expect(lastBuild()).toBe(before);
    clock.now = 10_000;
    await readStale(source);
    expect(lastBuild()).toBeGreaterThan(before);
    clock.now = 20_001;
    const again = lastBuild();
    await readStale(source);
    expect(lastBuild()).toBe(again);
  });
});

describe('a local clone that is in the way', () => {
  const damages: readonly (readonly [string, (clone: string) => void])[] = [
    ['lost its objects', (clone) => rmSync(join(clone, 'objects'), { recursive: true })],
    [
      'has objects that are cut off',
      (clone) => eachFile(join(clone, 'objects'), (file) => writeFileSync(file, 'x')),
    ],
    ['has a configuration that git cannot read', (clone) => writeFileSync(join(clone, 'config'), '[[[')],
    ['has no HEAD', (clone) => rmSync(join(clone, 'HEAD'))],
    ['is an empty folder', (clone) => (rmSync(clone, { recursive: true }), mkdirSync(clone))],
    ['is locked by a process that was killed', lock],
  ];

  it.each(damages)('is built anew when it %s', async (_name, damage) => {
    const { remote } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    await readFresh(source);
    damage(fixture.clone());
    const commit = remote.commit({ 'a.yaml': 'b' });
    expect((await readFresh(source)).revision).toBe(commit);
    expect(readdirSync(dirname(fixture.clone()))).toEqual(['clone.git']);
  });

  it.each(damages)('does not keep a restarted process from reading when it %s', async (_name, damage) => {
    const commit = fixture.remote.commit({ 'a.yaml': 'a' });
    await readFresh(fixture.source());
    damage(fixture.clone());
    expect((await readFresh(fixture.source())).revision).toBe(commit);
  });

  it('is built anew only once for one head, and tried again after a growing pause', async () => {
    const { remote, clock } = fixture;
    const source = fixture.source();
    remote.commit({ 'a.yaml': 'a' });
    const good = await readFresh(source);
    const commit = remote.commit({ 'a.yaml': 'b' });
    const id = remote.git(['rev-parse', 'main:a.yaml']);
    const object = join(remote.folder, 'objects', id.slice(0, 2), id.slice(2));
    renameSync(object, `${object}.away`);
    const home = dirname(fixture.clone());
    expect((await readStale(source)).snapshot).toBe(good);
    const built = statSync(home).mtimeMs;
    clock.now = 9_999;
    expect((await readStale(source)).snapshot).toBe(good);
    expect(statSync(home).mtimeMs).toBe(built);
    renameSync(`${object}.away`, object);
    clock.now = 10_000;
    expect((await readFresh(source)).revision).toBe(commit);
  });

  it('that a killed process left half built is swept away', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    const source = fixture.source();
    await readFresh(source);
    const home = dirname(fixture.clone());
    const long = new Date(Date.now() - 3_600_000);
    for (const name of ['new-old', 'new-young']) mkdirSync(join(home, name));
    utimesSync(join(home, 'new-old'), long, long);
    rmSync(fixture.clone(), { recursive: true });
    fixture.remote.commit({ 'a.yaml': 'b' });
    await readFresh(source);
    expect(readdirSync(home).toSorted()).toEqual(['clone.git', 'new-young']);
  });

  it('is not used when another user could have put it there', async () => {
    fixture.remote.commit({ 'a.yaml': 'a' });
    await readFresh(fixture.source());
    chmodSync(dirname(fixture.clone()), 0o777);
    const reading = await readStale(fixture.source());
    expect(reading.snapshot).toBeUndefined();
    expect(reading.message).toMatch(/open to other users/);
  });

  it('may be shared by two processes', async () => {
    const { remote } = fixture;
    const sources = [fixture.source(), fixture.source()];
    for (const text of ['1', '2', '3']) {
      const commit = remote.commit({ 'a.yaml': text });
      const readings = await Promise.all(sources.map((source) => source.read()));
      expect(readings.some((reading) => reading.type === 'fresh')).toBe(true);
      for (const source of sources) expect((await readFresh(source)).revision).toBe(commit);
    }
  });
});

/** Every lock that git takes during a fetch, left behind. */
function lock(clone: string): void {
  for (const file of ['shallow', 'packed-refs', 'refs/stationkeeper/fetched', 'refs/stationkeeper/good']) {
    writeFileSync(join(clone, `${file}.lock`), '');
  }
}

function eachFile(folder: string, change: (file: string) => void): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!statSync(file).isFile()) continue;
    chmodSync(file, 0o600);
    change(file);
  }
}
