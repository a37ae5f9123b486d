import { rulesOf } from '../../core/fields/table.ts';
import type { KindModel } from '../../core/kind.ts';
import type { Needs } from '../../core/outputs.ts';
import type { FieldChange, Upkeep } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { CONTAINER } from './container-fields.ts';
import { fromDefinition, toDefinition } from './definition.ts';
import { taskDefinitionFacts } from './facts.ts';
import { RUNTIME_PLATFORM, TASK } from './fields.ts';
import type { RoleReference, TaskDefinitionSpec } from './spec.ts';
import type { ContainerState, TaskDefinitionState } from './state.ts';

export const taskDefinitionModel: KindModel<TaskDefinitionSpec, TaskDefinitionState> = {
  facts: taskDefinitionFacts,
  updateChangesOutputs: true,
  needs({ spec }) {
    const roles = [spec.executionRole, spec.taskRole];
    return [
      spec.environment,
      ...roles.flatMap((reference) => (reference !== null && 'role' in reference ? [reference.role] : [])),
      ...spec.logGroups,
    ];
  },
  says({ spec }) {
    const { fields, containers } = wantedState(spec, undefined);
    const { executionRole: executionRoleArn, taskRole: taskRoleArn } = spec;
    return { ...fields, executionRoleArn, taskRoleArn, containers: mapValues(containers, withoutLogRegion) };
  },
  saidBefore({ state: { registered, ...shown } }) {
    const { fields, containers } = registered ?? shown;
    return { ...fields, containers: mapValues(containers, withoutLogRegion) };
  },
  takesUp: ({ spec: { executionRole, taskRole } }, id) => {
    const isThat = (reference: RoleReference | null): boolean =>
      reference !== null &&
      'role' in reference &&
      reference.role.name === id.name &&
      reference.role.kind === id.kind;
    if (isThat(executionRole)) return 'executionRoleArn';
    return isThat(taskRole) ? 'taskRoleArn' : undefined;
  },
  /** A revision is ours as a whole: what it carries and the manifest does not name differs too. */
  diff: ({ spec }, { state }, needs) => revisionChanges(spec, state, needs),
  upkeep: (_desired, { state }) => deregistrations(state.superseded),
  uses: ({ state: { fields } }) =>
    [fields.executionRoleArn, fields.taskRoleArn].filter((arn) => arn !== null),
  removal: ({ state }) => ({ upkeep: deregistrations(state.ownRevisions) }),
};

function deregistrations(arns: readonly string[] = []): readonly Upkeep[] {
  return arns.map((arn) => ({
    what: 'revisions',
    which: arn.split('/').at(-1) ?? arn,
    from: 'ACTIVE',
    to: null,
    isTidying: true,
  }));
}

/** A revision is ours as a whole: what else AWS has in it is too much. */
const TASK_RULES = { ...rulesOf({ ...TASK.fields, ...RUNTIME_PLATFORM.fields }), whole: true } as const;
const CONTAINER_RULES = { ...rulesOf(CONTAINER.fields, 'containers'), whole: true } as const;

function revisionChanges(
  spec: TaskDefinitionSpec,
  state: TaskDefinitionState,
  needs: Needs,
): readonly FieldChange[] {
  const region = needs(spec.environment)?.region;
  const wanted = wantedState(spec, region);
  const roles = {
    executionRoleArn: roleArn(spec.executionRole, needs),
    taskRoleArn: roleArn(spec.taskRole, needs),
  };
  const actual = region === undefined ? mapValues(state.containers, withoutLogRegion) : state.containers;
  return [
    ...compareFields({ ...wanted.fields, ...roles }, state.fields, TASK_RULES),
    ...compareCollection('containers', wanted.containers, actual, CONTAINER_RULES),
  ];
}

/** Each wanted state is made once: every pass asks for it, and a spec stays as it is for many passes. */
const wantedStates = new WeakMap<TaskDefinitionSpec, Map<string | undefined, TaskDefinitionState>>();

/** What git wants, but for the roles, as the revision that would be registered is compared. */
function wantedState(spec: TaskDefinitionSpec, region: string | undefined): TaskDefinitionState {
  const known = wantedStates.get(spec) ?? new Map<string | undefined, TaskDefinitionState>();
  const state = known.get(region) ?? fromDefinition(toDefinition(spec, region));
  wantedStates.set(spec, known.set(region, state));
  return state;
}

/** The ARN of a role; undefined while a role of ours does not exist. */
function roleArn(reference: RoleReference | null, needs: Needs): string | null | undefined {
  if (reference === null) return null;
  return 'arn' in reference ? reference.arn : needs(reference.role)?.arn;
}

function withoutLogRegion(container: ContainerState): ContainerState {
  if (container.logConfiguration === null) return container;
  const { 'awslogs-region': _unknown, ...options } = container.logConfiguration.options;
  return { ...container, logConfiguration: { ...container.logConfiguration, options } };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  convert: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value)]));
}
