import type { StateOf } from '../../core/fields/field.ts';
import type { CONTAINER } from './container-fields.ts';
import type { RUNTIME_PLATFORM, TASK } from './fields.ts';

/** A container beside its name, with every default filled in and whatever else ECS carries. */
export type ContainerState = Omit<StateOf<typeof CONTAINER.fields>, 'name'>;

/** A revision beside its containers, with every default filled in and whatever else ECS carries. */
export type DefinitionState = StateOf<typeof TASK.fields & typeof RUNTIME_PLATFORM.fields> & {
  readonly executionRoleArn: string | null;
  readonly taskRoleArn: string | null;
};

/** A revision as it is compared: the same for what git wants and for what AWS has, so that equal meaning is equal. */
export interface TaskDefinitionState {
  readonly revision: number;
  readonly fields: DefinitionState;
  readonly containers: Readonly<Record<string, ContainerState>>;
  /** What we registered last, where this is what somebody registered and rolled out since (deployed.ts). */
  readonly registered?: Pick<TaskDefinitionState, 'fields' | 'containers'>;
  /** ARNs of all our active revisions of the family; only where no manifest wants the family any more. */
  readonly ownRevisions?: readonly string[];
  /** ARNs of old active revisions of ours that nothing uses, as many as may be deregistered now; oldest first. */
  readonly superseded?: readonly string[];
}
