import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANY_CREDENTIALS, run, scratchFolder, startSandbox } from '../support/programs/cli.ts';
import type { Ended } from '../support/programs/command.ts';
import { buildSdkStack } from '../support/aws/sdk-stack.ts';

describe('stationkeeper export', () => {
  let url = '';
  let folder = '';
  const stationkeeper = (...args: readonly string[]): Promise<Ended> =>
    run(args, { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: url });

  beforeAll(async () => {
    folder = join(scratchFolder(), 'exported');
    ({ url } = await startSandbox(['--speed', '1000']));
    await buildSdkStack(url);
  });

  it('prints manifests on standard output, and nothing else there', async () => {
    const { code, stdout, stderr } = await stationkeeper('export');
    expect(code).toBe(0);
    expect(stdout.match(/^kind: .*/gm)).toEqual([
      'kind: Environment',
      'kind: Cluster',
      'kind: Namespace',
      'kind: DaemonService',
    ]);
    expect(stderr).toMatch(/^note DaemonService\/xray: SECRETS\? API_TOKEN/m);
    expect(stderr).not.toContain('sesame');
  });

  it('writes a file for each daemon service and one for what they share', async () => {
    const { code, stdout } = await stationkeeper('export', 'xray', '--out', folder);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        `written ${folder}/environment.yaml: Environment/default, Cluster/scripted, Namespace/scripted.local`,
        `written ${folder}/xray.yaml: DaemonService/xray`,
        '',
      ].join('\n'),
    });
    expect(readdirSync(folder)).toEqual(['environment.yaml', 'xray.yaml']);
    expect(await stationkeeper('validate', folder)).toMatchObject({
      code: 0,
      stdout: 'ok 4 valid manifests\n',
    });
  });

  it('overwrites nothing that says something else, unless it is told to', async () => {
    const path = join(folder, 'xray.yaml');
    const exported = readFileSync(path, 'utf8');
    expect(await stationkeeper('export', '--out', folder)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`unchanged ${path}`),
    });
    writeFileSync(path, '# mine\n');
    const { code, stdout, stderr } = await stationkeeper('export', '--out', folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${path} would be overwritten, so nothing was written`);
    expect(readFileSync(path, 'utf8')).toBe('# mine\n');
    expect(await stationkeeper('export', '--out', folder, '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toBe(exported);
  });

  it('refuses a service that does not exist, with those that do', async () => {
    const { code, stderr } = await stationkeeper('export', 'xrya', 'xray');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error there is no service xrya in this account and region; there are scripted/xray\n',
    });
  });

  it('is adopted as it is: the plan says tags, and after apply there is nothing to plan', async () => {
    const planned = await stationkeeper('plan', folder, '--output', 'json');
    const { steps } = JSON.parse(planned.stdout) as {
      readonly steps: readonly { readonly changes: readonly { readonly path: string }[] }[];
    };
    const paths = steps.flatMap(({ changes }) => changes.map(({ path }) => path));
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !path.startsWith('tags.stationkeeper:'))).toEqual([]);
    expect(await stationkeeper('apply', folder)).toMatchObject({ code: 0, stderr: '' });
    expect(await stationkeeper('plan', folder, '--detailed-exitcode')).toMatchObject({ code: 0 });
  });
});
