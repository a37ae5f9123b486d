import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeSecurityGroupRulesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { ANY_CREDENTIALS, run, scratchFolder } from '../support/programs/cli.ts';
import { useClientStack } from '../support/programs/clients.ts';
import {
  CHANGES,
  NO_CHANGES,
  TERRAFORM_MS,
  lackOfTerraform,
  useTerraform,
} from '../support/programs/terraform.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const TO_DAEMON = '-var=to_daemon=true';
const CONSUMERS = ['inline', 'single'];
const OURS = 'udp 2000 (daemon)';

const lack = await lackOfTerraform();

describe('the security groups of consumers, which Terraform owns,', skippedFor(lack), () => {
  vi.setConfig({ testTimeout: TERRAFORM_MS, hookTimeout: TERRAFORM_MS });
  const client = useClientStack();
  const terraform = useTerraform(client, join(import.meta.dirname, 'consumers.tf'));
  const manifests = scratchFolder();

  function declare(consumers: readonly string[]): void {
    const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
    const daemon = daemonService({
      name: 'daemon',
      containers: [{ name: 'main', image: 'example.org/daemon:1', portMappings }],
      consumers: consumers.map((name) => ({ name, securityGroup: { name } })),
    });
    writeFileSync(join(manifests, 'daemon.yaml'), yamlOf(cluster(), daemon));
  }

  async function stationkeeper(command: string): Promise<string> {
    const { code, stdout, stderr } = await run(
      [command, manifests, '--endpoint-url', client.url],
      ANY_CREDENTIALS,
    );
    expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  }

  /** What each group lets out, and which of its rules carry our tags. */
  async function egress(): Promise<Readonly<Record<string, readonly string[]>>> {
    const groups = JSON.parse(await terraform.run('output', '-json', 'groups')) as Record<string, string>;
    const ec2 = new EC2Client({
      endpoint: client.url,
      region: ANY_CREDENTIALS.AWS_REGION,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    const rules = await Promise.all(
      Object.entries(groups).map(async ([name, id]) => {
        const ofGroup = { Filters: [{ Name: 'group-id', Values: [id] }] };
        const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand(ofGroup));
        const out = SecurityGroupRules.filter(({ IsEgress }) => IsEgress);
        const texts = out.map(({ IpProtocol, FromPort, Tags = [] }) => {
          const manifest = Tags.find(({ Key }) => Key === 'stationkeeper:manifest')?.Value;
          return `${IpProtocol} ${FromPort}${manifest === undefined ? '' : ` (${manifest.split('/')[1]})`}`;
        });
        return [name, texts.toSorted()] as const;
      }),
    );
    ec2.destroy();
    return Object.fromEntries(rules);
  }

  beforeAll(() => declare(CONSUMERS));

  it('get one rule each, and keep theirs', async () => {
    await terraform.apply();
    await stationkeeper('apply');
    expect(await egress()).toEqual({ inline: ['tcp 443', OURS], single: ['tcp 443', OURS] });
  });

  it('lose it to inline rules alone, and get it again', async () => {
    const plan = await terraform.plan(CHANGES);
    expect(plan).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');
    await terraform.apply();
    expect(await egress()).toEqual({ inline: ['tcp 443'], single: ['tcp 443', OURS] });
    await stationkeeper('apply');
    expect(await egress()).toEqual({ inline: ['tcp 443', OURS], single: ['tcp 443', OURS] });
  });

  it('are at peace once the rule is written in Terraform too', async () => {
    await terraform.plan(NO_CHANGES, TO_DAEMON);
    expect(await stationkeeper('plan')).toMatch(/^Plan: no changes; \d+ resources are in sync/m);
  });

  it('keep a rule of Terraform that is equal to ours, without our tags, whatever is declared', async () => {
    declare([]);
    await stationkeeper('apply');
    expect(await egress()).toEqual({ inline: ['tcp 443'], single: ['tcp 443'] });
    await terraform.apply(TO_DAEMON);
    declare(CONSUMERS);
    await stationkeeper('apply');
    expect(await egress()).toEqual({ inline: ['tcp 443', 'udp 2000'], single: ['tcp 443', OURS] });
    await terraform.plan(NO_CHANGES, TO_DAEMON);
    declare([]);
    await stationkeeper('apply');
    expect(await egress()).toEqual({ inline: ['tcp 443', 'udp 2000'], single: ['tcp 443'] });
  });
});
