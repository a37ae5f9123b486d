import { expect, test } from 'vitest';
import { execForm, pairsOf, readDockerfile, stepsOf } from '../support/image/dockerfile.ts';

/** What the Dockerfile of the X-Ray daemon says, as a reviewer would read it. */

const stages = readDockerfile('deploy/images/xray/Dockerfile');
const [build, image] = [stages[0]!, stages.at(-1)!];
const steps = stages.flatMap(({ steps: all }) => all);

test('the daemon is built on Go by its whole version, on the architecture of the builder', () => {
  expect(stages.map(({ name }) => name)).toEqual(['build', undefined]);
  expect(build.base).toMatch(/^golang:1\.25\.\d+-[a-z]+$/);
  expect(stepsOf(build, 'RUN').map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^GOARCH=\$\{TARGETARCH\} go build /),
  );
  expect(pairsOf(build, 'ENV')).toMatchObject({ CGO_ENABLED: '0', GOOS: 'linux', GOTOOLCHAIN: 'local' });
});

test('what it is built from is named by hashes: the sources by their commit, the modules by those that the sources bring', () => {
  const {
    'org.opencontainers.image.revision': commit = '',
    'org.opencontainers.image.version': version = '',
  } = pairsOf(image, 'LABEL');
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);

  const runs = stepsOf(build, 'RUN').map(({ text }) => text);
  const fetched = runs.filter((text) => /https?:\/\/|\bcurl\b|\bwget\b/.test(text));
  expect(fetched).toEqual([expect.stringMatching(/git fetch \S+ --depth 1 https:\S+ \$\{XRAY_COMMIT\}/)]);
  expect(pairsOf(build, 'ENV')['GOFLAGS']).toContain('-mod=readonly');
  expect(steps.filter(({ keyword }) => keyword === 'ADD')).toEqual([]);
});

test('the image holds what was built and the authorities of TLS, and nothing of its base', () => {
  expect(image.base).toBe('scratch');
  expect(stepsOf(image, 'RUN')).toEqual([]);
  expect(stepsOf(image, 'COPY').map(({ flags, words }) => [flags['from'], ...words])).toEqual([
    ['build', '/image', '/'],
    ['build', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/'],
  ]);
});

test('it runs as nobody else, who may not become root, and listens for other hosts', () => {
  const [user] = stepsOf(image, 'USER');
  expect(user?.words).toEqual(['65532:65532']);
  expect(stepsOf(image, 'EXPOSE').flatMap(({ words }) => words)).toEqual(['2000/udp', '2000/tcp']);
  const [entry] = stepsOf(image, 'ENTRYPOINT');
  expect(execForm(entry!.text)).toEqual(['/xray', '--bind', '0.0.0.0:2000', '--bind-tcp', '0.0.0.0:2000']);
  expect(stepsOf(image, 'CMD')).toEqual([]);
});
