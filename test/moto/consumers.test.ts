import { beforeEach, expect, it } from 'vitest';
import { useMotoStack } from '../support/aws/moto/stack.ts';
import { cluster, daemonService, yamlOf } from '../support/manifests/documents.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';

const moto = useMotoStack();

beforeEach(() => moto.reset());

it('opens the group of a consumer and the own one to each other, plans nothing after that, and takes back no more than that', async () => {
  const { ec2 } = moto.aws;
  const { Vpcs = [] } = await ec2.describeVpcs({});
  const { GroupId: app } = await ec2.createSecurityGroup({
    GroupName: 'app',
    Description: 'an application',
    VpcId: Vpcs[0]!.VpcId,
  });
  const rulesOfApp = async (): Promise<readonly string[]> => {
    const ofApp = { Filters: [{ Name: 'group-id', Values: [app!] }] };
    const { SecurityGroupRules = [] } = await ec2.describeSecurityGroupRules(ofApp);
    return SecurityGroupRules.map(({ IsEgress, IpProtocol, FromPort, Tags = [] }) => {
      const rule = Tags.find(({ Key }) => Key === 'stationkeeper:rule')?.Value ?? 'of somebody';
      return `${IsEgress ? 'egress' : 'ingress'} ${IpProtocol} ${FromPort} ${rule}`;
    }).toSorted();
  };
  const [somebodys] = await rulesOfApp();
  const folder = scratchFolder();
  const declare = (names: readonly string[]): void => {
    const portMappings = [{ containerPort: 2000, protocol: 'udp' as const }];
    const agent = daemonService({
      containers: [{ name: 'agent', image: 'example.org/agent:1', portMappings }],
      consumers: names.map((name) => ({ name, securityGroup: { name } })),
    });
    writeFiles(folder, { 'agent.yaml': yamlOf(cluster(), agent) });
  };

  declare(['app']);
  expect(await moto.stationkeeper('apply', folder, '--no-wait')).toMatchObject({ code: 0, stderr: '' });
  expect(await rulesOfApp()).toEqual([somebodys, 'egress udp 2000 xray/app/egress/udp-2000']);
  expect(await moto.stationkeeper('plan', folder, '--detailed-exitcode')).toMatchObject({ code: 0 });

  declare([]);
  expect(await moto.stationkeeper('apply', folder, '--no-wait')).toMatchObject({ code: 0, stderr: '' });
  expect(await rulesOfApp()).toEqual([somebodys]);
});
