import type { ListServiceDeploymentsCommandInput } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { conformance, eventually, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import { createCluster, registered, service } from '../support/aws/ecs-calls.ts';

/** Sources: the ECS API reference; reference: ECS service, hazards, batches. */

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

const NO_HISTORY = 'has no service deployments';

const DEPLOYMENTS: readonly Row[] = [
  {
    aws: 'lists the deployment of a new service, and when it has finished once it has succeeded',
    moto: NO_HISTORY,
    check: async (aws, name) => {
      const made = await service(aws, name);
      const of = { cluster: name, service: 'xray' };
      const begun = await aws.ecs.listServiceDeployments(of);
      expect(begun.serviceDeployments).toMatchObject([
        { serviceArn: made?.serviceArn, clusterArn: made?.clusterArn, createdAt: expect.any(Date) },
      ]);
      await eventually(async () => {
        const { serviceDeployments: [one] = [] } = await aws.ecs.listServiceDeployments(of);
        expect(one).toMatchObject({
          status: 'SUCCESSFUL',
          createdAt: begun.serviceDeployments![0]!.createdAt,
        });
        expect(Number(one?.startedAt)).toBeGreaterThanOrEqual(Number(one?.createdAt));
        expect(Number(one?.finishedAt)).toBeGreaterThan(Number(one?.startedAt));
      });
    },
  },
  {
    aws: 'lists a deployment that a newer one ended as STOPPED, the newest first, by status and by when they were created',
    moto: NO_HISTORY,
    check: async (aws, name) => {
      await service(aws, name);
      const of = { cluster: name, service: 'xray' };
      await aws.ecs.updateService({ ...of, forceNewDeployment: true });
      const { serviceDeployments: [newer, former, ...none] = [] } = await aws.ecs.listServiceDeployments(of);
      expect([former?.status, none]).toEqual(['STOPPED', []]);
      const listed = async (filter: Partial<ListServiceDeploymentsCommandInput>) =>
        (await aws.ecs.listServiceDeployments({ ...of, ...filter })).serviceDeployments?.map(
          ({ serviceDeploymentArn }) => serviceDeploymentArn,
        );
      expect(await listed({ status: ['STOPPED'] })).toEqual([former?.serviceDeploymentArn]);
      const createdAt = { after: new Date(Number(newer?.createdAt) - 1) };
      expect(await listed({ createdAt })).toEqual([newer?.serviceDeploymentArn]);
      expect(await listed({ createdAt: { before: newer?.createdAt } })).toEqual([
        former?.serviceDeploymentArn,
      ]);
      const { nextToken } = await aws.ecs.listServiceDeployments({ ...of, maxResults: 1 });
      expect(await listed({ maxResults: 1, nextToken })).toEqual([former?.serviceDeploymentArn]);
    },
  },
  {
    aws: 'refuses to list the deployments of an unknown service with ServiceNotFoundException',
    moto: NO_HISTORY,
    check: async (aws, name) => {
      await createCluster(aws, name);
      await refused(
        aws.ecs.listServiceDeployments({ cluster: name, service: 'none' }),
        'ServiceNotFoundException',
      );
    },
  },
];

conformance('ECS service deployments', DEPLOYMENTS);

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
