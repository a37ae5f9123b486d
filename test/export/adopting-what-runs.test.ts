import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../controller/manifest/parse.ts';
import { exportFrom } from '../support/world/export.ts';
import { makeParameter } from '../support/world/fetched.ts';
import {
  MANAGED_EXECUTION_POLICY,
  TRUST,
  buildStack,
  networkOf,
  otherTool,
  runningTasks,
} from '../support/world/other-tools.ts';
import { createWorld, isRead, stepsOf } from '../support/world/world.ts';
import type { StackOptions } from '../support/world/other-tools.ts';
import type { World } from '../support/world/world.ts';
import { listed } from '../../controller/plan/work.ts';

const TAGGING = /:(TagResource|CreateTags|TagRole)$/;

/** A world without manifests, and what somebody else has built in its AWS. */
async function worldWith(build: (world: World) => Promise<unknown>): Promise<World> {
  const world = createWorld({ files: {} });
  await build(world);
  return world;
}

/** The promise: what was exported is valid, plans to tags, is adopted by tagging calls only, and then plans to nothing. */
async function expectAdoption(world: World, manifests: string): Promise<void> {
  expect(parseManifests([{ file: 'exported.yaml', text: manifests }]).errors).toEqual([]);
  world.files.set('exported.yaml', manifests);

  const { plan } = await world.pass({ dryRun: true });
  const changes = plan.steps.flatMap((step) => listed(step).map(({ path }) => path));
  expect(changes).not.toEqual([]);
  expect(changes.filter((path) => !path.startsWith('tags.stationkeeper:'))).toEqual([]);
  expect(stepsOf(plan).filter((step) => !/^(update|hold waiting) /.test(step))).toEqual([]);

  world.calls.length = 0;
  await world.settle();
  expect(world.mutations()).not.toEqual([]);
  expect(world.mutations().filter((name) => !TAGGING.test(name))).toEqual([]);

  world.calls.length = 0;
  const again = await world.pass();
  expect(stepsOf(again.plan)).toEqual([]);
  expect(world.mutations()).toEqual([]);
}

