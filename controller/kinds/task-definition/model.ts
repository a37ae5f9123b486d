import { rulesOf } from '../../core/fields/table.ts';
import type { KindModel } from '../../core/kind.ts';
import type { Needs } from '../../core/outputs.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { FieldChange, Upkeep } from '../../core/resource.ts';
import { compareCollection, compareFields } from '../../plan/compare.ts';
import { CONTAINER } from './container-fields.ts';
import { fromDefinition, givenBy, toDefinition } from './definition.ts';
import type { Given } from './definition.ts';
import { containerFrom, repositoriesOf, repositoryArn } from './images.ts';
import { taskDefinitionFacts } from './facts.ts';
import { RUNTIME_PLATFORM, TASK } from './fields.ts';
import type { RoleReference, TaskDefinitionSpec } from './spec.ts';
import { startNeedsOf } from './start-needs.ts';
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
      ...repositoriesOf(spec),
    ];
  },
  says({ spec }) {
    const { fields, containers } = wantedState(spec, NOTHING_KNOWN);
    const { executionRole: executionRoleArn, taskRole: taskRoleArn } = spec;
    const images = new Map(spec.containers.map(({ name, image }) => [name, image]));
    return {
      ...fields,
      executionRoleArn,
      taskRoleArn,
      containers: mapValues(containers, (container, name) => ({
        ...withoutLogRegion(container),
        image: images.get(name),
      })),
    };
  },
  saidBefore({ state: { registered, ...shown } }) {
    const { fields, containers } = registered ?? shown;
    return { ...fields, containers: mapValues(containers, withoutLogRegion) };
  },
  takesUp: ({ spec }, id) => {
    const { executionRole, taskRole } = spec;
    const isThat = (reference: RoleReference | null): boolean =>
      reference !== null &&
      'role' in reference &&
      reference.role.name === id.name &&
      reference.role.kind === id.kind;
    if (isThat(executionRole)) return 'executionRoleArn';
    if (isThat(taskRole)) return 'taskRoleArn';
    const container = containerFrom(spec, id);
    return container && `containers[${container}].image`;
  },
  startNeeds: ({ spec }) => startNeedsOf(spec).map(({ id }) => id),
  /** Everything else makes a new revision, from which all tasks are started anew. */
  startsTasks: (_desired, path) => !isAtOrBelow(path, 'tags') && !isAtOrBelow(path, REVISIONS),
  /** A revision is ours as a whole: what it carries and the manifest does not name differs too. */
  diff: ({ spec }, { state }, needs) => revisionChanges(spec, state, needs),
  upkeep: (_desired, { state }) => deregistrations(state.superseded),
  uses: ({ arn = '', state: { fields, containers } }) => {
    const [, partition = ''] = arn.split(':');
    const images = Object.values(containers).flatMap(({ image }) => image ?? []);
    return [
      ...[fields.executionRoleArn, fields.taskRoleArn].filter((role) => role !== null),
      ...images.flatMap((image) => repositoryArn(image, partition) ?? []),
    ];
  },
  removal: ({ state }) => ({ upkeep: deregistrations(state.ownRevisions) }),
};

function deregistrations(arns: readonly string[] = []): readonly Upkeep[] {
  return arns.map((arn) => ({
    what: REVISIONS,
    which: arn.split('/').at(-1) ?? arn,
    from: 'ACTIVE',
    to: null,
    isTidying: true,
  }));
}

const REVISIONS = 'revisions';

/** A revision is ours as a whole: what else AWS has in it is too much. */
const TASK_RULES = { ...rulesOf({ ...TASK.fields, ...RUNTIME_PLATFORM.fields }), whole: true } as const;
const CONTAINER_RULES = { ...rulesOf(CONTAINER.fields, 'containers'), whole: true } as const;

function revisionChanges(
  spec: TaskDefinitionSpec,
  state: TaskDefinitionState,
  needs: Needs,
): readonly FieldChange[] {
  const given = givenBy(spec, needs);
  const wanted = wantedState(spec, given);
  const roles = {
    executionRoleArn: roleArn(spec.executionRole, needs),
    taskRoleArn: roleArn(spec.taskRole, needs),
  };
  const actual =
    given.region === undefined ? mapValues(state.containers, withoutLogRegion) : state.containers;
  return [
    ...compareFields({ ...wanted.fields, ...roles }, state.fields, TASK_RULES),
    ...compareCollection('containers', wanted.containers, actual, CONTAINER_RULES),
  ];
}

/** Each wanted state is made once: every pass asks for it, and a spec stays as it is for many passes. */
const wantedStates = new WeakMap<TaskDefinitionSpec, Map<string, TaskDefinitionState>>();

const NOTHING_KNOWN: Given = { region: undefined, images: [] };

/** What git wants, but for the roles, as the revision that would be registered is compared; an image that is not known is left out. */
function wantedState(spec: TaskDefinitionSpec, given: Given): TaskDefinitionState {
  const known = wantedStates.get(spec) ?? new Map<string, TaskDefinitionState>();
  const key = [given.region, ...given.images].join(' ');
  const state = known.get(key) ?? withoutUnknownImages(fromDefinition(toDefinition(spec, given)));
  wantedStates.set(spec, known.set(key, state));
  return state;
}

function withoutUnknownImages({ containers, ...state }: TaskDefinitionState): TaskDefinitionState {
  return {
    ...state,
    containers: mapValues(containers, (container) => ({
      ...container,
      image: container.image ?? undefined,
    })),
  };
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
  convert: (value: From, name: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value, name)]));
}
