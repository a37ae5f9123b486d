import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextFiles } from '../support/image/build.ts';
import { ROOT, execForm, pairsOf, readDockerfile, stepsOf } from '../support/image/dockerfile.ts';
import type { Stage } from '../support/image/dockerfile.ts';

/** What the Dockerfile says, as a reviewer would read it; what it does is tried beside this. */

const stages = readDockerfile();
const image = stages.at(-1)!;
const runs = (stage: Stage): readonly string[] => stepsOf(stage, 'RUN').map(({ text }) => text);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

test('every stage stands on one base, Node 24 by its whole version on a named release of Debian', () => {
  expect(stages.map(({ name }) => name)).toEqual(['packages', 'build', undefined]);
  expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
  expect(image.base).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim$/);
});

test('the build takes nothing but what the image is made from', () => {
  expect(contextFiles()).toEqual([
    'LICENSE',
    'controller',
    'package-lock.json',
    'package.json',
    'release',
    'sandbox',
    'tsconfig.build.json',
    'tsconfig.json',
  ]);
});

test('every install is from the lockfile and runs no script of a package', () => {
  const installs = stages.flatMap(runs).filter((text) => /\bnpm (?:ci|i|install)\b/.test(text));

  expect(installs).toHaveLength(2);
  for (const install of installs) expect(install).toMatch(/^npm ci .*--ignore-scripts/);
});

test('nothing comes from a URL, and nothing from other images than the base', () => {
  const names = new Set(stages.map(({ name }) => name));
  const steps = stages.flatMap((stage) => stage.steps);

  expect(steps.filter(({ keyword }) => keyword === 'ADD')).toEqual([]);
  expect(steps.filter(({ text }) => /https?:\/\/|\bcurl\b|\bwget\b/.test(text))).toEqual([]);
  expect(steps.filter(({ flags }) => 'from' in flags && !names.has(flags['from']))).toEqual([]);
});

test('the image takes from the other stages packages, program and bill of materials, and no tools', () => {
  const taken = stepsOf(image, 'COPY').flatMap(({ flags, words }) =>
    words.slice(0, -1).map((word) => [flags['from'] ?? '', word].join(':')),
  );

  expect(taken.toSorted()).toEqual([
    ':LICENSE',
    ':package.json',
    'build:/app/dist/controller',
    'build:/app/dist/sandbox',
    'build:/app/sbom.spdx.json',
    'packages:/app/node_modules',
  ]);
  expect(runs(image).join('\n')).toMatch(
    /rm -rf .*\/usr\/local\/lib\/node_modules .*\/usr\/local\/bin\/npm /,
  );
});

test("Debian's packages are git, ssh, certificates and an init; their lists do not stay", () => {
  const installed = /apt-get install --yes --no-install-recommends ([\w -]+?) *&&/.exec(
    runs(image).join('\n'),
  )?.[1];

  expect(installed?.trim().split(' ')).toEqual(['ca-certificates', 'git', 'openssh-client', 'tini']);
  expect(runs(image)[0]).toMatch(/rm -rf \/var\/lib\/apt\/lists\/\*/);
});

test('it runs under a numeric user with an entry, whose home is the one writable folder', () => {
  expect(stepsOf(image, 'USER').map(({ text }) => text)).toEqual(['65532:65532']);
  expect(runs(image).join('\n')).toContain(
    "'stationkeeper:x:65532:65532::/tmp:/usr/sbin/nologin' >> /etc/passwd",
  );
  expect(pairsOf(image, 'ENV')).toEqual({
    NODE_ENV: 'production',
    HOME: '/tmp',
    STATIONKEEPER_LISTEN: '0.0.0.0:8080',
  });
  expect(stepsOf(image, 'EXPOSE').map(({ text }) => text)).toEqual(['8080']);
  expect(stepsOf(image, 'VOLUME')).toEqual([]);
});

test('the program is started without a shell, below an init that reaps, and runs the controller by default', () => {
  expect(stepsOf(image, 'ENTRYPOINT').map(({ text }) => execForm(text))).toEqual([
    ['/usr/bin/tini', '-s', '--', 'node', '--v8-pool-size=1', '/app/dist/controller/main.js'],
  ]);
  expect(stepsOf(image, 'CMD').map(({ text }) => execForm(text))).toEqual([['run']]);
  expect(stepsOf(image, 'SHELL')).toEqual([]);
});

test('its health is asked without a shell, and the program gives up before the runtime does', () => {
  const [check, ...more] = stepsOf(image, 'HEALTHCHECK');

  expect(more).toEqual([]);
  expect(execForm(check!.text)).toEqual(['node', '/app/dist/controller/healthcheck.js']);
  const deadline = /DEADLINE_MS = ([\d_]+);/.exec(
    readFileSync(join(ROOT, 'controller', 'healthcheck.ts'), 'utf8'),
  )?.[1];
  expect(Number.parseInt(check!.flags['timeout']!, 10) * 1000).toBeGreaterThan(
    Number(deadline?.replace('_', '')),
  );
});

test('no secret has a place in it: no argument, variable or file is named like one', () => {
  const named = stages
    .flatMap(({ steps }) => steps)
    .filter(({ keyword }) => ['ARG', 'ENV', 'COPY', 'LABEL'].includes(keyword));

  expect(named.length).toBeGreaterThan(10);
  for (const { text } of named)
    expect(text).not.toMatch(/token|secret|password|credential|\.npmrc|\.git\b|AWS_/i);
});

test('its labels say what it is, of which version and commit', () => {
  const labels = pairsOf(image, 'LABEL');
  const prefix = 'org.opencontainers.image.';

  expect(Object.keys(labels).map((name) => name.replace(prefix, ''))).toEqual([
    'title',
    'description',
    'licenses',
    'version',
    'revision',
    'base.name',
  ]);
  expect(labels).toMatchObject({ [`${prefix}licenses`]: 'Apache-2.0', [`${prefix}version`]: version });
  expect(stepsOf(image, 'ARG').map(({ text }) => text)).toEqual([
    'NODE_IMAGE',
    `VERSION=${version}`,
    'REVISION=unknown',
  ]);
});
