import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../controller/policy/documents.ts';
import type { PolicyJson } from '../../controller/policy/packing.ts';
import { MANIFESTS, run, scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { actionsOf } from '../support/iam/documents.ts';
import { cluster, daemonService, environment, yamlOf } from '../support/manifests/documents.ts';
import type { ManifestDocument } from '../support/manifests/documents.ts';

const ROLE = 'arn:aws:iam::111122223333:role/stationkeeper';

function folderOf(...documents: readonly ManifestDocument[]): string {
  return writeFiles(scratchFolder(), { 'all.yaml': yamlOf(...documents) });
}

describe.concurrent('policy', () => {
  it('prints one document that IAM takes as it is, and beside it what the document cannot say', async () => {
    const { code, stdout, stderr } = await run(['policy', MANIFESTS, '--region', 'us-east-1']);
    const policy = JSON.parse(stdout) as PolicyJson;
    expect(code).toBe(0);
    expect(stderr).toBe(
      'note the environment default sets no account, so the ARNs use * for it; set spec.account\n',
    );
    expect(policy.Version).toBe('2012-10-17');
    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
    expect(actionsOf([{ policy }])).toContain('ecs:CreateService');
  });

  it('calls the owner as the controller is told to', async () => {
    const { stdout } = await run(['policy', MANIFESTS, '--owner', 'platform']);
    expect(stdout).toContain('"aws:ResourceTag/stationkeeper:owner": "platform"');
    expect(stdout).not.toContain('"stationkeeper:owner": "stationkeeper"');
  });

  it('prints the reads alone for those who plan and report', async () => {
    const { stdout } = await run(['policy', MANIFESTS, '--access', 'read']);
    const policy = JSON.parse(stdout) as PolicyJson;
    expect(policy.Statement.map(({ Sid }) => Sid)).toEqual(['Read']);
  });

  it('prints nothing but the errors where a manifest is wrong', async () => {
    const folder = folderOf(cluster(), daemonService({ cpu: 400, memory: 600 }));
    const { code, stdout, stderr } = await run(['policy', folder]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe((await run(['validate', folder])).stderr.replace(/^1 error, .*\n/m, ''));
    expect(stderr).toMatch(/^error \S+all\.yaml:\d+:\d+ spec\.cpu: /);
  });

  it('asks which one is meant where there are several, and prints that', async () => {
    const folder = folderOf(environment({ region: 'us-east-1', roleArn: ROLE }), cluster());
    const { code, stdout, stderr } = await run(['policy', folder]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'error one document is printed at a time, and there are several: choose one with --document, or print all with --output json; documents: controller, Environment/default\n',
    );
    const chosen = await run(['policy', folder, '--document', 'Environment/default']);
    expect(chosen.code).toBe(0);
    expect(chosen.stdout).toContain('arn:aws:ecs:us-east-1:111122223333:cluster/main');
    const wrong = await run(['policy', folder, '--document', 'production']);
    expect(wrong).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error there is no document production; documents: controller, Environment/default\n',
    });
  });

  it('makes the trust policies with it, for the host and for the roles that Environments name', async () => {
    const folder = folderOf(environment({ region: 'us-east-1', roleArn: ROLE }), cluster());
    const controller = 'arn:aws:iam::385605022855:role/controller';
    const flags = ['--host', 'ecs', '--controller-arn', controller, '--output', 'json'];
    const { code, stdout, stderr } = await run(['policy', folder, ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { documents } = JSON.parse(stdout) as { readonly documents: readonly PolicyDocument[] };
    expect(documents.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'controller permissions',
      'Environment/default permissions',
      'controller/trust trust',
      'Environment/default/trust trust',
    ]);
    const trust = await run(['policy', folder, '--host', 'ecs', '--document', 'controller/trust']);
    expect(JSON.parse(trust.stdout)).toEqual(documents[2]!.policy);
    expect(trust.stderr).toContain('note the roles of the environment default have to trust the controller');
  });

  it('prints what the controller itself needs, which is to assume the roles of the Environments, and says whom each has to trust', async () => {
    const place = { account: '111122223333', externalId: 'company:1', roleName: 'stationkeeper' };
    const folder = folderOf(
      environment({ name: 'eu', region: 'eu-west-1', ...place }),
      environment({ name: 'us', region: 'us-east-1', ...place }),
      environment({ name: 'de', region: 'eu-central-1', account: '444455556666', roleName: 'teams/keeper' }),
      cluster({ environment: 'eu' }),
    );
    const other = 'arn:aws:iam::444455556666:role/teams/keeper';
    const { code, stdout, stderr } = await run(['policy', folder, '--controller']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'AssumeRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [other, ROLE] }],
    });
    const trusts = (who: string) => [
      `note ${other} has to trust ${who}, for the environment de; print how with --controller-arn and --document Environment/de/trust`,
      `note ${ROLE} has to trust ${who}, with the external id company:1, for the environment eu, us; print how with --controller-arn and --document Environment/eu/trust`,
      '',
    ];
    expect(stderr.split('\n')).toEqual(trusts('the role or user that the controller runs as'));
    const controller = 'arn:aws:iam::385605022855:role/controller';
    const flags = ['--controller', '--controller-arn', controller, '--output', 'json'];
    const named = await run(['policy', folder, ...flags]);
    expect(named.stderr.split('\n')).toEqual(trusts(controller));
    expect(JSON.parse(named.stdout)).toMatchObject({ documents: [{ name: 'controller' }] });
  });

  it('says how many policies are too many for a role, and what makes one of them', async () => {
    const daemons = (count: number, prefix: string) =>
      folderOf(...Array.from({ length: count }, (_, nth) => daemonService({ name: `${prefix}-${nth}` })));
    const [some, many] = [daemons(140, 'some'), daemons(250, 'many')];
    const flags = ['--region', 'us-east-1', '--output', 'json'];
    expect((await run(['policy', some, ...flags])).stderr).toMatch(
      /needs 1\d managed policies, and IAM attaches 10 to a role unless its quota is raised, to 20 at most; .*--any-name/,
    );
    expect((await run(['policy', many, ...flags])).stderr).toMatch(
      /needs 2\d managed policies, and IAM attaches 20 to a role at most; .*--any-name/,
    );
    const one = await run(['policy', many, '--region', 'us-east-1', '--any-name', 'many-']);
    expect({ code: one.code, stderr: one.stderr }).toEqual({
      code: 0,
      stderr: 'note the environment default sets no account, so the ARNs use * for it; set spec.account\n',
    });
    expect(one.stdout).toContain(':role/many-*"');
  });

  it('asks for an external id in the trust policies of the roles that Environments name', async () => {
    const folder = folderOf(environment({ region: 'us-east-1', roleArn: ROLE }), cluster());
    const flags = ['--external-id', 'company:1'];
    const controller = ['--controller-arn', 'arn:aws:iam::385605022855:role/controller'];
    const document = ['--document', 'Environment/default/trust'];
    const { stdout, stderr } = await run(['policy', folder, ...flags, ...controller, ...document]);
    expect(JSON.parse(stdout)).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'sts:ExternalId': 'company:1' } } }],
    });
    expect(stderr).toBe(
      'note the environment default names no external id, and the controller sends none there; set spec.externalId: company:1\n',
    );
    const alone = await run(['policy', folder, ...flags]);
    expect(alone).toMatchObject({ code: 1, stdout: '' });
    expect(alone.stderr).toContain('--external-id needs --controller-arn');
  });

  it('says in text what each statement is for', async () => {
    const { code, stdout } = await run(['policy', MANIFESTS, '--region', 'us-east-1', '--output', 'text']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^controller: permissions of the role or user that the controller runs as; \d+ of 6144 /,
    );
    expect(stdout).toContain(
      '\n  PassRoles: passes the roles that the manifests name to ECS tasks, and to nothing else\n',
    );
    for (const line of stdout.split('\n')) expect(line).not.toMatch(/^ {2}\w+: $/);
  });
});
