import type { PlacementConstraint, PlacementStrategy, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { invalidParameter, requireOneOf } from '../errors.ts';
import { readExpression } from '../instances/expressions.ts';
import type { RunsOn, ServiceOptions } from '../state.ts';

export type Placement = Pick<ServiceOptions, 'placementConstraints' | 'placementStrategy'>;

const MOST_CONSTRAINTS = 10;
const MOST_STRATEGIES = 5;

/**
 * Where tasks are to be placed, over where they were: on instances alone. What is not written stays, an empty list clears (API reference,
 * UpdateService). AWS's texts: cdk-preflight, measured in September 2026. Throws InvalidParameterException.
 */
export function readPlacement(
  input: Pick<RunTaskCommandInput, 'placementConstraints' | 'placementStrategy'>,
  launchType: RunsOn,
  before: Placement = { placementConstraints: [], placementStrategy: [] },
): Placement {
  const { placementConstraints, placementStrategy } = input;
  if (launchType === 'FARGATE') {
    if ((placementConstraints ?? []).length > 0) {
      throw invalidParameter('Placement constraints are not supported with FARGATE launch type.');
    }
    if ((placementStrategy ?? []).length > 0) {
      throw invalidParameter('Placement strategies are not supported with FARGATE launch type.');
    }
  }
  checkCounts(placementConstraints, placementStrategy);
  return {
    placementConstraints: placementConstraints?.map(readConstraint) ?? before.placementConstraints,
    placementStrategy: placementStrategy?.map(readStrategy) ?? before.placementStrategy,
  };
}

function checkCounts(
  constraints: readonly PlacementConstraint[] = [],
  strategies: readonly PlacementStrategy[] = [],
): void {
  if (constraints.length > MOST_CONSTRAINTS) {
    throw invalidParameter(`placementConstraints can have at most ${MOST_CONSTRAINTS} items.`);
  }
  if (strategies.length > MOST_STRATEGIES) {
    throw invalidParameter(`placementStrategy can have at most ${MOST_STRATEGIES} items.`);
  }
}

function readConstraint({ type, expression }: PlacementConstraint): PlacementConstraint {
  requireOneOf('Placement constraint type', type ?? '', ['distinctInstance', 'memberOf']);
  if (type === 'distinctInstance' && expression !== undefined) {
    throw invalidParameter('constraint.expression should be null or empty for distinctInstance.');
  }
  if (type === 'memberOf' && !expression) {
    throw invalidParameter('constraint.expression should not be null or empty.');
  }
  if (expression !== undefined) readExpression(expression);
  return { ...(expression === undefined ? {} : { expression }), type };
}

/** AWS gives the field back in its own spelling (reference: ECS service, perpetual diffs). */
function readStrategy({ type, field = '' }: PlacementStrategy): PlacementStrategy {
  requireOneOf('Placement strategy type', type ?? '', ['random', 'spread', 'binpack']);
  if (type === 'random') {
    if (field !== '') throw invalidParameter('random placement strategy does not take a field');
    return { type };
  }
  const upper = field.toUpperCase();
  if (type === 'binpack') {
    if (upper !== 'CPU' && upper !== 'MEMORY') throw invalidParameter(`binpack field '${field}' is invalid`);
    return { type, field: upper };
  }
  if (field === '') throw invalidParameter(`spread field '${field}' is invalid`);
  return { type, field: field === 'host' ? 'instanceId' : field };
}
