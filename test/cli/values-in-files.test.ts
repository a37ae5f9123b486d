import { describe, expect, it } from 'vitest';
import { ANY_CREDENTIALS, run, scratchFolder, startSandbox } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { cluster, yamlOf } from '../support/manifests/documents.ts';
import { daemonText } from '../support/manifests/errors.ts';

const DAEMON = daemonText({
  containers:
    '[{ name: main, image: "example.org/daemon:1", environment: { CONFIG: { fromFile: config/otel.yaml } } }]',
});
/** What no YAML is, so that it would be an error if it were taken for a manifest. */
const CONFIG = 'receivers: {{ a }}\nexporters:\n  - debug\n';

function folderWith(config: Readonly<Record<string, string>>): string {
  return writeFiles(scratchFolder(), { 'all.yaml': yamlOf(cluster()), 'xray.yaml': DAEMON, ...config });
}

describe.concurrent('a value that stands in a file', () => {
  it('is checked with its manifest', async () => {
    const valid = await run(['validate', folderWith({ 'config/otel.yaml': CONFIG })]);
    expect(valid).toMatchObject({ code: 0, stdout: 'ok 2 valid manifests\n', stderr: '' });
    const { code, stderr } = await run(['validate', folderWith({ 'config/otel.yml': CONFIG })]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error \S+\/xray\.yaml:8:\d+ spec\.containers\[0\]\.environment\.CONFIG\.fromFile: config\/otel\.yaml does not exist; did you mean "otel\.yml"\?$/m,
    );
  });

  it('is read beside a manifest that is the whole path', async () => {
    const folder = folderWith({ 'config/otel.yaml': CONFIG });
    const { code, stdout } = await run(['validate', `${folder}/xray.yaml`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok 1 valid manifest\n' });
  });

  it('is planned and applied where the file alone changes', async () => {
    const sandbox = await startSandbox(['--speed', '50']);
    const aws = { ...ANY_CREDENTIALS, AWS_ENDPOINT_URL: sandbox.url };
    const folder = folderWith({ 'config/otel.yaml': CONFIG });
    const first = await run(['apply', folder], aws);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout).toContain(
      '          + containers[main].environment.CONFIG: 3 lines\n          +     receivers: {{ a }}\n',
    );
    writeFiles(folder, { 'config/otel.yaml': CONFIG.replace('debug', 'xray') });
    const plan = await run(['plan', folder, '--detailed-exitcode', '--output', 'markdown'], aws);
    expect({ code: plan.code, stderr: plan.stderr }).toEqual({ code: 2, stderr: '' });
    expect(plan.stdout).toMatch(/^-\s+- {3}- debug$/m);
    expect(plan.stdout).toMatch(/^\+\s+\+ {3}- xray$/m);
    expect(await run(['apply', folder], aws)).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['plan', folder, '--detailed-exitcode'], aws)).toMatchObject({ code: 0 });
  });
});
