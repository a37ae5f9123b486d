import type { SpecOf } from '../../core/fields/field.ts';
import type { EnvironmentOutputs, Reference } from '../../core/reference.ts';
import type { ResourceId } from '../../core/resource.ts';
import type { RoleOutputs } from '../role/facts.ts';
import type { CONTAINER } from './container-fields.ts';
import type { Image } from './images.ts';
import type { RUNTIME_PLATFORM, TASK } from './fields.ts';
import type { LogDriver } from '../../core/log-configuration.ts';

/** A role of ours by id, with its path where it has another than `/`, or one that the manifest brings by ARN. */
export type RoleReference =
  | { readonly role: Reference<RoleOutputs>; readonly path?: string }
  | { readonly arn: string };

/** awslogs into a group, in the environment's region; or a driver with its own options. */
export type ContainerLogs =
  | { readonly group: string; readonly streamPrefix: string }
  | {
      readonly logDriver: LogDriver;
      readonly options: Record<string, string>;
      readonly secretOptions?: { readonly name: string; readonly valueFrom: string }[];
    };

/** A container as its fields have it (container-fields.ts), and where it logs. */
export type ContainerSpec = Omit<SpecOf<typeof CONTAINER.fields>, 'image'> & {
  readonly image: Image;
  /** Null: ECS keeps nothing of what it prints. */
  readonly logs: ContainerLogs | null;
};

/** An ECS task definition family, as its fields have it (fields.ts); every change registers a new revision. */
export type TaskDefinitionSpec = SpecOf<typeof TASK.fields & typeof RUNTIME_PLATFORM.fields> & {
  readonly family: string;
  /** The Environment, for `awslogs-region`. */
  readonly environment: Reference<EnvironmentOutputs>;
  /** Null: ECS starts the task with none. */
  readonly executionRole: RoleReference | null;
  /** Null: the task has no role. */
  readonly taskRole: RoleReference | null;
  /** Managed log groups that must exist before a task starts. */
  readonly logGroups: readonly ResourceId[];
  readonly containers: readonly ContainerSpec[];
};
