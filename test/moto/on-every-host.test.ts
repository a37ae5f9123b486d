import { beforeEach, expect, it } from 'vitest';
import { useMotoStack } from '../support/aws/moto/stack.ts';
import { daemonService, yamlOf } from '../support/manifests/documents.ts';
import { scratchFolder } from '../support/programs/cli.ts';
import { writeFiles } from '../support/programs/folder.ts';

const moto = useMotoStack();

beforeEach(() => moto.reset());

/** moto starts no task of a daemon: it counts none, whatever instances there are. */
it('makes a daemon on every host, plans nothing after that, and tells which hosts lack it', async () => {
  const { ecs, ec2 } = moto.aws;
  await ecs.createCluster({ clusterName: 'hosts' });
  const { Images = [] } = await ec2.describeImages({ MaxResults: 5 });
  const { Instances = [] } = await ec2.runInstances({
    ImageId: Images[0]!.ImageId,
    MinCount: 2,
    MaxCount: 2,
  });
  for (const { InstanceId: instanceId } of Instances) {
    const instanceIdentityDocument = JSON.stringify({ instanceId, region: 'us-east-1' });
    await ecs.registerContainerInstance({ cluster: 'hosts', instanceIdentityDocument });
  }
  const agent = daemonService({
    name: 'agent',
    cluster: 'hosts',
    schedulingStrategy: 'DAEMON',
    networkMode: 'bridge',
    containers: [{ name: 'agent', image: 'example.org/agent:1', cpu: 32, memory: 64 }],
  });
  const folder = writeFiles(scratchFolder(), { 'agent.yaml': yamlOf(agent) });

  expect(await moto.stationkeeper('apply', folder, '--no-wait')).toMatchObject({ code: 0, stderr: '' });
  const again = await moto.stationkeeper('apply', folder, '--no-wait');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain(
    '2 hosts are eligible, which ECS has not counted yet; 2 of 2 hosts lack it: Unknown',
  );
  expect(await moto.stationkeeper('plan', folder, '--detailed-exitcode')).toMatchObject({ code: 0 });
  const { services = [] } = await ecs.describeServices({ cluster: 'hosts', services: ['agent'] });
  expect(services).toMatchObject([{ schedulingStrategy: 'DAEMON', launchType: 'EC2' }]);
});
