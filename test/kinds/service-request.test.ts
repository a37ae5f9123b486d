import { describe, expect, test } from 'vitest';
import { StationkeeperError } from '../../controller/core/errors.ts';
import type { FieldChange } from '../../controller/core/resource.ts';
import { wantedOf } from '../../controller/kinds/service/model.ts';
import { changed, creation } from '../../controller/kinds/service/request.ts';
import type { ServiceSpec } from '../../controller/kinds/service/spec.ts';
import type { ServiceState } from '../../controller/kinds/service/state.ts';
import { unknownTarget } from '../../controller/kinds/service/targets.ts';
import { needsByKind } from '../support/kinds/known.ts';
import { desiredService } from '../support/kinds/services.ts';

const needs = needsByKind({
  environment: { subnetIds: ['subnet-a'] },
  'task-definition': { arn: 'arn:aws:ecs:us-east-1:385605022855:task-definition/xray:7' },
  'security-group': { id: 'sg-1' },
});

const wanted = (spec: Partial<ServiceSpec> = {}) => wantedOf(desiredService(spec), needs);

const BY_STRATEGY: Partial<ServiceSpec> = {
  launchType: undefined as never,
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
};

const STATE: ServiceState = { status: 'ACTIVE', failedTaskDefinition: null, rolloutRetry: null };

/** UpdateService's input for changes of these fields. */
function asked(spec: Partial<ServiceSpec>, paths: readonly string[], state: Partial<ServiceState> = {}) {
  const changes = paths.map((path): FieldChange => ({ path, from: null, to: '', by: 'update' }));
  const {
    cluster: _cluster,
    service: _service,
    ...rest
  } = changed(wanted(spec), { ...STATE, ...state }, changes, false) ?? {};
  return rest;
}

test('the tasks of a daemon are placed anew where the hosts that it may be on change', () => {
  const servicePlacementConstraints = [{ type: 'distinctInstance' as const }];
  const paths = ['servicePlacementConstraints[distinctInstance]'];
  const daemon = { schedulingStrategy: 'DAEMON', servicePlacementConstraints } as const;
  expect(asked(daemon, paths)).toEqual({
    placementConstraints: servicePlacementConstraints,
    forceNewDeployment: true,
  });
  expect(asked({ servicePlacementConstraints }, paths)).toEqual({
    placementConstraints: servicePlacementConstraints,
  });
});

describe('CreateService', () => {
  test('is told a launch type, and of a strategy nothing', () => {
    const input = creation(wanted(), {});
    expect(input.launchType).toBe('FARGATE');
    expect(input).not.toHaveProperty('capacityProviderStrategy');
  });

  test('is told a strategy, and no launch type', () => {
    const input = creation(wanted(BY_STRATEGY), {});
    expect(input.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]);
    expect(input).not.toHaveProperty('launchType');
  });

  test("is told neither where the cluster's default strategy is meant", () => {
    const input = creation(wanted({ ...BY_STRATEGY, capacityProviderStrategy: [] }), {});
    expect(input).not.toHaveProperty('launchType');
    expect(input).not.toHaveProperty('capacityProviderStrategy');
  });

  test('is told the scheduling strategy, and with DAEMON no count of tasks', () => {
    expect(creation(wanted(), {})).toMatchObject({ schedulingStrategy: 'REPLICA', desiredCount: 2 });
    const input = creation(wanted({ schedulingStrategy: 'DAEMON', desiredCount: undefined as never }), {});
    expect(input.schedulingStrategy).toBe('DAEMON');
    expect(input).not.toHaveProperty('desiredCount');
  });

  test('gives tasks the tags of their service, unless a manifest says whose', () => {
    expect(creation(wanted(), {}).propagateTags).toBe('SERVICE');
    expect(creation(wanted({ propagateTags: 'NONE' }), {}).propagateTags).toBe('NONE');
  });

  test('is not told to take away what a new service does not have', () => {
    const input = creation(wanted({ loadBalancers: [], placementStrategy: [] }), {});
    expect(input).not.toHaveProperty('loadBalancers');
    expect(input).not.toHaveProperty('placementStrategy');
  });
});

describe('with a Classic Load Balancer', () => {
  const classic: Partial<ServiceSpec> = {
    loadBalancers: [{ loadBalancerName: 'lb', containerName: 'xray', containerPort: 2000 }],
    circuitBreaker: undefined as never,
  };
  const off = { deploymentCircuitBreaker: { enable: false, rollback: false }, maximumPercent: 200 };

  test('ECS is told no circuit breaker, not even one that is off', () => {
    expect(creation(wanted(classic), {}).deploymentConfiguration).not.toHaveProperty(
      'deploymentCircuitBreaker',
    );
    const update = asked({ ...classic, maximumPercent: 150 }, ['maximumPercent'], {
      deploymentConfiguration: off,
    });
    expect(update).toEqual({ deploymentConfiguration: { maximumPercent: 150 } });
  });

  test('one that is on stays, and one that the manifest writes is told', () => {
    const on = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const update = asked({ ...classic, maximumPercent: 150 }, ['maximumPercent'], {
      deploymentConfiguration: { ...off, ...on },
    });
    expect(update).toMatchObject({ deploymentConfiguration: on });
    const written = { ...classic, circuitBreaker: { enable: false, rollback: false } };
    expect(creation(wanted(written), {}).deploymentConfiguration).toMatchObject({
      deploymentCircuitBreaker: { enable: false, rollback: false },
    });
  });
});

