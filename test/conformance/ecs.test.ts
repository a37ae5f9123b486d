import type { CreateServiceCommandInput, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { conformance, eventually, refused } from '../support/conformance.ts';
import type { Row } from '../support/conformance.ts';
import type { SdkClients } from '../support/sdk.ts';

/** Sources: the ECS API reference and developer guide; reference: hazards, ECS service, task definitions, Fargate validity. */

const IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.x';

const createCluster = ({ ecs }: SdkClients, clusterName: string) => ecs.createCluster({ clusterName });

async function registered(
  { ecs }: SdkClients,
  family: string,
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
) {
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'xray', image: IMAGE, portMappings: [{ containerPort: 2000, protocol: 'udp' }] },
    ],
    ...more,
  });
  return taskDefinition;
}

async function network({ ec2 }: SdkClients): Promise<CreateServiceCommandInput['networkConfiguration']> {
  const { Subnets } = await ec2.describeSubnets({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] });
  const [first] = Subnets ?? [];
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [
      { Name: 'vpc-id', Values: [first?.VpcId ?? ''] },
      { Name: 'group-name', Values: ['default'] },
    ],
  });
  return {
    awsvpcConfiguration: {
      subnets: [first?.SubnetId ?? ''],
      securityGroups: SecurityGroups?.map((group) => group.GroupId ?? ''),
    },
  };
}

/** In a cluster of its name, of a task definition of its name. */
async function service(aws: SdkClients, name: string, more: Partial<CreateServiceCommandInput> = {}) {
  await createCluster(aws, name);
  await registered(aws, name);
  const { service: created } = await aws.ecs.createService({
    cluster: name,
    serviceName: 'xray',
    taskDefinition: name,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: await network(aws),
    ...more,
  });
  return created;
}

const CLUSTERS: readonly Row[] = [
  {
    aws: 'makes an ACTIVE cluster, and answers the same one where it exists',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      expect(cluster).toMatchObject({
        clusterName: name,
        status: 'ACTIVE',
        clusterArn: expect.stringMatching(new RegExp(`^arn:aws:ecs:us-east-1:\\d{12}:cluster/${name}$`)),
        activeServicesCount: 0,
      });
      expect((await createCluster(aws, name)).cluster?.clusterArn).toBe(cluster?.clusterArn);
    },
  },
  {
    aws: 'refuses a name with a space with InvalidParameterException',
    moto: 'takes it',
    check: (aws) => refused(createCluster(aws, 'no spaces'), 'InvalidParameterException'),
  },
  {
    aws: 'answers 200 for an unknown cluster that is described, and MISSING among the failures',
    check: async (aws, name) => {
      await createCluster(aws, name);
      const { clusters, failures } = await aws.ecs.describeClusters({ clusters: [name, 'none'] });
      expect(clusters?.map((one) => one.clusterName)).toEqual([name]);
      expect(failures).toMatchObject([{ arn: expect.stringMatching(/cluster\/none$/), reason: 'MISSING' }]);
    },
  },
  {
    aws: 'shows tags and settings only where they are asked for',
    check: async ({ ecs }, clusterName) => {
      await ecs.createCluster({ clusterName, tags: [{ key: 'team', value: 'platform' }] });
      const described = async (include: ('TAGS' | 'SETTINGS')[]) =>
        (await ecs.describeClusters({ clusters: [clusterName], include })).clusters?.[0];
      expect((await described([]))?.tags ?? []).toEqual([]);
      expect(await described(['TAGS', 'SETTINGS'])).toMatchObject({
        tags: [{ key: 'team', value: 'platform' }],
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      });
    },
  },
  {
    aws: 'refuses to delete an unknown cluster with ClusterNotFoundException',
    check: ({ ecs }) => refused(ecs.deleteCluster({ cluster: 'none' }), 'ClusterNotFoundException'),
  },
  {
    aws: 'refuses to delete a cluster with services with ClusterContainsServicesException',
    moto: 'deletes it',
    check: async (aws, name) => {
      await service(aws, name);
      await refused(aws.ecs.deleteCluster({ cluster: name }), 'ClusterContainsServicesException');
    },
  },
  {
    aws: 'answers a deleted cluster as INACTIVE, and lists it no more',
    moto: 'lists it',
    check: async (aws, name) => {
      await createCluster(aws, name);
      const { cluster } = await aws.ecs.deleteCluster({ cluster: name });
      expect(cluster?.status).toBe('INACTIVE');
      expect((await aws.ecs.listClusters({})).clusterArns).not.toContain(cluster?.clusterArn);
    },
  },
  {
    aws: 'describes a deleted cluster as INACTIVE',
    check: async (aws, name) => {
      await createCluster(aws, name);
      await aws.ecs.deleteCluster({ cluster: name });
      const { clusters } = await aws.ecs.describeClusters({ clusters: [name] });
      expect(clusters?.map((cluster) => cluster.status)).toEqual(['INACTIVE']);
    },
  },
  {
    aws: 'lists clusters page by page, maxResults to a page',
    moto: 'lists all at once',
    check: async (aws, name) => {
      for (const each of ['a', 'b', 'c']) await createCluster(aws, `${name}-${each}`);
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await aws.ecs.listClusters({ maxResults: 2, ...(nextToken && { nextToken }) });
        expect(page.clusterArns?.length).toBeLessThanOrEqual(2);
        found.push(...(page.clusterArns ?? []).filter((arn) => arn.includes(`/${name}-`)));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      expect(new Set(found).size).toBe(3);
      expect(found).toHaveLength(3);
    },
  },
  {
    aws: 'refuses pages of more than 100 with InvalidParameterException',
    moto: 'takes any size',
    check: ({ ecs }) => refused(ecs.listClusters({ maxResults: 101 }), 'InvalidParameterException'),
  },
];

