import { doubtsOf } from '../../core/cluster-query/doubts.ts';
import { parseQuery } from '../../core/cluster-query/parse.ts';
import type { QueryError } from '../../core/cluster-query/parse.ts';
import type { DaemonServiceManifestSpec } from '../schema/daemon-service.ts';
import { checkEach, checksOf } from './check.ts';
import { checkStrategy } from './strategies.ts';

/** Where a service's tasks run (ECS API reference, CreateService). What each launch type does not have is in launch-types.ts. */

const check = checksOf<DaemonServiceManifestSpec>();

type PlacementStrategy = NonNullable<DaemonServiceManifestSpec['placementStrategy']>[number];
type PlacementConstraint = NonNullable<DaemonServiceManifestSpec['servicePlacementConstraints']>[number];

/** AWS's answer: "Specifying both a launch type and capacity provider strategy is not supported" (tflint-ruleset-aws#349). */
const rivals = check(['launchType', 'capacityProviderStrategy'], (spec, { report }) => {
  const { launchType, capacityProviderStrategy } = spec;
  if (launchType === undefined || capacityProviderStrategy === undefined) return;
  report(
    ['spec', 'launchType'],
    `ECS refuses launchType ${launchType} with a capacityProviderStrategy, which says where tasks run; remove one of the two`,
  );
});

const strategy = check(['capacityProviderStrategy'], (spec, { report }) => {
  checkStrategy(spec.capacityProviderStrategy ?? [], ['spec', 'capacityProviderStrategy'], report);
});

/** ECS API reference, PlacementStrategy: what each type goes by. A field that ECS does not use, or lacks, could only be shown as drift. */
const placement = checkEach<PlacementStrategy>(['placementStrategy'], ({ type, field }, at, { report }) => {
  if (type === 'random') {
    if (field !== undefined) report([...at, 'field'], 'random uses no field; remove it');
  } else if (type === 'binpack') {
    if (field !== undefined && /^(cpu|memory)$/i.test(field)) return;
    report([...at, 'field'], 'binpack uses cpu or memory; write one of them');
  } else if (field === undefined) {
    report(at, 'spread needs a field, such as instanceId or attribute:ecs.availability-zone; add it');
  } else if (!/^(instanceId|host|attribute:.+)$/.test(field)) {
    report(
      [...at, 'field'],
      `spread uses instanceId or an attribute, such as attribute:ecs.availability-zone, not by ${field}`,
    );
  }
});

/** ECS API reference, PlacementConstraint; of memberOf Terraform's provider, which refuses it alike. */
const constraint = checkEach<PlacementConstraint>(
  ['servicePlacementConstraints'],
  ({ type, expression }, at, { report }) => {
    if (type === 'memberOf' && expression === undefined) {
      report(at, 'memberOf needs an expression, such as attribute:ecs.os-type == linux; add it');
    } else if (type === 'distinctInstance' && expression !== undefined) {
      report([...at, 'expression'], 'distinctInstance has no expression; remove it, or write type: memberOf');
    }
  },
);

/** ECS takes a task definition whose expression means nothing, and then places no task of it (amazon-ecs-agent#3044). */
const queries = (['placementConstraints', 'servicePlacementConstraints'] as const).map((list) =>
  checkEach<Partial<PlacementConstraint>>([list], ({ expression }, at, { report, warn }) => {
    if (expression === undefined) return;
    const place = [...at, 'expression'];
    const parsed = parseQuery(expression);
    if ('error' in parsed) report(place, located(parsed.error));
    else for (const doubt of doubtsOf(parsed.expression)) warn(place, located(doubt));
  }),
);

function located({ column, message }: QueryError): string {
  return `at column ${column} of the expression: ${message}`;
}

/** ECS API reference, CreateService: "This limit includes constraints in the task definition". */
const MOST_CONSTRAINTS = 10;

const constraints = check(['placementConstraints', 'servicePlacementConstraints'], (spec, { report }) => {
  const { placementConstraints = [], servicePlacementConstraints = [] } = spec;
  const all = placementConstraints.length + servicePlacementConstraints.length;
  if (all <= MOST_CONSTRAINTS) return;
  const field =
    servicePlacementConstraints.length > 0 ? 'servicePlacementConstraints' : 'placementConstraints';
  report(
    ['spec', field],
    `a task has at most ${MOST_CONSTRAINTS} placement constraints, and task definition and service have ${all}; remove ${all - MOST_CONSTRAINTS}`,
  );
});

export const capacityChecks = [rivals, strategy, placement, constraint, ...queries, constraints];