describe('UpdateService', () => {
  test('is told nothing but what changes: what others set in all else stays', () => {
    expect(asked({ desiredCount: 3 }, ['desiredCount'])).toEqual({ desiredCount: 3 });
  });

  test('forces a deployment with another strategy, without which ECS refuses it', () => {
    expect(asked(BY_STRATEGY, ['capacityProviderStrategy[FARGATE_SPOT].weight'])).toEqual({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      forceNewDeployment: true,
    });
  });

  test('goes back to the launch type with an empty strategy', () => {
    expect(asked({}, ['capacityProviderStrategy[FARGATE_SPOT]'])).toEqual({
      capacityProviderStrategy: [],
      forceNewDeployment: true,
    });
  });

  test('leaves in the deployment configuration what no manifest says', () => {
    const deploymentConfiguration = {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      strategy: 'BLUE_GREEN' as const,
      bakeTimeInMinutes: 7,
      lifecycleHooks: [{ targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] }],
      deploymentCircuitBreaker: { enable: true, rollback: true, resetOnHealthyTask: false },
    };
    const paths = ['maximumPercent', 'circuitBreaker.rollback'];
    const spec = { maximumPercent: 150, circuitBreaker: { enable: true, rollback: false } };
    expect(asked(spec, paths, { deploymentConfiguration })).toEqual({
      deploymentConfiguration: {
        ...deploymentConfiguration,
        maximumPercent: 150,
        deploymentCircuitBreaker: { enable: true, rollback: false, resetOnHealthyTask: false },
      },
    });
  });

  test('brings the volumes of a revision with it', () => {
    const volumeConfigurations = [
      { name: 'disk', managedEBSVolume: { roleArn: 'arn:aws:iam::385605022855:role/ebs', sizeInGiB: 5 } },
    ];
    expect(asked({ volumeConfigurations }, ['taskDefinition'])).toMatchObject({ volumeConfigurations });
  });

  test('takes volumes away with the revision that had them', () => {
    const before = { disk: { name: 'disk', managedEBSVolume: {} as never } };
    expect(asked({}, ['taskDefinition'], { volumeConfigurations: before })).toMatchObject({
      volumeConfigurations: [],
    });
    expect(asked({}, ['taskDefinition'])).not.toHaveProperty('volumeConfigurations');
  });
});

describe('a target group that ECS does not take', () => {
  const [one, other] = ['one', 'other'].map(
    (name) => `arn:aws:elasticloadbalancing:us-east-1:385605022855:targetgroup/${name}/0123456789abcdef`,
  ) as [string, string];
  const { spec } = desiredService({
    loadBalancers: [one, other].map((targetGroupArn) => ({
      targetGroupArn,
      containerName: 'xray',
      containerPort: 2000,
    })),
  });
  const refusal = (message: string) =>
    new StationkeeperError({ code: 'InvalidParameterException', message, retry: 'never' });

  const CREATE =
    'create it in this account and Region, with target type ip for awsvpc and with a listener, or correct loadBalancers';
  test.each([
    [`The target group ${other} does not exist.`, `does not find ${other} of loadBalancers; ${CREATE}`],
    [
      'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
      `does not find ${one} or ${other} of loadBalancers; ${CREATE}`,
    ],
    [
      `The target group with targetGroupArn ${other} does not have an associated load balancer.`,
      `does not take ${other} of loadBalancers, to which no load balancer forwards; give it a listener`,
    ],
    [
      `The provided target group ${other} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
      `does not take ${other} of loadBalancers, whose target type is wrong; name another target group, of target type ip with awsvpc, else instance: none changes its type`,
    ],
    [
      `The target group ${other} is of no use.`,
      `does not take ${other} of loadBalancers; correct it, or loadBalancers`,
    ],
  ])('is told by its name, with what to do where ECS says: %s', (said, told) => {
    expect(unknownTarget(spec, refusal(said))).toMatchObject({
      code: 'LoadBalancerRefused',
      retry: 'backoff',
      message: `ECS ${told} (${said.slice(0, -1)})`,
    });
  });

  test('is no matter of other refusals, nor of services without any', () => {
    expect(unknownTarget(spec, refusal('desiredCount must be positive'))).toBeUndefined();
    expect(unknownTarget(desiredService().spec, refusal('no target group'))).toBeUndefined();
  });
});