conformance('ECS clusters', CLUSTERS);

const TASK_DEFINITIONS: readonly Row[] = [
  {
    aws: 'numbers revisions from 1, and takes a family for its latest one',
    check: async (aws, name) => {
      expect((await registered(aws, name))?.revision).toBe(1);
      const second = await registered(aws, name);
      expect(second).toMatchObject({
        revision: 2,
        status: 'ACTIVE',
        taskDefinitionArn: expect.stringMatching(new RegExp(`:task-definition/${name}:2$`)),
      });
      const { taskDefinition } = await aws.ecs.describeTaskDefinition({ taskDefinition: name });
      expect(taskDefinition?.taskDefinitionArn).toBe(second?.taskDefinitionArn);
    },
  },
  {
    aws: 'fills in hostPort, protocol, essential, cpu and empty lists',
    moto: 'fills in fewer',
    check: async (aws, name) => {
      const definition = await registered(aws, name, {
        containerDefinitions: [{ name: 'xray', image: IMAGE, portMappings: [{ containerPort: 2000 }] }],
      });
      expect(definition).toMatchObject({
        compatibilities: expect.arrayContaining(['EC2', 'FARGATE']),
        placementConstraints: [],
        volumes: [],
        containerDefinitions: [
          {
            cpu: 0,
            essential: true,
            environment: [],
            mountPoints: [],
            volumesFrom: [],
            portMappings: [{ containerPort: 2000, hostPort: 2000, protocol: 'tcp' }],
          },
        ],
      });
    },
  },
  {
    aws: 'refuses an unknown family or revision with ClientException',
    check: async (aws, name) => {
      await registered(aws, name);
      for (const taskDefinition of ['none', `${name}:7`]) {
        await refused(aws.ecs.describeTaskDefinition({ taskDefinition }), 'ClientException', {
          message: 'Unable to describe task definition.',
        });
      }
    },
  },
  {
    aws: 'refuses 400 CPU units with 600 MiB on Fargate with ClientException',
    moto: 'takes them',
    check: (aws, name) => refused(registered(aws, name, { cpu: '400', memory: '600' }), 'ClientException'),
  },
  {
    aws: 'refuses Fargate without task CPU with ClientException',
    check: (aws, family) =>
      refused(
        aws.ecs.registerTaskDefinition({
          family,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          containerDefinitions: [{ name: 'xray', image: IMAGE }],
        }),
        'ClientException',
      ),
  },
  {
    aws: 'refuses Fargate with another network than awsvpc with ClientException',
    moto: 'takes it',
    check: (aws, name) => refused(registered(aws, name, { networkMode: 'bridge' }), 'ClientException'),
  },
  {
    aws: 'refuses a definition without containers with ClientException',
    moto: 'takes it',
    check: (aws, name) => refused(registered(aws, name, { containerDefinitions: [] }), 'ClientException'),
  },
  {
    aws: 'still describes a deregistered revision, as INACTIVE, and never gives its number again',
    check: async (aws, name) => {
      const first = await registered(aws, name);
      const taskDefinition = first?.taskDefinitionArn;
      await aws.ecs.deregisterTaskDefinition({ taskDefinition });
      const described = await aws.ecs.describeTaskDefinition({ taskDefinition });
      expect(described.taskDefinition?.status).toBe('INACTIVE');
      expect((await registered(aws, name))?.revision).toBe(2);
    },
  },
  {
    aws: 'lists ACTIVE revisions of a family, the newest first where asked',
    moto: 'does not sort',
    check: async (aws, name) => {
      for (let number = 0; number < 3; number += 1) await registered(aws, name);
      await aws.ecs.deregisterTaskDefinition({ taskDefinition: `${name}:2` });
      const { taskDefinitionArns } = await aws.ecs.listTaskDefinitions({ familyPrefix: name, sort: 'DESC' });
      expect(taskDefinitionArns?.map((arn) => arn.split('/')[1])).toEqual([`${name}:3`, `${name}:1`]);
    },
  },
  {
    aws: 'shows tags only where they are asked for',
    check: async (aws, name) => {
      const tags = [{ key: 'team', value: 'platform' }];
      await registered(aws, name, { tags });
      const plain = await aws.ecs.describeTaskDefinition({ taskDefinition: name });
      const tagged = await aws.ecs.describeTaskDefinition({ taskDefinition: name, include: ['TAGS'] });
      expect([plain.tags ?? [], tagged.tags]).toEqual([[], tags]);
    },
  },
];

