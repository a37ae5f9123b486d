import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { beforeEach, expect, it } from 'vitest';
import type { PolicyJson } from '../../controller/policy/packing.ts';
import { MANIFESTS, scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';
import { actionsOf } from '../support/iam/documents.ts';
import { cluster, yamlOf } from '../support/manifests/documents.ts';
import { useMotoStack } from '../support/aws/moto/stack.ts';

const moto = useMotoStack();

beforeEach(() => moto.reset());

/** Services by what their wire says: the target's first part, or nothing where a query API is asked. */
const TARGETS: Readonly<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  Route53AutoNaming_v20170314: 'servicediscovery',
  Logs_20140328: 'logs',
  ResourceGroupsTaggingAPI_20170126: 'tag',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AmazonSSM: 'ssm',
  secretsmanager: 'secretsmanager',
};

/** Reads of Route 53, whose operations are paths. */
const PATHS: Readonly<Record<string, RegExp>> = {
  'route53:GetHostedZone': /^GET \/2013-04-01\/hostedzone\/\w+$/,
  'route53:ListHostedZonesByName': /^GET \/2013-04-01\/hostedzonesbyname\b/,
  'route53:ListResourceRecordSets': /^GET \/2013-04-01\/hostedzone\/\w+\/rrset\b/,
};

/** `ecs:CreateService` of what the proxy saw; EC2 and IAM are told apart by what they can do. */
function asked(operation: string, known: readonly string[]): string {
  const [read] = Object.entries(PATHS).find(([, path]) => path.test(operation)) ?? [];
  if (read !== undefined) return read;
  const [target = '', name] = operation.split('.');
  if (name !== undefined) return `${TARGETS[target]}:${name}`;
  return known.find((action) => action === `ec2:${operation}` || action === `iam:${operation}`) ?? operation;
}

it('the policy of the two examples allows every call that moto counts of their life, and moto takes it', async () => {
  const { stdout } = await moto.stationkeeper('policy', MANIFESTS);
  const policy = JSON.parse(stdout) as PolicyJson;
  const allowed = actionsOf([{ policy }]);
  await moto.aws.iam.send(new CreatePolicyCommand({ PolicyName: 'stationkeeper', PolicyDocument: stdout }));

  moto.proxy.reset();
  const folder = scratchFolder();
  cpSync(MANIFESTS, folder, { recursive: true });
  expect(await moto.stationkeeper('apply', folder, '--no-wait')).toMatchObject({ code: 0, stderr: '' });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  writeFiles(folder, { 'other.yaml': yamlOf(cluster({ name: 'other' })) });
  await moto.stationkeeper('apply', folder, '--no-wait', '--prune-budget', '100');
  const calls = new Set(moto.proxy.requests.map(({ operation }) => asked(operation, allowed)));
  calls.delete('GetCallerIdentity');
  expect(calls.size).toBeGreaterThan(35);
  expect([...calls].filter((call) => !allowed.includes(call))).toEqual([]);
});