describe('a stack that other tools made, exported and adopted', () => {
  it('is, as Terraform makes it, taken over by tagging calls only, with its tasks as they were', async () => {
    const world = await worldWith(buildStack);
    const tasks = await runningTasks(world, 'terraform-xray-daemons');
    const { code, out, err, calls } = await exportFrom(world);
    expect({ code, writes: calls.filter((name) => !isRead(name)) }).toEqual({ code: 0, writes: [] });
    expect(err).toMatch(
      /^note DaemonService\/xray: role terraform-xray-execution stays as it is and is named by its ARN/,
    );

    await expectAdoption(world, out);

    expect(tasks).toHaveLength(2);
    expect(await runningTasks(world, 'terraform-xray-daemons')).toEqual(tasks);
  });

  it('is exported again, once adopted, as the same manifests', async () => {
    const world = await worldWith(buildStack);
    const { out } = await exportFrom(world);
    world.files.set('exported.yaml', out);
    await world.settle();
    expect((await exportFrom(world)).out).toBe(out);
  });

  it('is, with a task on every host, taken over without a count, and its tasks stay', async () => {
    const world = await worldWith(async (made) => {
      const { call } = otherTool(made);
      await call('ecs', 'CreateCluster', { clusterName: 'hosts' });
      made.sandbox.control.launchInstances({ cluster: 'hosts', count: 3 });
      await call('ecs', 'RegisterTaskDefinition', {
        family: 'agent',
        networkMode: 'host',
        requiresCompatibilities: ['EC2'],
        containerDefinitions: [{ name: 'agent', image: 'example.org/agent:1', memory: 128 }],
      });
      // As Terraform's provider has it, which leaves out the count and the maximum.
      await call('ecs', 'CreateService', {
        cluster: 'hosts',
        serviceName: 'agent',
        taskDefinition: 'agent',
        launchType: 'EC2',
        schedulingStrategy: 'DAEMON',
        deploymentConfiguration: { minimumHealthyPercent: 0 },
        placementConstraints: [{ type: 'distinctInstance' }],
      });
      await made.clock.advance(300_000);
    });
    const tasks = await runningTasks(world, 'hosts');
    expect(tasks).toHaveLength(3);
    const { code, out } = await exportFrom(world);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('schedulingStrategy: DAEMON') });
    expect(out).not.toContain('desiredCount');
    expect(out).toMatch(/minimumHealthyPercent: 0\n +maximumPercent: 100\n/);

    await expectAdoption(world, out);
    expect(await runningTasks(world, 'hosts')).toEqual(tasks);
  });

  const container = {
    command: undefined,
    entryPoint: ['/collector'],
    essential: true,
    cpu: 64,
    memory: 400,
    memoryReservation: 128,
    user: '1000:1000',
    readonlyRootFilesystem: true,
    stopTimeout: 90,
    workingDirectory: '/srv',
    dockerLabels: { 'org.example/no': 'yes', version: '1.10' },
    environment: [
      { name: 'LEVEL', value: '012' },
      { name: 'ENABLED', value: 'no' },
      { name: 'EMPTY', value: '' },
      { name: 'LINES', value: 'first: 1\n  second # not a comment\n' },
      { name: 'BLANK_LINES', value: ' \n  \n' },
      { name: 'QUOTED', value: `it's "quoted" & *starred` },
    ],
    secrets: [{ name: 'API_TOKEN', valueFrom: 'arn:aws:ssm:us-east-1:385605022855:parameter/xray/token' }],
    healthCheck: { command: ['CMD-SHELL', 'exit 0'], interval: 10, retries: 2, startPeriod: 15 },
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['NET_RAW'] } },
    ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
    portMappings: [{ containerPort: 2000, hostPort: 2000, protocol: 'tcp', name: 'traces' }],
  };
  const sidecar = {
    name: 'sidecar',
    image: 'public.ecr.aws/docker/library/busybox:1.36',
    essential: false,
    dependsOn: [{ containerName: 'xray', condition: 'START' }],
  };
  const logsElsewhere = {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': '/terraform/terraform-xray',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'docker',
      mode: 'non-blocking',
      'max-buffer-size': '4m',
    },
  };

  it.each<[string, StackOptions]>([
    ['everything that a container can say', { container }],
    ['no log configuration', { container: { logConfiguration: undefined } }],
    ['log options of its own', { container: { logConfiguration: logsElsewhere } }],
    [
      'no role at all',
      {
        definition: { taskRoleArn: undefined, executionRoleArn: undefined },
        container: { logConfiguration: undefined },
      },
    ],
    ['no required compatibilities', { definition: { requiresCompatibilities: undefined } }],
    ['EC2 beside FARGATE', { definition: { requiresCompatibilities: ['EC2', 'FARGATE'] } }],
    [
      'ARM64 and a larger disk',
      {
        definition: {
          runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
          ephemeralStorage: { sizeInGiB: 30 },
        },
      },
    ],
    ['1 vCPU and 2 GB, written as such', { definition: { cpu: '1 vCPU', memory: '2GB' } }],
    [
      'a circuit breaker and other percentages',
      {
        service: {
          deploymentConfiguration: {
            minimumHealthyPercent: 50,
            maximumPercent: 150,
            deploymentCircuitBreaker: { enable: true, rollback: false },
          },
        },
      },
    ],
    [
      'no rebalancing, a platform version, and no service discovery',
      {
        service: { availabilityZoneRebalancing: 'DISABLED', platformVersion: '1.4.0', serviceRegistries: [] },
      },
    ],
    [
      'A and SRV records, by container and port',
      { records: ['A', 'SRV'], registry: { containerName: 'xray', containerPort: 2000 } },
    ],
    ['SRV and A records, by port', { records: ['SRV', 'A'], registry: { port: 2000 } }],
    ['no public address', { service: { networkConfiguration: undefined } }],
    [
      'ECS Exec, and tags of its own',
      {
        service: {
          enableExecuteCommand: true,
          tags: [{ key: 'Name', value: 'mine' }],
          propagateTags: 'SERVICE',
        },
      },
    ],
    ['no tasks', { service: { desiredCount: 0 } }],
  ])('is taken over by tagging calls only with %s', async (what, options) => {
    const world = await worldWith(async (empty) => {
      await makeParameter(empty, '/xray/token');
      if (what !== 'no public address') return buildStack(empty, options);
      const { subnets } = await networkOf(empty);
      const awsvpcConfiguration = { subnets: subnets.slice(0, 1), assignPublicIp: 'DISABLED' };
      return buildStack(empty, { service: { networkConfiguration: { awsvpcConfiguration } } });
    });
    const { code, out, err } = await exportFrom(world);
    expect({ code, leftOut: err.match(/left out.*/) }).toEqual({ code: 0, leftOut: null });
    await expectAdoption(world, out);
  });

  it('is exported with a note of what its next tasks would lack', async () => {
    const secrets = [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:us-east-1:385605022855:parameter/gone' }];
    const world = await worldWith((empty) => buildStack(empty, { container: { secrets } }));
    const { code, out } = await exportFrom(world);
    expect(code).toBe(0);
    expect(out).toContain('TOKEN: arn:aws:ssm:us-east-1:385605022855:parameter/gone');
    expect(out.replaceAll(/\n *# /g, ' ')).toMatch(
      /parameter\/containers\[xray\]\.secrets\[TOKEN\] of terraform-xray: Systems Manager has no parameter \/gone/,
    );
  });

  it('is taken over with two containers, of which one logs nowhere', async () => {
    const world = await worldWith(async (empty) => {
      await buildStack(empty);
      const { call } = otherTool(empty);
      const { taskDefinition } = await call<{ taskDefinition: { containerDefinitions: object[] } }>(
        'ecs',
        'DescribeTaskDefinition',
        { taskDefinition: 'terraform-xray' },
      );
      const { family, networkMode, requiresCompatibilities, cpu, memory, executionRoleArn } =
        taskDefinition as Record<string, unknown> & typeof taskDefinition;
      await call('ecs', 'RegisterTaskDefinition', {
        family,
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        executionRoleArn,
        containerDefinitions: [...taskDefinition.containerDefinitions, sidecar],
      });
      await call('ecs', 'UpdateService', {
        cluster: 'terraform-xray-daemons',
        service: 'xray',
        taskDefinition: 'terraform-xray',
      });
      await empty.clock.advance(300_000);
    });
    const { out } = await exportFrom(world);
    expect(out).toContain('logDriver: none');
    await expectAdoption(world, out);
  });

  it("is taken over with two services in one security group, one role and one log group, which stay nobody's", async () => {
    const world = await worldWith(async (empty) => {
      const { group, subnets } = await buildStack(empty);
      const { call } = otherTool(empty);
      const { taskDefinition } = await call<{ taskDefinition: Record<string, unknown> }>(
        'ecs',
        'DescribeTaskDefinition',
        { taskDefinition: 'terraform-xray' },
      );
      const {
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        executionRoleArn,
        taskRoleArn,
        containerDefinitions,
      } = taskDefinition;
      await call('ecs', 'RegisterTaskDefinition', {
        family: 'second',
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        executionRoleArn,
        taskRoleArn,
        containerDefinitions,
      });
      const awsvpcConfiguration = { subnets, securityGroups: [group], assignPublicIp: 'ENABLED' };
      await call('ecs', 'CreateService', {
        cluster: 'terraform-xray-daemons',
        serviceName: 'Second_Service',
        taskDefinition: 'second',
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration },
      });
      await empty.clock.advance(120_000);
    });
    const { out, err } = await exportFrom(world);
    expect(err).toContain('note DaemonService/second-service, DaemonService/xray: security group');
    for (const text of [err, out]) {
      expect(text.match(/.*role terraform-xray-task stays as it is.*/g)).toEqual([
        expect.stringMatching(
          /DaemonService\/second-service, DaemonService\/xray: role terraform-xray-task stays as it is and is named by its ARN: it is used more than once$/,
        ),
      ]);
    }
    expect(out).toContain('serviceName: Second_Service');
    expect(out).not.toContain('securityGroup:\n');
    await expectAdoption(world, out);
  });

  it('is left to itself where it is not asked for, and then its cluster and namespace are only used', async () => {
    const world = await worldWith(async (empty) => {
      await buildStack(empty);
      await buildStack(empty, {
        name: 'other',
        service: { cluster: 'terraform-xray-daemons', serviceName: 'web', desiredCount: 1 },
      });
    });
    const { out } = await exportFrom(world, { names: ['xray'] });
    expect(out.match(/^kind: .*/gm)).toEqual(['kind: Environment', 'kind: Namespace', 'kind: DaemonService']);
    await expectAdoption(world, out);
  });

  it('has an Environment for each place that its services run in', async () => {
    const world = await worldWith(async (empty) => {
      const { group, subnets } = await buildStack(empty);
      const awsvpcConfiguration = {
        subnets: subnets.slice(0, 1),
        securityGroups: [group],
        assignPublicIp: 'ENABLED',
      };
      await buildStack(empty, { name: 'other', service: { networkConfiguration: { awsvpcConfiguration } } });
    });
    const { out } = await exportFrom(world);
    expect(out.match(/^kind: Environment/gm)).toHaveLength(2);
    await expectAdoption(world, out);
  });

  it('is used with a role that two managed policies and a trust of its own make more than a manifest says', async () => {
    const world = await worldWith(async (empty) => {
      const { call } = otherTool(empty);
      const { Role } = await call<{ Role: { Arn: string } }>('iam', 'CreateRole', {
        RoleName: 'both',
        Path: '/daemons/',
        AssumeRolePolicyDocument: TRUST,
      });
      await call('iam', 'AttachRolePolicy', { RoleName: 'both', PolicyArn: MANAGED_EXECUTION_POLICY });
      await buildStack(empty, { definition: { taskRoleArn: Role.Arn, executionRoleArn: Role.Arn } });
    });
    const { out, err } = await exportFrom(world);
    expect(err.match(/^note .*role both/gm)).toHaveLength(1);
    await expectAdoption(world, out);
  });
});