conformance('ECS task definitions', TASK_DEFINITIONS);

const SERVICES: readonly Row[] = [
  {
    aws: 'makes an ACTIVE service with full ARNs and one PRIMARY deployment',
    check: async (aws, name) => {
      expect(await service(aws, name)).toMatchObject({
        serviceName: 'xray',
        status: 'ACTIVE',
        desiredCount: 1,
        serviceArn: expect.stringMatching(new RegExp(`:service/${name}/xray$`)),
        clusterArn: expect.stringMatching(new RegExp(`:cluster/${name}$`)),
        taskDefinition: expect.stringMatching(new RegExp(`:task-definition/${name}:1$`)),
        deployments: [{ status: 'PRIMARY', desiredCount: 1 }],
      });
    },
  },
  {
    aws: 'fills in deployment configuration, platform version and public address',
    moto: 'shows no deployment configuration',
    check: async (aws, name) => {
      expect(await service(aws, name)).toMatchObject({
        schedulingStrategy: 'REPLICA',
        platformVersion: 'LATEST',
        deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
        networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' } },
      });
    },
  },
  {
    aws: 'refuses a second, different service of one name with InvalidParameterException',
    moto: 'takes it',
    check: async (aws, name) => {
      await service(aws, name);
      await refused(service(aws, name, { desiredCount: 2 }), 'InvalidParameterException');
    },
  },
  {
    aws: 'refuses a service in an unknown cluster with ClusterNotFoundException',
    check: (aws, name) => refused(service(aws, name, { cluster: 'none' }), 'ClusterNotFoundException'),
  },
  {
    aws: 'refuses a service of an unknown task definition with ClientException',
    check: (aws, name) => refused(service(aws, name, { taskDefinition: 'none' }), 'ClientException'),
  },
  {
    aws: 'refuses an awsvpc service without a network with InvalidParameterException',
    moto: 'takes it',
    check: (aws, name) =>
      refused(service(aws, name, { networkConfiguration: undefined }), 'InvalidParameterException'),
  },
  {
    aws: 'answers 200 for an unknown service that is described, and MISSING among the failures',
    check: async (aws, name) => {
      await service(aws, name);
      const { services, failures } = await aws.ecs.describeServices({
        cluster: name,
        services: ['xray', 'none'],
      });
      expect(services?.map((one) => one.serviceName)).toEqual(['xray']);
      expect(failures).toMatchObject([{ arn: expect.stringMatching(/\/none$/), reason: 'MISSING' }]);
    },
  },
  {
    aws: 'refuses to describe eleven services with InvalidParameterException',
    moto: 'describes them',
    check: async (aws, name) => {
      await createCluster(aws, name);
      const services = Array.from({ length: 11 }, (_, number) => `s-${number}`);
      await refused(aws.ecs.describeServices({ cluster: name, services }), 'InvalidParameterException');
    },
  },
  {
    aws: 'refuses to describe services of an unknown cluster with ClusterNotFoundException',
    check: ({ ecs }) =>
      refused(ecs.describeServices({ cluster: 'none', services: ['xray'] }), 'ClusterNotFoundException'),
  },
  {
    aws: 'lists ten services a page unless told otherwise',
    moto: 'lists all at once',
    check: async (aws, name) => {
      await service(aws, name, { desiredCount: 0 });
      for (let number = 0; number < 10; number += 1) {
        await service(aws, name, { serviceName: `s-${number}`, desiredCount: 0 });
      }
      const first = await aws.ecs.listServices({ cluster: name });
      expect(first.serviceArns).toHaveLength(10);
      const rest = await aws.ecs.listServices({ cluster: name, nextToken: first.nextToken });
      expect(rest.serviceArns).toHaveLength(1);
      expect(rest.nextToken).toBeUndefined();
    },
  },
  {
    aws: 'changes the desired count without a new deployment',
    check: async (aws, name) => {
      const before = await service(aws, name);
      const { service: after } = await aws.ecs.updateService({
        cluster: name,
        service: 'xray',
        desiredCount: 2,
      });
      expect(after?.desiredCount).toBe(2);
      expect(after?.deployments?.map(({ id }) => id)).toEqual(before?.deployments?.map(({ id }) => id));
    },
  },
  {
    aws: 'begins a PRIMARY deployment for another task definition',
    moto: 'keeps the name as it was sent',
    check: async (aws, name) => {
      const before = await service(aws, name);
      await registered(aws, name);
      const { service: after } = await aws.ecs.updateService({
        cluster: name,
        service: 'xray',
        taskDefinition: name,
      });
      expect(after?.taskDefinition).toMatch(/:2$/);
      expect(after?.deployments?.[0]).toMatchObject({
        status: 'PRIMARY',
        taskDefinition: after?.taskDefinition,
      });
      expect(after?.deployments?.[0]?.id).not.toBe(before?.deployments?.[0]?.id);
    },
  },
  {
    aws: 'refuses to update an unknown service with ServiceNotFoundException',
    check: async (aws, name) => {
      await createCluster(aws, name);
      await refused(aws.ecs.updateService({ cluster: name, service: 'none' }), 'ServiceNotFoundException');
    },
  },
  {
    aws: 'refuses to delete a service that is scaled above 0 with InvalidParameterException, unless forced',
    check: async (aws, name) => {
      await service(aws, name);
      const it = { cluster: name, service: 'xray' };
      await refused(aws.ecs.deleteService(it), 'InvalidParameterException', {
        message: 'The service cannot be stopped while it is scaled above 0.',
      });
      await aws.ecs.deleteService({ ...it, force: true });
    },
  },
  {
    aws: 'describes a deleted service as INACTIVE at last, refuses to update it, and takes its name again',
    moto: 'updates it',
    check: async (aws, name) => {
      await service(aws, name);
      await aws.ecs.deleteService({ cluster: name, service: 'xray', force: true });
      await eventually(async () => {
        const { services } = await aws.ecs.describeServices({ cluster: name, services: ['xray'] });
        expect(services?.[0]?.status).toBe('INACTIVE');
      });
      await refused(
        aws.ecs.updateService({ cluster: name, service: 'xray', desiredCount: 1 }),
        'ServiceNotActiveException',
        { message: 'Service was not ACTIVE.' },
      );
      expect((await service(aws, name))?.status).toBe('ACTIVE');
    },
  },
];

