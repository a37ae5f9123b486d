import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { MANIFESTS, run, scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { cluster, daemonService, namespace, yamlOf } from '../support/manifests/documents.ts';

describe.concurrent('validate', () => {
  it('accepts the shipped manifests', async () => {
    expect(await run(['validate', MANIFESTS])).toEqual({
      code: 0,
      stdout: 'ok 4 valid manifests\n',
      stderr: '',
    });
  });

  it('prints every error of every file with its place, and what is valid beside them', async () => {
    const folder = writeFiles(scratchFolder(), {
      'good.yaml': yamlOf(cluster()),
      'deep/daemon.yaml': yamlOf(daemonService({ cpu: 400, memory: 600 })).replace('cluster:', 'custer:'),
      'names.yml': yamlOf(namespace()).replace('spec: {}', 'spec: { soaTtl: never }'),
      'secret.yaml': yamlOf(daemonService({ name: 'keeper' })).concat(
        '      environment: { API_TOKEN: 8675309 }\n',
      ),
    });
    const { code, stdout, stderr } = await run(['validate', folder]);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^error \S+\/deep\/daemon\.yaml:\d+:3 spec\.custer: .*did you mean "cluster"\?$/),
      expect.stringMatching(
        /^error \S+\/deep\/daemon\.yaml:\d+:8 spec\.cpu: .*\(256, 512\), \(512, 1024\), \(256, 1024\)/,
      ),
      expect.stringMatching(/^error \S+\/names\.yml:\d+:\d+ spec\.soaTtl: must be a whole number, not text$/),
      expect.stringMatching(
        /^error \S+\/secret\.yaml:\d+:\d+ spec\.containers\[0\]\.environment\.API_TOKEN: must be text/,
      ),
      '4 errors, 1 valid manifest',
    ]);
    expect(stderr).not.toContain('8675309');
  });

  it('prints a warning on one line, whatever it says of the manifest', async () => {
    const volume = { name: 'data', dockerVolumeConfiguration: { driver: 'of\nanother' } };
    const folder = writeFiles(scratchFolder(), {
      'daemon.yaml': yamlOf(
        daemonService({
          launchType: 'EC2',
          runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
          volumes: [volume],
        }),
      ),
    });
    const { stderr } = await run(['validate', folder]);
    expect(stderr.split('\n')).toContainEqual(
      expect.stringMatching(
        /^warning \S+ spec\.volumes\[0\]\.dockerVolumeConfiguration\.driver: .* of\\u\{a\}another /,
      ),
    );
  });

  it('prints warnings with their places, and takes what they are about', async () => {
    const folder = writeFiles(scratchFolder(), {
      'daemon.yaml': yamlOf(daemonService()).concat('      healthCheck: { command: ["/healthcheck"] }\n'),
    });
    const { code, stdout, stderr } = await run(['validate', folder]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok 1 valid manifest, 1 warning\n' });
    expect(stderr).toMatch(
      /^warning \S+\/daemon\.yaml:\d+:\d+ spec\.containers\[0\]\.healthCheck\.command\[0\]: .*neither CMD nor CMD-SHELL.*\n$/,
    );
  });
});

describe.concurrent('what is none of ours below the path', () => {
  const folderOfMany = (): string =>
    writeFiles(scratchFolder(), {
      'cluster.YAML': yamlOf(cluster()),
      'ci.yml': 'on: [push]\njobs: {}\n---\napiVersion: v1\nkind: Secret\n',
      '.github/workflows/ci.yml': 'on: [push]\n',
      'chart/templates/x.yaml': '{{ broken',
      '.stationkeeperignore': 'chart/\n',
    });

  it('is told by validate, thing by thing, and is no error', async () => {
    const folder = folderOfMany();
    const { code, stdout, stderr } = await run(['validate', folder]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok 1 valid manifest\n' });
    expect(stderr.split('\n')).toEqual([
      `ignored ${folder}/.github/ is hidden: its name begins with a dot`,
      `ignored ${folder}/chart/ is left out by .stationkeeperignore`,
      `ignored ${folder}/ci.yml:1 is no manifest: it has neither an apiVersion nor a kind`,
      `ignored ${folder}/ci.yml:4 has an apiVersion that is not ours: v1`,
      '',
    ]);
  });

  it('is told by plan and apply in a line, and in the JSON of a plan', async () => {
    const folder = folderOfMany();
    const line = `ignored ${folder}/.github/ and 3 more; stationkeeper validate says why\n`;
    const planned = await run(['plan', folder, '--sandbox', '--output', 'json']);
    expect(planned).toMatchObject({ code: 0, stderr: line });
    expect(JSON.parse(planned.stdout)).toMatchObject({
      ignored: [{ file: '.github/', line: 0 }, { file: 'chart/' }, { file: 'ci.yml', line: 1 }, { line: 4 }],
    });
    expect(await run(['apply', folder, '--sandbox'])).toMatchObject({ code: 0, stderr: line });
  });
});

describe.concurrent('schema', () => {
  it('prints a JSON Schema that takes every shipped manifest and refuses a mistyped one', async () => {
    const { code, stdout, stderr } = await run(['schema']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
    const accepts = ajv.compile(JSON.parse(stdout) as object);
    const documents = readdirSync(MANIFESTS).flatMap((file) =>
      parseAllDocuments(readFileSync(join(MANIFESTS, file), 'utf8')).map((document): unknown =>
        document.toJS(),
      ),
    );
    expect(documents.length).toBeGreaterThanOrEqual(4);
    for (const document of documents) {
      accepts(document);
      expect(accepts.errors ?? []).toEqual([]);
    }
    expect(accepts(daemonService({ desiredCount: 1 }))).toBe(true);
    expect(accepts({ ...daemonService(), kind: 'DemonService' })).toBe(false);
    expect(accepts({ ...cluster(), spec: { containerInsight: 'enabled' } })).toBe(false);
  });
});
