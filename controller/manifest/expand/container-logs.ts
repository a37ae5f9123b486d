import type { TaskDefinitionSpec } from '../../kinds/task-definition/spec.ts';

/** Where a container logs in CloudWatch Logs. */
export interface ContainerLog {
  readonly container: string;
  readonly group: string;
  /** What the names of its tasks' streams begin with; the task's id comes behind it. */
  readonly streams: string;
  /** Undefined: the Environment's. */
  readonly region: string | undefined;
}

/** Of the containers that log there: with awslogs, and with a stream prefix, without which no stream can be told. */
export function containerLogsOf({
  containers,
}: Pick<TaskDefinitionSpec, 'containers'>): readonly ContainerLog[] {
  return containers.flatMap(({ name, logs }): readonly ContainerLog[] => {
    if (logs === null) return [];
    if ('group' in logs) {
      return [
        { container: name, group: logs.group, streams: `${logs.streamPrefix}/${name}/`, region: undefined },
      ];
    }
    const {
      'awslogs-group': group,
      'awslogs-stream-prefix': prefix,
      'awslogs-region': region,
    } = logs.options;
    return logs.logDriver !== 'awslogs' || group === undefined || prefix === undefined
      ? []
      : [{ container: name, group, streams: `${prefix}/${name}/`, region }];
  });
}