conformance('ECS services', SERVICES);

const TAGS: readonly Row[] = [
  {
    aws: 'keeps tags of clusters, services and task definitions by ARN',
    check: async (aws, name) => {
      const created = await service(aws, name);
      for (const resourceArn of [created?.clusterArn, created?.serviceArn, created?.taskDefinition]) {
        await aws.ecs.tagResource({ resourceArn, tags: [{ key: 'team', value: 'platform' }] });
        await aws.ecs.tagResource({ resourceArn, tags: [{ key: 'stage', value: 'test' }] });
        await aws.ecs.untagResource({ resourceArn, tagKeys: ['team', 'none'] });
        const { tags } = await aws.ecs.listTagsForResource({ resourceArn });
        expect(tags).toEqual([{ key: 'stage', value: 'test' }]);
      }
    },
  },
  {
    aws: 'refuses tag keys that begin with aws: with InvalidParameterException',
    moto: 'takes them',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      await refused(
        aws.ecs.tagResource({ resourceArn: cluster?.clusterArn, tags: [{ key: 'aws:mine', value: 'x' }] }),
        'InvalidParameterException',
      );
    },
  },
];

conformance('ECS tags', TAGS);

const TAGGED: readonly Row[] = [
  {
    aws: 'finds what has a tag of any of the values, of every service, with all tags of it',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      const tags = [
        { key: 'row', value: name },
        { key: 'team', value: 'platform' },
      ];
      await aws.ecs.tagResource({ resourceArn: cluster?.clusterArn, tags });
      await aws.logs.createLogGroup({ logGroupName: name, tags: { row: name } });
      await eventually(async () => {
        const { ResourceTagMappingList } = await aws.tagging.getResources({
          TagFilters: [{ Key: 'row', Values: [name, 'another'] }],
        });
        const found = ResourceTagMappingList?.toSorted((a, b) =>
          a.ResourceARN!.localeCompare(b.ResourceARN!),
        );
        expect(found).toMatchObject([
          {
            ResourceARN: cluster?.clusterArn,
            Tags: expect.arrayContaining([{ Key: 'team', Value: 'platform' }]),
          },
          { ResourceARN: expect.stringMatching(new RegExp(`:log-group:${name}$`)) },
        ]);
      });
    },
  },
  {
    aws: 'looks only among the types that are asked for',
    check: async (aws, name) => {
      const { cluster } = await createCluster(aws, name);
      await aws.ecs.tagResource({ resourceArn: cluster?.clusterArn, tags: [{ key: 'row', value: name }] });
      await aws.logs.createLogGroup({ logGroupName: name, tags: { row: name } });
      await eventually(async () => {
        const { ResourceTagMappingList } = await aws.tagging.getResources({
          TagFilters: [{ Key: 'row', Values: [name] }],
          ResourceTypeFilters: ['ecs:cluster'],
        });
        expect(ResourceTagMappingList?.map((one) => one.ResourceARN)).toEqual([cluster?.clusterArn]);
      });
    },
  },
];

conformance('GetResources', TAGGED);
