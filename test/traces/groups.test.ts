import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DAEMON, lackOf, prepared, press } from '../support/applications/applications.ts';
import { XRAY_MANIFEST, startDaemons } from '../support/applications/daemons.ts';
import { LACK_OF_TRACES, awsCli } from '../support/applications/traces.ts';
import type { AwsCli } from '../support/applications/traces.ts';
import { startUntraced } from '../support/applications/untraced.ts';
import { ANY_CREDENTIALS, run, scratchFolder, startSandbox } from '../support/programs/cli.ts';
import { freePort } from '../support/programs/ports.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const PATIENCE = { timeout: 120_000, interval: 200 };
const CLUSTER = 'xray-daemon-cluster';

interface Network {
  readonly vpc: string;
  readonly subnet: string;
  /** The VPC's group `default`. */
  readonly group: string;
}

/** Of the default VPC, which every sandbox of one seed has alike. */
async function defaultNetwork(aws: AwsCli): Promise<Network> {
  const { Subnets } = await aws.json<{ Subnets: readonly [{ SubnetId: string; VpcId: string }] }>(
    'ec2 describe-subnets',
  );
  const [{ SubnetId: subnet, VpcId: vpc }] = Subnets;
  const filters = ['--filters', 'Name=group-name,Values=default', `Name=vpc-id,Values=${vpc}`];
  const { SecurityGroups } = await aws.json<{ SecurityGroups: readonly { GroupId: string }[] }>(
    'ec2 describe-security-groups',
    ...filters,
  );
  return { vpc, subnet, group: SecurityGroups[0]?.GroupId ?? '' };
}

/** The group of an application that is reached at port 8000 from another group, and is let out nowhere. */
async function applicationGroup(aws: AwsCli, { vpc, group }: Network): Promise<string> {
  const { GroupId } = await aws.json<{ GroupId: string }>(
    `ec2 create-security-group --group-name todo --description todo --vpc-id ${vpc}`,
  );
  const everything = 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]';
  const http = `IpProtocol=tcp,FromPort=8000,ToPort=8000,UserIdGroupPairs=[{GroupId=${group}}]`;
  const ofGroup = ['--group-id', GroupId, '--ip-permissions'];
  await aws.json('ec2 revoke-security-group-egress', ...ofGroup, everything);
  await aws.json('ec2 authorize-security-group-ingress', ...ofGroup, http);
  return GroupId;
}

/** Words as `--run` tells them apart. */
function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

describe.each(['django', 'express'] as const)('%s as a task', (name) => {
  it(
    'has its segments lost where its group does not let them out, as path says, until it is a consumer of the daemon',
    skippedFor(LACK_OF_TRACES ?? lackOf(name)),
    async () => {
      const same = await startSandbox();
      const network = await defaultNetwork(awsCli(same.url));
      same.kill('SIGTERM');
      await same.ended;

      const folder = scratchFolder();
      const manifest = join(folder, 'xray.yaml');
      copyFileSync(XRAY_MANIFEST, manifest);
      const untraced = await startUntraced();
      onTestFinished(() => untraced.close());
      const dns = `127.0.0.1:${await freePort()}`;
      const application = prepared(name, { host: '{address}', port: 8000, dns });
      // Said beside the command and not in the task definition, they are this machine's and not the task's.
      const ours = Object.entries({ ...application.environment, DOWNSTREAM_URL: untraced.url }).map(
        ([variable, value]) => `${variable}=${value}`,
      );
      const daemons = await startDaemons(
        folder,
        '127.82',
        '--dns',
        dns,
        '--enforce-groups',
        '--consumer',
        `${network.group},${network.subnet}`,
        '--run',
        `todo=${quoted(['env', ...ours, ...application.command])}`,
      );
      const aws = awsCli(daemons.sandboxUrl);
      const group = await applicationGroup(aws, network);
      const container = {
        name: 'todo',
        image: 'todo',
        workingDirectory: application.folder,
        portMappings: [{ containerPort: 8000, protocol: 'tcp' }],
        environment: [{ name: 'AWS_XRAY_DAEMON_ADDRESS', value: DAEMON }],
      };
      await aws.json(
        'ecs register-task-definition --family todo --network-mode awsvpc --requires-compatibilities FARGATE --cpu 256 --memory 512',
        '--container-definitions',
        JSON.stringify([container]),
      );
      await aws.json(
        `ecs run-task --cluster ${CLUSTER} --task-definition todo --launch-type FARGATE`,
        '--network-configuration',
        `awsvpcConfiguration={subnets=[${network.subnet}],securityGroups=[${group}]}`,
      );
      const told = (): readonly string[] => daemons.log().map(({ message = '' }) => message);
      const url = await vi.waitFor(async () => {
        const started = told().find((line) => line.startsWith('Container todo of task '));
        const [, address] = /, reached at (127\.82\.\d+\.\d+):/.exec(started ?? '') ?? [];
        const at = `http://${address}:8000`;
        await fetch(at);
        return at;
      }, PATIENCE);

      const path = (...args: readonly string[]) =>
        run(['path', 'xray', '--manifests', folder, ...args], {
          ...ANY_CREDENTIALS,
          AWS_ENDPOINT_URL: daemons.sandboxUrl,
        });
      const lost = await press(url);
      const why =
        /^Container xray of task .* gets no datagram at 172\.31\.\d+\.\d+:2000\/udp from the task at 127\.82\.\d+\.\d+: lost at egress rule: no rule of the sender's security groups lets it out\.$/;
      await vi.waitFor(() => expect(told()).toContainEqual(expect.stringMatching(why)), PATIENCE);
      expect(await aws.summaries()).toEqual(new Map());
      expect(await path('--from', group)).toMatchObject({
        code: 2,
        stdout: expect.stringMatching(
          new RegExp(
            `^DaemonService/xray from ${group}: Blocked at egress\\n(.*\\n)* +egress +blocked +${group} has no egress rule for udp 2000 `,
          ),
        ),
      });

      const consumer = `  consumers: [{ name: todo, securityGroup: { name: todo } }]\n  serviceDiscovery:\n`;
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('  serviceDiscovery:\n', consumer));
      const arrived = async (): Promise<readonly string[]> => [
        ...(await aws.summaries(`service("todo-${name}") { ok }`)).keys(),
      ];
      await vi.waitFor(async () => {
        await press(url);
        expect(await arrived()).not.toEqual([]);
      }, PATIENCE);
      const trace = await press(url);
      await vi.waitFor(async () => expect(await arrived()).toContain(trace), PATIENCE);
      expect(await arrived()).not.toContain(lost);
      // A segment needs the rule for UDP alone, and the one for TCP may be younger.
      await vi.waitFor(
        async () =>
          expect(await path()).toMatchObject({
            code: 0,
            stdout: expect.stringMatching(/^DaemonService\/xray from todo: Reachable$/m),
          }),
        PATIENCE,
      );
      daemons.kill('SIGTERM');
      expect(await daemons.ended).toMatchObject({ code: 0 });
    },
  );
});
