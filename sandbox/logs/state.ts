export interface LogsState {
  readonly placeholder: null;
}

export function createLogsState(): LogsState {
  return { placeholder: null };
}
