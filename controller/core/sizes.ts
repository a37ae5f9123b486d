/** Most bytes of all of a task definition (ECS quotas). */
export const TASK_DEFINITION_BYTES = 65_536;
