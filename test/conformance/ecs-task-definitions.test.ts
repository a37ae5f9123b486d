import { expect } from 'vitest';
import { conformance, refused } from '../support/aws/conformance.ts';
import type { Row } from '../support/aws/conformance.ts';
import { IMAGE, registered } from '../support/aws/ecs-calls.ts';

/** Sources: the ECS API reference and developer guide; reference: task definitions, Fargate validity. */

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
