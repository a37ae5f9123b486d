import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { ecsSandbox, taskDefinitionInput } from './ecs.ts';

export type TaskDefinitionChanges = Partial<RegisterTaskDefinitionCommandInput>;

const [CONTAINER] = taskDefinitionInput().containerDefinitions!;

/** Every option that awslogs needs on Fargate. */
export const AWSLOGS = {
  'awslogs-group': '/stationkeeper/xray',
  'awslogs-region': 'us-east-1',
  'awslogs-stream-prefix': 'docker',
};

/** For instances of EC2, behind a bridge. */
export const ON_EC2: TaskDefinitionChanges = { networkMode: 'bridge', requiresCompatibilities: ['EC2'] };

/** The X-Ray container, with changes. */
export function container(changes: Partial<ContainerDefinition>): TaskDefinitionChanges {
  return { containerDefinitions: [{ ...CONTAINER, ...changes }] };
}

/** The same for instances of EC2. */
export function containerOnEc2(changes: Partial<ContainerDefinition>): TaskDefinitionChanges {
  return { ...ON_EC2, ...container(changes) };
}

/** The X-Ray container and others beside it. */
export function beside(...others: readonly Partial<ContainerDefinition>[]): TaskDefinitionChanges {
  const image = 'public.ecr.aws/other:1';
  return { containerDefinitions: [CONTAINER!, ...others.map((other) => ({ image, ...other }))] };
}

export function awslogs(options: Record<string, string>): TaskDefinitionChanges {
  return container({ logConfiguration: { logDriver: 'awslogs', options } });
}

/** One test a row: RegisterTaskDefinition refuses it with ClientException and the message, and uses up no revision. */
export function refusals(
  rows: readonly (readonly [what: string, changes: TaskDefinitionChanges, message: string])[],
): void {
  test.each(rows)('%s is refused', async (_, changes, message) => {
    const aws = await ecsSandbox();
    const refusal = await aws.refusal('RegisterTaskDefinition', taskDefinitionInput(changes));
    expect(refusal).toBe(`ClientException: ${message}`);
    expect(await aws.register()).toMatch(/:2$/);
  });
}

/** One test a row: RegisterTaskDefinition takes it. */
export function acceptances(
  rows: readonly (readonly [what: string, changes: TaskDefinitionChanges])[],
): void {
  test.each(rows)('%s is taken', async (_, changes) => {
    const aws = await ecsSandbox();
    expect(await aws.refusal('RegisterTaskDefinition', taskDefinitionInput(changes))).toBe('accepted');
  });
}

/** A definition for instances, in a network mode that only they have. */
export function inMode(
  networkMode: 'host' | 'bridge' | 'none',
  changes: TaskDefinitionChanges,
): TaskDefinitionChanges {
  return { networkMode, requiresCompatibilities: ['EC2'], ...changes };
}
